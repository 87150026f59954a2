"""Untrusted presets and configs: each value is checked, and no text becomes part of a filter."""

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.errors import InputError
from collide.base.media import Clip
from collide.base.workspace import Workspace
from collide.catalog import instrument, instruments, knobs
from collide.instrument import H264, Choice, Range
from collide.plan.post_chain import filters_of
from collide.project.piece import Piece
from collide.project.project import named
from collide.project.settings import Window, resolve

KNOBS = sorted(knobs())
POSTS = [n[5:] for n, m in instruments().items() if n[:5] == "post/" and hasattr(m, "filters")]
GRAPH = re.compile(r"[A-Za-z0-9_.,:;=+\-\[\]@()|*/ ']*")
WORD = re.compile(r"[A-Za-z0-9_.:x%@+-]+")  # an option's value, without a path, a list or a quote
CLIP = Clip(seconds=9.0, width=320, height=180, frames=225, fps=25.0, variable=False, rotated=False,
            video="h264", audio="aac", channels=2, rate=44100, gap=0.04)  # fmt: skip
HOSTILE: list[Any] = [
    "volume=0.3,ladspa=file=/x/evil.so:plugin=x",
    "0.3,movie=/etc/passwd",
    "0.3[a];[a]metadata=mode=print:file=/x",
    "/etc/passwd",
    "../../etc/passwd",
    "file:/etc/passwd|concat:/x",
    "-i /etc/passwd",
    "0.3\nfile /x",
    "\x1b[2J",
    "a\x00b",
    "\ud800",
    "9" * 400,
    1e308,
    -1e308,
    10**200,
    float("nan"),
    float("inf"),
    [1e308, 1e308],
    [-1, 10**30],
    [[0.1, 0.2], [0.3, 0.4]],
    [],
    {"a": 1},
    None,
    {"__class__": "x"},
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:30])
@pytest.mark.parametrize("place", ["presets/blend/mine.json", "projects/x/config.json"])
def test_a_hostile_value_is_refused_with_its_file(house: Workspace, place: str, value: Any) -> None:
    """Every knob refuses every hostile value, and the error names the file to fix."""
    for name in KNOBS:
        path = house.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({name: value}))
        typed = ["mine"] if "mine" in place else []
        with pytest.raises(InputError) as caught:
            named(house, "x").settings(typed, {})
        assert place in caught.value.what
        assert str(caught.value).isascii() or "…" in str(caught.value)


TEXT = st.text(max_size=30) | st.sampled_from([v for v in HOSTILE if isinstance(v, str)])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)


def likely(name: str) -> st.SearchStrategy[Any]:
    """Return a strategy for values that a knob may take: numbers, strings and ranges."""
    limit = knobs()[name].limit
    if isinstance(limit, Range):
        one = (st.integers(int(limit.low), int(limit.high)) if limit.whole
               else st.floats(limit.low, limit.high, allow_nan=False))  # fmt: skip
        return one | one.map(str) | st.lists(one, min_size=2, max_size=2).map(sorted)
    return st.sampled_from(limit.words) if isinstance(limit, Choice) else JSON


ANY = st.sampled_from(KNOBS).flatmap(lambda name: st.tuples(st.just(name), likely(name) | JSON))


@given(ANY)
def test_a_value_is_within_its_limit_or_refused(said: tuple[str, Any]) -> None:
    """Any content of a preset becomes a value within the limit or raises an InputError."""
    name, value = said
    limit = knobs()[name].limit
    try:
        found = resolve([("preset x", {name: value})]).of(name).value
    except InputError as error:
        assert error.what.startswith("preset x: ")  # noqa: PT017 - either outcome is allowed
        return
    for end in (found.low, found.high) if isinstance(found, Window) else (found,):
        assert limit.check(end) == end
        assert type(limit.check(end)) is type(end)


def accepted(values: dict[str, Any]) -> dict[str, Any]:
    """Map the knobs whose values are not refused to those values."""
    passed = {}
    for name, value in values.items():
        with suppress(InputError):
            resolve([("preset x", {name: value})])
            passed[name] = value
    return passed


EFFECTS = ("equalizer", "echo")
HOUSE = Workspace(Path("nowhere"))


def graphs(values: dict[str, Any]) -> list[str]:
    """Return the filter chains of a keyed layer with sound and of the whole piece."""
    settings = resolve([("preset x", values)])
    piece, layer = settings.piece(), settings.layer(2)
    key, fit = instrument("blend/key"), instrument("blend/fit")
    fixed = instrument("modes/fixed").analyze(layer)
    several = {"colors": [*fixed["colors"], "0x000000"]}
    place, lay, size = instrument("blend/place"), instrument("blend/lay"), piece["output_size"]
    bright = {"light": [layer["luminance_threshold"], 1.0]}
    extract, loudness = instrument("audio/extract"), instrument("audio/loudness")
    sound = {"lufs": -31.5, "speed": layer["speed"], "material": 48000, "samples": 96000}
    sound["effects"] = ",".join(instrument(f"audio/{n}").filters(layer) for n in EFFECTS)
    whole = Piece(named(HOUSE, "x"), settings, piece, [], [], [], [], {}, {})
    return [
        instrument("blend/look").filters(layer),
        *(key.cut(layer, clip=CLIP, answer=answer, layer=2) for answer in (fixed, several, bright)),
        *(key.filters(layer, answer=answer) for answer in (fixed, several, bright)),
        instrument("blend/edge").filters(layer, output_size=size),
        *(play(layer, clip=CLIP, output_size=size, grid=2) for play in (fit.filters, fit.plane)),
        fit.around(layer, clip=CLIP, output_size=size, layer=2),
        *(extract.sound_chain(layer, channels=channels, **sound) for channels in (1, 2)),
        instrument("audio/mix").summed(piece, count=2, samples=96000),
        loudness.louder(3.0, piece["peak_db"], 96000),
        place.kept(layer, picture=(640, 360), output_size=size),
        *(
            play(layer, picture=(640, 360), output_size=size, fog=fog)
            for play in (place.filters, place.moved, place.moved_alpha)
            for fog in (False, True)
        ),
        lay.thinned(layer),
        lay.filters(layer, below="l1", above="l2", chroma="420", corner=(2, 4), part=(6, 8)),
        *(filters_of(whole, name) for name in POSTS),
    ]


@given(st.dictionaries(st.sampled_from(KNOBS), JSON, max_size=3), st.data())
def test_no_text_of_a_preset_reaches_a_filter(wild: dict[str, Any], data: st.DataObject) -> None:
    """Chains contain only expected characters, and no filter or option that opens a file."""
    tame = {name: data.draw(likely(name)) for name in data.draw(st.sets(st.sampled_from(KNOBS)))}
    for graph in graphs({**accepted(tame), **accepted(wild)}):
        assert GRAPH.fullmatch(graph), graph
        assert "movie" not in graph and "file" not in graph


@given(st.data())
def test_no_text_of_a_preset_reaches_an_option(data: st.DataObject) -> None:
    """The encoder's options are numbers, known words, or collide's own constants."""
    values = {name: data.draw(likely(name)) for name in ("crf", "encoding_preset", "fps")}
    piece = resolve([("preset x", accepted(values))]).piece()
    for word in instrument("blend/encode").coded(piece):
        assert word in H264 or WORD.fullmatch(str(word)), word
