"""What instruments ask for, by the name of the parameter, and where it comes from by hand."""

import inspect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from collide import rolls
from collide.build.key import Input, Job
from collide.build.safety import Source
from collide.catalog import instrument
from collide.errors import InputError
from collide.graph.piece import drawn_mode
from collide.hand.solo import Solo
from collide.media import Sound
from collide.step import RATE


def seed(solo: Solo) -> int:
    """Return the seed of an analysis, that of the same layer in a project."""
    return int(rolls.place(solo.knobs["seed"], "analysis", solo.layer) * 2**32)


def _keyframes(solo: Solo) -> Path:
    play, part = instrument("source/keyframe"), {"start": 0.0, "seconds": solo.clip.seconds}
    argv = play.command(solo.knobs, clip=solo.clip, look="", **part)
    solo.stage.play(Job("source/keyframe", argv=argv), solo.sources)
    return solo.stage.made("frames.png")


def _masks(solo: Solo) -> Path:
    play, count = instrument("source/matte"), solo.knobs["keyframes"]
    strip = {"start": 0.0, "rate": 1, "looks": count, "fps": 1, "tiled": True}
    size = instrument("source/keyframe").size(solo.clip)
    frames = Source(solo.stage.source("frames.png").path, trusted=True, demuxer="png_pipe")
    sources = {**solo.sources, "@frames": frames, "@model": opened(solo.model())}
    passes = partial(play.passes, solo.knobs, clip=solo.clip, size=size, **strip)
    solo.stage.play(Job("source/matte", passes=passes, work=count), sources)
    return solo.stage.made("masks.png")


def opened(file: Input) -> Source:
    """Return a file of ours that is no clip as an input."""
    assert file.path is not None
    return Source(file.path, trusted=True)


def _answer(solo: Solo) -> dict[str, Any]:
    """Return what the mode finds that is said, or that the dice choose: a key."""
    name = drawn_mode(solo.knobs, solo.knobs["seed"], solo.layer)
    mode = solo.catalog.instrument(f"modes/{name}")
    answer: dict[str, Any] = mode.analyze(solo.knobs, **asked(solo, mode.analyze))
    if not {"colors", "light"} & answer.keys():
        raise InputError(
            f"mode={name} finds no color to key",
            why=f"it answers {answer}",
            fix="take another mode, or cut a matte: python -m collide blend/matte --help",
        )
    return answer


def _heard(solo: Solo) -> float | None:
    """Return how loud a sound is, None for silence: a look, which changes nothing."""
    play = instrument("audio/hear")
    passes = partial(play.passes, {}, **asked(solo, play.passes))
    lufs: float | None = solo.stage.look(Job("audio/hear", passes=passes), solo.sources)["lufs"]
    return lufs


def _seconds(solo: Solo) -> float:
    return (solo.sounds[0] if solo.name.startswith("audio/") else solo.clip).seconds


def _samples(sound: Sound) -> int:
    return max(1, round(sound.seconds * RATE))


NOTHING = inspect.Parameter.empty

GIVEN: dict[str, Callable[[Solo], Any]] = {
    "answer": _answer,
    "channels": lambda solo: solo.sounds[0].channels,
    "clip": lambda solo: solo.clip,
    "effects": lambda _: "",
    "fps": lambda solo: solo.fps,
    "frames": _keyframes,
    "layer": lambda solo: solo.layer,
    "look": lambda _: "",
    "lufs": _heard,
    "masks": _masks,
    "material": lambda solo: _samples(solo.sounds[0]),
    "output_size": lambda solo: solo.knobs["output_size"],
    "samples": lambda solo: max(map(_samples, solo.sounds)),
    "seconds": _seconds,
    "seed": seed,
    "speed": lambda _: 1.0,
    "start": lambda _: 0.0,
    "voices": lambda solo: [str(at) for at, _ in enumerate(solo.inputs, start=1)],
}


def asked(solo: Solo, function: Callable[..., Any]) -> dict[str, Any]:
    """Return what a function of an instrument asks for besides its knobs.

    What has a default is left away, but where colors of a subject are wanted: those need a mask.

    Raises:
        InputError: it asks for something that only a project has.
    """
    wanted = {n: p.default for n, p in inspect.signature(function).parameters.items()}
    masked = "masks" in wanted and solo.knobs["rembg_use"] == "colors"
    names = [n for n, default in wanted.items() if default is NOTHING or masked]
    names = [name for name in names if name != "knobs"]
    strange = [name for name in names if name not in GIVEN]
    if strange:
        raise InputError(
            f"{solo.name} cannot be played by hand",
            why=f"it needs {strange[0]}, which only a project has",
            fix="play it in one: doit render project=x",
        )
    return {name: GIVEN[name](solo) for name in names}
