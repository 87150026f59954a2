"""The environment variables that collide reads, and refusals of mistyped variables."""

import os
from shlex import quote

from collide.base.errors import InputError
from collide.base.json_slips import QUOTES
from collide.base.words import nearest
from collide.store.eviction import typed_limit

PREFIX = "COLLIDE_"
NAMES = "CACHE CACHE_MAX_GB FARM FARM_CACHE FARM_KEY FFMPEG STORE STORE_WAIT".split()


def refuse_surroundings() -> None:
    """Refuse mistyped variables, which would otherwise be ignored or misread.

    A variable is mistyped if its name is similar to one of NAMES, if no shell has interpreted its
    value, or if it limits the cache but is not a valid number.
    """
    for name in (one for one in (PREFIX + word for word in NAMES) if one in os.environ):
        _refuse_quoted(name, os.environ[name])
    for name in sorted(os.environ):
        word = name.removeprefix(PREFIX)
        longer = (one for one in NAMES if word.startswith(f"{one}_"))  # such as CACHE_SIZE
        near = nearest(word, NAMES) or next(longer, None)
        if word == name or word in NAMES or not near:
            continue
        raise InputError(
            f"{name} is not a collide setting",
            why="the settings are " + ", ".join(PREFIX + one for one in NAMES),
            fix=f"unset {name}; export {PREFIX}{near}={quote(os.environ[name])}",
        )
    typed_limit()


def _refuse_quoted(name: str, value: str) -> None:
    """Refuse a value that contains `$NAME`, or begins or ends with quotes or spaces.

    A shell interprets these, but other programs that set variables do not. A `$NAME` is accepted if
    there is no such variable.
    """
    bare = os.path.expandvars(value.strip(f"{QUOTES}\"'` \t\r\n"))
    if bare == value:
        return
    quoted = value.strip()[:1] in {*QUOTES, '"', "'", "`"}
    inside = "quotes in" if quoted else "a $NAME in" if "$" in value else "spaces around"
    raise InputError(
        f"{name} has {inside} its value: {value}",
        why="no shell has interpreted them, so they would be part of the value",
        fix=f"export {name}={quote(bare)}" if bare else f"unset {name}",
    )
