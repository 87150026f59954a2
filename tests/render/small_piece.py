"""A small one-layer piece, and facts about the library's clips, for tests of odd files."""

import json
from pathlib import Path

import numpy as np

from collide.base.media import Clip
from tests.render.conftest import House
from tests.render.reading import raw

SIZE = WIDE, HIGH = 128, 72


def small_arguments(*words: str) -> list[str]:
    """Return the arguments for a small one-layer piece; `words` override the defaults."""
    small = {"num_videos": "1", "output_size": f"{WIDE}x{HIGH}", "fps": "10", "duration": "0.5"}
    plain = {"min_seconds": "0", "min_resolution": "0", "color_shift": "false", "start": "0"}
    given = dict(word.split("=", 1) for word in words)
    return [f"{name}={value}" for name, value in {**small, **plain, **given}.items()]


def shown(house: House, *words: str) -> np.ndarray:
    """Render a piece and return its frames as RGB: (frames, height, width, 3)."""
    whole = small_arguments(*words)
    house.render(*whole)
    size = next(word.partition("=")[2] for word in whole if word.startswith("output_size="))
    wide, high = map(int, size.split("x"))
    data = raw("-i", str(house.video()), "-f", "rawvideo", "-pix_fmt", "rgb24")
    return np.frombuffer(data, np.uint8).reshape(-1, high, wide, 3).astype(float)


def known(house: House) -> dict[str, Clip]:
    """Scan the library and map the file name of each readable clip to its facts."""
    assert house.doit("scan").code == 0
    clips = json.loads((house.root / "cache" / "library.json").read_text())["clips"]
    return {
        Path(name).name: Clip.of(clip["facts"]) for name, clip in clips.items() if "facts" in clip
    }


def lavfi(source: str) -> list[str]:
    """Return the options that open one of ffmpeg's own sources."""
    return ["-f", "lavfi", "-i", source]
