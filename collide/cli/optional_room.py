"""A room of collide that may be left out: its folder deleted, all else works."""

from importlib import import_module
from types import ModuleType

from collide.base.errors import InputError


def optional(module: str) -> ModuleType:
    """Return `collide.MODULE`; InputError where its room is not here.

    It is imported by its name, when it is asked for, so that nothing hangs on it.
    """
    room = module.partition(".")[0]
    try:
        return import_module(f"collide.{module}")
    except ModuleNotFoundError as error:
        if error.name not in (f"collide.{room}", f"collide.{module}"):
            raise
        raise InputError(
            f"this collide has no {room}",
            why=f"its folder collide/{room} is not here",
            fix=f"git checkout collide/{room} brings it; or go on without",
        ) from None
