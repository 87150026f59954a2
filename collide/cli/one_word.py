"""Words that a shell took apart, or that were typed as one: `x = 3`, `vhs, analog`, `x:opacity=1`.

A name, = and its value are one word of a line; the joined, or split, line is proposed.
"""

import re
import shlex
from collections.abc import Sequence

from collide.base.errors import InputError
from collide.catalog import knobs
from collide.cli.arguments import KINDS, verbs
from collide.contract import RESERVED
from collide.library.folders import kind
from collide.project.settings import bare
from collide.text_limits import File, MaterialName

_UNIT = re.compile(r"%|[kmgt]i?b|ms|s|sec|min|h|fps|px|db", re.IGNORECASE)


def refuse_apart(argv: Sequence[str]) -> None:
    """Refuse `project = x`, of which a shell makes three words, and two words in one."""
    joined, split = list[str](), ""
    for word in argv:
        between = _between(joined[-1], word, argv) if joined else None
        if between is None:
            joined.append(word)
        else:
            split = split or f"{joined[-1]} {word}"
            joined[-1] += between + word
    if split:
        at = "next to the = of " if "=" in (split.split()[0][-1], split.split()[1][0]) else "in "
        raise InputError(
            f"there is a space {at}{split.rstrip('=').strip()!r}",
            why="name=value must be one word, without spaces",
            fix=shlex.join(["doit", *joined]),
        )
    apart = [part for word in argv for part in _parts(word)]
    if len(apart) > len(argv):
        raise InputError(
            f"{next(word for word in argv if len(_parts(word)) > 1)!r} is two words in one",
            why="each name=value is a word of its own, with a space before it",
            fix=shlex.join(["doit", *apart]),
        )


def _between(before: str, word: str, argv: Sequence[str]) -> str | None:
    """Return the character that joins a word to the previous one, None if they are separate."""
    if word.startswith("="):
        return None if before in verbs() or "=" in before else ""
    if before[:1] in "-=" or word in (*verbs(), *KINDS) or word[:1] == "-":
        return None
    if re.fullmatch(r"layer\w{1,5}\.?", before) and re.match(r"\.?[a-z_]+=", word):
        return "" if "." in (before[-1], word[0]) else None
    if "=" in word or "=" not in before:
        return None
    name, _, value = before.partition("=")
    if not value or before[-1] == "," or word[0] == "," or ".." in (before[-2:], word[:2]):
        return ""
    if value[-1].isdigit() and _UNIT.fullmatch(word):
        return ""
    limit = knobs()[bare(name)].limit if bare(name) in knobs() else None
    if isinstance(limit, MaterialName | File) and kind(word):
        return " "
    return " " if name == "project" and "new" in argv and not kind(word) else None


def _parts(word: str) -> list[str]:
    """Return the words in one: of `x,opacity=0.5` both, of an address and a plain word itself."""
    found = re.fullmatch(r"(\w[\w.]*=[^=]*?)[,:;&]([\w.]+)(=.*)", word)
    if found and "://" not in word and bare(found[2]) in {*knobs(), *RESERVED}:
        return [found[1], *_parts(found[2] + found[3])]
    return [word]
