"""Optional rooms (folders) of collide: if one is deleted, everything else still works."""

from importlib import import_module
from types import ModuleType

from collide.base.errors import InputError


def optional(module: str) -> ModuleType:
    """Return the module `collide.MODULE`; InputError if its room is missing.

    The module is imported by name, on demand, so that nothing else depends on it.
    """
    room = module.partition(".")[0]
    try:
        return import_module(f"collide.{module}")
    except ModuleNotFoundError as error:
        if error.name not in (f"collide.{room}", f"collide.{module}"):
            raise
        raise InputError(
            f"this copy of collide has no {room}",
            why=f"the folder collide/{room} is missing",
            fix=f"git checkout collide/{room} restores it; everything else works without it",
        ) from None
