"""The program, started by programs.py, that makes masks for raw frames with rembg.

    python -m collide.engine.masks MODEL NAME SIZE FRAMES MASKS

It runs in a separate process because rembg reads its settings from the environment on import,
compiles for forty seconds without NUMBA_DISABLE_JIT, and exits if a part is missing.
"""

import json
import math
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# rembg's models with a single file and a single mask; other files are loaded as custom U2-Nets.
PLAIN = (
    "u2netp", "u2net", "u2net_human_seg", "silueta", "isnet-general-use", "isnet-anime",
    "birefnet-general", "birefnet-general-lite", "birefnet-portrait", "birefnet-dis",
    "birefnet-hrsod", "birefnet-cod", "birefnet-massive", "bria-rmbg",
)  # fmt: skip

ALIKE = 1e-3  # an output with a smaller range counts as uniform


class Listening:
    """A model that records the range of its last output before rembg stretches it."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.low = self.high = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def run(self, *arguments: Any) -> Any:
        """Return the model's output and record its range."""
        output = self._model.run(*arguments)
        self.low, self.high = float(output[0].min()), float(output[0].max())
        return output

    @property
    def likely(self) -> float:
        """Return the highest probability of a subject over all pixels, 0..1."""
        if self.low >= 0 and self.high <= 1:
            return self.high
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, self.high))))  # the outputs are logits


def main(words: Sequence[str]) -> int:
    """Write an 8-bit grey mask for each 24-bit RGB frame; return an exit code.

    Print progress to stdout, and the counts of masks and of empty masks to stderr, as JSON.
    """
    model, name, size, frames, masks = words
    width, height = map(int, size.split("x"))
    count, empty = 0, 0
    with tempfile.TemporaryDirectory(dir=".") as home:
        try:
            session = opened(Path(model).resolve(), name, Path(home).resolve())
        except (Exception, SystemExit) as error:
            print(f"{type(error).__name__}: {error}".splitlines()[0], file=sys.stderr)
            return 1
        with open(frames, "rb") as read, open(masks, "wb") as written:
            while len(frame := read.read(width * height * 3)) == width * height * 3:
                mask = masked(session, frame, width, height)
                written.write(mask)
                count, empty = count + 1, empty + (not any(mask))
                print(f"frame={count}", flush=True)
    print(json.dumps({"masks": count, "empty": empty}), file=sys.stderr)
    return 0


def opened(model: Path, name: str, home: Path) -> Any:
    """Return a rembg session for a model file, which rembg finds by name in the folder `home`."""
    os.environ |= dict.fromkeys(("HOME", "TMPDIR", "U2NET_HOME"), str(home))
    place = home / f"{name}.onnx"
    place.symlink_to(model)
    import rembg

    own = {} if name in PLAIN else {"model_path": str(place)}
    kind = name if name in PLAIN else "u2net_custom"
    session = rembg.new_session(kind, providers=["CPUExecutionProvider"], **own)
    session.inner_session = Listening(session.inner_session)
    return session


def masked(session: Any, frame: bytes, width: int, height: int) -> bytes:
    """Return the mask of one frame.

    rembg stretches every mask to the full range from black to white, even a mask with only the
    faintest trace of a subject. This function therefore returns black if no pixel is likely, and
    white if all pixels are likely and alike.
    """
    import numpy as np
    from PIL import Image

    with np.errstate(invalid="ignore"):  # stretching a uniform mask divides 0 by 0
        (mask,) = session.predict(Image.frombytes("RGB", (width, height), frame))
    model = session.inner_session
    if model.likely < 0.5:
        return bytes(width * height)
    if model.high - model.low < ALIKE:
        return b"\xff" * (width * height)
    return bytes(mask.tobytes())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
