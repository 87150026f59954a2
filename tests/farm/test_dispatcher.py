"""The dispatcher: which worker gets a piece, and what follows from its answer.

The workers here are fakes; test_farm.py uses real workers.
"""

from collections import deque
from dataclasses import replace

import pytest

from collide.base.errors import TaskError
from collide.farm import tickets
from collide.farm.answer import DONE, FAILED, REFUSED, VIDEO, Answer
from collide.nights.child_render import FAILED as PIECE_FAILED
from collide.nights.child_render import RENDERED, REUSED, Outcome
from collide.shared.shared_store import Blob, Missing
from tests.farm.fake_workers import HERE, Many, Packer, Workers, worker


def test_the_longest_piece_is_sent_first(play):
    """The longest pieces are sent first, and each piece is delivered once."""
    workers = Workers([worker("w1"), worker("w2")], deque([{}] * 5))
    outcomes, left, _, _ = play(workers, ["p1", "p2", "p3", "p4", "p5"])
    assert [one["task"]["order"]["name"] for one in workers.sent] == ["p5", "p4", "p3", "p2", "p1"]
    assert [o.status for o in outcomes] == [RENDERED] * 5
    assert not left


def test_a_worker_that_has_the_clips_is_preferred(play):
    """A piece is reserved for a worker that rendered an earlier piece with the same clips."""
    workers = Workers([worker("w1")], deque([{}] * 3))
    play(workers, ["p1", "p2", "p3"])
    assert workers.sent[0]["only"] == []
    assert workers.sent[-1]["only"] == ["tls://w1"]


def test_a_stored_result_is_not_sent(play):
    """A piece whose result is already in the shared store is delivered, not sent."""
    packer = Packer()
    first = Workers([worker("w1")], deque([{}]))
    play(first, ["p1"], packer=packer, every=0)
    order = replace(HERE, name="p1", look="00000001")
    answer = Answer(order.key, DONE, "", "w9", 2.0, order.look, {VIDEO: Blob("a" * 64, 1)})
    packer.store.entries[order.entry] = answer.data()
    again = Workers([worker("w1")])
    outcomes, _, _, _ = play(again, ["p1"], packer=packer)
    assert not again.sent
    assert outcomes[0].machine == "w9"
    assert outcomes[0].status == REUSED
    assert "reused" in outcomes[0].line()
    assert "rendered earlier by w9" in outcomes[0].line()


def test_a_failed_piece_is_retried_on_a_second_machine(play):
    """A piece that fails is tried on a second machine and fails only if both machines fail."""
    workers = Workers([worker("w1"), worker("w2")], deque([{"status": FAILED, "why": "bad"}, {}]))
    outcomes, _, _, _ = play(workers, ["p1"])
    assert workers.sent[1]["only"] == ["tls://w2"]
    assert outcomes[0].status == RENDERED
    both = Workers([worker("w1"), worker("w2")], deque([{"status": FAILED, "why": "bad"}] * 2))
    outcomes, left, _, _ = play(both, ["p1"])
    assert len(both.sent) == 2
    assert outcomes[0].status == PIECE_FAILED
    assert outcomes[0].why == "bad"
    assert not left


def test_a_refusal_does_not_count_as_an_attempt(play):
    """After a refusal and a failure, a third machine gets the piece."""
    three = [worker("w1"), worker("w2"), worker("w3")]
    no, bad = {"status": REFUSED, "why": "full"}, {"status": FAILED, "why": "bad"}
    workers = Workers(three, deque([no, bad, {}]))
    outcomes, _, _, _ = play(workers, ["p1"])
    assert [one["name"] for one in workers.sent] == ["w1", "w2", "w3"]
    assert [o.status for o in outcomes] == [RENDERED]


@pytest.mark.parametrize("status", [FAILED, REFUSED])
def test_a_comparison_with_one_capable_machine_is_delivered(play, status):
    """If only one machine can render a piece for comparison, a note accompanies the result."""
    workers = Workers([worker("w1"), worker("w2")], deque([{}, {"status": status, "why": "bad"}]))
    outcomes, left, said, _ = play(workers, ["p1"], every=1)
    assert [one["name"] for one in workers.sent] == ["w1", "w2"]
    assert [o.machine for o in outcomes] == ["w1"]
    assert not left
    assert said[-1] == "p1 was rendered only once: w2 could not repeat it: bad"


def test_a_piece_that_all_workers_refuse_is_rendered_here(play):
    """A piece that all workers refuse, for example if disks are full, is left to the client."""
    refused = {"status": REFUSED, "why": "no space left"}
    workers = Workers([worker("w1"), worker("w2")], deque([refused, refused]))
    outcomes, left, said, _ = play(workers, ["p1"])
    assert not outcomes
    assert left == ["p1"]
    assert "no space left" in said[-1]


def test_a_machine_that_fails_where_others_succeed_is_excluded(play, monkeypatch):
    """A machine that fails on three pieces that another machine renders is excluded.

    Each failure and the exclusion are reported.
    """
    monkeypatch.setattr(tickets, "likeness", lambda ticket: ticket.project.name)
    bad = {"status": FAILED, "why": "bad"}
    workers = Workers([worker("w1"), worker("w2")], deque([{}] * 6), by={"w1": bad})
    outcomes, _, said, _ = play(workers, ["p1", "p2", "p3"])
    assert [o.status for o in outcomes] == [RENDERED] * 3
    assert said[-1] == "w1 failed on 3 pieces that others rendered, and gets no more"
    assert said[:-1] == [f"w1 failed on p{n}: bad; another worker gets it" for n in (3, 2, 1)]


def test_a_piece_of_a_dead_worker_is_sent_again(play):
    """A piece whose worker died is sent again under a new key and does not count as failed."""
    workers = Workers([worker("w1")], deque([{"lost": True}] * 3 + [{}]))
    outcomes, _, _, _ = play(workers, ["p1"])
    assert outcomes[0].status == RENDERED
    assert len({one["key"] for one in workers.sent}) == 4


def test_if_the_farm_ends_the_client_gets_remaining_pieces(play):
    """If the farm ends, delivered pieces remain delivered; the client gets the other pieces."""
    workers = Workers([worker("w1")], deque([{}]))
    outcomes, left, said, _ = play(workers, ["p1", "p2", "p3"])
    assert [o.name for o in outcomes] == ["p3"]
    assert sorted(left) == ["p1", "p2"]
    assert "the farm is gone" in said[-1]


@pytest.mark.parametrize("there", [[], [worker("w1", "9" * 32)]])
def test_without_a_compatible_worker_nothing_is_sent(play, there):
    """If no worker has joined or none has the right ffmpeg, nothing is sent; a message says why."""
    workers = Workers(there)
    _, left, said, _ = play(workers, ["p1"])
    assert not workers.sent
    assert left == ["p1"]
    words = "no worker has ffmpeg cccccccc; they have 99999999" if there else "no worker has joined"
    assert words in said[-1]


def test_a_piece_with_scripts_stays_on_the_client(play):
    """A piece with scripts is left to the client, and the other pieces are still sent."""
    workers = Workers([worker("w1")], deque([{}]))
    outcomes, left, said, _ = play(workers, ["p1", "p2"], packer=Packer(stays=("p2",)))
    assert [o.name for o in outcomes] == ["p1"]
    assert left == ["p2"]
    assert said == ["p2: it has its own scripts; it is rendered here"]


def test_a_piece_rendered_twice_is_compared_then_published(play):
    """A piece to be compared is rendered by two machines; identical results are published once."""
    workers = Workers([worker("w1"), worker("w2")], deque([{}, {}]))
    outcomes, _, _, packer = play(workers, ["p1"], every=1)
    assert [one["name"] for one in workers.sent] == ["w1", "w2"]
    assert all(one["task"]["compared"] for one in workers.sent)
    assert [o.status for o in outcomes] == [RENDERED]
    assert len(packer.store.entries) == 1


def test_an_unreadable_stored_answer_does_not_stop_a_piece(play):
    """An unreadable answer in the store does not prevent the delivery of a piece."""
    workers, packer = Workers([worker("w1"), worker("w2")], deque([{}, {}])), Packer()
    packer.store.publish = lambda *_: {"status": "of another release"}
    outcomes, _, _, _ = play(workers, ["p1"], packer=packer, every=1)
    assert [o.status for o in outcomes] == [RENDERED]


def test_a_difference_fails_the_piece_and_names_the_task(play):
    """If the results from two machines differ, the piece fails, and the reason names the task.

    Neither result is published or delivered.
    """
    other = {"tasks": {"mux": "1", "record": "9"}}
    brought = []
    workers = Workers([worker("w1"), worker("w2")], deque([{}, other]))
    outcomes, left, _, packer = play(workers, ["p1"], every=1, home=brought.append)
    assert outcomes[0].status == PIECE_FAILED
    assert outcomes[0].why == "record differs between w1 and w2: neither is used"
    assert not packer.store.entries
    assert not brought
    assert not left


@pytest.mark.parametrize(
    "trouble", [Missing("damaged"), TaskError("x", why="y", fix="z"), OSError(28, "full")]
)
def test_a_piece_that_cannot_be_fetched_is_rendered_here(play, trouble):
    """If a result cannot be fetched, the piece is left to the client."""

    def home(answer):
        raise trouble

    workers = Workers([worker("w1")], deque([{}]))
    outcomes, left, _, _ = play(workers, ["p1"], home=home)
    assert not outcomes
    assert left == ["p1"]


def test_a_malformed_answer_is_a_failed_attempt(play):
    """A malformed answer counts as a failed attempt, so the piece is sent again."""
    workers = Workers([worker("w1"), worker("w2")], deque([{"status": "splendid"}, {}]))
    outcomes, _, said, _ = play(workers, ["p1"])
    assert len(workers.sent) == 2
    assert outcomes[0].status == RENDERED
    assert isinstance(outcomes[0], Outcome)
    assert said[0].startswith("a worker failed on p1: ")
    assert said[0].endswith("; it is sent again")  # the same machine may get it again


def test_pieces_on_the_farm_after_the_deadline_are_canceled(play, monkeypatch):
    """Long after the deadline, pieces still on the farm are canceled and count as failed."""
    monkeypatch.setattr(Many, "until", -1e9)
    workers = Workers([worker("w1")], deque())
    monkeypatch.setattr(Workers, "ended", lambda self, seconds: None)
    outcomes, _, _, _ = play(workers, ["p1"])
    assert outcomes[0].status == PIECE_FAILED
    assert workers.dropped


@pytest.mark.parametrize("every", [0, 1])
@pytest.mark.parametrize("lost", [[], [{"lost": True}]], ids=["silently", "reported as lost"])
def test_a_piece_whose_last_worker_dies_is_not_lost(play, every, lost):
    """If the last worker for a piece dies, the piece's first result is used, or the piece is
    left to the client. The piece is not sent to a worker that failed to render it or made the first
    result.
    """
    first = {} if every else {"status": FAILED, "why": "bad"}
    workers = Workers([worker("w1"), worker("w2")], deque([first, *lost]))
    answered = workers.ended

    def ended(seconds):
        assert len(workers.sent) < 3
        found = answered(seconds) if workers.answers else None
        if len(workers.sent) > 1:
            workers.there = workers.there[:1]  # w2 leaves
        return found

    workers.ended = ended
    outcomes, left, said, _ = play(workers, ["p1"], every=every)
    assert workers.sent[1]["only"] == ["tls://w2"]
    assert [(o.machine, o.status) for o in outcomes] == ([("w1", RENDERED)] if every else [])
    assert left == ([] if every else ["p1"])
    if not every:
        assert said[-1].endswith(
            "the last worker that could render it has left; it is rendered here"
        )


def test_a_local_result_is_not_sent(play):
    """A piece with results in the client's own store is delivered from that store as reused."""
    workers = Workers([worker("w1")], deque([{}]))
    outcomes, left, _, _ = play(workers, ["p1", "p2"], packer=Packer(here=("p2",)))
    assert [one["task"]["order"]["name"] for one in workers.sent] == ["p1"]
    assert {o.name: o.status for o in outcomes} == {"p1": RENDERED, "p2": REUSED}
    assert not left


def test_a_lost_piece_found_in_the_store_is_delivered(play):
    """A lost piece whose result is in the store is delivered and not rendered again."""
    packer = Packer()
    order = replace(HERE, name="p1", look="00000001")
    answer = Answer(order.key, DONE, "", "w1", 2.0, order.look, {VIDEO: Blob("a" * 64, 1)})
    workers = Workers([worker("w1"), worker("w2")], deque([{"lost": True}]))
    send = workers.send

    def sent(key, text, tag, only):
        send(key, text, tag, only)
        packer.store.entries[order.entry] = answer.data()

    workers.send = sent
    outcomes, _, _, _ = play(workers, ["p1"], packer=packer)
    assert len(workers.sent) == 1
    assert (outcomes[0].status, outcomes[0].machine) == (RENDERED, "w1")


def test_a_lost_piece_waits_for_a_worker_that_joins(play):
    """A piece that no worker may get is sent as soon as a permitted worker joins."""
    bad = {"status": FAILED, "why": "bad"}
    workers = Workers([worker("w1"), worker("w2")], deque([bad, {"lost": True}, {}]))
    answered = Workers.ended

    def ended(seconds):
        found = (
            answered(workers, seconds) if [o for o in workers.sent if "ended" not in o] else None
        )
        if len(workers.sent) == 2:
            workers.there = [] if found else [worker("w1"), worker("w3")]
        return found

    workers.ended = ended
    outcomes, left, _, _ = play(workers, ["p1"])
    assert [one["name"] for one in workers.sent] == ["w1", "w2", "w3"]
    assert [(o.machine, o.status) for o in outcomes] == [("w3", RENDERED)]
    assert not left
