"""The machines of a farm, as they describe themselves: one entry per worker process.

A piece is sent only to workers with the client's versions of ffmpeg and collide, which `tag`
combines.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from collide.base.errors import printable
from collide.farm.order import code_digest

TEXTS = ("name", "engine", "code", "doing", "far", "trouble")
COUNTS = ("cores", "pieces", "refused")
OUTSIDE = ("address", "seen")  # the fields that a worker does not report itself
MOST = 1e9  # limit on each number that a worker reports
LONGEST = 240  # maximum length of each text that a worker reports


@dataclass(frozen=True)
class Machine:
    """One worker process."""

    name: str  # "tower-2", or "tower-2/3" if a machine has several workers
    engine: str = ""  # digest of its ffmpeg
    code: str = ""  # digest of its collide
    cores: int = 0
    pieces: int = 0  # rendered so far
    seconds: float = 0.0  # time spent on these pieces
    doing: str = ""  # its current piece
    far: str = ""  # its progress, as text
    refused: int = 0  # pieces that it refused
    trouble: str = ""  # the reason for the last refusal
    address: str = ""  # its address in the farm's engine
    seen: float = 0.0  # time of its last answer to the scheduler, by the scheduler's clock

    @property
    def tag(self) -> str:
        """Return the tag that a piece must have to be sent to this machine."""
        return tag(self.engine, self.code)

    def text(self) -> str:
        """Return the machine's description as JSON."""
        return json.dumps({n: v for n, v in vars(self).items() if n not in OUTSIDE})

    def line(self) -> str:
        """Return the machine as a line of text, with a second line if it refused pieces."""
        rate = f", {self.seconds / self.pieces:.1f} s each" if self.pieces else ""
        work = f"{self.pieces} rendered{rate}"
        doing = f"renders {self.doing} {self.far}".rstrip() if self.doing else "waits"
        start = f"{self.name:<16} {self.cores:>3} cores  ffmpeg {self.engine[:8]}"
        line = f"{start}  collide {self.code[:8]}  {work:<24} {doing}"
        return f"{line}\n  {self.refused} refused: {self.trouble}" if self.refused else line


def rate(machines: Iterable[Machine]) -> str:
    """Return the combined rate of machines as text, or "" before the first rendered piece."""
    each = [one.pieces / one.seconds for one in machines if one.pieces and one.seconds]
    return f"{60 * sum(each):.1f} pieces a minute" if each else ""


def tag(engine: str, code: str) -> str:
    """Return a short identifier for a pair of ffmpeg and collide versions."""
    return f"{engine[:16]}-{code[:16]}"


def read_machine(text: Any, address: str) -> Machine:
    """Read a worker's description; if it is invalid, name the machine after its address."""
    try:
        held = json.loads(text)
        plain: dict[str, Any] = {name: int(held[name]) for name in COUNTS}
        plain["seconds"] = float(held["seconds"])
        if not all(0 <= number < MOST for number in plain.values()):  # this refuses NaN too
            raise ValueError("a number in it is negative or too large")
        plain |= {name: printable(str(held[name]))[:LONGEST] for name in TEXTS}
        return Machine(**plain, address=address)
    except (TypeError, KeyError, ValueError, OverflowError, RecursionError):
        return Machine(name=address, address=address)


def fitting(machines: Iterable[Machine], engine: str) -> list[Machine]:
    """Return the machines that render with the ffmpeg `engine` and this version of collide."""
    wanted = tag(engine, code_digest())
    return [machine for machine in machines if machine.tag == wanted]


def unfit(machines: Iterable[Machine], engine: str) -> list[str]:
    """Return a line for each group of machines that `fitting` omits, with reason and fix."""
    engines: Mapping[str, list[str]] = defaultdict(list)
    codes: Mapping[str, list[str]] = defaultdict(list)
    for machine in machines:
        if machine.engine != engine:
            engines[machine.engine[:8]].append(machine.name)
        elif machine.code != code_digest():
            codes[machine.code[:8]].append(machine.name)
    lines = [
        f"left out: {', '.join(sorted(names))}, with ffmpeg {held} instead of {engine[:8]}; "
        "run there: pip install -c constraints.txt -e '.[farm]'"
        for held, names in engines.items()
    ]
    lines += [
        f"left out: {', '.join(sorted(names))}, with collide {held} instead of "
        f"{code_digest()[:8]}; on the older of the two (git log -1), run git pull and "
        "pip install, then doit work again"
        for held, names in codes.items()
    ]
    return lines


def namesakes(machines: Iterable[Machine], host: str = "HOST") -> list[str]:
    """Return a line for each name that several workers of the farm at `host` share."""
    counts = Counter(machine.name for machine in machines)
    return [
        f"{count} workers are called {name}: to tell them apart, run doit work {host} name={name}-2"
        for name, count in sorted(counts.items())
        if count > 1
    ]


def none_fits(machines: list[Machine], engine: str, host: str = "HOST") -> str:
    """Return why no worker of the farm at `host` can render a piece."""
    if not machines:
        return f"no worker has joined; run doit work {host} on each machine"
    theirs = sorted({machine.engine[:8] for machine in machines})
    if engine[:8] not in theirs:
        return f"no worker has ffmpeg {engine[:8]}; they have {', '.join(theirs)}"
    codes = sorted({one.code[:8] for one in machines if one.engine[:8] == engine[:8]})
    start = f"no worker with ffmpeg {engine[:8]} has collide {code_digest()[:8]}"
    return f"{start}; they have {', '.join(codes)}"
