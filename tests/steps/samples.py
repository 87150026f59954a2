"""Sample arguments for the functions of all instruments, by parameter name.

An instrument with a new parameter needs one more line in `ARGUMENTS`, but no new test.
"""

import inspect
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from collide.base.frame_rate import NTSC
from collide.base.media import Clip
from collide.blend import balance
from collide.catalog import Knob, knobs
from collide.contract import SHAPES
from collide.instrument import (
    H264,
    Argv,
    Band,
    Chain,
    Choice,
    Color,
    File,
    MaterialName,
    Name,
    Range,
    Rate,
    Read,
    Round,
    Several,
    Size,
    Span,
    Toggle,
)
from collide.project.settings import Settings
from tests.steps.reported import KINDS

CLIP = Clip(
    seconds=12.0, width=640, height=360, frames=300, fps=25.0, variable=False, rotated=False,
    video="h264", audio="aac", channels=2, rate=44100, gap=0.04, pixels="yuv420p",
)  # fmt: skip

ARGUMENTS: dict[str, Any] = {
    "above": "l2",
    "around": 0,
    "answer": {"colors": ["0xFFFFFF", "0x102030"]},
    "bed": 1,
    "below": "l1",
    "channels": 2,
    "chroma": "444",
    "closely": True,
    "chains": ["[1:v:0]settb=1/25,setpts=N[fog-loop]"],
    "clip": CLIP,
    "coded": H264,
    "colors": "",
    "corner": (16, 8),
    "clips": [{"digest": d * 32, "name": f"{d}.mp4", "own": d == "c", "facts": {}} for d in "abc"],
    "count": 100,
    "filters": "hue=h=10",
    "edges": [1824, 94000],
    "effects": "lowshelf=f=120:g=-6",
    "first": 125,
    "fps": 25,
    "fog": False,
    "gap": 0.04,
    "frame": 200,
    "grid": 2,
    "laid": ["[k2][c2]alphamerge[l2]", "[k1][l2]overlay=format=yuv420:eof_action=endall[v]"],
    "layer": 2,
    "lead": 0,
    "light": {"black": 0.125, "white": 0.75},
    "lufs": -31.5,
    "layers": [2],
    "look": "hue=h=10",
    "looks": 60,
    "manifest": {"look": "1a2b3c4d", "tasks": {}},
    "masks": None,
    "matte": "color=gray:s=64x36:r=25:d=0.4,format=gray",
    "material": 96000,
    "moments": [(0, 0), (0, 60), (1, 5)],
    "opened": ["-i", "@fog"],
    "output_size": "320x180",
    "period": 96000,
    "pieces": [Span(0, 125), Span(125, 40)],
    "paced": "fps=12:start_time=0",
    "pixels": "yuv420p",
    "part": (160, 90),
    "picture": (384, 216),
    "planes": ("cut",),
    "plane": False,
    "plate": "[p0]",
    "recipe": '{"collide":1}',
    "rate": 12,
    "rows": ["k1", "k2"],
    "rounds": {"k1": Round(100, 60, 100)},
    "seen": "[0:V:0]fps=12:start_time=0",
    "source": ["-ss", "1.522", "-t", "6.04", "-i", "@clip"],
    "whole": "",
    "samples": 240000,
    "second": [],
    "shot": "dahlia",
    "size": (320, 180),
    "speed": 1.0,
    "seconds": 6.0,
    "seed": 7,
    "sound": True,
    "sounds": [{"digest": d * 32, "name": f"{d}.wav", "own": d == "c"} for d in "abc"],
    "start": 1.5,
    "storage": "raw",
    "streams": {
        "k1": [Read(0, 5, 50, False), Read(1, 0, 50, False)],
        "k2": [Read(0, 0, 100, True)],
        "c2": [Read(0, 0, 100, True)],
    },
    "suffix": "mp4",
    "taken": ["a" * 32],
    "tiled": False,
    "voices": ["1", "3"],
    "written": None,
}

# An instrument's own arguments, which override those in ARGUMENTS.
OWN: dict[str, dict[str, Any]] = {
    "blend/loop": {"material": 6, "count": 20},
    "blend/matte": {"answer": {"matte": "background"}},
    "audio/extract": {"seconds": 2.1, "clip": None},
    "audio/hear": {"seconds": 2.1, "clip": None},
    "source/shots": {"sources": [["-i", "@clip"]], "begins": [""], "track": "0:V:0"},
    "blend/deinterlace": {"clip": replace(CLIP, fields="flagged")},
    "blend/normalize": {
        "clip": replace(CLIP, shapes=True, transfer="smpte2084", matrix="bt2020nc")
    },
    "blend/logbook": {"look": {"look": "1a2b3c4d", "recipe": {}}, "seconds": {"mux": 1.5}},
    "blend/layer": {
        "chains": [
            "[0:V:0]fps=25:start_time=0,hue=h=10,split[h2][g2]",
            "[h2]null,format=yuv420p[k2]",
            "[g2]format=gray[c2]",
        ],
        "seconds": 6.68,
    },
    "blend/atlas": {"tile": (64, 36), "tiles": 5, "columns": 2, "every": 2},
    "source/keyframe": {"written": {"d2": "cuts.gray"}, "chains": ["[v]format=gray[d2]"]},
    "blend/presence": {"chains": ["[0:v:0]settb=1/25,setpts=N[a2]"], "opened": ["-i", "@c2"]},
}


def _films(folder: Path) -> dict[str, Any]:
    """Write the files for a base and for a layer with a growing cut; return the arguments."""
    wide, high = balance.SIZE
    cut = bytes(255 * x // wide for x in range(wide)) * high * balance.MOMENTS
    layer = {"key": "color", "reach": 0.9, "softness": 0.02, "opacity": 1.0, "value": 0.3}
    sizes = {"detail": 1.0, "middle": [16, 16]}
    for name in ("cuts", "pictures"):
        (folder / name).write_bytes(cut + bytes([255]) * len(cut) if name == "cuts" else bytes(256))
    return {
        "cuts": {"2": folder / "cuts"},
        "pictures": {"1": folder / "pictures", "2": folder / "pictures"},
        "layers": [{"layer": 1, **sizes}, {"layer": 2, **layer, **sizes, "range": [0.2, 0.4]}],
    }


# Functions that write the files that an instrument reads and return its arguments.
MADE: dict[str, Callable[[Path], dict[str, Any]]] = {"blend/balance": _films}

# Knobs that collide resolves before an instrument plays: the unresolved and the resolved value.
UNDECIDED = {"storage": "auto"}
DECIDED = {"storage": "raw"}

MASKED = '{"masks": 60, "empty": 7}'

# Reports from a pass, from which the next pass is built. Each ends with the mask counts.
REPORTS = {name: f"{report}{MASKED}" for name, report in KINDS.items()}


def shape(module: ModuleType) -> str:
    """Return the name in SHAPES that an instrument defines."""
    return next(name for name in SHAPES if hasattr(module, name))


def middle() -> dict[str, Any]:
    """Map every knob to its default or to the middle of its range, with `auto` resolved."""
    found: dict[str, Any] = {}
    for knob in knobs().values():
        value = Settings().of(knob.name).value
        if hasattr(value, "low"):
            value = (value.low + value.high) / 2
            value = int(value) if isinstance(knob.limit, Range) and knob.limit.whole else value
        found[knob.name] = value
    return found | DECIDED


def away(module: ModuleType) -> dict[str, Any]:
    """Map each NEUTRAL knob to a value a fifth of the way to its far end, or to another choice."""
    found = {}
    for knob, value in getattr(module, "NEUTRAL", {}).items():
        low, high = (ends(knobs()[knob])[i] for i in (0, -1))
        end = low if value == high else high
        part = isinstance(knobs()[knob].limit, Range)
        found[knob] = type(end)(value + (end - value) / 5) if part else end
    return found


def ends(knob: Knob) -> list[Any]:
    """Return the values at a knob's limits, or all of its choices, without those in UNDECIDED."""
    limit = knob.limit
    values: Mapping[type, Any] = {
        Range: lambda: [limit.low, limit.high],
        Rate: lambda: [limit.low, *NTSC, limit.high],
        Band: lambda: ["off", "0..0.01", "0.99..1"],
        Chain: lambda: ["none", *limit.words, [*reversed(limit.words)] or "none"],
        Choice: lambda: list(limit.words),
        File: lambda: ["none", "x" * 190 + limit.suffixes[0]],
        Several: lambda: [limit.words[0], ",".join(limit.words)],
        Toggle: lambda: [False, True],
        Color: lambda: ["0x000000", "0xFFFFFF"],
        Size: lambda: ["16x16", f"{limit.most}x{limit.most}"],
        **dict.fromkeys((Name, MaterialName), lambda: ["any", "x" * 196 + ".mp4"]),
    }
    checked = [limit.check(value) for value in values[type(limit)]()]
    return [value for value in checked if value != UNDECIDED.get(knob.name)]


def arguments(
    name: str,
    module: ModuleType,
    frames: Path | None = None,
    play: Callable[..., Any] | None = None,
) -> dict[str, Any]:
    """Map each parameter of `play` except `knobs` to an argument.

    If `play` is not given, the parameters are those of the instrument's main function.
    """
    folder = frames.parent if frames else None
    known = ARGUMENTS | {"frames": frames, "folder": folder} | OWN.get(name, {})
    known |= MADE[name](folder) if folder and name in MADE else {}
    asked = inspect.signature(play or getattr(module, shape(module))).parameters
    wanted = [parameter for parameter in asked if parameter != "knobs"]
    new = [parameter for parameter in wanted if parameter not in known]
    assert not new, f"{name} asks for {new}: add a sample to tests/steps/samples.py"
    return {parameter: known[parameter] for parameter in wanted}


def play(
    name: str, module: ModuleType, knobs: Mapping[str, Any], frames: Path, report: str = "soft"
) -> Any:
    """Return an instrument's output: a chain, a command, an answer, or passes with an answer."""
    given = getattr(module, shape(module))(knobs, **arguments(name, module, frames))
    return list(passed(given, REPORTS[report])) if isinstance(given, Generator) else given


def passed(passes: Generator[Argv, str, Any], report: str) -> Iterator[Any]:
    """Yield each command from a multi-pass instrument and then its answer."""
    try:
        yield next(passes)
        while True:
            yield passes.send(report)
    except StopIteration as end:
        yield end.value
