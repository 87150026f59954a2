"""new dice, with parts locked; keep=layer2,audio amount=0.3 n=16

Without n= the project takes them (`doit undo` goes back), and its still shows them. amount= walks
from where the piece is, a little or far, and keeps its clips. With n= so many are thrown, none is
taken, and a contact sheet shows them.
"""

from dataclasses import replace

from collide import rolls
from collide.desk.said import Said
from collide.errors import InputError
from collide.filters import read_number
from collide.graph.dice import files_kept, kept, parts, thrown, walked
from collide.graph.knobs import plain
from collide.graph.pins import remember, rolled
from collide.graph.plan import Plan
from collide.graph.project import Project
from collide.graph.selection import ASKED, Selection
from collide.show.cells import Cell, show
from collide.verbs import still

VARIABLES = {
    "project": "which piece",
    "preset": "presets, in order: a,b",
    "keep": "what stays as it is: layer2,audio,clips,post, or any knob",
    "amount": "how far it walks, 0..1; without it, everything is thrown anew",
    "n": "how many to throw, for a sheet of them",
    "at": "which second the pictures show; the middle where it is not said",
    "full": "true, with n=: render each in full too; its video is there at once then",
}
KNOBS = True

MOST = 256


def run(said: Said) -> int:
    """Throw, and take the dice or show them."""
    amount, count, project = _amount(said), _count(said), said.existing()
    named = {name for name in said.variables.get("keep", "").split(",") if name}
    if amount is None:  # what earlier rolls wrote is thrown too
        loose = {name for name in rolled(project) if not kept(name, named)}
        config = {name: v for name, v in project.config().items() if name not in loose}
        project = project.drafted(config)
    session = said.open(project)
    plan = session.plan_now(keep=False)
    keep = parts(said.variables.get("keep", ""), plan.piece)
    throws = [_thrown(said, project, plan, keep, amount) for _ in range(count or 1)]
    session.close()
    if count:
        return show(said, project, throws, "roll.png")
    return _taken(said, project, throws[0])


def _thrown(said: Said, project: Project, plan: Plan, keep: set[str], amount: float | None) -> Cell:
    """Return one throw: its knobs, and the files that it keeps."""
    throw = rolls.new_seed()
    if amount is not None:
        return Cell(walked(plan.piece, throw, keep, amount), f"walk {throw}")
    turned = thrown(plan.piece, throw, keep)
    settings = project.settings(said.presets, {**said.knobs, **turned})
    return Cell(turned, f"seed={throw}", list(files_kept(plan.piece, keep, settings, ASKED)))


def _taken(said: Said, project: Project, cell: Cell) -> int:
    """Write a throw into the project, and show its still."""
    real = said.existing()
    before, loose = real.config(), real.config().keys() - project.config().keys()
    turned = {name: plain(value) for name, value in {**said.values(), **cell.turned}.items()}
    real.turn({**dict.fromkeys(loose, ""), **turned})
    if cell.draws:
        selection = Selection(real)
        known = [selection.asked(dict(draw)) for draw in cell.draws]
        selection.draws += [dict(d) for d, has in zip(cell.draws, known, strict=True) if not has]
        selection.save()
    remember(real, turned)
    for name, value in sorted(turned.items()):
        if before.get(name) != value:
            print(f"{name} = {value}")
    if loose:
        print(f"{len(loose)} pins of earlier rolls are taken out")
    print(f"back again: doit undo project={real.name}")
    left = {name: text for name, text in said.variables.items() if name in still.VARIABLES}
    return still.run(replace(said, verb="still", words=[], variables=left, knobs={}))


def _amount(said: Said) -> float | None:
    text = said.variables.get("amount")
    value = None if text is None else read_number(text)
    if value is None or (isinstance(value, int | float) and 0 < value <= 1):
        return value
    raise InputError(
        f"amount={text} is not possible",
        why="it says how far to walk: above 0, which stays, to 1",
        fix="say amount=0.3",
    )


def _count(said: Said) -> int:
    value = read_number(said.variables.get("n", "0"))
    if isinstance(value, int) and 0 <= value <= MOST and (value or "n" not in said.variables):
        return value
    raise InputError(
        f"n={said.variables['n']} is not possible",
        why=f"it is how many to throw, 1 to {MOST}",
        fix="say n=16",
    )
