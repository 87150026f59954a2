"""Deliver a piece from another machine as if it had been rendered here.

Its entries are recorded in the store, and its video becomes an object. Then the piece is brought up
to date as usual: every task's result is found in the store, and the run's record is written. If a
result is missing, this machine would render the piece differently, and nothing is delivered.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from collide.base.errors import TaskError
from collide.farm.answer import DONE, VIDEO, Answer
from collide.plan.planner import Plan
from collide.project.look_order import remember_look
from collide.run.session import Session
from collide.shared.shared_store import SharedStore
from collide.store.entry import UNREADABLE, Entry, read_entry
from collide.store.eviction import make_way, reserve

LARGEST = 256 << 20  # maximum size of a piece's entries in bytes
HERE = "record"  # the task that runs here: it records when and where the piece was rendered


def bring_home(session: Session, answer: Answer, store: SharedStore) -> Plan:
    """Deliver an answer's result for an opened piece, and return the plan of the piece.

    Raises:
        Missing: a file in the shared store is absent or damaged, or the store does not answer.
        TaskError: the result is unreadable, is not what this machine would render, or does not fit
            into the cache.
        OSError: a file cannot be written, for instance because the disk is full.
    """
    if answer.status != DONE:
        raise ValueError(f"there is no result: {answer.why}")
    _adopted(session, answer, store)
    plan = session.plan_now()
    if plan.piece.look != answer.look:
        other = f"look {answer.look} was rendered, but the piece is now look {plan.piece.look}"
        raise _strange(session, answer, other)
    session.run.machine = answer.machine
    if task := deliver(session, plan):
        raise _strange(session, answer, f"{task} differs from this machine's result")
    return plan


def deliver(session: Session, plan: Plan) -> str:
    """Bring an opened piece up to date from the store and return "".

    If the store lacks the result of a task, deliver nothing, and return the task's name.
    """
    state = session.state
    with session.runner.showing(quiet=True):
        # in order, because a key depends on the results of earlier steps
        for task, step in plan.steps.items():
            if task != HERE and state.find(state.key(step)) is None:
                return task
            session.runner.run(step)
    session.keep_starred(plan)
    remember_look(session.project, plan.piece.look)
    return ""


def _adopted(session: Session, answer: Answer, store: SharedStore) -> None:
    """Fetch the entries into this machine's store, and the video unless it is already here."""
    state = session.state
    make_way(state.index, answer.objects[VIDEO].size + answer.entries.size)
    with state.store.workdir() as folder:
        store.get(answer.entries, folder / "entries.json")
        entries = _entries(session, answer, folder / "entries.json")
        mux = entries["mux"]
        if not state.store.complete(mux):
            store.get(answer.objects[VIDEO], folder / VIDEO)
            reserve(state.index, state.lease, mux)
            if state.store.adopt(folder / VIDEO) != mux.objects[VIDEO].digest:
                raise _strange(session, answer, "its video does not match its record")
        for entry in entries.values():
            state.store.note(entry)
            state.index.add(entry, only=())  # the video, the only object here, is already counted


def _entries(session: Session, answer: Answer, path: Path) -> Mapping[str, Entry]:
    """Read the entries in a fetched file.

    Raise TaskError if the file is unreadable or lists no video.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"they are larger than {LARGEST >> 20} MiB")
        entries = {task: read_entry(one) for task, one in json.loads(path.read_bytes()).items()}
        if VIDEO not in entries["mux"].objects:
            raise ValueError("no entry has a video")
    except UNREADABLE as error:
        raise _strange(session, answer, f"its entries cannot be read: {error}") from None
    return entries


def _strange(session: Session, answer: Answer, why: str) -> TaskError:
    machine = answer.machine or "another machine"
    return TaskError(
        f"the result for {session.project.name} from {machine} is not accepted",
        why=why,
        fix=f"render it here: doit render project={session.project.name}",
    )
