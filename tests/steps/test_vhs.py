"""post/vhs: the defects of a tape and their positions in the picture."""

from pathlib import Path

import numpy as np

from tests.steps.films import played, still

EDGE = np.where(np.arange(96) < 48, 40, 200) * np.ones((64, 1))


def test_head_switching_bends_only_the_last_rows(tmp_path: Path) -> None:
    """Head switching bends only the last rows and leaves all rows above them unchanged."""
    before = still(EDGE, 4)
    after = played(tmp_path, "vhs", before, vhs_heads=1.0)
    assert (after[:, :58] == before[:, :58]).all()
    assert (after[:, 62:] != before[:, 62:]).any()


def test_a_torn_band_climbs_through_the_picture(tmp_path: Path) -> None:
    """In half a minute, a torn band climbs through the whole picture; some frames are intact."""
    before = still(EDGE, 60)
    after = played(tmp_path, "vhs", before, fps=2, vhs_tracking=1.0)
    torn = (after != before).any(axis=2)
    assert 8 <= (~torn.any(axis=1)).sum() <= 40
    assert torn.any(axis=0)[4:60].all(), "it climbs through the whole picture"
    assert torn.mean(axis=1).max() < 0.3, "it is a band"


def test_snow_differs_in_every_frame(tmp_path: Path) -> None:
    """Snow differs in every frame, although all frames share one plate."""
    after = played(tmp_path, "vhs", still(np.full((64, 96), 128), 60), vhs_noise=0.6)
    assert len({frame.tobytes() for frame in after}) == 60
    assert abs(after.mean() - 128) < 1, "it is not fog"
    assert after.std() > 2


def test_smear_blurs_and_overshoots_an_edge_in_place(tmp_path: Path) -> None:
    """Smear blurs an edge in place and makes it overshoot on both sides."""
    row = played(tmp_path, "vhs", still(EDGE, 2), vhs_smear=0.6)[0, 30]
    assert row.max() > 201
    assert row.min() < 39
    assert abs(int((row < 120).sum()) - 48) <= 1


def test_dropouts_are_few_and_none_stays(tmp_path: Path) -> None:
    """Dropouts are few and white, and no pixel is white in all frames."""
    after = played(tmp_path, "vhs", still(np.full((128, 256), 60), 30), vhs_dropouts=1.0)
    white = after > 90
    assert 0 < white.mean() < 0.05
    assert not (white[:-1] & white[1:]).all(axis=0).any()
