"""show the look that a file was rendered from: its project, clips and knobs

`doit identify file=FILE` takes a video, a manifest.json or a look file.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from collide.base.errors import printable
from collide.cli.request import Request
from collide.limits import as_typed
from collide.project.look_book import Look
from collide.project.project import Project
from collide.project.promote import plainly
from collide.run.record_files import missing, owners, read_record
from collide.run.session import Session
from collide.syntax.arguments import line
from collide.syntax.variables import RECORD
from collide.syntax.verb import Verb

VERB = Verb(variables={"file": replace(RECORD, required=True)})


def run(request: Request) -> int:
    """Print what the file's record says, and where its clips are."""
    session = request.open_house()
    asked = request.value("file")
    look = read_record(session.state, asked, request.catalog)
    known = owners(request.workspace, look)
    names = {digest: name for _, other in known for digest, name in other.names.items()}
    if missing(look, session.state.library):
        session.clips.scan()
    for text in [
        *_whose(asked, look, known),
        *_made_of(session, look, {**names, **look.names}),
        *_knobs(look),
        *_next(asked, look, known),
    ]:
        print(printable(text))
    return 0


def _whose(asked: str, look: Look, matches: list[tuple[Project, Look]]) -> Iterator[str]:
    """Yield the look, its projects and, for a video, whether it is byte for byte the look's."""
    names = ", ".join(project.name for project, _ in matches)
    yield f"{asked}: look {look.name}, of {f'project {names}' if names else 'no project here'}"
    videos = {other.video for _, other in matches}
    if videos and look.video and Path(asked).suffix.lower() != ".json":
        if look.video in videos:
            yield "this file is the look's video, byte for byte"
        elif look.release not in {other.release for _, other in matches}:
            release = f"rendering release {look.release} gave different bytes"
            yield f"this file has the look's recipe, but {release}"
        else:
            yield (
                "this file has the look's recipe, but its bytes differ: "
                "it was cut, changed or exported"
            )


def _made_of(session: Session, look: Look, names: dict[str, str]) -> Iterator[str]:
    """Yield a line about the piece, and a line for each layer and bed, with its file and start."""
    said, library = look.recipe.knobs, session.state.library
    fps, heard = said["fps"], look.recipe.data["heard"]
    yield f"{said['duration']:g} s, {said['output_size']}, {as_typed(fps)} fps, seed {said['seed']}"
    for of, number, part in look.recipe.parts:
        place, name = library.place(part.digest), names.get(part.digest, "")
        where = f"here: {library.called(part.digest)}" if place else "missing"
        sounds = ", heard" if of == "layer" and number in heard else ""
        told = name or f"content {part.digest[:8]}"
        yield f"  {of} {number}  {told}, starting at {part.start:g} s{sounds}  · {where}"


def _knobs(look: Look) -> Iterator[str]:
    """Yield the turned knobs, in a line for the piece and a line for each layer."""
    turned = {**plainly(look.recipe.knobs, look.recipe.catalog), **look.recipe.files}
    shown: dict[str, list[str]] = {"": []}
    for name, value in turned.items():
        layer, _, bare = name.rpartition(".")
        shown.setdefault(layer, []).append(f"{bare}={as_typed(value)}")
    for layer, told in sorted(shown.items()):
        yield f"  {layer or 'turned'}: {' '.join(told)}"


def _next(asked: str, look: Look, matches: list[tuple[Project, Look]]) -> Iterator[str]:
    if matches:
        project, _ = matches[0]
        yield f"to open it: {line(['render'], {'project': project.name, 'look': look.name})}"
    else:
        yield f"to render it again: {line(['replay'], {'manifest': asked})}"
        yield f"to work on it: {line(['new'], {'from': asked, 'project': 'NAME'})}"
