"""every look that was rendered, the last one first: when, what changed, pinned or not, its video"""

from datetime import datetime

from collide.cli.request import Request
from collide.cli.variables import PROJECT, Variable, toggle
from collide.limits import Range
from collide.project.differences import differences
from collide.project.look_book import Look, pinned_looks, shown_looks
from collide.store.objects import Store

VARIABLES = {
    "project": PROJECT,
    "count": Variable(Range(1, 999_999), "the most looks that are listed", "50", default="20"),
    "all": toggle("whether cells of sweeps and rolls are listed too, which nobody rendered"),
}
MAX_DIFFERENCES = 4  # differences of one look that are told


def run(request: Request) -> int:
    """Print a line for each look."""
    project, store = request.existing(), Store(request.workspace.cache)
    most, again = request.value("count"), f"doit looks project={project.name}"
    found, cells = shown_looks(project, store, every=request.value("all"))
    if not found:
        print(f"{project.name} has no look yet: doit render project={project.name}")
    pinned = pinned_looks(project, store)
    for look, before in zip(found[:most], [*found[1:], None], strict=False):
        print(_line(look, before, store, pinned=look.name in pinned))
    if len(found) > most:
        print(f"and {len(found) - most} before: {again} count=…")
    if found:
        print(f"to open one: doit render project={project.name} look={found[-1].name[:4]}")
    if cells:
        print(f"{cells} of sweeps and rolls are not shown: {again} all=true")
    return 0


def _line(look: Look, before: Look | None, store: Store, *, pinned: bool) -> str:
    when = f"{datetime.fromtimestamp(look.when):%Y-%m-%d %H:%M}"
    star, video = "pinned" if pinned else "", "not rendered"  # of a sweep, or a roll
    if look.video:
        video = "video here" if store.object(look.video).exists() else "video evicted"
    return f"{look.name}  {when}  {star:<6}  {video:<13}  {_moved(look, before)}".rstrip()


def _moved(look: Look, before: Look | None) -> str:
    """Return in what a look differs from the one before it."""
    if before is None:
        return "the first"
    moved = differences(before, look)
    more = len(moved) - MAX_DIFFERENCES
    return ", ".join(map(str, moved[:MAX_DIFFERENCES])) + (f" and {more} more" if more > 0 else "")
