"""One project opened for one verb: its settings, clips, plan, and build state.

`plan_now` (for renders) chooses and probes clips; `plan_known` (for other verbs) runs nothing.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from collide.base.clock import monotonic
from collide.base.errors import ChangedError, CollideError, DiskError, TaskError, of_disk
from collide.base.media import Clip, Sound
from collide.base.workspace import Workspace
from collide.engine.models import find_model
from collide.engine.programs import find_engine
from collide.library.library import Library
from collide.plan.placing import Hear
from collide.plan.planner import Plan, make_plan, models_needed
from collide.project.knob_files import lent_files
from collide.project.look_book import Look, draws, files_of, pinned_looks
from collide.project.piece import SHARES, whole_bytes
from collide.project.project import Project
from collide.project.selection import LAYER, Pick, Selection
from collide.project.settings import Settings
from collide.project.stars import pin_of, star, starred
from collide.project.thresholds import Threshold, free_thresholds, recall
from collide.run.build_state import BuildState
from collide.run.chosen_clips import Clips, Say
from collide.run.demo import footage_steps, make_footage
from collide.run.forecast import Forecast, predict
from collide.run.record import Done, RunRecord
from collide.run.runner import Context, Runner, waited_for
from collide.run.schedule import Scheduler, memory, run_steps
from collide.run.solving import found_before, hold, solve, solving_plan
from collide.store.call import Call
from collide.store.digests import MEMO, Memo
from collide.store.entry import Entry
from collide.store.eviction import limit
from collide.store.index import Index
from collide.store.leases import Lease, pin, pins
from collide.store.objects import Store
from collide.store.reasons import Cause, Reason
from collide.store.receipts import Receipts
from collide.store.step import Input, Step


@dataclass
class Session:
    """An open project; as a context manager, it closes itself even after an error."""

    workspace: Workspace
    project: Project
    settings: Settings
    state: BuildState
    clips: Clips
    runner: Runner
    say: Say
    records: Path | None  # the folder for its record, or None to write no record
    footage: dict[str, Step] = field(default_factory=dict)  # steps that render the demo's clips
    look: Look | None = None  # the command's look
    presets: tuple[str, ...] = ()  # the command's presets

    def __post_init__(self) -> None:
        self.runner.mend = self._mended
        self.selection, self.notes = self.clips.selection, self.clips.notes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: Any) -> None:
        """End the run (see `Runner.end`) and close the session."""
        try:
            self.runner.end(self.records, raised[1], self.say)
        finally:
            self.state.lease.close()
            self.state.engine.close()
            # a night opens a session per piece, and unclosed databases would accumulate
            self.state.memo.close()
            self.state.index.notes.close()

    @property
    def run(self) -> RunRecord:
        """Return the session's record."""
        return self.runner.record

    @property
    def layers(self) -> list[dict[str, Any]]:
        """Return the knobs of each layer (including the piece's knobs), beginning with the base."""
        piece = self.settings.piece()
        return [{**piece, **self.settings.layer(n)} for n in range(1, piece["num_videos"] + 1)]

    def plan_known(self) -> Plan | None:
        """Return the plan from recorded facts, or None until clips and thresholds are known."""
        self.state.recall_engine()
        later = self.clips.foreseen(self.layers, self.settings.piece())
        picks = [pick for pick in later.picks if pick]
        facts = [self.clips.recalled(pick, self._knobs(pick), later.instead) for pick in picks]
        if len(clips := [clip for clip in facts if clip]) < len(later.picks):
            return None
        left = self._left(picks, later.selection)
        plan = self._plan(picks, clips, self.clips.heard_before)
        if left and (solved := found_before(self.stored_entries(solving_plan(plan, left)))):
            hold(self.selection, left, solved)
            return self.plan_known()
        return None if left else plan

    def plan_now(self, *, keep: bool = True) -> Plan:
        """Choose, locate and probe the clips, and return the plan.

        If `keep` is true, write the choices and solved thresholds, and the project if it is new.
        """
        self._models()  # checked first, because a piece cannot be finished without its models
        if self.footage:
            self.state.require_engine()
            make_footage(self.runner, self.footage, self.say)
        self.state.renders, began, before = True, monotonic(), len(self.selection.draws)
        picks = self.clips.chosen(self.layers, self.settings.piece())
        self._decide_storage()
        if keep:
            self.project.make()
            self.selection.save()
        why = (Reason(Cause.CHOSEN),) if len(self.selection.draws) > before else ()
        status = "rendered" if why else "kept"
        self.run.add(Done("select", status, why, seconds=monotonic() - began))
        clips = [self.clips.probed(pick, self._knobs(pick)) for pick in picks]
        self._balance(picks, clips, keep=keep)
        if keep:
            self.selection.save()
            self._left(picks)  # another run may have solved them first
        return self._plan(picks, clips, self.clips.heard)

    def _balance(self, picks: list[Pick], clips: list[Clip | Sound], *, keep: bool) -> None:
        """Solve the free thresholds not solved before; if `keep` is true, print the results."""
        if left := self._left(picks):
            plan = solving_plan(self._plan(picks, clips, self.clips.heard_before), left)
            solution, why = solve(plan, self.runner, self.scheduler)
            if solution:
                text = hold(self.selection, left, solution)
                self._left(picks)
                if keep:
                    self.say(text)
            else:
                self.notes.append(f"thresholds are kept as the dice drew them: {why}")

    def _left(self, picks: list[Pick], later: Selection | None = None) -> list[Threshold]:
        """Apply solved thresholds to the settings; return the free thresholds left to solve."""
        return recall(self.settings, later or self.selection, free_thresholds(self.settings, picks))

    def recalled(self) -> Settings:
        """Return the settings with the solved thresholds of the drawn clips; run no steps."""
        picks = self.clips.remembered(self.layers, self.settings.piece())
        self._left([pick for pick in picks if pick])
        return self.settings

    def aside(self, name: str) -> Self:
        """Switch to separate receipts, so that renders keep theirs; return the session."""
        self.state.receipts = Receipts(self.state.receipts.folder / name)
        return self

    def bring(self, plan: Plan, more: Iterable[Step]) -> None:
        """Bring steps, and the plan's steps that they need, up to date; several run at once.

        After a failure, no more steps start, and the first error is raised.
        """
        steps = [*more]
        self.state.steps = {**plan.steps, **{step.task: step for step in steps}}
        wanted = {step.task: step for step in [*waited_for(plan, steps), *steps]}
        scheduler = self.scheduler(predict(self.state, replace(plan, steps=wanted)))
        run_steps(wanted.values(), self.runner.run, scheduler)

    def scheduler(self, forecast: Forecast, workers: int = 0) -> Scheduler:
        """Return the scheduler for a forecast; if the worker is needed, start its imports."""
        plan, state = forecast.plan, self.state
        asks = {play for play in forecast.asks if Call(play, "analyze").libraries(state.catalog)}
        if asks:
            state.engine.prepare(asks, state.catalog.scripts)
        return Scheduler(
            forecast.chains(),
            {task: memory(step, plan.piece) for task, step in plan.steps.items()},
            state.engine.cancel,
            single={task for task, step in plan.steps.items() if step.asks},
            workers=workers,
        )

    def stored_entries(self, plan: Plan) -> dict[str, Entry]:
        """Return the stored results of a plan, looked up only by the keys of its steps.

        Steps that were never rendered, the steps after them, and the manifest are omitted.
        """
        entries: dict[str, Entry] = {}
        for step in plan.steps.values():
            with suppress(KeyError):
                entry = self.state.store.find(self.state.key_of(step.job(entries, {})))
                if entry and step.opens:
                    entries[step.task] = entry
        return entries

    def keep_starred(self, plan: Plan) -> None:
        """Pin the objects of a rendered look if it is starred and not yet pinned in the cache.

        Stars thus outlive the cache. A pin from the time before stars.json becomes a star.
        """
        store, project = self.state.store, self.project
        every, look = pinned_looks(project, store), plan.piece.look
        if old := every - starred(project):
            star(project, *old & {*files_of(project)})
        if look in every and pin_of(project, look) not in pins(store):
            entries = self.stored_entries(plan).values()
            objects = {o.digest for e in entries for o in e.objects.values()}
            pin(store, pin_of(project, look), objects)

    def _mended(self, step: Step, error: CollideError | OSError) -> CollideError:
        """Return the error to report, which suggests a spare clip if a clip is to blame."""
        if deleted := self.state.lease.deleted(self.run.words):
            return deleted
        if isinstance(error, OSError):
            return of_disk(error, self.workspace.fullest())
        layer = step.task.partition(":")[2].partition(".")[0]
        mine = layer in map(str, range(1, len(self.layers) + 1))  # false for probe:12345678
        rolls = isinstance(error, TaskError) and not isinstance(error, DiskError | ChangedError)
        spare = len(self.state.library.usable(self.project.name)) > len(self.layers)
        if not (rolls and step.clips and mine and spare):
            return error
        knobs = self.layers[int(layer) - 1]  # `take` has an effect only with clip=any
        free = f"layer{layer}.clip=any " if knobs["clip"] != "any" else ""
        turn = f"doit set project={self.project.name} {free}layer{layer}.take={knobs['take'] + 1}"
        return TaskError(error.what, why=error.why, fix=f"another clip for it: {turn}\n{error.fix}")

    def _plan(self, picks: list[Pick], clips: list[Clip | Sound], hear: Hear) -> Plan:
        choice = self.settings.piece()["storage"]
        storage = (self.selection.storage or "raw") if choice == "auto" else choice
        plan = make_plan(
            self.project,
            self.settings,
            picks=picks,
            clips=clips,
            hear=hear,
            storage=storage,
            engine=self.state.engine_digest,
            version=self.state.engine_version,
            models=self._models(),
            files=lent_files(self.settings, self.state.library),
        )
        self.state.steps = plan.steps
        self.runner.clips = {f"layer:{one.number}": one.pick.short for one in plan.piece.layers}
        return plan

    def _knobs(self, pick: Pick) -> Mapping[str, Any]:
        """Return the knobs of the slot that a file was chosen for."""
        return self.layers[pick.layer - 1] if pick.of == LAYER else self.settings.piece()

    def _models(self) -> dict[str, Input]:
        """Return the required models; raise InputError if a model is missing."""
        return {
            n: find_model(self.workspace, self.state.memo, n) for n in models_needed(self.settings)
        }

    def _decide_storage(self) -> None:
        """Choose the storage of layers once per project: the fastest that fits easily, or ffv1."""
        if self.selection.storage is None:
            piece = self.settings.piece()
            raw, index = whole_bytes(piece, len(self.layers)), self.state.index
            room = limit(index.store, index.held()).bytes / 3
            fits = (name for name, share in SHARES.items() if raw * share < room)
            self.selection.storage = next(fits, list(SHARES)[-1])


def open_session(
    workspace: Workspace,
    project: Project,
    *,
    presets: list[str],
    typed: Mapping[str, Any],
    words: list[str],
    say: Say = print,
    look: Look | None = None,
    context: Context | None = None,
) -> Session:
    """Return a project opened with the command's settings: knobs over presets over a look.

    Raises:
        CollideError: an invalid preset, knob or value, no ffmpeg, or a cache from another version.
    """
    lost, context, store = workspace.lost_cache(), context or Context(), Store(workspace.cache)
    library = Library(workspace, memo := Memo(workspace.cache / MEMO).hold())
    knobs = look.knob_source(library, typed) if look else None
    settings = project.settings(presets, typed, knobs)
    receipts, engine = workspace.receipts(project.name), find_engine(context.cancel, context.worker)
    kept = Receipts(receipts), store, memo, library, engine, Index(store), Lease(store)
    state = BuildState(*kept, settings.catalog)
    runner = Runner(state, RunRecord(project.name, words), context.level)
    clips = Clips(project, state, Selection(project), runner, say)
    if look:
        clips.selection.look_draws = draws(look, project.settings([], {}, knobs), library, settings)
    opened = (workspace, project, settings, state, clips, runner, say)
    session = Session(*opened, workspace.cache / "runs", footage_steps(project), look, (*presets,))
    session.notes.extend([*settings.notes, *filter(None, [lost])])
    return session
