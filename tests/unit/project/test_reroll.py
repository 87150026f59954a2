"""reroll: a sheet shows all clips about equally often, and keep= is corrected."""

from types import SimpleNamespace

import pytest

from collide.base.errors import InputError
from collide.catalog import shipped
from collide.project.reroll import least_shown, parts


@pytest.mark.parametrize(
    ("tries", "shown", "best"),
    [
        (["ab", "cd"], [], 0),
        (["ab", "cd"], ["ab"], 1),
        (["ab", "cb"], ["ca", "ad", "ad"], 1),  # the base counts first
        (["ab", "ac"], ["db", "ce", "eb"], 1),  # then the other clips
        (["", "ab"], ["ab", ""], 1),  # a roll with too few clips comes last
        (["", ""], [], 0),
    ],
)
def test_the_roll_with_the_rarest_base_wins(tries, shown, best):
    """The roll with the rarest base wins; if bases are equally rare, the other clips decide."""
    assert least_shown(tries, shown) == best


@pytest.mark.parametrize(
    ("names", "meant"),
    [
        ("1", "layer1"),
        ("layers", "layer1,layer2"),
        ("layer1-2", "layer1,layer2"),
        ("2,audio", "layer2,audio"),
        ("l2.opacity,music", "layer2.opacity,audio"),
        ("audio,fx", "audio,post"),
        ("adio", "audio"),
        ("Colours,2", "hue_shift,saturation,brightness,contrast,gamma,layer2"),
        ("bogus", "layer2,audio"),  # no name is near, so these are examples
        ("flower", "layer1"),  # the layer of a clip
        ("stream.mp4,audio", "layer2,audio"),
    ],
)
def test_other_names_find_the_intended_parts(names, meant):
    """Numbers and ranges of layers, other words, clips and typos find the intended parts."""
    clips = {1: "red-flower.mp4", 2: "stream.mp4"}
    layers = [SimpleNamespace(number=n, pick=SimpleNamespace(short=clips[n])) for n in clips]
    piece = SimpleNamespace(layers=layers, settings=SimpleNamespace(catalog=shipped()))
    with pytest.raises(InputError) as caught:
        parts(names.split(","), piece)
    assert caught.value.turns == [{"keep": meant}]
