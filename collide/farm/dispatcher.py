"""The dispatcher of a farm, which prepares pieces here, sends them out, and delivers the results.

The longest pieces are sent first, if possible to workers that rendered similar pieces. A few pieces
more than workers may be in flight. A dead worker's piece is sent again. A failed piece is tried on
one other worker. A refused piece is tried on all other workers before it is rendered here.
"""

from collections.abc import Callable, Sequence
from dataclasses import InitVar, dataclass, field, replace

from collide.base.errors import CollideError, InputError, TaskError
from collide.farm import tickets
from collide.farm.answer import DONE, STORE, UNNAMED, Answer, in_brief, read_answer
from collide.farm.answer import FAILED as NOT_MADE
from collide.farm.crew import LOST, NOBODY, Crew, Workers
from collide.farm.delivery import bring_home
from collide.farm.machines import Machine, tag
from collide.farm.making import is_at_fault, published, stored_answer
from collide.farm.packing import Packer
from collide.farm.preparing import AWAY, STAYS, prepared
from collide.farm.slot import task_text
from collide.farm.tickets import Ticket, opened_piece, rough_work
from collide.nights.child_render import Outcome, finished
from collide.nights.queue import GRACE, OVER, Many
from collide.project.project import Project
from collide.shared.shared_store import Missing

EVERY = 100  # one piece in this many is rendered twice and compared
TRIES = 2  # a piece that fails on this many machines is not tried again
REFUSED = "refused {} pieces"
WAIT = 0.2  # seconds to wait for a task to end when there is nothing else to do
IDLE = 25  # after this many waits, an idle worker gets a piece that is queued elsewhere
STUCK = 150  # after this many waits if all workers are idle, since their reports may be late


@dataclass
class Dispatcher:
    """The dispatcher, which sends pieces to a farm's workers.

    Args:
        workers: the farm's engine.
        packer: makes orders, and holds the store that all machines share.
        url: the address of that store for workers, or "" for the farm's own store.
        every: one piece in this many is rendered twice.
        again: tries briefly to reach a lost farm; returns its workers, or None if that fails.
        answers: returns whether the farm's store answers promptly.
    """

    workers: InitVar[Workers]
    packer: Packer
    url: str
    every: int = EVERY
    again: Callable[[], Workers | None] = lambda: None
    answers: Callable[[], bool] = lambda: True
    _many: Many | None = None
    _stays: set[str] = field(default_factory=set)  # the pieces that the farm cannot render
    _flight: dict[str, Ticket] = field(default_factory=dict)
    _makers: dict[str, str] = field(default_factory=dict)  # the last machine for each likeness
    _left: list[Project] = field(default_factory=list)  # pieces left to this machine
    _after: Callable[[], None] = lambda: None  # called after each recorded outcome

    def __post_init__(self, workers: Workers) -> None:
        self._crew = Crew(workers, self.packer.engine, self._say, self.again, self._flies)

    def play(
        self, many: Many, pieces: Sequence[Project], after_piece: Callable[[], None]
    ) -> Sequence[Project]:
        """Bring pieces up to date and return the pieces that are left to this machine."""
        self._left = [piece for piece in pieces if piece.name in self._stays]
        goes = [piece for piece in pieces if piece.name not in self._stays]
        waiting = sorted(goes, key=rough_work, reverse=True)
        self._many, self._after, self._away, self._quiet = many, after_piece, False, 0
        try:
            while waiting or self._flight:
                if self._crew.gone(flying=bool(self._flight)) or (self._away and not self._flight):
                    return [*self._left, *(one.project for one in self._flight.values()), *waiting]
                while waiting and not self._away and len(self._flight) < self._crew.room():
                    self._begin(many, waiting.pop(0))
                    if self._flight and self._take(many, 0.0):
                        break
                took = self._take(many, WAIT)
                self._tell(many, len(waiting))
                self._free_stranded(many)
                self._free_waiting(many, took=took)
                self._stop_late(many)
            return self._left
        finally:
            for key in [*self._flight]:
                self._crew.workers.drop(key)
            self._flight.clear()

    def is_back(self, pieces: Sequence[Project]) -> bool:
        """Return whether the farm is back and can render any of the remaining pieces."""
        if all(piece.name in self._stays for piece in pieces):
            return False
        return self._crew.is_back() and self.answers()

    def note_progress(self, key: str, far: str) -> None:
        """Record the progress of a task; called from another thread."""
        if ticket := self._flight.get(key):
            ticket.far = far

    def close(self) -> None:
        """Disconnect from the farm."""
        self._crew.workers.close()

    def _begin(self, many: Many, piece: Project) -> None:
        """Prepare a piece; then send it, deliver it, leave it here, or record its outcome."""
        many.ticker.tell(f"{piece.name}: analyzing its clips")
        # analyze it here only if no worker is idle; an idle worker can do that itself
        spare = len(self._flight) >= len(self._crew.able())
        ticket = prepared(many, piece, self.packer, analyze=spare, every=self.every)
        if isinstance(ticket, Outcome):
            if ticket.status in (STAYS, AWAY):
                self._stay(piece, ticket.why, now_only=ticket.status == AWAY)
            else:
                many.add(ticket)
                self._after()
            return
        self._ask(many, ticket)

    def _stay(self, piece: Project, why: str, *, now_only: bool = False) -> None:
        """Leave a piece to this machine and say why: for good, unless `now_only` is true."""
        unless = ", unless the farm is back by then" if now_only else ""
        self._say(f"{piece.name}: {why}; it is rendered here{unless}")
        self._left.append(piece)
        self._away |= now_only
        if not now_only:
            self._stays.add(piece.name)

    def _say(self, text: str) -> None:
        assert self._many
        self._many.note(text)

    def _send(self, many: Many, ticket: Ticket, to: Machine | None = None) -> None:
        """Send a piece to the worker `to`; by default, send it to any worker that is not excluded.

        If no worker is excluded, prefer a worker that rendered a similar piece. If all workers are,
        the piece waits until `_free_stranded` takes it back, or until the rest is rendered here.
        """
        ticket.sent += 1
        able = self._crew.able()
        ticket.only = [to.address] if to else self._crew.permitted(ticket.avoided)
        if not ticket.only:  # restrict, since dask mishandles preferences for workers that left
            like = self._makers.get(tickets.likeness(ticket))
            ticket.only = [o.address for o in able if o.name == like and self._crew.answers(o)]
        seconds = many.until + GRACE - many.clock()
        text = task_text(ticket.order.text(), self.url, compared=ticket.twice, seconds=seconds)
        while ticket.key in self._flight:  # looks of two projects may be equal, and so their keys
            ticket.sent += 1
        self._flight[ticket.key] = ticket
        fits = tag(ticket.order.engine, ticket.order.code)
        if ticket.only != [NOBODY]:
            self._crew.workers.send(ticket.key, text, fits, ticket.only)

    def _ask(self, many: Many, ticket: Ticket, to: Machine | None = None) -> None:
        """Deliver a piece if its result is in the store; otherwise send the piece, perhaps again.

        A silent worker may have finished the piece. A piece to be rendered twice is always sent.
        """
        answer = None if ticket.twice else stored_answer(ticket.order, self.packer.store)
        if answer:
            ticket.was_made = not ticket.sent
            self._home(many, ticket, answer)
        else:
            self._send(many, ticket, to)

    def _take(self, many: Many, seconds: float) -> bool:
        """Handle the next task that ends within `seconds` and return whether a task ended."""
        end = self._crew.workers.ended(seconds)
        if end is None:
            return False
        key, text, why = end
        ticket = self._flight.pop(key, None)
        if ticket is None or self._crew.workers.lost:
            if ticket:
                self._flight[key] = ticket
            return False
        if why == LOST:
            self._ask(many, ticket)
            return True
        try:
            answer = read_answer(text) if text else Answer("", NOT_MADE, why, UNNAMED)
        except InputError as error:
            answer = Answer("", NOT_MADE, str(error), UNNAMED)
        self._judge(many, ticket, answer)
        return True

    def _judge(self, many: Many, ticket: Ticket, answer: Answer) -> None:
        """Handle an answer: deliver the piece, resend it, leave it here, or record its failure."""
        if answer.status == DONE:
            for name in ticket.blamed:
                self._crew.strike(name)
            if ticket.twice and ticket.first is None and self._crew.others([answer.machine]):
                ticket.first, ticket.failed, ticket.blamed = answer, [], []
                self._send(many, ticket)
                return
            if self.every == 1 and ticket.first is None:
                only = "was rendered only once: there is no second machine"
                self._say(f"{ticket.project.name} {only}")
            self._home(many, ticket, tickets.agreed(ticket, answer, self.packer.store))
            return
        self._blame(ticket, answer)
        name, why = ticket.project.name, in_brief(answer.why)
        again = answer.status != NOT_MADE or len(ticket.blamed) < TRIES  # refusals do not count
        if again and self._crew.others(ticket.avoided):
            how = "failed on" if answer.status == NOT_MADE else "refused"
            to = "it is sent again" if answer.machine == UNNAMED else "another worker gets it"
            self._say(f"{answer.machine} {how} {name}: {why}; {to}")
            self._send(many, ticket)
        elif ticket.first:
            self._say(f"{name} was rendered only once: {answer.machine} could not repeat it: {why}")
            self._home(many, ticket, published(ticket.order, ticket.first, self.packer.store))
        elif answer.status == NOT_MADE:
            self._lose(many, ticket, answer)
        else:
            by = "" if why.startswith(answer.machine) else f"{answer.machine} refused it: "
            self._stay(ticket.project, f"{by}{why}", now_only=answer.why.startswith(STORE))

    def _blame(self, ticket: Ticket, answer: Answer) -> None:
        """Record which worker did not render a piece; count a refusal if the worker is at fault."""
        ticket.failed.append(answer.machine)
        ticket.whys.append(f"{answer.machine}: {in_brief(answer.why)}")
        if answer.status == NOT_MADE:
            ticket.blamed.append(answer.machine)
        elif is_at_fault(answer):
            self._crew.strike(answer.machine, REFUSED)

    def _home(self, many: Many, ticket: Ticket, answer: Answer) -> None:
        """Deliver a piece; if that fails, leave it to this machine, or record it as failed."""
        if answer.status != DONE:
            self._lose(many, ticket, answer)
            return
        try:
            with opened_piece(ticket.project, self.packer) as session:
                bring_home(session, answer, self.packer.store)
        except (Missing, TaskError, OSError) as error:
            gone = isinstance(error, Missing) and error.reason == "unreachable"
            self._stay(ticket.project, in_brief(str(error)), now_only=gone)
            return
        except CollideError as error:
            self._lose(many, ticket, replace(answer, why=str(error)))
            return
        self._makers[tickets.likeness(ticket)] = answer.machine
        many.add(finished(ticket.project, tickets.success_of(ticket, answer)))
        self._after()

    def _lose(self, many: Many, ticket: Ticket, answer: Answer) -> None:
        """Record a piece as failed."""
        late = OVER if many.clock() >= many.until + GRACE else ""
        many.add(tickets.failure_of(ticket, replace(answer, why=f"{answer.why}{late}")))
        self._after()

    def _tell(self, many: Many, waiting: int) -> None:
        far = [f"{t.project.name} {t.far}" for t in self._flight.values() if t.far]
        to_come = many.still(len(self._flight) + waiting, len(self._crew.able()))
        many.ticker.tell(" · ".join([to_come.removeprefix(" · "), *far[:3]]))

    def _flies(self, name: str) -> bool:
        return any(ticket.project.name == name for ticket in self._flight.values())

    def _free_stranded(self, many: Many) -> None:
        """Take back pieces restricted to workers that have left, if any worker remains."""
        there = {machine.address for machine in self._crew.able()}
        for key, ticket in [*self._flight.items()]:
            if there and ticket.only and not there & {*ticket.only}:
                self._crew.workers.drop(key)
                del self._flight[key]
                if one := ticket.first:  # no other machine is left to compare it with
                    self._home(many, ticket, published(ticket.order, one, self.packer.store))
                elif self._crew.others(ticket.failed):  # a worker joined or came back
                    self._ask(many, ticket)
                else:
                    last = "the last worker that could render it has left"
                    self._stay(ticket.project, "; ".join([*ticket.whys, last]))

    def _free_waiting(self, many: Many, *, took: bool) -> None:
        """Move pieces that are stuck, or queued behind busy workers, to idle workers."""
        idle, begun = self._crew.idle(), self._crew.begun()
        queue = [t for t in self._flight.values() if not t.far and t.project.name not in begun]
        self._quiet = self._quiet + (not took) if idle and queue else 0
        if self._quiet < (IDLE if begun else STUCK):
            return
        self._quiet = 0
        for ticket in queue:
            fit = (one for one in self._crew.others(ticket.avoided) if one.address in idle)
            free = next((one for one in fit if not begun or ticket.only != [one.address]), None)
            if free:
                idle.remove(free.address)
                self._crew.workers.drop(ticket.key)
                self._ask(many, self._flight.pop(ticket.key), free)

    def _stop_late(self, many: Many) -> None:
        """Cancel pieces that are still in flight GRACE seconds after the deadline."""
        if many.clock() < many.until + GRACE:
            return
        for key, ticket in [*self._flight.items()]:
            self._crew.workers.drop(key)
            del self._flight[key]
            self._lose(many, ticket, Answer("", NOT_MADE, "it was stopped"))
