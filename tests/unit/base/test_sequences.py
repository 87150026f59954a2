"""sequences: which files form one clip, and the pattern that ffmpeg opens them with."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from collide.base.sequences import FEWEST, followers, number_of, pattern, run_of


def put(folder: Path, names: Iterable[str]) -> list[Path]:
    """Create files with the given names and return their paths."""
    paths = [folder / name for name in names]
    for path in paths:
        path.write_text("picture")
    return paths


def test_a_run_is_found_by_its_first_file(tmp_path: Path) -> None:
    """A run is found only by its first file and includes all files numbered after it."""
    paths = put(tmp_path, (f"walk_{at:04d}.png" for at in range(98, 120)))
    other = put(tmp_path, ["walk.png", "walk_1.png", "notes.txt"])
    assert run_of(paths[0]) == paths
    assert [run_of(path) for path in (*paths[1:], *other)] == [[]] * 24
    names = [path.name for path in (*paths, *other)]
    assert followers(tmp_path, names) == {path.name for path in paths[1:]}
    assert number_of(paths[0]) == 98
    assert pattern(paths[0]) == f"{tmp_path}/walk_%04d.png"


@pytest.mark.parametrize(
    ("first", "suffix", "counts"),
    [(0, "png", True), (900, "tif", True), (1, "jpg", True), (47, "jpg", False), (7, "WebP", True)],
)
def test_numbered_photographs_are_not_a_film(
    first: int, suffix: str, counts: bool, tmp_path: Path
) -> None:
    """JPEGs must start at 0 or 1, because a camera's numbering continues from card to card."""
    paths = put(tmp_path, (f"DSC_{first + at:04d}.{suffix}" for at in range(FEWEST)))
    assert bool(run_of(paths[0])) == counts


def test_a_gap_ends_a_run_and_a_run_needs_enough_files(tmp_path: Path) -> None:
    """Files after a gap form a new clip, and too few files are separate pictures."""
    before = put(tmp_path, (f"{at:03d}.png" for at in range(1, 1 + FEWEST)))
    after = put(tmp_path, (f"{at:03d}.png" for at in range(50, 50 + FEWEST)))
    few = put(tmp_path, (f"few{at:03d}.png" for at in range(FEWEST - 1)))
    assert (run_of(before[0]), run_of(after[0]), run_of(few[0])) == (before, after, [])
    assert pattern(before[0]) == f"{tmp_path}/%03d.png"


def test_a_run_with_a_link_is_not_a_clip(tmp_path: Path) -> None:
    """A run that continues with a link is not a clip: ffmpeg would open the link's target."""
    paths = put(tmp_path, (f"walk_{at:04d}.png" for at in range(FEWEST)))
    (tmp_path / f"walk_{FEWEST:04d}.png").symlink_to("/etc/passwd")
    assert run_of(paths[0]) == []
    assert followers(tmp_path, [path.name for path in paths]) == set()


def test_a_percent_sign_in_a_name_is_not_a_pattern(tmp_path: Path) -> None:
    """A percent sign in a path is doubled, as ffmpeg requires."""
    folder = tmp_path / "100%d"
    folder.mkdir()
    (first, *_) = put(folder, (f"50%_{at:03d}.png" for at in range(FEWEST)))
    assert pattern(first) == f"{tmp_path}/100%%d/50%%_%03d.png"
