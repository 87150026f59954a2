"""A sandbox for a process that reads untrusted data: public addresses only, one writable folder.

Python calls its audit hooks before it connects, opens a file or starts a program, and a hook cannot
be removed. So the sandbox checks every address that the process connects to: the requested address,
a resolved name, the target of a redirect, or an entry of a playlist.

The sandbox covers only operations that Python announces in this process. It covers neither calls
that Python does not announce (os.mkfifo, C code in a library), nor programs that the process
starts. It protects yt-dlp against malicious pages, not against code that tries to escape.
"""

import ipaddress
import os
import sys
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Any

IP = ipaddress.IPv4Address | ipaddress.IPv6Address

SPEAKS = ("socket.connect", "socket.sendto", "socket.sendmsg")
STARTS = (
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
    "os.forkpty", "pty.spawn",
)  # fmt: skip
# Events that change files, and the number of their leading arguments that are paths.
CHANGES = {
    **dict.fromkeys(("os.rename", "os.link"), 2),  # a link is a second way to change a file
    **dict.fromkeys((
        "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod", "os.chown", "os.chflags",
        "os.utime", "os.setxattr", "os.removexattr",
    ), 1),
}  # fmt: skip
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

# All public IPv6 space assigned so far (RFC 4291). To Python 3.11, unassigned addresses are also
# global, and so are old forms of IPv4 in IPv6, which systems still understand.
PUBLIC = ipaddress.ip_network("2000::/3")
# IPv4 addresses embedded in IPv6, for IPv6-only networks (RFC 6052).
CARRIED = ipaddress.ip_network("64:ff9b::/96")


def shut(
    folder: Path, *, loopback: Collection[int] = (), programs: Collection[str] = ()
) -> list[str]:
    """Restrict this process permanently to public addresses and to writing below `folder`.

    Args:
        loopback: ports on this machine that are also allowed, for tests.
        programs: names of programs that the process may start.

    Returns:
        A list that collects the reason for each refused connection, which yt-dlp's error may hide.
    """
    wall = _Wall(Path(os.path.realpath(folder)), loopback, programs)
    sys.addaudithook(wall)
    return wall.refusals


class _Wall:
    """The audit hook, which Python calls before each audited operation of the process."""

    def __init__(self, home: Path, loopback: Collection[int], programs: Collection[str]) -> None:
        self.home, self.loopback, self.programs = home, loopback, programs
        self.refusals: list[str] = []
        self.judges: dict[str, Callable[..., None]] = {
            **dict.fromkeys(SPEAKS, self.speaks),
            **dict.fromkeys(STARTS, self.starts),
            **{event: partial(self.changes, paths) for event, paths in CHANGES.items()},
            "os.symlink": self.links,
            "open": self.opens,
            "sqlite3.connect": self.connects,
        }

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if judge := self.judges.get(event):
            judge(*arguments)

    def speaks(self, _: Any, address: Any, *__: Any) -> None:
        if trouble := refused(address, self.loopback):
            self.refusals.append(trouble)
            raise PermissionError(trouble)

    def starts(self, program: Any = "", *_: Any) -> None:
        if Path(os.fsdecode(program or "")).name not in self.programs:
            raise PermissionError(f"{program}: starting it is not allowed")

    def opens(self, path: Any, _: Any, flags: int) -> None:
        if not isinstance(path, str | bytes | os.PathLike) or path == os.devnull:
            return
        if flags & WRITES:
            self.changes(1, path)
        elif os.path.isdir(path):  # noqa: PTH112 - bytes too
            # calls relative to an open folder would be announced without that folder
            raise PermissionError(f"{path!r}: opening a folder is not allowed")

    def changes(self, paths: int, *arguments: Any) -> None:
        """Check the first `paths` arguments, both as named and with links resolved."""
        for path in arguments[:paths]:
            for place in _places(path):
                if not place.is_relative_to(self.home):
                    raise PermissionError(f"{place}: writing there is not allowed")

    def links(self, _: Any, path: Any, *__: Any) -> None:
        self.changes(1, path)  # the target of a link is checked when something is written to it

    def connects(self, database: Any) -> None:
        # a name may be a file URL, and ATTACH opens other files unannounced
        raise PermissionError(f"{database!r}: opening a database is not allowed")


def _places(path: Any) -> tuple[Path, ...]:
    """Return the paths that a change may affect: the target of a link, and the link itself."""
    if isinstance(path, int):  # the descriptor of an open file
        return (Path(os.path.realpath(f"/dev/fd/{path}")),)
    name = os.fsdecode(path)
    folder, last = os.path.split(name.rstrip(os.sep))
    return Path(os.path.realpath(name)), Path(os.path.realpath(folder), last)


def refused(address: Any, loopback: Collection[int] = ()) -> str:
    """Return why the address of a socket call is refused, or "" if it is allowed."""
    try:
        host, port = tuple(address)[:2]
        ips = _destinations(ipaddress.ip_address(str(host)))
    except (TypeError, ValueError):  # the address is an unresolved name or a path
        return f"{address!r} is not a network address"
    for ip in ips:
        public = ip.is_global and not ip.is_multicast and (ip.version == 4 or ip in PUBLIC)
        if not public and not (ip.is_loopback and port in loopback):
            return f"{ip} is not a public address"
    return ""


def _destinations(ip: IP) -> Sequence[IP]:
    """Return the addresses that a connection to `ip` reaches: `ip`, or those embedded in it."""
    if isinstance(ip, ipaddress.IPv4Address):
        return (ip,)
    if ip in CARRIED:
        return (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF),)
    if ip.teredo:  # it embeds a server and the client behind it (RFC 4380)
        return ip.teredo
    return (ip.ipv4_mapped or ip.sixtofour or ip,)
