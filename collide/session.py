"""One project opened for one verb: its settings, its clips, its plan, and a bench to work at.

Two ways lead to a plan. `plan_now` is for verbs that render: it chooses and probes what is
missing. `plan_known` is for verbs that only look: it reads what was recorded, starts no
process and writes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collide.build import engine as door
from collide.build.bench import Bench
from collide.build.index import Index
from collide.build.key import Input, Step
from collide.build.library import Library, Report
from collide.build.memo import Memo
from collide.build.models import find_model
from collide.build.needs import Lease
from collide.build.perform import ask, perform
from collide.build.record import Done, Run, now
from collide.build.room import limit
from collide.build.store import Store
from collide.demo import footage_steps, make_footage
from collide.errors import DiskError, InputError, TaskError
from collide.graph.amounts import SHARES, whole
from collide.graph.knobs import Settings
from collide.graph.lent import lent_files
from collide.graph.plan import Plan, make_plan, models_needed
from collide.graph.project import Project
from collide.graph.selection import Pick, Selection
from collide.graph.steps import probe_step
from collide.house import House
from collide.step import Clip

Say = Callable[[str], None]


@dataclass
class Session:
    """A project, opened."""

    house: House
    project: Project
    settings: Settings
    bench: Bench
    selection: Selection
    run: Run
    say: Say
    notes: list[str] = field(default_factory=list)
    footage: dict[str, Step] = field(default_factory=dict)  # of the demo's own clips
    probes: dict[str, Step] = field(default_factory=dict)  # of the chosen clips

    @property
    def layers(self) -> list[dict[str, Any]]:
        """Return the knobs of each layer with those of the piece, the base first."""
        piece = self.settings.piece()
        return [{**piece, **self.settings.layer(n)} for n in range(1, piece["num_videos"] + 1)]

    def plan_known(self) -> Plan | None:
        """Return the plan as far as it was recorded, None while clips are still to be chosen."""
        self.bench.recall_engine()
        picks = [pick for pick in self.selection.find(self.layers) if pick]
        clips = [clip for pick in picks if (clip := self.bench.library.facts(pick.digest))]
        if len(clips) < len(self.layers):
            return None
        return self._plan(picks, clips)

    def plan_now(self, *, keep: bool = True) -> Plan:
        """Return the plan, after choosing, finding and probing what it needs.

        Args:
            keep: write what was chosen, and the project if it is new.

        Raises:
            InputError: an engine that lacks a part, no model, no clips, too few, none of a name.
        """
        self._models()  # before anything is done: without one nothing can be finished
        if self.footage:
            self.bench.require_engine()
            make_footage(self.bench, self.footage, self.run, self.say)
        began, before = now(), len(self.selection.draws)
        picks = self._choose()
        self.bench.require_engine()
        picks = [self._found(pick) for pick in picks]
        self._decide_storage()
        if keep:
            self.project.make()
            self.selection.save()
        why = "clips were chosen" if len(self.selection.draws) > before else ""
        status = "rendered" if why else "kept"
        self.run.add(Done("select", status, why, seconds=now() - began))
        clips = [self._probed(pick) for pick in picks]
        return self._plan(picks, clips)

    def mended(self, step: Step, error: TaskError) -> TaskError:
        """Return a task's error with the command that rolls its layer anew, if a clip is read."""
        layer = step.task.partition(":")[2].partition(".")[0]
        if not step.clips or not layer.isdigit() or isinstance(error, DiskError):
            return error
        knobs = self.layers[int(layer) - 1]
        free = f"layer{layer}.clip=any " if knobs["clip"] != "any" else ""  # else take says nothing
        turn = f"{free}layer{layer}.take={knobs['take'] + 1}"
        roll = f"another clip for it: doit set project={self.project.name} {turn}"
        return TaskError(error.what, why=error.why, fix=f"{roll}\n{error.fix}")

    def _plan(self, picks: list[Pick], clips: list[Clip]) -> Plan:
        asked = self.settings.piece()["storage"]
        storage = (self.selection.storage or "raw") if asked == "auto" else asked
        plan = make_plan(
            self.project,
            self.settings,
            picks=picks,
            clips=clips,
            storage=storage,
            engine=self.bench.engine_digest,
            version=self.bench.engine_version,
            models=self._models(),
            files=lent_files(self.settings, self.bench.library),
        )
        self.bench.steps = plan.steps
        return plan

    def _models(self) -> dict[str, Input]:
        """Return the models that are needed; InputError where one is not here."""
        return {n: find_model(self.house, self.bench.memo, n) for n in models_needed(self.settings)}

    def _choose(self) -> list[Pick]:
        found = self.selection.find(self.layers)
        if None in found:
            if self.bench.library.has_files():
                self.bench.require_engine()
            self.scan()
            seconds = self.settings.piece()["duration"]
            self.selection.choose(self.layers, self.bench.library, seconds)
            found = self.selection.find(self.layers)
        return [pick for pick in found if pick]

    def _found(self, pick: Pick) -> Pick:
        """Return a pick with the name and the bytes its clip has now, and say what moved."""
        library = self.bench.library
        if library.place(pick.digest) is None:
            self.scan()
        path = library.place(pick.digest)
        if path is None:
            stands = self.house.root / pick.name
            new = library.known["clips"].get(pick.name, {}) if stands.exists() else {}
            if "facts" not in new:
                self.notes.append(
                    f"layer {pick.layer}: its clip {pick.name} is not here; what is stored is used"
                )
                return pick
            self.notes.append(f"layer {pick.layer}: the bytes of {pick.name} changed")
            self.selection.follow(pick.digest, new["digest"], pick.name)
            return Pick(pick.layer, new["digest"], pick.name, pick.start)
        name = library.name(path)
        if name != pick.name:
            self.notes.append(f"layer {pick.layer}: {pick.name} is called {name} now")
            self.selection.follow(pick.digest, pick.digest, name)
        return Pick(pick.layer, pick.digest, name, pick.start)

    def _probed(self, pick: Pick) -> Clip:
        """Return what a chosen clip holds, and record its probe as a task of this run."""
        step = probe_step(pick.digest)
        self.probes[step.task] = step
        if self.bench.receipt(step.task) is None or not self.bench.fresh(step):
            if self.bench.library.place(pick.digest) is None:
                known = self.bench.library.facts(pick.digest)
                if known is None:
                    raise _not_here(self.project, pick)
                return known
            self.run.add(perform(self.bench, step))
        else:
            self.run.add(Done(step.task, "kept"))
        return Clip.of(self.bench.results()[step.task].facts)

    def scan(self) -> Report:
        """Look through the library, with progress, and return what was found."""
        began = now()

        def seen(done: int, total: int, name: str) -> None:
            if now() - began > 1 and done % 10 == 0:
                self.say(f"looking at clips: {done} of {total}, {name}")

        if self.bench.library.known and self.bench.library.damaged:
            self.say(
                "cache/library.json was damaged, and is made anew; "
                "other folders of clips: doit scan path=DIR"
            )
        report = self.bench.library.scan(self._probe, seen)
        for name, why in report.left_out.items():
            self.notes.append(f"left out {name}: {why}")
        return report

    def _probe(self, path: Path, digest: str) -> dict[str, Any]:
        step = probe_step(digest)
        entry = ask(self.bench, step, path)
        return Clip.of(entry.facts).facts()

    def _decide_storage(self) -> None:
        """Choose how layers are kept, once for a project: raw where it fits the cache easily."""
        if self.selection.storage is None:
            piece = self.settings.piece()
            raw, index = whole(piece, len(self.layers)), self.bench.index
            room = limit(index.store, index.held()).bytes / 3
            fits = (name for name, share in SHARES.items() if raw * share < room)
            self.selection.storage = next(fits, list(SHARES)[-1])


def _not_here(project: Project, pick: Pick) -> InputError:
    return InputError(
        f"the clip of layer {pick.layer} is not here",
        why=f"{pick.name} was deleted or changed, or its disk is not plugged in",
        fix=f"bring it back, or set another: doit set project={project.name} "
        f"layer{pick.layer}.clip=…",
    )


def open_session(
    house: House,
    project: Project,
    *,
    presets: list[str],
    typed: Mapping[str, Any],
    words: list[str],
    say: Say = print,
) -> Session:
    """Return a project opened with what was typed.

    Raises:
        InputError: a preset, knob or value that cannot be, or no engine.
        StoreError: the cache was made by another version.
    """
    settings = project.settings(presets, typed)
    store, memo = Store(house.cache), Memo(house.cache / "memo.db")
    memo.hold()
    receipts, clips = house.receipts(project.name), Library(house, memo)
    bench = Bench(receipts, store, memo, clips, door.find_engine(), Index(store), Lease(store))
    run = Run(project.name, words)
    session = Session(house, project, settings, bench, Selection(project), run, say)
    session.notes += settings.notes
    session.footage = footage_steps(project)
    return session
