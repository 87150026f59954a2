"""audio/mix: selects the layers that are heard, pans them apart, and fades the mix."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from collide.audio import mix
from collide.engine.programs import find_engine
from collide.instrument import RATE
from tests.steps.samples import middle
from tests.steps.studio import heard, render

SAID = [(1, "auto"), (2, "auto"), (3, "auto"), (4, "auto")]


def chosen_layers(count: int, *silent: int, seed: int = 1, **pinned: str) -> list[int]:
    """Return which of four layers are chosen to be heard."""
    said = [(n, pinned.get(f"layer{n}", sound)) for n, sound in SAID]
    return mix.heard(
        {"audio_sources": count}, seed=seed, choices=said, silent=lambda layer: layer in silent
    )


def test_another_layer_replaces_a_silent_one() -> None:
    """If a chosen layer is silent, another layer replaces it, and the other layers are kept."""
    for seed in range(20):
        before = chosen_layers(2, seed=seed)
        for layer in before:
            after = chosen_layers(2, layer, seed=seed)
            assert len(after) == 2
            assert layer not in after
            assert set(before) - {layer} < set(after)


def test_only_as_many_layers_as_needed_are_measured() -> None:
    """Layers are measured only until enough audible layers are found."""
    asked: list[int] = []
    mix.heard(
        {"audio_sources": 1}, seed=1, choices=SAID, silent=lambda layer: bool(asked.append(layer))
    )
    assert len(asked) == 1


def test_a_pinned_layer_is_heard_even_if_silent() -> None:
    """A layer with sound=on is heard even if it is silent."""
    assert chosen_layers(1, 2, layer2="on") == [2]


def test_silent_layers_stay_if_nothing_replaces_them() -> None:
    """A silent layer is kept if no audible layer can replace it."""
    assert chosen_layers(4, 1, 3) == [1, 2, 3, 4]
    assert chosen_layers(2, 1, 2, 3, 4) == chosen_layers(2)
    assert chosen_layers(2, 1, 2, 3)[-1] == 4


@pytest.mark.parametrize(
    ("layers", "stands"),
    [([2], [0]), ([1, 3], [-0.8, 0.8]), ([1, 2, 4], [-0.8, 0, 0.8]),
     ([1, 2, 3, 4], [-0.8, -0.2667, 0.2667, 0.8])],
)  # fmt: skip
def test_layers_are_spread_evenly(layers: list[int], stands: list[float]) -> None:
    """Layers are spread evenly from left to right, in order; a single layer is in the middle."""
    assert mix.apart({"spread": 0.8}, layers=layers) == dict(zip(layers, stands, strict=True))
    assert mix.apart({"spread": 0.0}, layers=layers) == {}


def mix_of(folder: Path, tones: int, **turned: float) -> np.ndarray:
    """Return a one-second mix of `tones` sounds whose samples are all 0.1."""
    files = {}
    for number in range(1, tones + 1):
        path = folder / f"{number}.wav"
        source = ["-f", "lavfi", "-i", f"aevalsrc=0.1|0.1:s={RATE}:d=1"]
        command = [str(find_engine().path), "-v", "error", "-y", *source, "-c:a", "pcm_f32le"]
        subprocess.run([*command, str(path)], check=True)
        files[f"S{number}"] = path
    knobs = {**middle(), "mix_fade_in": 0.0, "mix_fade_out": 0.0, **turned}
    voices = [str(n) for n in range(1, tones + 1)]
    render(folder, mix.command(knobs, voices=voices, samples=RATE), **files)
    return heard(folder / "mix.wav")


@pytest.mark.parametrize("tones", [1, 2, 3])
def test_sounds_add_up_at_full_level(tmp_path: Path, tones: int) -> None:
    """The mix is the sum of its sounds, each at full level."""
    assert mix_of(tmp_path, tones) == pytest.approx(0.1 * tones, abs=1e-6)


def test_a_mix_fades_in_and_out(tmp_path: Path) -> None:
    """A mix fades evenly from and to silence and is unchanged in between."""
    found = mix_of(tmp_path, 1, mix_fade_in=0.2, mix_fade_out=0.4)[:, 0]
    assert found[[0, -1]] == pytest.approx(0, abs=1e-4)
    assert (np.diff(found[: RATE // 5]) >= 0).all()
    assert found[RATE // 10] == pytest.approx(0.05, abs=0.001)
    assert found[RATE // 5 : RATE * 3 // 5] == pytest.approx(0.1, abs=1e-6)
    assert found[RATE * 4 // 5] == pytest.approx(0.05, abs=0.001)


def test_fades_longer_than_the_piece_meet_in_its_middle(tmp_path: Path) -> None:
    """In a one-second piece, one-minute fades last half a second each."""
    found = mix_of(tmp_path, 1, mix_fade_in=60.0, mix_fade_out=60.0)[:, 0]
    assert np.argmax(found) == pytest.approx(RATE / 2, abs=2)
    assert found.max() > 0.099
