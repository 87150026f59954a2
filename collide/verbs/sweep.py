"""compare values of one to three knobs on a contact sheet; similarity=0.2..0.5:7

`0.2..0.5:7` tries seven values, and `0,0.05` two; a knob with a single value applies to every look.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import product
from math import prod
from typing import Any

from collide.base.errors import InputError
from collide.base.filtergraph import read_number
from collide.base.spoken_number import ends
from collide.base.words import joined, several
from collide.catalog import Catalog, Knob
from collide.cli.request import Request
from collide.instrument import Chain, File, Range, Several
from collide.library.folders import CLIP, SOUND, own_names
from collide.limits import SHARES, BadValueError, Checked, Choice, Family, as_typed
from collide.project.knob_files import known_files
from collide.project.layer_knobs import pinned
from collide.project.near_values import instead, swept
from collide.project.other_words import other_values
from collide.project.settings import Settings, bare, find, parse
from collide.syntax.arguments import ALL, line
from collide.syntax.variables import AT, FULL, PIECE
from collide.syntax.verb import Verb
from collide.text_limits import MaterialName
from collide.views.cells import Cell, show
from collide.views.sweep_grid import Axis

_NUMBER = r"([-+−]?[0-9]*\.?[0-9]+)"
_TO = r"\s*(?:\.{2,}|…|-|–|—|:|~|to)\s*"
_STEPPED = re.compile(
    rf"{_NUMBER}{_TO}{_NUMBER}\s*(?:[/x*×;,:@|]|\s|in)\s*{_NUMBER}", re.IGNORECASE
)

MAX_PICTURES = 256  # the maximum number of pictures on one sheet
MOST_LISTED = 16  # the maximum number of integers or files listed in a fix


def reads(name: str, text: str, catalog: Catalog) -> list[Any]:
    """Return the values that a sweep tries for a knob, in order.

    Raises:
        BadValueError: a value is not allowed; `instead` corrects it and keeps the other values.
    """
    try:
        return _values(name, text, catalog)
    except BadValueError as error:
        if guess := _respelled(name, text, find(name, catalog).limit):
            error.instead, error.sweep = guess, ""
            raise
        limit = find(name, catalog).limit
        single = isinstance(limit, Range) and ".." not in text and "," not in text
        pair = ends(text) if single else []
        pair = sorted(filter(None, map(limit.near, pair)), key=float)
        if len(pair) == 2 and isinstance(limit, Range):  # such as 0.1-0.5
            error.instead = _listed(pair[0], pair[1], limit) or f"{'..'.join(pair)}:7"
        elif ".." in error.instead and error.raw == text:  # such as 0.4..0.2
            error.instead += ":7" * (":" not in error.instead)
        elif error.raw != text:  # one of several values: replace it with a single value
            error.instead = limit.near(error.raw) or error.instead
            if not error.instead:  # no valid value is near: leave out the wrong value
                others = [one for one in text.split(",") if one.strip() != error.raw]
                error.instead = ",".join(others)
                raise
        wrong = rf"(?<!\w)(?<!\d\.){re.escape(error.raw)}(?!\w)"
        error.instead = error.instead and re.sub(wrong, error.instead, text, count=1)
        raise


def refuse_pinned(request: Request) -> None:
    """Refuse a knob that every layer overrides in config.json, before anything is opened.

    A config that cannot be read is refused elsewhere.
    """
    settings = None
    with suppress(InputError):
        settings = request.existing().settings(request.presets, {})
    if settings and "look" not in request.variables:
        _refuse_unmoved(request, settings)


VERB = Verb(
    examples=("{project} similarity=0.2..0.5:7",),
    variables={**PIECE, "at": AT, "full": FULL},
    knobs=True,
    parses=reads,
    refuses=refuse_pinned,
)


def run(request: Request) -> int:
    """Render the grid, write the sheet, and print a line for each distinct picture."""
    read = {name: reads(name, text, request.catalog) for name, text in request.knobs.items()}
    turned = {name: values for name, values in read.items() if len(values) > 1}
    count = prod(len(values) for values in turned.values())
    if not turned and len(request.presets) > 1:
        raise InputError(
            "a sweep compares values of knobs, not presets",
            why="doit sheet compares presets",
            fix=line(
                ["sheet"],
                {"project": request.project or "", "presets": ",".join(request.presets)},
            ),
        )
    if not 1 <= len(turned) <= 3 or count > MAX_PICTURES:
        texts = request.knobs.values()
        window = next((text for text in texts if ".." in text and ":" not in text), "")
        more = f"; {window} is a range, and {window}:7 takes seven values from it" if window else ""
        more += "; a comma joins effects into one chain" * bool(_chains(request))
        raise InputError(
            f"a sweep over {several(len(turned), 'knob')}, {several(count, 'look')}",
            why=f"it takes several values of one to three knobs, for up to {MAX_PICTURES} looks"
            f"{more}",
            fix=_several(request, turned),
        )
    rest = replace(request, knobs={n: text for n, text in request.knobs.items() if n not in turned})
    grid = [dict(zip(turned, chosen, strict=True)) for chosen in product(*turned.values())]
    cells = [Cell(cell, " ".join(f"{n}={as_typed(v)}" for n, v in cell.items())) for cell in grid]
    _refuse_unmoved(request, rest.open().settings)
    axes = [Axis(name, [*map(as_typed, values)]) for name, values in turned.items()]
    return show(rest, request.existing(), cells, "sweep.png", axes)


def _refuse_unmoved(request: Request, settings: Settings) -> None:
    """Refuse to sweep knobs for all layers if each layer overrides them."""
    unmoved = dict[str, list[int]]()
    for name, text in request.knobs.items():
        own, others = pinned(settings, name)
        if own and not others and len(reads(name, text, request.catalog)) > 1:
            unmoved[name] = own
    for name, own in [*unmoved.items()][:1]:
        are, it = ("is", "it") if len(unmoved) == 1 else ("are", "them")
        raise InputError(
            f"{joined([*unmoved])} {are} set separately for every layer that has {it}",
            why=f"each layer has its own value, such as layer{own[0]}.{name}, so nothing would "
            "change",
            fix="\n".join(_of_pinned(request, unmoved)),
        )


def _of_pinned(request: Request, pins: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """Yield a sweep for each layer that sets the knobs and, if several do, for all layers together.

    Args:
        pins: the layers that set each knob.
    """
    layers = sorted({n for own in pins.values() for n in own})
    away = {f"layer{n}.{name}": "" for name, own in pins.items() for n in own}
    rest = {one: text for one, text in request.knobs.items() if one not in (*pins, *away)}
    for n in layers:
        own = {f"layer{n}.{one}": request.knobs[one] for one in pins if n in pins[one]}
        yield f"layer {n} only: {replace(request, knobs={**own, **rest}).line()}"
    if len(layers) > 1:
        unset = line(["set"], {"project": request.project or "", **away})
        again = replace(request, knobs={**{n: request.knobs[n] for n in pins}, **rest})
        yield f"all layers, without their own values: {unset} && {again.line()}"


def _several(request: Request, turned: Mapping[str, list[Any]]) -> str:
    """Return a command with a valid sweep, of the given knobs if possible."""
    if len(turned) > 3 and prod(map(len, [*turned.values()][:3])) <= MAX_PICTURES:
        kept = [*turned][:3]
        rest = {n: text for n, text in request.knobs.items() if n not in turned or n in kept}
        return replace(request, knobs=rest).line()
    if len(turned) > 1 or not request.knobs:
        return replace(request, knobs={}).line(similarity="0.2..0.5:7", softness="0,0.05")
    if chains := _chains(request):
        return "\n".join(chains)
    typed = {name: _varied(request, name, text) for name, text in request.knobs.items()}
    more = {} if typed != {**request.knobs} else {"similarity": "0.2..0.5:7"}
    return replace(request, knobs={**typed, **more}).line()


def _varied(request: Request, name: str, text: str) -> str:
    """Return several values of a knob, such as its first files, or its value in the command."""
    knob, workspace, files = request.catalog.knobs[bare(name)], request.workspace, list[str]()
    if "," in text or ".." in text:
        return text if "," in text else f"{text}:7"
    if isinstance(knob.limit, File):
        files = [one.name for one in known_files(knob.limit, workspace)]
    elif isinstance(knob.limit, MaterialName):
        of = CLIP if knob.name == "clip" else SOUND
        files = own_names(workspace, request.project or "", of)
    files = [one for one in files if "," not in one][:MOST_LISTED]
    return swept(knob) or (",".join(files) if len(files) > 1 else text)


def _chains(request: Request) -> list[str]:
    """Return commands for a still of each effect in a chain, or [] for other knobs."""
    name, text = next(iter(request.knobs.items()), ("post", ""))
    limit, still = request.catalog.knobs[bare(name)].limit, request.as_verb("still")
    several = len(request.knobs) == 1 and isinstance(limit, Chain | Several) and "," in text
    return [still.line(**{name: one}) for one in text.split(",")] if several else []


def _respelled(name: str, text: str, limit: Checked | Family) -> str:
    """Return a text such as 0.2..0.5/7, 0.2:0.1:0.5, 0.2|0.3 or all as a valid sweep, or "".

    The third number is the step between two values if it is 1 or a fraction, otherwise a count. In
    0.2:0.1:0.5, the step comes second.
    """
    if re.fullmatch(rf"{_NUMBER}\.\.{_NUMBER}:[0-9]+|[\w.-]*(,[\w.-]*)+", text) and (
        ":" in text or ".." not in text
    ):
        return ""  # the form is valid, so one of the values is wrong
    text = text.strip(" [](){}").replace("−", "-")
    if isinstance(limit, Range) and limit.high <= SHARES:  # such as 20%-40%:3
        text = re.sub(r"(?:[0-9]+\.)?[0-9]+%", lambda one: limit.near(one[0]) or one[0], text)
    if text.lower() in ALL and (words := getattr(limit, "words", ())):
        return ",".join(words[:MAX_PICTURES])
    if pair := re.fullmatch(rf"{_NUMBER}:{_NUMBER}", text):
        return f"{pair[1]}..{pair[2]}:7" if float(pair[1]) < float(pair[2]) else ""
    if match := _STEPPED.fullmatch(text):
        low, second, third = (float(one) for one in match.groups())
        ends, step = (match[1], match[2]), third
        if third > second > 0 and not third.is_integer():  # the form low:step:high
            ends, step = (match[1], match[3]), second
        wide = float(ends[1]) - low
        count = step if step.is_integer() and step > 1 else round(wide / step) + 1 if step else 0
        return f"{ends[0]}..{ends[1]}:{count:g}" if wide > 0 and 1 < count <= MAX_PICTURES else ""
    parts = [part for part in re.split(r"[\s,;|/]+", text) if part]
    if len(parts) < 2 or not isinstance(limit, Checked) or ".." in text:
        return ""
    near = [_likely(name, part, limit) for part in parts]
    return ",".join(dict.fromkeys(near)) if all(near) else ""


def _likely(name: str, text: str, limit: Checked) -> str:
    """Return a value of a knob, in its own form or for another program's word, or ""."""
    with suppress(ValueError):
        return as_typed(limit.read(text))
    own = bare(name)
    return other_values(own, text).get(own, "") if isinstance(limit, Choice) else ""


def _values(name: str, text: str, catalog: Catalog) -> list[Any]:
    knob = find(name, catalog)
    first, dots, rest = text.partition("..")
    last, colon, count = rest.partition(":")
    if dots and colon:
        return _steps(name, knob, (first, last), count, catalog)
    if dots and isinstance(knob.limit, Range) and not knob.limit.rolls:
        near = _listed(first, last, knob.limit) or f"{text}:7"
        raise BadValueError(name, text, "takes values joined by commas", instead=near)
    if "," in text and not isinstance(knob.limit, Chain | Several):
        if dots:  # each look has one value of the knob, so a range cannot be one of the values
            why = "takes values joined by commas, or one range: 0.2..0.4:7 tries seven"
            raise BadValueError(name, text, why, instead=text.replace("..", ","))
        return [parse(name, part, catalog) for part in text.split(",")]
    parse(name, text, catalog)
    return [text]


def _listed(first: str, last: str, limit: Range) -> str:
    """Return a short range's integers joined by commas, or "" for any other range."""
    ends = sorted(n for n in map(read_number, (first, last)) if isinstance(n, int))
    few = len(ends) == 2 and limit.whole and 0 < ends[1] - ends[0] < MOST_LISTED
    return ",".join(map(str, range(ends[0], ends[1] + 1))) if few else ""


def _steps(name: str, knob: Knob, ends: tuple[str, str], count: str, catalog: Catalog) -> list[Any]:
    text, steps, limit = f"{ends[0]}..{ends[1]}:{count}", read_number(count), knob.limit
    if not isinstance(limit, Range):
        why = f"has no steps: it takes {limit}"
        raise BadValueError(name, text, why, instead=as_typed(knob.default))
    numbers = all(isinstance(read_number(end), int | float) for end in ends)
    if not numbers or steps not in range(2, MAX_PICTURES + 1):
        near = "..".join(ends) if numbers else instead("..".join(ends), knob)
        near = near if ".." in near else f"{as_typed(limit.low)}..{as_typed(limit.high)}"
        many = min(steps, MAX_PICTURES) if isinstance(steps, int) and steps > 1 else 7
        why = f"takes 2 to {MAX_PICTURES} values between two numbers: 0.2..0.4:7 tries seven"
        raise BadValueError(name, text, why, instead=f"{near}:{many}")
    low, high = (parse(name, end, catalog) for end in ends)
    values = [low + (high - low) * i / (steps - 1) for i in range(steps)]
    if limit.whole:  # only the ends may be fractional, like 23.976
        values = [low, *map(round, values[1:-1]), high]
    return list(dict.fromkeys(values if limit.whole else [round(v, 4) for v in values]))
