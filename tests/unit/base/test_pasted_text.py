"""pasted_text: addresses, paths, names and times in the forms that people use."""

from datetime import datetime

import pytest

from collide.base.pasted_text import (
    address_of,
    from_now,
    label_of,
    look_stem,
    path_of,
    time_of_day,
)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a?b=1",
        " https://example.org/a?b=1 ",
        "<https://example.org/a?b=1>",
        "“https://example.org/a?b=1”",
        "url:https://example.org/a?b=1",
        "url = https://example.org/a?b=1",
        "link=https://example.org/a?b=1",
        "htps://example.org/a?b=1",
        "htttps://example.org/a?b=1",
        "https:/example.org/a?b=1",
        "https//example.org/a?b=1",
        "https:example.org/a?b=1",
        "https: //example.org/a?b=1",
        "//example.org/a?b=1",
        "example.org/a?b=1",
    ],
)
def test_a_pasted_address_is_read_in_every_form(text):
    """A missing or mistyped scheme, brackets, quotes, spaces and a leading name are tolerated."""
    assert address_of(text) == "https://example.org/a?b=1"


@pytest.mark.parametrize(
    "text", ["", "rain", "DSC", "3.5", "ftp://example.org/a", "a b.org", "7f3a"]
)
def test_no_address_is_invented(text):
    """For text that is not a web address, the result is an empty string."""
    assert address_of(text) == ""


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/home/me/clip.mp4", "/home/me/clip.mp4"),
        ("file:///home/me/clip.mp4", "/home/me/clip.mp4"),
        ("~/clip.MOV", "~/clip.MOV"),
        ("clip.mp4", "clip.mp4"),
        ("example.org/a.mp4", ""),
        ("https://example.org/a.mp4", ""),
        ("/etc/passwd", ""),
    ],
)
def test_a_clip_is_distinguished_from_an_address(text, path):
    """No text is taken for both a clip's path and an address."""
    assert path_of(text) == path
    assert not (path and address_of(text))


@pytest.mark.parametrize(
    ("text", "time"),
    [("7", "7:00"), ("7.30", "7:30"), ("7h", "7:00"), ("8pm", "20:00"), ("12am", "0:00"),
     ("8 pm", "20:00"), ("0730", "7:30"), ("07:00", "7:00"), ("25", ""), ("7:75", ""),
     ("noon", "12:00"), ("soon", "")],
)  # fmt: skip
def test_a_time_of_day_is_read_in_everyday_notations(text, time):
    """An hour alone, a point instead of a colon, and the 12-hour clock are understood."""
    assert time_of_day(text) == time


@pytest.mark.parametrize(
    ("text", "name"),
    [("été", "ete"), ("x/config.json", "x"), ("projects/x/manifest.json", "x"),
     ("my piece", "my-piece"), ("projects/x", "x"), ("x/", "x"), ("夜の花", ""), ("Größe", "Groe")],
)  # fmt: skip
def test_a_name_loses_only_disallowed_characters(text, name):
    """In a name, accents and non-ASCII letters are dropped, and a space becomes -.

    The path of a project becomes the project's name.
    """
    assert label_of(text) == name


@pytest.mark.parametrize(
    ("text", "stem"),
    [("4c366fa3.json", "4c366fa3"), ("projects/x/looks/4c366fa3.json", "4c366fa3"),
     ("x-4c366fa3.json", "4c366fa3"), ("#2", "2"), ("cell 12", "12"),
     ("x-4c366fa3", "4c366fa3"), ("../7f3a", ""), ("", "")],
)  # fmt: skip
def test_a_look_is_read_from_its_file_or_its_cell(text, stem):
    """A look is read from its file's name or path, from PROJECT-LOOK, or from a cell such as #2."""
    assert look_stem(text) == stem


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("8h", "6:05"),
        ("90 min", "23:35"),
        ("in 2 hours", "0:05"),
        ("8", ""),
        ("30h", ""),
        ("x", ""),
    ],
)
def test_a_length_of_time_becomes_a_time_of_day(text, time):
    """A length of time from a minute to a day becomes the time of day when it ends."""
    assert from_now(text, datetime(2026, 11, 27, 22, 5)) == time
