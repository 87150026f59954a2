"""File names as people type them: a name alone, or enough of the path to identify the file.

Composed and decomposed letters count as equal, because a Mac may store é as e plus an accent,
while a keyboard types a single character.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable

from collide.base.words import nearest

LEAST_LETTERS = 3  # fewer letters and digits would match too many names


def composed(text: str) -> str:
    """Return `text` with all letters in composed form (NFC)."""
    return unicodedata.normalize("NFC", text)


def matching(typed: str, names: Iterable[str]) -> list[str]:
    """Return the names that equal `typed` or end with it as a path, in their original order.

    At first, the comparison is exact. Until a name matches, it also ignores Unicode forms, then
    outer spaces, then case, and finally the suffix (if `typed` has none). As a last resort, a full
    path in `typed` matches the names that it ends with.
    """
    every = [*names]
    if typed in every:
        return [typed]
    for form in (str, composed, _bare, _folded, _stem):
        wanted = form(typed)
        if form is _stem and wanted != _folded(typed):
            break  # a suffix in `typed` must match
        if matches := [name for name in every if f"/{form(name)}".endswith(f"/{wanted}")]:
            return matches
    whole = (name for name in every if "/" in name and typed.endswith(f"/{name}"))
    return [*whole] if typed.startswith("/") else []


def _bare(name: str) -> str:
    """Return a path in composed form, without spaces around its parts."""
    return "/".join(part.strip() for part in composed(name).split("/"))


def _folded(name: str) -> str:
    return _bare(name).casefold()


def _stem(name: str) -> str:
    """Return the `_folded` form of a path without its suffix; keep a name that is only a suffix."""
    return re.sub(r"(?<=[^/])\.\w{1,5}$", "", _folded(name))


def holding(typed: str, names: Iterable[str]) -> list[str]:
    """Return the names that contain every word of `typed`, in any order and any case.

    If `typed` has fewer than LEAST_LETTERS letters and digits, no name matches.
    """
    words = re.findall(r"[^\W_]+", _stem(typed))
    if len("".join(words)) < LEAST_LETTERS:
        return []
    return [name for name in names if all(word in _stem(name) for word in words)]


def resembling(typed: str, names: Iterable[str]) -> list[str]:
    """Return the names that contain every word of `typed`, even if some are misspelled.

    If `typed` has at most LEAST_LETTERS letters and digits, no name matches.
    """
    words = re.findall(r"[^\W_]+", _stem(typed))
    if len("".join(words)) <= LEAST_LETTERS:
        return []
    parts = {name: re.findall(r"[^\W_]+", _stem(name)) for name in names}
    return [name for name, own in parts.items() if all(nearest(word, own) for word in words)]


def shortest(name: str, names: Collection[str]) -> str:
    """Return the shortest end of a path that identifies it among `names`."""
    parts = name.split("/")
    ends = ("/".join(parts[at:]) for at in range(len(parts) - 1, 0, -1))
    return next((end for end in ends if matching(end, names) == [name]), name)
