"""The dispatcher of a farm: prepares pieces here, sends them to workers, and delivers the results.

Longest first, to the worker that made a similar one before, with a few more in flight than there
are workers. A piece of a dead worker goes to another, without counting as a failure. One that a
worker refuses or fails is tried once more, elsewhere. The rest is left for this machine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from collide.base.errors import CollideError, InputError, TaskError
from collide.farm.answer import DONE, Answer, first_difference, read_answer
from collide.farm.answer import FAILED as NOT_MADE
from collide.farm.crew import LOST, Crew, Workers
from collide.farm.homecoming import bring_home
from collide.farm.machines import tag
from collide.farm.making import published, stored_answer
from collide.farm.packing import Packer, StaysError
from collide.farm.slot import task_text
from collide.farm.tickets import Ticket, likeness, opened_piece, rough_work
from collide.nights.child_render import FAILED, RENDERED, Outcome, finished
from collide.nights.queue import GRACE, OVER, Many, tried
from collide.project.project import Project
from collide.shared.shared_store import Missing

EVERY = 100  # of so many pieces one is made twice, and compared
TRIES = 2  # machines that may fail at a piece before it is its own fault
STAYS = "stays"  # of a piece that cannot travel
WAIT = 0.2  # seconds that are waited for an end, where there is nothing else to do


@dataclass
class FarmHands:
    """Makes pieces by the workers of a farm.

    Args:
        workers: the engine.
        packer: makes orders, and has the store that all see.
        url: of that store, as workers take it: "" for the farm's own.
        every: of so many pieces one is made twice.
        say: prints a line.
    """

    workers: Workers
    packer: Packer
    url: str
    every: int = EVERY
    say: Callable[[str], None] = print
    _flight: dict[str, Ticket] = field(default_factory=dict)
    _made: dict[str, str] = field(default_factory=dict)  # machine, by what pieces are like
    _left: list[Project] = field(default_factory=list)  # that no worker can make
    _after: Callable[[], None] = lambda: None  # is called after each piece

    def __post_init__(self) -> None:
        self._crew = Crew(self.workers, self.packer.engine, self.say)

    def play(
        self, many: Many, pieces: Sequence[Project], after_piece: Callable[[], None]
    ) -> Sequence[Project]:
        """Bring pieces up to date; return those that no worker can make."""
        waiting = sorted(pieces, key=rough_work, reverse=True)
        self._left, self._after = [], after_piece
        try:
            while waiting or self._flight:
                if gone := self._crew.gone(flying=bool(self._flight)):
                    self.say(gone)
                    flown = [ticket.project for ticket in self._flight.values()]
                    return [*self._left, *flown, *waiting]
                while waiting and len(self._flight) < self._crew.room():
                    self._begin(many, waiting.pop(0))
                    if self._flight and self._take(many, 0.0):
                        break
                self._take(many, WAIT)
                self._tell(many, len(waiting))
                self._free_stranded(many)
                self._stop_late(many)
            return self._left
        finally:
            for key in [*self._flight]:
                self.workers.drop(key)
            self._flight.clear()

    def heard(self, key: str, far: str) -> None:
        """Take how far a task is; called from another thread."""
        if ticket := self._flight.get(key):
            ticket.far = far

    def close(self) -> None:
        """Let go of the farm."""
        self.workers.close()

    def _begin(self, many: Many, piece: Project) -> None:
        """Prepare a piece and send it, unless it is up to date, fails, or no time is left."""
        many.ticker.tell(f"{piece.name}: looking at its clips")
        began, tickets = many.clock(), list[Ticket]()
        # while a worker waits for us, it does by itself what it can
        spare = len(self._flight) >= len(self._crew.able())

        def act() -> Outcome:
            with opened_piece(piece, self.packer) as session:
                plan, forecast = self.packer.prepared(session, analyze=spare)
                if outcome := many.needless(piece, forecast):
                    return outcome
                expected = many.expected(forecast)
                try:
                    order = self.packer.pack(session, plan, expected)
                except StaysError as error:
                    return Outcome(piece.name, STAYS, str(error))
                session.records = None  # that is for the homecoming
            twice = self.every > 0 and int(order.key[:8], 16) % self.every == 0
            tickets.append(Ticket(piece, order, expected, began, twice))
            return Outcome(piece.name, RENDERED)

        outcome = tried(piece, act)
        if outcome.status == STAYS:
            self._stay(piece, outcome.why)
            return
        if not tickets:
            many.add(replace(outcome, began=began))
            self._after()
            return
        ticket = tickets[0]
        found = None if ticket.twice else stored_answer(ticket.order, self.packer.store)
        if found:
            self._home(many, ticket, found)
        else:
            self._send(many, ticket)

    def _stay(self, piece: Project, why: str) -> None:
        """Leave a piece for this machine, and say why."""
        self.say(f"{piece.name}: {_line(why)}; it is made here")
        self._left.append(piece)

    def _send(self, many: Many, ticket: Ticket) -> None:
        """Send a piece to a worker that has not failed at it, best to who made its like."""
        ticket.sent += 1
        able = self._crew.able()
        avoided = [*ticket.failed, *([ticket.first.machine] if ticket.first else [])]
        ticket.only = [one.address for one in self._crew.others(avoided)] if avoided else []
        prefer = next((o.address for o in able if o.name == self._made.get(likeness(ticket))), "")
        text = task_text(
            ticket.order.text(),
            self.url,
            compared=ticket.twice,
            seconds=many.until + GRACE - many.clock(),
        )
        while ticket.key in self._flight:  # two projects of one look
            ticket.sent += 1
        self._flight[ticket.key] = ticket
        self.workers.send(
            ticket.key, text, tag(ticket.order.engine, ticket.order.code), ticket.only, prefer
        )

    def _take(self, many: Many, seconds: float) -> bool:
        """Take the next end of a task, if one comes; return whether one did."""
        end = self.workers.ended(seconds)
        if end is None:
            return False
        key, text, why = end
        ticket = self._flight.pop(key, None)
        if ticket is None or self.workers.lost:
            if ticket:
                self._flight[key] = ticket
            return False
        if why == LOST:
            self._send(many, ticket)
            return True
        try:
            answer = read_answer(text) if text else Answer("", NOT_MADE, why, "a worker")
        except InputError as error:
            answer = Answer("", NOT_MADE, str(error), "a worker")
        self._judge(many, ticket, answer)
        return True

    def _judge(self, many: Many, ticket: Ticket, answer: Answer) -> None:
        """Deliver a piece, compare it, send it again, or give it up."""
        if answer.status == DONE:
            for name in ticket.failed:
                self._crew.strike(name)
            if ticket.twice and ticket.first is None and self._crew.others([answer.machine]):
                ticket.first, ticket.failed = answer, []
                self._send(many, ticket)
                return
            self._home(many, ticket, self._agreed(ticket, answer))
            return
        ticket.failed.append(answer.machine)
        if self._crew.others(ticket.failed) and len(ticket.failed) < self._tries(answer):
            self._send(many, ticket)
        elif answer.status == NOT_MADE:
            self._lose(many, ticket, answer)
        else:
            self._stay(ticket.project, answer.why)

    def _tries(self, answer: Answer) -> int:
        """Return how many machines may try: what is a machine's own fault, all of them."""
        return TRIES if answer.status == NOT_MADE else len(self._crew.able()) + 1

    def _agreed(self, ticket: Ticket, answer: Answer) -> Answer:
        """Return the answer that is to be delivered, published; a failed one if two differ."""
        if ticket.first is None:
            return answer
        if task := first_difference(ticket.first, answer):
            why = f"{task} came out otherwise on {ticket.first.machine} than on {answer.machine}"
            return replace(answer, status=NOT_MADE, why=f"{why}: neither is taken")
        return published(ticket.order, ticket.first, self.packer.store)

    def _home(self, many: Many, ticket: Ticket, answer: Answer) -> None:
        """Bring a piece home; what cannot be brought is made here."""
        if answer.status != DONE:
            self._lose(many, ticket, answer)
            return
        try:
            with opened_piece(ticket.project, self.packer) as session:
                bring_home(session, answer, self.packer.store)
        except (Missing, TaskError, OSError) as error:
            self._stay(ticket.project, str(error))
            return
        except CollideError as error:
            self._lose(many, ticket, replace(answer, why=str(error)))
            return
        self._made[likeness(ticket)] = answer.machine
        outcome = Outcome(
            ticket.project.name,
            RENDERED,
            began=ticket.began,
            seconds=answer.seconds,
            expected=ticket.expected,
            counts={"rendered": len(answer.tasks)},
            machine=answer.machine,
        )
        many.add(finished(ticket.project, outcome))
        self._after()

    def _lose(self, many: Many, ticket: Ticket, answer: Answer) -> None:
        """Give a piece up: it failed."""
        late = OVER if many.clock() >= many.until + GRACE else ""
        many.add(
            Outcome(
                ticket.project.name,
                FAILED,
                f"{answer.why}{late}",
                ticket.began,
                answer.seconds,
                ticket.expected,
                machine=answer.machine,
            )
        )
        self._after()

    def _tell(self, many: Many, waiting: int) -> None:
        far = [f"{t.project.name} {t.far}" for t in self._flight.values() if t.far]
        count = len(self._flight) + waiting
        many.ticker.tell(f"{count} to come{many.still(count)} · {' · '.join(far[:3])}".rstrip(" ·"))

    def _free_stranded(self, many: Many) -> None:
        """Take back what was sent to certain workers only, all of which are gone by now."""
        there = {machine.address for machine in self._crew.able()}
        for key, ticket in [*self._flight.items()]:
            if ticket.only and not there & {*ticket.only}:
                self.workers.drop(key)
                del self._flight[key]
                if ticket.first:  # nobody is left to compare it with
                    self._home(
                        many, ticket, published(ticket.order, ticket.first, self.packer.store)
                    )
                else:
                    self._stay(ticket.project, "the only worker that could make it is gone")

    def _stop_late(self, many: Many) -> None:
        """Stop what is not over some time after the end of the night."""
        if many.clock() < many.until + GRACE:
            return
        for key, ticket in [*self._flight.items()]:
            self.workers.drop(key)
            del self._flight[key]
            self._lose(many, ticket, Answer("", NOT_MADE, "it was stopped"))


def _line(text: str) -> str:
    return text.partition("\n")[0]
