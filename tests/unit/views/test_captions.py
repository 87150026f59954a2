"""captions: the turned knobs as an artist would type them, and the cells of a card."""

from types import SimpleNamespace
from typing import Any, cast

from collide.project.look_book import Look
from collide.project.sheets import LookSheet, SheetCell
from collide.views.captions import put_on, sheets_data, turned


def manifest(**said: tuple[Any, str]) -> dict[str, Any]:
    """Return a manifest with these settings and origins: knob=(value, origin)."""
    named = {name.replace("_of_", "."): pair for name, pair in said.items()}
    return {
        "said": {name: value for name, (value, _) in named.items()},
        "origins": {name: origin for name, (_, origin) in named.items()},
    }


def test_a_caption_lists_presets_before_knobs() -> None:
    """A caption lists each preset once and then the knobs, as one would type them."""
    said = manifest(
        layer2_of_similarity=([0.2, 0.35], "command line"),
        mode=("kmeans", "preset hard (typed)"),
        softness=(0.1, "preset half-open"),
        coverage=("0.4..0.6", "preset half-open"),
        spread=(0.8, "config.json"),
    )
    words = ["preset=hard", "preset=half-open", "layer2.similarity=0.2..0.35", "spread=0.8"]
    assert turned(said) == words


def test_presets_that_the_previous_look_lacked_are_new() -> None:
    """New presets are those that the previous look lacked, from the command or the config."""
    typed = manifest(hue=(9, "preset vintage-film (typed)"), softness=(0.1, "preset half-open"))
    before = manifest(softness=(0.1, "preset half-open"), spread=(0.8, "config.json"))
    assert put_on(before, typed) == ["vintage-film"]
    assert put_on(typed, before) == []
    assert put_on({}, typed) == ["vintage-film", "half-open"]
    assert put_on(typed, {}) == []


def test_knobs_common_to_all_looks_are_not_in_captions() -> None:
    """A caption omits seed, dice, clips, length and size, and knobs that are not set."""
    said = manifest(
        seed=(7, "config.json"),
        duration=(8, "config.json"),
        output_size=("640x360", "command line"),
        layer2_of_clip=("a.mp4", "config.json"),
        layer2_of_dice=(3, "config.json"),
    )
    assert turned(said) == []
    assert turned({}) == []


def test_the_caption_of_an_opened_look_has_only_typed_knobs() -> None:
    """The caption of an opened look lists only the knobs given with it."""
    said = manifest(
        similarity=(0.3, "look 7f3a91bc"),
        softness=(0.1, "preset half-open"),
        crf=(28, "command line"),
    )
    assert turned(said) == ["crf=28"]


def looks(**rendered: bool) -> list[Look]:
    """Return looks with these names, rendered or not."""
    told = enumerate(rendered.items())
    made = (SimpleNamespace(name=n, video="v" * on, when=float(at)) for at, (n, on) in told)
    return cast(list[Look], list(made))


def test_only_cells_of_the_newest_sheet_are_numbered() -> None:
    """Only cells of the newest sheet are numbered, even if the look before them was deleted."""
    first = LookSheet("sweep", 5.0, [], [SheetCell("aa", "x=1"), SheetCell("", "x=2")])
    last = LookSheet("roll", 9.0, [], [SheetCell("gone", "seed=1"), SheetCell("bb", "seed=2")])
    empty = LookSheet("roll", 7.0, [], [SheetCell("gone", "seed=1")])
    told = sheets_data([first, empty, last], looks(aa=False, bb=True, cc=True))
    assert [(one["verb"], one["last"], one["cells"]) for one in told] == [
        ("sweep", False, [{"number": None, "look": "aa", "turned": "x=1"}]),
        ("roll", True, [{"number": 2, "look": "bb", "turned": "seed=2"}]),
    ]


def test_looks_on_no_sheet_share_a_separate_card() -> None:
    """Unrendered looks that are not on a sheet (older versions left some) share a separate card."""
    told = sheets_data([], looks(aa=False, bb=True, cc=False))
    assert [one["look"] for one in told[0]["cells"]] == ["aa", "cc"]
    assert told[0]["verb"] == "earlier sweeps and rolls"
    assert sheets_data([], looks(bb=True)) == []
