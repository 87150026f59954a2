"""named_file: finds a file by a knob's value, with a note if other files also match."""

import pytest

from collide.base.errors import InputError
from collide.project.named_file import named_file

ONE, TWO = "library/video/one/a.mp4", "library/video/two/a.mp4"
EVERY = {ONE: {"digest": "1"}, TWO: {"digest": "2"}, "library/video/b c.mp4": {"digest": "3"}}
LOST = {"library/video/x.ps": "collide does not read files of this kind"}


def test_the_first_of_two_matches_is_used_with_a_note() -> None:
    """If two files match a name, the first is used, and a note says how to choose the other."""
    found, note = named_file("a.mp4", "layer2.clip", "clip", EVERY, LOST)
    assert found == EVERY[ONE]
    assert note == (
        f"2 clips are called a.mp4: layer2.clip takes {ONE}; to use another: layer2.clip=two/a.mp4"
    )
    assert named_file("two/a.mp4", "layer2.clip", "clip", EVERY, LOST) == (EVERY[TWO], "")


def test_copies_of_one_clip_need_no_note() -> None:
    """Copies with identical content do not cause a note."""
    same = {ONE: {"digest": "1"}, TWO: {"digest": "1"}}
    assert named_file("a.mp4", "clip", "clip", same, {}) == (same[ONE], "")


def test_a_note_lists_some_of_many_matches() -> None:
    """Many cameras write a DSC_0001, so the note lists some matches and counts the rest."""
    every = {f"library/video/{n}/a.mp4": {"digest": str(n)} for n in range(9)}
    _, note = named_file("a.mp4", "bed1", "sound", every, {})
    assert note.startswith("9 sounds are called a.mp4: bed1 takes library/video/0/a.mp4; ")
    assert note.endswith("bed1=4/a.mp4 or 4 more")


def test_an_unusable_file_is_refused_with_its_reason() -> None:
    """The error for an unusable file gives the reason, even for a kind that is never read."""
    with pytest.raises(InputError) as caught:
        named_file("x.ps", "layer2.clip", "clip", EVERY, LOST)
    assert caught.value.why == "library/video/x.ps: collide does not read files of this kind"


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    """The error for an unknown name suggests the nearest name and does not mention the layer."""
    with pytest.raises(InputError) as caught:
        named_file("bc.mp4", "layer2.clip", "clip", EVERY, LOST)
    assert caught.value.what == "no clip named 'bc.mp4' among the 2 usable ones"
    assert caught.value.fix == "did you mean 'b c.mp4'?"


def test_each_of_several_names_gets_a_command() -> None:
    """A layer takes one clip, so the fix suggests a layer for each name or one of the names."""
    with pytest.raises(InputError) as caught:
        named_file("b c.mp4, a.mp4", "layer2.clip", "clip", EVERY, LOST)
    assert caught.value.what == "layer2.clip takes one clip, not 2"
    each = {"layer2.clip": "b c.mp4", "layer3.clip": "a.mp4"}
    assert caught.value.turns == [each, {"layer2.clip": "b c.mp4"}, {"layer2.clip": "a.mp4"}]


def test_a_part_of_a_name_proposes_all_matching_files() -> None:
    """The fix for a part of a name suggests all files with that part in their names."""
    every = {f"library/video/{n}.mp4": {"digest": n} for n in ("red_car", "red_bus", "blue_boat")}
    with pytest.raises(InputError) as only:
        named_file("boat.mp4", "layer2.clip", "clip", every, {})
    assert only.value.meant == ("boat.mp4", "blue_boat.mp4")
    with pytest.raises(InputError) as several:
        named_file("red.mp4", "layer2.clip", "clip", every, {})
    assert several.value.turns == [
        {"layer2.clip": "red_bus.mp4"},
        {"layer2.clip": "red_car.mp4"},
    ]


def test_the_fix_lists_sounds_because_doit_clips_omits_them() -> None:
    """The fix for a wrong sound lists the sounds; the fix for a wrong clip is `doit clips`."""
    sounds = {f"library/audio/{name}.wav": {"digest": name} for name in ("hum", "sea", "wind")}
    for name, lost in (("rain.wav", {}), ("x.ps", LOST)):
        with pytest.raises(InputError) as caught:
            named_file(name, "bed1", "sound", sounds, lost)
        assert caught.value.fix.endswith("choose one:")
        assert caught.value.turns == [{"bed1": f"{one}.wav"} for one in ("hum", "sea", "wind")]
    with pytest.raises(InputError) as caught:
        named_file("rain.mp4", "clip", "clip", EVERY, {})
    assert caught.value.fix == "see the usable ones: doit clips"


def test_without_sounds_the_folder_is_named() -> None:
    """If there are no sounds, the fix names the folder that the file belongs in."""
    with pytest.raises(InputError) as caught:
        named_file("rain.wav", "bed1", "sound", {}, {})
    assert caught.value.what == "no sound named 'rain.wav'"
    assert caught.value.why == "library/audio and the project's input/ contain no usable sound"
    assert caught.value.fix == "copy rain.wav into library/audio"


def test_each_name_of_several_may_be_inexact() -> None:
    """Each of several names may lack its suffix or have its folder; the folder is kept."""
    with pytest.raises(InputError) as caught:
        named_file("b c,two/a.mp4", "clip", "clip", EVERY, LOST)
    each = {"layer1.clip": "b c.mp4", "layer2.clip": "two/a.mp4"}
    assert caught.value.turns == [each, {"clip": "b c.mp4"}, {"clip": "two/a.mp4"}]
    assert caught.value.replaces == "clip"
