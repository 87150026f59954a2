"""The machine's network addresses, and tests for ports."""

import socket
from contextlib import suppress

from collide.base.errors import InputError

OUTSIDE = "8.8.8.8"  # nothing is sent there: only the route to it is looked up
HERE = "127.0.0.1"


def address_towards(host: str) -> str:
    """Return this machine's address as seen from `host`. Raise OSError if there is no route."""
    family, _, _, _, target = socket.getaddrinfo(host, 1, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect(target)
        return str(probe.getsockname()[0])


def own_address() -> str:
    """Return this machine's address for other machines on the network.

    If there is a router, this is the address of the interface that leads to it. Without a router,
    it is the machine's only address; without a network, it is 127.0.0.1.

    Raises:
        InputError: there are several addresses but no router.
    """
    with suppress(OSError):
        return address_towards(OUTSIDE)
    addresses = network_addresses()
    if len(addresses) > 1:
        raise InputError(
            "this machine has several addresses: " + ", ".join(addresses),
            why="there is no router, so collide cannot tell which address other machines can reach",
            fix="\nor ".join(f"doit farm address={one}" for one in addresses),
        )
    return addresses[0] if addresses else HERE


def knock(address: str, patience: float) -> None:
    """Connect to "host:port" and disconnect. Raise OSError if nothing listens there."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), timeout=patience).close()


def can_listen(host: str, port: int) -> bool:
    """Return whether a program can listen on a port. Raise OSError if the host is unknown.

    For port 0, return whether the address belongs to this machine.
    """
    family, kind, _, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server sets this too
        try:
            probe.bind(target)
        except OSError:
            return False
    return True


def network_addresses() -> list[str]:
    """Return the IPv4 addresses of network interfaces that are up, except loopback addresses."""
    import psutil  # noqa: PLC0415  installed by the extra [farm]

    links = psutil.net_if_stats()
    return [
        one.address
        for link, addresses in sorted(psutil.net_if_addrs().items())
        for one in addresses
        if one.family == socket.AF_INET and links[link].isup
        if not one.address.startswith("127.")
    ]
