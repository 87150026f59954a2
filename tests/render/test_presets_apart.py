"""The quick form of benchmarks/presets.py: a few presets on generated clips."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import presets
from tests.render.conftest import make_clip

SEEN = ("ink", "half-open", "double-exposure", "blockbuster", "vintage-film", presets.NONE)
PIECE = {"duration": "2", "fps": "12", "output_size": "192x108", "storage": "raw"}
CLIPS = {
    "a.mp4": "mandelbrot=s=192x108:r=12",
    "b.mp4": "testsrc2=s=192x108:r=12,boxblur=4",
    "c.mp4": "gradients=s=192x108:r=12:seed=3:c0=0x3050a0:c1=0xd0b090:n=2",
}


def test_no_two_presets_look_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same clips and seed, all of these presets look different.

    No preset makes a black, blown-out or flat picture. SEEN omits dominant-auto, whose pieces look
    like pieces without a preset.
    """
    monkeypatch.setattr(presets, "PIECE", PIECE)
    monkeypatch.setattr(presets, "AT", 1.0)
    monkeypatch.setattr(presets, "SEEDS", (1,))
    (tmp_path / "clips").mkdir()
    for name, picture in CLIPS.items():
        make_clip(tmp_path / "clips" / name, picture=picture, seconds=2)
    house, clips = presets.make_workspace(tmp_path / "house", tmp_path / "clips")
    every = {name: presets.stills(house, clips, name) for name in SEEN}
    assert all(len(made) == 1 for made in every.values())
    apart = presets.distances(every)
    assert not {pair: found for pair, found in apart.items() if min(found) < presets.CLOSE}
    copy = {name: presets.stills(house, clips, name) for name in ("dominant-auto", presets.NONE)}
    near = next(iter(presets.distances(copy).values()))
    assert max(near) < presets.CLOSE, "so it is not listed"
    for name, made in every.items():
        black, blown, _ = presets.light_row(made)
        assert black < 50 and blown < 50, name
        assert np.ptp(presets.small(made[1, 0])) > 60, name
