"""call: a job's arguments are plain data, and its function receives them as typed values."""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, get_type_hints

from collide.base.media import Clip
from collide.instrument import FrameRate, Read, Span
from collide.store.call import Call, plain, typed
from tests.dry import with_toy
from tests.dry_clips import CLIP


def test_arguments_are_converted_to_the_hinted_types() -> None:
    """Arguments stored as JSON are converted to the types in the function's hints."""

    def asks(
        *,
        clip: Clip,
        span: Span,
        spans: list[Span],
        reads: list[list[Read]],
        size: tuple[int, int],
        films: Mapping[int, Path],
        word: str,
        frames: Path | None,
        masks: Path | None,
        ends: list[Span] | None,
    ) -> None:
        """Declare one parameter of each type."""

    given = {
        "clip": CLIP,
        "span": Span(0, 5),
        "spans": [Span(0, 5), Span(5, 2)],
        "reads": [[Read(0, 1, 2, True)], []],
        "size": (320, 180),
        "films": {2: Path("alpha.gray")},
        "word": "@clip",
        "frames": Path("frames.png"),
        "masks": None,
        "ends": [Span(0, 5)],
    }
    written = json.loads(json.dumps(plain(given)))
    hints = get_type_hints(asks)
    assert {name: typed(hints[name], value) for name, value in written.items()} == given


def test_the_name_of_an_input_becomes_its_path(tmp_path: Path) -> None:
    """An input's name becomes its path, even inside a mapping, but never in a knob's value."""

    def opened(knobs: Mapping[str, Any], *, one: Path, more: Mapping[int, Path]) -> dict[str, Any]:
        return {"knobs": dict(knobs), "one": one, "more": dict(more)}

    toys = with_toy(analyze=opened, VERSION=1)
    call = Call("blend/toy", "analyze", {"knobs": {"k": "@a"}, "one": "@a", "more": {3: "@b"}})
    found = call(toys, {"@a": tmp_path / "a", "@b": tmp_path / "b"})
    assert found == {
        "knobs": {"k": "@a"}, "one": tmp_path / "a", "more": {3: tmp_path / "b"},
    }  # fmt: skip


def test_a_fraction_is_stored_as_text_and_read_as_a_number() -> None:
    """A rate of 24000/1001 is stored as text, but read as a number unless its hint is `str`.

    A knob's value remains text.
    """

    def asks(
        *, fps: FrameRate, rate: float | FrameRate, old: int, word: str, knobs: Mapping[str, Any]
    ) -> None:
        """Declare one parameter of each type."""

    rate, knobs = Fraction(24000, 1001), {"name": "1/2"}
    given = {"fps": rate, "rate": rate, "old": rate, "word": "1/2", "knobs": knobs, "bare": rate}
    written = json.loads(json.dumps(plain(given)))
    assert written["fps"] == "24000/1001"
    hints = get_type_hints(asks)
    assert {name: typed(hints.get(name), value) for name, value in written.items()} == given
    assert typed(FrameRate, 24) == 24


def test_a_job_without_knobs_passes_empty_knobs() -> None:
    """A function with a parameter `knobs` is called with empty knobs if the job has none."""
    toys = with_toy(analyze=lambda knobs, *, one: (dict(knobs), one), VERSION=1)
    assert Call("blend/toy", "analyze", {"one": 1})(toys) == ({}, 1)
