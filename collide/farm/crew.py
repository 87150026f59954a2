"""The crew: which workers of a farm can render this machine's pieces, and which are left out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from collide.base.clock import monotonic
from collide.base.words import joined
from collide.farm.machines import Machine, fitting, namesakes, none_fits, unfit

STRIKES = 3  # number of faults that exclude a worker; see `strike`
NOBODY = ""  # instead of an address if no worker may get a piece
LOST = "it was lost in transit"  # the reason for a missing answer if no machine is at fault
ALONE = 60.0  # seconds without any answering worker before the rest is rendered here
JOINING = 30.0  # seconds to wait if no piece is in flight, since workers may still join
LEFT = 3.0  # seconds until a missing worker is reported as gone
SILENT = 15.0  # seconds without an answer until a worker is reported as silent
AGAIN = 5.0  # minimum seconds between two checks for the farm's return
GONE = "the farm is gone: finished pieces are kept, and the farm is tried again before each piece"


class Workers(Protocol):
    """The interface of a farm's engine; see dask_engine.Pool."""

    @property
    def lost(self) -> bool:
        """Return whether the farm is gone."""

    def machines(self) -> list[Machine]:
        """Return the current workers."""

    def send(self, key: str, text: str, tag: str, only: list[str]) -> None:
        """Send a task to a worker with this tag at one of the addresses in `only` ([] for any)."""

    def ended(self, seconds: float) -> tuple[str, str | None, str] | None:
        """Return the key of the next task that ends, its answer or None, and the reason for None.

        Return None if no task ends within `seconds` or if the task was dropped.
        """

    def drop(self, key: str) -> None:
        """Cancel a task."""

    def close(self) -> None:
        """Cancel all tasks and disconnect."""


class Nobody:
    """The workers of a farm that does not answer."""

    lost = True

    def machines(self) -> list[Machine]:
        """Return no workers."""
        return []

    def send(self, key: str, text: str, tag: str, only: list[str]) -> None:
        """Do nothing."""

    def ended(self, seconds: float) -> tuple[str, str | None, str] | None:  # noqa: ARG002
        """Return None: a task never ends."""
        return None

    def drop(self, key: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


@dataclass
class Crew:
    """The workers of a farm, as seen by a client whose pieces need a certain ffmpeg.

    Args:
        workers: the connection to the farm's workers.
        engine: the digest of the ffmpeg that the pieces need.
        say: prints a line.
        again: tries briefly to reach a lost farm; returns its workers, or None if that fails.
        ours: returns whether the named piece is in flight for this client.
    """

    workers: Workers
    engine: str
    say: Callable[[str], None]
    again: Callable[[], Workers | None] = lambda: None
    ours: Callable[[str], bool] = lambda _: False
    _strikes: Counter[str] = field(default_factory=Counter)
    _noted: set[str] = field(default_factory=set)
    _there: dict[str, Machine] = field(default_factory=dict)  # the fit workers seen so far, by name
    _gone: set[str] = field(default_factory=set)  # names of workers reported as gone
    _silent: set[str] = field(default_factory=set)  # addresses of workers reported as silent
    _seen: dict[str, tuple[float, float]] = field(default_factory=dict)  # by address: see `_listen`
    _missing: dict[str, float] = field(default_factory=dict)  # by name: when it was first missed
    _alone: float | None = None  # when workers stopped answering, or None if a worker answers
    _last_try: float | None = None  # when a lost farm was last tried
    _why: str = ""  # the last printed reason for rendering the rest here

    def __post_init__(self) -> None:
        if self.workers.lost:  # the failed attempt to connect has just printed why
            self._why, self._last_try = GONE, monotonic()

    def able(self) -> list[Machine]:
        """Report problems with workers; return the fit workers that are not excluded."""
        there = self.workers.machines()
        for text in [*unfit(there, self.engine), *namesakes(there)]:
            self._once(text)
        fit = fitting(there, self.engine)
        if not self.workers.lost:
            self._compare({one.name: one for one in fit})
            self._listen(fit)
        return [one for one in fit if self._strikes[one.name] < STRIKES]

    def idle(self) -> list[str]:
        """Return the addresses of idle workers that answer."""
        return [one.address for one in self.able() if not one.doing and self.answers(one)]

    def begun(self) -> set[str]:
        """Return the pieces that workers are rendering now."""
        return {one.doing for one in self.able() if one.doing}

    def answers(self, machine: Machine) -> bool:
        """Return whether a worker still answers the scheduler."""
        return machine.address not in self._silent

    def room(self) -> int:
        """Return how many pieces may be in flight: a few more than workers, so no worker waits.

        Return 0 if there are no workers.
        """
        count = len(self.able())
        return count + max(1, count // 4) if count else 0

    def gone(self, *, flying: bool) -> str:
        """Return why pieces are rendered here, or "" while workers answer or may still answer."""
        if self.workers.lost:
            return self._reported(GONE)
        able = self.able()
        if any(map(self.answers, able)):
            self._alone, self._why = None, ""
            return ""
        now, there = monotonic(), self.workers.machines()
        self._alone = now if self._alone is None else self._alone
        wait = ALONE if flying else JOINING
        if (flying or able or not there) and now - self._alone < wait:
            if not (flying or able or self._why):
                self._once(f"no worker has joined yet: waiting at most {wait:.0f} s")
            return ""
        if able:
            return self._reported(f"{_are(one.name for one in able)} silent: {HERE}")
        left_out = fitting(there, self.engine)
        none = f"{_are(one.name for one in left_out)} left out, and there is no other worker"
        return self._reported(f"{none if left_out else none_fits(there, self.engine)}: {HERE}")

    def is_back(self) -> bool:
        """Return whether a worker answers; for a lost farm, return whether it is back.

        A lost farm is tried at most every AGAIN seconds.
        """
        if not self.workers.lost:
            return any(map(self.answers, self.able()))
        if self._last_try is not None and monotonic() - self._last_try < AGAIN:
            return False
        workers = self.again()
        self._last_try = monotonic()
        if workers is None:
            return False
        self.workers.close()
        self.workers, self._alone, self._last_try, self._why = workers, None, None, ""
        self._noted.clear()
        for group in (self._there, self._gone, self._missing, self._silent, self._seen):
            group.clear()
        self.say("the farm is back")
        return True

    def others(self, names: Sequence[str]) -> list[Machine]:
        """Return the workers that are not in `names`, if possible on other machines."""
        beside = [one for one in self.able() if one.name not in names]
        hosts = {_host(name) for name in names}
        return [one for one in beside if _host(one.name) not in hosts] or beside

    def permitted(self, avoided: Sequence[str]) -> list[str]:
        """Return the addresses of the workers that may get a piece, except those in `avoided`.

        Workers on the same machines are left out too, unless no other worker remains. The result []
        stands for all workers, and [NOBODY] for no worker.
        """
        if not avoided and all(count < STRIKES for count in self._strikes.values()):
            return []
        return [one.address for one in self.others(avoided)] or [NOBODY]

    def strike(self, name: str, how: str = "failed on {} pieces that others rendered") -> None:
        """Count a worker's fault, and exclude the worker after STRIKES faults.

        A fault is a refusal because of the machine's own disk, memory or programs, or a failure on
        a piece that another worker rendered.
        """
        self._strikes[name] += 1
        if self._strikes[name] == STRIKES:
            self.say(f"{name} {how.format(STRIKES)}, and gets no more")

    def _reported(self, why: str) -> str:
        """Return why pieces are rendered here, and print the reason if it is new."""
        if why != self._why:
            self.say(why)
        self._why = why
        return why

    def _once(self, text: str) -> None:
        if text not in self._noted:
            self._noted.add(text)
            self.say(text)

    def _compare(self, there: Mapping[str, Machine]) -> None:
        """Report workers that came back and workers that have been missing for LEFT seconds.

        When a farm ends, its workers vanish just before its scheduler. The delay avoids reports
        about these workers.
        """
        now = monotonic()
        for name in sorted(self._there.keys() - there.keys()):
            since = self._missing.setdefault(name, now)
            if now - since >= LEFT and name not in self._gone:
                self._gone.add(name)
                self.say(self._parting(self._there[name], others=bool(there)))
        for name in sorted(there.keys() & self._missing.keys()):
            del self._missing[name]
            if name in self._gone:
                self._gone.remove(name)
                self.say(f"{name} is back")
        self._there.update(there)

    def _parting(self, machine: Machine, *, others: bool) -> str:
        """Return the line about a worker that left, perhaps while rendering a piece of ours."""
        if not (machine.doing and self.ours(machine.doing)):
            return f"{machine.name} left"
        then = f"waits at most {ALONE:.0f} s for a worker, then it is rendered here"
        where = "goes to another worker" if others else then
        return f"{machine.name} is gone: {machine.doing} {where}"

    def _listen(self, there: Sequence[Machine]) -> None:
        """Report workers that stopped answering the scheduler and workers that answer again.

        For each worker, `_seen` holds the time of its last answer (by the scheduler's clock) and
        the time when the answer was noticed (by this machine's clock). The two times are never
        compared.
        """
        now = monotonic()
        for one in there:
            seen, since = self._seen.get(one.address, (-1.0, now))
            if seen != one.seen:
                self._seen[one.address] = one.seen, now
                if one.address in self._silent:
                    self._silent.remove(one.address)
                    self.say(f"{one.name} answers again")
            elif now - since >= SILENT and one.address not in self._silent:
                self._silent.add(one.address)
                self.say(_quiet(one, now - since, ours=self.ours(one.doing)))


def _quiet(machine: Machine, seconds: float, *, ours: bool) -> str:
    """Return the line about a silent worker, which may be rendering a piece of ours."""
    start = f"{machine.name} has been silent for {seconds:.0f} s"
    if not ours:
        return start
    then = "after a minute of silence another worker gets it, or it is rendered here"
    return f"{start} while rendering {machine.doing}: {then}"


HERE = "the rest is rendered here, and the farm is tried again before each piece"


def _are(names: Iterable[str]) -> str:
    """Return the names, sorted, with the verb: "a is", or "a and b are"."""
    listed = sorted(names)
    return f"{joined(listed)} {'is' if len(listed) == 1 else 'are'}"


def _host(name: str) -> str:
    return name.partition("/")[0]
