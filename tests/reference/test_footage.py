"""Pieces made from real camera clips, if the clips are next to the checkout."""

import shutil

import pytest

from tests.reference.conftest import Frozens, configured, ran_verb, rendered
from tests.reference.reading import decoded, piece
from tests.render.conftest import House
from tests.render.test_clips import FOOTAGE

FILE = "footage.json"

# rotated by its camera; variable frame rate; H.264 with color tags; silent; VP8
CLIPS = (
    "drew_with-gps.mov",
    "drew_flir_thermal.mp4",
    "flutter_butterfly.mp4",
    "intel_asl_book.mkv",
    "mdn_stream-of-water.webm",
)
FOUR = " ".join(f"layer{n}.clip={name}" for n, name in enumerate(CLIPS[1:], start=1))
THREE = (
    f"num_videos=3 layer1.clip={CLIPS[4]} layer2.clip={CLIPS[0]} layer3.clip={CLIPS[2]}"
    " audio_sources=2"
)

PIECES = {
    "preset-half-open": "preset=half-open start=0.2",
    "preset-ink": f"preset=ink {THREE}",
    "preset-postcards": f"preset=postcards {FOUR} audio_sources=1",
    "preset-under-water": f"preset=under-water {THREE} mode=fixed",
    "mode-dominant": f"{THREE} mode=dominant",
    "mode-kmeans": f"{THREE} mode=kmeans fit=blur speed=0.7",
    "mode-luminance": f"num_videos=4 {FOUR} audio_sources=3 spread=0.8 mode=luminance",
    "post-chain": f"{THREE} mode=dominant post=stabilize,color-grade,vhs,analog grade_curve=film",
}
STILL = f"{THREE} mode=dominant post=feedback,color-grade grade_contrast=1.3 at=4.2"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Return a workspace with real clips."""
    if not FOOTAGE.is_dir():
        pytest.skip("the real clips are not here: ../shared/footage beside this folder")
    house = House(tmp_path_factory.mktemp("real"))
    for name in CLIPS:
        shutil.copy(FOOTAGE / name, house.root / "library" / "video")
    return house


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_of_real_clips_is_unchanged(
    real: House, frozen: Frozens, keys: bool, name: str
) -> None:
    """The look, recipe, keys, pictures, sounds and video length are unchanged."""
    rendered(real, name, PIECES[name])
    frozen(FILE).same(name, piece(real, name, keys=keys))


def test_a_still_of_real_clips_is_unchanged(real: House, frozen: Frozens, keys: bool) -> None:
    """A still is unchanged, even with an effect that needs earlier frames."""
    ran_verb(real, "still", configured(real, "still"), STILL)
    picture = real.root / "projects" / "still" / "still.png"
    frozen(FILE).same("still", decoded({"picture": picture}, real.root))


def test_every_frozen_name_is_still_rendered(frozen: Frozens) -> None:
    """Every name in footage.json is a piece or the still."""
    frozen(FILE).holds([*PIECES, "still"])
