"""A ticket: one piece on its way to a worker and back."""

from dataclasses import dataclass, field

from collide.base.errors import CollideError
from collide.farm.answer import Answer, first_difference
from collide.farm.making import published, unequal
from collide.farm.order import Order
from collide.farm.packing import Packer
from collide.nights.child_render import FAILED, RENDERED, REUSED, Outcome
from collide.project.project import Project
from collide.run.session import Session, open_session
from collide.shared.shared_store import SharedStore


@dataclass
class Ticket:
    """One piece on its way to a worker and back."""

    project: Project
    order: Order
    expected: float | None
    began: float
    twice: bool  # whether two machines render it, so that the results can be compared
    first: Answer | None = None  # the answer from the first of the two machines
    failed: list[str] = field(default_factory=list)  # machines that did not render it
    blamed: list[str] = field(default_factory=list)  # machines in `failed` that did not refuse it
    whys: list[str] = field(default_factory=list)  # "machine: why", for each failed attempt
    agrees: str = ""  # the second machine, if it rendered the same bytes
    sent: int = 0
    only: list[str] = field(default_factory=list)  # see `Crew.permitted`
    far: str = ""
    was_made: bool = False  # whether it was rendered before this run and found in the shared store

    @property
    def key(self) -> str:
        """Return the current name of the task, which changes when the task is sent again."""
        return f"{self.order.key}-{self.sent}{'-compared' if self.twice else ''}"

    @property
    def avoided(self) -> list[str]:
        """Return the machines that must not get the piece: `failed` and the machine of `first`."""
        return [*self.failed, *([self.first.machine] if self.first else [])]


def opened_piece(piece: Project, packer: Packer) -> Session:
    """Open a piece with the command's presets and knobs, which apply to all pieces."""
    words = ["render", f"project={piece.name}", *(f"{n}={v}" for n, v in packer.knobs.items())]
    return open_session(
        piece.workspace,
        piece,
        presets=[*packer.presets],
        typed=packer.knobs,
        words=words,
        say=lambda _: None,
    )


def agreed(ticket: Ticket, answer: Answer, store: SharedStore) -> Answer:
    """Return the answer to deliver.

    If only one machine rendered the piece, return its answer. If two machines rendered it with
    identical results, publish and return the first answer; otherwise, return a failed answer.
    """
    if ticket.first is None or first_difference(ticket.first, answer):
        return unequal(ticket.first, answer) if ticket.first else answer
    ticket.agrees = answer.machine
    return published(ticket.order, ticket.first, store)


def success_of(ticket: Ticket, answer: Answer) -> Outcome:
    """Return the outcome of a delivered piece: rendered in this run or reused."""
    return Outcome(
        ticket.project.name,
        REUSED if ticket.was_made else RENDERED,
        began=ticket.began,
        seconds=0.0 if ticket.was_made else answer.seconds,
        expected=ticket.expected,
        counts={"restored" if ticket.was_made else "rendered": len(answer.tasks)},
        machine=answer.machine,
        agrees=ticket.agrees,
    )


def failure_of(ticket: Ticket, answer: Answer) -> Outcome:
    """Return the outcome of a failed piece."""
    return Outcome(
        ticket.project.name,
        FAILED,
        answer.why,
        ticket.began,
        answer.seconds,
        ticket.expected,
        machine=answer.machine,
    )


def rough_work(piece: Project) -> float:
    """Return a quick estimate of a piece's work: number of layers × pixels × seconds."""
    try:
        knobs = piece.settings([], {}).piece()
        wide, high = map(int, str(knobs["output_size"]).split("x"))
        return float(knobs["duration"]) * float(knobs["num_videos"]) * wide * high
    except (CollideError, OSError, ValueError, KeyError, TypeError):
        return 0.0  # errors are reported when the piece is opened


def likeness(ticket: Ticket) -> str:
    """Return the SHA-256s of a piece's files as text; equal texts indicate similar pieces."""
    return ",".join(sorted(blob.sha256 for blob in ticket.order.files.values()))
