"""programs: ffmpeg must have the filters and encoders that collide uses."""

import re
from itertools import pairwise, takewhile
from pathlib import Path

import pytest

from collide.catalog import instruments
from collide.engine.programs import ENCODERS, FILTERS, OPTIONAL, find_engine
from tests.steps.samples import shape

REPO = Path(__file__).parents[3]
PROGRAMS = REPO / "collide" / "engine" / "programs.py"
GOLDEN = Path(__file__).parents[2] / "steps" / "golden"
GRAPHS = ("-filter_complex", "-vf", "-af", "-lavfi", "-filter:v", "-filter:a")
CODERS = ("-c:v", "-c:a", "-c")


def filters(chain: str) -> set[str]:
    """Return the filter names in a graph."""
    plain = re.sub(r"'[^']*'|\\.|\[[^]]*\]", "", chain)  # without expressions, escapes, labels
    parts = re.split(r"[,;\s]+", plain)
    return {part.partition("=")[0].partition("@")[0] for part in parts} - {"", "sws_flags"}


def used(name: str) -> tuple[set[str], set[str]]:
    """Return the filters and encoders in an instrument's golden commands."""
    text = (GOLDEN / f"{name.replace('/', '-')}.txt").read_text()
    lines = text.replace(";\n", ";").splitlines()  # a graph of several lines is one argument
    coders: set[str] = set()
    found: set[str] = set()
    if shape(instruments()[name]) == "filters":  # a chain, perhaps with the command for a plate
        found = filters("\n".join(takewhile(lambda line: line[:1] != "-", lines)))
    for option, value in pairwise(lines):
        found |= filters(value) if option in GRAPHS else set()
        coders |= {value} if option in CODERS else set()
    return found, coders - {"copy"}


@pytest.mark.parametrize("name", list(instruments()))
def test_every_used_filter_is_required_or_optional(name: str) -> None:
    """Every filter and encoder in a golden command is required or optional, except prores_ks."""
    found, coders = used(name)
    assert found <= {*FILTERS, *OPTIONAL}
    assert coders <= {*ENCODERS, *OPTIONAL, "prores_ks"}  # an export checks for prores_ks itself


def test_every_required_filter_is_used() -> None:
    """Every required filter occurs in a golden command or elsewhere in the code."""
    found = {name for instrument in instruments() for name in used(instrument)[0]}
    machine = "\n".join(
        path.read_text() for path in (REPO / "collide").rglob("*.py") if path != PROGRAMS
    )
    left = [name for name in FILTERS if name not in found]
    assert not [name for name in left if not re.search(rf"\b{name}\b", machine)]
    assert len(left) < len(FILTERS) // 4, "most are seen in a golden command"


def test_filters_and_encoders_are_found_in_golden_commands() -> None:
    """Filters and encoders are found in graphs of one line or several, and in bare chains."""
    assert "vidstabtransform" in used("post/stabilize")[0]
    assert {"overlay", "concat"} <= used("blend/stack")[0]
    assert "geq" in used("post/vhs")[0]
    assert "libx264" in used("blend/encode")[1]


def test_the_tested_ffmpeg_has_every_filter_and_encoder() -> None:
    """The ffmpeg used in the tests has all required and all optional filters and encoders."""
    engine = find_engine()
    assert engine.missing() == []
    assert {name for name in OPTIONAL if engine.encodes(name)} == {"libx265"}
    assert set(OPTIONAL) - {"libx265"} <= engine._names("-filters")
