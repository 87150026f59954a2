"""camera_names: file names as cameras write them, reproducible by seed."""

import re
from urllib.parse import urlsplit

import pytest

from collide.download.camera_names import drawn, filled, is_pattern, names, table

FAMILIES = "DSC IMG MVI MOV DCIM GOPR GX P100 DJI date VID".split()


def test_the_common_patterns_are_present() -> None:
    """Each pattern has a unique name and a camera, and the common patterns are present."""
    assert set(FAMILIES) <= set(names())
    assert len({name.lower() for name in names()}) == len(names())
    assert all(pattern["camera"] for pattern in table()["patterns"])


@pytest.mark.parametrize("pattern", table()["patterns"], ids=names())
def test_a_pattern_covers_its_first_and_its_last_name(pattern: dict) -> None:
    """Numbers run from 0001 to 9999, dates cover whole years, and no placeholder remains."""
    first, last = filled(pattern, 0.0), filled(pattern, 1 - 2**-53)
    if "years" in pattern:
        begin, end = pattern["years"]
        assert f"{begin}0101" in first.replace("-", "") and f"{end}1231" in last.replace("-", "")
    else:
        assert re.search("0*1(\\D|$)", first) and "9999" in last
    assert not set("{}") & set(first + last)


def test_a_pattern_is_found_by_name_and_random_draws_from_all() -> None:
    """A pattern is found in any capitalization, and "random" draws from nearly all patterns."""
    assert all(re.fullmatch(r"DSC_\d{4}", drawn("dsc", 7, n)) for n in range(50))
    stems = {re.sub(r"\d+", "#", drawn("random", 7, n)) for n in range(2000)}
    assert (
        len(stems) >= len({re.sub(r"\{\w+\}|\d+", "#", p["form"]) for p in table()["patterns"]}) - 3
    )


def test_a_draw_never_changes_and_rarely_coincides() -> None:
    """A seed and a number always make the same name; a different seed or number rarely does."""
    assert drawn("IMG", 7, 3) == drawn("img", 7, 3)
    assert len({drawn("IMG", 7, n) for n in range(100)}) > 95
    assert drawn("IMG", 8, 3) != drawn("IMG", 7, 3)


@pytest.mark.parametrize(
    ("words", "is_one"),
    [("DSC", True), ("random", True), ("gopr", True), ("DSC_0047", False), ("rain", False)],
)
def test_only_a_pattern_name_or_random_selects_patterns(words: str, is_one: bool) -> None:
    """Only a pattern's name, or "random", selects patterns; a whole file name does not."""
    assert is_pattern(words) is is_one


def test_every_site_accepts_words_in_its_address() -> None:
    """Each site uses https and takes words in its address; yt-dlp can search one of the sites."""
    for site in table()["sites"]:
        assert site["url"].count("{words}") == 1 and urlsplit(site["url"]).scheme == "https"
    assert [site["yt_dlp"] for site in table()["sites"] if "yt_dlp" in site] == ["ytsearch"]
