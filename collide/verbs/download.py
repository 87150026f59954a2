"""download clips into library/video: url=… of a video or a page, or search=… words or a camera

`search=DSC` draws file names as a camera gives them, DSC_0047 for instance, which nobody
invented; search=random draws the camera too. page=true writes a page for searching by hand.
"""

from collide.base import dice
from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.cli.request import Request
from collide.cli.variables import Variable, toggle
from collide.download import camera_names
from collide.download.intake import ALREADY_HERE, NEW, Intake, fetch
from collide.limits import Range, Seconds
from collide.text_limits import ADDRESS, Text
from collide.views.page import data, page

VIDEOS = Range(1, 999)  # of one download: a search is written down with all its names
DRAW = "the number of a search, whose names are drawn again"
WORDED = f"words, a camera ({', '.join(camera_names.names())}), or random"
EXAMPLE = "search=DSC count=5"  # behind doit download
VARIABLES = {
    "url": Variable(ADDRESS, "a video, or a page that shows some", "https://example.org/clip"),
    "search": Variable(Text(WORDED), "what to search for", "DSC"),
    "count": Variable(VIDEOS, "the most videos", "5", without="1 of a search, 20 of a page"),
    "min": Variable(Range(0, 99_999), "the least pixels of the short side", "720", default="0"),
    "longest": Variable(
        Seconds(0.0, 999_999.0), "the longest length", "5:00", without="20:00 of a search, else any"
    ),
    "draw": Variable(Range(0, 2**53), DRAW, "1234", without="new names"),
    "again": toggle("whether also what came before, and was thrown away, is fetched"),
    "deno": toggle("whether deno may be started: YouTube wants it, and collide does not limit it"),
    "page": toggle("whether library/camera-search.html is written, to search by hand"),
}

PAGE = "library/camera-search.html"
RESULTS = 20  # of a search that are drawn from
TRIES = 4  # names that are searched for each clip that is wanted: many a name finds nothing


def run(request: Request) -> int:
    """Fetch, and print the outcome of each video."""
    if request.value("page"):
        write_whole(request.workspace.root / PAGE, cameras_page())
        print(f"open it in a browser: {PAGE}")
        return 0
    search = "search" in request.variables
    if search == ("url" in request.variables):
        raise InputError(
            "download what?" if not search else "url= and search= were both said",
            why="url= names a video or a page, search= looks for one",
            fix="doit download url=https://…, or doit download search=random",
        )
    count, least = request.value("count", 1 if search else 20), request.value("min")
    page = {"url": request.variables.get("url"), "order": [], "take": count}
    asked = {
        "queries": _searched(request, count) if search else [page],
        "count": count,
        "least": least,
        "longest": request.value("longest", 1200.0 if search else 0.0),
        "deno": request.value("deno"),
    }
    session = request.open_house()
    session.state.require_engine()
    session.clips.scan()  # what is here already is known by its content
    intake = Intake(session, least=least, again=request.value("again"))
    became = fetch(intake, asked, what=request.line().removeprefix("doit download "))
    if became[NEW]:
        session.clips.scan()
    print(f"{became[NEW]} came into library/video; library/provenance.jsonl says where from")
    return 0 if became[NEW] or became[ALREADY_HERE] else 1


def _searched(request: Request, count: int) -> list[dict[str, object]]:
    """Return the queries of a search: one for words, for a camera one for each name drawn."""
    words = request.variables["search"]
    (engine, *_) = (s["yt_dlp"] for s in camera_names.table()["sites"] if "yt_dlp" in s)
    if not camera_names.is_pattern(words):
        url = f"{engine}{max(RESULTS, 2 * count)}:{words}"
        return [{"url": url, "order": [], "take": count}]
    seed = request.value("draw", dice.new_seed())
    print(f"draw={seed} draws the same names again")
    queries: list[dict[str, object]] = []
    for number in range(TRIES * count):
        name = camera_names.drawn(words, seed, number)
        order = sorted(range(1, RESULTS + 1), key=lambda at: dice.place(seed, "result", name, at))
        queries.append({"url": f"{engine}{RESULTS}:{name}", "order": order, "take": 1})
    return queries


def cameras_page() -> bytes:
    """Return camera-search.html: file names of cameras, and links to search sites for each."""
    table = data(camera_names.table())
    return page("cameras", title="Camera search", script="shell.js cameras.js", table=table)
