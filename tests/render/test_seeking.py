"""In many containers, picture and sound start at the requested time.

A decode from the beginning produces the expected result. Two grey fields in each frame encode the
frame's number, and the tone rises by 100 Hz a second.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from collide.base.media import Clip
from tests.render.conftest import House, ffmpeg
from tests.render.reading import one_command, raw, stacked, still

RATE, SECONDS = 25, 16
SIZE = (64, 48)
COUNTS = "geq=lum='if(lt(X,W/2),24+10*floor(N/25),24+8*mod(N,25))':cb=128:cr=128"
TONE = "aevalsrc='0.3*sin(2*PI*(200+100*floor(t))*t)':s=44100:d=16"
H264 = ["-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-g"]
MPEG2 = ["-c:v", "mpeg2video", "-q:v", "2", "-bf", "2", "-g"]
MP2 = ["-c:a", "mp2"]

# Each file with its codec options: a suitable sound codec, and usually keyframes far apart.
WRITTEN = {
    "closed.mp4": [*H264, "250"],
    "open.mp4": [*H264, "50", "-x264-params", "open-gop=1:scenecut=0"],
    "fragments.mp4": [*H264, "100", "-movflags", "frag_keyframe+empty_moov"],
    "phone.mov": ["-c:v", "libx265", "-x265-params", "keyint=100:bframes=4:log-level=error"],
    "open.mpg": [*MPEG2, "12", *MP2, "-f", "mpeg"],
    "index.mkv": [*H264, "250"],
    "live.webm": ["-c:v", "libvpx", "-b:v", "2M", "-g", "128", "-c:a", "libvorbis", "-live", "1"],
    "broadcast.ts": [*H264, "250"],
    "no-key.ts": [*H264, "9999", "-sc_threshold", "0"],
    "camcorder.m2ts": [*MPEG2, "15", "-c:a", "ac3"],
    "disc.mpg": [*MPEG2, "15", *MP2, "-f", "vob"],
    "tape.mpg": [*MPEG2, "50", *MP2, "-f", "mpeg"],
    "theora.ogv": ["-c:v", "libtheora", "-q:v", "9", "-g", "128", "-c:a", "libvorbis"],
    "web.flv": [*H264, "250"],
    "old.flv": ["-c:v", "flv1", "-q:v", "2", "-g", "120", "-c:a", "libmp3lame"],
    "windows.wmv": ["-c:v", "wmv2", "-q:v", "2", "-g", "120"],
    "windows.asf": [*H264, "120"],
    "divx.avi": ["-c:v", "mpeg4", "-q:v", "2", "-bf", "2", "-g", "120", "-c:a", "libmp3lame"],
    "moving.gif": ["-pix_fmt", "gray"],
}


def counted(pictures: np.ndarray) -> list[int]:
    """Return the numbers encoded in frames of luma, `(frames, height, width)`."""
    high = SIZE[1] // 2
    seconds, rest = pictures[:, high, SIZE[0] // 4], pictures[:, high, 3 * SIZE[0] // 4]
    return [
        25 * round((s - 24) / 10) + round((r - 24) / 8) for s, r in zip(seconds, rest, strict=True)
    ]


def luma(*opened: str, chain: str = "null") -> np.ndarray:
    """Return the luma of every frame of a file."""
    shape = f"{chain},format=yuv420p,extractplanes=y"
    data = raw(*opened, "-map", "0:V:0", "-vf", shape, "-f", "rawvideo")
    return np.frombuffer(data, np.uint8).reshape(-1, SIZE[1], SIZE[0]).astype(float)


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> House:
    """Return a workspace with every clip in WRITTEN, each in a one-layer project."""
    house = House(tmp_path_factory.mktemp("seeking"))
    for name, codec in WRITTEN.items():
        source = f"color=black:s={SIZE[0]}x{SIZE[1]}:r={RATE}:d={SECONDS},{COUNTS}"
        sound = [] if name.endswith("gif") else ["-f", "lavfi", "-i", TONE]
        ffmpeg("-v", "error", "-f", "lavfi", "-i", source, *sound, *codec, "-shortest",
               *([] if "-pix_fmt" in codec else ["-pix_fmt", "yuv420p"]),
               str(house.root / "library" / "video" / name))  # fmt: skip
    for name in WRITTEN:
        project = house.root / "projects" / name.replace(".", "-")
        project.mkdir(parents=True)
        shape = {"num_videos": 1, "fps": RATE, "min_seconds": 0, "min_resolution": 0}
        fixed = {"layer1.clip": name, "layer1.sound": "on", "color_shift": False, "storage": "raw"}
        size = {"output_size": f"{SIZE[0]}x{SIZE[1]}", "duration": 2}
        (project / "config.json").write_text(json.dumps({**shape, **fixed, **size}))
    return house


def started(house: House, project: str) -> float:
    """Return the time in its clip at which the only layer of the last render started."""
    return float(house.manifest(project)["recipe"]["layers"][0]["start"])


@pytest.mark.parametrize("name", list(WRITTEN))
def test_a_layer_has_the_frames_of_a_decode_from_the_beginning(library, name) -> None:
    """A layer has the frames of a decode from the beginning, to within one frame.

    The sound starts at the same time as the picture.
    """
    project = name.replace(".", "-")
    ran = library.doit("render", f"project={project}", "start=0.81")
    assert ran.code == 0, ran.out
    begins = started(library, project)
    look = library.manifest(project)["tasks"]["layer:1"]["objects"]["look-000.nut"]
    got = counted(luma("-f", "nut", "-i", str(library.object(look))))
    clip = str(library.root / "library" / "video" / name)
    whole = counted(luma("-i", clip, chain=f"fps={RATE}:start_time=0"))
    first = round(begins * RATE)
    wanted = whole[first : first + len(got)]
    assert len(got) == 2 * RATE
    assert np.abs(np.subtract(got, wanted)).max() <= 1, (begins, got, wanted)
    if name.endswith("gif"):
        return
    sound = library.manifest(project)["tasks"]["audio:1"]["objects"]["sound.wav"]
    heard = np.frombuffer(raw("-i", str(library.object(sound)), "-ac", "1", "-f", "f32le"), "f4")
    for at in (0.1, 0.9, 1.7):
        part = heard[round(at * 48000) : round((at + 0.2) * 48000)]
        second, later = int(begins + at), int(begins + at + 0.2)
        if second == later and (begins + at) % 1 > 0.08:
            tone = np.abs(np.fft.rfft(part * np.hanning(len(part)))).argmax() / 0.2
            assert abs(tone - (200 + 100 * second)) < 30, (at, begins, tone)


@pytest.mark.parametrize("name", ["phone.mov", "broadcast.ts", "theora.ogv"])
def test_a_still_and_one_command_give_the_same_frames(library, name) -> None:
    """A still and the exported command make the render's frames."""
    project = name.replace(".", "-")
    ran = library.doit("render", f"project={project}", "start=0.5")
    assert ran.code == 0, ran.out
    frames = stacked(library, project)
    assert still(library, project, 1.2, "start=0.5") == frames[30]
    assert one_command(library, "start=0.5", project=project) == frames


def test_only_files_without_an_index_are_opened_early(library) -> None:
    """A file with an index is opened at the requested time.

    A stream is opened about one keyframe interval earlier, and a GIF at its beginning.
    """
    assert library.doit("scan").code == 0
    seen = json.loads((library.root / "cache" / "library.json").read_text())["clips"]
    clips = {Path(name).name: Clip.of(clip["facts"]) for name, clip in seen.items()}
    assert clips["closed.mp4"].early == clips["index.mkv"].early == 0
    assert 1 < clips["broadcast.ts"].early < 12 < clips["no-key.ts"].early
    assert clips["tape.mpg"].early < 4
    assert clips["moving.gif"].early >= clips["moving.gif"].seconds
