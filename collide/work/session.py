"""One project opened for one verb: its settings, its clips, its plan, and a bench to work at.

Two ways lead to a plan. `plan_now` is for verbs that render: it chooses and probes what is
missing. `plan_known` is for verbs that only look: it reads what was recorded, starts no
process and writes nothing.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from collide.build.bench import Bench
from collide.build.engine import find_engine
from collide.build.entry import Entry
from collide.build.index import Index
from collide.build.key import Input, Step
from collide.build.library import Library
from collide.build.memo import Memo
from collide.build.models import find_model
from collide.build.needs import Lease
from collide.build.receipts import Receipts
from collide.build.record import Done, Run, now
from collide.build.room import limit
from collide.build.store import Store
from collide.errors import DiskError, TaskError
from collide.graph.amounts import SHARES, whole
from collide.graph.knobs import Settings
from collide.graph.lent import lent_files
from collide.graph.look import Look, draws
from collide.graph.plan import Hear, Plan, make_plan, models_needed
from collide.graph.project import Project
from collide.graph.selection import Pick, Selection
from collide.house import House
from collide.media import Clip, Sound
from collide.work.clips import Clips, Say
from collide.work.demo import footage_steps, make_footage


@dataclass
class Session:
    """A project, opened."""

    house: House
    project: Project
    settings: Settings
    bench: Bench
    clips: Clips
    run: Run
    say: Say
    footage: dict[str, Step] = field(default_factory=dict)  # of the demo's own clips
    look: Look | None = None  # that was typed

    @property
    def selection(self) -> Selection:
        """Return what was drawn for this project."""
        return self.clips.selection

    @property
    def notes(self) -> list[str]:
        """Return what is to be said when the run ends."""
        return self.clips.notes

    @property
    def layers(self) -> list[dict[str, Any]]:
        """Return the knobs of each layer with those of the piece, the base first."""
        piece = self.settings.piece()
        return [{**piece, **self.settings.layer(n)} for n in range(1, piece["num_videos"] + 1)]

    def plan_known(self) -> Plan | None:
        """Return the plan as far as it was recorded, None while clips are still to be chosen."""
        self.bench.recall_engine()
        found = self.clips.known(self.layers, self.settings.piece())
        picks = [pick for pick in found if pick]
        clips = [clip for pick in picks if (clip := self.clips.recalled(pick))]
        if len(clips) < len(found):
            return None
        return self._plan(picks, clips, self.clips.heard_before)

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
        picks = self.clips.chosen(self.layers, self.settings.piece())
        self._decide_storage()
        if keep:
            self.project.make()
            self.selection.save()
        why = "clips were chosen" if len(self.selection.draws) > before else ""
        status = "rendered" if why else "kept"
        self.run.add(Done("select", status, why, seconds=now() - began))
        clips = [self.clips.probed(pick) for pick in picks]
        return self._plan(picks, clips, self.clips.heard)

    def end(self) -> None:
        """Write the run's record, and let go of what was used."""
        self.run.write(self.house.cache / "runs")
        self.close()

    def close(self) -> None:
        """Let the index know what was used, and let go of it."""
        results, done = self.bench.results(), self.run.tasks
        if self.run.count("kept") < len(done):
            used = {task: results[task] for task in done if task in results}
            again = [task for task in done if done[task].status == "restored"]
            self.bench.index.use(self.project.name, used, again)
        self.bench.lease.close()

    def made(self, plan: Plan) -> dict[str, Entry]:
        """Return what was made of a plan before, by the keys of its steps alone.

        What was never made, and what hangs on that, is not in it; nor is the manifest, which tells
        of one run.
        """
        found: dict[str, Entry] = {}
        for step in plan.steps.values():
            with suppress(KeyError):
                entry = self.bench.store.find(step.job(found).key(self.bench.engine_digest))
                if entry and step.opens:
                    found[step.task] = entry
        return found

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

    def _plan(self, picks: list[Pick], clips: list[Clip | Sound], hear: Hear) -> Plan:
        asked = self.settings.piece()["storage"]
        storage = (self.selection.storage or "raw") if asked == "auto" else asked
        plan = make_plan(
            self.project,
            self.settings,
            picks=picks,
            clips=clips,
            hear=hear,
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

    def _decide_storage(self) -> None:
        """Choose how layers are kept, once for a project: raw where it fits the cache easily."""
        if self.selection.storage is None:
            piece = self.settings.piece()
            raw, index = whole(piece, len(self.layers)), self.bench.index
            room = limit(index.store, index.held()).bytes / 3
            fits = (name for name, share in SHARES.items() if raw * share < room)
            self.selection.storage = next(fits, list(SHARES)[-1])


def open_session(
    house: House,
    project: Project,
    *,
    presets: list[str],
    typed: Mapping[str, Any],
    words: list[str],
    say: Say = print,
    look: Look | None = None,
) -> Session:
    """Return a project opened with what was typed.

    Args:
        presets: names, in order.
        typed: knobs.
        words: of the command line, for the record.
        say: prints a line.
        look: the one that was typed: presets and knobs count on top of it.

    Raises:
        InputError: a preset, knob or value that cannot be, or no engine.
        StoreError: the cache was made by another version.
    """
    store, memo = Store(house.cache), Memo(house.cache / "memo.db")
    memo.hold()
    receipts, library = Receipts(house.receipts(project.name)), Library(house, memo)
    told = look.told(library, typed) if look else None
    settings = project.settings(presets, typed, told)
    bench = Bench(receipts, store, memo, library, find_engine(), Index(store), Lease(store))
    run = Run(project.name, words)
    clips = Clips(project, bench, Selection(project), run, say)
    if look:
        clips.selection.given = draws(look, project.settings([], {}, told), library, settings)
    session = Session(house, project, settings, bench, clips, run, say, look=look)
    session.notes.extend(settings.notes)
    session.footage = footage_steps(project)
    return session
