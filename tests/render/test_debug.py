"""doit debug writes pictures of a key's effect, for every mode, and only on request."""

import numpy as np
import pytest
from PIL import Image

from collide.catalog import instruments
from tests.model import write_model
from tests.render.conftest import SMALL, House

MODES = sorted(name[6:] for name in instruments() if name.startswith("modes/"))
SHORT = [word for word in SMALL if not word.startswith("duration")] + ["duration=3"]


def debug(house: House, *words: str) -> dict[str, np.ndarray]:
    """Map the names of the pictures that `doit debug` writes for layer 2 to their pixels."""
    ran = house.doit("debug", "project=x", "layer=2", *SHORT, *words)
    assert ran.code == 0, ran.out
    folder = house.root / "projects" / "x" / "debug"
    found = {}
    for path in sorted(folder.glob("layer2-*.png")):
        assert f"projects/x/debug/{path.name}  " in ran.out
        with Image.open(path) as picture:
            found[path.stem[7:]] = np.asarray(picture.convert("RGB")).astype(int)
    assert {path.name[:6] for path in folder.iterdir()} == {"layer2"}
    return found


@pytest.mark.parametrize("mode", MODES)
def test_debug_shows_the_mask_of_every_mode(house: House, mode: str) -> None:
    """For every mode, `doit debug` shows five moments in the layer.

    Magenta covers exactly the parts where the mask is black.
    """
    write_model(house.root / "library" / "models" / "u2netp.onnx")
    shown = debug(house, f"mode={mode}")
    assert {"palette", "frames", "keyed", "mask"} <= set(shown)
    assert shown["frames"].shape[1] == 5 * 160
    assert shown["mask"].shape[:2] == (180, 5 * 320)
    plain, tinted = np.split(shown["keyed"], 2)
    moved = np.abs(plain - tinted).max(axis=2)
    closed, holes = shown["mask"][..., 0] > 250, shown["mask"][..., 0] < 5
    assert not closed.any() or moved[closed].max() <= 8
    assert not holes.any() or np.abs(tinted[holes] - (255, 0, 255)).max() <= 60


def test_masks_of_a_model_are_shown_only_if_they_find_colors(house: House) -> None:
    """`doit debug` shows the model's masks only if the mode uses the masks to find its colors."""
    write_model(house.root / "library" / "models" / "u2netp.onnx")
    shown = debug(house, "mode=rembg", "rembg_use=colors")
    assert shown["subject"].shape == shown["frames"].shape
    assert "subject" not in debug(house, "mode=fixed")


def test_debug_pictures_are_stored_and_cleaned(house: House) -> None:
    """A second `doit debug` renders nothing; `doit clean` deletes the pictures.

    A render does not write debug pictures.
    """
    folder = house.root / "projects" / "x" / "debug"
    house.render("crf=30")
    assert not folder.exists()
    debug(house)
    ran = house.doit("debug", "project=x", "layer=2", *SHORT)
    assert ran.rendered == set()
    assert house.doit("clean", "project=x").code == 0
    assert not folder.exists()


def test_debug_with_a_different_key_renders_no_layer(house: House) -> None:
    """A new threshold, edge or position changes the mask in `doit debug`; no layer is rendered."""
    at_home = [*SMALL, "similarity=0.3"]
    assert house.doit("debug", "project=x", "layer=2", *at_home).code == 0
    mask = house.root / "projects" / "x" / "debug" / "layer2-mask.png"
    seen = {mask.read_bytes()}
    for knob in ("layer2.similarity=0.15", "layer2.feather=40", "layer2.x=0.5"):
        ran = house.doit("debug", "project=x", "layer=2", *at_home, knob)
        assert ran.rendered == {"coverage:2", "debug:2"}, knob
        seen.add(mask.read_bytes())
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["layer=1"], "layer=1 has no key"),
        (["layer=7"], "layers with a key: 2, 3"),
        (["layer=x"], "layer takes a whole number from 1 to 9"),
        (["num_videos=1"], "no layer has a key"),
    ],
)
def test_a_layer_without_a_key_is_refused(house: House, words: list[str], told: str) -> None:
    """`doit debug` refuses a layer that is invalid or has no key and says why."""
    ran = house.doit("debug", "project=x", *SHORT, *words)
    assert ran.code == 3 and told in ran.out


def test_debug_renders_evicted_pictures_again(house: House) -> None:
    """After `doit cache gc`, `doit debug` makes the same pictures again."""
    folder = house.root / "projects" / "x" / "debug"
    assert house.doit("debug", "project=x", "layer=2").code == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert house.doit("cache", "gc", "keep=0").code == 0
    ran = house.doit("debug", "project=x", "layer=2")
    assert ran.code == 0, ran.out
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
