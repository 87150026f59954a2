"""show what one task reads and produces, its commands, and why it would run

`doit info layer` lists all tasks of the kind layer. trace=true prints a trace of the last run that
did any work: save it with `doit info trace=true project=x > run.json` and open the file in a trace
viewer (ui.perfetto.dev or chrome://tracing in Chrome).
"""

import os
import re
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from collide.base.errors import InputError
from collide.base.words import nearest
from collide.catalog import knobs
from collide.cli.named_tasks import refuse_missing_tasks
from collide.cli.outlook import VERDICTS, guess_line, unplanned_message
from collide.cli.plain_json import print_json
from collide.cli.request import Request
from collide.library.folders import kind
from collide.limits import as_typed
from collide.plan.planner import Plan
from collide.project.settings import bare
from collide.run.forecast import Guess, predict
from collide.run.record import read_run
from collide.run.session import Session
from collide.run.shell_lines import lines_of
from collide.run.trace import trace
from collide.store.entry import Entry
from collide.store.eviction import gb
from collide.store.reasons import sentence
from collide.store.step import Log, Step
from collide.syntax.arguments import KINDS, line
from collide.syntax.variables import PIECE, toggle
from collide.syntax.verb import Verb

VERB = Verb(
    examples=("layer:2 {project}",),
    variables={
        **PIECE,
        "trace": toggle("whether to print a trace of the last run that did any work"),
    },
    knobs=True,
    words=1,
    read_only=True,
)
WIDTH = 100  # characters per line


def run(request: Request) -> int:
    """Describe one task, list the tasks of one kind, or print the last run's trace."""
    if request.value("trace"):
        return _traced(request)
    (task,) = request.words or [""]
    if not task or set(task) & set("*?["):
        raise _without_task(request)
    if task.partition(":")[0] not in KINDS:
        raise _no_task(request, task)
    with request.open() as session:
        plan = session.plan_known()
        refuse_missing_tasks([task], session, plan)
        if plan is None:
            print(unplanned_message(session))
            return 0
        steps = {**session.footage, **session.clips.probes, **plan.steps}
        lines = (
            _page(session, plan, steps[task]) if task in steps else _kind(request, session, plan)
        )
        print("\n".join(lines))
    return 0


def _without_task(request: Request) -> InputError:
    """Return the error for a command without a task, or with a pattern such as `layer:*`."""
    project = request.project or next(iter(request.workspace.projects()), "")
    ways = {"all of them": "render", "all layers": "layer", "one layer": "layer:2"}
    lines = [f"{n}: {replace(request, words=[w]).line(project=project)}" for n, w in ways.items()]
    return InputError(
        "info needs a task",
        why=f"it shows one task or all tasks of one kind: {', '.join(KINDS)}",
        fix="\n".join(lines) if project else line(["new"], {}),
    )


def _no_task(request: Request, word: str) -> InputError:
    """Return the error for a word that is not a task: a clip, `layer2`, or a typo."""
    numbered = re.sub(r"(?<=[a-z])[ _-]?(?=[0-9]+$)", ":", word)  # layer2 becomes layer:2
    near = numbered if numbered.partition(":")[0] in KINDS else nearest(word, KINDS)
    if kind(word):
        fix = f"about a clip: {line(['clips', PurePath(word).name], {})}"
    else:
        fix = replace(request, words=[near or "render"]).line()
    return InputError(
        f"there is no task {word!r}",
        why=f"info shows one task or all tasks of one kind: {', '.join(KINDS)}",
        fix=fix if near or kind(word) else f"all tasks: {fix}",
    )


def _kind(request: Request, session: Session, plan: Plan) -> Iterator[str]:
    """Yield a line for each task of one kind (`render`: all tasks; `select`: the chosen clips)."""
    (word,) = request.words
    if word == "select":
        names = {pick.layer: session.state.library.called(pick.digest) for pick in plan.piece.picks}
        yield f"clips chosen in {os.path.relpath(session.selection.path)}"
        yield from (f"layer {layer:<6} {name}" for layer, name in sorted(names.items()))
        return
    guesses = predict(session.state, plan).guesses.values()
    matches = [guess for guess in guesses if word in (guess.task.partition(":")[0], "render")]
    yield from map(guess_line, matches)
    if not matches:
        yield f"{session.project.name} needs no {word} task now"


def _page(session: Session, plan: Plan, step: Step) -> Iterator[str]:
    """Yield what a task would do and why, what it reads and produces, and its commands."""
    state, clip = session.state, session.runner.clips.get(step.task, "")
    guess = predict(state, plan).guesses.get(step.task) or Guess(step.task, "keep")
    yield f"{step.task} of {session.project.name}" + (f" · {clip}" if clip else "")
    verdict = VERDICTS[guess.verdict]
    yield from _row("now", f"{verdict}: {sentence(guess.why, step.task)}".rstrip(": "))
    if receipt := state.receipt(step.task):
        yield from _result(session, receipt.entry)
    places = [state.library.place(digest) for digest in step.clips]
    read = [*step.needs, *(os.path.relpath(place) for place in places if place)]
    yield from _row("reads", ", ".join(read) or "nothing")
    yield from _row("knobs", ", ".join(_knobs(step, state.log(step))))
    yield from _row("written to", ", ".join(map(os.path.relpath, step.deliver.values())))
    users = [other.task for other in plan.steps.values() if step.task in other.needs]
    yield from _row("read by", ", ".join(users))
    yield "\ncommands"
    yield from lines_of(session, plan, step)


def _result(session: Session, entry: Entry) -> Iterator[str]:
    took = f"{entry.seconds:.1f} s to make, {gb(entry.size)}, key {entry.key[:16]}"
    yield from _row("last result", took)
    yield from _row("answer", ", ".join(f"{name} {value}" for name, value in entry.facts.items()))
    for role, ref in entry.objects.items():
        place = os.path.relpath(session.state.store.object(ref.digest))
        held = "" if session.state.store.holds(ref) else ", evicted"
        yield from _row("made", f"{role} {gb(ref.size)}{held} {place}")


def _row(name: str, text: str) -> list[str]:
    """Return the wrapped lines of a row, or [] if `text` is empty."""
    lead = f"  {name:<11} "
    return textwrap.wrap(
        text, WIDTH, initial_indent=lead, subsequent_indent=" " * 14,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _knobs(step: Step, log: Log) -> Iterator[str]:
    """Yield the turned knobs that a task reads, and the number of other knobs it reads.

    The task's own layer is omitted from the names.
    """
    own, plain = f"layer{step.task.partition(':')[2]}.", 0
    for name, value in log.items():
        knob = knobs().get(bare(name))
        if knob and value == knob.default:
            plain += 1
        elif knob and bare(name) != "clip":
            yield f"{name.removeprefix(own)} {as_typed(value)}"
    if plain:
        yield f"{plain} at the default"


def _traced(request: Request) -> int:
    project = request.existing()
    for path in sorted((request.workspace.cache / "runs").glob("*.json"), reverse=True):
        record = read_run(path)
        if record and record["project"] == project.name and _worked(record):
            return print_json(trace(record))
    raise InputError(
        f"no run of {project.name} is recorded",
        why=f"{request.workspace.cache}/runs contains no run of it that did any work",
        fix=f"render it: doit render project={project.name}",
    )


def _worked(run: dict[str, dict[str, dict[str, str]]]) -> bool:
    return any(done["status"] != "kept" for done in run["tasks"].values())
