"""list and search the clips: doit clips rain min=720 audio=yes dup=no; page=true shows them

Words are looked for in names, titles, makers and licenses. A line says how long a clip is, how
large, whether it sounds, how many projects use it, what it doubles, and its license. Asked for
motion, light or uncut, it looks through the clips that it did not look through before.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from collide.base.files import write_whole
from collide.cli.request import Request
from collide.cli.variables import Variable, toggle
from collide.download.intake import clip_line
from collide.library.temper import LIGHT, MOTION
from collide.limits import Choice, Range, Seconds
from collide.run.clip_temper import look_through
from collide.run.session import Session
from collide.text_limits import Text
from collide.views.clips_page import clips_page, make_strips, strip, strips_folder
from collide.views.inventory import SORTS, Inventory, Row, Wanted, chosen, inventory

ANSWERS = {"yes": True, "no": False, None: None}
YES_OR_NO = Choice(("yes", "no"))
COUNT = Range(0, 99_999)
LONG = Seconds(0.0, 999_999.0)
VARIABLES = {
    "min": Variable(COUNT, "the least pixels of the short side", "720", default="0"),
    "audio": Variable(YES_OR_NO, "whether it has sound", "yes", without="both"),
    "dup": Variable(
        YES_OR_NO, "yes: those that are alike; no: only the best of them", "no", without="all"
    ),
    "shortest": Variable(LONG, "the shortest length", "5", default="0"),
    "longest": Variable(LONG, "the longest length", "1:30", without="any"),
    "license": Variable(Text("a part of a license, or none"), "its license", "CC", without="any"),
    "used": Variable(COUNT, "how many projects use it at least; 0: none does", "2", without="any"),
    "motion": Variable(
        Choice((*MOTION, "any")), "how much moves in it; any: find out", "still", without="any"
    ),
    "light": Variable(
        Choice((*LIGHT, "any")), "how bright it is; any: find out", "dark", without="any"
    ),
    "uncut": Variable(LONG, "the least seconds of its longest shot", "12", without="any"),
    "sort": Variable(Choice(tuple(SORTS)), "the order", "large", default="name"),
    "page": toggle("whether they are shown on a page, with pictures, which also finds doubles"),
}
WORDS = 9
ASKED = ("shortest", "longest", "license", "used", "motion", "light", "uncut")
FIND_OUT = "doit clips page=true motion=any"


def run(request: Request) -> int:
    """Print the clips that are looked for, or write their page."""
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
    found = inventory(session.state.library)
    if wanted.seen:
        found = _looked_through(session, found, wanted)
    rows = sorted(chosen(found.rows, wanted), key=sort)
    if shows and rows:
        return _page(session, rows, wanted, sort, found.notes)
    names = {row.digest: row.name for row in found.rows}
    wide = min(60, max((len(row.name) for row in rows), default=0))
    for row in rows:
        print(f"{row.name:<{wide}}  {_line(row, names)}")
    for line in _after(rows, found, wanted):
        print(line)
    return 0


def _looked_through(session: Session, every: Inventory, wanted: Wanted) -> Inventory:
    """Look through the clips of which it is not known whether they match; return all, anew."""
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
    """Look at the clips, write their page, and say where it is."""
    notes = [*make_strips(session, rows), *notes]
    found = inventory(session.state.library)  # now it is known which look alike
    rows = sorted(chosen(found.rows, wanted), key=sort)
    folder = strips_folder(session)
    pictures = {r.digest: p for r in rows if (p := strip(session, r)).exists()}
    made = clips_page(rows, pictures, root=session.workspace.root, folder=folder)
    write_whole(folder / "index.html", made)
    for note in notes:
        print(note)
    if unknown := sum(row.temper is None for row in rows):
        print(f"{unknown} were never looked through for motion, light and shots: {FIND_OUT}")
    alike = sum(row.like not in ("", row.digest) for row in rows)
    print(f"{len(rows)} clips, {alike} of them look like another: {folder / 'index.html'}")
    return 0


def _line(row: Row, names: dict[str, str]) -> str:
    parts = [clip_line(row.clip), *([row.seen] if row.seen else [])]
    if row.used:
        parts.append(f"used by {row.used} project{'s' * (row.used > 1)}")
    parts += [f"also {name}" for name in row.copies]
    if row.like not in ("", row.digest):
        parts.append(f"looks like {names[row.like]}")
    return "  ".join([*parts, row.license]).rstrip()


def _after(rows: list[Row], inventory: Inventory, wanted: Wanted) -> list[str]:
    """Return the lines below the list."""
    minutes = sum(row.clip.seconds for row in rows) / 60
    lines = [f"{len(rows)} of {len(inventory.rows)} clips, {minutes:.1f} min", *inventory.notes]
    if often := [row for row in rows if row.used > 1]:
        most = max(often, key=lambda row: row.used)
        lines.append(f"{len(often)} in more than one project; {most.name} in {most.used}")
    if wanted.dup is not None and inventory.unseen:
        unseen = f"{inventory.unseen} were never looked at, and may look like others"
        lines.append(f"{unseen}: doit clips page=true")
    if not inventory.rows:
        lines.append("copy clips into library/video, and say: doit scan")
    return lines
