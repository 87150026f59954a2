"""Choose the machines that render many pieces: this machine or the workers of a farm."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from collide.base.errors import InputError
from collide.cli.optional_room import optional
from collide.cli.request import Request
from collide.nights.queue import Hands
from collide.syntax.variables import FARM

NONE = "none"  # farm=none overrides COLLIDE_FARM


@contextmanager
def hired(request: Request) -> Iterator[Hands | None]:
    """Yield the workers of the requested farm (by default COLLIDE_FARM), or None if no farm is set.

    Raises:
        InputError: COLLIDE_FARM is not valid, or something that the farm needs is missing: a part
            of collide, a package, or the farm's key; see farm/hire.py.
    """
    farm = farm_of(request)
    if not farm:
        yield None
        return
    hands = optional("farm.hire").hire(request, farm)
    try:
        yield hands
    finally:
        hands.close()


def farm_of(request: Request) -> str:
    """Return the requested farm (by default COLLIDE_FARM), or "" if no farm is set."""
    typed = request.value("farm")
    named = typed or os.environ.get("COLLIDE_FARM", "").strip()
    if not typed and named:
        try:
            FARM.limit.check(named)
        except ValueError as error:
            raise InputError(
                f"COLLIDE_FARM={named} is not a valid value",
                why=f"it takes {FARM.limit}",
                fix="export COLLIDE_FARM=HOST, or unset it",
            ) from error
    return "" if named == NONE else str(named)
