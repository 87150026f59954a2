"""list the rendered and starred looks, newest first, with their dates, changes and stars

Each look is compared with the look rendered before it. Rendering a look again does not change the
order. In every verb, look= also takes a star's name: look=first is the look starred with
name=first.
"""

from datetime import UTC, datetime
from typing import Any

from collide.base.words import several
from collide.cli.plain_json import AS_JSON, print_json
from collide.cli.request import Request
from collide.limits import Range
from collide.project.differences import differences
from collide.project.look_book import Look, pinned_looks, shown_looks
from collide.project.look_order import before_each
from collide.project.project import Project
from collide.project.sheets import sheets_of
from collide.project.stars import star_names
from collide.store.objects import Store
from collide.syntax.variables import PROJECT, Variable, toggle
from collide.syntax.verb import Verb

VERB = Verb(
    examples=("{project}",),
    variables={
        "project": PROJECT,
        "count": Variable(
            Range(1, 999_999), "the maximum number of looks listed", "50", default="20"
        ),
        "json": AS_JSON,
        "all": toggle("whether to list unrendered cells of sweeps and rolls too"),
    },
    read_only=True,
)
MAX_DIFFERENCES = 4  # the maximum number of differences printed for a look


def run(request: Request) -> int:
    """Print up to `count=` looks and how to list the other looks."""
    project, store = request.existing(), Store(request.workspace.cache)
    most, again = request.value("count"), f"doit looks project={project.name}"
    looks, cells = shown_looks(project, store, every=request.value("all"))
    if request.value("json"):
        return print_json(_plain(project, store, looks[:most]))
    if not looks:
        print(f"{project.name} has no look yet: doit render project={project.name}")
    stars, cells_of = _stars(project, store), _numbers(project)
    wide = max(map(len, ["starred", *stars.values()]))
    earlier = before_each(project, looks)
    for look in looks[:most]:
        star = f"{stars.get(look.name, ''):<{wide}}"
        print(_line(look, earlier.get(look.name), store, star, cells_of.get(look.name, "")))
    if len(looks) > most:
        print(f"and {len(looks) - most} earlier: {again} count=…")
    if looks:
        print(f"to open one: doit render project={project.name} look={looks[-1].name[:4]}")
    if cells:
        hidden = f"{several(cells, 'cell')} of sweeps and rolls"
        print(f"not shown: {hidden}; to list them: {again} all=true")
    return 0


def _plain(project: Project, store: Store, looks: list[Look]) -> dict[str, Any]:
    starred, cells = pinned_looks(project, store), _numbers(project)
    earlier = before_each(project, looks)
    entries = [
        {
            "look": look.name,
            "when": datetime.fromtimestamp(look.when, UTC).isoformat(),
            "starred": look.name in starred,
            "cell": int(cells[look.name].split()[1]) if look.name in cells else None,
            "video": _video(look, store),
            "video_object": _object(look, store),
            "file": f"projects/{project.name}/looks/{look.name}.json",
            "differs": _moves(earlier.get(look.name), look),
        }
        for look in looks
    ]
    return {"project": project.name, "looks": entries}


def _moves(before: Look | None, look: Look) -> list[str]:
    """Return how a look differs from the previous look, or [] for the first look."""
    return [str(one) for one in differences(before, look)] if before else []


def _stars(project: Project, store: Store) -> dict[str, str]:
    """Map each starred look to "starred as NAME", or to "starred" if its star has no name."""
    names: dict[str, list[str]] = {look: [] for look in pinned_looks(project, store)}
    for name, look in star_names(project).items():
        names.get(look, []).append(name)
    return {look: f"starred as {', '.join(n)}" if n else "starred" for look, n in names.items()}


def _video(look: Look, store: Store) -> str:
    """Return in words whether a look's video is stored, was evicted, or was never rendered."""
    if not look.video:  # it is a cell of a sweep or a roll
        return "not rendered"
    return "video here" if store.object(look.video).exists() else "video evicted"


def _object(look: Look, store: Store) -> str | None:
    """Return the path of a look's video in the store, or None if the store lacks the video."""
    path = store.object(look.video) if look.video else None
    return str(path) if path and path.exists() else None


def _numbers(project: Project) -> dict[str, str]:
    """Map each look on the last sheet to "cell N", which `look=N` opens."""
    last = sheets_of(project)[-1:]
    cells = last[0].cells if last else []
    return {cell.look: f"cell {number}" for number, cell in enumerate(cells, start=1) if cell.look}


def _line(look: Look, before: Look | None, store: Store, star: str, cell: str) -> str:
    when = f"{datetime.fromtimestamp(look.when):%Y-%m-%d %H:%M}"
    video = _video(look, store)
    marks = f"{star}  {cell:<8}" if cell else star
    return f"{look.name}  {when}  {marks}  {video:<13}  {_moved(look, before)}".rstrip()


def _moved(look: Look, before: Look | None) -> str:
    if before is None:
        return "the first"
    moved = _moves(before, look)
    more = len(moved) - MAX_DIFFERENCES
    return ", ".join(moved[:MAX_DIFFERENCES]) + (f" and {more} more" if more > 0 else "")
