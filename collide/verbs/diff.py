"""compare two looks: list the knobs, clips and starts that differ, and show both side by side

`doit diff project=x` compares the last two looks; add a=7f3a b=91bc to compare any two.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from collide.base.errors import InputError
from collide.base.words import several
from collide.cli.request import Request
from collide.project.differences import differences
from collide.project.look_book import Look, find_look, shown_looks
from collide.project.project import Project
from collide.store.objects import Store
from collide.syntax.arguments import line
from collide.syntax.variables import AT, PROJECT, Variable, toggle
from collide.syntax.verb import Verb
from collide.text_limits import LOOK_NAME
from collide.views.contact_sheet import Picture, frame, sheet

VERB = Verb(
    examples=("{project}",),
    variables={
        "project": PROJECT,
        "a": Variable(LOOK_NAME, "a look", "7f3a", without="the look before b", positional=True),
        "b": Variable(LOOK_NAME, "another look", "91bc", without="the last look", positional=True),
        "all": toggle("whether unrendered cells of sweeps and rolls count as looks too"),
        "at": replace(AT, without="the middle of the shorter piece"),
    },
)

WIDE = 640  # width of a picture, in pixels


def run(request: Request) -> int:
    """Print the differences, write the two pictures side by side, and print the path."""
    project = request.existing()
    old, new = _two(request, project)
    print(f"{old.name} → {new.name}")
    for difference in [*map(str, differences(old, new))] or ["no visible or audible difference"]:
        print(f"  {difference}")
    pictures = []
    with ExitStack() as both:
        opened = (request.open(project, presets=False, look=look) for look in (old, new))
        pair = [both.enter_context(session.aside("diff")) for session in opened]
        plans = [session.plan_now(keep=False) for session in pair]
        at = request.value("at", min(plan.piece.seconds for plan in plans) / 2)
        for session, plan, look in zip(pair, plans, (old, new), strict=True):
            pictures.append(Picture(look.name, frame(session, plan, at, width=WIDE)))
            if session.run.count("rendered"):
                session.say(f"{look.name}: {session.run.line()}")
    sheet(pictures, project.path / "diff.png")
    print(f"both looks at {at:g} s: projects/{project.name}/diff.png")
    return 0


def _of_projects(request: Request, named: Sequence[str]) -> InputError | None:
    """Return the error for project names given as looks, or None if no name is a project's."""
    projects = [name for name in named if name in request.workspace.projects()]
    if not projects:
        return None
    lines = [line(["diff"], {"project": name}) for name in projects]
    return InputError(
        f"{projects[0]!r} is a project, not a look",
        why="a and b are two looks from one project",
        fix="\n".join([*lines, "pictures of all projects: doit gallery"]),
    )


def _joined(errors: Sequence[InputError]) -> InputError:
    """Join the errors for missing looks into one error, with the why and fix of the first."""
    first, *rest = errors
    if not rest:
        return first
    what = " and ".join([first.what, *(one.what for one in rest)])
    return InputError(what, why=first.why, fix=first.fix)


def _two(request: Request, project: Project) -> tuple[Look, Look]:
    """Return the looks to compare: by default, the last two looks.

    If only `a` is given and names the last look, that look is compared with the look before it.

    Raises:
        InputError: a look does not exist, or there is no earlier look to compare with.
    """
    named = [request.variables[n] for n in ("a", "b") if n in request.variables]
    looks, errors = list[Look](), list[InputError]()
    for name in named:
        try:
            looks.append(find_look(project, name))
        except InputError as error:
            errors.append(error)
    if errors:
        raise _of_projects(request, named) or _joined(errors)
    if len(looks) == 2:
        return looks[0], looks[1]
    store = Store(request.workspace.cache)
    listing, cells = shown_looks(project, store, every=request.value("all"))
    names = [look.name for look in listing]
    if "a" in request.variables and listing and names[0] != looks[0].name:
        return looks[0], listing[0]
    new = looks[0] if looks else next(iter(listing), None)
    # the looks before `new`; if `new` is a cell that was never rendered, all rendered looks
    before = listing[names.index(new.name) + 1 :] if new and new.name in names else listing
    if new is None or not before:
        unseen = f"{several(cells, 'cell')} of sweeps and rolls"
        more = f"; all=true also includes {unseen}" if cells else ""
        raise InputError(
            f"{project.name} does not have two looks to compare",
            why=f"there is no earlier look; looks so far: {', '.join(names) or 'none'}{more}",
            fix=f"render another: doit render project={project.name} seed=7",
        )
    return before[0], new
