"""source/shots: finds a clip's cuts exactly and decodes at most ten minutes of the clip."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from collide.base.media import Clip
from collide.engine.programs import find_engine
from collide.library.temper import Temper, summary
from collide.source import probe, shots
from tests.steps.studio import perform

SIZE = "s=160x90:r=25"
CARD = f"testsrc2={SIZE}"  # moves, in every color
DEEP = f"mandelbrot={SIZE}:end_scale=0.3:end_pts=300:start_scale=2"  # zooms in slowly
BARS = f"smptebars={SIZE}"  # does not move
SLOW = f"gradients={SIZE}:seed=3:c0=0x206040:c1=0xa07030:speed=0.02"  # colors that change slowly
NOISE = "noise=alls=60:allf=t:all_seed=1"
GREY = f"color=gray:{SIZE}"
JOINED = {1: "[0:v]null", 2: "[0:v][1:v]concat=n=2", 3: "[0:v][1:v][2:v]concat=n=3"}


def write_clip(folder: Path, *pictures: tuple[str, float], graph: str = "") -> Path:
    """Make a clip from sources of given lengths, joined by a filter graph; return its path."""
    path = folder / "clip.mp4"
    words = [str(find_engine().path), "-v", "error", "-y"]
    for source, seconds in pictures:
        words += ["-f", "lavfi", "-t", str(seconds), "-i", f"{source},format=yuv420p"]
    graph = graph or JOINED[len(pictures)]
    words += ["-filter_complex", f"{graph}[v]", "-map", "[v]", "-c:v", "libx264"]
    subprocess.run([*words, "-preset", "ultrafast", "-crf", "20", path], check=True)
    return path


def answer_for(clip: Path) -> dict[str, Any]:
    """Return the answer for a clip."""
    folder = clip.parent
    facts = perform(folder, probe.passes(probe.DEFAULTS), clip=clip)
    files = {name: folder / name for name in ("packets.txt", "first.txt", "start.bin")}
    known = Clip.of(probe.answer(files, facts))
    perform(folder, shots.passes({}, **shots.opens(known)), clip=clip)
    return shots.answer(
        {name: folder / name for name in shots.leaves(known.seconds)},
        seconds=known.seconds,
        fps=known.fps,
        gap=known.gap,
    )


def spans(facts: Mapping[str, Any]) -> list[list[float]]:
    """Return the start and the end of each shot."""
    return [shot[:2] for shot in facts["shots"]]


CUTS = {
    "hard": ([(CARD, 2), (DEEP, 1.52), (BARS, 2)], "", [2.0, 3.52]),
    "back": ([(BARS, 1), (DEEP, 1), (BARS, 1)], "", [1.0, 2.0]),
    "noisy": ([(SLOW, 2), (DEEP, 2)], f"[0:v][1:v]concat=n=2,{NOISE}", [2.0]),
    "dark": (
        [(CARD, 2), (DEEP, 2)],
        "[0:v][1:v]concat=n=2,eq=contrast=0.25:brightness=-0.35",
        [2.0],
    ),
    "quick": ([(CARD, 0.4), (DEEP, 0.4), (BARS, 0.4)], "", [0.4, 0.8]),
    "uneven": (
        [(CARD, 2), (DEEP, 2)],
        "[0:v][1:v]concat=n=2,select='not(eq(mod(n,7),2)+eq(mod(n,11),3))'",
        [2.0],
    ),
    "hidden by a flash": (
        [(DEEP, 2), (BARS, 2)],
        "[0:v][1:v]concat=n=2,drawbox=enable='between(n,48,52)':color=white:t=fill",
        [2.0],
    ),
    "colors alone": ([("color=red:s=160x90:r=25", 1), ("color=blue:s=160x90:r=25", 1)], "", [1.0]),
}  # fmt: skip


@pytest.mark.parametrize(("pictures", "graph", "cuts"), CUTS.values(), ids=list(CUTS))
def test_every_cut_is_found_to_the_frame(
    tmp_path: Path, pictures: list[tuple[str, float]], graph: str, cuts: list[float]
) -> None:
    """Cuts are found to the frame: under noise, in the dark, in short shots and at uneven times."""
    found = answer_for(write_clip(tmp_path, *pictures, graph=graph))
    assert found["cuts"] == cuts
    assert len(found["shots"]) == len(cuts) + 1
    assert found["shots"][0][0] == 0 and found["shots"][-1][1] == found["seen"][0][1]


def test_cuts_are_found_to_within_a_frame_at_60_fps(tmp_path: Path) -> None:
    """At 60 fps, cuts are found to within a frame, and no shot has a frame of another shot."""
    frames = 61
    fast = [(source.replace("r=25", "r=60"), frames / 60) for source in (CARD, DEEP)]
    found = answer_for(write_clip(tmp_path, *fast))
    assert found["cuts"] == pytest.approx([frames / 60], abs=0.001 + 1 / 60)
    assert found["shots"][0][1] <= frames / 60 + 0.001 <= found["shots"][1][0] + 0.002
    assert len((tmp_path / "small-0.yuv").read_bytes()) == frames * 64 * 36 * 3 // 2


FLASHES = "eq(n,30)+between(n,50,53)+eq(n,70)"
ONE = {
    "flashes": ([(DEEP, 4)], f"[0:v]drawbox=enable='{FLASHES}':color=white:t=fill"),
    "black frames": ([(CARD, 4)], "[0:v]drawbox=enable='between(n,50,52)':color=black:t=fill"),
    "noise": ([(GREY, 3)], "[0:v]noise=alls=80:allf=t:all_seed=1"),
    "snow": ([("color=gray:s=96x54:r=25", 3)], "[0:v]geq=lum='random(1)*255':cb=128:cr=128"),
    "a pan": (
        [("mandelbrot=s=960x540:r=25:start_scale=0.6:end_scale=0.59", 4)],
        "[0:v]crop=160:90:n*8:150",
    ),
    "a whip pan": (
        [("testsrc2=s=960x540:r=25", 3)],
        "[0:v]crop=160:90:'if(lt(n,30),0,if(lt(n,50),(n-30)*30,600))':150",
    ),
    "a shaking hand": (
        [("testsrc2=s=240x135:r=25", 3)],
        "[0:v]crop=160:90:'20+15*sin(n*1.7)':'20+15*sin(n*2.3)'",
    ),
    "a zoom": ([(CARD, 3)], "[0:v]zoompan=z='min(1+on/50,4)':d=1:s=160x90:fps=25"),
    "a light": ([(DEEP, 4)], "[0:v]eq=brightness='if(lt(t,2),-0.35,0.1)':eval=frame"),
    "a dimmer": ([(DEEP, 4)], "[0:v]eq=brightness='-0.3+0.1*t':eval=frame"),
    "animation on threes": ([(CARD, 4)], "[0:v]fps=8,fps=25"),
    "black alone": ([("color=black:s=160x90:r=25", 2)], ""),
    "one frame": ([(CARD, 0.04)], ""),
}


@pytest.mark.parametrize(("pictures", "graph"), ONE.values(), ids=list(ONE))
def test_flashes_and_camera_moves_are_not_cuts(
    tmp_path: Path, pictures: list[tuple[str, float]], graph: str
) -> None:
    """A clip with flashes, noise, changing light or camera moves is still one shot."""
    found = answer_for(write_clip(tmp_path, *pictures, graph=graph))
    assert found["cuts"] == []
    assert spans(found) == found["seen"]


FADES = {
    "through black": ([(CARD, 3), (DEEP, 3)], "[0:v]fade=out:st=2:d=1[a];[1:v]fade=in:d=1[b];"),
    "through white": (
        [(DEEP, 3), (BARS, 3)],
        "[0:v]fade=out:st=2:d=1:c=white[a];[1:v]fade=in:d=1:c=white[b];",
    ),
}


@pytest.mark.parametrize(("pictures", "graph"), FADES.values(), ids=list(FADES))
def test_a_fade_is_one_cut_and_belongs_to_no_shot(
    tmp_path: Path, pictures: list[tuple[str, float]], graph: str
) -> None:
    """A fade is one cut, and its frames do not belong to a shot."""
    found = answer_for(write_clip(tmp_path, *pictures, graph=f"{graph}[a][b]concat=n=2"))
    assert found["cuts"] == pytest.approx([3.0], abs=0.1)
    assert spans(found) == [[0.0, pytest.approx(2.0, abs=0.1)], [pytest.approx(4.0, abs=0.1), 6.0]]


def test_a_dissolve_is_one_cut(tmp_path: Path) -> None:
    """A one-second dissolve counts as one cut, in its middle."""
    graph = "[0:v][1:v]xfade=duration=1:offset=2"
    found = answer_for(write_clip(tmp_path, (BARS, 3), (DEEP, 4), graph=graph))
    assert found["cuts"] == pytest.approx([2.5], abs=0.2)
    assert len(found["shots"]) == 2


def test_a_black_start_is_not_a_shot(tmp_path: Path) -> None:
    """Black frames at the start of a clip do not belong to a shot."""
    black = ("color=black:s=160x90:r=25", 2.0)
    found = answer_for(
        write_clip(tmp_path, black, (DEEP, 3), graph="[0:v][1:v]concat=n=2,fade=in:st=2:d=1")
    )
    assert spans(found) == [[pytest.approx(3.0, abs=0.1), 5.0]]


def test_shots_are_rated_by_light_and_motion(tmp_path: Path) -> None:
    """White is rated bright and still, dimmed bars dark and still, and a shaking hand busy."""
    hand = "[0:v]crop=160:90:'20+15*sin(n*1.7)':'20+15*sin(n*2.3)'"
    words = {}
    for name, (source, graph) in {
        "white": ("color=0xf0f0f0:s=160x90:r=25", ""),
        "night": (BARS, "[0:v]eq=contrast=0.2:brightness=-0.4"),
        "hand": ("testsrc2=s=240x135:r=25", hand),
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        temper = Temper.of(summary(answer_for(write_clip(folder, (source, 2), graph=graph))))
        assert temper is not None
        words[name] = (temper.motion_word, temper.light_word)
    assert words["white"] == ("still", "bright")
    assert words["night"] == ("still", "dark")
    assert words["hand"][0] == "busy"


def test_ten_minutes_of_an_hour_are_decoded(tmp_path: Path) -> None:
    """Ten minutes, spread over an hour, are decoded, and shots are found only there."""
    cheap = "color=gray:s=64x36:r=2,geq=lum='40+40*mod(floor(T/60),4)':cb=128:cr=128"
    clip = write_clip(tmp_path, (cheap, 3600))
    found = answer_for(clip)
    decoded = sum(path.stat().st_size for path in tmp_path.glob("*.yuv")) // (64 * 36 * 3 // 2)
    assert decoded <= shots.MOST * 2 + shots.PARTS
    assert sum(end - begin for begin, end in found["seen"]) == pytest.approx(shots.MOST, abs=2)
    assert (found["seen"][0][0], found["seen"][-1][1]) == (0.0, 3600.0)
    for begin, end, *_ in found["shots"]:
        assert any(first <= begin and end <= last for first, last in found["seen"])
    assert found["cuts"][:1] == [60.0], "times are those of the clip"
    assert all(cut % 60 == 0 for cut in found["cuts"])
    assert found["cuts"][-1] == 3540.0


def test_a_clip_that_cannot_be_decoded_gives_no_answer(tmp_path: Path) -> None:
    """A clip without any decodable frame raises an error instead of counting as one shot."""
    with pytest.raises(ValueError, match="none of its frames"):
        shots.answer({}, seconds=3.0, fps=25.0, gap=0.04)


def test_a_clip_that_ends_early_ends_its_last_shot(tmp_path: Path) -> None:
    """If a clip ends earlier than its facts say, so does its last shot."""
    answer_for(write_clip(tmp_path, (CARD, 2)))
    places = {name: tmp_path / name for name in shots.leaves(9.0)}
    assert spans(shots.answer(places, seconds=9.0, fps=25.0, gap=0.04)) == [[0.0, 2.0]]
