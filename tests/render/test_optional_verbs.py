"""collide works with and without the optional farm room."""

import json

import pytest

from tests.left_out import package_without
from tests.render.conftest import House, make_clip

SMALL = {"num_videos": 1, "output_size": "128x72", "fps": 10, "duration": 1, "min_resolution": 0}


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> House:
    """Return a workspace with one small project and a collide without its farm."""
    root = tmp_path_factory.mktemp("bare")
    house = House(root)
    make_clip(root / "library" / "video" / "a.mp4", picture="testsrc2=s=160x90:r=25", seconds=2)
    (root / "projects" / "p1").mkdir(parents=True)
    (root / "projects" / "p1" / "config.json").write_text(json.dumps(SMALL))
    house.package = package_without("farm", tmp_path_factory.mktemp("package"))
    return house


def test_other_verbs_work_without_the_farm(bare):
    """If the farm's code is missing, `doit list` and renders of one or several projects work."""
    assert bare.doit("list").code == 0
    assert bare.doit("render", "project=p1").code == 0
    assert bare.doit("render", "project=p1,p1").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ["farm"],
        ["work", "here"],
        ["render", "project=p1", "farm=127.0.0.1"],
        ["export", "project=p1", "as=order"],
    ],
)
def test_verbs_of_a_missing_farm_give_an_error(bare, words):
    """If the farm's code is missing, its verbs exit with 3 and suggest how to restore the code."""
    ran = bare.doit(*words)
    assert ran.code == 3, ran.out
    assert "ERROR: this copy of collide has no farm\n" in ran.out
    assert "git checkout collide/farm restores it" in ran.out
    assert "Traceback" not in ran.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["work", "a b"], "is not a machine"),
        (["work", "h", "idle=10"], "idle=10"),
        (["work", "h", "slots=0"], "slots=0"),
        (["farm", "begin"], "does not know 'begin'"),
        (["farm", "keep=20G"], "keep= applies only to doit farm gc"),
        (["farm", "port=80"], "port=80"),
    ],
)
def test_input_is_checked_whether_or_not_the_farm_exists(empty_house, words, told):
    """Bad input causes an error with a fix, whether or not this copy has the farm."""
    ran = empty_house.doit(*words)
    assert ran.code == 3, ran.out
    assert told in ran.out or "this copy of collide has no farm" in ran.out
    assert "  fix  " in ran.out
    assert "Traceback" not in ran.out
