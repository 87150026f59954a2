"""`doit star` keeps the objects of a look, and a failure leaves earlier stars unchanged."""

import errno
import os
import re

import pytest

from collide.base.hashing import digest_file
from collide.base.workspace import Workspace
from collide.cli.request import Request
from collide.project.project import Project
from collide.project.stars import star_names
from collide.verbs import star
from tests.render.refusals import answered, lines_of
from tests.render.sheets import SMALL


def pins(house) -> dict[str, bytes]:
    """Map the file name of every pin in the workspace to the pin's content."""
    return {p.name: p.read_bytes() for p in (house.root / "cache" / "pins").glob("*.json")}


@pytest.mark.parametrize("harm", ["damaged", "gone"])
def test_a_failed_star_keeps_the_existing_pin(house, harm):
    """With a damaged or missing video, `doit star` is refused, and an existing pin is kept.

    The fix consists of the commands that render the video again and star the look.
    """
    assert house.doit("star", "project=x").code == 0
    before = pins(house)
    assert len(before) == 1
    path = house.object(house.manifest()["tasks"]["mux"]["objects"]["video.mp4"])
    path.chmod(0o644)
    path.write_bytes(b"other bytes") if harm == "damaged" else path.unlink()
    house.video().unlink()
    ran = house.doit("star", "project=x", "name=again")
    assert ran.code == 3 and "is not in the store" in ran.out, ran.out
    assert pins(house) == before
    assert not house.video().with_name("again.mp4").exists()
    assert not list((house.root / "cache" / "leases").iterdir())
    render, star = re.findall(r"doit (render .*|star .*)", ran.out)
    assert "mux" in house.doit(*render.split()).rendered
    assert house.doit(*star.split()).code == 0
    assert house.video().with_name("again.mp4").exists()


def test_starring_an_evicted_video_restores_it_from_the_output(house):
    """If the video was evicted, a star puts the delivered copy back into the store."""
    assert house.doit("cache", "gc", "keep=0").code == 0
    made = house.manifest()["tasks"]["mux"]["objects"]["video.mp4"]
    assert not house.object(made).exists()
    ran = house.doit("star", "project=x", "name=good")
    assert ran.code == 0 and "its video: projects/x/output/good.mp4" in ran.out, ran.out
    kept = house.doit("cache", "gc", "keep=0").out
    assert re.search(r"^starred looks keep [\d.]+ [kM]B$", kept, re.MULTILINE), kept
    assert "running renders" not in kept
    assert digest_file(house.object(made)) == made


def test_a_star_of_the_last_render_says_that_the_project_has_changed(house):
    """Without look=, the last rendered look is starred.

    If a knob has been set since then, a note says so.
    """
    note = "x has changed since; to star it as it is now, first render it: doit render project=x"
    house.render()
    assert note not in house.doit("star", "project=x").out
    house.doit("set", "project=x", "layer2.similarity=0.3")
    assert note in house.doit("star", "project=x").out
    house.render()
    assert note not in house.doit("star", "project=x").out


def test_a_star_does_not_overwrite_the_video_of_another_look(house):
    """`doit star` refuses the name of another look's video unless over=true is given."""
    first, video = house.manifest()["look"], house.video().read_bytes()
    assert house.doit("star", "project=x", "name=kept").code == 0
    house.render("crf=30")
    second, kept = house.manifest()["look"], house.video().with_name("kept.mp4")
    before = pins(house)
    said = answered(house, "star", "project=x", f"look={second}", "name=kept")
    assert said == (
        "ERROR: there is another video called 'kept'\n"
        f"  why  output/kept.mp4 is the video of look {first}\n"
        f"  fix  to keep both: doit star project=x look={second} name=kept-2\n"
        f"       instead of look {first}: doit star project=x look={second} name=kept over=true"
    )
    assert kept.read_bytes() == video and pins(house) == before
    assert house.doit("star", "project=x", f"look={first}", "name=kept").code == 0, "its own name"
    assert "open projects/x/output/kept.mp4\n" in answered(house, "open", "kept.mp4")
    ran = house.doit("star", "project=x", f"look={second}", "name=kept", "over=true")
    assert ran.code == 0, ran.out
    assert digest_file(kept) == digest_file(house.video())
    house.video().with_name("mine.mp4").write_bytes(video)
    said = answered(house, "star", "project=x", f"look={second}", "name=mine")
    assert said == (
        "ERROR: there is another video called 'mine'\n"
        "  why  output/mine.mp4 is a different look's video\n"
        "  fix  choose another name\n       or replace it: "
        f"doit star project=x look={second} name=mine over=true"
    )


def test_a_star_of_a_cell_refuses_a_taken_name_before_its_render(house):
    """`doit star` refuses the name of another star for a look that was never rendered.

    The first command of the fix renders the look.
    """
    assert house.doit("star", "project=x", "name=kept").code == 0
    assert house.doit("roll", "project=x", "n=2", "at=0.5", *SMALL).code == 0
    said = answered(house, "star", "project=x", "look=2", "name=kept")
    look = re.search(r"look 2 of x is (\w+)", said)[1]
    assert "there is another video called 'kept'" in said
    assert lines_of(said) == [
        f"doit render project=x look={look}",
        f"doit star project=x look={look} name=kept-2",
        f"doit star project=x look={look} name=kept over=true",
    ]


@pytest.mark.parametrize("name", ["x", "x-vertical", "x-h265-10", "3"])
def test_a_star_cannot_use_the_name_of_an_output_file(house, name):
    """`doit star` refuses the name of a file that a render or an export writes.

    `doit star` also refuses a number, because numbers refer to cells.
    """
    said = answered(house, "star", "project=x", f"name={name}")
    assert said.startswith(f"ERROR: a starred video cannot be called '{name}'\n")


def test_a_look_can_be_starred_after_its_storage_changes(house):
    """A look can be starred even if the storage was changed after its render."""
    look = house.manifest()["look"]
    assert house.doit("set", "project=x", "storage=ffv1").code == 0
    ran = house.doit("star", "project=x", f"look={look}")
    assert ran.code == 0 and f"look {look} is starred" in ran.out, ran.out


def test_starring_a_look_again_restores_its_deleted_video(house):
    """Starring a look again under the same name restores its deleted video."""
    assert house.doit("star", "project=x", "name=kept").code == 0
    kept = house.video().with_name("kept.mp4")
    whole = kept.read_bytes()
    kept.unlink()
    ran = house.doit("star", "project=x", "look=kept")
    assert ran.code == 0 and "was written again: projects/x/output/kept.mp4" in ran.out, ran.out
    assert kept.read_bytes() == whole


def test_a_lost_look_can_be_restored_from_the_video_of_its_star(house):
    """If a starred look's file is gone, the fix is to make a project from the look's video."""
    house.render()
    assert house.doit("star", "project=x", "name=back").code == 0
    look = star_names(Project(Workspace(house.root), "x"))["back"]
    path = house.root / f"projects/x/looks/{look}.json"
    kept = path.read_bytes()
    path.unlink()
    said = answered(house, "plan", "project=x", "look=back")
    words = "new from=projects/x/output/back.mp4 project=back"
    assert f"fix  bring it back from its video: doit {words}" in said
    assert house.doit(*words.split()).code == 0
    path.write_bytes(kept)


def test_a_star_without_its_look_can_be_removed(house):
    """A star whose look is gone causes an error, which suggests removing the star."""
    path = house.root / "projects/x/stars.json"
    path.write_text('{"looks": [], "names": {"final": "deadbeef"}}')
    said = answered(house, "plan", "project=x", "look=final")
    assert said == (
        "ERROR: 'final' is a star of x, but its look is gone\n"
        "  why  projects/x/stars.json lists look deadbeef, which has no file in looks/\n"
        "  fix  remove the star: doit star project=x look=deadbeef off=true\n"
        "       see the others: doit looks project=x"
    )
    assert house.doit("star", "project=x", "look=deadbeef", "off=true").code == 0
    assert "final" not in path.read_text()


def test_a_star_fails_without_space_for_its_video(house, monkeypatch):
    """If the video of a star cannot be written, the look is neither starred nor pinned."""

    def full(source, target):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    request = Request(
        Workspace(house.root), "star", [], {"project": "x", "name": "kept"},
        raw={"project": "x", "name": "kept"},
    )  # fmt: skip
    with monkeypatch.context() as patched:
        for name, value in house.env().items():
            patched.setenv(name, value)
        patched.setattr(star, "copy_out", full)
        with pytest.raises(OSError, match="No space left"):
            star.run(request)
    assert pins(house) == {}
    assert star_names(Project(Workspace(house.root), "x")) == {}
    assert not (house.root / "projects/x/stars.json").exists()
    assert house.doit("star", "project=x", "name=kept").code == 0
    assert star_names(Project(Workspace(house.root), "x")).keys() == {"kept"}
