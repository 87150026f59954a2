"""python -m collide FAMILY/NAME: play one instrument by hand, on named files.

python -m collide make ORDER.json: render a piece that another machine ordered.
"""

import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from collide.base.errors import InputError, TaskError
from collide.base.workspace import Workspace
from collide.by_hand.acts import act
from collide.by_hand.flags import (
    every_help,
    flags,
    help_of,
    read,
    refuse_loss,
    refuse_strange,
    refuse_strange_name,
    settings_of,
)
from collide.by_hand.solo_piece import HandRequest, Solo
from collide.by_hand.stage import LaterError, Page, Stage
from collide.cli.guard import Interrupts, guarded
from collide.cli.optional_room import optional
from collide.engine.programs import Engine, find_engine
from collide.engine.safety import Source
from collide.library.library import Library
from collide.project.project import Project, existing, named
from collide.run.build_state import BuildState
from collide.store.digests import MEMO, Memo
from collide.store.index import Index
from collide.store.leases import Lease
from collide.store.objects import Store
from collide.store.receipts import Receipts


def main(words: Sequence[str], interrupts: Interrupts | None = None) -> int:
    """Run one command and return the exit code; raise InputError for an invalid command."""
    if words and words[0] == "make":
        return int(optional("farm.by_argv").make(words[1:], interrupts))
    request = read(words)
    with tempfile.TemporaryDirectory(prefix="collide-") as folder, closing(find_engine()) as engine:
        if interrupts:
            interrupts.stops = engine.cancel.stop
        house = Workspace(Path.cwd(), apart=Path(folder))
        project = _project(house, request)
        if not request.name:
            print(every_help(project.catalog))
            return 0
        state = private_state(house, project, engine)
        refuse_strange_name(words, request.name, project.catalog)
        own = project.catalog.instrument(request.name).DEFAULTS
        if request.helps:
            print(help_of(request.name, flags(request.name, project, state), project.catalog))
            return 0
        if not request.knobs.keys() <= own.keys():  # flags() is slow, so avoid it if possible
            refuse_strange(request, flags(request.name, project, state), project.catalog)
        refuse_loss(request)
        print(_played(request, project, state))
    return 0


def _project(workspace: Workspace, request: HandRequest) -> Project:
    """Return the project in the request, or an empty project."""
    named_one = request.project or ",".join(request.presets)
    if named_one and not (workspace.root / "dodo.py").exists():
        raise InputError(
            f"{named_one!r} cannot be found: this is not a collide workspace",
            why=f"{workspace.root} has no dodo.py",
            fix="change to a workspace first and give full paths to the files",
        )
    return existing(workspace, request.project) if request.project else named(workspace, "_")


def private_state(workspace: Workspace, project: Project, engine: Engine) -> BuildState:
    """Return a build state with a private, temporary cache folder."""
    store, memo = Store(workspace.cache), Memo(workspace.cache / MEMO)
    memo.hold()
    receipts, library = Receipts(workspace.receipts(project.name)), Library(workspace, memo)
    places = (receipts, store, memo, library, engine)
    return BuildState(*places, Index(store), Lease(store), project.catalog)


def _played(request: HandRequest, project: Project, state: BuildState) -> str:
    settings = settings_of(request.name, project, request.presets, request.knobs)
    files = {f"i{at}": _source(path) for at, path in enumerate(request.inputs, start=1)}
    folder = state.store.root / "play"
    folder.mkdir()
    stage = Page(state, folder, files) if request.shows else Stage(state, folder, files)
    try:
        answer = act(Solo(stage, request, settings, project))
    except LaterError as later:
        return f"{stage}\n# the remaining commands depend on {later}"
    except TaskError:
        state.engine.require()  # the error for an incomplete ffmpeg explains the failure better
        raise
    return (str(stage) if request.shows else "") or answer


def _source(path: Path) -> Source:
    if not path.is_file():
        raise InputError(
            f"{path} is not a plain file" if path.exists() else f"{path} does not exist",
            why="-i takes the path of a clip or a sound",
            fix="check the spelling and the current folder",
        )
    # trust a NUT file, because an earlier play by hand probably wrote it
    ours = path.suffix.lower() == ".nut"
    return Source(path.absolute(), trusted=ours, demuxer="nut" if ours else None)


if __name__ == "__main__":
    sys.exit(guarded(lambda interrupts: main(sys.argv[1:], interrupts)))
