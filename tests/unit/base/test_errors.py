"""errors: what every message says, and which name was meant."""

import pytest

from collide.base.errors import (
    CollideError,
    InputError,
    StoreError,
    TaskError,
    did_you_mean,
    nearest,
)


def test_an_error_says_what_why_and_fix_in_three_lines() -> None:
    """The text a person reads is exactly these three lines."""
    error = InputError("no clip", why="the folder is empty", fix="copy one there")
    assert str(error) == "no clip\n  why  the folder is empty\n  fix  copy one there"


def test_further_lines_stand_under_the_first() -> None:
    """A why or fix of several lines is indented under its label."""
    error = TaskError("it failed", why="one\ntwo", fix="paste:\nffmpeg -i a")
    assert str(error) == "it failed\n  why  one\n       two\n  fix  paste:\n       ffmpeg -i a"


def test_an_empty_part_breaks_nothing() -> None:
    """A why without text still prints its label."""
    assert str(StoreError("x", why="", fix="y")) == "x\n  why  \n  fix  y"


@pytest.mark.parametrize(
    ("kind", "code"), [(CollideError, 2), (InputError, 3), (TaskError, 1), (StoreError, 3)]
)
def test_each_kind_of_error_has_its_exit_code(kind: type[CollideError], code: int) -> None:
    """The kind alone decides the exit code."""
    assert kind("a", why="b", fix="c").code == code


def test_all_errors_are_caught_as_one() -> None:
    """Every error is a CollideError, so one `except` at the top is enough."""
    assert all(issubclass(k, CollideError) for k in (InputError, TaskError, StoreError))


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("similarty", ["similarity", "softness"], "similarity"),
        ("SIMILARITY", ["similarity", "softness"], "similarity"),
        ("DSC_0047.MPG", ["DSC_0048.MPG", "beach.mp4"], "DSC_0048.MPG"),
        ("dsc_0048.mpg", ["DSC_0048.MPG", "beach.mp4"], "DSC_0048.MPG"),
        ("night-drive", ["Night-Drive"], "Night-Drive"),
        ("zzz", ["similarity"], None),
        ("", ["similarity"], None),
        ("x", [], None),
    ],
)
def test_the_nearest_name_is_found_whatever_its_case(
    word: str, known: list[str], meant: str | None
) -> None:
    """A typing error finds the name, in any case; a distant word finds none."""
    assert nearest(word, known) == meant


def test_a_near_name_is_offered_and_a_far_one_is_not() -> None:
    """The fix asks for the near name, and falls back to its other text."""
    assert did_you_mean("fitt", ["fit"], otherwise="look") == "did you mean 'fit'?"
    assert did_you_mean("qqq", ["fit"], otherwise="look") == "look"
