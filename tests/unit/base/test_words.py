"""words: counted nouns, short lists, paths in commands, and typos."""

import pytest

from collide.base.words import few, joined, nearest, one_slip, several, shell_path


def test_a_count_of_one_is_singular():
    """A count of one takes the singular; an irregular plural is passed as a second word."""
    assert [several(n, "clip") for n in (0, 1, 2)] == ["0 clips", "1 clip", "2 clips"]
    assert [several(n, "was", "were") for n in (1, 2)] == ["1 was", "2 were"]


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("~/my clip.mp4", "~/'my clip.mp4'"), ("~/clip.mp4", "~/clip.mp4"), ("~/", "~/"),
        ("my clip.mp4", "'my clip.mp4'"), ("~clip.mp4", "'~clip.mp4'"), ("", "''"),
    ],
)  # fmt: skip
def test_a_shell_expands_the_home_folder_of_a_quoted_path(path: str, word: str) -> None:
    """A leading ~/ is left outside the quotes; any other ~ is part of the name."""
    assert shell_path(path) == word


def test_the_last_two_items_are_joined_by_and():
    """Commas separate a list's items, and "and" joins the last two."""
    assert [joined(w.split()) for w in ("", "a", "a b", "a b c")] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_a_long_list_is_shortened_and_counted():
    """Only the first words of a long list are named; the other words are counted."""
    assert few(["a", "b"]) == "a, b"
    assert few([*"abcde"], most=3) == "a, b, c and 2 more"


@pytest.mark.parametrize(
    "pair", ["x x1", "demo dmeo", "demo demmo", "demo deno", "demo emo", "fog fgo"]
)
def test_a_typo_is_one_letter_or_one_swap(pair: str) -> None:
    """One extra, missing or wrong letter or one swap counts as a typo, in either direction."""
    assert one_slip(*pair.split())
    assert one_slip(*pair.split()[::-1])


@pytest.mark.parametrize(
    "pair", ["x y", "ab ac", "demo demo", "lantern light", "ink silk", "a abc"]
)
def test_an_equal_or_a_different_word_is_not_a_typo(pair: str) -> None:
    """Identical or very different words, and short words that differ in a letter, are not typos."""
    assert not one_slip(*pair.split())


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("similarty", ["similarity", "softness"], "similarity"),
        ("SIMILARITY", ["similarity", "softness"], "similarity"),
        ("DSC_0047.MPG", ["DSC_0048.MPG", "beach.mp4"], "DSC_0048.MPG"),
        ("dsc_0048.mpg", ["DSC_0048.MPG", "beach.mp4"], "DSC_0048.MPG"),
        ("night-drive", ["Night-Drive"], "Night-Drive"),
        ("blendmode", ["blend_mode"], "blend_mode"),
        ("form", ["for", "from"], "from"),
        ("opac", ["opacity", "softness"], "opacity"),
        ("bb.mp4", ["a.mp4", "b.mp4"], "b.mp4"),
        ("q.mp4", ["a.mp4", "b.mp4"], None),
        ("rotation", ["duration"], None),
        ("codec", ["crf", "encoding_preset"], None),
        ("bitrate", ["audio_bitrate"], None),
        ("keep", ["sweep", "help"], None),
        ("reset", ["set"], None),
        ("rm", ["farm"], None),
        ("sou", ["sound", "source"], None),
        ("zzz", ["similarity"], None),
        ("", ["similarity"], None),
        ("x", [], None),
    ],
)
def test_the_nearest_name_is_found_if_it_is_near_enough(
    word: str, known: list[str], meant: str | None
) -> None:
    """A typo or a prefix, in any capitalization, finds the nearest name if it is near enough."""
    assert nearest(word, known) == meant
