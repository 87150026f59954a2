"""file_names: a text matches a file by the file's name or by the end of its path."""

import unicodedata

import pytest

from collide.library.file_names import holding, matching, resembling, shortest

ONE, TWO, DEEP = "library/video/a.mp4", "library/video/two/a.mp4", "library/video/two/x/a.mp4"
NAMES = [ONE, TWO, DEEP, "/media/disk/b.mp4", "library/video/ c.mp4", "library/video/d\\e.mp4"]
COMPOSED = "Café Zürich.mp4"
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a.mp4", [ONE, TWO, DEEP]),
        ("two/a.mp4", [TWO]),
        ("video/a.mp4", [ONE]),
        (DEEP, [DEEP]),
        ("o/a.mp4", []),
        ("b.mp4", ["/media/disk/b.mp4"]),
        ("/media/disk/b.mp4", ["/media/disk/b.mp4"]),
        (" c.mp4", ["library/video/ c.mp4"]),
        ("c.mp4", ["library/video/ c.mp4"]),
        ("d\\e.mp4", ["library/video/d\\e.mp4"]),
        ("e.mp4", []),
        (" b.mp4 ", ["/media/disk/b.mp4"]),
    ],
)
def test_a_name_or_the_end_of_a_path_matches_a_file(typed: str, found: list[str]) -> None:
    """Only whole names between slashes match; outer spaces count only in an exact match."""
    assert matching(typed, NAMES) == found


@pytest.mark.parametrize(("typed", "stands"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_composed_and_decomposed_letters_match_each_other(typed: str, stands: str) -> None:
    """Composed and decomposed letters match each other; if both exist, the exact match wins."""
    assert matching(typed, [f"library/video/{stands}"]) == [f"library/video/{stands}"]
    both = [f"x/{stands}", f"y/{typed}"]
    assert matching(typed, both) == [f"y/{typed}"]


def test_the_shortest_name_matches_one_file_only() -> None:
    """Each suggested short name matches only its own file."""
    assert [shortest(name, NAMES) for name in (ONE, TWO, DEEP)] == [
        "video/a.mp4",
        "two/a.mp4",
        "x/a.mp4",
    ]
    assert all(matching(shortest(name, NAMES), NAMES) == [name] for name in NAMES)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("gopro", ["gopro_karma.mp4"]),
        ("karma_gopro.mp4", ["gopro_karma.mp4"]),
        ("Butterfly", ["butterfly_a.mov", "red butterfly.mp4"]),
        ("flower.mp4", []),
        ("a", []),
        ("_", []),
    ],
)
def test_a_part_of_a_name_finds_the_files_that_contain_it(typed, found):
    """Every word of the text must be in the name, in any order; a single letter finds nothing."""
    names = ["butterfly_a.mov", "gopro_karma.mp4", "red butterfly.mp4"]
    assert holding(typed, names) == found


def test_each_word_may_have_a_typo() -> None:
    """A file name resembles a text if each word of the text is close to a word in the name."""
    names = ["flutter_butterfly.mp4", "gopro_karma.mp4"]
    assert resembling("butterfy.mp4", names) == ["flutter_butterfly.mp4"]
    assert resembling("Gopro karna", names) == ["gopro_karma.mp4"]
    assert resembling("gopro_butterfly.mp4", names) == resembling("k.mp4", names) == []
