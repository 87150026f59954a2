"""reroll: the looks of a sheet show all clips about equally often."""

import pytest

from collide.project.reroll import least_shown


@pytest.mark.parametrize(
    ("tries", "shown", "best"),
    [
        (["ab", "cd"], [], 0),
        (["ab", "cd"], ["ab"], 1),
        (["ab", "cb"], ["ca", "ad", "ad"], 1),  # the base counts first
        (["ab", "ac"], ["db", "ce", "eb"], 1),  # then the other clips
        (["", "ab"], ["ab", ""], 1),  # a throw that needs more clips than there are comes last
        (["", ""], [], 0),
    ],
)
def test_the_throw_whose_clips_are_shown_least_is_taken(tries, shown, best):
    """The throw with the rarest base is taken; of several, that with the rarest other clips."""
    assert least_shown(tries, shown) == best
