"""output_words: finds the verb that matches another program's word for a file or a format."""

from collide.corrections.output_words import other_verb
from collide.syntax.verb import declaration


def test_formats_become_exports_and_output_files_become_stars() -> None:
    """A known codec or format becomes a form of export; an output file becomes a star's name."""
    assert other_verb("codec", "h265") == ("export", {"as": "h265-10"})
    declaration("export").variables["as"].read("as", "h265-10")
    assert other_verb("format", "vertical") == ("export", {"as": "vertical"})
    assert other_verb("output", "a/film.mp4") == ("star", {"name": "film"})
    assert other_verb("codec", "theora") == ("", {})
