"""The machines of a farm, as they describe themselves: one entry per worker process, by name.

A piece goes only to workers with the same ffmpeg and the same collide; `tag` combines both.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from collide.base.errors import printable
from collide.farm.order import code_digest

TEXTS = ("name", "engine", "code", "doing")
LONGEST = 80  # characters of a text that a worker says of itself


@dataclass(frozen=True)
class Machine:
    """One worker process."""

    name: str  # "tower-2", or "tower-2/3" where a machine has several
    engine: str = ""  # digest of its ffmpeg
    code: str = ""  # digest of its collide
    cores: int = 0
    pieces: int = 0  # that it has made
    seconds: float = 0.0  # that these took
    doing: str = ""  # the piece it makes now
    address: str = ""  # by which the engine of the farm knows it

    @property
    def tag(self) -> str:
        """Return what is compared before a piece is sent."""
        return tag(self.engine, self.code)

    def text(self) -> str:
        """Return what it says of itself, as JSON."""
        return json.dumps({n: v for n, v in vars(self).items() if n != "address"})

    def line(self) -> str:
        """Return it as a line: name, cores, ffmpeg, what it makes, how fast."""
        rate = f"{self.seconds / self.pieces:.1f} s each" if self.pieces else ""
        made = f"{self.pieces} made {rate}".rstrip()
        doing = f"makes {self.doing}" if self.doing else "waits"
        start = f"{self.name:<16} {self.cores:>3} cores  ffmpeg {self.engine[:8]}"
        return f"{start}  collide {self.code[:8]}  {made:<20} {doing}"


def tag(engine: str, code: str) -> str:
    """Return a short name of an ffmpeg and a collide."""
    return f"{engine[:16]}-{code[:16]}"


def read_machine(text: Any, address: str) -> Machine:
    """Return what a worker says of itself; one that says nothing that can be read has no name."""
    try:
        held = json.loads(text)
        name, engine, code, doing = (printable(str(held[n]))[:LONGEST] for n in TEXTS)
        cores, pieces, seconds = int(held["cores"]), int(held["pieces"]), float(held["seconds"])
        return Machine(name, engine, code, cores, pieces, seconds, doing, address)
    except (TypeError, KeyError, ValueError):
        return Machine(name=address, address=address)


def fitting(machines: Iterable[Machine], engine: str) -> list[Machine]:
    """Return those that can make pieces of the ffmpeg `engine` with this collide."""
    wanted = tag(engine, code_digest())
    return [machine for machine in machines if machine.tag == wanted]


def unfit(machines: Iterable[Machine], engine: str) -> list[str]:
    """Return a line for each group of machines that cannot, with the reason and the cure."""
    engines: Mapping[str, list[str]] = defaultdict(list)
    codes: Mapping[str, list[str]] = defaultdict(list)
    for machine in machines:
        if machine.engine != engine:
            engines[machine.engine[:8]].append(machine.name)
        elif machine.code != code_digest():
            codes[machine.code[:8]].append(machine.name)
    lines = [
        f"{', '.join(sorted(names))} has ffmpeg {held}, not {engine[:8]}, and is left out: "
        "pip install -c constraints.txt -e '.[farm]' there"
        for held, names in engines.items()
    ]
    lines += [
        f"{', '.join(sorted(names))} has collide {held}, not {code_digest()[:8]}, and is left out: "
        "git pull there, then doit work again"
        for held, names in codes.items()
    ]
    return lines


def none_fits(machines: list[Machine], engine: str) -> str:
    """Return why no machine of a farm can make a piece."""
    if not machines:
        return "no worker has joined: on each machine, doit work HOST"
    theirs = sorted({machine.engine[:8] for machine in machines})
    if engine[:8] not in theirs:
        return f"no worker has ffmpeg {engine[:8]}; they have {', '.join(theirs)}"
    codes = sorted({machine.code[:8] for machine in machines})
    return f"no worker has collide {code_digest()[:8]}; they have {', '.join(codes)}"
