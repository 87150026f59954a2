"""VERSION stands in a key for the code that the key omits: passes, analyses and answers.

versions/ contains the results for fixed samples, each with the VERSION that produced it.
"""

import json
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from collide.base.hashing import digest_of
from collide.catalog import instruments, knobs
from collide.instrument import SHOT_SIZE
from collide.source import shots
from tests.steps.samples import CLIP, REPORTS, arguments, away, ends, middle, passed, shape

VERSIONS = Path(__file__).parent / "versions"
UNSEEN = ("passes", "analyze", "answer")
VERSIONED = {n: m for n, m in instruments().items() if any(hasattr(m, part) for part in UNSEEN)}

LIGHTS = {"light": [0.8, 1.0]}
OFTEN = {"coverage": "0.3..0.5", "similarity": 0.05}

STRIP = {"source": ["-i", "@frames"], "seen": "[0:v:0]untile=60x1"}

# Arguments for code that the samples do not reach.
WAYS: dict[str, list[dict[str, Any]]] = {
    "source/matte": [{"tiled": True, **STRIP}],
    "source/frame": [{"frame": 0}],
    "source/shots": [shots.opens(replace(CLIP, seconds=3600.0))],
    "source/select": [{"layer": 3}, {"taken": ["a" * 32, "b" * 32]}],
    "modes/luminance": [{"seed": 8}],
    "modes/random": [{"seed": 8}],
    "modes/rembg": [{"frames": None}, {"seed": 8}],
    "blend/coverage": [{"answer": LIGHTS}],
    "blend/presence": [{"layers": []}, {"layers": [2, 3]}],
    "audio/bed": [{"bed": 3}],
    "audio/hear": [{"channels": 1, "speed": 0.5}],
}

# Knobs at values where everything that an instrument reads affects its results.
TURNED: dict[str, dict[str, Any]] = {
    "blend/coverage": OFTEN,
    "modes/kmeans": {"kmeans_colors": 5, "kmeans_key_count": 3},
    "modes/rembg": {"rembg_use": "colors"},
    "modes/luminance": {"luminance_target": "auto"},
}

PLAIN = {"container": "mov,mp4", "pixels": "yuv420p", "sound": 1, "shapes": [[64, 36, 1, 1]]}
ODD = {"container": "mpegts", "pixels": "yuv444p", "shapes": [[48, 36, 1, 1], [64, 36, 1, 1]]}
COUNTED = {
    "seen": [[n * 12 % material // 12 for n in range(9)] for material in (100, 45)],
    "opacities": [1.0, 0.5],
}

# Arguments of `answer` besides its files: one set for each sample, or one set for all.
TOLD: dict[str, list[dict[str, Any]]] = {
    "source/levels": [{"size": (640, 360)}],
    "source/shots": [{"seconds": 3.0, "fps": 25.0, "gap": 0.04}],
    "blend/presence": [COUNTED],
    "source/probe": [{"answer": PLAIN}, {"answer": ODD}],
}

HEAD = "#tb 0: 1/1000\n#media_type 0: video\n#codec_id 0: h264\n#dimensions 0: 64x36\n"
HEARD = (
    "#tb {at}: 1/44100\n#media_type {at}: audio\n#codec_id {at}: aac\n"
    "#sample_rate {at}: 44100\n#channel_layout_name {at}: stereo\n"
)


def packets(times: list[tuple[int, int]]) -> str:
    """Return a report on packets, (pts, duration) in milliseconds, with sound.

    One packet in ten is a key frame, and the frame after it is displayed before it.
    """
    lines = []
    for at, (pts, _) in enumerate(times):
        shown, long = times[at + (1, -1)[at % 10] if at % 10 < 2 else at]
        flags = ", F=0x0" * (at % 10 > 0)
        lines.append(f"0, {pts - 80}, {shown}, {long}, 1352, 0xa32e3831{flags}")
    return "\n".join([HEAD + HEARD.format(at=1) + lines[0], *lines[1:], "1, 0, 0, 1024, 256, 0xea"])


def first(size: str, square: str) -> str:
    """Return the report on one decoded frame."""
    head = "#tb 0: 1/25\n#media_type 0: video\n#codec_id 0: rawvideo\n"
    return f"{head}#dimensions 0: {size}\n#sar 0: {square}\n0, 0, 0, 1, 3456, 0x2f506018\n"


def films() -> dict[str, list[dict[str, bytes]]]:
    """Map each instrument to up to three sets of sample files for `answer` to read."""
    steady = [(40 * at, 40) for at in range(50)]
    uneven = [(40 * at + 7 * (at % 3), 40) for at in range(40)]
    looks = (np.arange(9 * 5 * 8) * 37 % 251).astype(np.uint8).tobytes()
    heard = HEARD.format(at=0) + "0, 0, 0, 1024, 256, 0xea\n0, 1024, 1024, 700, 256, 0xeb\n"
    return {
        "source/probe": [
            {
                "packets.txt": packets(steady).encode(),
                "first.txt": first("64x36", "1/1").encode(),
                "start.bin": b"x264 - core 142",
            },
            {
                "packets.txt": packets(uneven).encode(),
                "first.txt": first("36x64", "4/3").encode(),
                "start.bin": b"x264 - core 142 r2431",
            },
        ],
        "source/sound": [{"packets.txt": heard.encode(), "first.txt": heard.encode()}],
        "source/glance": [{"signs.gray": (looks * 40)[: signs_bytes()]}],
        "source/levels": [
            {f"luma-{at}.gray": (looks * 40)[: 160 * 90] for at in range(3)},
            {"luma-0.gray": (looks * 40)[: 160 * 90], "alpha-0.gray": (looks * 41)[-160 * 90 :]},
            {"luma-0.gray": looks},
        ],
        "source/shots": [{"small-0.yuv": two_shots(), "small-0.txt": small_times().encode()}],
        "blend/presence": [{}, {"alpha2.gray": bytes([0, 64, 128, 255] * 576 * 3)}],
    }


def two_shots() -> bytes:
    """Return small frames: a one-second still shot, and then a two-second moving shot."""
    size = SHOT_SIZE[0] * SHOT_SIZE[1]
    grey = [bytes([128]) * (size // 2)] * 2
    still = (np.arange(size) * 7 % 180 + 20).astype(np.uint8).tobytes()
    moving = [((np.arange(size) // 64 * 5 + at) % 120 + 90).astype(np.uint8) for at in range(50)]
    return b"".join([still + grey[0]] * 25 + [frame.tobytes() + grey[1] for frame in moving])


def small_times() -> str:
    """Return the times of the frames of `two_shots`."""
    lines = [f"0, {at}, {at}, 1, 3456, 0x2f506018" for at in range(75)]
    return "\n".join(["#tb 0: 1/25", *lines])


def signs_bytes() -> int:
    """Return the size in bytes of the film that source/glance computes a signature from."""
    glance = instruments()["source/glance"]
    return int(glance.ACROSS * len(glance.PLACES) * glance.DOWN)


def turnings(name: str, module: ModuleType) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield labeled knobs for an instrument: the usual knobs, then its own knobs at their ends."""
    usual = middle() | (away(module) if name.startswith("post/") else {}) | TURNED.get(name, {})
    yield "", usual
    for knob in knobs().values():
        if knob.owner == name:
            yield from (
                (f"{knob.name}={value}", usual | {knob.name: value}) for value in ends(knob)
            )


def cases(name: str, module: ModuleType, frames: Path) -> Iterator[tuple[str, Any]]:
    """Yield the label of each sample and the instrument's output for it."""
    play, asked = getattr(module, shape(module)), arguments(name, module, frames)
    own = {"masks": masks(frames), "folder": frames.parent}
    asked |= {word: value for word, value in own.items() if word in asked}
    for label, turned in turnings(name, module):
        for report in REPORTS if shape(module) == "passes" else [""]:
            yield f"{label} {report}".strip(), given(play(turned, **asked), report)
    usual = next(turnings(name, module))[1]
    for way in WAYS.get(name, []):
        yield str(way), given(play(usual, **{**asked, **way}), "soft")
    if hasattr(module, "answer"):
        for at, files in enumerate(films()[name]):
            folder = frames.parent / "answers"
            folder.mkdir(exist_ok=True)
            places = {role: folder / role for role in files}
            for role, data in files.items():
                places[role].write_bytes(data)
            yield f"answer {at}", module.answer(places, **(TOLD.get(name, [{}]) * 3)[at])
    if hasattr(module, "drawn"):
        yield "drawn", module.drawn({"colors": ["0xFFFFFF"]}, "fixed")


def masks(frames: Path) -> Path:
    """Return masks as large as the frames, always with the same bytes."""
    path = frames.with_name("masks.png")
    with Image.open(frames) as picture:
        levels = np.arange(picture.width * picture.height) % 512 // 2
        shaped = levels.astype(np.uint8).reshape(picture.height, picture.width)
    Image.fromarray(shaped).save(path)
    return path


def given(value: Any, report: str) -> Any:
    """Return an instrument's output as plain data, with its commands replaced by one digest."""
    parts = list(passed(value, REPORTS[report])) if isinstance(value, Generator) else [value]
    commands = [part for part in parts if isinstance(part, list)]
    answers = [part for part in parts if not isinstance(part, list)]
    return [*([digest_of(commands)] if commands else []), *answers]


def text(name: str, module: ModuleType, frames: Path) -> str:
    """Return an instrument's output for all samples, one per line."""
    lines = (
        f"{label or 'usual'}: {json.dumps(held)}" for label, held in cases(name, module, frames)
    )
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("name", "module"), VERSIONED.items(), ids=list(VERSIONED))
def test_changed_results_need_a_higher_version(
    name: str, module: ModuleType, frames: Path, pytestconfig: pytest.Config
) -> None:
    """If commands, passes or answers change, VERSION must rise; --golden writes the new file."""
    path = VERSIONS / f"{name.replace('/', '-')}.txt"
    now, head = text(name, module, frames), f"VERSION {module.VERSION}\n"
    kept = path.read_text() if path.exists() else ""
    if kept.startswith(head):
        assert kept == head + now, f"raise VERSION of {name}, then: pytest tests/steps --golden"
    elif pytestconfig.getoption("golden"):
        path.write_text(head + now)
    else:
        pytest.fail(f"VERSION of {name} is raised, or new: pytest tests/steps --golden, and look")


MUTANTS = [
    ("modes/kmeans", "key=lambda group: -group[1]", "key=lambda group: group[1]"),
    ("audio/loudness", "len(tries) == ", "1 + len(tries) == "),
    ("post/stabilize", "accuracy=15", "accuracy=14"),
    ("blend/presence", "/ area, 4)", "/ area, 3)"),
    ("blend/presence", "/ 255, 4)", "/ 255, 2)"),
    ("blend/presence", "flags=area", "flags=point"),
    ("source/probe", "]).facts()", "]).facts() | {'gap': 0.0}"),
    ("source/probe", "int(build[1]) if", "int(build[1]) + 1 if"),
    ("source/probe", "max(ratios)", "min(ratios)"),
    ("source/probe", '4: "arib-std-b67"', '4: "smpte2084"'),
    ("source/probe", "intl_thres=1.2", "intl_thres=1.04"),
    ("source/shots", "round(light, 4)", "round(light, 3)"),
]


@pytest.mark.parametrize(("name", "old", "new"), MUTANTS)
def test_a_changed_computation_changes_the_results(
    name: str, old: str, new: str, frames: Path
) -> None:
    """A change to one computation in an instrument changes the text of its results."""
    module = VERSIONED[name]
    source = Path(str(module.__file__)).read_text()
    assert old in source
    mutant = ModuleType(name)
    exec(compile(source.replace(old, new), str(module.__file__), "exec"), mutant.__dict__)
    assert text(name, mutant, frames) != text(name, module, frames)


def test_no_version_file_is_left_over() -> None:
    """versions/ contains exactly one file per instrument with passes, analyses or answers."""
    assert {path.stem for path in VERSIONS.glob("*")} == {n.replace("/", "-") for n in VERSIONED}
