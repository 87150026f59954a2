"""absent_file: the error for a missing or unusable clip or sound suggests the right command."""

import os

import pytest

from collide.base.errors import InputError
from collide.catalog import shipped
from collide.project.absent_file import refuse_absent
from collide.project.project import named
from collide.project.selection import Selection
from tests.unit.shelf import Shelf


def refused(shelf: Shelf, name: str, text: str) -> InputError:
    """Return the error for a file that a knob names."""
    selection = Selection(named(shelf.house, "x"))
    with pytest.raises(InputError) as caught:
        refuse_absent(
            name, text, shipped().knobs[name.rpartition(".")[2]], selection, shelf.library()
        )
    return caught.value


def test_a_renamed_clip_is_found_under_its_old_names(shelf: Shelf) -> None:
    """A renamed clip is found under each earlier name, however many scans have run since."""
    for old, new in (("a.mp4", "b2.mp4"), ("b2.mp4", "sea.mp4")):
        (shelf.house.library / old).rename(shelf.house.library / new)
        shelf.scan()
        shelf.scan()
    for old in ("a.mp4", "b2.mp4"):
        error = refused(shelf, "layer2.clip", old)
        assert error.what == f"{old!r} is now called 'sea.mp4'"
        assert error.why == "a scan found its content under the new name"
        assert (error.fix, error.meant) == ("use the new name:", (old, "sea.mp4"))


def test_an_unusable_clip_is_refused_until_its_bytes_change(shelf: Shelf) -> None:
    """A file that the last scan rejected is refused until its bytes change."""
    shelf.put("half.mp4", "broken")
    shelf.scan()
    error = refused(shelf, "layer2.clip", "half.mp4")
    assert error.what == "the clip 'half.mp4' cannot be used"
    assert error.fix == "copy it again or repair it, or see the usable ones: doit clips"
    shelf.put("half.mp4", "whole")
    selection = Selection(named(shelf.house, "x"))
    refuse_absent("clip", "half.mp4", shipped().knobs["clip"], selection, shelf.library())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_clip_without_permission_is_refused_with_the_command(shelf: Shelf) -> None:
    """The fix for an unreadable clip is a chmod command, followed by the same command."""
    (shelf.house.library / "a.mp4").chmod(0)
    error = refused(shelf, "layer2.clip", "a.mp4")
    assert error.fix.startswith("chmod u+rw ") and error.turns == [{}]


@pytest.mark.parametrize(("folder", "put"), [("library/audio", ""), ("library", "mv")])
def test_a_sound_typed_as_a_clip_becomes_a_bed(shelf: Shelf, folder: str, put: str) -> None:
    """A sound given as a clip becomes a new bed; a sound in library/ itself is moved first."""
    shelf.put("song.mp3", folder=folder)
    error = refused(shelf, "layer2.clip", "song.mp3")
    assert error.what == "'song.mp3' is a sound, and layer2.clip takes a clip"
    assert error.why == "a sound plays as a bed of the piece"
    made = "mkdir -p library/audio && mv library/song.mp3 library/audio/"
    assert error.fix == (made if put else "play it as a bed:")
    assert error.turns == [{"audio_beds": "1", "bed1": "song.mp3"}]
    assert error.replaces == "layer2.clip"


def test_a_clip_typed_as_a_sound_has_its_sound_extracted(shelf: Shelf) -> None:
    """If a bed names a clip, a command writes its sound into library/audio for the bed to play."""
    error = refused(shelf, "bed2", "a.mp4")
    assert error.what == "'a.mp4' is a clip, and bed2 takes a sound"
    assert error.why == "the sound of a clip is heard with its layer; a bed needs a sound file"
    assert error.fix == (
        "mkdir -p library/audio && "
        "python -m collide audio/extract -i library/video/a.mp4 -o library/audio/a.wav"
    )
    assert error.turns == [{"audio_beds": "2", "bed2": "a.wav"}]


def test_a_clip_outside_the_folders_is_moved_into_one(shelf: Shelf) -> None:
    """The fix is to move a clip in library/ itself, and to copy a clip in the project's folder."""
    shelf.put("sea.mp4", folder="library")
    shelf.put("sky.mp4", folder="projects/x")
    sea, sky = (refused(shelf, "layer1.clip", one) for one in ("sea.mp4", "sky.mp4"))
    assert sea.what == "'sea.mp4' is not in the library"
    assert sea.why == "clip=… takes the name of a file in the library or in the project's input/"
    assert sea.fix == "mv library/sea.mp4 library/video/"
    assert sky.fix == "cp projects/x/sky.mp4 library/video/"
    assert sky.turns == [{"layer1.clip": "sky.mp4"}]
