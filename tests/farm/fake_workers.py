"""Fakes for tests of the dispatcher: instant workers, a store, a packer and a run."""

import json
from collections import deque
from dataclasses import dataclass, field, replace

from collide.farm.answer import DONE, VIDEO, Answer
from collide.farm.crew import LOST
from collide.farm.machines import Machine
from collide.farm.order import code_digest, read_order
from collide.farm.packing import StaysError
from collide.run.forecast import Forecast, Guess
from collide.shared.shared_store import Blob
from tests.farm.test_orders import ORDER

ENGINE = ORDER.engine
HERE = replace(ORDER, code=code_digest())


def worker(name: str, engine: str = ENGINE) -> Machine:
    """Return a worker with this version of collide."""
    return Machine(name, engine, code_digest(), 2, address=f"tls://{name}")


@dataclass
class Workers:
    """Workers that return good answers, each with the next changes in `answers`."""

    there: list[Machine]
    answers: "deque[dict[str, object]]" = field(default_factory=deque)
    sent: list[dict[str, object]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    lost: bool = False
    by: dict[str, dict[str, object]] = field(default_factory=dict)  # changes to answers, by worker

    def machines(self) -> list[Machine]:
        """Return the workers that have joined."""
        return self.there

    def send(self, key, text, tag, only):
        """Record a sent task and the first worker that may take it."""
        names = [one.name for one in self.there if not only or one.address in only]
        self.sent.append({"key": key, "task": json.loads(text), "only": only,
                          "name": names[0]})  # fmt: skip

    def ended(self, seconds):
        """Return the next answer, to the oldest open task; after the last answer, lose the farm."""
        waiting = [one for one in self.sent if not one.get("ended")]
        if not waiting or not self.answers:
            self.lost |= bool(waiting)  # lost if a task waits, but no answer is left
            return None
        one, change = waiting[0], self.answers.popleft()
        change = {**change, **self.by.get(str(one["name"]), {})}
        one["ended"] = True
        if "lost" in change:
            return one["key"], None, LOST
        order = read_order(json.dumps(one["task"]["order"]))
        objects, tasks = {VIDEO: Blob("a" * 64, 1)}, {"mux": "1", "record": "2"}
        answer = Answer(
            order.key, DONE, "", one["name"], 2.0, order.look, objects, Blob("b" * 64, 1)
        )
        answer = replace(answer, tasks=tasks)
        return one["key"], replace(answer, **change).text(), ""

    def drop(self, key):
        """Record a canceled task."""
        self.dropped.append(key)

    def close(self):
        """Do nothing, because no connection is open."""


class Store:
    """A shared store that contains only entries."""

    def __init__(self):
        self.entries = {}

    def entry(self, name):
        """Return a published entry, or None."""
        return self.entries.get(name)

    def publish(self, name, body):
        """Store an entry."""
        self.entries[name] = body


@dataclass
class Packer:
    """A packer whose orders differ only in name, look and expected time."""

    store: Store = field(default_factory=Store)
    engine: str = ENGINE
    stays: tuple[str, ...] = ()
    here: tuple[str, ...] = ()  # pieces whose results are in this machine's store
    presets: tuple[str, ...] = ()
    knobs: dict[str, str] = field(default_factory=dict)

    def prepared(self, session, *, analyze=True):
        """Return the session, and a forecast in which only pieces in `here` need no render."""
        verdicts = ["restore"] if session.name in self.here else ["render"]
        guesses = {one: Guess("mux", one) for one in verdicts}
        return session, Forecast(session, guesses, set())

    def pack(self, session, plan, seconds=None):
        """Return an order, or raise an error if this machine must render the piece."""
        if session.name in self.stays:
            raise StaysError("it has its own scripts")
        number = f"{int(session.name[1:]):08x}"
        return replace(HERE, name=session.name, look=number, seconds=seconds)


class Many:
    """A run that collects outcomes and notes."""

    until = float("inf")
    always = False

    def __init__(self):
        self.outcomes, self.ticker, self.notes = [], self, []

    clock = staticmethod(lambda: 0.0)
    needless = staticmethod(lambda piece, forecast: None)
    expected = staticmethod(lambda forecast: 1.0)
    still = staticmethod(lambda pieces, at_once: "")
    tell = staticmethod(lambda text: None)

    def note(self, text):
        """Record a note."""
        self.notes.append(text)

    def add(self, outcome):
        """Record an outcome."""
        self.outcomes.append(outcome)
