"""selection_file: the content of selection.json, and two runs that write it together."""

import json
from pathlib import Path
from typing import Any

import pytest

from collide.base.errors import InputError
from collide.project.selection_file import Chosen, read_chosen, write_chosen

LABEL = "projects/x/selection.json"


def draw(layer: int, digest: str, **asked: Any) -> dict[str, Any]:
    """Return a draw of a clip."""
    told = {"layer": layer, "seed": 7, "digest": digest * 32, "name": f"{digest}.mp4"}
    return {**told, "starts": {"0.5": 1.0}, **asked}


def threshold(layer: int, value: float, **other: Any) -> dict[str, Any]:
    """Return a solved threshold."""
    told = {"layer": layer, "digest": "a" * 32, "seed": 7, "mode": "dominant", "balance": 1}
    return {**told, "similarity": value, **other}


def test_a_written_selection_is_read_back(tmp_path: Path) -> None:
    """Draws, thresholds and storage are read back; older files without thresholds are valid."""
    path, held = tmp_path / "selection.json", Chosen([draw(1, "a")], [threshold(2, 0.3)], "raw")
    assert write_chosen(path, LABEL, held) == held == read_chosen(path, LABEL)
    path.write_text(json.dumps({"storage": None, "draws": [draw(1, "a")]}))
    assert read_chosen(path, LABEL) == Chosen([draw(1, "a")], [], None)
    write_chosen(path, LABEL, Chosen([draw(1, "a")], [], None))
    assert "solved" not in path.read_text()


def test_two_runs_that_write_lose_nothing(tmp_path: Path) -> None:
    """When two runs write, the later draws and the earlier thresholds win, and the rest is kept."""
    path = tmp_path / "selection.json"
    first = Chosen([draw(1, "a")], [threshold(2, 0.3)], "raw")
    write_chosen(path, LABEL, first)
    late = Chosen([draw(1, "b"), draw(2, "c")], [threshold(2, 0.4), threshold(3, 0.2)], "raw")
    held = write_chosen(path, LABEL, late)
    assert held.draws == late.draws, (
        "for the same request, the later draw: a changed clip is followed"
    )
    assert held.solved == [threshold(2, 0.3), threshold(3, 0.2)]
    other = write_chosen(path, LABEL, Chosen([draw(3, "d")], [], "raw"))
    assert [one["layer"] for one in other.draws] == [3, 1, 2]
    assert other == read_chosen(path, LABEL)


def test_each_combination_has_its_own_threshold(tmp_path: Path) -> None:
    """Each combination of clip, seed, mode, balance and knob has its own threshold."""
    turned = [{"digest": "b" * 32}, {"seed": 8}, {"mode": "kmeans"}, {"balance": 2}]
    every = [threshold(2, 0.3), *(threshold(2, 0.4, **other) for other in turned)]
    light = threshold(2, 0.7)
    light["luminance_threshold"] = light.pop("similarity")
    held = write_chosen(tmp_path / "selection.json", LABEL, Chosen([], [*every, light], None))
    assert held.solved == [*every, light]


BAD = [
    {"mode": 2}, {"digest": 7}, {"seed": 0.5}, {"balance": True}, {"similarity": "0.3"},
    {"similarity": 1.5}, {"similarity": -0.1}, {"similarity": True}, {"more": 0.2},
]  # fmt: skip


@pytest.mark.parametrize("broken", [*BAD, "text", None])
def test_a_broken_threshold_is_refused(tmp_path: Path, broken: Any) -> None:
    """The fix for a broken threshold is to move selection.json away."""
    path = tmp_path / "selection.json"
    one = threshold(2, 0.3, **broken) if isinstance(broken, dict) else broken
    path.write_text(json.dumps({"draws": [], "solved": [one]}))
    with pytest.raises(InputError) as caught:
        read_chosen(path, LABEL)
    assert caught.value.fix == f"to have the clips chosen again: mv {LABEL} {LABEL}.old"
