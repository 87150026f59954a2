"""Words of people: counted nouns, short lists, and slips of the finger."""

from collections.abc import Sequence


def several(number: int, word: str, plural: str = "") -> str:
    """Return "1 clip", "2 clips"; `plural` where it is not the word with an s."""
    return f"{number} {word if number == 1 else plural or word + 's'}"


def joined(words: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    *most, last = words or [""]
    return f"{', '.join(most)} and {last}" if most else last


def one_slip(one: str, other: str) -> bool:
    """Return whether two words are one slip of the finger apart.

    That is a letter too many, another letter, or two neighbors swapped; in words of less than four
    letters only the first: with another letter most of them are another word that was meant.
    """
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or short == long:
        return False
    same = next(
        (at for at, pair in enumerate(zip(short, long, strict=False)) if len({*pair}) > 1),
        len(short),
    )
    rest, more = short[same:], long[same:]
    if len(short) < len(long):
        return rest == more[1:]
    swapped = rest[:2] == more[:2][::-1] and rest[2:] == more[2:]
    return len(short) > 3 and (rest[1:] == more[1:] or swapped)
