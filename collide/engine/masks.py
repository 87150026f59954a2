"""Masks of raw frames by rembg: a program of its own, started by programs.py and by nobody else.

    python -m collide.engine.masks MODEL NAME SIZE FRAMES MASKS

rembg reads its settings from the environment when it is imported, compiles for forty seconds
where nobody stops it (NUMBA_DISABLE_JIT), and ends its process where a part is missing.
"""

import json
import math
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# rembg's models that are one file, called as they are, and give one mask; any other file is
# read as a U2-Net of one's own, which most are.
PLAIN = (
    "u2netp", "u2net", "u2net_human_seg", "silueta", "isnet-general-use", "isnet-anime",
    "birefnet-general", "birefnet-general-lite", "birefnet-portrait", "birefnet-dis",
    "birefnet-hrsod", "birefnet-cod", "birefnet-massive", "bria-rmbg",
)  # fmt: skip

ALIKE = 1e-3  # a mask that spans less has no shape


class Listening:
    """A model that remembers what it said last, before rembg stretched it."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.low = self.high = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def run(self, *asked: Any) -> Any:
        """Return what the model says."""
        said = self._model.run(*asked)
        self.low, self.high = float(said[0].min()), float(said[0].max())
        return said

    @property
    def likely(self) -> float:
        """Return how likely the likeliest pixel is a part of a subject, 0..1."""
        sure = self.low >= 0 and self.high <= 1  # else it speaks before the sigmoid
        return self.high if sure else 1 / (1 + math.exp(-max(-60.0, min(60.0, self.high))))


def main(words: Sequence[str]) -> int:
    """Write a mask of 8 bit grey for each frame of 24 bit RGB; return an exit code.

    What is done is told on stdout; on stderr, at the end, how many masks there are and how many
    of them are empty, as JSON.
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
    """Return rembg's session of a model file, on one thread of the processor.

    rembg looks for its files by name, in several places: it is given a home with this one only.
    """
    os.environ |= dict.fromkeys(("HOME", "TMPDIR", "U2NET_HOME"), str(home))
    place = home / f"{name}.onnx"
    place.symlink_to(model)
    import rembg

    providers = ["CPUExecutionProvider"]
    if name in PLAIN:
        session = rembg.new_session(name, providers=providers)
    else:
        session = rembg.new_session("u2net_custom", providers=providers, model_path=str(place))
    session.inner_session = Listening(session.inner_session)
    return session


def masked(session: Any, frame: bytes, width: int, height: int) -> bytes:
    """Return the mask of one frame: where its subject is.

    rembg stretches every mask from black to white, also where there is no subject: then the
    faintest trace of one would be as white as a face. Such a mask is made empty; and where all
    is alike, and likely, all is subject.
    """
    import numpy as np
    from PIL import Image

    with np.errstate(invalid="ignore"):  # a mask that is all alike is stretched by 0/0
        (mask,) = session.predict(Image.frombytes("RGB", (width, height), frame))
    said = session.inner_session
    if said.likely < 0.5:
        return bytes(width * height)
    if said.high - said.low < ALIKE:
        return b"\xff" * (width * height)
    return bytes(mask.tobytes())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
