"""reasons: why a task runs again, in a few words, without digests."""

from collections.abc import Mapping
from typing import Any

import pytest

from collide.store.reasons import (
    DERIVED,
    ENGINE,
    ORIGIN,
    UPSTREAM,
    VERSION,
    Cause,
    Reason,
    differences,
    modern,
    of,
    own,
    sentence,
    short,
)

A, B = "1684536e" * 4, "4443258c" * 4


def moved(before: Mapping[str, Any], after: Mapping[str, Any], task: str = "") -> str:
    """Return the differences between two logs as a sentence."""
    return sentence(differences(before, after), task)


@pytest.mark.parametrize(
    ("name", "cause", "plain"),
    [
        ("crf", Cause.KNOB, "crf"),
        ("layer2.similarity", Cause.KNOB, "layer2.similarity"),
        ("layer2.clip", Cause.FILE, "layer2.clip"),
        ("clip", Cause.FILE, "clip"),
        ("bed2", Cause.FILE, "bed2"),
        (f"{UPSTREAM}layer:2", Cause.UPSTREAM, "layer:2"),
        (f"{ORIGIN}layer2.pan", Cause.ORIGIN, "layer2.pan"),
        (f"{VERSION}blend/layer", Cause.VERSION, "blend/layer"),
        ("look", Cause.LOOK, "look"),
    ],
)
def test_each_name_in_a_log_has_a_kind(name: str, cause: Cause, plain: str) -> None:
    """Each name in a log consists of a kind and a plain name, which can be joined again."""
    (reason,) = differences({name: A, "same": 1}, {name: B, "same": 1})
    assert reason == Reason(cause, plain, A, B)
    assert reason.log_name == name
    assert bool(own([reason])) == (cause is not Cause.UPSTREAM)
    assert of([reason], cause) == (reason,)


def test_the_engine_and_derived_values_are_not_differences() -> None:
    """The engine and derived values are never listed as differences."""
    assert differences({ENGINE: "7.0", f"{DERIVED}frames": 5}, {ENGINE: "9.0"}) == ()


def test_a_still_at_a_different_time_is_a_different_frame() -> None:
    """The reason for a still at a different time is a different frame, not a changed command."""
    other = [Reason(Cause.REWRITTEN)]
    assert (
        sentence(other, "frame:2") == sentence(other, "look:2") == "a different frame of its clip"
    )
    assert sentence(other, "layer:2") == "its command changed"


def test_a_knob_read_only_since_another_changed_is_not_a_reason() -> None:
    """A knob that is read only because another knob changed is not listed alongside it."""
    before, after = {"echo": 0.0}, {"echo": 0.4, "echo_ms": 300.0}
    assert differences(before, after) == (Reason(Cause.KNOB, "echo", 0.0, 0.4),)
    assert differences(after, before) == (Reason(Cause.KNOB, "echo", 0.4, 0.0),)
    versions = {"mode": "fixed", f"{VERSION}modes/fixed": 1}, {"mode": "kmeans"}
    assert differences(*versions) == (Reason(Cause.KNOB, "mode", "fixed", "kmeans"),)
    only = differences({}, {"echo_ms": 300.0})
    assert only == (Reason(Cause.KNOB, "echo_ms", None, 300.0),), "better than none"


def test_a_partial_log_is_compared_only_in_part() -> None:
    """Until an upstream result is known, values that were not read yet do not count as changed."""
    before, after = {"crf": 20, "fps": 25, "post": "none"}, {"crf": 28, "fps": 25, "new": 1}
    assert differences(before, after, partial=True) == (Reason(Cause.KNOB, "crf", 20, 28),)


def test_a_knob_is_printed_with_both_values() -> None:
    """An absent value is printed as `unset`; a look is named only if nothing else changed."""
    assert moved({"crf": 20}, {"crf": 28}) == "crf 20 → 28"
    assert moved({}, {"mode": "fixed"}) == "mode unset → fixed"
    assert moved({"look": "a", "crf": 20}, {"look": "b", "crf": 28}) == "crf 20 → 28"
    assert moved({"look": "a"}, {"look": "b"}) == "look a → b"


def test_a_layers_own_knob_is_named_without_its_prefix() -> None:
    """The reasons of a layer's task omit the prefix of the layer's own knobs."""
    logs = {"layer2.pan": 0.1, "layer3.pan": 0.2}, {"layer2.pan": 0.5, "layer3.pan": 0.6}
    for task in ("layer:2", "color:2", "audio:2", "matte:2.0", "still/frame:2", "debug:2"):
        assert moved(*logs, task) == "pan 0.1 → 0.5, layer3.pan 0.2 → 0.6"
    for task in ("", "mix", "stack:2", "post:2.analog", "encode:2"):
        assert moved(*logs, task) == "layer2.pan 0.1 → 0.5, layer3.pan 0.2 → 0.6"


def test_a_changed_file_is_named_without_its_digest() -> None:
    """A changed clip or sound is reported without its digest."""
    assert moved({"clip": A}, {"clip": B}) == "the clip changed"
    assert moved({"layer2.clip": A}, {"layer2.clip": B}, "layer:2") == "the clip changed"
    assert moved({"bed1": A, "bed_start": 1.0}, {"bed1": B, "bed_start": 2.0}) == (
        "the sound changed, bed_start 1 → 2"
    )


def test_a_changed_clip_read_through_a_layer_is_not_listed() -> None:
    """A changed clip is not listed if the step reads it through a layer, which also changed."""
    before = {f"{UPSTREAM}layer:2": [A], "layer2.clip": A, "layer3.clip": A}
    after = {f"{UPSTREAM}layer:2": [B], "layer2.clip": B, "layer3.clip": B}
    assert moved(before, after) == "layer 2 changed, layer3.clip changed"
    del before["layer3.clip"], after["layer3.clip"]
    assert moved(before, after) == "layer 2 changed"


def test_more_than_four_reasons_are_counted() -> None:
    """The first four reasons are listed, and the rest are counted."""
    before, after = dict.fromkeys("abcdef", 1), dict.fromkeys("abcdef", 2)
    assert moved(before, after) == "a 1 → 2, b 1 → 2, c 1 → 2, d 1 → 2 and 2 more"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("config.json", "command line", "crf is set on the command line (was in config.json)"),
        (None, "config.json", "crf is set in config.json"),
        ("preset warm", None, "crf is no longer set"),
    ],
)
def test_a_knob_that_is_set_elsewhere_is_named_with_its_place(
    old: str | None, new: str | None, words: str
) -> None:
    """A reason says where a knob is set now and was set before, or that it is unset."""
    assert sentence([Reason(Cause.ORIGIN, "crf", old, new)]) == words


def test_knobs_that_are_set_elsewhere_are_counted() -> None:
    """A single knob set elsewhere is named; several are counted after all other reasons."""
    names = [f"{ORIGIN}layer1.knob{n}" for n in range(22)]
    one, many = {names[0]: "config.json"}, dict.fromkeys(names, "config.json")
    assert moved({}, one) == "layer1.knob0 is set in config.json"
    several = "22 knobs are now set in config.json"
    assert moved({}, many) == several
    assert moved(many, {}) == "22 knobs are no longer set"
    mixed = {**many, names[0]: "preset ink"}
    assert moved({}, mixed) == "22 knobs are now set in other places"
    assert moved({"look": "a"}, {"look": "b", **many}) == several
    both = moved({"layer 2": "a.mp4"}, {"layer 2": "b.mp4", **many})
    assert both == f"layer 2 a.mp4 → b.mp4, {several}"


WORDS = {
    Cause.KNOB: "layer:2 a → b",
    Cause.FILE: "the sound changed",
    Cause.UPSTREAM: "layer 2 changed",
    Cause.ENGINE: "the engine changed, ffmpeg a → b",
    Cause.VERSION: "version of layer:2 a → b",
    Cause.ORIGIN: "layer:2 is set in b (was in a)",
    Cause.LOOK: "layer:2 a → b",
    Cause.FIRST: "never rendered",
    Cause.ELSEWHERE: "already in the store",
    Cause.SHARED: "fetched from the shared store",
    Cause.DEARER: "layer 2 reads it: rendering it takes a, fetching it would take b",
    Cause.GONE: "missing from the store",
    Cause.DAMAGED: "its result was missing or damaged",
    Cause.REWRITTEN: "its command changed",
    Cause.EVICTED: "it was evicted, and layer 2 reads it",
    Cause.AFAR: "another machine rendered it, and layer 2 reads it here",
    Cause.WAITS: "layer 2 changes",
    Cause.HANGS: "is rendered only if layer 2 changes",
    Cause.CHOSEN: "clips were chosen",
}


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_a_sentence(cause: Cause) -> None:
    """Each cause has a sentence, which may contain the reason's name and values."""
    assert sentence([Reason(cause, "layer:2", "a", "b")]) == WORDS[cause]


@pytest.mark.parametrize(
    "kind", ["levels", "keyframe", "matte", "color", "layer", "hear", "audio", "frame", "debug"]
)
def test_a_task_of_a_layer_names_its_knobs_without_the_layer(kind: str) -> None:
    """Tasks of every kind omit the number of their own layer."""
    reasons = [Reason(Cause.KNOB, "layer2.opacity", 0.5, None)]
    assert sentence(reasons, f"{kind}:2") == "opacity 0.5 → unset"
    assert sentence(reasons, f"{kind}:3.1") == "layer2.opacity 0.5 → unset"


def test_a_different_engine_is_named_by_its_version() -> None:
    """Version n9.0.2-17 is shortened to 9.0.2, unless both versions would look the same."""
    assert sentence([Reason(Cause.ENGINE, "", "n7.0.2-1", "n9.0.2-17")]) == (
        "the engine changed, ffmpeg 7.0.2 → 9.0.2"
    )
    assert sentence([Reason(Cause.ENGINE, "", "9.0.2", "9.0.2")]) == ("a different ffmpeg is used")
    assert short("n9.0.2-17", "n9.0.2-18") == "n9.0.2-17"


def test_an_earlier_log_is_read_with_todays_names() -> None:
    """The plain names in an old log become names of layer or bed knobs, or are dropped."""
    says = {"pan": 0.5, "fps": 25, "clip": A, "start": 1.5, "sound": "auto", "frames": 9}
    knobs, beds = ["pan", "clip", "sound", "mode"], {"volume": "bed_volume"}
    assert modern("audio:2", says, {}, knobs, beds) == {
        "layer2.pan": 0.5, "fps": 25, "layer2.clip": A,
    }  # fmt: skip
    assert modern("mix", {"pan": 0.5}, {}, knobs, beds) == {"pan": 0.5}
    heard = {"volume": -8.0, "sound": A, "start": 1.5}
    assert modern("audio:bed1", heard, {}, knobs, beds) == {"bed_volume": -8.0, "bed1": A}
    mode = {"mode": "fixed"}
    assert modern("color:2", mode, {}, knobs, beds) == {"layer2.mode": "fixed"}
    drawn = modern("color:2", mode, {"mode": "fixed"}, knobs, beds)
    assert drawn == {}, "the dice chose the mode: the knob was random"


def test_values_are_printed_as_they_are_typed() -> None:
    """A toggle is printed as true or false; clips have a layer prefix if a step reads several."""
    assert (
        moved({"layer2.reverse": False}, {"layer2.reverse": True}) == "layer2.reverse false → true"
    )
    before, after = ({"layer1.clip": one, "layer2.clip": one} for one in (A, B))
    assert moved(before, after, "look:0") == "layer1.clip changed, layer2.clip changed"
    assert moved({"layer1.clip": A}, {"layer1.clip": B}, "layer:1") == "the clip changed"


def test_the_names_of_causes_never_change() -> None:
    """Causes have the names that records, plans in JSON and shared results use."""
    names = """knob file upstream engine version origin look first elsewhere shared dearer gone
    damaged rewritten evicted afar waits hangs chosen"""
    assert [str(one) for one in Cause] == names.split()
