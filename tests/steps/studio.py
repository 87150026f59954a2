"""Plays an instrument on real files: through the same door as the machine, with the same rules."""

import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np

from collide.engine.programs import find_engine
from collide.engine.safety import Bounds, Source, spelled
from collide.instrument import Argv, graph


def render(folder: Path, argv: Argv, **files: Path) -> str:
    """Run one command of an instrument in `folder`; `@name` in it is `files[name]`."""
    sources = {f"@{name}": Source(path, trusted=True) for name, path in files.items()}
    sources |= {w: Source(folder / w[2:], trusted=True) for w in argv if w.startswith("@@")}
    engine = find_engine()
    return engine.run(spelled(engine.path, argv, sources), cwd=folder, bounds=Bounds())


def perform(folder: Path, passes: Generator[Argv, str, Any], **files: Path) -> Any:
    """Run several passes in `folder` and return their answer."""
    try:
        argv = next(passes)
        while True:
            argv = passes.send(render(folder, argv, **files))
    except StopIteration as end:
        return end.value


def heard(path: Path) -> np.ndarray:
    """Return what a WAV file of 32-bit floats holds, (samples, channels of two)."""
    raw = path.read_bytes()
    return np.frombuffer(raw[raw.index(b"data") + 8 :], np.float32).reshape(-1, 2)


def filtered(folder: Path, chain: str, source: Path, pixels: str = "rgba") -> bytes:
    """Return the raw pictures that a filter chain makes of a file."""
    made = graph(f"[0:v:0]{chain or 'null'},format={pixels}[v]")
    output = ["-c:v", "rawvideo", "-fflags", "+bitexact", "-f", "rawvideo", "out.raw"]
    render(folder, ["-i", "@in", "-filter_complex", made, "-map", "[v]", *output], **{"in": source})
    return (folder / "out.raw").read_bytes()


def staged(folder: Path, picture: np.ndarray) -> Path:
    """Return a file of one RGB picture (height, width, 3), 8 bit, every bit as it is."""
    height, width, _ = picture.shape
    form = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-i", "-"]
    path = folder / f"staged-{width}x{height}.nut"
    command = [str(find_engine().path), "-v", "error", "-y", *form, "-c:v", "rawvideo", str(path)]
    subprocess.run(command, input=picture.astype(np.uint8).tobytes(), check=True)
    return path


def looked(folder: Path, chain: str, picture: np.ndarray) -> np.ndarray:
    """Return what a filter chain makes of one RGB picture: (height, width, 4), RGBA."""
    raw = filtered(folder, chain, staged(folder, picture))
    return np.frombuffer(raw, np.uint8).reshape(*picture.shape[:2], 4)


def md5s(path: Path) -> list[str]:
    """Return the md5 of every frame of a staged file."""
    said = [str(find_engine().path), "-v", "error", "-i", str(path), "-f", "framemd5", "-"]
    done = subprocess.run(said, check=True, capture_output=True, text=True)
    return [row.rpartition(",")[2].strip() for row in done.stdout.splitlines() if row[0] != "#"]
