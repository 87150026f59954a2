"""Prepare a piece for the farm: return its ticket, or its outcome if it is not sent."""

from dataclasses import replace

from collide.farm.delivery import deliver
from collide.farm.packing import AwayError, Packer, StaysError
from collide.farm.tickets import Ticket, opened_piece
from collide.nights.child_render import RENDERED, REUSED, Outcome, finished
from collide.nights.queue import Many, tried
from collide.project.project import Project

STAYS, AWAY = "stays", "away"  # a piece that the farm cannot render or that cannot be sent now


def prepared(
    many: Many, piece: Project, packer: Packer, *, analyze: bool, every: int
) -> Ticket | Outcome:
    """Return the ticket of a piece, or its outcome if it is not sent.

    If this machine's store contains all results for a piece, the piece is delivered from there: its
    outcome is REUSED, and nothing is sent. If `many.always` is set, the piece is sent anyway.

    Args:
        many: the queue, which knows how much time is left.
        piece: the project.
        packer: makes its order.
        analyze: whether to run here the analyses that a worker could run.
        every: one piece in this many is rendered by two machines; if 0, no piece is.
    """
    began, tickets = many.clock(), list[Ticket]()

    def act() -> Outcome:
        with opened_piece(piece, packer) as session:
            plan, forecast = packer.prepared(session, analyze=analyze)
            if outcome := many.needless(piece, forecast):
                return outcome
            here = not many.always and not forecast.of("render", "maybe")
            if here and not deliver(session, plan):
                return finished(piece, Outcome(piece.name, REUSED))
            expected = many.expected(forecast)
            try:
                order = packer.pack(session, plan, expected)
            except StaysError as error:
                return Outcome(piece.name, STAYS, str(error))
            except AwayError as error:
                return Outcome(piece.name, AWAY, str(error))
            session.records = None  # the run is recorded when the piece is delivered
        twice = every > 0 and int(order.key[:8], 16) % every == 0
        tickets.append(Ticket(piece, order, expected, began, twice))
        return Outcome(piece.name, RENDERED)

    outcome = tried(piece, act)
    return tickets[0] if tickets else replace(outcome, began=began)
