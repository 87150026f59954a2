"""A ticket: one piece on its way to a worker and back."""

from dataclasses import dataclass, field

from collide.base.errors import CollideError
from collide.farm.answer import Answer
from collide.farm.order import Order
from collide.farm.packing import Packer
from collide.project.project import Project
from collide.run.session import Session, open_session


@dataclass
class Ticket:
    """One piece on its way."""

    project: Project
    order: Order
    expected: float | None
    began: float
    twice: bool  # made by two machines, and compared
    first: Answer | None = None  # of these
    failed: list[str] = field(default_factory=list)  # machines that could not
    sent: int = 0
    only: list[str] = field(default_factory=list)  # addresses of who may make it; [] for all
    far: str = ""

    @property
    def key(self) -> str:
        """Return what the task is called now: of one that was sent again, otherwise."""
        return f"{self.order.key}-{self.sent}{'-compared' if self.twice else ''}"


def opened_piece(piece: Project, packer: Packer) -> Session:
    """Open a piece with what was typed for all of them."""
    words = ["render", f"project={piece.name}", *(f"{n}={v}" for n, v in packer.knobs.items())]
    return open_session(
        piece.workspace,
        piece,
        presets=[*packer.presets],
        typed=packer.knobs,
        words=words,
        say=lambda _: None,
    )


def rough_work(piece: Project) -> float:
    """Return how much work a piece is, roughly and at once: pixels of all its layers."""
    try:
        knobs = piece.settings([], {}).piece()
        wide, high = map(int, str(knobs["output_size"]).split("x"))
        return float(knobs["duration"]) * float(knobs["num_videos"]) * wide * high
    except (CollideError, OSError, ValueError, KeyError, TypeError):
        return 0.0  # what is wrong with it is said when it is opened


def likeness(ticket: Ticket) -> str:
    """Return what pieces have in common that share work: their clips."""
    return ",".join(sorted(blob.sha256 for blob in ticket.order.files.values()))
