"""render a look again from scratch and explain the first task that produces a different result

Everything is rendered into a temporary store, which is deleted afterwards.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from collide.base.errors import InputError, TaskError
from collide.base.words import several
from collide.base.workspace import Workspace
from collide.cli.preflight import fitted
from collide.cli.request import Request
from collide.project.look_book import Look, Task, find_look, last_look
from collide.project.release import RELEASE, why_other_bytes
from collide.run.forecast import predict
from collide.run.session import Session
from collide.store.entry import Entry
from collide.store.step import Step
from collide.syntax.variables import LOOK, PROJECT
from collide.syntax.verb import Verb

VERB = Verb(
    examples=("{project}",),
    variables={"project": PROJECT, "look": replace(LOOK, about="the look", without="the last")},
)

# The ingredients of a key and what to print if an ingredient differs.
CAUSES = {
    "engine": "a different engine",
    "libraries": "a different library version",
    "version": "a different instrument version",
    "argv": "its command changed",
    "given": "its knobs changed",
    "inputs": "its input changed",
    "play": "a different instrument",
    "then": "its result's measurements changed",
    "lists": "the order of its pictures changed",
    "schema": "a different key format version",
}


def run(request: Request) -> int:
    """Render the look again, task by task, until a result differs."""
    project, signs = request.existing(), request.value("look", "")
    look = last_look(project)
    if not look.name.startswith(signs):
        look = find_look(project, signs)
    with request.open(project, look=look) as stored, _fresh(request, stored, look) as session:
        tasks = _recorded_tasks(stored, look)
        plan = session.plan_now(keep=False)
        # deliver nothing, so stars, pages and the project's manifest do not change
        steps = {t: replace(s, deliver={}) for t, s in plan.steps.items() if s.opens}
        plan = replace(plan, steps=steps)
        session.state.steps = steps
        with session.runner.showing(fitted(session, predict(session.state, plan))):
            for task, step in steps.items():
                session.runner.run(step)
                if task in tasks:
                    _refuse_other(session, stored, step, tasks[task])
        print(session.run.line())
    count = len({digest for task in tasks.values() for digest in task.objects.values()})
    equal = f"all {len(tasks)} tasks of look {look.name} produced the same result"
    print(f"{equal}; the bytes of {several(count, 'object')} are the same")
    return 0


def _recorded_tasks(stored: Session, look: Look) -> dict[str, Task]:
    """Map each task to its recorded result, from the look's manifest or from the store."""
    again = f"doit render project={stored.project.name} look={look.name}"
    if look.tasks and look.release != RELEASE:
        raise InputError(
            f"look {look.name} cannot produce the same bytes again",
            why=f"it was rendered by {why_other_bytes(look.release)}",
            fix=f"render it first, then prove it: {again}",
        )
    if look.tasks:
        return dict(look.tasks)
    plan = stored.plan_known()
    entries = stored.stored_entries(plan) if plan else {}
    if plan is None or len(entries) < len(plan.steps) - 1:
        raise InputError(
            f"the results of look {look.name} are no longer recorded",
            why="the manifest describes a different look, and the store lacks some results that "
            "this look's tasks produced with this ffmpeg",
            fix=f"render it first, then prove it: {again}",
        )
    return {t: Task(entry.key, objects_of(entry), entry.facts) for t, entry in entries.items()}


def objects_of(entry: Entry) -> dict[str, str]:
    """Map the role of each object of an entry to the object's digest."""
    return {role: ref.digest for role, ref in entry.objects.items()}


@contextmanager
def _fresh(request: Request, stored: Session, look: Look) -> Iterator[Session]:
    """Yield a session that opens the look with an empty store, which is deleted afterwards."""
    with stored.state.store.workdir() as folder:
        house = Workspace(request.workspace.root, apart=folder / "cache")
        house.cache.mkdir()
        if stored.state.library.path.exists():  # copy the list of clips; each is probed again
            shutil.copyfile(stored.state.library.path, house.cache / "library.json")
        project = replace(stored.project, workspace=house)
        kept = look.kept
        with replace(request, workspace=house).open(project, look=look, knobs=kept) as session:
            session.records = stored.records  # keep the run's record, unlike its results
            yield session


def _refuse_other(fresh: Session, stored: Session, step: Step, expected: Task) -> None:
    """Raise TaskError if a task's result differs or if a stored object is damaged."""
    entry, store = fresh.state.results()[step.task], stored.state.store
    other_facts = entry.facts != expected.facts and not expected.objects
    if objects_of(entry) != expected.objects or other_facts:
        raise TaskError(
            f"{step.task} is the first task whose result differs",
            why=_cause(fresh, stored, step, expected),
            fix=f"to see its inputs: doit info {step.task} project={stored.project.name}",
        )
    damaged = [d for d in expected.objects.values() if store.sound(store.object(d)) is False]
    if damaged:
        raise TaskError(
            f"the stored result of {step.task} was damaged: {damaged[0][:8]}",
            why="its bytes no longer match its digest, so the disk or a program changed them; "
            "rendering it again produced the right bytes",
            fix="nothing to do: it is in cache/quarantine now and is rendered again when needed",
        )


def _cause(fresh: Session, stored: Session, step: Step, expected: Task) -> str:
    """Return the likely cause of a task's different result."""
    entry, before = fresh.state.results()[step.task], stored.state.store.find(expected.key)
    if entry.key != expected.key:
        return _moved(before.preimage, entry.preimage) if before else "its key changed"
    fresh.state.forget(entry.key)
    fresh.runner.run(step)
    again = fresh.state.results()[step.task]
    if (objects_of(again), again.facts) != (objects_of(entry), entry.facts):
        return "two runs just now produced different bytes: its instrument is not deterministic"
    return (
        "two runs just now produced the same bytes: the old result came from a different "
        "processor, or from a library that no key records"
    )


def _moved(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Describe the ingredients in CAUSES that differ between two keys."""
    names = [name for name in CAUSES if old.get(name) != new.get(name)]
    return "; ".join(f"{CAUSES[name]}{_values(old.get(name), new.get(name))}" for name in names)


def _values(old: Any, new: Any) -> str:
    """Return the old and new values of an ingredient as text, or "" if they are long."""
    if isinstance(old, dict) and isinstance(new, dict):
        moved = [f"{k} {old.get(k)} → {new.get(k)}" for k in new if old.get(k) != new.get(k)]
        return f": {', '.join(moved)}" if moved and len(str(moved)) < 200 else ""
    return f": {old} → {new}" if len(f"{old}{new}") < 100 else ""
