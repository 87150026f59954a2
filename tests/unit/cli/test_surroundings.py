"""surroundings: the environment variables that collide reads, and mistyped variables."""

import re
from pathlib import Path

import pytest

import collide
from collide.base.errors import InputError
from collide.cli.surroundings import NAMES, refuse_surroundings


def test_every_variable_that_the_source_reads_is_known() -> None:
    """NAMES lists exactly the variables that the source reads, except the one for tests."""
    files = Path(collide.__file__).parent.rglob("*.py")
    read = {name for path in files for name in re.findall(r'"COLLIDE_([A-Z_]+)"', path.read_text())}
    assert read - {"TEST_LOOPBACK"} == {*NAMES}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("COLLIDE_CACH", "COLLIDE_CACHE"),
        ("COLLIDE_FFMPG", "COLLIDE_FFMPEG"),
        ("COLLIDE_CACHE_SIZE", "COLLIDE_CACHE"),
    ],
)
def test_a_mistyped_variable_is_refused(
    monkeypatch: pytest.MonkeyPatch, typed: str, meant: str
) -> None:
    """A mistyped variable is refused, because it would otherwise be ignored without notice."""
    monkeypatch.setenv(typed, "a b")
    with pytest.raises(InputError, match=f"{typed} is not a collide setting") as refused:
        refuse_surroundings()
    assert refused.value.fix == f"unset {typed}; export {meant}='a b'"


def test_an_unrelated_variable_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable unlike any setting is accepted: a studio's scripts may use the same prefix."""
    monkeypatch.setenv("COLLIDE_WALLPAPER_OF_THE_DAY", "x")
    assert refuse_surroundings() is None


def test_a_limit_that_is_not_a_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of all variables refuses an invalid COLLIDE_CACHE_MAX_GB."""
    monkeypatch.setenv("COLLIDE_CACHE_MAX_GB", "20G")
    with pytest.raises(InputError, match="20G is not a valid value"):
        refuse_surroundings()


@pytest.mark.parametrize(
    ("name", "value", "fix"),
    [
        ("COLLIDE_CACHE", '"/media/disk/cache"', "export COLLIDE_CACHE=/media/disk/cache"),
        ("COLLIDE_CACHE", "'/media/my disk'", "export COLLIDE_CACHE='/media/my disk'"),
        ("COLLIDE_FFMPEG", "“/usr/bin/ffmpeg”", "export COLLIDE_FFMPEG=/usr/bin/ffmpeg"),
        ("COLLIDE_CACHE_MAX_GB", '"50"', "export COLLIDE_CACHE_MAX_GB=50"),
        ("COLLIDE_FARM", " render-1 ", "export COLLIDE_FARM=render-1"),
        ("COLLIDE_CACHE", "$STUDIO/cache", "export COLLIDE_CACHE=/studio/cache"),
        ("COLLIDE_STORE", '""', "unset COLLIDE_STORE"),
    ],
)
def test_the_fix_removes_quotes_and_spaces_from_a_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, fix: str
) -> None:
    """The fix is the value without quotes and outer spaces, with $NAME expanded, or an `unset`."""
    monkeypatch.setenv("STUDIO", "/studio")
    monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=f"^{name} has .* its value: ") as refused:
        refuse_surroundings()
    assert refused.value.fix == fix
