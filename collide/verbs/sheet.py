"""show the same frame of a piece with each preset, on a contact sheet; presets=all, or a,b

The first cell shows the piece without a further preset. The project's own knobs and clips are not
changed.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from collide.base.errors import InputError, TaskError
from collide.base.words import several
from collide.cli.request import Request
from collide.cli.try_next import kept_words
from collide.instrument import exact
from collide.plan.still_frame import TASK as STILL
from collide.project import presets
from collide.project.project import Project
from collide.run.progress import long
from collide.run.record import Done, RunRecord
from collide.run.session import Session, open_session
from collide.syntax.arguments import line
from collide.syntax.variables import AT, LOOK, PROJECT, Variable
from collide.syntax.verb import Verb
from collide.text_limits import Names
from collide.views.contact_sheet import Picture, frame, sheet
from collide.views.faults import Faults


def refuse_unknown(request: Request) -> None:
    """Refuse an unknown preset before anything is opened."""
    if "presets" in request.raw and request.project in request.workspace.projects():
        list(_names(request, request.existing()))


VERB = Verb(
    examples=("{project} presets=all",),
    variables={
        "project": PROJECT,
        "look": LOOK,
        "presets": Variable(
            Names("preset"), "the presets to compare, or all", "ink,vintage-film", default="all"
        ),
        "at": AT,
    },
    knobs=True,
    refuses=refuse_unknown,
)

UNCHANGED = "as it is"  # the label of the first cell; no preset can have a name with spaces


def run(request: Request) -> int:
    """Render the frames, write the sheet, and print its path and a command to keep a preset."""
    project, pictures, keeps = request.existing(), list[Picture](), dict[str, list[str]]()
    at, end = _time(request, project)
    names, faults = list(_names(request, project)), Faults()
    print(f"{several(len(names), 'preset')} at {at:g} s", flush=True)
    # the record of all cells; each cell has its own record too
    run = RunRecord(project.name, request.typed())
    cells = {UNCHANGED: list[str](), **{name: [name] for name in names}}
    for number, (name, played) in enumerate(cells.items(), start=1):
        try:
            with _opened(request, project, played, {"duration": str(end)}) as session:
                picture = frame(session, session.plan_now(keep=False), at)
                pictures.append(Picture(name, picture))
                keeps |= {one: _keeps(request, session) for one in played}
                for done in session.run.tasks.values():
                    run.add(replace(done, task=f"{name}/{done.task}"))
        except (InputError, TaskError) as error:  # such as too few clips; try the next preset
            run.add(Done(f"{name}/{STILL}", "failed", error.what))
            print(f"{name:<20} {faults.text(error)}", flush=True)
            continue
        left = run.lasted() / number * (len(cells) - number)
        then = f", {long(left)} left" if number < len(cells) and run.lasted() > 2 else ""
        print(f"{name:<20} {number} of {len(cells)} done{then}", flush=True)
    if keeps:
        sheet(pictures, project.path / "sheet.png")
        print(f"{several(len(keeps), 'preset')}: projects/{project.name}/sheet.png")
        print(_next(request, project, keeps))
    print(run.line())
    return faults.code(partly=bool(keeps))


def _time(request: Request, project: Project) -> tuple[float, float]:
    """Return the time of the frame to show, and a piece duration that includes it."""
    with _opened(request, project, [], {}) as session:
        knobs, stack = session.settings.piece(), request.catalog.instrument("blend/stack")
    at = request.value("at", float(stack.length(knobs) // 2 / exact(knobs["fps"])))
    # one second and the fade-out are enough after the frame, even for whole-piece effects
    end = at + 1 + knobs["fade_out"]
    return at, end if at >= knobs["duration"] else min(end, knobs["duration"])


def _keeps(request: Request, session: Session) -> list[str]:
    """Return the `doit set` arguments that keep a preset, without the sheet's own duration."""
    look = session.look.name if session.look else ""
    words = kept_words(session.project, session.settings, session.presets, look)
    own = "duration" in request.knobs
    return [word for word in words if own or not word.startswith("duration=")]


def _next(request: Request, project: Project, keeps: Mapping[str, list[str]]) -> str:
    name = min(keeps, key=lambda name: len(keeps[name]))
    look = {"look": request.raw["look"]} if "look" in request.raw else {}
    typed = {"project": project.name, **look, "preset": name, **request.knobs}
    kept = shlex.join(["doit", "set", f"project={project.name}", *keeps[name]])
    return f"next: {kept}   (a video of it: {line(['render'], typed)})"


def _names(request: Request, project: Project) -> Iterator[str]:
    names = request.value("presets")
    if names != ("all",):
        try:
            yield from [name for name in names if project.preset(name) is not None]
        except InputError as error:
            if error.meant:
                raise
            if names == ("looks",):
                gallery = line(["gallery"], {"project": project.name})
                why = "a sheet shows one look with several presets"
                raise error.because(why, f"pictures of all looks: {gallery}") from None
            raise error.fixed(*_compared(request, project, names), error.fix) from None
        return
    yield from presets.pictured(project.shelves)


def _compared(request: Request, project: Project, names: Sequence[str]) -> Iterator[str]:
    """Yield a command that compares the presets of the named families, or all presets."""
    shelves = project.shelves
    if not any(presets.of_family(shelves, name) for name in names):
        every = line(request.spoken, {**request.turned, "presets": "all"})
        yield f"see a frame with each preset: {every}"
        return
    pictured = presets.pictured(shelves)
    if own := [name for name in presets.spread(shelves, names) if name in pictured]:
        compared = line(request.spoken, {**request.turned, "presets": ",".join(own)})
        yield f"see a frame with each of them: {compared}"


def _opened(
    request: Request, project: Project, names: list[str], form: Mapping[str, str]
) -> Session:
    """Open the project with the presets in `names` and the knobs in `form`.

    Knobs in the command override those in `form`.
    """
    typed, words = {**form, **request.knobs}, [*request.spoken, *(f"preset={n}" for n in names)]
    house, look, context = request.workspace, request.look(project), request.context
    session = open_session(
        house, project, presets=names, typed=typed, words=words, look=look, context=context
    )
    return session.aside("sheet")
