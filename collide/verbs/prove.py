"""render a look again beside the store, and name the first task that comes out otherwise, and why

Everything is made anew in a store of its own, which is gone afterwards; nothing else is touched.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from collide.base.errors import InputError, TaskError
from collide.base.workspace import Workspace
from collide.cli.request import Request
from collide.cli.variables import LOOK, PROJECT
from collide.project.look_book import find_look, last_look
from collide.project.look_file import Look, Task
from collide.run.fitting import fitted
from collide.run.forecast import predict
from collide.run.session import Session
from collide.store.entry import Entry
from collide.store.step import Step

VARIABLES = {"project": PROJECT, "look": replace(LOOK, about="the look", without="the last")}

# Ingredients of a key, and what a person calls it when one of them is another.
CAUSES = {
    "engine": "another engine",
    "libraries": "another version of a library",
    "version": "another version of the instrument",
    "argv": "its command is written otherwise now",
    "given": "it is given other knobs now",
    "inputs": "it reads other bytes now",
}


def run(request: Request) -> int:
    """Render it again, task by task, until one differs."""
    project = request.existing()
    look, signs = last_look(project), request.value("look", "")
    if not look.name.startswith(signs):
        look = find_look(project, signs)
    with request.open(project, look=look) as stored, _fresh(request, stored, look) as session:
        known = _known(stored, look)
        plan = session.plan_now(keep=False)
        # what people see stays as it is, and the manifest is of the run that is proved
        steps = {t: replace(s, deliver={}) for t, s in plan.steps.items() if s.opens}
        plan = replace(plan, steps=steps)
        session.state.steps = steps
        with session.runner.showing(fitted(session, predict(session.state, plan))):
            for task, step in steps.items():
                session.runner.run(step)
                if task in known:
                    _refuse_other(session, stored, step, known[task])
        print(session.run.line())
    objects = {made for task in known.values() for made in task.objects.values()}
    print(
        f"all {len(known)} tasks of look {look.name} came out equal, their {len(objects)} objects "
        "byte for byte"
    )
    return 0


def _known(stored: Session, look: Look) -> dict[str, Task]:
    """Return what each task made: by the manifest where it is of this look, else by the store.

    Raises:
        InputError: nobody knows it of all.
    """
    if look.tasks:
        return dict(look.tasks)
    plan = stored.plan_known()
    made = stored.stored_entries(plan) if plan else {}
    if plan is None or len(made) < len(plan.steps) - 1:
        again = f"doit render project={stored.project.name} look={look.name}"
        raise InputError(
            f"what look {look.name} made is not known any more",
            why="the manifest is of another look, and this cache and ffmpeg never made all of it",
            fix=f"render it, and prove it then: {again}",
        )
    return {t: Task(entry.key, _objects(entry), entry.facts) for t, entry in made.items()}


def _objects(entry: Entry) -> dict[str, str]:
    return {role: made.digest for role, made in entry.objects.items()}


@contextmanager
def _fresh(request: Request, stored: Session, look: Look) -> Iterator[Session]:
    """Give the look, opened on a store that holds nothing; it is gone afterwards."""
    with stored.state.store.workdir() as folder:
        house = Workspace(request.workspace.root, apart=folder / "cache")
        house.cache.mkdir()
        if stored.state.library.path.exists():  # which clips there are; each is asked again
            shutil.copyfile(stored.state.library.path, house.cache / "library.json")
        project = replace(stored.project, workspace=house)
        kept = {"storage": look.storage} if look.storage else {}
        with replace(request, workspace=house).open(project, look=look, knobs=kept) as session:
            session.records = stored.records  # what is rendered is gone, and what it did is not
            yield session


def _refuse_other(fresh: Session, stored: Session, step: Step, expected: Task) -> None:
    """Refuse a task that came out otherwise, and one whose stored objects are damaged.

    Raises:
        TaskError: with the likely cause.
    """
    entry, store = fresh.state.results()[step.task], stored.state.store
    if _objects(entry) != expected.objects or (
        entry.facts != expected.facts and not expected.objects
    ):
        raise TaskError(
            f"{step.task} is the first that came out otherwise than before",
            why=_cause(fresh, stored, step, expected),
            fix=f"what it is made of: doit info {step.task} project={stored.project.name}",
        )
    damaged = [d for d in expected.objects.values() if store.sound(store.object(d)) is False]
    if damaged:
        raise TaskError(
            f"what the store held of {step.task} was damaged: {damaged[0][:8]}",
            why="its bytes were others than those it was made with, which came out again just now; "
            "the disk, or a program, changed them",
            fix="nothing is to be done: it is in cache/quarantine, and made again when it is read",
        )


def _cause(fresh: Session, stored: Session, step: Step, expected: Task) -> str:
    """Return why a task came out otherwise, as far as can be told."""
    bench = fresh.state
    entry, before = bench.results()[step.task], stored.state.store.find(expected.key)
    if entry.key != expected.key:
        return _moved(before.preimage, entry.preimage) if before else "its key was another before"
    bench.forget(entry.key)
    fresh.runner.run(step)
    again = bench.results()[step.task]
    if (_objects(again), again.facts) != (_objects(entry), entry.facts):
        return "made twice just now, it came out in two ways: its instrument is not deterministic"
    return (
        "made twice just now, it came out alike: before, another kind of processor made it, or a "
        "library that is in no key"
    )


def _moved(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return which ingredients of a key are others than before."""
    names = [name for name in CAUSES if old.get(name) != new.get(name)]
    return "; ".join(f"{CAUSES[name]}{_shown(old.get(name), new.get(name))}" for name in names)


def _shown(old: Any, new: Any) -> str:
    """Return the old and the new value of an ingredient, where they are short."""
    if isinstance(old, dict) and isinstance(new, dict):
        moved = [f"{k} {old.get(k)} → {new.get(k)}" for k in new if old.get(k) != new.get(k)]
        return f": {', '.join(moved)}" if moved and len(str(moved)) < 200 else ""
    return f": {old} → {new}" if len(f"{old}{new}") < 100 else ""
