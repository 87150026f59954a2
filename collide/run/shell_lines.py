"""The commands of a step as shell lines that can be pasted; none of them is run."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from collide.engine.safety import Source, pasteable, program, script, spelled
from collide.instrument import MASKS, Argv
from collide.plan.planner import Plan
from collide.run.build_state import BuildState
from collide.run.forecast import predict
from collide.run.play import lists_of
from collide.run.session import Session
from collide.store.step import Input, Job, Step

REPORTED = (
    "# the next is worked out from what this one reports; as they ran, they are in cache/runs/*.log"
)


def lines_of(session: Session, plan: Plan, step: Step) -> Iterator[str]:
    """Yield the commands of one step, ready to paste, or what must run before they are known."""
    bench = session.state
    typed = [word for word in session.run.words if "=" in word]
    guesses = predict(bench, plan).guesses
    before = (guesses[task] for task in step.needs if task in guesses)
    if waits := [guess.task for guess in before if guess.verdict in ("render", "maybe")]:
        yield from (f"# first, since it needs what that makes: {_run(t, typed)}" for t in waits)
        return
    job = bench.job(step)
    if job.shape == "analyze":
        yield f"# no command: Python calls {job.play} {job.shape} with {json.dumps(job.arguments)}"
        return
    for source in job.inputs.values():
        if source.task and not bench.store.object(source.digest).exists():
            yield f"# first, since its object was evicted: {_run(source.task, typed)}"
    yield from _commands(bench, job)


def _run(task: str, typed: Sequence[str]) -> str:
    return pasteable(["doit", task, *typed])


def _commands(state: BuildState, job: Job) -> Iterator[str]:
    if job.shape != "passes":
        yield _lines(state, job, job.argv(state.catalog), first=True)
        return
    passes, first = job(state.catalog), True
    try:
        argv = next(passes)
        while True:
            yield _lines(state, job, argv, first=first)
            argv, first = passes.send(""), False
    except StopIteration:
        return
    except (ValueError, IndexError):
        yield REPORTED


def _lines(state: BuildState, job: Job, argv: Argv, *, first: bool) -> str:
    sources = {token: _source(state, source) for token, source in job.inputs.items()}
    if argv[0] == MASKS:
        return pasteable(program("engine.masks", [str(sources[argv[1]].path), *argv[2:]]))
    lists = lists_of(job, sources)
    places = sources | {name: Source(Path(name), trusted=True, demuxer="concat") for name in lists}
    places |= {word: Source(Path(word[2:]), trusted=True) for word in argv if word[:2] == "@@"}
    lent = {name: source.path for name, source in sources.items() if name[0] != "@"}
    return script(spelled(state.engine.path, argv, places), None, lists, lent, first=first)


def _source(state: BuildState, source: Input) -> Source:
    if source.task:
        return Source(state.store.object(source.digest), trusted=True, demuxer=source.demuxer)
    if source.path:
        return Source(source.path, trusted=True, demuxer=source.demuxer)
    place = state.library.place(source.digest)
    return Source(place or Path(f"the clip {source.digest[:8]}"), trusted=False)
