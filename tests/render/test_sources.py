"""Clips look as intended: HDR and wide gamuts, matrices, transparency and interlacing."""

from pathlib import Path

import numpy as np
import pytest

from tests.render.conftest import House, ffmpeg, make_clip
from tests.render.reading import one_command, stacked, still
from tests.render.small_piece import HIGH, SIZE, WIDE, known, shown, small_arguments

# Four colors, as 8-bit red, green and blue on a BT.1886 display.
PATCHES = [(200, 100, 80), (80, 160, 80), (60, 80, 200), (224, 176, 144)]
TO_2020 = np.array(
    [[0.627404, 0.329282, 0.043314], [0.069097, 0.919540, 0.011362], [0.016392, 0.088013, 0.895595]]
)
WHITE = 203  # cd/m2


def light() -> np.ndarray:
    """Return the light of the patches in BT.2020; white is 1."""
    return (np.array(PATCHES) / 255) ** 2.4 @ TO_2020.T


def pq() -> np.ndarray:
    """Return the PQ signal of the patches, from 0 to 1 (SMPTE ST 2084)."""
    y = (light() * WHITE / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375


def hlg() -> np.ndarray:
    """Return the HLG signal of the patches on a 1000 cd/m2 display, per color (BT.2100)."""
    e = (light() * WHITE / 1000) ** (1 / 1.2)
    bright = 0.17883277 * np.log(np.maximum(12 * e - 0.28466892, 1e-9)) + 0.55991073
    return np.where(e <= 1 / 12, np.sqrt(3 * e), bright)


def gamma() -> np.ndarray:
    """Return the signal of the patches in BT.2020 with the SDR transfer curve."""
    return light() ** (1 / 2.4)


COLORS = {
    "pq.mkv": (pq, "bt2020", "smpte2084", "bt2020nc"),
    "hlg.mkv": (hlg, "bt2020", "arib-std-b67", "bt2020nc"),
    "wide.mkv": (gamma, "bt2020", "bt2020-10", "bt2020nc"),
}


def painted(
    path: Path, signal: np.ndarray, matrix: str, *, tags: str = "colorspace=unknown", size=SIZE
) -> None:
    """Write half a second of patches side by side, with the given matrix and tags."""
    row = np.repeat(np.rint(signal * 65535).astype("<u2"), size[0] // len(signal), axis=0)
    frames = np.broadcast_to(row, (5, size[1], *row.shape))
    path.with_suffix(".raw").write_bytes(np.ascontiguousarray(frames).tobytes())
    scaled = f"scale=iw:ih:out_color_matrix={matrix}:out_range=tv:flags=accurate_rnd"
    chain = f"{scaled},format=yuv420p10,setparams={tags}"
    ffmpeg("-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb48le", "-s", f"{size[0]}x{size[1]}",
           "-r", "10", "-i", str(path.with_suffix(".raw")), "-vf", chain,
           "-c:v", "ffv1", str(path))  # fmt: skip
    path.with_suffix(".raw").unlink()


HOLES = (
    "color=red@0.0:s=160x90:r=24:d=1,format=rgba,drawbox=40:20:80:50:c=yellow@1:t=fill:replace=1"
)
ALPHA = {
    "vp8.webm": ["-c:v", "libvpx", "-auto-alt-ref", "0", "-pix_fmt", "yuva420p"],
    "vp9.webm": ["-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p"],
    "prores.mov": ["-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"],
    "animation.mov": ["-c:v", "qtrle", "-pix_fmt", "argb"],
    "png.mov": ["-c:v", "png", "-pix_fmt", "rgba"],
    "lossless.mkv": ["-c:v", "ffv1", "-pix_fmt", "bgra"],
    "ut.avi": ["-c:v", "utvideo", "-pix_fmt", "gbrap"],
    "phone.mov": ["-c:v", "libx265", "-pix_fmt", "yuva420p", "-x265-params", "log-level=error"],
    "moving.gif": [
        "-filter_complex",
        "split[a][b];[a]palettegen=reserve_transparent=1[p];[b][p]paletteuse",
    ],
}


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> House:
    """Return a workspace with a clip of each kind."""
    house = House(tmp_path_factory.mktemp("sources"))
    at = house.root / "library" / "video"
    for name, (signal, primaries, curve, matrix) in COLORS.items():
        named = f"colorspace={matrix}:color_primaries={primaries}:color_trc={curve}"
        painted(at / name, signal(), "bt2020", tags=f"{named}:range=tv")
    plain = np.array(PATCHES) / 255
    painted(at / "hd.mkv", plain, "bt709", size=(1280, 720))
    painted(at / "sd.mkv", plain, "bt601", size=(640, 360))
    for name, codec in ALPHA.items():
        ffmpeg("-v", "error", "-f", "lavfi", "-i", HOLES, *codec, str(at / name))
    make_clip(at / "blue.mp4", picture="color=blue:s=160x90:r=24", seconds=1)
    return house


def patches(frames: np.ndarray) -> np.ndarray:
    """Return the color in the middle of each of four patches side by side."""
    wide = frames.shape[2]
    return np.array([frames[-1, HIGH // 2, wide * (2 * at + 1) // 8] for at in range(4)])


@pytest.mark.parametrize(("name", "most"), [("pq.mkv", 6), ("hlg.mkv", 6), ("wide.mkv", 5)])
def test_hdr_and_wide_gamut_clips_have_the_colors_of_sdr(library, name, most) -> None:
    """A clip in HDR or a wide gamut shows the same colors as its SDR version.

    Segments, the exported command and a still make the same frames.
    """
    frames = shown(library, f"layer1.clip={name}")
    assert np.abs(patches(frames) - PATCHES).max() <= most
    assert one_command(library, *small_arguments(f"layer1.clip={name}")) == stacked(library)
    assert still(library, "x", 0.2, *small_arguments(f"layer1.clip={name}")) == stacked(library)[2]


def test_untagged_hd_is_bt709_and_untagged_sd_is_bt601(library) -> None:
    """Untagged HD counts as BT.709, and untagged SD as BT.601; SD gets no colorspace filter."""
    for name in ("hd.mkv", "sd.mkv"):
        assert np.abs(patches(shown(library, f"layer1.clip={name}")) - PATCHES).max() <= 5, name
    assert "colorspace=bt709:" not in command_of(library, "layer:1").partition("format=")[0]


def command_of(house: House, task: str) -> str:
    """Return what `doit info` prints for a task if project x shows sd.mkv."""
    ran = house.doit("info", "project=x", task, *small_arguments("layer1.clip=sd.mkv"))
    assert ran.code == 0, ran.out
    return ran.out


@pytest.mark.parametrize("name", list(ALPHA))
def test_a_transparent_part_of_a_clip_shows_the_picture_below(library, name) -> None:
    """A clip's transparent part shows the picture below; in a base, it shows the backdrop.

    The color stored there is never visible.
    """
    pins = ["layer1.clip=blue.mp4", f"layer2.clip={name}"]
    key = ["mode=fixed", "colorkey_hex=0xFF00FF", "similarity=0.02"]
    over = shown(library, *pins, *key, "num_videos=2")
    assert np.abs(over[-1, 4, 4] - (0, 0, 255)).max() < 16  # blue as x264 encodes it
    assert np.abs(over[-1, HIGH // 2, WIDE // 2] - (255, 255, 0)).max() < 8
    base = shown(library, f"layer1.clip={name}")
    assert base[-1, 4, 4].max() < 4
    on_paper = shown(library, f"layer1.clip={name}", "backdrop=0xFFFFFF")
    assert on_paper[-1, 4, 4].min() > 250
    assert np.abs(on_paper[-1, HIGH // 2, WIDE // 2] - (255, 255, 0)).max() < 8


BAR = "color=black:s=320x240:r=50:d=2,drawbox=x='mod(n*7,280)':y=0:w=24:h=240:c=white:t=fill"
LOOKS = "testsrc2=s=320x240:r=25:d=2"
MOVES = "color=black:s=320x240:r=25:d=2,geq=lum='if(lt(mod(X-N*7,320),24),235,16)':cb=128:cr=128"
WOVEN = "geq=lum='if(lt(mod(X-N*7,320),24),235,16)':cb=128:cr=128"
# A pattern that scrolls two lines per frame; idet mistakes it for interlacing.
SCROLLS = "color=black:s=320x240:r=25:d=2,geq=lum='235-mod(Y+2*N,160)':cb=128:cr=110"
INTERLACED = {
    "flagged.mpg": ("top", ["-c:v", "mpeg2video", "-q:v", "2", "-flags", "+ildct+ilme"]),
    "bottom.mpg": ("bottom", ["-c:v", "mpeg2video", "-q:v", "2", "-flags", "+ildct+ilme"]),
    "lies.mp4": ("top", ["-c:v", "libx264", "-qp", "4"]),
    "lies-bottom.mkv": ("bottom", ["-c:v", "ffv1"]),
}


@pytest.fixture(scope="module")
def tapes(tmp_path_factory) -> House:
    """Return a workspace with progressive clips and with flagged and unflagged interlaced clips."""
    house = House(tmp_path_factory.mktemp("tapes"))
    at = house.root / "library" / "video"
    for name, (parity, codec) in INTERLACED.items():
        source = f"color=black:s=320x240:r=50:d=2,{WOVEN},format=yuv420p"
        woven = f"{source},tinterlace=interleave_{parity}"
        flag = f"setfield={'tff' if parity == 'top' else 'bff'}"
        tail = flag if name.endswith("mpg") else "setfield=prog"
        ffmpeg("-v", "error", "-f", "lavfi", "-i", f"{woven},{tail}", *codec, str(at / name))
    make_clip(at / "whole.mp4", picture=LOOKS, seconds=2)
    make_clip(at / "bar.mp4", picture=MOVES, seconds=2)
    make_clip(at / "scrolls.mp4", picture=SCROLLS, seconds=2)
    return house


def combs(frames: np.ndarray) -> float:
    """Return the mean difference between neighboring rows, minus that between rows two apart."""
    grey = frames.mean(axis=3)
    one, two = np.abs(np.diff(grey, axis=1)).mean(), np.abs(grey[:, 2:] - grey[:, :-2]).mean()
    return float(one - two)


@pytest.mark.parametrize("name", list(INTERLACED))
def test_interlaced_clips_are_deinterlaced(tapes, name) -> None:
    """A render removes interlacing, flagged or not, whichever field comes first."""
    frames = shown(tapes, f"layer1.clip={name}", "output_size=320x240", "fps=25")
    assert combs(frames) < 0.5
    combed = shown(tapes, f"layer1.clip={name}", "output_size=320x240", "fps=25", "deinterlace=off")
    assert combs(combed) > 5


@pytest.mark.parametrize("name", ["whole.mp4", "bar.mp4", "scrolls.mp4"])
def test_progressive_clips_are_not_deinterlaced(tapes, name) -> None:
    """A render does not deinterlace a progressive clip."""
    facts = known(tapes)[name]
    assert facts.fields == ""
    words = [f"layer1.clip={name}", "output_size=320x240", "fps=25", "deinterlace"]
    frames = shown(tapes, *words[:3])
    assert np.array_equal(frames, shown(tapes, *words[:3], "deinterlace=off"))
