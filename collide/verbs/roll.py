"""throw new dice for all parts that are not kept; keep=layer2,audio amount=0.3 n=16

Without n=, the project takes the throw (`doit undo` goes back), and its still is shown. With n=,
that many looks are thrown onto a contact sheet, and the project stays as it is; if there are at
most 40 clips, the sheet shows all about equally often. A throw also solves free thresholds again,
except those of kept layers. amount= walks from the current look instead, a little or far, and keeps
its clips.
"""

from contextlib import suppress

from collide.base import dice
from collide.base.errors import InputError
from collide.base.words import several
from collide.cli.request import Request
from collide.limits import Range, as_typed
from collide.plan.planner import Plan
from collide.project.project import Project
from collide.project.reroll import (
    files_kept,
    kept,
    least_shown,
    parts,
    remember,
    rolled,
    thrown,
    walked,
)
from collide.project.selection import Selection, slots
from collide.project.settings import plain
from collide.project.thresholds import freed_by_throw
from collide.run.session import Session
from collide.syntax.arguments import line
from collide.syntax.variables import AT, FULL, PIECE, Variable
from collide.syntax.verb import Verb
from collide.text_limits import Names
from collide.verbs import still
from collide.views.cells import Cell, show

PARTS = Names("part")
THROWS = Range(1, 256)  # looks on one sheet
TRIES = 4  # seeds drawn for each look of a sheet, of which one is taken
MOST_CLIPS = 40  # with more, a sheet is varied anyway, and each draw would rank all of them
VERB = Verb(
    examples=("{project} n=12 keep=layer2,audio",),
    variables={
        **PIECE,
        "keep": Variable(
            PARTS, "what to keep: layers, clips, audio, post, or knobs by name", "layer2,audio"
        ),
        "amount": Variable(
            Range(0.000001, 1.0),
            "how far to walk from the current look",
            "0.3",
            without="all dice are thrown",
        ),
        "n": Variable(
            THROWS, "the number of looks on a sheet", "16", without="one look, set in the project"
        ),
        "at": AT,
        "full": FULL,
    },
    knobs=True,
    unnamed="refused",
)


def run(request: Request) -> int:
    """Throw the dice; accept the throw, or write the sheet of all throws."""
    amount, count, project = request.value("amount"), request.value("n"), request.existing()
    if "seed" in request.knobs:
        raise _seed_typed(request)
    named = request.value("keep", ())
    if amount is None:  # knobs of earlier rolls are thrown too
        loose = {name for name in rolled(project) if not kept(name, {*named}, project.catalog)}
        config = {name: v for name, v in project.config().items() if name not in loose}
        project = project.drafted(config)
    with request.open(project) as session:
        session.records = None  # the still or the sheet has a record of its own
        plan = session.plan_now(keep=False)
        keep = parts(named, plan.piece)
        few = len(session.state.library.usable(project.name)) <= MOST_CLIPS
        if count and amount is None and few:
            throws = _spread(request, session, plan, keep, count)
        else:
            each = range(count or 1)
            throws = [_thrown(request, project, plan, keep, amount, at=n) for n in each]
    if count:
        return show(request, project, throws, "roll.png")
    return _taken(request, project, throws[0])


def _seed_typed(request: Request) -> InputError:
    """Return the error for a typed seed, which each throw would replace."""
    rest = {name: text for name, text in request.turned.items() if name != "seed"}
    one = {"project": request.project or "", "seed": request.knobs["seed"]}
    return InputError(
        "doit roll draws the seeds itself",
        why=f"seed={one['seed']} would be replaced in every look",
        fix=f"roll without it: {line(request.spoken, rest)}\n"
        f"render the look of that seed: {line(['render'], one)}",
    )


def _thrown(
    request: Request, project: Project, plan: Plan, keep: set[str], amount: float | None, *, at: int
) -> Cell:
    """Return throw number `at`, counted from 0: its knobs and the files it keeps."""
    throw = dice.new_seed()
    if amount is not None:
        return Cell(walked(plan.piece, throw, keep, amount), f"walk {at + 1}")
    turned = thrown(plan.piece, throw, keep)
    settings = project.settings(request.presets, {**request.knobs, **turned})
    for free in freed_by_throw(settings, plan.piece).values():
        loose = free.keys() - request.knobs.keys()
        turned |= {n: free[n] for n in loose if not kept(n, keep, project.catalog)}
    return Cell(turned, f"seed={throw}", list(files_kept(plan.piece, keep, settings)))


def _spread(
    request: Request, session: Session, plan: Plan, keep: set[str], count: int
) -> list[Cell]:
    """Return `count` throws, each the one of TRIES whose clips the earlier throws show least."""
    taken, shown = list[Cell](), list[list[str]]()
    for at in range(count):
        tries = [_thrown(request, session.project, plan, keep, None, at=at) for _ in range(TRIES)]
        clips = [_clips(request, session, one) for one in tries]
        best = least_shown(clips, shown)
        taken.append(tries[best])
        shown.append(clips[best])
    return taken


def _clips(request: Request, session: Session, cell: Cell) -> list[str]:
    """Return the digests of the clips in a throw, the base first; [] if they cannot be chosen."""
    settings = session.project.settings(request.presets, {**request.knobs, **cell.turned})
    piece, chosen = settings.piece(), session.selection.later()
    layers = [{**piece, **settings.layer(n)} for n in range(1, piece["num_videos"] + 1)]
    chosen.look_draws = [*map(dict, cell.draws), *chosen.look_draws]
    wanted = slots(layers, {**piece, "audio_beds": 0})
    with suppress(InputError):  # the sheet prints the error in place of this look
        chosen.choose(wanted, session.state.library, piece["duration"])
        return [pick.digest for pick in chosen.find(wanted) if pick]
    return []


def _taken(request: Request, project: Project, cell: Cell) -> int:
    """Accept a throw into the project, and show its still."""
    real = request.existing()
    rolled(real)  # this may raise InputError, so it comes before anything is written
    before, loose = real.config(), real.config().keys() - project.config().keys()
    turned = {name: plain(value) for name, value in {**request.values(), **cell.turned}.items()}
    real.turn({**dict.fromkeys(loose, ""), **turned})
    if cell.draws:
        selection = Selection(real)
        selection.draws += [d for d in map(dict, cell.draws) if not selection.asked(d)]
        selection.save()
    remember(real, turned)
    for name, value in sorted(turned.items()):
        if before.get(name) != value:
            print(f"{name} = {as_typed(value)}")
    if loose:
        are = "is" if len(loose) == 1 else "are"
        print(f"{several(len(loose), 'pin')} of earlier rolls {are} removed")
    print(f"to go back: doit undo project={real.name}")
    return still.run(request.as_verb("still"))
