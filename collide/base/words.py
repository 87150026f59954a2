"""Words for people: counted nouns, short lists, paths in commands, and typos."""

import re
from collections.abc import Iterable, Sequence
from shlex import quote

MOST_SLIPS = 3  # the maximum number of slips between a typed name and a known name


def several(number: int, word: str, plural: str = "") -> str:
    """Return "1 clip" or "2 clips", or with an irregular plural, `plural`."""
    return f"{number} {word if number == 1 else plural or word + 's'}"


def shell_path(path: str) -> str:
    """Return a path quoted for a shell, except a leading ~/, which no shell expands in quotes."""
    home = "~/" if path.startswith("~/") else ""
    rest = path.removeprefix(home)
    return home + (quote(rest) if rest or not home else "")


def joined(words: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    *most, last = words or [""]
    return f"{', '.join(most)} and {last}" if most else last


def few(words: Sequence[str], most: int = 8) -> str:
    """Return the words as a list, "a, b, c"; for more than `most`, "a, b and 60 more"."""
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more} more" if more > 0 else "")


def slips(one: str, other: str) -> int:
    """Return the smallest number of slips that turns one word into the other.

    A slip is an extra, missing or wrong letter, or two adjacent letters that are swapped.
    """
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    earlier: list[int]
    least: int
    for at, letter in enumerate(one):
        earlier, before, row = before, row, [at + 1]
        for to, seen in enumerate(other):
            least = min(row[to] + 1, before[to + 1] + 1, before[to] + (letter != seen))
            if at and to and (letter, one[at - 1]) == (other[to - 1], seen):
                least = min(least, earlier[to - 1] + 1)
            row.append(least)
    return row[-1]


def one_slip(one: str, other: str) -> bool:
    """Return whether two words are one slip apart.

    A changed letter in a word of fewer than four letters is not a slip, because the result is
    usually a different word.
    """
    swapped = len(one) > 2 and sorted(one) == sorted(other)
    return slips(one, other) == 1 and (len(one) != len(other) or len(one) > 3 or swapped)


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice nearest to `word`, or None if no choice is near.

    A choice is near if it differs only in case and in the characters between words, or if it is at
    most one to three slips away, depending on the length of the words. A choice is also near if it
    alone begins with `word`, and `word` has at least three letters.
    """
    names = {_plain(name): name for name in sorted(choices, reverse=True)}
    plain = _plain(word)
    if plain in names:
        return names[plain]
    close = [n for n in names if _apart(plain, n) <= MOST_SLIPS]
    counted = [
        (slips(plain, n), sorted(n) != sorted(plain), n[:1] != plain[:1], _lacks(n, plain), n)
        for n in close
    ]
    near = [one for one in counted if one[0] <= _most(plain, one[-1])]
    if near:
        return names[min(near)[-1]]
    begun = [name for name in names if len(plain) > 2 and name.startswith(plain)]
    return names[begun[0]] if len(begun) == 1 else None


def _lacks(name: str, word: str) -> int:
    """Return how many of the typed letters a name lacks; people rarely type extra letters."""
    return sum(word.count(letter) > name.count(letter) for letter in {*word})


def _apart(one: str, other: str) -> int:
    """Return a number that exceeds MOST_SLIPS only if the slips between two words do.

    If the lengths of the words are very different, the number is the length of the longer word.
    Otherwise it is the number of letters in the longer word that the other word lacks.
    """
    most = max(len(one), len(other))
    if most - min(len(one), len(other)) > MOST_SLIPS:
        return most
    return most - sum(min(one.count(letter), other.count(letter)) for letter in {*one})


def _plain(name: str) -> str:
    """Return a name in lower case, without the characters between its words."""
    return re.sub(r"(?<=.)[ _-](?=.)", "", name.lower())


def _most(one: str, other: str) -> int:
    """Return how many slips are allowed between two words."""
    if (end := re.search(r"\.\w{1,5}$", one)) and other.endswith(end[0]):
        # compare file names without the suffix that they share
        one, other = one.removesuffix(end[0]), other.removesuffix(end[0])
    short, long = sorted((len(one), len(other)))
    return min(MOST_SLIPS, max(1, 3 * long // 10)) if long > 2 else int(0 < short < long)
