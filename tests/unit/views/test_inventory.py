"""inventory: the search for clips, the projects that use them, and their lookalikes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from collide.base.hashing import digest
from collide.library.provenance import Provenance
from collide.views.inventory import SORTS, Inventory, Wanted, chosen, inventory
from tests.unit.library.test_likeness import ONE, TWO, off
from tests.unit.shelf import FACTS, Shelf

CLIPS: dict[str, dict[str, Any]] = {
    "a rain.mp4": {"signature": ONE},
    "b.mp4": {"height": 720, "width": 1280, "seconds": 8.1, "signature": off(ONE, 4)},
    "c.mp4": {"audio": None, "seconds": 90.0, "signature": TWO},
    "d.mp4": {"height": 640, "width": 360, "fps": 30.0},
}
SAID = {"title": "A Walk in the Rain", "license": "Creative Commons BY", "time": "2026-01-02"}


@pytest.fixture
def found(shelf: Shelf) -> Inventory:
    """Return four clips: two look alike, one has a copy, one was downloaded, and two are used."""
    for path in shelf.house.library.iterdir():
        path.unlink()
    for name in (*CLIPS, "d copy.mp4"):
        shelf.put(name, name.replace(" copy", ""))
    shelf.scan()
    library = shelf.library()
    for name, known in library.contents["clips"].items():
        told = CLIPS.get(Path(name).name.replace(" copy", ""))
        if told:
            known["facts"] = FACTS | {k: v for k, v in told.items() if k != "signature"}
            known |= {k: v for k, v in told.items() if k == "signature"}
    Provenance(shelf.house).add(digest(b"c.mp4"), Path("c.mp4"), SAID)
    project(shelf, "x", layers=["b.mp4", "c.mp4"])
    project(shelf, "y", layers=["b.mp4", "b.mp4"])
    return inventory(library)


def project(
    shelf: Shelf,
    name: str,
    *,
    layers: Sequence[str] = (),
    beds: Sequence[str] = (),
    draws: Sequence[dict] = (),
    **config: Any,
) -> None:
    """Write a project with these draws and with a manifest of these clips and sounds."""
    folder = shelf.house.root / "projects" / name
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "selection.json").write_text(json.dumps({"draws": list(draws)}))
    if layers:
        shows = [{"clip": digest(clip.encode())} for clip in layers]
        plays = [{"sound": digest(sound.encode())} for sound in beds]
        recipe = {"layers": shows, "beds": plays, "a knob of its scripts": 1}
        (folder / "manifest.json").write_text(json.dumps({"recipe": recipe}))


def draw(layer: int, name: str, **asked: Any) -> dict:
    """Return a draw as it is recorded in selection.json."""
    question = {"seed": 7, "min_resolution": 0, "min_seconds": 0.0, "clip": "any", "take": 0}
    answer = {"digest": digest(name.encode()), "name": name, "starts": {"0.5": 1.0}}
    return {"layer": layer, **question, **asked, **answer}


def test_a_clip_is_used_if_the_last_render_has_it(shelf: Shelf) -> None:
    """A clip counts as used if the last render or, before any, the config's draws contain it."""
    for name in ("c.mp4", "d.mp4"):
        shelf.put(name)
    shelf.scan()
    project(shelf, "x", layers=["a.mp4"], beds=["d.mp4"], draws=[draw(1, "c.mp4")])
    drawn = [
        draw(1, "c.mp4"),
        draw(1, "a.mp4", take=1),
        draw(1, "d.mp4", seed=8),
        draw(2, "c.mp4"),
        draw(1, "d.mp4", clip="d.mp4"),
    ]
    config = {"seed": 7, "num_videos": 1, "take": 1, "min_resolution": 0, "min_seconds": 0.0}
    project(shelf, "y", draws=drawn, start=0.5, **config)
    project(shelf, "z", draws=drawn, start=0.5, **config | {"take": 0, "layer1.clip": "d.mp4"})
    used = {Path(row.name).name: row.used for row in inventory(shelf.library()).rows}
    assert used == {"a.mp4": 2, "b.mov": 0, "c.mp4": 0, "d.mp4": 2}


def test_an_unreadable_manifest_is_reported(shelf: Shelf) -> None:
    """If a project's manifest is unreadable, a note says so, and its clips are not counted."""
    project(shelf, "x", layers=["a.mp4"], draws=[draw(1, "a.mp4")])
    (shelf.house.root / "projects" / "x" / "manifest.json").write_text('{"recipe": []}')
    found = inventory(shelf.library())
    assert [row.used for row in found.rows] == [0, 0]
    assert "projects/x is not counted" in found.notes[0]


def test_the_best_of_similar_clips_is_listed_once(shelf: Shelf) -> None:
    """Lookalikes are ranked by size, sound, rate, then name; dup=False keeps only the best clip."""
    better = [{"height": 720, "width": 1280}, {"fps": 50.0}, {}, {}, {"audio": None, "fps": 60.0}]
    for path in shelf.house.library.iterdir():
        path.unlink()
    for number in range(len(better)):
        shelf.put(f"{number}.mp4")
    shelf.scan()
    library = shelf.library()
    for number, more in enumerate(better):
        known = library.contents["clips"][f"library/video/{number}.mp4"]
        known |= {"facts": FACTS | more, "signature": ONE}
    rows = inventory(library).rows
    assert len({row.like for row in rows}) == 1
    assert [row.rank for row in rows] == [0, 1, 2, 3, 4]
    for few in (rows, rows[::-1], rows[2:], rows[:1:-1]):
        assert chosen(few, Wanted(dup=False)) == [min(few, key=lambda row: row.rank)]


def names(found: Inventory, **wanted: Any) -> str:
    """Search for clips and return the first character of each name."""
    return "".join(Path(row.name).name[0] for row in chosen(found.rows, Wanted(**wanted)))


SEARCHES: list[tuple[dict[str, Any], str]] = [
    ({}, "abcd"),
    ({"words": ("RAIN",)}, "ac"),
    ({"words": ("rain", "walk")}, "c"),
    ({"words": ("copy",)}, "d"),
    ({"words": ("commons",)}, "c"),
    ({"least": 720}, "b"),
    ({"least": 361}, "b"),
    ({"audio": True}, "abd"),
    ({"audio": False}, "c"),
    ({"shortest": 8.05}, "bc"),
    ({"longest": 8.05}, "ad"),
    ({"license": "creative"}, "c"),
    ({"license": "none"}, "abd"),
    ({"used": 1}, "bc"),
    ({"used": 2}, "b"),
    ({"used": 0}, "ad"),
    ({"dup": True}, "abd"),
    ({"dup": False}, "bcd"),
    ({"dup": False, "longest": 8.0}, "ad"),
]


@pytest.mark.parametrize(("wanted", "expected"), SEARCHES, ids=str)
def test_clips_are_found_by_each_criterion(found: Inventory, wanted: dict, expected: str) -> None:
    """Clips are found by words, size, sound, length, license, use and likeness.

    With dup=False, only the best clip in a group of lookalikes is kept.
    """
    assert names(found, **wanted) == expected


def test_a_row_contains_every_known_fact(found: Inventory) -> None:
    """A row lists a clip's copies, lookalikes, number of projects, and license."""
    a, b, c, d = found.rows
    assert (a.like, b.like, c.like, d.like) == (a.digest, a.digest, "", "")
    assert [row.used for row in found.rows] == [0, 2, 1, 0], "a project counts once"
    assert d.copies == ["library/video/d.mp4"] and d.name == "library/video/d copy.mp4"
    assert (c.license, a.license, found.unseen) == ("Creative Commons BY", "", 1)


def test_clips_can_be_sorted(found: Inventory) -> None:
    """Clips can be sorted by name, length, size, use or age."""
    order = {
        key: "".join(Path(r.name).name[0] for r in sorted(found.rows, key=by))
        for key, by in SORTS.items()
    }
    expected = {"name": "abcd", "long": "cbad", "large": "bacd", "used": "bcad", "new": "cabd"}
    assert order == expected


def test_a_deleted_clip_is_not_listed(shelf: Shelf) -> None:
    """Only clips that still exist are listed."""
    (shelf.house.library / "a.mp4").unlink()
    shelf.scan()
    assert [row.name for row in inventory(shelf.library()).rows] == ["library/video/b.mov"]


def test_an_unreadable_selection_is_reported(shelf: Shelf) -> None:
    """If a project's selection is unreadable, a note names it, and all clips are listed."""
    folder = shelf.house.root / "projects" / "x"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "selection.json").write_text("{")
    found = inventory(shelf.library())
    assert len(found.rows) == 2
    (note,) = found.notes
    assert "projects/x is not counted" in note


def test_a_moved_clip_keeps_its_analysis(shelf: Shelf) -> None:
    """A moved clip keeps its analysis because it is identified by its content."""
    library = shelf.library()
    library.remember({digest(b"a.mp4"): {"signature": ONE}})
    (shelf.house.library / "a.mp4").rename(shelf.house.library / "z.mp4")
    shelf.scan()
    rows = {row.name: row.signature for row in inventory(shelf.library()).rows}
    assert rows == {"library/video/b.mov": None, "library/video/z.mp4": ONE}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("b.mp4", "c.mp4"), ["b.mp4", "c.mp4"]),
        (("library/video/b.mp4", "d copy.mp4", "gone.mp4"), ["b.mp4", "d copy.mp4"]),
        (("/home/me/collide/library/video/b.mp4",), ["b.mp4"]),
        ((".mp4",), ["a rain.mp4", "b.mp4", "c.mp4", "d copy.mp4"]),
        (("rain", "b.mp4"), []),
    ],
)
def test_several_file_names_list_each_of_these_clips(found, words, names):
    """A clip must match any one of several file names (an expanded *.mp4) and all other words."""
    listed = [Path(row.name).name for row in chosen(found.rows, Wanted(words=words))]
    assert sorted(listed) == sorted(names)
