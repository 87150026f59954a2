"""reasons: what moved is said in few words, and never by a digest."""

from collide.build.reasons import SAID, moved

A, B = "1684536e" * 4, "4443258c" * 4


def test_a_knob_is_said_with_both_values() -> None:
    """Old and new, what is not said as unset; a name that follows from the rest only alone."""
    assert moved({"crf": 20}, {"crf": 28}) == "crf 20 → 28"
    assert moved({}, {"mode": "fixed"}) == "mode unset → fixed"
    assert moved({"look": "a", "crf": 20}, {"look": "b", "crf": 28}) == "crf 20 → 28"
    assert moved({"look": "a"}, {"look": "b"}) == "look a → b"


def test_a_file_changed_and_is_told_by_no_digest() -> None:
    """A clip, or the sound of a bed, is known by its bytes, which say nothing to anybody."""
    assert moved({"clip": A}, {"clip": B}) == "the clip changed"
    assert moved({"sound": A, "start": 1.0}, {"sound": B, "start": 2.0}) == (
        "the sound changed, start 1 → 2"
    )


def test_knobs_that_are_said_elsewhere_are_counted() -> None:
    """One by its name; of many how many there are, beside what else moved."""
    names = [f"layer1.knob{n}{SAID}" for n in range(22)]
    one, many = {names[0]: "config.json"}, dict.fromkeys(names, "config.json")
    assert moved({}, one) == "layer1.knob0 said in unset → config.json"
    assert moved({}, many) == moved(many, {}) == "22 knobs are said elsewhere now"
    assert moved({"look": "a"}, {"look": "b", **many}) == "22 knobs are said elsewhere now"
    assert moved({"layer 2": "a.mp4"}, {"layer 2": "b.mp4", **many}) == (
        "layer 2 a.mp4 → b.mp4, 22 knobs are said elsewhere now"
    )
