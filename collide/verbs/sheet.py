"""a contact sheet: one frame of the same clips with each preset; presets=all, or a,b

It consists of stills, and changes nothing in the project.
"""

from collections.abc import Iterator
from dataclasses import replace

from collide.base.clock import monotonic
from collide.base.errors import InputError, TaskError
from collide.base.words import several
from collide.cli.request import Request
from collide.cli.variables import AT, LOOK, PROJECT, Variable
from collide.project import presets
from collide.project.project import Project
from collide.run.progress import long
from collide.run.session import Session, open_session
from collide.text_limits import Names
from collide.views.contact_sheet import Picture, frame, sheet

EXAMPLE = "{project} presets=all"  # behind doit sheet
VARIABLES = {
    "project": PROJECT,
    "look": LOOK,
    "presets": Variable(Names("preset"), "the presets, or all", "ink,silk", default="all"),
    "at": replace(AT, default="1"),
}
KNOBS = True


def run(request: Request) -> int:
    """Render the frames, write the sheet, and print its path."""
    project, at = request.existing(), request.value("at")
    pictures, failed, began = [], 0, monotonic()
    names = list(_names(request, project))
    print(f"{several(len(names), 'preset')}, each a picture of second {at:g}", flush=True)
    for number, name in enumerate(names, start=1):
        try:
            with _opened(request, project, name, at) as session:
                picture = frame(session, session.plan_now(keep=False), at)
                pictures.append(Picture(name, picture))
                print(f"{name:<20} {session.run.line()}")
        except (InputError, TaskError) as error:  # too few clips for it, say: the others go on
            failed += 1
            print(f"{name:<20} failed\nERROR: {error}")
        took = monotonic() - began
        if number < len(names) and took > 2:
            left = took / number * (len(names) - number)
            print(f"  {number} of {len(names)}, {long(left)} left", flush=True)
    if pictures:
        sheet(pictures, project.path / "sheet.png")
        print(f"{several(len(pictures), 'preset')}: projects/{project.name}/sheet.png")
    return 1 if failed else 0


def _names(request: Request, project: Project) -> Iterator[str]:
    asked = request.value("presets")
    shelves = [project.path / "presets", request.workspace.root / "presets"]
    if asked != ("all",):
        yield from (name for name in asked if project.preset(name) is not None)
        return
    yield from presets.pictured(shelves)


def _opened(request: Request, project: Project, name: str, at: float) -> Session:
    # one more second is enough, even for parts that must be rendered whole
    typed = {"duration": str(at + 1), **request.knobs}
    words = [*request.spoken, f"preset={name}"]
    house, look, context = request.workspace, request.look(project), request.context
    session = open_session(
        house, project, presets=[name], typed=typed, words=words, look=look, context=context
    )
    return session.aside("sheet")
