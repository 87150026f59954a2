"""source/probe: the facts that it finds in real files and in ffmpeg's reports."""

from pathlib import Path
from typing import Any

import pytest

from collide.base.media import Clip
from collide.instrument import FAILED, TRIED, Argv
from collide.source import probe
from tests.render.conftest import ffmpeg
from tests.steps.reported import COMBS, DOLBY, frame, listed, picture, sound
from tests.steps.studio import probed

TRANSLUCENT = "testsrc2=s=64x36:r=25:d=0.4,format=rgba,colorchannelmixer=aa=0.5"


def lavfi(source: str) -> list[str]:
    """Return the options that open one of ffmpeg's own sources."""
    return ["-f", "lavfi", "-i", source]


def clip_of(folder: Path, name: str, *written: str, **turned: Any) -> Clip:
    """Write a clip with these options and return its facts."""
    path = folder / name
    ffmpeg("-v", "error", *written, str(path))
    return probed(folder, path, **turned)


def write_broadcast(folder: Path, seconds: int, *parts: list[str]) -> Path:
    """Write a broadcast of equally long parts, joined end to end, and return its path."""
    whole = folder / "whole.ts"
    for at, part in enumerate(parts):
        later = ["-output_ts_offset", str(at * seconds), str(folder / f"{at}.ts")]
        ffmpeg("-v", "error", *part, "-c:v", "mpeg2video", *later)
    files = [folder / f"{at}.ts" for at in range(len(parts))]
    whole.write_bytes(b"".join(path.read_bytes() for path in files))
    return whole


# --- pixels and colors ---


@pytest.mark.parametrize(
    ("name", "written", "pixels", "tells"),
    [
        ("a.mp4", ["-c:v", "libx264", "-pix_fmt", "yuv420p"], "yuv420p", (False, False)),
        ("b.mp4", ["-c:v", "libx264", "-pix_fmt", "yuv444p"], "yuv444p", (False, True)),
        ("c.mp4", ["-c:v", "libx264", "-pix_fmt", "yuv420p10le"], "yuv420p10le", (False, False)),
        ("d.mkv", ["-c:v", "ffv1", "-pix_fmt", "yuva420p"], "yuva420p", (True, False)),
        ("e.mov", ["-c:v", "qtrle", "-pix_fmt", "argb"], "argb", (True, True)),
        ("f.mov", ["-c:v", "png", "-pix_fmt", "rgba"], "rgba", (True, True)),
        ("g.mov", ["-c:v", "png", "-pix_fmt", "rgb24"], "rgb24", (False, True)),
        ("h.mkv", ["-c:v", "ffv1", "-pix_fmt", "gray"], "gray", (False, False)),
        ("i.mkv", ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p"], "yuvj420p", (False, False)),
        ("j.mov", ["-c:v", "prores_ks", "-profile:v", "4444"], "yuva444p12le", (True, True)),
        ("k.mkv", ["-c:v", "utvideo", "-pix_fmt", "gbrap"], "gbrap", (True, True)),
    ],
)
def test_pixels_is_the_format_of_the_first_decoded_frame(
    tmp_path: Path, name: str, written: list[str], pixels: str, tells: tuple[bool, bool]
) -> None:
    """`pixels` is the format of the first decoded frame; `alpha` and `fine` follow from it."""
    clip = clip_of(tmp_path, name, *lavfi(TRANSLUCENT), *written)
    assert (clip.pixels, (clip.alpha, clip.fine)) == (pixels, tells)
    assert (clip.width, clip.height, clip.frames) == (64, 36, 10)
    assert (clip.picture, clip.sound, clip.pictures, clip.sounds) == (0, -1, 1, 0)
    assert not clip.shapes and not clip.fields


@pytest.mark.parametrize(("codec", "decoder"), [("libvpx", "libvpx"), ("libvpx-vp9",) * 2])
def test_only_transparent_vp8_and_vp9_use_libvpx(tmp_path: Path, codec: str, decoder: str) -> None:
    """libvpx decodes transparent VP8 and VP9, and the default decoder decodes opaque clips."""
    form = ["-auto-alt-ref", "0", "-pix_fmt"]
    clip = clip_of(tmp_path, "a.webm", *lavfi(TRANSLUCENT), "-c:v", codec, *form, "yuva420p")
    assert (clip.decoder, clip.pixels, clip.alpha) == (decoder, "yuva420p", True)
    clip = clip_of(tmp_path, "b.webm", *lavfi(TRANSLUCENT), "-c:v", codec, *form, "yuv420p")
    assert (clip.decoder, clip.pixels, clip.alpha) == ("", "yuv420p", False)


COLORS = [
    ("bt2020nc bt2020 smpte2084", "pq", ["HDR (PQ)"]),
    ("bt2020nc bt2020 arib-std-b67", "hlg", ["HDR (HLG)"]),
    ("bt2020nc bt2020 bt2020-10", "bt2020", ["BT.2020"]),
    ("bt709 smpte432 bt709", "p3", ["P3"]),
    ("bt709 bt709 bt709", "", []),
    ("unknown unknown unknown", "", []),
]


@pytest.mark.parametrize(("named", "tone", "traits"), COLORS)
def test_color_tags_determine_the_table_and_the_trait(
    tmp_path: Path, named: str, tone: str, traits: list[str]
) -> None:
    """HDR and wide gamuts have a color table and a trait such as "P3"; missing tags are empty."""
    matrix, primaries, transfer = named.split()
    tags = f"setparams=colorspace={matrix}:color_primaries={primaries}:color_trc={transfer}"
    source = lavfi(f"testsrc2=s=64x36:r=25:d=0.4,format=yuv420p10,{tags}:range=tv")
    clip = clip_of(tmp_path, "a.mkv", *source, "-c:v", "ffv1")
    found = " ".join((clip.matrix, clip.primaries, clip.transfer))
    assert found.split() == named.replace("unknown", "").split()
    assert (clip.tone, clip.traits, clip.span) == (tone, traits, "tv")


def test_only_untagged_hd_counts_as_bt709(tmp_path: Path) -> None:
    """An untagged clip counts as BT.709 only if it is HD and is not RGB, which has no matrix."""
    found = {}
    for size, form in (("1280x64", "yuv420p"), ("64x592", "nv12"), ("640x576", "yuv420p"),
                       ("1280x64", "gbrp")):  # fmt: skip
        source = lavfi(f"color=gray:s={size}:r=25:d=0.08,format={form}")
        codec = ["-c:v", "rawvideo" if form == "nv12" else "ffv1"]
        found[size, form] = clip_of(tmp_path, f"{size}{form}.mkv", *source, *codec).untagged
    assert list(found.values()) == [True, True, False, False]


# --- interlacing and shapes ---

BAR = "color=black:s=320x240:r=50:d=2,geq=lum='if(lt(mod(X-N*5,320),24),235,16)':cb=128:cr=128"
WOVEN = {"top": "interleave_top", "bottom": "interleave_bottom"}


@pytest.mark.parametrize("first", ["top", "bottom"])
def test_interlacing_is_detected_with_or_without_flags(tmp_path: Path, first: str) -> None:
    """The probe trusts flags; if there are none, it detects the field that comes first."""
    woven = lavfi(f"{BAR},tinterlace=mode={WOVEN[first]}")
    said = [*woven, "-c:v", "mpeg2video", "-q:v", "2", "-flags", "+ildct+ilme"]
    assert clip_of(tmp_path, "said.mpg", *said).fields == "flagged"
    plain = [*woven[:-1], f"{woven[-1]},setfield=prog", "-c:v", "ffv1"]
    assert clip_of(tmp_path, "plain.mkv", *plain).fields == first
    assert clip_of(tmp_path, "short.mkv", *plain, "-t", "1").fields == first


@pytest.mark.parametrize("picture", [BAR, "testsrc2=s=320x240:r=25:d=3", "smptebars=d=3"])
def test_progressive_clips_do_not_count_as_interlaced(tmp_path: Path, picture: str) -> None:
    """Progressive clips, with or without motion, do not count as interlaced."""
    assert clip_of(tmp_path, "a.mkv", *lavfi(picture), "-c:v", "ffv1").fields == ""


def test_a_clip_that_changes_shape_gets_one_canvas(tmp_path: Path) -> None:
    """If shapes change, the canvas fits the widest shape, and the clip counts as transparent."""
    parts = [lavfi(f"testsrc2=s={size}:r=25:d=2") for size in ("160x120", "256x144")]
    whole = write_broadcast(tmp_path, 2, *([*part, "-g", "12"] for part in parts))
    clip = probed(tmp_path, whole)
    assert (clip.shapes, clip.alpha, clip.traits) == (True, True, ["changes its shape"])
    assert (clip.width, clip.height) == (214, 120)


def test_an_old_build_of_x264_is_found_in_the_first_packet(tmp_path: Path) -> None:
    """The probe records an x264 build only if the clip is 4:4:4 and the build encoded it wrong."""
    for pixels, core, wanted in (("yuv444p", "142", 142), ("yuv444p", "151", 0),
                                 ("yuv420p", "142", 0)):  # fmt: skip
        source = [*lavfi(TRANSLUCENT), "-c:v", "libx264", "-pix_fmt", pixels]
        path = tmp_path / f"{pixels}{core}.mp4"
        ffmpeg("-v", "error", *source, str(path))
        data = path.read_bytes()
        at = data.index(b"x264 - core ") + len(b"x264 - core ")
        path.write_bytes(data[:at] + core.encode() + data[at + 3 :])
        assert probed(tmp_path, path).x264 == wanted


# --- its tracks ---


def test_the_default_tracks_play_unless_others_are_selected(tmp_path: Path) -> None:
    """The default tracks play unless other track numbers, which start at 1 for each kind, are set.

    A number beyond the last track is an error.
    """
    tracks = [word for color in ("red", "lime") for word in lavfi(f"color={color}:s=64x36:d=0.4")]
    tracks += [word for pitch in (300, 600) for word in lavfi(f"sine={pitch}:d=0.4")]
    maps = [word for at in range(4) for word in ("-map", str(at))]
    second = ["-disposition:v:0", "0", "-disposition:v:1", "default"]
    second += ["-disposition:a:0", "0", "-disposition:a:1", "default"]
    clip = clip_of(tmp_path, "two.mkv", *tracks, *maps, *second, "-c:v", "ffv1")
    assert (clip.picture, clip.sound) == (1, 3)
    assert clip.traits == ["2 tracks of pictures", "2 tracks of sound"]
    other = probed(tmp_path, tmp_path / "two.mkv", picture_track=1, sound_track=1)
    assert (other.picture, other.sound) == (0, 2)
    with pytest.raises(ValueError, match="2 tracks of sound, but track 3"):
        probed(tmp_path, tmp_path / "two.mkv", sound_track=3)


def test_a_cover_does_not_count_as_a_track(tmp_path: Path) -> None:
    """A cover picture is not chosen and does not count as a track."""
    ffmpeg("-v", "error", *lavfi("color=red:s=640x640:d=0.04"), "-frames:v", "1",
           str(tmp_path / "cover.png"))  # fmt: skip
    cover = ["-i", str(tmp_path / "cover.png"), "-map", "0", "-map", "1"]
    kept = ["-c:v:0", "libx264", "-c:v:1", "png", "-disposition:v:1", "attached_pic"]
    clip = clip_of(tmp_path, "a.mp4", *lavfi(TRANSLUCENT), *cover, *kept, "-pix_fmt:v:0", "yuv420p")
    assert (clip.picture, clip.pictures, clip.width) == (0, 1, 64)


# --- its sound ---


def test_undecodable_sound_counts_as_missing(tmp_path: Path) -> None:
    """Undecodable sound counts as missing; the pictures are used, and a trait names the reason."""
    path = tmp_path / "spoilt.mp4"
    ffmpeg("-v", "error", *lavfi("testsrc2=s=64x36:r=25:d=1"), *lavfi("sine=440:d=1"),
           "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", str(path))  # fmt: skip
    data = path.read_bytes()
    at = data.index(b"\x05\x80\x80\x80\x05", data.index(b"esds")) + 5
    path.write_bytes(data[:at] + b"\xff\xff" + data[at + 2 :])
    clip = probed(tmp_path, path)
    assert (clip.audio, clip.mute, clip.frames) == (None, "cannot be decoded", 25)
    assert clip.traits == ["its sound cannot be decoded"]


def test_sound_that_changes_layout_is_not_steady(tmp_path: Path) -> None:
    """Sound is steady if it has one layout, but not if it changes from two channels to one."""
    tones = (lavfi(f"sine=440:d=1,aformat=channel_layouts={n}") for n in ("stereo", "mono"))
    parts = [[*lavfi("testsrc2=s=64x36:r=25:d=1"), *tone, "-c:a", "mp2"] for tone in tones]
    both = write_broadcast(tmp_path, 1, *parts)
    assert not probed(tmp_path, both).steady
    assert probed(tmp_path, tmp_path / "0.ts").steady


def run_probe(*reports: str, **turned: Any) -> tuple[list[Argv], dict[str, Any]]:
    """Return the commands and the answer of a probe whose runs print `reports`."""
    passes, every = probe.passes({**probe.DEFAULTS, **turned}), list[Argv]()
    every.append(next(passes))
    for report in reports[:-1]:
        every.append(passes.send(report))
    with pytest.raises(StopIteration) as end:
        passes.send(reports[-1])
    return every, end.value.value


def test_a_report_without_a_picture_track_is_an_error() -> None:
    """A report without a picture track raises an error that says so."""
    passes = probe.passes(probe.DEFAULTS)
    next(passes)
    with pytest.raises(ValueError, match="it has no moving picture"):
        passes.send("nothing of that")


def test_a_report_without_a_format_gives_empty_facts() -> None:
    """If a report lacks the pixel format, the probe returns empty facts instead of an error."""
    _, found = run_probe(listed(picture(0)), "", "nor of this")
    assert (found["pixels"], found["fields"], found["shapes"], found["sound"]) == ("", "", [], -1)


def test_dolby_vision_profile_5_is_refused() -> None:
    """Dolby Vision profile 5, which only Dolby's decoder understands, is refused."""
    passes = probe.passes(probe.DEFAULTS)
    next(passes)
    with pytest.raises(ValueError, match="only Dolby's decoder understands"):
        passes.send(listed(picture(0, below=DOLBY.format(profile=5, compatible=0))))


@pytest.mark.parametrize(
    ("compatible", "transfer"), [(1, "smpte2084"), (4, "arib-std-b67"), (2, "bt709")]
)
def test_dolby_vision_is_read_as_its_compatible_format(compatible: int, transfer: str) -> None:
    """Dolby Vision is read as the format it is compatible with: HDR10, HLG, or SDR as tagged."""
    told = listed(picture(0, below=DOLBY.format(profile=8, compatible=compatible)))
    _, found = run_probe(told, "", frame("yuv420p10le", transfer="bt709"))
    assert found["transfer"] == transfer
    assert found.get("primaries") == ("" if compatible == 2 else "bt2020")


def test_a_short_clip_is_examined_once() -> None:
    """A short clip is examined once, a longer clip at four points, or once if that fails."""
    head = listed(picture(0))
    short = head.replace("00:00:12.00", "00:00:02.00")
    commands, _ = run_probe(short, "", frame())
    assert [len(argv) - 1 for argv in commands if TRIED in argv] and len(commands) == 3
    assert commands[2].count("@clip") == 1 and "64" in commands[2]
    looks_combed = frame() + COMBS.format(top=9, bottom=0, whole=1)
    for left, fields in ((20, "top"), (40, "")):  # edges left after deinterlacing
        edges = f"[Parsed_showinfo_2 @ 0x1] n: 0 mean:[40]\n[showinfo_3 @ 0x2] mean:[{left}]\n"
        edges = 2 * edges + "[Parsed_showinfo_2 @ 0x1] n: 2 mean:[4091]\n"  # 40 and 91 run together
        commands, found = run_probe(head, "", f"{FAILED}no frame", looks_combed, edges)
        assert [argv.count("@clip") for argv in commands] == [1, 1, 4, 1, 4]
        assert found["fields"] == fields


def test_a_failed_alpha_decoder_falls_back_to_the_default() -> None:
    """If the decoder for transparency fails, the default decoder decodes opaque pictures."""
    below = "      alpha_mode      : 1\n"
    head = listed(picture(0, below=below).replace("h264 (High)", "vp9 (Profile 0)"))
    head = head.replace("00:00:12.00", "00:00:01.00")
    commands, found = run_probe(head, "", f"{FAILED}no such decoder", frame())
    assert commands[2][:3] == [TRIED, "-c:v", "libvpx-vp9"] and "-c:v" not in commands[3]
    assert found["decoder"] == ""


def test_only_one_second_of_aac_in_mp4_is_decoded() -> None:
    """One second of AAC in MP4 is decoded, but all of AAC with a header in each packet."""
    for at, (codec, part) in enumerate((("aac (LC) (mp4a / 0x6134706D)", True), ("aac", False))):
        told = sound(1).replace("aac (LC) (mp4a / 0x6134706D)", codec)
        commands, found = run_probe(listed(picture(0), told), "", frame(), "")
        assert (commands[3][1:3] == ["-t", "1"]) is part, at
        assert found["steady"] and (found["sound"], found["sounds"]) == (1, 1)
