"""fetch clips into library/video: url=… of a video or a page, or search=… words or a camera

`search=DSC` draws file names as a camera gives them, DSC_0047 for instance, which nobody
thought of; search=random draws the camera too. page=true writes a page that does so by hand.
"""

import math
from urllib.parse import urlsplit

from collide import rolls
from collide.desk.said import Said
from collide.errors import InputError
from collide.files import write_whole
from collide.filters import read_number
from collide.pages.cameras import cameras_page
from collide.stock import cameras, fetching
from collide.stock.intake import KNOWN, NEW, Intake

VARIABLES = {
    "url": "of a video, or of a page that shows some",
    "search": f"words; a camera: {', '.join(cameras.names())}; or random",
    "count": "how many at most, to 999: 1 of a search, 20 of a page where it is not said",
    "min": "pixels its short side must have, 0 where it is not said",
    "longest": "how long one may be: 20:00 of a search where it is not said",
    "draw": "a number: draws the names of a search that it drew before",
    "again": "true: also what came before and was thrown away",
    "deno": "true: may start deno, which YouTube's videos want; what it does nobody here watches",
    "page": "true: write library/camera-search.html, which searches many sites by hand",
}

PAGE = "library/camera-search.html"
RESULTS = 20  # of a search that are drawn from
MOST = 999  # videos of one download: a search is written down with all its names
TRIES = 4  # names that are searched for each clip that is wanted: many a name finds nothing


def run(said: Said) -> int:
    """Fetch, and say of each video what became of it.

    Raises:
        InputError: neither url= nor search=, or a value that cannot be.
        TaskError: nothing could be fetched.
    """
    if said.flag("page"):
        write_whole(said.house.root / PAGE, cameras_page())
        print(f"open it in a browser: {PAGE}")
        return 0
    search = "search" in said.variables
    if search == ("url" in said.variables):
        raise InputError(
            "download what?" if not search else "url= and search= were both said",
            why="url= names a video or a page, search= looks for one",
            fix="doit download url=https://…, or doit download search=random",
        )
    count = int(_number(said, "count", "1" if search else "20", least=1, most=MOST))
    smallest = int(_number(said, "min", "0"))
    asked = {
        "queries": _searched(said, count) if search else [_named(said, count)],
        "count": count,
        "least": smallest,
        "longest": _number(said, "longest", "20:00" if search else "0"),
        "deno": said.flag("deno"),
    }
    session = said.open_house()
    session.bench.require_engine()
    session.clips.scan()  # what is here already is known by its content
    intake = Intake(session, least=smallest, again=said.flag("again"))
    became = fetching.fetch(intake, asked, what=said.line().removeprefix("doit download "))
    if became[NEW]:
        session.clips.scan()
    print(f"{became[NEW]} came into library/video; library/provenance.jsonl says where from")
    return 0 if became[NEW] or became[KNOWN] else 1


def _named(said: Said, count: int) -> dict[str, object]:
    """Return the query for an address.

    Raises:
        InputError: it is none of the web.
    """
    url = said.variables["url"]
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(
            f"url={url} is no address of the web",
            why="it begins with http:// or https://",
            fix="a file that is here already is copied into library/video",
        )
    return {"url": url, "order": [], "take": count}


def _searched(said: Said, count: int) -> list[dict[str, object]]:
    """Return the queries of a search: one for words, for a camera one for each name drawn."""
    words = said.variables["search"]
    (engine, *_) = (s["yt_dlp"] for s in cameras.table()["sites"] if "yt_dlp" in s)
    if not cameras.is_pattern(words):
        return [{"url": f"{engine}{max(RESULTS, 2 * count)}:{words}", "order": [], "take": count}]
    seed = int(_number(said, "draw", str(rolls.new_seed())))
    print(f"draw={seed} draws the same names again")
    queries: list[dict[str, object]] = []
    for number in range(TRIES * count):
        name = cameras.drawn(words, seed, number)
        order = sorted(range(1, RESULTS + 1), key=lambda at: rolls.place(seed, "result", name, at))
        queries.append({"url": f"{engine}{RESULTS}:{name}", "order": order, "take": 1})
    return queries


def _number(
    said: Said, name: str, otherwise: str, *, least: float = 0, most: float = math.inf
) -> float:
    """Return a number that was said.

    Raises:
        InputError: it is none, too small, or too large.
    """
    text = said.variables.get(name, otherwise)
    value = read_number(text)
    whole = name == "longest" or isinstance(value, int)
    if not isinstance(value, int | float) or not whole or not least <= value <= most:
        limits = f"from {least:g}" + (f" to {most:g}" if most < math.inf else " up")
        kind = "a time: 90 or 1:30" if name == "longest" else f"a whole number {limits}"
        raise InputError(
            f"{name}={text} is not possible", why=f"it is {kind}", fix=f"leave {name}= away"
        )
    return value
