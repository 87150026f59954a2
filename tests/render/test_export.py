"""`doit export` writes a piece in other formats from the results of its render."""

import json
import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from collide.catalog import shipped
from collide.engine.programs import find_engine
from collide.verbs.export import _upright
from tests.render.conftest import SMALL, ffmpeg
from tests.render.refusals import answered, tree

FRAMES = 60  # frames of a piece rendered with SMALL


def streams_of(path) -> str:
    """Return ffmpeg's description of a file's streams."""
    import subprocess

    said = subprocess.run(
        [find_engine().path, "-hide_banner", "-i", path], capture_output=True, text=True
    )
    return said.stderr


def pictures(path, pixels: str = "yuv444p10le", filters: str = "null") -> np.ndarray:
    """Return every frame of a video as (frames, planes, height, width), in 10-bit 4:4:4."""
    size = re.search(r", (\d+)x(\d+)", streams_of(path))
    wide, high = int(size[1]), int(size[2])
    raw = path.with_suffix(".raw")
    ffmpeg("-v", "error", "-i", str(path), "-vf", filters, "-fps_mode", "passthrough",
           "-pix_fmt", pixels, "-f", "rawvideo", str(raw))  # fmt: skip
    data = np.frombuffer(raw.read_bytes(), "<u2").astype(int)
    raw.unlink()
    return data.reshape(-1, 3, high, wide)


def sound(path) -> np.ndarray:
    """Return the samples of a sound file, as floats."""
    raw = path.with_suffix(".f32")
    ffmpeg("-v", "error", "-i", str(path), "-f", "f32le", "-c:a", "pcm_f32le", str(raw))
    data = np.frombuffer(raw.read_bytes(), "<f4").astype(float)
    raw.unlink()
    return data


def exported(house, form: str, *words: str):
    """Export project x and return the last path that is printed."""
    ran = house.doit("export", "project=x", f"as={form}", *SMALL, *words)
    assert ran.code == 0, ran.out
    return house.root / ran.out.strip().splitlines()[-1]


@pytest.mark.parametrize(("chroma", "finer"), [("444", 1.1), ("auto", 1.05)])
def test_a_prores_export_keeps_full_color_resolution(house, chroma, finer):
    """The 4:4:4 ProRes export has the luma of the video, but finer colors."""
    house.render(f"chroma={chroma}")
    path = exported(house, "prores4444", f"chroma={chroma}")
    assert path == house.root / "projects/x/output/x-prores4444.mov"
    assert "prores (4444) (ap4h" in streams_of(path) and "pcm_s24le" in streams_of(path)
    mine, video = pictures(path), pictures(house.video())
    assert len(mine) == len(video) == FRAMES
    assert np.abs(mine - video)[:, 0].mean() < 16, "of 1023: it is the same picture"
    fine, coarse = (np.abs(np.diff(p[:, 1:], axis=3)).mean() for p in (mine, video))
    assert fine > finer * coarse, "an edge of color is sharper than 4:2:0 can be"


def test_a_prores_export_reuses_the_layers(house):
    """For a ProRes export, only its own steps are rendered, even with a new threshold."""
    parts = {"prores4444:0", "prores4444:1"}
    ran = house.doit("export", "project=x", "as=prores4444", *SMALL)
    assert ran.rendered == {*parts, "prores4444:sound", "prores4444:join"}, ran.out
    ran = house.doit("export", "project=x", "as=prores4444", *SMALL, "layer2.similarity=0.2")
    assert {t for t in ran.rendered if t[:5] in ("layer", "color", "prore")} == {
        *parts, "prores4444:join",
    }  # fmt: skip


def test_a_prores_export_includes_the_effects(house):
    """The ProRes export of a piece with effects includes the effects."""
    house.render("post=color-grade", "grade_contrast=1.5")
    path = exported(house, "prores4444", "post=color-grade", "grade_contrast=1.5")
    mine, video = pictures(path), pictures(house.video())
    assert len(mine) == FRAMES
    assert np.abs(mine - video)[:, 0].mean() < 12


def test_an_h265_export_has_ten_bits_and_the_same_frames(house):
    """The H.265 export is Main 10 with the tags that players expect, and shows the same frames."""
    path = exported(house, "h265-10", "hevc_crf=18")
    assert "hevc (Main 10) (hvc1" in streams_of(path) and "yuv420p10le(tv, bt709" in streams_of(
        path
    )
    assert "aac" in streams_of(path)
    mine, video = pictures(path), pictures(house.video())
    assert len(mine) == FRAMES
    assert np.abs(mine - video).mean() < 16


@pytest.mark.parametrize("fill", ["blur", "crop"])
def test_a_vertical_export_is_nine_by_sixteen(house, fill):
    """The vertical export is as wide as the piece is high.

    `crop` keeps the requested side of the picture, and `blur` keeps the whole picture.
    """
    path = exported(house, "vertical", f"upright_fill={fill}", "upright_at=0")
    assert re.search(r"72x128 \[SAR 1:1 DAR 9:16\]", streams_of(path)), streams_of(path)
    mine = pictures(path)
    assert len(mine) == FRAMES
    whole = pictures(house.video())
    if fill == "crop":
        left = whole[:, 0, :, : round(72 * 9 / 16)]
        assert abs(mine[:, 0].mean() - left.mean()) < 8
        other = pictures(exported(house, "vertical", "upright_fill=crop", "upright_at=1"))
        assert np.abs(mine - other).mean() > 16
    else:
        band = mine[:, 0, 44:84]
        assert abs(band.mean() - whole[:, 0].mean()) < 12, "all of the piece is the band"
        assert mine[:, 0, :40].std() < band.std(), "what is beyond it is out of focus"


@pytest.mark.parametrize(
    ("size", "fill", "upright"),
    [
        ("1280x720", "blur", "720x1280"),
        ("720x720", "blur", "720x1280"),
        ("720x960", "blur", "720x1280"),
        ("8192x6144", "blur", "6144x8192"),
        ("720x720", "crop", None),
        ("720x1280", "blur", None),
        ("404x720", "blur", None),
        ("720x2000", "blur", None),
    ],
)
def test_a_wide_piece_in_a_vertical_export_gets_a_note(size, fill, upright):
    """A note about `blur` in a piece wider than 9:16 gives the upright size."""
    knobs: Any = {"output_size": size, "upright_fill": fill}
    note = _upright(SimpleNamespace(knobs=knobs, catalog=shipped()))
    assert note == ([] if upright is None else [
        "the whole picture is shown as a band over a blurred copy of itself",
        "to fill the frame without its sides: upright_fill=crop",
        f"to make the piece itself upright: output_size={upright}",
    ])  # fmt: skip


def test_stems_sum_to_the_mix(house):
    """Each audible layer has a stem as long as the piece, and the stems add up to the mix."""
    exported(house, "stems", "mix_fade_in=0.5", "mix_fade_out=1")
    folder = house.root / "projects/x/output/x-stems"
    assert [path.name for path in sorted(folder.iterdir())] == ["layer1.wav", "layer3.wav"]
    house.render("mix_fade_in=0.5", "mix_fade_out=1")
    mix = sound(house.object(house.manifest()["tasks"]["mix"]["objects"]["mix.wav"]))
    stems = [sound(path) for path in sorted(folder.glob("*.wav"))]
    assert {len(stem) for stem in stems} == {len(mix)} == {6 * 48000 * 2}
    assert np.abs(sum(stems) - mix).max() < 1e-6
    assert all(np.abs(stem).max() > 0.01 for stem in stems)
    assert "pcm_f32le" in streams_of(folder / "layer1.wav"), "no part of a loud stem is cut off"


def test_an_export_renders_once_and_writes_only_its_file(house):
    """An export writes only its own file, with the recipe in it; the next export runs no task."""
    before = tree(house.root / "projects")
    first = exported(house, "h265-10")
    data = first.read_bytes()
    ran = house.doit("export", "project=x", "as=h265-10", *SMALL)
    assert "rendered 0, restored 0" in ran.out
    assert first.read_bytes() == data
    after = tree(house.root / "projects")
    assert {k for k in after if after[k] != before.get(k)} == {"x/output/x-h265-10.mp4"}
    ran = house.doit("identify", "file=projects/x/output/x-h265-10.mp4")
    look = house.manifest()["look"]
    assert f"look {look}, of project x\n" in ran.out and "its bytes differ" in ran.out


def test_export_knobs_do_not_change_a_look(house):
    """If export knobs change, only the piece's record may be made again."""
    ran = house.render("hevc_crf=30", "upright_fill=crop")
    assert ran.tasks("rendered", "restored") <= {"record"}


def test_an_exported_look_is_one_small_file_that_replays(house):
    """An exported look is one file without any path, and `doit replay` accepts it.

    The replay compares the video with its digest in the file.
    """
    ran = house.doit("export", "project=x", "as=look", *SMALL)
    assert ran.code == 0, ran.out
    look = house.manifest()["look"]
    path = house.root / f"projects/x/output/x-{look}.json"
    assert ran.out.startswith(f"projects/x/output/x-{look}.json: look {look}\n")
    text = path.read_text()
    assert len(text) < 20_000 and "library" not in text and str(house.root) not in text
    assert len(json.loads(text)["sha256"]) == 64
    assert house.doit("replay", f"manifest={path}").code == 0
    forged = {**json.loads(text), "sha256": "0" * 64}
    path.write_text(json.dumps(forged))
    ran = house.doit("replay", f"manifest={path}")
    assert ran.code == 1 and "mux differs from the record in" in ran.out


def test_an_impossible_export_format_is_refused(house, tmp_path, monkeypatch):
    """`doit export` refuses an unknown or impossible format, and stems of a silent piece."""
    said = answered(house, "export", "project=x", "as=h265")
    assert "why  as takes one of prores4444, h265-10, vertical, stems, look, order, ffmpeg" in said
    assert "fix  doit export project=x as=h265-10" in said
    silent = [f"layer{n}.sound=off" for n in (1, 2, 3)]
    ran = house.doit("export", "project=x", "as=stems", *SMALL, *silent)
    assert ran.code == 3 and "ERROR: x has no stems\n" in ran.out
    program = tmp_path / "ffmpeg"
    real = find_engine().path
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *-encoders*) "{real}" "$@" | grep -v libx265;; '
        f'*) exec "{real}" "$@";; esac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("COLLIDE_FFMPEG", str(program))
    ran = house.doit("export", "project=x", "as=h265-10", *SMALL)
    assert ran.code == 3 and "cannot write as=h265-10\n" in ran.out, ran.out
