"""download clips into library/video: url=… takes a video or a page, search=… words or a camera

`search=DSC` looks for random file names that a camera would write, such as DSC_0047; search=random
picks the camera at random too. page=true writes a page for searching by hand.
"""

from collide.base import dice
from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.pasted_text import path_of
from collide.cli.request import Request
from collide.corrections.shell_words import added
from collide.download import camera_names
from collide.download.intake import ALREADY_HERE, NEW, Intake, fetch
from collide.limits import Range, Seconds
from collide.syntax.variables import Variable, toggle
from collide.syntax.verb import Verb
from collide.text_limits import ADDRESS, Text
from collide.views.page import data, page

VIDEOS = Range(1, 999)  # per download; limited because the record of a search lists all its names
DRAW = "the number that an earlier search printed, to draw the same names again"
WORDED = f"words, a camera ({', '.join(camera_names.names())}), or random"
VERB = Verb(
    examples=("search=DSC count=5",),
    variables={
        "url": Variable(
            ADDRESS, "the address of a video or of a page with videos", "https://example.org/clip"
        ),
        "search": Variable(Text(WORDED), "what to search for", "DSC", positional=True),
        "count": Variable(
            VIDEOS, "the maximum number of videos", "5", without="1 for a search, 20 for a page"
        ),
        "min": Variable(
            Range(0, 99_999),
            "the minimum length of the shorter side, in pixels",
            "720",
            default="0",
        ),
        "longest": Variable(
            Seconds(0.0, 999_999.0),
            "a video's maximum length",
            "5:00",
            without="20:00 for a search, otherwise any",
        ),
        "draw": Variable(Range(0, 2**53), DRAW, "1234", without="new names"),
        "again": toggle("whether to download clips that you have deleted"),
        "deno": toggle(
            "whether deno may be started: YouTube needs it, and collide does not sandbox it"
        ),
        "page": toggle("whether to write library/camera-search.html, for searching by hand"),
    },
)

PAGE = "library/camera-search.html"
RESULTS = 20  # results to request for a drawn name; a search for given words requests at least 20
TRIES = 4  # names to search for per wanted clip, because many searches find nothing


def run(request: Request) -> int:
    """Fetch the videos and print the outcome of each; with `page=true`, write the page instead."""
    if request.value("page"):
        write_whole(request.workspace.root / PAGE, cameras_page())
        print(f"open it in a browser: {PAGE}")
        return 0
    search = "search" in request.variables
    if search == ("url" in request.variables):
        raise InputError(
            "download needs url= or search=" if not search else "url= and search= were both given",
            why="url= downloads a video or a page of videos; search= looks for videos",
            fix="doit download url=https://…\ndoit download search=random",
        )
    if path := path_of(request.variables.get("search", "")):
        raise InputError(
            f"{path} is a file on this machine",
            why="search= looks for videos on the web",
            fix="\n".join(added(request.workspace, path)),
        )
    count, least = request.value("count", 1 if search else 20), request.value("min")
    page = {"url": request.variables.get("url"), "order": [], "take": count}
    child_request = {
        "queries": _searched(request, count) if search else [page],
        "count": count,
        "least": least,
        "longest": request.value("longest", 1200.0 if search else 0.0),
        "deno": request.value("deno"),
    }
    session = request.open_house()
    session.state.require_engine()
    session.clips.scan()  # to recognize clips that are already here
    intake = Intake(session, least=least, again=request.value("again"))
    became = fetch(intake, child_request, what=request.line().removeprefix("doit download "))
    if became[NEW]:
        session.clips.scan()
    print(f"{became[NEW]} added to library/video; library/provenance.jsonl records their sources")
    return 0 if became[NEW] or became[ALREADY_HERE] else 1


def _searched(request: Request, count: int) -> list[dict[str, object]]:
    """Return one query for words, or a query for each file name drawn for a camera."""
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
    """Return camera-search.html, which searches sites for file names that cameras write."""
    table = data(camera_names.table())
    return page("cameras", title="Camera search", script="shell.js cameras.js", table=table)
