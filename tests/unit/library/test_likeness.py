"""likeness: copies of a clip are grouped, and other clips are not."""

from collide.library.likeness import FAR, Signature, groups

ONE = ["f4be98fec6e6eefe", "723b7d59da9e8e8a", "d4acdcd8a9e18d4d", "0b1f2d2f65d1c92a", ""]
TWO = ["b88ce0f0e0e0e1f1", "7c8c46aa6b248064", "5c5c575d5deeafbf", "1898c95ddc9c8c8c", ""]


def off(signature: list[str], bits: int) -> list[str]:
    """Return a signature with this many bits flipped in each frame that is not flat."""
    mask = (1 << bits) - 1
    return [f"{int(sign, 16) ^ mask:016x}" if sign else "" for sign in signature]


def test_copies_are_grouped_and_other_clips_are_not() -> None:
    """A group is named after its first clip; a clip without copies has no group."""
    looks = {
        "a": Signature(8.0, ONE),
        "b": Signature(8.0, TWO),
        "c": Signature(8.1, off(ONE, 5)),
        "d": Signature(7.95, off(ONE, int(FAR))),
    }
    assert groups(looks) == {"a": "a", "c": "a", "d": "a"}


def test_a_copy_of_a_copy_is_in_the_same_group() -> None:
    """Two clips that are too different are in one group if a third clip resembles both."""
    looks = {
        "far": Signature(8.0, off(ONE, 9)),
        "other": Signature(8.0, [f"{int(s, 16) ^ (0x1FF << 40):016x}" if s else "" for s in ONE]),
        "between": Signature(8.0, ONE),
    }
    assert groups(looks) == dict.fromkeys(looks, "far")
    del looks["between"]
    assert groups(looks) == {}


def test_one_bit_above_a_limit_makes_clips_different() -> None:
    """Clips that exceed a limit by one bit, on average or in a single frame, are not alike."""
    assert groups({"a": Signature(8, ONE), "b": Signature(8, off(ONE, int(FAR) + 1))}) == {}
    one_frame = [off(ONE, 15)[0], *ONE[1:]]
    assert groups({"a": Signature(8, ONE), "b": Signature(8, one_frame)}) == {}


def test_a_different_length_makes_clips_different() -> None:
    """Only a small difference in length is allowed, because a shorter cut may be intended."""
    assert groups({"a": Signature(8.0, ONE), "b": Signature(8.3, ONE)}) == {}
    assert groups({"a": Signature(100.0, ONE), "b": Signature(100.9, ONE)}) == {"a": "a", "b": "a"}


def test_flat_frames_do_not_count() -> None:
    """All black frames are alike, so at least three frames must have content."""
    black = ["", "", "", "", ""]
    dark = ["", "", "", *ONE[:2]]
    assert groups({"a": Signature(8, black), "b": Signature(8, black)}) == {}
    assert groups({"a": Signature(8, dark), "b": Signature(8, dark)}) == {}
    assert len(groups({"a": Signature(8, ONE), "b": Signature(8, ["", *ONE[1:]])})) == 2


def test_ten_thousand_clips_are_grouped() -> None:
    """Each of ten thousand clips of increasing length is grouped with a clip that it resembles."""
    looks = {str(n): Signature(1 + n / 7, off(ONE, n % 64)) for n in range(10_000)}
    assert groups(looks).keys() == looks.keys()
