"""The file library.json: its text, and how changes by two processes are merged.

It begins with the digest of the rest, followed by four tables with one file per line:

    clips   by name: digest, facts (or why it is left out), and `by`, the version of the probe
    seen    by name: the size and times of the file when it was read
    unsaid  by name: the last reported facts of a file ({} if it was not reported), if a later
            scan without a report has seen a change
    former  by old name: the digest of a file that now has a different name
"""

import json
from collections.abc import Mapping
from typing import Any

from collide.base.hashing import digest

Contents = dict[str, Any]  # content of library.json: a dict for each of the four tables

# The digest covers the text. For ten thousand clips, it takes a millisecond; a digest of the parsed
# content took a hundred.
HEAD = b'{"digest":"%s",\n'
STANDS = ("digest", "gone", "left_out")  # the facts that a scan reports


def empty() -> Contents:
    """Return the contents of an empty library."""
    return {"clips": {}, "seen": {}, "unsaid": {}, "former": {}}


def written(contents: Mapping[str, Any]) -> bytes:
    """Return the text of library.json."""
    parts = []
    for word in empty():
        lines = (f"{json.dumps(name)}:{json.dumps(each)}" for name, each in contents[word].items())
        parts.append(f'"{word}":{{\n' + ",\n".join(lines) + "}")
    text = ",\n".join(parts).encode() + b"}\n"
    return HEAD % digest(text).encode() + text


def read(data: bytes) -> tuple[Contents, list[str]]:
    """Return the contents of library.json and the roots that older versions stored there.

    Raises:
        ValueError: the text is damaged or is not a library.json.
    """
    cut = len(HEAD % bytes(32))
    if data[:cut] != HEAD % digest(data[cut:]).encode():
        raise ValueError("its digest does not match")
    contents = json.loads(data)
    rest = {word: contents.get(word, {}) for word in ("unsaid", "former")}
    return {"clips": contents["clips"], "seen": contents["seen"], **rest}, contents.get("roots", [])


def merged(base: Contents, mine: Contents, theirs: Contents) -> Contents:
    """Return `theirs` with the changes from `base` to `mine` and the facts of both versions."""
    return {word: _joined(base[word], mine[word], theirs[word]) for word in empty()}


def _joined(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> dict[str, Any]:
    if theirs == base:
        return dict(mine if mine == base else sorted(mine.items()))
    out = dict(theirs)
    for name in [n for n in {**base, **mine} if mine.get(n) != base.get(n)]:
        if name in mine:
            out[name] = _with_facts(mine[name], theirs.get(name))
        else:
            out.pop(name, None)
    return dict(sorted(out.items()))


def _with_facts(mine: Any, theirs: Any) -> Any:
    """Return a file's facts in `mine`; if the content is the same, add facts only in `theirs`."""
    both = isinstance(mine, dict) and isinstance(theirs, dict)
    if not both or mine.get("digest") is None or mine["digest"] != theirs.get("digest"):
        return mine
    return {**{name: fact for name, fact in theirs.items() if name not in STANDS}, **mine}


def reported(contents: Contents) -> dict[str, dict[str, Any]]:
    """Map the files of the last report to the facts in it."""
    view = {**contents["clips"], **contents["unsaid"]}
    return {name: clip for name, clip in view.items() if clip}


def unsaid(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Map each file that differs in `now` to its reported facts in `before`, or to {}."""
    marks = {
        name: (_stands(before.get(name)), _stands(now.get(name))) for name in {**before, **now}
    }
    return {name: old for name, (old, new) in sorted(marks.items()) if old != new}


def _stands(clip: Mapping[str, Any] | None) -> dict[str, Any]:
    return {word: clip[word] for word in STANDS if word in clip} if clip else {}
