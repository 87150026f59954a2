"""A wall around a process that reads what strangers offer: what it cannot do, whatever it is told.

Python asks its audit hooks before it connects, opens or starts anything, and no hook can be
taken away again. So it is not the address that was typed which is looked at, but each one that
is connected to: after names were looked up, after every redirect, out of every playlist.
"""

import ipaddress
import os
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

SPEAKS = ("socket.connect", "socket.sendto", "socket.sendmsg")
STARTS = (
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
    "os.forkpty", "pty.spawn",
)  # fmt: skip
MOVES = ("os.rename", "os.link", "os.symlink")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

# IPv4 in IPv6 as it is carried over a network that knows only the latter, RFC 6052.
CARRIED = ipaddress.ip_network("64:ff9b::/96")


def shut(
    folder: Path, *, loopback: Collection[int] = (), programs: Collection[str] = ()
) -> list[str]:
    """Let this process connect to public addresses only, and write below `folder` only, for ever.

    Returns a list to which each refused connection is added, in words: what asked for it may
    tell of it in words that say nothing.

    Args:
        folder: the one place it may write to.
        loopback: ports of this machine that may be spoken to all the same, for tests.
        programs: names of programs it may start.
    """
    wall = _Wall(Path(os.path.realpath(folder)), loopback, programs)
    sys.addaudithook(wall)
    return wall.refusals


class _Wall:
    """Is asked before each act of the process."""

    def __init__(self, home: Path, loopback: Collection[int], programs: Collection[str]) -> None:
        self.home, self.loopback, self.programs = home, loopback, programs
        self.refusals: list[str] = []
        self.judges: dict[str, Callable[..., None]] = {
            **dict.fromkeys(SPEAKS, self.speaks),
            **dict.fromkeys(STARTS, self.starts),
            **dict.fromkeys(MOVES, self.moves),
            "open": self.opens,
        }

    def __call__(self, event: str, given: tuple[Any, ...]) -> None:
        if judge := self.judges.get(event):
            judge(*given)

    def speaks(self, _: Any, address: Any, *__: Any) -> None:
        if trouble := refused(address, self.loopback):
            self.refusals.append(trouble)
            raise PermissionError(trouble)

    def starts(self, program: Any = "", *_: Any) -> None:
        if Path(os.fsdecode(program or "")).name not in self.programs:
            raise PermissionError(f"{program}: no program is started here")

    def opens(self, path: Any, _: Any, flags: int) -> None:
        if isinstance(path, str | bytes | os.PathLike) and flags & WRITES and path != os.devnull:
            self.moves("", path)

    def moves(self, _: Any, path: Any, *__: Any) -> None:
        place = Path(os.path.realpath(os.fsdecode(path)))
        if not place.is_relative_to(self.home):
            raise PermissionError(f"{place}: nothing is written there")


def refused(address: Any, loopback: Collection[int] = ()) -> str:
    """Return why an address must not be spoken to, "" where it may be.

    Args:
        address: as `socket.connect` takes it.
        loopback: ports of this machine that may.
    """
    try:
        host, port = tuple(address)[:2]
        ip = _real(ipaddress.ip_address(str(host)))
    except (TypeError, ValueError):  # a name, or a socket in the file system
        return f"{address!r} is no address of the network"
    if ip.is_loopback and port in loopback:
        return ""
    if not ip.is_global or ip.is_multicast:
        return f"{ip} is not a public address"
    return ""


def _real(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in CARRIED:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip
