"""The results of pieces with every preset, mode and effect do not change."""

import re

import pytest

from tests.reference.conftest import Frozens, rendered
from tests.reference.pieces import EXPORTS, MODES, PIECES, POSTS, STILLS
from tests.reference.reading import digest, piece
from tests.render.conftest import House

FILE = "reference.json"


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_is_unchanged(home: House, frozen: Frozens, keys: bool, name: str) -> None:
    """The look, recipe, keys, pictures, sounds and video length are unchanged."""
    rendered(home, name, PIECES[name])
    frozen(FILE).same(name, piece(home, name, keys=keys))


def test_the_clips_are_unchanged(home: House, frozen: Frozens, keys: bool) -> None:
    """The files of the reference library match their frozen digests."""
    files = [path for path in (home.root / "library").rglob("*") if path.is_file()]
    made = {path.name: digest(path.read_bytes().hex()) for path in files}
    frozen(FILE).same("the library", made)


def test_every_frozen_name_is_still_rendered(frozen: Frozens) -> None:
    """Every name in reference.json belongs to a test."""
    exports = [f"{form} {at}" for form, words in EXPORTS.items() for at in range(len(words))]
    frozen(FILE).holds([*PIECES, *STILLS, *exports, "the library", "made with"])


def test_every_preset_is_frozen(frozen: Frozens) -> None:
    """Every preset has a frozen result."""
    names = {name for name in PIECES if name.startswith("preset-")}
    new = sorted(names - frozen(FILE).known().keys())
    assert not new, f"freeze them: pytest tests/reference --freeze -k '{' or '.join(new)}'"


def test_every_mode_effect_and_format_has_a_piece(home: House) -> None:
    """The tests here render each mode, effect and export format at least once."""
    (modes,) = re.findall(r"^  mode = .* of ([^)]*)\)", home.doit("knobs", "mode").out, re.M)
    (posts,) = re.findall(r"^  post = .* some of (.*), each", home.doit("knobs", "post").out, re.M)
    forms = re.findall(r"as=([\w-]+)[,\n]", home.doit("export", "project=first").out)
    wanted = {f"mode-{name}" for name in modes.split(", ")}
    wanted |= {f"post-{name}" for name in posts.split(", ")}
    missing = sorted(wanted - {*MODES, *POSTS}) + sorted({*forms} - EXPORTS.keys())
    assert not missing, f"add them to tests/reference/pieces.py: {missing}"
