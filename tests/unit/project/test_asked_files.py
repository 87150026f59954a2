"""asked_files: which knobs of a request name files or need files."""

from types import ModuleType

import pytest

from collide.catalog import Catalog, shipped
from collide.instrument import File
from collide.project.asked_files import names_files


@pytest.fixture
def scripted() -> Catalog:
    """Return a catalog with a project's own effect that has a knob for a file."""
    film = ModuleType("film")
    film.__dict__.update(
        DEFAULTS={"film_stock": "none"}, LIMITS={"film_stock": File("film", (".cube",))}
    )
    return Catalog({**shipped().instruments, "post/film": film})


@pytest.mark.parametrize("name", ["layer2.clip", "bed3", "audio_beds", "grade_lut", "film_stock"])
def test_every_knob_for_files_needs_files(scripted: Catalog, name: str) -> None:
    """`audio_beds` and all knobs for files need files, including the knobs of a script."""
    assert names_files(["opacity", name], scripted)


def test_other_knobs_name_no_file(scripted: Catalog) -> None:
    """A picture knob does not name a file."""
    assert not names_files(["opacity", "layer2.similarity", "grade_lut_strength"], scripted)
