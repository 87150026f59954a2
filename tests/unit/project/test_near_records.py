"""near_records: a project, a star or a video's name leads to the record of a look."""

import json

import pytest

from collide.base.workspace import Workspace
from collide.project.near_records import no_record
from collide.project.project import named


@pytest.fixture
def home(house: Workspace) -> Workspace:
    """Return a workspace whose project x has a video, a manifest and a star, first."""
    path = named(house, "x").path
    (path / "output").mkdir(parents=True)
    stars = {"looks": ["7f3a0000"], "names": {"first": "7f3a0000"}}
    for name, text in {
        "config.json": "{}", "output/x.mp4": "", "manifest.json": "{}",
        "stars.json": json.dumps(stars),
    }.items():  # fmt: skip
        (path / name).write_text(text)
    return house


@pytest.mark.parametrize(
    ("text", "record", "about"),
    [
        ("x", "projects/x/manifest.json", "did you mean this one?"),
        ("first", "projects/x/looks/7f3a0000.json", "did you mean this one?"),
        ("output/x.mp4", "projects/x/output/x.mp4", "did you mean this one?"),
        ("zebra", "projects/x/output/x.mp4", "this one exists"),
    ],
)
def test_a_name_leads_to_a_record(home, text, record, about):
    """A project leads to its manifest, a star to its look file, and another name to a video."""
    error = no_record(home, text)
    assert error.what == f"{text} cannot be read"
    assert (error.meant, error.fix) == ((text, record), about)


def test_without_any_record_the_error_names_the_kinds_of_files(house):
    """In a workspace without records, the error lists the kinds of files that are accepted."""
    error = no_record(house, "a.mp4")
    assert error.why == "there is no file of that name"
    assert error.fix == "give a video, a manifest.json, or a look file from projects/x/looks"
