"""a grid of looks over one to three knobs, and its contact sheet; similarity=0.2..0.5:7

`0.2..0.5:7` is seven values, `0,0.05` are two; a knob with one value counts for all of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from typing import Any

from collide.catalog import Knob
from collide.desk.said import Said
from collide.desk.variables import AT, FULL, PIECE
from collide.errors import InputError
from collide.filters import number, read_number
from collide.graph.knobs import find, parse
from collide.graph.pins import pinned
from collide.limits import BadValueError, as_typed
from collide.show.cells import Cell, show
from collide.step import Chain, Range, Several

VARIABLES = {**PIECE, "at": AT, "full": FULL}
KNOBS = True

MOST = 256  # pictures on one sheet


def run(said: Said) -> int:
    """Make the grid, write the sheet, and say what each cell is."""
    read = {name: reads(name, text) for name, text in said.knobs.items()}
    turned = {name: found for name, found in read.items() if len(found) > 1}
    count = 1
    for found in turned.values():
        count *= len(found)
    if not 1 <= len(turned) <= 3 or count > MOST:
        windows = [text for text in said.knobs.values() if ".." in text and ":" not in text]
        more = f"; {windows[0]} is a window, {windows[0]}:7 are values" if windows else ""
        raise InputError(
            f"a sweep over {len(turned)} knobs, {count} looks",
            why=f"one to three knobs take several values each, and {MOST} looks are the most{more}",
            fix=replace(said, knobs={}).line(similarity="0.2..0.5:7", softness="0,0.05"),
        )
    rest = replace(said, knobs={n: text for n, text in said.knobs.items() if n not in turned})
    cells = [
        Cell(dict(zip(turned, chosen, strict=True)), _shown(turned, chosen))
        for chosen in product(*turned.values())
    ]
    settings = rest.open().settings
    for name in turned:
        own, others = pinned(settings, name)
        if own and not others:
            raise InputError(
                f"{name} is pinned in every layer that has it",
                why=f"layer{own[0]}.{name} and such stand in the config, so it would move nothing",
                fix=f"sweep layer{own[0]}.{name}=…, or take the pins out: doit set "
                f"project={rest.project} {' '.join(f'layer{n}.{name}=' for n in own)}",
            )
    return show(rest, said.existing(), cells, "sweep.png")


def reads(name: str, text: str) -> list[Any]:
    """Return the values that a knob takes one after another.

    Raises:
        InputError: it cannot take one of them.
    """
    knob = find(name)
    first, dots, rest = text.partition("..")
    last, colon, count = rest.partition(":")
    if dots and colon:
        return _steps(name, knob, (first, last), count)
    if "," in text and not isinstance(knob.limit, Chain | Several):
        return list(_listed(name, text.split(",")))
    parse(name, text)
    return [text]


def _listed(name: str, texts: list[str]) -> Iterator[Any]:
    for at, text in enumerate(texts):
        before, after = texts[:at], texts[at + 1 :]
        with _part_of("".join(f"{t}," for t in before), "".join(f",{t}" for t in after)):
            yield parse(name, text)


@contextmanager
def _part_of(before: str, after: str) -> Iterator[None]:
    """Let a refusal of a part say what stands in place of the whole."""
    try:
        yield
    except BadValueError as error:
        error.instead = f"{before}{error.instead}{after}"
        raise


def _steps(name: str, knob: Knob, ends: tuple[str, str], count: str) -> list[Any]:
    steps, limit = read_number(count), knob.limit
    numbers = all(isinstance(read_number(end), int | float) for end in ends)
    if not isinstance(limit, Range) or not numbers or steps not in range(2, MOST + 1):
        raise BadValueError(
            name,
            f"{ends[0]}..{ends[1]}:{count}",
            f"takes 2 to {MOST} steps of a window, as 0.2..0.4:7, where its values are numbers",
            instead=_seven(limit) if isinstance(limit, Range) else as_typed(knob.default),
        )
    with _part_of("", f"..{ends[1]}:{count}"):
        low = parse(name, ends[0])
    with _part_of(f"{ends[0]}..", f":{count}"):
        high = parse(name, ends[1])
    values = [low + (high - low) * i / (steps - 1) for i in range(steps)]
    return list(dict.fromkeys(round(v) if limit.whole else round(v, 4) for v in values))


def _seven(limit: Range) -> str:
    return f"{as_typed(limit.low)}..{as_typed(limit.high)}:7"


def _shown(names: dict[str, list[Any]], chosen: tuple[Any, ...]) -> str:
    told = (
        number(v) if isinstance(v, int | float) and not isinstance(v, bool) else v for v in chosen
    )
    return " ".join(f"{name}={value}" for name, value in zip(names, told, strict=True))
