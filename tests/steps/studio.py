"""Helpers that play an instrument on real files, with collide's own code and limits."""

import subprocess
from collections.abc import Generator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from collide.base.errors import TaskError
from collide.base.media import Clip
from collide.base.tone import table
from collide.engine.programs import find_engine
from collide.engine.safety import Bounds, Source, spelled
from collide.instrument import FAILED, TRIED, Argv, graph
from collide.source import probe


def render(folder: Path, argv: Argv, **files: Path) -> str:
    """Run one instrument command in `folder`, with `files[name]` for each `@name`.

    Every file except `clip` is trusted.
    """
    sources = {f"@{n}": Source(path, trusted=n != "clip") for n, path in files.items()}
    sources |= {w: Source(folder / w[2:], trusted=True) for w in argv if w.startswith("@@")}
    engine = find_engine()
    return engine.run(spelled(engine.path, argv, sources), cwd=folder, bounds=Bounds())


def perform(folder: Path, passes: Generator[Argv, str, Any], **files: Path) -> Any:
    """Run several passes in `folder` and return their answer."""
    try:
        argv = next(passes)
        while True:
            argv = passes.send(_reported(folder, argv, **files))
    except StopIteration as end:
        return end.value


def _reported(folder: Path, argv: Argv, **files: Path) -> str:
    """Run one pass and return its report, or its error if it is marked TRIED and fails."""
    if argv[0] != TRIED:
        return render(folder, argv, **files)
    try:
        return render(folder, argv[1:], **files)
    except TaskError as error:
        return f"{FAILED}{error.why}"


def probed(folder: Path, clip: Path, **turned: Any) -> Clip:
    """Return the facts that source/probe finds in a clip, and leave its lists in `folder`."""
    answer = perform(folder, probe.passes({**probe.DEFAULTS, **turned}), clip=clip)
    files = {role: folder / role for role in ("packets.txt", "first.txt", "start.bin")}
    return Clip.of(probe.answer(files, answer))


def laid_out(folder: Path, name: str) -> None:
    """Write a color table into a command's folder, as a render does."""
    (folder / f"{name}.cube").write_text(worked_out(name))


worked_out = cache(table)  # computing a table takes a second


def heard(path: Path) -> np.ndarray:
    """Return the samples of a stereo WAV file with 32-bit floats, as (samples, 2)."""
    raw = path.read_bytes()
    return np.frombuffer(raw[raw.index(b"data") + 8 :], np.float32).reshape(-1, 2)


# Instruction sets: the name in Linux, and the value for ffmpeg's `-cpuflags`.
KINDS = {"ssse3": "ssse3", "sse4_2": "sse4.2", "avx2": "avx2", "avx512bw": "avx512"}


def kinds() -> list[str]:
    """Return the `-cpuflags` values for plain C and for each set in KINDS on this processor."""
    facts = Path("/proc/cpuinfo")
    words = set(facts.read_text().split()) if facts.exists() else set()
    return ["0", *(flags for word, flags in KINDS.items() if word in words)]


def filtered(
    folder: Path, chain: str, source: Path, pixels: str = "rgba", kind: str = "all"
) -> bytes:
    """Return the raw frames that a filter chain makes from a file, with instruction set `kind`."""
    made = graph(f"[0:v:0]{chain or 'null'},format={pixels}[v]")
    output = ["-c:v", "rawvideo", "-fflags", "+bitexact", "-f", "rawvideo", "out.raw"]
    told = [] if kind == "all" else ["-cpuflags", kind]
    argv = [*told, "-i", "@in", "-filter_complex", made, "-map", "[v]", *output]
    render(folder, argv, **{"in": source})
    return (folder / "out.raw").read_bytes()


def staged(folder: Path, picture: np.ndarray) -> Path:
    """Write a bit-exact file with one picture, (height, width, 3 or 4), and return its path."""
    height, width, channels = picture.shape
    pixels = "rgba" if channels == 4 else "rgb24"
    form = ["-f", "rawvideo", "-pix_fmt", pixels, "-s", f"{width}x{height}", "-i", "-"]
    path = folder / f"staged-{width}x{height}.nut"
    command = [str(find_engine().path), "-v", "error", "-y", *form, "-c:v", "rawvideo", str(path)]
    subprocess.run(command, input=picture.astype(np.uint8).tobytes(), check=True)
    return path


def looked(folder: Path, chain: str, picture: np.ndarray) -> np.ndarray:
    """Return one RGB picture after a filter chain, as RGBA: (height, width, 4)."""
    raw = filtered(folder, chain, staged(folder, picture))
    return np.frombuffer(raw, np.uint8).reshape(*picture.shape[:2], 4)


def plane(
    folder: Path, chain: str, picture: np.ndarray, size: tuple[int, int] | None = None
) -> np.ndarray:
    """Return the grey plane that a filter chain makes from one RGB picture, as levels 0..255.

    `size` is the plane's width and height if they differ from the picture's.
    """
    wide, high = size or (picture.shape[1], picture.shape[0])
    raw = filtered(folder, chain, staged(folder, picture), "gray")
    return np.frombuffer(raw, np.uint8).reshape(high, wide).astype(int)


def photograph(name: str) -> np.ndarray:
    """Return scikit-learn's photograph `china` or `flower` as RGB: (213, 320, 3)."""
    spec = find_spec("sklearn")
    assert spec and spec.origin
    path = Path(spec.origin).parent / "datasets" / "images" / f"{name}.jpg"
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB").resize((320, 213)))


def md5s(path: Path) -> list[str]:
    """Return the md5 of every frame of a staged file."""
    said = [str(find_engine().path), "-v", "error", "-i", str(path), "-f", "framemd5", "-"]
    done = subprocess.run(said, check=True, capture_output=True, text=True)
    return [row.rpartition(",")[2].strip() for row in done.stdout.splitlines() if row[0] != "#"]
