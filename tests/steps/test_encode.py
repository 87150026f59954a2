"""H.264 output has the same bytes on every processor."""

from pathlib import Path

import pytest

from collide.catalog import instruments
from collide.instrument import Argv
from tests.render.conftest import ffmpeg
from tests.steps.samples import middle
from tests.steps.studio import render

# Instruction sets: the name in Linux, and the values for ffmpeg's `-cpuflags` and x264's `asm`.
KINDS = {"sse4_2": ("sse4.2", "SSE4.2"), "avx2": ("avx2", "AVX2"), "avx512bw": ("avx512", "AVX512")}
PARAMETERS = "-x264-params"


def kinds() -> list[tuple[str, str]]:
    """Return the `-cpuflags` and `asm` values for plain C and each available set in KINDS."""
    facts = Path("/proc/cpuinfo")
    words = set(facts.read_text().split()) if facts.exists() else set()
    return [("0", "0"), *(kind for word, kind in KINDS.items() if word in words)]


def limited_to(kind: tuple[str, str], argv: Argv) -> Argv:
    """Return a command limited to one instruction set."""
    flags, code = kind
    held = argv[argv.index(PARAMETERS) + 1] if PARAMETERS in argv else ""
    end = argv.index("-f", argv.index("libx264"))
    told = ":".join(filter(None, (held, f"asm={code}")))
    return ["-cpuflags", flags, *argv[:end], PARAMETERS, told, *argv[end:]]


def outputs(folder: Path, argv: Argv, **sources: Path) -> set[bytes]:
    """Return the distinct outputs of a command with each instruction set and without a limit."""
    found = set[bytes]()
    for command in (argv, *(limited_to(kind, argv) for kind in kinds())):
        render(folder, command, **sources)
        found.add((folder / argv[-1]).read_bytes())
    return found


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a staged film with grain, and motion in every part of the frame."""
    path = tmp_path_factory.mktemp("stack") / "stack.nut"
    grain = "noise=alls=12:allf=t:all_seed=7"
    ffmpeg("-f", "lavfi", "-i", f"mandelbrot=s=320x180:r=24:end_scale=0.2,{grain}", "-frames:v",
           "24", "-pix_fmt", "yuv420p", "-c:v", "rawvideo", str(path))  # fmt: skip
    return path


@pytest.mark.parametrize("preset", ["ultrafast", "superfast", "veryfast", "medium", "slow"])
def test_a_segment_has_the_same_bytes_on_every_processor(
    tmp_path: Path, stack: Path, preset: str
) -> None:
    """A segment has the same bytes with every instruction set.

    If `cpu-independent` were off, x264 would take shortcuts with SSE4 and later sets.
    """
    knobs = middle() | {"encoding_preset": preset, "fps": 24}
    assert len(outputs(tmp_path, instruments()["blend/encode"].command(knobs), stack=stack)) == 1


def test_an_upright_export_has_the_same_bytes_on_every_processor(
    tmp_path: Path, stack: Path
) -> None:
    """An upright export has the same bytes with every instruction set."""
    coded = instruments()["blend/encode"].coded(middle() | {"fps": 24})
    argv = instruments()["blend/upright"].command(middle(), size=(320, 180), coded=coded)
    assert len(outputs(tmp_path, argv, stack=stack)) == 1


@pytest.mark.parametrize("shot", ["mist", "silk"])
def test_a_demo_clip_has_the_same_bytes_on_every_processor(tmp_path: Path, shot: str) -> None:
    """The first second of a demo clip has the same bytes with every instruction set."""
    *argv, out = instruments()["source/footage"].command(middle(), shot=shot)
    argv += ["-frames:v", "24", out]
    assert len(outputs(tmp_path, argv)) == 1
