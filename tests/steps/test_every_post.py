"""Laws for every post/ instrument that is a filter chain, run with the commands that a render uses.

Effects with several passes have test files of their own.
"""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from collide.catalog import instruments, knobs, own
from collide.engine.programs import find_engine
from collide.instrument import Argv, File, Span, in_pieces, lent
from tests.steps import posts as post
from tests.steps.samples import away, ends, middle
from tests.steps.studio import md5s, render

POSTS = {n[5:]: m for n, m in instruments().items() if n[:5] == "post/" and hasattr(m, "filters")}
SEGMENTED = {name: m for name, m in POSTS.items() if not getattr(m, "WHOLE", False)}
SIZE, FPS = "64x36", 25

# A LUT that swaps red and blue.
SWAP = "LUT_3D_SIZE 2\n0 0 0\n0 0 1\n0 1 0\n0 1 1\n1 0 0\n1 0 1\n1 1 0\n1 1 1\n"

each = pytest.mark.parametrize("name", POSTS)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a staged file of 100 frames at 64x36, all in motion."""
    path = tmp_path_factory.mktemp("film") / "film.nut"
    source = ["-f", "lavfi", "-i", f"testsrc2=s={SIZE}:r={FPS}:d=4", "-pix_fmt", "yuv420p"]
    command = [str(find_engine().path), "-v", "error", "-y", *source, "-c:v", "rawvideo", str(path)]
    subprocess.run(command, check=True)
    return path


def piece_knobs(name: str, **turned: Any) -> dict[str, Any]:
    """Return knobs that apply one effect away from neutral; the knobs in `turned` override them."""
    piece = {"output_size": SIZE, "fps": FPS, "post": name}
    return middle() | piece | away(POSTS[name]) | turned


def digests(folder: Path, name: str, film: Path, span: Span, said: dict[str, Any]) -> list[str]:
    """Return the md5 of each frame of `span` after an instrument, played as a render does."""
    folder.mkdir(exist_ok=True)
    for knob, value in own(f"post/{name}", said).items():
        if isinstance(knobs()[knob].limit, File) and value != "none":
            (folder / lent(knob, value)).write_text(SWAP)
    plates = {}
    if name in post.plates(said):
        render(folder, post.plate(name, said))
        plates = {name: (folder / "plate.nut").rename(folder / "moved.nut")}
    cut: Argv = ["-i", "@film", "-vf", f"trim=start_frame={span.first},setpts=PTS-STARTPTS"]
    render(folder, [*cut, *in_pieces([Span(0, span.count)], "raw")], film=film)
    argv = post.command([name], said, span=span)
    render(folder, argv, picture=folder / "piece-000.nut", **plates)
    return md5s(folder / "post.nut")


@pytest.mark.parametrize("name", SEGMENTED)
def test_segments_equal_the_whole_film(name: str, film: Path, tmp_path: Path) -> None:
    """A film rendered in segments, even within a plate, has the same frames as an uncut film."""
    said = piece_knobs(name)
    whole = digests(tmp_path / "whole", name, film, Span(0, 100), said)
    parts = [Span(0, 13), Span(13, 30), Span(43, 57)]
    cut = [digests(tmp_path / str(part.first), name, film, part, said) for part in parts]
    assert [md5 for part in cut for md5 in part] == whole
    assert len(set(whole)) > 30


@each
def test_repeated_and_plain_c_renders_are_identical(name: str, film: Path, tmp_path: Path) -> None:
    """A second render and a render in plain C make the same bits."""
    said, span = piece_knobs(name), Span(0, 40)
    first = digests(tmp_path / "a", name, film, span, said)
    assert digests(tmp_path / "b", name, film, span, said) == first
    argv = ["-cpuflags", "0", *post.command([name], said, span=span)]
    moved = tmp_path / "b" / "moved.nut"
    plates = {name: moved} if moved.exists() else {}
    render(tmp_path / "b", argv, picture=tmp_path / "b" / "piece-000.nut", **plates)
    assert md5s(tmp_path / "b" / "post.nut") == first


@each
def test_neutral_knobs_change_nothing(name: str, film: Path, tmp_path: Path) -> None:
    """With NEUTRAL knobs, an effect adds no filter or a filter that leaves pixels unchanged."""
    said = piece_knobs(name, **POSTS[name].NEUTRAL)
    assert not post.filters(name, said) or (
        digests(tmp_path, name, film, Span(0, 10), said) == md5s(film)[:10]
    )


@each
def test_turning_any_neutral_knob_changes_the_picture(
    name: str, film: Path, tmp_path: Path
) -> None:
    """A single knob turned away from neutral changes the picture."""
    for knob, value in POSTS[name].NEUTRAL.items():
        for end in ends(knobs()[knob]):
            if end != value:
                said = piece_knobs(name, **POSTS[name].NEUTRAL | {knob: end})
                found = digests(tmp_path, name, film, Span(40, 10), said)
                assert found != md5s(film)[40:50], f"{knob}={end}"


@each
def test_each_value_of_other_knobs_changes_the_picture(
    name: str, film: Path, tmp_path: Path
) -> None:
    """Each end or choice of a knob that is not in NEUTRAL makes a different picture."""
    module = POSTS[name]
    for knob in own(f"post/{name}", middle()).keys() - module.NEUTRAL.keys():
        looks = [
            tuple(digests(tmp_path, name, film, Span(40, 10), piece_knobs(name, **{knob: end})))
            for end in ends(knobs()[knob])
        ]
        assert len(set(looks)) == len(looks), knob


@pytest.mark.parametrize("name", [name for name, m in POSTS.items() if hasattr(m, "plate")])
def test_a_plate_has_its_stated_length_and_fixed_bytes(name: str, tmp_path: Path) -> None:
    """A plate has PLATE_FRAMES distinct frames and the same bytes every time, even in plain C."""
    said, made = piece_knobs(name), []
    for folder, options in (("a", []), ("b", []), ("c", ["-cpuflags", "0"])):
        (tmp_path / folder).mkdir()
        render(tmp_path / folder, [*options, *post.plate(name, said)])
        made.append((tmp_path / folder / "plate.nut").read_bytes())
    assert made[0] == made[1] == made[2]
    found = md5s(tmp_path / "a" / "plate.nut")
    assert len(set(found)) == len(found) == POSTS[name].PLATE_FRAMES
