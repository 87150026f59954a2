"""every look that was rendered, the last one first: when, what changed, whether it is starred"""

from datetime import UTC, datetime
from typing import Any

from collide.cli.plain_json import AS_JSON, print_json
from collide.cli.request import Request
from collide.cli.variables import PROJECT, Variable, toggle
from collide.limits import Range
from collide.project.differences import differences
from collide.project.look_book import Look, pinned_looks, shown_looks
from collide.project.project import Project
from collide.project.sheets import sheets_of
from collide.store.objects import Store

EXAMPLE = "{project}"  # behind doit looks
VARIABLES = {
    "project": PROJECT,
    "count": Variable(Range(1, 999_999), "the most looks that are listed", "50", default="20"),
    "json": AS_JSON,
    "all": toggle("whether cells of sweeps and rolls are listed too, which nobody rendered"),
}
MAX_DIFFERENCES = 4  # differences of one look that are told


def run(request: Request) -> int:
    """Print a line for each look."""
    project, store = request.existing(), Store(request.workspace.cache)
    most, again = request.value("count"), f"doit looks project={project.name}"
    found, cells = shown_looks(project, store, every=request.value("all"))
    if request.value("json"):
        return print_json(_plain(project, store, found[:most]))
    if not found:
        print(f"{project.name} has no look yet: doit render project={project.name}")
    pinned = pinned_looks(project, store)
    cells_of = _numbers(project)
    for look, before in zip(found[:most], [*found[1:], None], strict=False):
        star = "starred" if look.name in pinned else ""
        print(_line(look, before, store, star, cells_of.get(look.name, "")))
    if len(found) > most:
        print(f"and {len(found) - most} before: {again} count=…")
    if found:
        print(f"to open one: doit render project={project.name} look={found[-1].name[:4]}")
    if cells:
        print(f"{cells} of sweeps and rolls are not shown: {again} all=true")
    return 0


def _plain(project: Project, store: Store, looks: list[Look]) -> dict[str, Any]:
    """Return looks as plain data, the last one first."""
    starred, cells = pinned_looks(project, store), _numbers(project)
    told = [
        {
            "look": look.name,
            "when": datetime.fromtimestamp(look.when, UTC).isoformat(),
            "starred": look.name in starred,
            "cell": int(cells[look.name].split()[1]) if look.name in cells else None,
            "video": _video(look, store),
            "file": f"projects/{project.name}/looks/{look.name}.json",
            "differs": [str(one) for one in differences(before, look)] if before else [],
        }
        for look, before in zip(looks, [*looks[1:], None], strict=True)
    ]
    return {"project": project.name, "looks": told}


def _video(look: Look, store: Store) -> str:
    """Return whether its video is in the store: here, evicted, or never rendered."""
    if not look.video:  # of a sweep, or a roll
        return "not rendered"
    return "video here" if store.object(look.video).exists() else "video evicted"


def _numbers(project: Project) -> dict[str, str]:
    """Return the cell of each look of the last sheet, as `look=3` names it."""
    last = sheets_of(project)[-1:]
    cells = last[0].cells if last else []
    return {cell.look: f"cell {number}" for number, cell in enumerate(cells, start=1) if cell.look}


def _line(look: Look, before: Look | None, store: Store, star: str, cell: str) -> str:
    when = f"{datetime.fromtimestamp(look.when):%Y-%m-%d %H:%M}"
    video = _video(look, store)
    marks = f"{star:<7}  {cell:<8}" if cell else f"{star:<7}"
    return f"{look.name}  {when}  {marks}  {video:<13}  {_moved(look, before)}".rstrip()


def _moved(look: Look, before: Look | None) -> str:
    """Return in what a look differs from the one before it."""
    if before is None:
        return "the first"
    moved = differences(before, look)
    more = len(moved) - MAX_DIFFERENCES
    return ", ".join(map(str, moved[:MAX_DIFFERENCES])) + (f" and {more} more" if more > 0 else "")
