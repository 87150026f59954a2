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
    """Print what the file's record says and where its clips are."""
    session = request.open_house()
    file = request.value("file")
    look = read_record(session.state, file, request.catalog)
    matches = owners(request.workspace, look)
    names = {digest: name for _, other in matches for digest, name in other.names.items()}
    if missing(look, session.state.library):
        session.clips.scan()
    for text in [
        *_whose(file, look, matches),
        *_made_of(session, look, {**names, **look.names}),
        *_knobs(look),
        *_next(file, look, matches),
    ]:
        print(printable(text))
    return 0


def _whose(file: str, look: Look, matches: list[tuple[Project, Look]]) -> Iterator[str]:
    """Yield the look and its projects; for a video, also whether its bytes are the look's."""
    names = ", ".join(project.name for project, _ in matches)
    yield f"{file}: look {look.name}, of {f'project {names}' if names else 'no project here'}"
    videos = {other.video for _, other in matches}
    if videos and look.video and Path(file).suffix.lower() != ".json":
        if look.video in videos:
            yield "this file is the look's video, byte for byte"
        elif look.release not in {other.release for _, other in matches}:
            release = f"rendering release {look.release} made different bytes"
            yield f"this file contains the look's recipe, but {release}"
        else:
            yield (
                "this file contains the look's recipe, but its bytes differ: "
                "it was cut, changed or exported"
            )


def _made_of(session: Session, look: Look, names: dict[str, str]) -> Iterator[str]:
    """Yield a line about the piece, and a line with the file and start of each layer and bed."""
    knobs, library = look.recipe.knobs, session.state.library
    fps, heard = knobs["fps"], look.recipe.data["heard"]
    yield (
        f"{knobs['duration']:g} s, {knobs['output_size']}, "
        f"{as_typed(fps)} fps, seed {knobs['seed']}"
    )
    for of, number, part in look.recipe.parts:
        place, name = library.place(part.digest), names.get(part.digest, "")
        where = f"here: {library.called(part.digest)}" if place else "missing"
        sounds = ", heard" if of == "layer" and number in heard else ""
        label = name or f"content {part.digest[:8]}"
        yield f"  {of} {number}  {label}, starting at {part.start:g} s{sounds}  · {where}"


def _knobs(look: Look) -> Iterator[str]:
    """Yield the turned knobs, in a line for the piece and a line for each layer."""
    turned = {**plainly(look.recipe.knobs, look.recipe.catalog), **look.recipe.files}
    by_layer: dict[str, list[str]] = {"": []}
    for name, value in turned.items():
        layer, _, bare = name.rpartition(".")
        by_layer.setdefault(layer, []).append(f"{bare}={as_typed(value)}")
    for layer, texts in sorted(by_layer.items()):
        yield f"  {layer or 'turned'}: {' '.join(texts)}"


def _next(file: str, look: Look, matches: list[tuple[Project, Look]]) -> Iterator[str]:
    if matches:
        project, _ = matches[0]
        yield f"to open it: {line(['render'], {'project': project.name, 'look': look.name})}"
    else:
        yield f"to render it again: {line(['replay'], {'manifest': file})}"
        yield f"to work on it: {line(['new'], {'from': file, 'project': 'NAME'})}"
