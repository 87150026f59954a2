"""Turn a piece of this workspace into an order, with its files in the shared store.

All choices are made here: clips are drawn and probed, sounds are measured, and thresholds are
solved. Colors are found here too, unless a worker is waiting. The order contains the results, so no
worker repeats this work.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from collide import __version__
from collide.base.errors import InputError
from collide.base.sequences import run_of
from collide.base.strict_json import read_json
from collide.farm.answer import STORE
from collide.farm.order import Order, code_digest
from collide.plan.planner import Plan
from collide.project import presets
from collide.project.project import Project
from collide.project.selection import BED
from collide.run.forecast import ANALYSES, Forecast, predict
from collide.run.session import Session
from collide.shared.door import DoorError
from collide.shared.shared_store import Blob, SharedStore
from collide.store.call import Call
from collide.store.entry import Entry
from collide.store.step import Step, library_version


class StaysError(Exception):
    """Raised if a piece cannot become an order and must be rendered here, with the reason."""


class AwayError(Exception):
    """Raised if the shared store does not answer or refuses files, with the reason."""


@dataclass
class Packer:
    """A maker of orders, which reads and uploads a file again only if the file has changed."""

    store: SharedStore
    engine: str  # the digest of the ffmpeg
    scripts: bool = False  # whether workers may get a project's scripts and run them
    presets: Sequence[str] = ()  # the presets of the command
    knobs: Mapping[str, str] = field(default_factory=dict)
    _blobs: dict[tuple[Any, ...], Blob] = field(default_factory=dict)

    def prepared(self, session: Session, *, analyze: bool = True) -> tuple[Plan, Forecast]:
        """Plan a piece and return the plan with the forecast of its render.

        If `analyze` is true, run the analyses that depend only on other analyses, such as color
        analyses.
        """
        plan = session.plan_now()
        if analyze:
            session.bring(plan, [step for step in plan.steps.values() if _early(plan, step)])
            session.state.steps = plan.steps
        return plan, predict(session.state, plan)

    def pack(self, session: Session, plan: Plan, seconds: float | None = None) -> Order:
        """Upload a prepared piece's files and return its order.

        Raises:
            StaysError: a file is missing, its scripts may not be sent, or the order is too large.
            AwayError: the shared store does not answer or does not accept its files.
        """
        try:
            return self._packed(session, plan, seconds)
        except InputError as error:
            raise StaysError(str(error)) from None
        except DoorError as error:
            raise AwayError(f"{STORE}: {error}") from None

    def _packed(self, session: Session, plan: Plan, seconds: float | None) -> Order:
        project, folders = session.project, _folders(plan)
        own = dict(_scripts(project))
        if own and not self.scripts:
            raise InputError(
                f"it has its own scripts, {', '.join(sorted(own))}, and code "
                "is sent only with scripts=true",
                why="each machine of the farm would run the code",
                fix="send the scripts with scripts=true, or render the piece here, without farm=",
            )
        places = {**dict(_places(session, plan, folders)), **dict(self._presets(project)), **own}
        session.selection.save()
        order = Order(
            project.name,
            plan.piece.look,
            project.config(),
            _selection(session, folders),
            {path: self.blob(place) for path, place in places.items()},
            list(_facts(session, plan)),
            session.state.engine_digest,
            __version__,
            code_digest(),
            [*self.presets],
            dict(self.knobs),
            seconds,
            _libraries(session, plan),
            self.store.key.sign,
        )
        order.text()
        return order

    def blob(self, path: Path) -> Blob:
        """Put a file into the shared store if it is not there yet; return its name."""
        status = path.stat()
        stamp = (str(path), status.st_ino, status.st_size, status.st_mtime_ns)
        if stamp not in self._blobs:
            self._blobs[stamp] = self.store.put(path)
        return self._blobs[stamp]

    def _presets(self, project: Project) -> Iterator[tuple[str, Path]]:
        """Yield the preset files for the config and for the presets of the command."""
        root = project.workspace.root
        listed = project.config().get("preset", [])
        names = listed.split(",") if isinstance(listed, str) else listed
        for name in [*names, *self.presets]:
            if name:
                path = presets.find(project.shelves, name)
                yield path.relative_to(root).as_posix(), path


def _libraries(session: Session, plan: Plan) -> dict[str, str]:
    """Map the packages that compute parts of a piece to their versions, which its keys cover."""
    layers = plan.piece.layers
    plays = {"blend/coverage", *(f"modes/{layer.mode}" for layer in layers if layer.mode)}
    plays |= {"source/matte" for layer in layers if layer.model}
    catalog = session.state.catalog
    names = {name for play in plays for name in Call(play, "analyze").libraries(catalog)}
    return {name: library_version(name) for name in sorted(names)}


def _early(plan: Plan, step: Step) -> bool:
    """Return whether a step is an analysis that depends only on analyses."""
    kinds = {plan.steps[task].kind for task in plan.before(step.task)}
    return step.kind in ANALYSES and kinds <= {*ANALYSES}


def _folders(plan: Plan) -> dict[str, str]:
    """Map the digests of chosen clips and sounds to their folders on the other machine."""
    return {
        pick.digest: f"library/{'audio' if pick.of == BED else 'video'}/{pick.digest}"
        for pick in plan.piece.picks
    }


def _places(session: Session, plan: Plan, folders: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    """Yield the path of each clip, sound, LUT and model on the other machine, and its path here."""
    root = session.workspace.root
    for digest, folder in folders.items():
        place = session.state.library.place(digest)
        if place is None:
            raise InputError(
                f"a clip or sound of {session.project.name} is not here: {digest[:8]}",
                why="no file with its content is in the library or in an added folder",
                fix="bring it back\nor choose another clip for the layer: doit set "
                f"project={session.project.name} layer1.take=1",
            )
        for path in run_of(place) or [place]:
            yield f"{folder}/{path.name}", path
    for file in plan.piece.files.values():
        yield file.path.relative_to(root).as_posix(), file.path
    for layer in plan.piece.layers:
        if layer.model and layer.model.path:
            yield f"library/models/{layer.model.path.name}", layer.model.path


def _scripts(project: Project) -> Iterator[tuple[str, Path]]:
    folder = project.path / "scripts"
    for path in sorted(folder.rglob("*.py")):
        yield f"projects/{project.name}/scripts/{path.relative_to(folder).as_posix()}", path


def _selection(session: Session, folders: Mapping[str, str]) -> dict[str, Any]:
    """Return the content of selection.json, with file names as on the other machine."""
    held = read_json(session.selection.path, label=f"{session.project.name}/selection.json")
    draws = [
        {**draw, "name": f"{folders[draw['digest']]}/{PurePosixPath(draw['name']).name}"}
        for draw in held.get("draws", [])
        if draw["digest"] in folders
    ]
    return {**held, "draws": draws}


def _facts(session: Session, plan: Plan) -> Iterator[Entry]:
    """Yield the piece's probe and analysis results that are in the store."""
    state, results = session.state, session.state.results()
    early = {task for task, step in plan.steps.items() if _early(plan, step)}
    for task in sorted({*session.run.tasks, *early, *session.clips.probes}):
        if task not in plan.steps or task in early:
            entry = results.get(task)
            if entry and entry.key and state.store.find(entry.key):
                yield entry
