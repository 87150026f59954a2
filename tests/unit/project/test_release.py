"""release: each release has a reason why its bytes differ from the previous release."""

import pytest

from collide.project.look_book import read_look
from collide.project.release import CHANGES, RELEASE, why_other_bytes
from tests.unit.project.test_recipe import DATA


def test_every_release_says_why_its_bytes_differ() -> None:
    """Every release after the first, up to the current release, has a reason."""
    assert [*CHANGES] == [*range(2, RELEASE + 1)]


def test_a_record_gets_all_changes_since_its_release() -> None:
    """All reasons since an older record's release are listed; for a newer record, none is known."""
    assert why_other_bytes(1).endswith(f"this is release {RELEASE}: {'; '.join(CHANGES.values())}")
    assert "newer version" in why_other_bytes(RELEASE + 1)


@pytest.mark.parametrize(
    ("written", "release"), [(2, 2), (None, 1), ("2", 1), (True, 1), (0, 1), (2.0, 1)]
)
def test_a_record_without_a_release_counts_as_release_1(written: object, release: int) -> None:
    """A record without a valid release number counts as release 1."""
    assert read_look({"recipe": DATA, "release": written}, "a file").release == release
