"""create a project: config.json with a seed, and README.md for studio notes

`doit new from=look.json project=y` starts from a look (for instance a friend's) with its knobs and
clips. Clips that are not in the library are replaced with others.
"""

from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from collide.base.errors import InputError
from collide.cli.request import Request
from collide.corrections.shell_words import copied_first
from collide.library.folders import CLIP, kind
from collide.project.adopt import adopt
from collide.project.asked_files import names_files
from collide.project.layer_knobs import refuse_missing_layers
from collide.project.project import SKETCH, Project, named
from collide.project.selection import Selection
from collide.run.record_files import missing, read_record
from collide.syntax.arguments import line
from collide.syntax.variables import PRESET, PROJECT, RECORD
from collide.syntax.verb import Verb

VERB = Verb(
    examples=("{project}",),
    variables={
        "project": replace(PROJECT, without="piece-1, piece-2 …"),
        "preset": PRESET,
        "from": replace(RECORD, about="the look to start from"),
    },
    knobs=True,
    unsets=True,
    without_project="none",
    creates=True,
)


def run(request: Request) -> int:
    """Create the project and print the next command."""
    project = named(request.workspace, request.project or request.workspace.unused_name())
    if project.exists():
        raise _taken(request, project)
    if "from" not in request.variables:
        project.refuse_lost()
    lines = [
        f"{other} exists too, and some disks treat the two names as one"
        for other in request.workspace.projects()
        if other.lower() == project.name.lower()
    ]
    if "from" in request.variables:
        draft, selection, about_clips = _adopted(request, project)
        lines += about_clips
        project.drafted(draft).make()
        selection.save()
    else:
        settings = project.drafted({}).settings(request.presets, request.knobs)
        refuse_missing_layers(settings, request.knobs)
        draft = project.draft(request.presets) | request.values()
        if names_files(request.knobs, project.catalog):
            request.open(project.drafted(draft), presets=False)
        project.drafted(draft).make()
    folder = f"projects/{project.name}"
    length = f", {SKETCH} s long" if draft.get("duration") == SKETCH else ""
    summary = f"seed {draft['seed']}{length}"
    print(f"created {folder}/config.json ({summary}) and {folder}/README.md, for your notes")
    for text in lines:
        print(text)
    render = f"doit render project={project.name}"
    dice = f"doit roll project={project.name} n=12   (or right away: {render})"
    print(f"next: {render if 'from' in request.variables else dice}")
    return 0


def _taken(request: Request, project: Project) -> InputError:
    """Return the error for an existing project's name, with the command's settings in its fix."""
    name, there = project.name, request.workspace.projects()
    lines = [f"render it: {line(['render'], {'project': name})}", "or choose another name"]
    if len(request.turned) > 1:
        new = next(one for n in count(2) if (one := f"{name}-{n}") not in there)
        lines = [f"another project: {request.line(project=new)}"]
        if "from" not in request.raw:
            lines.insert(0, f"for {name} itself: {line(['set'], request.turned)}")
    return InputError(
        f"project {name!r} already exists",
        why=f"projects/{name}/config.json contains its knobs",
        fix="\n".join(lines),
    )


def _of_clip(request: Request, error: InputError) -> InputError:
    """Return the error for a file without a record; for a clip, suggest a layer that shows it."""
    path = Path(request.variables["from"]).expanduser()
    home = request.workspace.root / "projects"
    there = path.is_file() or any(request.workspace.library.rglob(path.name))
    if kind(path) != CLIP or not there or path.resolve().is_relative_to(home.resolve()):
        return error
    rest = {name: text for name, text in request.turned.items() if name != "from"}
    lines = [line(["new"], {**rest, "layer1.clip": path.name})]
    lines = copied_first(request.workspace, [request.variables["from"]], lines)
    return error.fixed(f"to play it as a clip: {lines[0]}")


def _adopted(request: Request, project: Project) -> tuple[dict[str, Any], Selection, list[str]]:
    """Return the config and selection from a look file, and notes about its clips."""
    if request.presets:
        raise InputError(
            "a project starts from a look or from a preset, not from both",
            why="a look sets every knob it reads, so a preset would have no effect",
            fix=f"leave out preset=\ntry it afterwards: doit render project={project.name} "
            f"preset={request.presets[0]}",
        )
    house = request.open_house()
    try:
        look = read_record(house.state, request.variables["from"], request.catalog)
    except InputError as error:
        raise _of_clip(request, error) from None
    if missing(look, house.state.library):
        house.clips.scan()
    draft, selection, lost = adopt(
        look, project.drafted({}), house.state.library, typed=request.values(), absent=True
    )
    refuse_missing_layers(project.drafted(draft).settings([], {}), request.knobs)
    lines = [f"{pick} gets a different clip: {pick.name} is missing" for pick in lost]
    if lost:
        lines.append(f"the knobs come from look {look.name}, but some of its clips are not here")
    elif not request.knobs and look.recipe.data["engine"] == house.state.engine_digest:
        lines.append(f"all its clips are here, so its frames are the same as in look {look.name}")
    elif not request.knobs:
        lines.append(
            "all its clips are here, but a different ffmpeg rendered it: its bytes will differ"
        )
    return draft, selection, lines
