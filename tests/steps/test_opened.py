"""How a clip is opened: its decoder, time and tracks, and the filters that cut its start."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collide.instrument import (
    PLAIN,
    RATE,
    Clip,
    filtered,
    listened,
    number,
    one_frame,
    opened,
    pictures_of,
    since,
    sound_of,
    sound_since,
    steadied,
)
from tests.render.conftest import ffmpeg
from tests.steps.samples import CLIP
from tests.steps.studio import heard, kinds, md5s, render

EARLY = replace(CLIP, early=2.2)
TWO = replace(CLIP, picture=3, pictures=2, sound=5, sounds=2)


def test_a_clip_with_an_index_is_opened_at_its_time() -> None:
    """A clip with an index is opened at the requested time without any extra filter."""
    assert opened(CLIP) == ["-i", "@clip"]
    assert opened(CLIP, 1.23456, 4.0) == ["-ss", "1.235", "-t", "4", "-i", "@clip"]
    assert since(CLIP, 1.5) == sound_since(CLIP, 1.5) == ""
    assert one_frame(CLIP, 1.5) == "trim=end_frame=1"
    assert (pictures_of(CLIP, 2), sound_of(CLIP, 2)) == ("2:V:0", "2:a:0")


@pytest.mark.parametrize(
    ("start", "at", "late"), [(0.0, 0, 0), (1.5, 0, 1.5), (5.25, 3, 2.25), (7.2, 5, 2.2)]
)
def test_a_clip_without_an_index_is_opened_early(start: float, at: int, late: float) -> None:
    """A clip without an index is opened at a whole second, a few seconds early, and read longer."""
    seek = ["-ss", str(at)] if at else []
    assert opened(EARLY, start, 4.0) == [*seek, "-t", number(4 + late), "-i", "@clip"]
    assert since(EARLY, start) == (f"setpts=PTS-{number(late)}/TB" if late else "")
    cut = f"atrim=start={number(late)},asetpts=PTS-{number(late)}/TB"
    assert sound_since(EARLY, start) == (cut if late else "")
    only = f"{since(EARLY, start)},trim=start=0,trim=end_frame=1"
    assert one_frame(EARLY, start) == (only if late else "trim=end_frame=1")


def test_seeks_in_a_broadcast_count_from_its_first_packet() -> None:
    """In a broadcast, seek times count from the first packet; near the start, there is no seek."""
    clip, unseen = replace(EARLY, origin=1.4), "-nofind_stream_info"
    assert opened(clip, 5.25, 4.0) == [unseen, "-ss", "4.4", "-t", "6.25", "-i", "@clip"]
    assert since(clip, 5.25) == "setpts=PTS-2.25/TB"
    assert opened(clip, 1.5) == [unseen, "-i", "@clip"]
    assert since(clip, 1.5) == "setpts=PTS-2.9/TB"


def test_the_decoder_and_the_x264_build_are_named() -> None:
    """Options before the input name the clip's decoder and the x264 build that wrote the clip."""
    assert opened(replace(CLIP, decoder="libvpx"))[:2] == ["-c:v", "libvpx"]
    assert opened(replace(CLIP, x264=142))[:2] == ["-x264_build", "142"]


def test_one_of_several_tracks_is_named_by_its_index() -> None:
    """The command selects one of several tracks by its index, and a single track by its kind."""
    assert (pictures_of(TWO, 1), sound_of(TWO, 1)) == ("1:3", "1:5")
    one = replace(CLIP, picture=1, sound=0)
    assert (pictures_of(one), sound_of(one)) == ("0:V:0", "0:a:0")


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a stream without an index: six seconds of distinct frames with a rising tone."""
    path = tmp_path_factory.mktemp("opened") / "a.ts"
    tone = "aevalsrc='0.3*sin(2*PI*(200+100*floor(t))*t)':s=48000:d=6"
    ffmpeg("-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=6", "-f", "lavfi",
           "-i", tone, "-c:v", "libx264", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "mp2",
           str(path))  # fmt: skip
    return path


@pytest.mark.parametrize("start", [0.0, 0.72, 2.0, 4.52])
def test_pictures_begin_at_the_requested_time(stream: Path, tmp_path: Path, start: float) -> None:
    """Reading from a start time returns the same frames as decoding the whole stream."""
    clip, written = replace(CLIP, early=3.0), ["-an", "-c:v", "rawvideo", "-f", "nut", "part.nut"]
    taken = "fps=25:start_time=0,trim=end_frame=25"
    chain = ",".join(filter(None, [since(clip, start), taken]))
    render(tmp_path, [*opened(clip, start, 1.2), "-vf", chain, *written], clip=stream)
    whole = ["-vf", "fps=25:start_time=0", "-an", "-c:v", "rawvideo", "-f", "nut", "whole.nut"]
    render(tmp_path, ["-i", "@clip", *whole], clip=stream)
    first = round(start * 25)
    assert md5s(tmp_path / "part.nut") == md5s(tmp_path / "whole.nut")[first : first + 25]
    render(tmp_path, [*opened(clip, start), "-vf", one_frame(clip, start), *written], clip=stream)
    assert md5s(tmp_path / "part.nut") == md5s(tmp_path / "whole.nut")[first : first + 1]


def sounding(folder: Path, clip: Clip, file: Path, start: float, seconds: float) -> np.ndarray:
    """Return the sound of a clip, `(samples, 2)`."""
    source, track, begins = listened(clip, start, seconds)
    chain = ",".join(filter(None, [begins, f"aresample={RATE},aformat=flt:channel_layouts=stereo"]))
    kept = ["-c:a", "pcm_f32le", "-fflags", "+bitexact", "-f", "wav", "sound.wav"]
    render(folder, [*PLAIN, *source, *filtered(track, chain), *kept], clip=file)
    return heard(folder / "sound.wav")


def pitch(sound: np.ndarray) -> float:
    """Return the strongest tone of a sound's left side, in Hz."""
    left = sound[:, 0]
    return float(np.abs(np.fft.rfft(left * np.hanning(len(left)))).argmax() * RATE / len(left))


@pytest.mark.parametrize("start", [0.1, 2.1, 4.1])
def test_sound_begins_at_the_requested_time(stream: Path, tmp_path: Path, start: float) -> None:
    """Sound that is read from a start time has the tone of that time and the requested length."""
    sound = sounding(tmp_path, replace(CLIP, early=3.0), stream, start, 0.8)
    assert len(sound) / RATE == pytest.approx(0.8, abs=0.05)
    assert pitch(sound) == pytest.approx(200 + 100 * int(start), abs=5)


def test_a_bed_is_opened_like_an_ordinary_clip() -> None:
    """A bed, which has no clip, is opened exactly like an ordinary clip."""
    assert listened(None, 1.5, 2.1) == (["-ss", "1.5", "-t", "2.1", "-i", "@clip"], "0:a:0", "")
    assert listened(CLIP, 1.5, 2.1) == listened(None, 1.5, 2.1)
    assert filtered("0:a:0", "anull") == ["-map", "0:a:0", "-af", "anull"]


def test_sound_that_changes_layout_is_decoded_to_one(tmp_path: Path) -> None:
    """Sound that changes its layout is decoded to one layout, and the later tone is not shifted."""
    for at, (tone, layout) in enumerate(((440, "stereo"), (880, "mono"))):
        sine = f"sine={tone}:r=48000:d=2,aformat=channel_layouts={layout}"
        ffmpeg("-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=2", "-f", "lavfi",
               "-i", sine, "-c:v", "mpeg2video", "-c:a", "mp2", "-output_ts_offset", str(2 * at),
               str(tmp_path / f"{at}.ts"))  # fmt: skip
    both = tmp_path / "both.ts"
    both.write_bytes(b"".join((tmp_path / f"{at}.ts").read_bytes() for at in range(2)))
    clip = replace(CLIP, audio="mp2", steady=False)
    source, track, _ = listened(clip, 0.0, 4.0)
    assert track == "dec:0" and source[-len(steadied(clip)) :] == steadied(clip)
    found = sounding(tmp_path, clip, both, 0.0, 4.0)
    assert pitch(found[RATE // 4 : 7 * RATE // 4]) == pytest.approx(440, abs=2)
    assert pitch(found[9 * RATE // 4 : 15 * RATE // 4]) == pytest.approx(880, abs=2)


@pytest.mark.parametrize("codec", ["pcm_f32le", "pcm_f64le", "pcm_f32be"])
def test_infinite_and_nan_samples_become_silent(tmp_path: Path, codec: str) -> None:
    """On every processor, infinite and NaN samples become silent; other samples are unchanged."""
    tone = "if(between(t,0.1,0.101),1/0,if(between(t,0.2,0.201),0/0,0.2*sin(440*2*PI*t)))"
    stereo = f"aevalsrc='{tone}|0.5*sin(330*2*PI*t)':s=48000:d=0.5"
    path = tmp_path / "inf.mov"
    ffmpeg("-v", "error", "-f", "lavfi", "-i", stereo, "-c:a", codec, str(path))
    clip = replace(CLIP, audio=codec)
    before = sounding(tmp_path, CLIP, path, 0.0, 0.5)
    found = sounding(tmp_path, clip, path, 0.0, 0.5)
    bad = ~np.isfinite(before)
    assert bad.any() and not bad[:, 1].any()
    assert (found[bad] == 0).all() and np.array_equal(found[~bad], before[~bad])
    made = {samples_after(tmp_path, sound_since(clip), path, kind) for kind in kinds()}
    assert len(made) == 1


def samples_after(folder: Path, chain: str, file: Path, kind: str) -> bytes:
    """Return the samples that a chain makes from a file, with the instruction set `kind`."""
    kept: list[Any] = ["-c:a", "pcm_f32le", "-fflags", "+bitexact", "-f", "wav", "kind.wav"]
    render(folder, ["-cpuflags", kind, "-i", "@clip", "-af", chain, *kept], clip=file)
    return (folder / "kind.wav").read_bytes()
