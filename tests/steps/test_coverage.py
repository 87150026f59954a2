"""blend/coverage: moves a key until the requested percentage of the picture opens in ffmpeg."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from collide.blend import key
from collide.blend.coverage import analyze
from tests.steps.samples import CLIP, middle
from tests.steps.studio import plane

WHITE, SEVERAL = {"colors": ["0xFFFFFF"]}, {"colors": ["0xD02010", "0x1040C0", "0x808080"]}
LIGHTS, DARKS = {"light": [0.9, 1.0]}, {"light": [0.0, 0.1]}
ANSWERS = [WHITE, SEVERAL, LIGHTS, DARKS]


@pytest.fixture(scope="module")
def cloudy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a picture in which all colors blend into each other."""
    down, right = np.mgrid[0:90, 0:160] / 30
    waves = [np.sin(down * a + right * b + c) for a, b, c in ((1, 2, 0), (2, -1, 1), (3, 1, 2))]
    pixels = np.clip(128 + 120 * np.stack(waves, axis=-1), 0, 255).astype(np.uint8)
    path = tmp_path_factory.mktemp("cloudy") / "cloudy.png"
    Image.fromarray(pixels).save(path)
    return path


def knobs(coverage: str, similarity: float = 0.1, softness: float = 0.0) -> dict[str, Any]:
    """Return the knobs of a key that opens little of a picture by default."""
    return {**middle(), "coverage": coverage, "similarity": similarity, "softness": softness}


def open_share(
    folder: Path, frames: Path, answer: dict[str, Any], settled: dict[str, Any]
) -> float:
    """Return the fraction of a picture that ffmpeg makes transparent, after conversion to YUV."""
    camera = "scale=out_color_matrix=bt709:flags=bicubic+accurate_rnd+bitexact,format=yuv444p"
    cut = key.cut(settled, clip=replace(CLIP, width=160, height=90), answer=answer, layer=2)
    chain = f"{camera},{cut},{key.filters(settled, answer=answer)}"
    with Image.open(frames) as picture:
        alpha = plane(folder, chain, np.asarray(picture))
    return 1 - float(alpha.mean()) / 255


@pytest.mark.parametrize("answer", ANSWERS, ids=["white", "several", "lights", "darks"])
@pytest.mark.parametrize("softness", [0.0, 0.05, 0.2])
@pytest.mark.parametrize("window", [(0.1, 0.2), (0.3, 0.6), (0.85, 0.95)])
def test_ffmpeg_opens_the_requested_fraction(
    tmp_path: Path,
    cloudy: Path,
    answer: dict[str, Any],
    softness: float,
    window: tuple[float, float],
) -> None:
    """The answer's fraction is within the range, and ffmpeg opens that fraction to within 0.01."""
    settled = knobs("{}..{}".format(*window), softness=softness)
    moved = analyze(settled, frames=cloudy, answer=answer)
    assert window[0] <= moved["opens"] <= window[1]
    assert open_share(tmp_path, cloudy, moved, settled) == pytest.approx(moved["opens"], abs=0.01)


@pytest.mark.parametrize("softness", [0.0, 0.05, 0.2])
@pytest.mark.parametrize("goal", [0.15, 0.4, 0.8])
def test_the_lowest_sufficient_similarity_is_chosen(
    cloudy: Path, softness: float, goal: float
) -> None:
    """The similarity is the lowest multiple of 1/10000 that meets the target, or one step below."""
    with Image.open(cloudy) as picture:
        pixels = np.asarray(picture.convert("RGB"), dtype=np.float64).reshape(-1, 3)
    far = np.sqrt((255 - pixels) ** 2 @ np.ones(3) / (3 * 255**2))  # white is furthest from black
    levels = np.floor(255 * np.sqrt(far) + 0.5)
    distance = np.sort((levels / 255) ** 2)

    def opens(similarity: float) -> float:
        beyond = distance - similarity
        closed = np.clip(beyond / softness, 0, 1) if softness else beyond > 0
        return 1 - float(closed.mean())

    least = next(n for n in range(1, 10001) if opens(n / 10000) >= goal - 1e-9)
    width = 0.02  # of the range, with the goal at a quarter of it
    window = f"{goal - width / 4}..{goal + 3 * width / 4}"
    moved = analyze(knobs(window, 0.001, softness), frames=cloudy, answer=WHITE)
    assert moved["similarity"] in (least / 10000, (least - 1) / 10000)
    assert moved["opens"] == pytest.approx(opens(moved["similarity"]), abs=1e-4)


def test_a_key_within_the_range_does_not_move(cloudy: Path) -> None:
    """A key does not move if it already opens a fraction within the requested range."""
    opens = analyze(knobs("0..1", 0.3), frames=cloudy, answer=WHITE)["opens"]
    window = f"{opens - 0.05:.3f}..{opens + 0.05:.3f}"
    stayed = analyze(knobs(window, 0.3), frames=cloudy, answer=WHITE)
    assert stayed == {**WHITE, "similarity": 0.3, "opens": opens}
    bright = {"light": [0.6, 1.0], "target": "lights"}
    stayed = analyze(knobs("0..1"), frames=cloudy, answer=bright)
    assert stayed == {**bright, "opens": stayed["opens"]}


def test_coverage_off_keeps_the_answer_of_the_mode(cloudy: Path) -> None:
    """With coverage off, the mode's answer is returned unchanged."""
    assert analyze(knobs("off"), frames=cloudy, answer=WHITE) == WHITE


@pytest.mark.parametrize("level", [0, 130, 255])
@pytest.mark.parametrize("answer", ANSWERS, ids=["white", "several", "lights", "darks"])
def test_a_flat_grey_opens_entirely_or_not_at_all(
    tmp_path: Path, level: int, answer: dict[str, Any]
) -> None:
    """A flat grey opens entirely or not at all, and its similarity stays between 0 and 1."""
    Image.new("RGB", (16, 16), (level, level, level)).save(tmp_path / "flat.png")
    for window, share in (("0.2..0.3", 0), ("0.7..0.8", 1)):
        moved = analyze(knobs(window), frames=tmp_path / "flat.png", answer=answer)
        assert moved["opens"] in (share, 1 - share)
        assert 0 <= moved.get("similarity", 0.5) <= 1


def test_a_hundred_analyses_give_one_plain_answer(cloudy: Path) -> None:
    """A hundred analyses return the same answer, in plain rounded numbers."""
    said = {repr(analyze(knobs("0.3..0.6"), frames=cloudy, answer=SEVERAL)) for _ in range(100)}
    assert said == {
        "{'colors': ['0xD02010', '0x1040C0', '0x808080'], 'similarity': 0.2797, 'opens': 0.372}"
    }
