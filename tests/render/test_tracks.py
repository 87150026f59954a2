"""Clips play even with several tracks, changes within a track, or broken sound."""

import numpy as np
import pytest

from tests.render.conftest import House, ffmpeg, make_clip
from tests.render.reading import one_command, raw, samples
from tests.render.small_piece import known, lavfi, shown, small_arguments


@pytest.fixture
def odd(tmp_path) -> House:
    """Return an empty workspace."""
    root = tmp_path / "odd"
    root.mkdir()
    return House(root)


def test_a_clip_plays_its_default_tracks_unless_a_knob_is_set(odd) -> None:
    """A clip plays its default tracks; picture_track and sound_track select other tracks."""
    at = odd.root / "library" / "video" / "two.mkv"
    ffmpeg("-v", "error", *lavfi("color=red:s=160x90:r=25:d=2"),
           *lavfi("color=lime:s=320x180:r=25:d=2"), *lavfi("anullsrc=r=44100:d=2"),
           *lavfi("sine=600:r=44100:d=2"),
           "-map", "0", "-map", "1", "-map", "2", "-map", "3", "-t", "2",
           "-disposition:v:0", "0", "-disposition:v:1", "default",
           "-disposition:a:0", "0", "-disposition:a:1", "default",
           "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", str(at))  # fmt: skip
    heard = ["layer1.sound=on", "audio_sources=1", "duration=1", "layer1.clip=two.mkv"]
    frames = shown(odd, *heard)
    assert np.abs(frames[-1, 36, 64] - (0, 255, 0)).max() < 8
    assert abs(pitch(odd) - 600) < 8
    first = shown(odd, *heard, "picture_track=1")
    assert np.abs(first[-1, 36, 64] - (255, 0, 0)).max() < 8
    ran = odd.doit("render", "project=x", *small_arguments(*heard, "sound_track=1"))
    assert ran.code == 0 and "silent" in ran.out
    ran = odd.doit("render", "project=x", *small_arguments(*heard, "picture_track=3"))
    assert ran.code != 0 and "2 tracks of pictures" in ran.out and "Traceback" not in ran.out
    lists = odd.doit("clips")
    assert "2 tracks of pictures" in lists.out and "2 tracks of sound" in lists.out


def pitch(house: House, begin: float = 0.2, end: float = 0.8) -> float:
    """Return the strongest tone of the video's sound between two times, in Hz."""
    left = samples(house.video())
    left = left if left.ndim == 1 else left.mean(axis=1)
    part = left[round(begin * 48000) : round(end * 48000)]
    return float(np.abs(np.fft.rfft(part * np.hanning(len(part)))).argmax() / (end - begin))


@pytest.mark.parametrize("codec", ["aac", "ac3", "mp2"])
def test_sound_stays_in_time_if_its_channels_and_rate_change(odd, codec) -> None:
    """Sound keeps its timing if its channels and rate change; the exported command works too."""
    folder, whole = odd.root, odd.root / "library" / "video" / "broadcast.ts"
    before = "5.1" if codec == "ac3" else "stereo"
    tones = (f"sine=440:r=48000:d=2,aformat=channel_layouts={before}", "sine=880:r=44100:d=2")
    for at, tone in enumerate(tones):
        ffmpeg("-v", "error", *lavfi("testsrc2=s=160x90:r=25:d=2"), *lavfi(tone), "-c:a", codec,
               "-c:v", "mpeg2video", "-g", "12", "-output_ts_offset", f"{2 * at}",
               str(folder / f"{at}.ts"))  # fmt: skip
    whole.write_bytes(b"".join((folder / f"{at}.ts").read_bytes() for at in range(2)))
    words = ["layer1.sound=on", "audio_sources=1", "duration=3.8", "layer1.clip=broadcast.ts"]
    shown(odd, *words)
    assert not known(odd)["broadcast.ts"].steady
    assert abs(pitch(odd, 0.3, 1.7) - 440) < 8
    assert abs(pitch(odd, 2.4, 3.6) - 880) < 8
    assert len(one_command(odd, *small_arguments(*words))) == 38


def test_a_layer_with_undecodable_sound_is_silent(odd) -> None:
    """A layer whose sound cannot be decoded is silent, and one line states the reason."""
    at = odd.root / "library" / "video" / "spoilt.mp4"
    make_clip(at, picture="testsrc2=s=160x90:r=25", sound="sine=440:r=44100", seconds=2)
    data = at.read_bytes()
    header = data.index(b"esds")
    config = data.index(b"\x05\x80\x80\x80\x05", header) + 5
    at.write_bytes(data[:config] + b"\xff\xff" + data[config + 2 :])
    sized = ["layer1.clip=spoilt.mp4", "layer1.sound=on"]
    ran = odd.render(*small_arguments(*sized))
    assert "layer 1 is silent" in ran.out and "cannot be decoded" in ran.out
    assert known(odd)["spoilt.mp4"].audio is None
    assert "its sound cannot be decoded" in odd.doit("clips").out


def test_an_infinite_sample_is_muted(odd) -> None:
    """A render mutes an infinite sample and keeps the loudness of the sound around it."""
    at = odd.root / "library" / "video" / "inf.mov"
    tone = "aevalsrc='if(between(t,1,1.001),1/0,0.2*sin(440*2*PI*t))':d=3:s=48000"
    ffmpeg("-v", "error", *lavfi("testsrc2=s=64x36:r=25:d=3"), *lavfi(tone),
           "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "pcm_f32le", str(at))  # fmt: skip
    shown(odd, "layer1.clip=inf.mov", "layer1.sound=on", "duration=3")
    heard = samples(odd.video())
    assert np.isfinite(heard).all() and abs(pitch(odd, 0.2, 0.8) - 440) < 5
    assert np.sqrt((heard[: 48000 // 2] ** 2).mean()) > 0.05


def test_a_clip_ends_where_its_edit_list_ends(odd) -> None:
    """A clip ends where its edit list ends."""
    whole, at = odd.root / "whole.mp4", odd.root / "library" / "video" / "trimmed.mp4"
    make_clip(whole, picture="testsrc2=s=160x90:r=25", sound="sine=440:r=44100", seconds=8)
    ffmpeg("-v", "error", "-ss", "3", "-i", str(whole), "-t", "2", "-c", "copy", str(at))
    data = bytearray(at.read_bytes())
    cut = data.index(b"elst")  # the first edit list, which is the picture's, is halved
    ticks = int.from_bytes(data[cut + 12 : cut + 16])
    data[cut + 12 : cut + 16] = (ticks // 2).to_bytes(4)
    at.write_bytes(data)
    seconds = known(odd)["trimmed.mp4"].seconds
    whole_frames = len(raw("-i", str(at), "-f", "rawvideo", "-pix_fmt", "gray")) // (160 * 90)
    assert seconds == pytest.approx(whole_frames / 25, abs=0.05)
    assert len(shown(odd, "layer1.clip=trimmed.mp4", "duration=4")) == 40


SHAPES = {
    "size": ("s=160x120,setsar=1", "s=256x144,setsar=1"),
    "pixels": ("s=180x144,setsar=16/15", "s=180x144,setsar=64/45"),
}


@pytest.mark.parametrize("change", list(SHAPES))
def test_each_part_keeps_its_shape_if_the_picture_changes_shape(odd, change) -> None:
    """If a clip changes from 4:3 to 16:9, each part keeps its shape."""
    at = odd.root / "library" / "video" / "news.ts"
    for n, shape in enumerate(SHAPES[change]):
        size, _, sar = shape.partition(",")
        ffmpeg("-v", "error", *lavfi(f"color=gray:{size}:r=25:d=2,{sar}"), "-c:v", "mpeg2video",
               "-g", "12", "-output_ts_offset", f"{2 * n}", str(odd.root / f"{n}.ts"))  # fmt: skip
    at.write_bytes(b"".join((odd.root / f"{n}.ts").read_bytes() for n in range(2)))
    frames = shown(odd, "layer1.clip=news.ts", "duration=3.8", "fit=contain")
    wide = [frame[36, 4].min() > 100 for frame in frames]
    assert wide[:18] == [False] * 18 and wide[22:] == [True] * 16
    assert frames[5, 36, 4].max() < 8 and frames[5, 36, 24].min() > 100
    later = shown(odd, "layer1.clip=news.ts", "duration=1", "fit=contain", "start=0.98")
    assert all(frame[36, 4].min() > 100 for frame in later)


def test_the_decoder_gets_the_number_of_an_old_x264_build(odd) -> None:
    """The number of an old x264 build is passed to the decoder.

    Builds before 151 coded 4:4:4 differently.
    """
    at = odd.root / "library" / "video" / "old.mp4"
    picture = lavfi("testsrc2=s=160x90:r=25:d=2")
    ffmpeg("-v", "error", *picture, "-c:v", "libx264", "-pix_fmt", "yuv444p", str(at))
    data = at.read_bytes()
    core = data.index(b"x264 - core ") + len(b"x264 - core ")
    at.write_bytes(data[:core] + b"142" + data[core + 3 :])
    assert known(odd)["old.mp4"].x264 == 142
    odd.render(*small_arguments("layer1.clip=old.mp4"))
    ran = odd.doit("info", "project=x", "layer:1", *small_arguments("layer1.clip=old.mp4"))
    assert "-x264_build 142" in ran.out
