"""One step: key → look up → single-flight → render → verify → publish → receipt.

An evicted object is rendered again only when it is needed: by a step that is rendered, for a
delivered file, or by the caller.
"""

from functools import partial
from pathlib import Path

from collide.base.clock import monotonic
from collide.base.errors import ChangedError, DiskError, TaskError, barred
from collide.base.files import copy_out
from collide.base.tone import table_file
from collide.engine.safety import Source
from collide.library.renamed_folder import renamed_folder
from collide.run.build_state import BuildState
from collide.run.play import play
from collide.run.record import Done
from collide.store.entry import Entry
from collide.store.eviction import make_way, reserve
from collide.store.reasons import Cause, Reason, of
from collide.store.step import TABLE, Input, Job, Step

SHARED = "shared"  # the status of another machine's result whose objects are not here yet


def perform(state: BuildState, step: Step) -> Done:
    """Bring one step up to date and return its outcome.

    Raises:
        TaskError: the step failed and published nothing.
        OSError: the disk is full or failing.
    """
    began, before, why = monotonic(), state.receipt(step.task), state.why(step)
    job, key = state.job(step), state.key(step)
    entry, status = state.find(key), "restored"
    if entry is None:
        entry, status = _entry_of(state, step, job)
        if status == SHARED:
            status, why = "restored", (Reason(Cause.SHARED),)
    elif before and before.entry.key == key:
        status, why = "kept", ()
    if not state.delivered(step, entry):
        entry, status = _delivered(state, step, job, entry, status)
    # the result is from elsewhere even if another process rendered it while this one waited
    if before is None and status == "restored" and not of(why, Cause.SHARED):
        why = (Reason(Cause.ELSEWHERE),)
    state.sign(step, entry)
    # objects that were rendered again for this step have their own lines and times
    seconds = entry.seconds if status == "rendered" else round(monotonic() - began, 3)
    return Done(step.task, status, why, key, seconds, entry.size)


def ask(state: BuildState, step: Step, path: Path, *, whole: bool = False) -> Entry:
    """Return the result of a step (such as a probe or a thumbnail) on one file outside any piece.

    If `whole` is true, bring back the evicted objects of the result.
    """
    return _entry_of(state, step, step.job({}, {}), whole=whole, path=path)[0]


def _entry_of(
    state: BuildState, step: Step, job: Job, *, whole: bool = False, path: Path | None = None
) -> tuple[Entry, str]:
    """Render a step (on the file `path` or on its own inputs) unless its result is in a store."""
    key = state.key_of(job)
    with state.store.claim(key):
        entry, status = state.store.find(key), "restored"
        # other machines are not asked about a file outside any piece, because probing it here is
        # faster
        if entry is None and path is None and (entry := state.outside.find(step, job, key)):
            state.store.note(entry)
            state.index.add(entry, only=())
            status = SHARED
        if entry and (not whole or _brought(state, entry)):
            return entry, status
        done = step.sooner(state.results(), {}) if step.sooner else job
        sources = {
            token: Source(path, trusted=False)
            if path and token[0] == "@"
            else opened_input(state, source)
            for token, source in done.inputs.items()
        }
        entry = _rendered(state, step, job, done, sources)
        if path is None:
            state.outside.offer(step, job, entry)
        return entry, "rendered"


def passing(state: BuildState, step: Step) -> dict[str, bytes]:
    """Run a step whose result is not kept; map the names of its files to their bytes.

    Raises:
        TaskError, OSError: for the same reasons as in `perform`.
    """
    job = step.job(state.results(), {})
    sources = {token: opened_input(state, source) for token, source in job.inputs.items()}
    with state.store.workdir() as folder:
        files, _ = play(state, step, job, sources, folder)
        return {name: path.read_bytes() for name, path in files.items()}


def _brought(state: BuildState, entry: Entry) -> bool:
    """Fetch the missing objects of an entry if worthwhile; return whether all objects are here."""
    return all(
        state.store.holds(ref) or state.outside.bring(entry, role, entry.seconds)
        for role, ref in entry.objects.items()
    )


def _fetched(state: BuildState, source: Input) -> bool:
    """Fetch a missing object from another machine, if worthwhile; return whether it is here."""
    step, entry = state.steps[source.task or ""], state.results().get(source.task or "")
    made_there = entry.objects.get(source.role) if entry else None
    if entry is None or made_there is None or made_there.digest != source.digest:
        return False
    return state.outside.bring(entry, source.role, state.making_seconds(step, entry))


def opened_input(state: BuildState, source: Input) -> Source:
    """Return a job's input as a file to open: a named file, a color table, a clip or an object.

    An object is verified and brought back if it is missing or damaged.
    """
    if source.path:
        return Source(source.path, trusted=True, demuxer=source.demuxer)
    if source.role == TABLE:
        return Source(table_file(state.library.workspace.cache, source.digest), trusted=True)
    if source.task is None:
        path = state.library.place(source.digest)
        if path is None:
            raise _missing(state, source.digest)
        return Source(path, trusted=False)
    state.lease.take([source.digest])
    path = state.store.verified(source.digest)
    if path is None:
        lost = state.index.lost(source.digest)  # looked up before a fetch indexes the object
        if not _fetched(state, source):
            _again(state, state.steps[source.task], lost)
        path = state.store.verified(source.digest)
    if path is None:
        raise TaskError(
            f"rendering {source.task} again produced different bytes",
            why="its result was evicted or damaged, and had to be rendered again",
            fix="render once more: later steps will use the new bytes",
        )
    return Source(path, trusted=True, demuxer=source.demuxer)


def _missing(state: BuildState, digest: str) -> TaskError:
    """Return the error for a clip whose file is missing or unreadable."""
    name = state.library.last_name(digest)
    if name and (error := barred(state.library.workspace.root / name)):
        return error
    renamed = renamed_folder(state.library)
    if renamed and name.startswith(f"{renamed.lost}/"):
        return DiskError(renamed.what, why=renamed.why, fix=renamed.fix)
    name = name or f"the file {digest[:8]}"
    return TaskError(
        "a clip it needs is missing",
        why=f"{name} was deleted or changed, or its disk is not plugged in",
        fix=f"bring {name} back",
    )


def _again(state: BuildState, step: Step, lost: Cause) -> None:
    """Render the lost objects of an earlier step again for a later step."""
    job, key = state.job(step), state.key(step)
    entry, status = _entry_of(state, step, job, whole=True)
    state.sign(step, entry)
    if state.on_redone and status == "rendered":
        why = (Reason(lost, "a later step"),)
        state.on_redone(Done(step.task, status, why, key, entry.seconds, entry.size))


def _rendered(
    state: BuildState, step: Step, job: Job, done: Job, sources: dict[str, Source]
) -> Entry:
    """Run the job `done` in a private directory and publish its result under the key of `job`."""
    began = monotonic()
    make_way(state.index, step.bytes)
    with state.store.workdir() as folder:
        try:
            files, facts = play(state, step, done, sources, folder)
        except DiskError:
            raise
        except TaskError:  # a changed clip is to blame, whatever the error was
            _refuse_changed(state, done, sources)
            raise
        _refuse_changed(state, done, sources)
        return state.store.publish(
            state.key_of(job),
            files,
            facts=facts,
            preimage=job.ingredients(state.engine_digest, state.catalog),
            seconds=monotonic() - began,
            kind=step.kind,
            amount=step.amount,
            before=partial(reserve, state.index, state.lease),
        )


def _refuse_changed(state: BuildState, job: Job, sources: dict[str, Source]) -> None:
    """Raise ChangedError if a file that the job reads from outside the store has changed."""
    for token, source in sources.items():
        source_input = job.inputs[token]
        if source_input.task is not None:  # an object cannot change
            continue
        now = state.library.content(source.path)
        if now != source_input.digest:
            became = "was replaced or is still being written" if now else "was deleted"
            raise ChangedError(
                f"{source.path.name} changed while it was being read",
                why=f"it {became}, so the result may not match any version of it and was discarded",
                fix="render again once the file has stopped changing",
            )


def _delivered(
    state: BuildState, step: Step, job: Job, entry: Entry, status: str
) -> tuple[Entry, str]:
    """Copy delivered files out of the store; first bring back evicted or damaged objects."""
    for role, path in step.deliver.items():
        state.lease.take([entry.objects[role].digest])
        source = state.store.verified(entry.objects[role].digest)
        if source is None:
            state.outside.bring(entry, role, state.making_seconds(step, entry))
            source = state.store.verified(entry.objects[role].digest)
        if source is None:
            entry, status = _entry_of(state, step, job, whole=True)
            source = state.store.object(entry.objects[role].digest)
        copy_out(source, path, lasting=step.opens)  # videos are synced to disk, notes are not
    return entry, "restored" if status in ("kept", SHARED) else status
