"""Optional rooms (folders) of collide: if one is deleted, everything else still works."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from collide.base.errors import InputError


def optional(module: str) -> ModuleType:
    """Import `collide.MODULE` only when it is needed, because its room may have been deleted.

    Raises:
        InputError: the module's room, or a room that the module needs, is missing.
    """
    try:
        return import_module(f"collide.{module}")
    except ModuleNotFoundError as error:
        package, _, absent = (error.name or "").partition(".")
        room = absent.partition(".")[0]
        if package != "collide" or not (absent == module or _is_missing(room)):
            raise
        raise InputError(
            f"this copy of collide has no {room}",
            why=f"the folder collide/{room} is missing",
            fix=f"git checkout collide/{room} restores it; everything else works without it",
        ) from None


def _is_missing(room: str) -> bool:
    """Return whether a room was deleted, even if its compiled files remain."""
    spec = find_spec(f"collide.{room}")
    return spec is None or spec.origin is None
