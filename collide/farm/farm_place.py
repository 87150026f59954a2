"""The address of a farm: HOST or HOST:PORT of its scheduler, with its store at the next port."""

import os
import re
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from collide.base.errors import InputError
from collide.text_limits import HOST_AND_PORT

PORT = 8786
FOUR, LAST = 4, 255  # an IPv4 address has four numbers from 0 to 255
REFUSED = "connection refused: doit farm is not running there"
SILENT = "no answer: is the machine on, and is doit farm running on it?"
ERRNO = re.compile(r"^\[Errno -?[0-9]+\] ")
EXTRA = "pip install -c constraints.txt -e '.[farm]'"


class NoFarmError(Exception):
    """Raised if no farm answers at an address, with the reason as its text."""


class StrangerError(Exception):
    """Raised if the other side has a different key or no TLS."""


class Place(NamedTuple):
    """The host and the port of a farm's scheduler."""

    host: str
    port: int

    @property
    def address(self) -> str:
        """Return the scheduler's address."""
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def store(self) -> str:
        """Return the address of the store that the farm itself serves."""
        return f"https://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port + 1}"

    @property
    def typed(self) -> str:
        """Return the address as a person types it, without the default port."""
        return self.address if self.port != PORT else self.address.removesuffix(f":{PORT}")


def place_of(text: str) -> Place:
    """Read a HOST_AND_PORT. Raise InputError if its port or IPv4 address is invalid."""
    match = re.fullmatch(HOST_AND_PORT.form, text)
    assert match
    port = int(match[3] or PORT)
    if not 1 <= port < 65535:
        raise InputError(
            f"{text} has no valid port",
            why="a port is a number from 1 to 65534; the farm's store uses the next port",
            fix=f"leave out the port to use {PORT}: {text.rpartition(':')[0]}",
        )
    refuse_half(match[1] or "")
    return Place(match[1] or match[2], port)


def refuse_half(host: str) -> None:
    """Raise InputError for a host of digits and dots that is not a whole IPv4 address.

    The system would take 192.168.7 for 192.168.0.7.
    """
    if re.fullmatch(r"[0-9.]+", host):
        numbers = [int(one) for one in host.split(".") if one]
        if len(host.split(".")) != FOUR or len(numbers) != FOUR or max(numbers) > LAST:
            raise InputError(
                f"{host} is not an address",
                why=f"an address is four numbers from 0 to {LAST}, such as 192.168.0.7",
                fix="type the whole address that doit farm prints on its machine",
            )


def engine() -> Any:
    """Return the farm's engine. Raise InputError if its packages are not installed."""
    try:
        return import_module("collide.farm.dask_engine")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("collide"):
            raise
        raise InputError(
            "a farm needs a package that is not installed",
            why=f"the package {error.name} is not installed; it comes with the extra [farm]",
            fix=EXTRA,
        ) from None


def machine_folder() -> Path:
    """Return this machine's folder for farms: COLLIDE_FARM_CACHE or the default."""
    named = os.environ.get("COLLIDE_FARM_CACHE")
    return Path(named or "~/.cache/collide/farm").expanduser()


def store_folder() -> Path:
    """Return the folder for the store that `doit farm` serves."""
    return machine_folder() / "store"


def nobody(error: BaseException) -> Exception:
    """Return the error for an unreachable farm, from the root cause of `error`."""
    cause: BaseException = error
    while cause.__cause__:
        cause = cause.__cause__
    text = str(cause) or SILENT
    strange = any(sign in text for sign in ("SSL", "ssl", "certificate", "TLS"))
    if strange:
        return StrangerError(text)
    if "Connection refused" in text:
        return NoFarmError(REFUSED)
    late = "timed out" in text.lower()
    return NoFarmError(SILENT if late else ERRNO.sub("", text.partition("\n")[0]))
