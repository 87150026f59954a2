"""`doit work HOST` runs a machine's worker processes and restarts processes that fail.

Each worker is a separate process, which ends with its scheduler. A process that ends is started
again, so a killed worker rejoins, and all workers rejoin a restarted scheduler. A worker that has
been idle for longer than `idle=` leaves for good. All workers exit with this process.
"""

import math
import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from collide.base.clock import monotonic, sleep
from collide.base.errors import Cancelled, InputError, TaskError
from collide.base.words import several
from collide.cli.request import Request
from collide.engine.machine import cores, free_memory
from collide.engine.programs import Engine, find_engine
from collide.engine.safety import NO_LIMIT, Bounds, certificates, proxies
from collide.farm.farm_place import (
    NoFarmError,
    Place,
    StrangerError,
    engine,
    machine_folder,
    place_of,
)
from collide.farm.slot import ADDRESS, STRANGER
from collide.farm.strangers import elsewhere, refuse_other, stranger
from collide.run.progress import long
from collide.shared.farm_key import FarmKey, farm_key_path
from collide.shared.s3_door import BUCKETS
from collide.store.locks import held_now
from collide.text_limits import HOST_AND_PORT

CORES = 2  # cores that one piece keeps busy
MEMORY = 3 << 30  # bytes that one piece may need
AGAIN = 2.0  # seconds before a worker that ended is started again
REMIND = 300.0  # seconds between two reminders that no farm answers
MOST = 1000  # the maximum number of machines that share a name
OWN = "COLLIDE_"  # prefix of collide's environment variables


@dataclass
class Foreman:
    """The workers on this machine, each run by its own thread."""

    place: Place
    name: str
    slots: int
    idle: float  # seconds without work until a worker leaves
    engine: Engine
    lines: "SimpleQueue[str]" = field(default_factory=SimpleQueue)
    strange: bool = False  # whether the farm has a different key
    _waits: set[int] = field(default_factory=set)  # slots whose failure was printed
    _joined: set[int] = field(default_factory=set)  # slots that have joined the farm
    _since: float | None = None  # time of the first failure since a slot last joined, or None
    _reminded: float = 0.0  # seconds from `_since` to the last reminder
    _over: bool = False  # whether no farm has answered for `idle` seconds

    def run(self) -> None:
        """Keep all workers running until they leave or the foreman is stopped."""
        threads = [Thread(target=self._keep, args=(n,), daemon=True) for n in range(self.slots)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            try:
                print(self.lines.get(timeout=0.2))
            except Empty:
                self._wait()
        while not self.lines.empty():
            print(self.lines.get())

    def _wait(self) -> None:
        """Leave if no farm has answered for `idle` seconds; until then, print reminders."""
        if self._joined or self._since is None or self._over:
            return
        waited = monotonic() - self._since
        what = f"{self.name}: no farm has answered at {self.place.typed} for"
        if waited >= self.idle:
            self._over = True
            self.lines.put(f"{what} {long(self.idle)}; the worker leaves")
            self.engine.cancel.stop()
        elif waited - self._reminded >= REMIND:
            self._reminded = waited
            self.lines.put(f"{what} {long(waited)}; the worker keeps trying")

    def _keep(self, number: int) -> None:
        """Run a worker and restart it until it leaves, is stopped, or lacks the farm's key."""
        words = [
            self.place.address,
            str(machine_folder()),
            self._called(number),
            self.place.store,
            str(math.ceil(cores() / self.slots)),
            str(self.idle),
        ]
        while not self.strange and not self._over:
            try:
                self.engine.work(
                    "farm.slot", words, cwd=machine_folder(), bounds=BOUNDS, env=passed_on(),
                    on_output=lambda line: self._on_output(number, line),
                )  # fmt: skip
                self.lines.put(f"{self._called(number)}: left")
                return
            except Cancelled:
                return
            except TaskError as error:
                self._ended(number, error.why)
            sleep(AGAIN)

    def _ended(self, number: int, why: str) -> None:
        """Record that a worker ended; print why, but only once until it joins again."""
        self._joined.discard(number)
        if self._since is None and not self._joined:
            self._since, self._reminded = monotonic(), 0.0
        code = why.partition("exit code ")[2].partition("\n")[0]
        self.strange |= code == str(STRANGER)
        if number not in self._waits and not self.strange:
            last = why.splitlines()[-1]
            asks = " (did doit farm print this address?)" if code == str(ADDRESS) else ""
            self.lines.put(f"{self._called(number)}: {last}{asks}; it keeps trying")
        self._waits.add(number)

    def _on_output(self, number: int, line: str) -> None:
        if line.startswith("joined"):
            self._waits.discard(number)
            self._joined.add(number)
            self._since = None
        elif number in self._waits:  # the reason was printed at the first attempt
            return
        self.lines.put(f"{self._called(number)}: {line}")

    def _called(self, number: int) -> str:
        return f"{self.name}/{number + 1}" if self.slots > 1 else self.name


BOUNDS = Bounds(math.inf, NO_LIMIT, NO_LIMIT, patience=math.inf)


def work(request: Request) -> int:
    """Run workers for the requested farm until they leave, or Ctrl-C ends them."""
    place = place_of(_host(request))
    name = request.value("name") or os.uname().nodename.partition(".")[0]
    slots = request.value("slots") or fitting_slots()
    idle = request.value("idle", math.inf)
    engine()
    key = FarmKey.read(host=place.host)
    folder = machine_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        if not stack.enter_context(held_now(folder / f"{name}.lock")):
            raise InputError(
                f"a worker called {name} is already running on this machine",
                why=f"{folder / f'{name}.lock'} is locked; both would use the same folder",
                fix=request.line(name=f"{name}-2"),
            )
        ffmpeg = find_engine(request.context.cancel)
        stack.callback(ffmpeg.cancel.stop)
        others = _refuse_unreachable(place, key.path)
        name = _own_name(stack, folder, name, others, place, typed="name" in request.variables)
        foreman = Foreman(place, name, slots, idle, ffmpeg)
        at_once = f"{several(slots, 'piece')} at once, on {several(cores(), 'core')}"
        print(f"{name}: {at_once}, for the farm at {place.typed}")
        leaves = f" after {long(idle)} without work, or" if idle < math.inf else ""
        print(f"it leaves{leaves} on Ctrl-C; its cache is in {folder}")
        foreman.run()
    if foreman.strange:
        raise stranger(place, key.path)
    return 0


def _own_name(
    stack: ExitStack, folder: Path, name: str, others: set[str], place: Place, *, typed: bool
) -> str:
    """Return this machine's name in the farm; add a number to a default name that is taken."""
    if name not in others:
        return name
    if typed:
        print(
            f"another worker of this farm is called {name}; type a different name= to tell them "
            "apart"
        )
        return name
    names = (f"{name}-{number}" for number in range(2, MOST))
    free = next(
        one for one in names
        if one not in others and stack.enter_context(held_now(folder / f"{one}.lock"))
    )  # fmt: skip
    print(f"another machine of this farm is called {name}: this one is {free}")
    print(f"for a different name:  doit work {place.typed} name=loft")
    return free


def fitting_slots() -> int:
    """Return the number of pieces that this machine can render in parallel."""
    return max(1, min(cores() // CORES, free_memory() // MEMORY))


def _host(request: Request) -> str:
    """Return the farm named in the command (as a word or as host=), or COLLIDE_FARM."""
    word = request.words[0] if request.words else ""
    if word and "host" in request.variables:
        raise InputError(
            f"the command names two farms: {word} and {request.variables['host']}",
            why="a worker can join only one farm",
            fix=f"doit work {word}",
        )
    typed = word or request.value("host") or os.environ.get("COLLIDE_FARM", "")
    if not typed:
        raise InputError(
            "doit work needs the machine that runs doit farm",
            why="the name or address of that machine is missing",
            fix="doit work HOST",
        )
    return str(_checked(typed))


def _checked(typed: str) -> str:
    try:
        return str(HOST_AND_PORT.read(typed))
    except ValueError:
        raise InputError(
            f"{typed!r} is not a machine",
            why=f"it must be {HOST_AND_PORT}",
            fix="doit work HOST",
        ) from None


def _refuse_unreachable(place: Place, key: Path) -> set[str]:
    """Return the farm's machine names, or an empty set if the farm does not answer.

    It is not an error if the farm has not started yet, because the workers will wait for it.

    Raises:
        InputError: the machine does not exist, its farm has a different key, another program
            listens there, or a loopback address was given but this machine's farm listens
            elsewhere.
    """
    try:
        return {one.name.partition("/")[0] for one in engine().workers_of(place.address, key)}
    except StrangerError:
        raise stranger(place, key) from None
    except NoFarmError as error:
        refuse_other(place, key)
        if there := elsewhere(place, key):
            raise InputError(
                f"no farm answers at {place.typed}",
                why=f"this machine's farm listens at {there} only",
                fix=f"doit work {there}",
            ) from None
        if any(words in str(error) for words in UNKNOWN):
            raise InputError(
                f"there is no machine called {place.host}",
                why=str(error),
                fix="use its address, which hostname -I prints on that machine",
            ) from None
    return set()


UNKNOWN = ("Name or service", "No address", "nodename nor servname", "name resolution")


def passed_on() -> Mapping[str, str]:
    """Return a worker's environment: the variables of collide and of its network connections.

    The process runs in a different folder, which is also its home, so the paths of the key and of
    ffmpeg are made absolute.
    """
    named = {name: v for name, v in os.environ.items() if name.startswith((OWN, BUCKETS))}
    named["COLLIDE_FARM_KEY"] = str(farm_key_path().absolute())
    if named.get("COLLIDE_FFMPEG"):
        named["COLLIDE_FFMPEG"] = str(Path(named["COLLIDE_FFMPEG"]).absolute())
    return {**named, **certificates(), **proxies()}
