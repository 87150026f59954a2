"""roll the dice again for everything that you do not keep: keep=layer2,audio amount=0.3 n=16

Without n=, the roll is written into the project (`doit undo` goes back), and a still shows it. With
n=, that many looks are rolled onto a contact sheet, and the project is not changed; look= needs n=.
If there are at most 40 clips, the sheet shows all of them about equally often. A roll also solves
free thresholds again, except in kept layers. amount= keeps the clips and moves away from the
current look instead, a little or far.
"""

from contextlib import suppress

from collide.base import dice
from collide.base.errors import InputError
from collide.base.words import several
from collide.cli.request import Request
from collide.corrections.standing_piece import project_of, standing
from collide.limits import Range, as_typed
from collide.plan.planner import Plan
from collide.project.project import Project
from collide.project.reroll import (
    files_kept,
    kept,
    known_parts,
    least_shown,
    parts,
    remember,
    rerolled,
    rolled,
    walked,
)
from collide.project.selection import Selection, slots
from collide.project.settings import plain
from collide.project.thresholds import freed_by_roll
from collide.run.session import Session
from collide.syntax.arguments import line
from collide.syntax.variables import AT, FULL, PIECE, Variable
from collide.syntax.verb import Verb
from collide.text_limits import Names
from collide.verbs import still
from collide.views.cells import Cell, show


def refuse_parts(request: Request) -> None:
    """Refuse a part in keep= that the piece lacks, without opening the piece."""
    project = project_of(request.workspace, request.turned)
    if not project.exists():
        return
    now, named = standing(project, request.knobs), request.value("keep", ())
    layers = range(1, int(now.settings.piece()["num_videos"]) + 1)
    clips = {f"layer{layer}": now.clip_name(layer) for layer in layers}
    try:
        known_parts([*named], clips, project.catalog.knobs)
    except InputError as error:
        if len(error.turns) == 1:  # otherwise, the fix lists parts to choose from
            raise


PARTS = Names("part")
THROWS = Range(1, 256)  # looks on one sheet
TRIES = 4  # seeds to draw for each look of a sheet, before taking the best
MOST_CLIPS = 40  # with more clips, a sheet is varied anyway, and ranking them takes too long
VERB = Verb(
    examples=("{project} n=12 keep=layer2,audio",),
    variables={
        **PIECE,
        "keep": Variable(
            PARTS, "what to keep: layers, clips, audio, post, or knobs by name", "layer2,audio"
        ),
        "amount": Variable(
            Range(0.000001, 1.0),
            "how far to move away from the current look",
            "0.3",
            without="all dice are rolled",
        ),
        "n": Variable(
            THROWS,
            "the number of looks on a sheet",
            "16",
            without="one look, written into the project",
        ),
        "at": AT,
        "full": FULL,
    },
    knobs=True,
    without_project="refused",
    refuses=refuse_parts,
)


def run(request: Request) -> int:
    """Roll the dice: write one roll into the project or show all rolls on a sheet."""
    amount, count, project = request.value("amount"), request.value("n"), request.existing()
    if "seed" in request.knobs:
        raise _seed_typed(request)
    if count is None and "look" in request.raw:
        raise _not_written(request)
    named = request.value("keep", ())
    if amount is None:  # roll the knobs that earlier rolls set, too
        pins = {name for name in rolled(project) if not kept(name, {*named}, project.catalog)}
        config = {name: v for name, v in project.config().items() if name not in pins}
        project = project.drafted(config)
    with request.open(project) as session:
        session.records = None  # the still or the sheet writes its own record
        plan = session.plan_now(keep=False)
        keep = parts(named, plan.piece)
        few = len(session.state.library.usable(project.name)) <= MOST_CLIPS
        if count and amount is None and few:
            rolls = _spread(request, session, plan, keep, count)
        else:
            each = range(count or 1)
            rolls = [_one_roll(request, project, plan, keep, amount, at=n) for n in each]
    if count:
        return show(request, project, rolls, "roll.png")
    return _taken(request, project, rolls[0])


def _seed_typed(request: Request) -> InputError:
    rest = {name: text for name, text in request.turned.items() if name != "seed"}
    one = {"project": request.project or "", "seed": request.knobs["seed"]}
    return InputError(
        "doit roll draws the seeds itself",
        why=f"seed={one['seed']} would be replaced in every look",
        fix=f"roll without it: {line(request.spoken, rest)}\n"
        f"render that seed's look: {line(['render'], one)}",
    )


def _not_written(request: Request) -> InputError:
    """Return the error for a single roll with `look=`, which would be written without the look.

    The still would show the look, but a render of the project would not.
    """
    own = {"project": request.existing().name, "look": request.raw["look"]}
    rolls = line(request.spoken, {**request.turned, "n": "12"})
    return InputError(
        f"doit roll writes a single roll into {own['project']}, but not look={own['look']}",
        why="the piece would not be the one that the still shows",
        fix=f"to take it into the project: {line(['set'], own)}\na sheet of rolls of it: {rolls}",
    )


def _one_roll(
    request: Request, project: Project, plan: Plan, keep: set[str], amount: float | None, *, at: int
) -> Cell:
    """Roll the dice for look `at`, counted from 0; return its knobs and the kept files."""
    seed = dice.new_seed()
    if amount is not None:
        return Cell(walked(plan.piece, seed, keep, amount), f"walk {at + 1}")
    turned = rerolled(plan.piece, seed, keep)
    settings = project.settings(request.presets, {**request.knobs, **turned})
    for free in freed_by_roll(settings, plan.piece).values():
        pins = free.keys() - request.knobs.keys()
        turned |= {n: free[n] for n in pins if not kept(n, keep, project.catalog)}
    return Cell(turned, f"seed={seed}", list(files_kept(plan.piece, keep, settings)))


def _spread(
    request: Request, session: Session, plan: Plan, keep: set[str], count: int
) -> list[Cell]:
    """Return `count` rolls, each the roll out of TRIES whose clips were shown least before."""
    taken, earlier = list[Cell](), list[list[str]]()
    for at in range(count):
        tries = [_one_roll(request, session.project, plan, keep, None, at=at) for _ in range(TRIES)]
        clips = [_clips(request, session, one) for one in tries]
        best = least_shown(clips, earlier)
        taken.append(tries[best])
        earlier.append(clips[best])
    return taken


def _clips(request: Request, session: Session, cell: Cell) -> list[str]:
    """Return the digests of a roll's clips (base first), or [] if they cannot be chosen."""
    settings = session.project.settings(request.presets, {**request.knobs, **cell.turned})
    piece, chosen = settings.piece(), session.selection.later()
    layers = [{**piece, **settings.layer(n)} for n in range(1, piece["num_videos"] + 1)]
    chosen.look_draws = [*map(dict, cell.draws), *chosen.look_draws]
    wanted = slots(layers, {**piece, "audio_beds": 0})
    with suppress(InputError):  # the sheet will print this error
        chosen.choose(wanted, session.state.library, piece["duration"])
        return [pick.digest for pick in chosen.find(wanted) if pick]
    return []


def _taken(request: Request, project: Project, cell: Cell) -> int:
    """Write a roll into the project and show its still."""
    real = request.existing()
    rolled(real)  # this may raise InputError, so do it before anything is written
    before, pins = real.config(), real.config().keys() - project.config().keys()
    turned = {name: plain(value) for name, value in {**request.values(), **cell.turned}.items()}
    real.turn({**dict.fromkeys(pins, ""), **turned})
    if cell.draws:
        selection = Selection(real)
        selection.draws += [d for d in map(dict, cell.draws) if not selection.draw_like(d)]
        selection.save()
    remember(real, turned)
    for name, value in sorted(turned.items()):
        if before.get(name) != value:
            print(f"{name} = {as_typed(value)}")
    if pins:
        are = "is" if len(pins) == 1 else "are"
        print(f"{several(len(pins), 'pin')} from earlier rolls {are} removed")
    print(f"to go back: doit undo project={real.name}")
    return still.run(request.as_verb("still"))
