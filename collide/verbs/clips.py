"""list and search the clips: doit clips rain min=720 audio=yes dup=no; page=true shows them

Words are looked for in names, titles, makers and licenses. A line says how long a clip is, how
large, whether it sounds, how many projects use it, what it doubles, and its license.
"""

from collections.abc import Callable
from typing import Any

from collide.desk.said import Said
from collide.errors import InputError, did_you_mean
from collide.files import write_whole
from collide.filters import read_number
from collide.pages.clips import clips_page
from collide.stock import thumbs
from collide.stock.intake import shown
from collide.stock.inventory import SORTS, Inventory, Row, Wanted, chosen, inventory
from collide.work.session import Session

VARIABLES = {
    "min": "pixels of the short side",
    "audio": "yes or no",
    "dup": "no: of clips that are alike the best one only; yes: those that are alike",
    "shortest": "seconds, or 1:30",
    "longest": "seconds, or 1:30",
    "license": "a part of it, or none",
    "used": "by so many projects at least; 0: by none",
    "sort": ", ".join(SORTS),
    "page": "true: a page with a picture of each, which also finds those that look alike",
}
WORDS = 9


def run(said: Said) -> int:
    """Print the clips that are looked for, or write their page."""
    wanted = _wanted(said)
    sort = SORTS[_one_of(said, "sort", list(SORTS), "name")]
    shows = said.flag("page")
    session = said.open_house()
    if shows:
        session.bench.require_engine()
    found = inventory(session.bench.library)
    rows = sorted(chosen(found.rows, wanted), key=sort)
    if shows and rows:
        return _page(session, rows, wanted, sort)
    names = {row.digest: row.name for row in found.rows}
    wide = min(60, max((len(row.name) for row in rows), default=0))
    for row in rows:
        print(f"{row.name:<{wide}}  {_line(row, names)}")
    for line in _after(rows, found, wanted):
        print(line)
    return 0


def _page(session: Session, rows: list[Row], wanted: Wanted, sort: Callable[[Row], Any]) -> int:
    """Look at the clips, write their page, and say where it is."""
    notes = thumbs.look(session, rows)
    found = inventory(session.bench.library)  # now it is known which look alike
    rows = sorted(chosen(found.rows, wanted), key=sort)
    folder = thumbs.folder(session)
    pictures = {r.digest: p for r in rows if (p := thumbs.picture(session, r)).exists()}
    made = clips_page(rows, pictures, root=session.house.root, folder=folder)
    write_whole(folder / "index.html", made)
    for note in [*notes, *found.notes]:
        print(note)
    alike = sum(row.like not in ("", row.digest) for row in rows)
    print(f"{len(rows)} clips, {alike} of them look like another: {folder / 'index.html'}")
    return 0


def _line(row: Row, names: dict[str, str]) -> str:
    parts = [shown(row.clip)]
    if row.used:
        parts.append(f"used by {row.used} project{'s' * (row.used > 1)}")
    parts += [f"also {name}" for name in row.copies]
    if row.like not in ("", row.digest):
        parts.append(f"looks like {names[row.like]}")
    return "  ".join([*parts, row.license]).rstrip()


def _after(rows: list[Row], found: Inventory, wanted: Wanted) -> list[str]:
    """Return what is said below the list."""
    seconds = sum(row.clip.seconds for row in rows)
    lines = [f"{len(rows)} of {len(found.rows)} clips, {seconds / 60:.1f} min", *found.notes]
    if often := [row for row in rows if row.used > 1]:
        most = max(often, key=lambda row: row.used)
        lines.append(f"{len(often)} in more than one project; {most.name} in {most.used}")
    if wanted.dup is not None and found.unseen:
        lines.append(
            f"{found.unseen} were never looked at, and may look like others: doit clips page=true"
        )
    if not found.rows:
        lines.append("copy clips into library/video, and say: doit scan")
    return lines


def _wanted(said: Said) -> Wanted:
    """Return what is looked for.

    Raises:
        InputError: a value that cannot be.
    """
    answers = {"yes": True, "no": False, "": None}
    most = said.variables.get("longest")
    return Wanted(
        words=tuple(said.words),
        least=int(_number(said, "min", whole=True)),
        audio=answers[_one_of(said, "audio", ["yes", "no"], "")],
        shortest=_number(said, "shortest"),
        longest=_number(said, "longest") if most else None,
        license=said.variables.get("license"),
        used=int(_number(said, "used", whole=True)) if "used" in said.variables else None,
        dup=answers[_one_of(said, "dup", ["yes", "no"], "")],
    )


def _one_of(said: Said, name: str, words: list[str], otherwise: str) -> str:
    text = said.variables.get(name, otherwise)
    if text not in (*words, otherwise):
        raise InputError(
            f"{name}={text} is not possible",
            why=f"it is one of {', '.join(words)}",
            fix=did_you_mean(text, words, otherwise=f"say {name}={words[0]}"),
        )
    return text


def _number(said: Said, name: str, *, whole: bool = False) -> float:
    text = said.variables.get(name, "0")
    value = read_number(text)
    if not isinstance(value, int | float) or value < 0 or (whole and value != int(value)):
        kind = "a whole number from 0 up" if whole else "a time: 90 or 1:30"
        raise InputError(
            f"{name}={text} is not possible", why=f"it is {kind}", fix=f"leave {name}= away"
        )
    return value
