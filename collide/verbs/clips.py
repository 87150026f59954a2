"""list and search the clips: doit clips rain min=720 audio=yes dup=no; page=true shows pictures

A search looks for words in names, titles, makers and licenses. If you type several file names (for
instance with *.mp4 in a shell), exactly these clips are listed. Each line shows a clip's length,
size and sound, how many projects use it, its duplicates, and its license. A search by motion, light
or uncut takes longer the first time: it analyzes the clips that match the other criteria.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from typing import Any

from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.words import joined, several
from collide.cli.plain_json import AS_JSON, print_json
from collide.cli.request import Request
from collide.download.intake import clip_line
from collide.library.library import Library
from collide.library.renamed_folder import renamed_folder
from collide.library.temper import LIGHT, MOTION
from collide.limits import Choice, Range, Seconds
from collide.run.clip_analysis import look_through
from collide.run.progress import long
from collide.run.session import Session
from collide.source.select import VALUE_ALIASES
from collide.syntax.variables import Variable, toggle
from collide.syntax.verb import Verb
from collide.text_limits import Text
from collide.views.clips_page import clips_page, make_strips, strip, strips_folder
from collide.views.inventory import SORTS, Inventory, Row, Wanted, chosen, inventory

ANSWERS = {"yes": True, "no": False, None: None}
YES_OR_NO = Choice(("yes", "no"))
ORDERS = {
    "date": "new", "newest": "new", "time": "new", "recent": "new", "size": "large",
    "longest": "long", "largest": "large",
    "resolution": "large", "length": "long", "duration": "long", "a-z": "name", "names": "name",
}  # fmt: skip
TRUTHS = {"true": "yes", "on": "yes", "1": "yes", "false": "no", "off": "no", "0": "no"}
SIDES = VALUE_ALIASES["min_resolution"].items()  # "min_resolution=720": "hd"
HEIGHTS = {word: typed.partition("=")[2] for typed, words in SIDES for word in words.split()}
UNUSED = {**dict.fromkeys("never unused no none false off".split(), "0"), "true": "1", "yes": "1"}
JOINTS = ("and", "or", "with")  # words between the words of a search
# Words that people type in a search, and the filter that each word means ("" for no filter).
PROPERTIES = {
    **dict.fromkeys("audio sound sounds".split(), "audio=yes"),
    **dict.fromkeys("silent mute muted soundless".split(), "audio=no"),
    **dict.fromkeys("dup dups duplicate duplicates copies lookalikes".split(), "dup=yes"),
    **dict.fromkeys("portrait vertical landscape horizontal square".split(), ""),
}
COUNT = Range(0, 99_999)
LONG = Seconds(0.0, 999_999.0)
VERB = Verb(
    examples=("rain min=720 audio=yes",),
    variables={
        "min": Variable(
            COUNT,
            "the minimum length of the shorter side, in pixels",
            "720",
            default="0",
            others=HEIGHTS,
        ),
        "audio": Variable(
            YES_OR_NO, "whether a clip has sound", "yes", without="both", others=TRUTHS
        ),
        "dup": Variable(
            YES_OR_NO,
            "yes: only clips with a lookalike; no: only the best of several clips that look alike",
            "no",
            without="all",
            others=TRUTHS,
        ),
        "shortest": Variable(LONG, "the minimum length", "5", default="0"),
        "longest": Variable(LONG, "the maximum length", "1:30", without="any"),
        "license": Variable(
            Text("part of a license, or none"), "a clip's license", "CC", without="any"
        ),
        "used": Variable(
            COUNT,
            "the minimum number of projects that use a clip; 0: only unused clips",
            "2",
            without="any",
            others=UNUSED,
        ),
        "motion": Variable(
            Choice((*MOTION, "any")),
            "how much moves in a clip; any: analyze the clips and list all",
            "still",
            without="any",
            others={"fast": "busy", "slow": "still", "calm": "still", "quick": "busy"},
        ),
        "light": Variable(
            Choice((*LIGHT, "any")),
            "how bright a clip is; any: analyze the clips and list all",
            "dark",
            without="any",
        ),
        "uncut": Variable(
            LONG, "the minimum length of a clip's longest shot, in seconds", "12", without="any"
        ),
        "sort": Variable(Choice(tuple(SORTS)), "the order", "large", default="name", others=ORDERS),
        "json": AS_JSON,
        "page": toggle("whether to write a page with pictures, which also finds lookalikes"),
    },
    words=90,  # a shell may expand *.mp4 to many names
)
ASKED = ("shortest", "longest", "license", "used", "motion", "light", "uncut")
FIND_OUT = "doit clips page=true motion=any"


def run(request: Request) -> int:
    """Print the matching clips or write their page."""
    if stars := [word for word in request.words if "*" in word]:
        words = [part for word in request.words for part in re.findall(r"\w+", word)]
        raise InputError(
            f"{stars[0]!r} is a pattern",
            why="names, titles, makers and licenses are searched for words;"
            " part of a word is enough",
            fix=replace(request, words=words).line(),
        )
    wanted = Wanted(
        words=tuple(request.words),
        least=request.value("min"),
        audio=ANSWERS[request.value("audio")],
        dup=ANSWERS[request.value("dup")],
        **{name: request.value(name) for name in ASKED},
    )
    sort, shows = SORTS[request.value("sort")], request.value("page")
    session = request.open_house()
    if shows:
        session.state.require_engine()
    stock = inventory(session.state.library)
    if wanted.seen:
        stock = _looked_through(session, stock, wanted)
    rows = sorted(chosen(stock.rows, wanted), key=sort)
    if request.value("json"):
        return print_json({"clips": [_plain(row) for row in rows], "of": len(stock.rows)})
    if shows and rows:
        return _page(session, rows, wanted, sort, stock.notes)
    names = {row.digest: row.name for row in stock.rows}
    wide = min(60, max((len(row.name) for row in rows), default=0))
    for row in rows:
        print(f"{row.name:<{wide}}  {_line(row, names)}")
    for line in [*_after(rows, stock, wanted, session.state.library), *_filters(request, stock)]:
        print(line)
    return 0


def _filters(request: Request, every: Inventory) -> Iterator[str]:
    """For words that match no clip, such as `unused` or `4k`, yield a command with filters."""
    meant, filters = list[str](), dict[str, str]()
    for word in request.words:
        own, found = word.lower(), chosen(every.rows, Wanted(words=(word,)))
        values = {n: one.others.get(own, "") for n, one in VERB.variables.items()}
        values |= {
            n: own for n, one in VERB.variables.items() if own in getattr(one.limit, "words", ())
        }
        named = [f"{n}={value}" for n, value in values.items() if value]
        named = [PROPERTIES[own]] if own in PROPERTIES else named
        if not found and named[:1] == [""]:
            yield f"no filter for {word!r}; pictures of all clips: doit clips page=true"
        elif not found and named and own not in (*TRUTHS, "yes", "no", "any"):
            name, _, value = named[0].partition("=")
            filters[name] = value
            meant.append(word)
    if filters:
        rest = [one for one in request.words if one not in (*meant, *JOINTS)]
        asked = joined([f"{name}={value}" for name, value in filters.items()])
        yield f"did you mean {asked}? {replace(request, words=rest).line(**filters)}"


def _looked_through(session: Session, every: Inventory, wanted: Wanted) -> Inventory:
    """Analyze the clips that match so far but lack an analysis; return the updated inventory."""
    left = [row for row in chosen(every.rows, wanted.unseen) if row.temper is None]
    if not left:
        return every
    session.state.require_engine()
    clips = {row.digest: (row.name, row.clip) for row in left}
    notes = look_through(session.state, clips)
    latest = inventory(session.state.library)
    return replace(latest, notes=[*notes, *latest.notes])


def _page(
    session: Session,
    rows: list[Row],
    wanted: Wanted,
    sort: Callable[[Row], Any],
    notes: list[str],
) -> int:
    """Make the missing strips, write the clips page, and print its path."""
    notes = [*make_strips(session, rows), *notes]
    stock = inventory(session.state.library)  # which clips look alike is known only now
    rows = sorted(chosen(stock.rows, wanted), key=sort)
    folder = strips_folder(session)
    pictures = {r.digest: p for r in rows if (p := strip(session, r.digest)).exists()}
    html = clips_page(rows, pictures, root=session.workspace.root, folder=folder)
    write_whole(folder / "index.html", html)
    for note in notes:
        print(note)
    if unknown := sum(row.temper is None for row in rows):
        left = several(unknown, "clip")
        print(f"to search by motion, light and shots, first analyze {left}: {FIND_OUT}")
    alike = sum(row.like not in ("", row.digest) for row in rows)
    like = f", {alike} with a lookalike" if alike else ""
    print(f"{several(len(rows), 'clip')}{like}: {folder / 'index.html'}")
    return 0


def _plain(row: Row) -> dict[str, Any]:
    clip = {name: value for name, value in asdict(row.clip).items() if name != "path"}
    temper = row.temper._asdict() if row.temper else None
    return {
        "name": row.name,
        "digest": row.digest,
        "used": row.used,
        "copies": list(row.copies),
        "like": row.like,
        "license": row.license,
        "temper": temper,
        "clip": clip,
    }


def _line(row: Row, names: dict[str, str]) -> str:
    parts = [clip_line(row.clip), *([row.seen] if row.seen else [])]
    if row.used:
        parts.append(f"used by {row.used} project{'s' * (row.used > 1)}")
    parts += [f"also {name}" for name in row.copies]
    if row.like not in ("", row.digest):
        parts.append(f"looks like {names[row.like]}")
    return "  ".join([*parts, row.license]).rstrip()


def _after(rows: list[Row], inventory: Inventory, wanted: Wanted, library: Library) -> list[str]:
    """Return the lines below the list."""
    all_of = several(len(inventory.rows), "clip")
    count = all_of if len(rows) == len(inventory.rows) else f"{len(rows)} of {all_of}"
    length = long(sum(row.clip.seconds for row in rows))
    lines = [f"{count}, {length}" if rows else count, *inventory.notes]
    if often := [row for row in rows if row.used > 1]:
        most = max(often, key=lambda row: row.used)
        lines.append(
            f"{len(often)} used in more than one project; most often: {most.name}, in {most.used}"
        )
    if wanted.dup is not None and inventory.unseen:
        unseen = several(inventory.unseen, "clip was", "clips were")
        lines.append(f"{unseen} never compared and may have lookalikes: doit clips page=true")
    lost = [w for w in wanted.words if not chosen(inventory.rows, Wanted(words=(w,)))]
    if lost and inventory.rows:
        each = " or ".join(map(repr, lost))
        lines.append(f"no name, title, maker or license contains {each}; all clips: doit clips")
    if not inventory.rows:
        renamed = renamed_folder(library)
        copy = "copy clips into library/video, then run: doit scan"
        lines.append(renamed.line if renamed else copy)
    return lines
