"""Layers loop, run back and forth, reverse or freeze, and a piece fades in and out."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.render.conftest import House, ffmpeg
from tests.render.reading import one_command, stacked, still

WIDE, HIGH, FPS = 64, 36, 8
BASE = {
    "seed": 3, "num_videos": 2, "output_size": f"{WIDE}x{HIGH}", "fps": FPS, "duration": 12,
    "min_resolution": 0, "min_seconds": 0, "start": 0, "color_shift": False, "mode": "fixed",
    "colorkey_hex": "0x000000", "similarity": 0.2, "softness": 0.1, "crf": 0, "chroma": "420",
    "storage": "raw", "layer1.clip": "ramp.mp4", "layer2.clip": "bar.mp4", "fit": "stretch",
    "audio_sources": 0, "loop_fade": 0.5,
}  # fmt: skip

# Many kinds of loops: long, short, keyed, on the base, blurred, blended as light, slowed down.
TURNS: dict[str, dict[str, Any]] = {
    "fade": {"layer1.loop": "back"},
    "turned": {"reverse": True, "layer1.loop": "back"},
    "cut": {"loop": "cut", "layer1.reverse": True},
    "short": {"loop_seconds": 0.4, "layer1.loop": "back"},
    "fog": {"layer1.freeze": 1.6, "layer2.fit": "blur", "layer2.speed": 0.7, "fade_in": 1.5,
            "fade_out": 6.0},
    "light": {"chroma": "444", "layer2.blend_mode": "screen", "layer2.scale": 0.5, "layer2.x": 0.3,
              "reverse": True},
}  # fmt: skip


@pytest.fixture(scope="module")
def looping(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Return a workspace with a brightening clip and a clip of a moving bar."""
    house = House(tmp_path_factory.mktemp("looping"))
    clips = house.root / "library" / "video"
    made = {
        "ramp.mp4": ("color=gray:s=64x36:r=8:d=2.5", "geq=lum='60+8*N':cb=128:cr=128"),
        "bar.mp4": (
            "color=black:s=64x36:r=8:d=1.75",
            "geq=lum='if(between(X,4*N,4*N+10)*between(Y,4,31),150,16)':cb=60:cr=180",
        ),
    }
    for name, (source, drawn) in made.items():
        kept = ["-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv420p", str(clips / name)]
        ffmpeg("-v", "error", "-f", "lavfi", "-i", source, "-vf", drawn, *kept)
    return house


def composed(house: House, name: str, **knobs: Any) -> None:
    """Write a project's config: BASE with some knobs changed."""
    path = house.root / "projects" / name / "config.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**BASE, **knobs}))


def tasks(house: House, project: str, *knobs: str) -> set[str]:
    """Render a project and return its rendered and restored tasks."""
    ran = house.doit("render", f"project={project}", *knobs)
    assert ran.code == 0, ran.out
    return ran.tasks("rendered", "restored")


@pytest.mark.parametrize("name", TURNS)
def test_command_stills_and_segments_give_the_same_frames(looping: House, name: str) -> None:
    """The exported command and stills make the segments' frames, even during a fade."""
    composed(looping, name, **TURNS[name])
    tasks(looping, name)
    staged = stacked(looping, name)
    assert len(staged) == 12 * FPS
    assert len(set(staged)) > 3, "the picture must move, or nothing is compared"
    assert one_command(looping, project=name) == staged
    for frame in (11, 95):  # at frame 11, layer 2 fades at its end
        assert still(looping, name, frame / FPS) == staged[frame], frame


def picture(house: House, project: str, frame: int, *knobs: str) -> np.ndarray:
    """Return a still of a project as RGB."""
    still(house, project, frame / FPS, *knobs)
    png = house.root / "projects" / project / "still.png"
    raw = png.with_suffix(".raw")
    ffmpeg("-v", "error", "-y", "-i", str(png), "-pix_fmt", "rgb24", "-f", "rawvideo", str(raw))
    return np.frombuffer(raw.read_bytes(), np.uint8).reshape(HIGH, WIDE, 3).astype(float)


@pytest.mark.parametrize("mode", ["normal", "difference"])
def test_a_fade_is_a_weighted_mean_of_two_composites(looping: House, mode: str) -> None:
    """Each frame of a fade is a weighted mean of two composites.

    One composite shows the outgoing frame, the other the incoming frame.
    """
    composed(looping, "mixed", **{"layer1.freeze": 1, "layer2.blend_mode": mode})
    material, fade = 14, 4  # 1.75 s at 8 fps, and half a second
    for place in range(fade):
        frame = 2 * (material - fade) + place
        mixed = picture(looping, "mixed", frame)
        comes = picture(looping, "mixed", frame, f"layer2.freeze={place / FPS}")
        goes = picture(looping, "mixed", frame, f"layer2.freeze={(material - fade + place) / FPS}")
        share = (place + 1) / (fade + 1)
        assert np.abs(comes - goes).max() > 60
        off = np.abs(mixed - (share * comes + (1 - share) * goes))
        assert off.mean() < 1.5
        assert np.percentile(off, 99) <= 6


def test_changing_how_a_layer_loops_renders_no_layer(looping: House) -> None:
    """If a layer loops differently, the stack and later steps are rendered, but not the layer."""
    composed(looping, "turned")
    tasks(looping, "turned")
    every = ["loop=back", "layer2.loop_fade=0.2", "layer2.reverse=true", "layer1.freeze=0.5"]
    for knob in every:
        done = tasks(looping, "turned", knob)
        kinds = {task.partition(":")[0] for task in done}
        assert kinds <= {"stack", "encode", "mux", "record", "presence"}, knob
        assert "stack:0" in done, knob


def test_a_longer_piece_keeps_its_earlier_segments(looping: House) -> None:
    """In a longer piece, the earlier segments are kept.

    A clip that is at least as long as the piece never fades.
    """
    composed(looping, "longer", **{"layer2.loop": "back"})
    tasks(looping, "longer")
    done = tasks(looping, "longer", "duration=17")
    assert not {"stack:0", "stack:1", "layer:1", "layer:2"} & done
    assert {"stack:2", "stack:3"} <= done
    assert "stack:0" in tasks(looping, "longer", "duration=1.5")
    told = looping.doit("info", "stack:0", "project=longer", "duration=1.5").out
    assert "overlay" in told
    assert "enable=" not in told
    assert "enable=" in looping.doit("info", "stack:0", "project=longer", "loop=fade").out


def lights(video: Path, what: str = "YMAX") -> list[float]:
    """Return the maximum luma of each frame (16 is black), or its mean with YAVG."""
    raw = ffmpeg("-v", "error", "-i", str(video), "-vf", "signalstats,metadata=print:file=-:key="
                 f"lavfi.signalstats.{what}", "-f", "null", "-")  # fmt: skip
    return [float(line.rpartition("=")[2]) for line in raw.splitlines() if f"{what}=" in line]


def test_a_piece_fades_in_from_black_and_out_to_black(looping: House) -> None:
    """A piece with fades begins and ends in black; only segments in a fade are rendered again."""
    composed(looping, "dark")
    video = looping.root / "projects" / "dark" / "output" / "dark.mp4"
    tasks(looping, "dark")
    plain = lights(video)
    assert min(plain) > 60
    done = tasks(looping, "dark", "fade_in=1", "fade_out=1.5")
    assert {"stack:0", "stack:2"} <= done
    assert not {"stack:1", "encode:1"} & done
    faded = lights(video)
    assert faded[0] <= 17
    assert faded[-1] <= 17
    assert faded[8:-12] == plain[8:-12]
    assert faded[:8] == sorted(faded[:8])


def test_the_jump_at_a_restart_depends_on_the_loop_kind(looping: House) -> None:
    """When a brightening clip restarts, the light drops abruptly with `cut` and gradually with
    `fade`.

    With `back`, the light never changes faster than in the clip.
    """
    worst = {}
    for way in ("cut", "fade", "back"):
        composed(looping, f"steps-{way}", num_videos=1, loop=way)
        tasks(looping, f"steps-{way}")
        video = looping.root / "projects" / f"steps-{way}" / "output" / f"steps-{way}.mp4"
        worst[way] = np.abs(np.diff(lights(video, "YAVG"))).max()
    usual, fall, fade = 8, 8 * 19, 4
    assert worst["cut"] == pytest.approx(fall, abs=2)
    assert worst["fade"] <= fall / (fade + 1) + 2
    assert worst["back"] == pytest.approx(usual, abs=1)
