"""safety: the rules for opening each input and the environment of a process."""

from itertools import pairwise
from pathlib import Path

import pytest

from collide.engine.safety import CLIPS, OURS, PIXELS, Source, environment, pasteable, spelled

CLIP = Source(Path("/library/a b.mp4"), trusted=False)
PIECE = Source(Path("/cache/objects/ab/abc"), trusted=True, demuxer="nut")


def words(argv: list[str], **sources: Source) -> list[str]:
    """Return the complete ffmpeg command."""
    return spelled(Path("/bin/ffmpeg"), argv, {f"@{name}": s for name, s in sources.items()})


def before_input(command: list[str], number: int = 0) -> dict[str, str]:
    """Return the options before one input."""
    at = [i for i, word in enumerate(command) if word == "-i"]
    start = at[number - 1] + 2 if number else 1
    return dict(pairwise(command[start : at[number]]))


def test_an_untrusted_clip_is_opened_by_narrow_rules() -> None:
    """Only known formats and pictures of limited size are opened, and damage is detected."""
    rules = before_input(words(["-ss", "2", "-i", "@clip", "out.nut"], clip=CLIP))
    assert rules["-protocol_whitelist"] == "file"
    assert rules["-format_whitelist"] == CLIPS
    assert rules["-max_pixels"] == str(PIXELS)
    assert rules["-err_detect"] == "crccheck"
    assert rules["-ss"] == "2"


def test_our_own_file_is_opened_with_a_named_demuxer() -> None:
    """A file that collide made is opened with a named demuxer and may have any picture size."""
    rules = before_input(words(["-i", "@L1p0", "out.nut"], L1p0=PIECE))
    assert (rules["-format_whitelist"], rules["-f"]) == (OURS, "nut")
    assert "-max_pixels" not in rules


def test_each_input_has_its_own_options() -> None:
    """The options for one input do not apply to the next, so each input has its own options."""
    command = words(["-i", "@a", "-ss", "1", "-i", "@b", "out.nut"], a=PIECE, b=CLIP)
    assert before_input(command, 0)["-format_whitelist"] == OURS
    assert before_input(command, 1)["-format_whitelist"] == CLIPS
    assert before_input(command, 1)["-ss"] == "1"


def test_a_file_is_never_taken_for_an_option_or_an_address() -> None:
    """Every path is prefixed with `file:`, so `-y.mp4` or `concat:a|b` is only a name."""
    for name in ("-y.mp4", "concat:a|b.mp4", "http:x.mp4"):
        command = words(["-i", "@clip", "out.nut"], clip=Source(Path(name), trusted=False))
        assert command[command.index("-i") + 1] == f"file:{name}"


def test_an_untrusted_clip_cannot_be_a_playlist() -> None:
    """A playlist named .mp4 would open other files, so playlist formats are not allowed."""
    assert not {"hls", "dash", "concat", "image2", "lavfi", "sdp"} & set(CLIPS.split(","))


def test_a_picture_is_one_file_whatever_its_name(tmp_path: Path) -> None:
    """The content decides how a picture is opened, and `%03d` in its name is not a pattern."""
    path = tmp_path / "a%03d.mp4"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    rules = before_input(words(["-i", "@clip", "out.nut"], clip=Source(path, trusted=False)))
    assert (rules["-format_whitelist"], rules["-f"]) == ("image2", "image2")
    assert (rules["-pattern_type"], rules["-c:v"]) == ("none", "mjpeg")
    assert rules["-max_pixels"] == str(PIXELS)


def test_options_after_the_last_input_stay_in_order() -> None:
    """The part of a command after its last input is unchanged."""
    argv = ["-i", "@clip", "-map", "0:V:0", "-f", "null", "-"]
    assert words(argv, clip=CLIP)[-5:] == argv[2:]


def test_a_missing_input_is_an_error() -> None:
    """A command with an input whose file was not given raises a KeyError."""
    with pytest.raises(KeyError):
        words(["-i", "@other", "out.nut"], clip=CLIP)


def test_a_command_can_be_pasted() -> None:
    """Spaces and brackets are quoted for the shell."""
    assert pasteable(["ffmpeg", "-i", "a b.mp4", "[v]"]) == "ffmpeg -i 'a b.mp4' '[v]'"


def test_the_environment_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only PATH is taken from the user's environment."""
    monkeypatch.setenv("LADSPA_PATH", "/tmp")
    monkeypatch.setenv("PATH", "/bin")
    found = environment(Path("/home/job"))
    assert found == {"PATH": "/bin", "LANG": "C.UTF-8", "HOME": "/home/job", "TMPDIR": "/home/job"}
