"""Steadied keys on generated clips: they flicker less and keep moving edges and thin lines."""

from pathlib import Path

from benchmarks.steady import (
    DEFAULT,
    RAW,
    Film,
    Measured,
    disk,
    flicker,
    hills,
    luma,
    measured,
    overlap,
    wires,
)


def raw_and_default(film: Film, folder: Path) -> tuple[Measured, Measured]:
    """Return the measurements of a film with the raw key and with the default key."""
    return measured(film, RAW, folder), measured(film, DEFAULT, folder)


def test_steadying_reduces_the_flicker_of_a_key(tmp_path: Path) -> None:
    """Steadying cuts a key's flips to at most a quarter, and its flicker below the clip's own."""
    film = hills(tmp_path)
    raw, now = raw_and_default(film, tmp_path)
    assert raw.flips > 0.1, "there is something to steady"
    assert now.flips <= raw.flips / 4
    assert now.flicker < flicker(luma(film)) < raw.flicker
    assert abs(now.open - raw.open) < 0.02


def test_a_moving_disk_keeps_its_size_place_and_edge(tmp_path: Path) -> None:
    """A moving disk keeps its size, its position and the sharpness of its edge.

    The disk overlaps the raw key's disk by 97%, or by 90% if each frame moves it by a third of its
    size.
    """
    for radius, step, least in ((50, 7, 0.97), (20, 13, 0.9)):
        film = disk(tmp_path, radius, step)
        raw, now = raw_and_default(film, tmp_path)
        assert overlap(now.opaque, raw.opaque) > least
        assert overlap(now.opaque, film.truth) > least - 0.02
        assert now.width < raw.width + 1
        assert abs(now.open - raw.open) < 0.02


def test_thin_lines_of_a_small_clip_stay(tmp_path: Path) -> None:
    """One-pixel lines in a 320x240 clip remain opaque, and hardly any other pixel is opaque."""
    film = wires(tmp_path)
    _, now = raw_and_default(film, tmp_path)
    assert now.opaque[film.truth].mean() > 0.98
    assert now.opaque[~film.truth].mean() < 0.01
