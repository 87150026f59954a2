"""post/glitch: which parts break, how often, and which parts remain intact."""

from pathlib import Path

import numpy as np

from tests.steps.films import played, still

DICED = np.add.outer(np.arange(64) * 37 % 97, np.arange(96) * 53 % 101).astype(int) + 20


def broken_frames(after: np.ndarray) -> np.ndarray:
    """Return which frames of a still film differ from the most common frame, which is intact."""
    looks = [frame.tobytes() for frame in after]
    whole = max(set(looks), key=looks.count)
    return np.array([look != whole for look in looks])


def test_glitch_often_sets_the_share_of_broken_frames(tmp_path: Path) -> None:
    """With glitch_often at 0.2, about a fifth of the frames are broken, in bursts."""
    quiet = played(tmp_path, "glitch", still(DICED, 500), glitch_often=0.2, glitch_speed=25.0)
    torn = broken_frames(quiet)
    assert 0.1 < torn.mean() < 0.3
    assert (np.diff(torn.astype(int)) == 1).sum() < torn.sum() / 2, "it comes in bursts"


def test_slices_move_only_sideways(tmp_path: Path) -> None:
    """If each row has a single grey, moving slices change nothing, but moving blocks do."""
    rows = still(np.repeat(20 + 3 * np.arange(64)[:, None], 96, axis=1), 8)
    only = {"glitch_often": 1.0, "glitch_split": 0.0}
    slid = played(tmp_path, "glitch", rows, **only, glitch_slices=1.0, glitch_blocks=0.0)
    assert not broken_frames(slid).any()
    lost = played(tmp_path, "glitch", rows, **only, glitch_slices=0.0, glitch_blocks=0.5)
    assert len({frame.tobytes() for frame in lost}) > 1


def test_a_glitch_adds_no_light_of_its_own(tmp_path: Path) -> None:
    """With no color split, a glitch does not add light: stripes remain black and white."""
    hard = still(np.where(np.arange(96) % 24 < 12, 16, 235) * np.ones((64, 1)), 8)
    after = played(tmp_path, "glitch", hard, glitch_often=1.0, glitch_split=0.0)
    assert set(np.unique(after)) <= {16, 17, 234, 235}
