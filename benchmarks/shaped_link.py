"""A link with a known rate: a network namespace behind a veth pair, shaped both ways by tc's tbf.

The link needs root, the programs ip and tc (iproute2), and a kernel with tbf. It does not use
netem, so only its queue adds a delay.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

BURST = 32 << 10  # bytes per burst; with fewer, the rate is not reached


@dataclass(frozen=True)
class Link:
    """A link between this machine, at `host`, and the programs started with `inside`."""

    host: str
    inside: tuple[str, ...]


@contextmanager
def shaped(rate: float) -> Iterator[Link]:
    """Yield a link for `rate` bytes per second each way; raise OSError if it cannot be made."""
    name = f"collide{os.getpid()}"
    here, there, number = f"ch{os.getpid()}", f"ct{os.getpid()}", os.getpid() % 250
    host = f"10.213.{number}.1"
    bits = f"{rate * 8:.0f}bit"
    tbf = ["tbf", "rate", bits, "burst", str(BURST), "latency", "400ms"]
    _do("ip", "netns", "add", name)
    try:
        _do("ip", "link", "add", here, "type", "veth", "peer", "name", there)
        _do("ip", "link", "set", there, "netns", name)
        _do("ip", "addr", "add", f"{host}/30", "dev", here)
        _do("ip", "-n", name, "addr", "add", f"10.213.{number}.2/30", "dev", there)
        _do("ip", "link", "set", here, "up")
        for device in (there, "lo"):
            _do("ip", "-n", name, "link", "set", device, "up")
        _do("tc", "qdisc", "add", "dev", here, "root", *tbf)
        _do("tc", "-n", name, "qdisc", "add", "dev", there, "root", *tbf)
        yield Link(host, ("ip", "netns", "exec", name))
    finally:
        for words in (("link", "del", here), ("netns", "del", name)):
            with suppress(OSError):
                _do("ip", *words)


def _do(*words: str) -> None:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise OSError(f"{words[0]} is not installed: apt-get install iproute2") from None
    if done.returncode:
        raise OSError(f"{' '.join(words)}: {done.stderr.strip()}")
