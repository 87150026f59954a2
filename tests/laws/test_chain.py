"""A project's own instrument plays where it says, whichever way the hole of a layer is cut."""

import pytest

from tests.laws.pieces import base


@pytest.mark.parametrize(("name", "cut"), [("dusty", "colorkey="), ("dusty matte", "alphamerge")])
def test_what_plays_after_the_key_sees_the_hole(name: str, cut: str) -> None:
    """AFTER = "blend/key" comes after the hole, be it of a key or along a matte; the base is not
    cut, and has none of it.
    """
    chains = {n: base(name).worked[f"layer:{n}"].job.arguments["filters"] for n in (1, 2)}
    assert 0 <= chains[2].find(cut) < chains[2].find("boxblur=0.2")
    assert "boxblur" not in chains[1]
