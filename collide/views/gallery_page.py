"""The page of a gallery: looks, their clips and knobs, and the last run of a project.

Its data comes from records; only missing and outdated pictures are written. Paths are relative to
the page.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from collide.base.clock import monotonic
from collide.base.errors import InputError
from collide.base.files import address, copy_out
from collide.base.hashing import digest
from collide.base.workspace import Workspace
from collide.catalog import Catalog
from collide.instrument import exact
from collide.project.differences import differences
from collide.project.look_book import Look, files_of, open_look, pinned_looks
from collide.project.recipe import LOOK_FORM
from collide.project.sheets import LookSheet, sheets_of
from collide.run.record import read_run
from collide.run.session import Session
from collide.views.captions import put_on, sheets_data, turned
from collide.views.look_picture import seen, shot
from collide.views.page import data, page

PROGRESS_SECONDS = 2.0  # between two progress lines
MAKES = (["render"], ["replay"])  # the first words of runs that render a piece
LATELY = 2000  # how many runs to search, newest first, for the last run of a project
SCRIPTS = ("base", "wall", "look", "compare", "graph")

Data = dict[str, Any]


def gallery_page(title: str, projects: Sequence[Data], about: Data) -> bytes:
    """Return the bytes of index.html, with the descriptions of the knobs in `about`."""
    content = data({"projects": list(projects), "about": about})
    scripts = " ".join(["shell.js", "parts.js", *(f"gallery-{name}.js" for name in SCRIPTS)])
    return page("gallery", title=title, data=content, script=scripts)


@dataclass(frozen=True)
class GalleryProject:
    """A project on a gallery page."""

    session: Session
    page: Path  # the page's folder
    run: Data | None  # its last run's record

    @property
    def folder(self) -> Path:
        """Return the folder for pictures of its looks."""
        return self.session.project.path / "gallery"

    def data(self) -> Data:
        """Return the project's data for the page, after updating its pictures."""
        project, state = self.session.project, self.session.state
        looks, shows, manifests = self._looks(), self._debug(), self._manifests()
        videos: dict[str | None, Path] = {
            state.library.content(path): path for path in project.video.parent.glob("*.mp4")
        }
        pinned, sheets = pinned_looks(project, state.store), self._sheets()
        labels = {cell.look: cell.turned for sheet in sheets for cell in sheet.cells}
        entries, last, before = list[Data](), monotonic(), _before(looks, labels, pinned)
        for look in looks:
            if monotonic() - last > PROGRESS_SECONDS:
                last = monotonic()
                self.session.say(f"pictures: {len(entries)} of {len(looks)}")
            manifest, earlier = manifests.get(look.name, {}), before.get(look.name)
            entries.append(
                {
                    "pictures": [p for p in shows if self._is_of(p, manifest)],
                    "look": look.name,
                    "when": round(look.when),
                    "moved": _moved(earlier, look),
                    "presets": put_on(manifests.get(earlier.name, {}), manifest) if earlier else [],
                    "called": [path.stem for path in self._copies(look)],
                    "turned": turned(manifest) or [*filter(None, [labels.get(look.name)])],
                    "pinned": look.name in pinned,
                    "rendered": bool(look.video),
                    "still": self._still(look, videos.get(look.video)),
                    "video": self._link(videos.get(look.video) or self._stored(look)),
                    **_made_of(look, manifest),
                }
            )
        names = {look.name for look in looks}
        for path in self.folder.glob("*.jpg"):
            if LOOK_FORM.fullmatch(path.stem) and path.stem not in names:  # keep the user's files
                path.unlink()
        sheet_entries = sheets_data(sheets, looks)
        return {"name": project.name, "looks": entries, "sheets": sheet_entries, "run": self._run()}

    def _copies(self, look: Look) -> list[Path]:
        """Return the copies of a look's video in output/, such as the video of a named star."""
        project, content = self.session.project, self.session.state.library.content
        kept = sorted(project.video.parent.glob("*.mp4")) if look.video else []
        return [path for path in kept if path != project.video and content(path) == look.video]

    def _sheets(self) -> list[LookSheet]:
        """Return the sheets of sweeps and rolls, or print why they cannot be read."""
        try:
            return sheets_of(self.session.project)
        except InputError as error:
            self.session.say(f"looks are not grouped by sheet: {error}")
            return []

    def _looks(self) -> list[Look]:
        """Return the readable looks, and print an error for each unreadable look."""
        looks = []
        for name in files_of(self.session.project):
            try:
                looks.append(open_look(self.session.project, name))
            except InputError as error:
                self.session.say(f"skipped: {error}")
        return looks

    def _still(self, look: Look, video: Path | None) -> str | None:
        """Update a look's picture and return the link to it, or None if there is no picture."""
        target = self.folder / f"{look.name}.jpg"
        source = shot(self.session.state, look, copy=video)
        if source is None:
            laid = target.exists() or seen(self.session.state, look, target)
            return self._link(target if laid else None)
        if self.session.state.library.content(target) != source.name:
            copy_out(source, target)
        return self._link(target)

    def _link(self, path: Path | None) -> str | None:
        return address(path, self.page) if path else None

    def _stored(self, look: Look) -> Path | None:
        """Return a look's intact video in the store, or None; hash an unchanged file only once."""
        if not look.video:
            return None
        path = self.session.state.store.object(look.video)
        if self.session.state.library.content(path) == look.video:
            return path
        return self.session.state.store.verified(look.video)  # moves a damaged video to quarantine

    def _manifests(self) -> dict[str, Data]:
        """Map the name of each look to its newest intact manifest in the store."""
        store, manifests = self.session.state.store, dict[str, Data]()
        for key in self.session.state.index.used(self.session.project.name, "record"):
            entry = store.find(key)
            ref = entry.objects.get("manifest.json") if entry else None
            if entry is None or ref is None or str(entry.facts.get("look")) in manifests:
                continue
            try:
                written = store.object(ref.digest).read_bytes()
            except FileNotFoundError:
                continue
            if digest(written) == ref.digest:
                manifests[str(entry.facts["look"])] = json.loads(written)
        return manifests

    def _debug(self) -> list[Data]:
        folder = self.session.project.path / "debug"
        return [
            {"layer": int(path.stem[5]), "what": path.stem[7:], "src": self._link(path)}
            for path in sorted(folder.glob("layer[0-9]-*.png"), key=lambda path: path.stem)
        ]

    def _is_of(self, picture: Data, manifest: Data) -> bool:
        task = f"layer:{picture['layer']}"
        digests = manifest.get("tasks", {}).get(task, {}).get("objects", {}).values()
        receipt = self.session.state.receipt(f"debug:{picture['layer']}")
        seen = receipt[0].preimage.get("inputs", {}).values() if receipt else ()
        return bool(seen) and set(seen) <= set(digests)

    def _run(self) -> Data | None:
        """Return the piece's last run (if any) with the dependencies of each task."""
        if self.run is None:
            return None
        plan, tasks = self.session.plan_known(), self.run["tasks"]
        steps = plan.steps if plan else {}
        rows = [
            {
                "task": task,
                **{name: done[name] for name in ("status", "why", "seconds")},
                "needs": [n for n in steps[task].needs if n in tasks] if task in steps else [],
            }
            for task, done in tasks.items()
        ]
        return {"words": self.run["words"], "ended": self.run["ended"], "tasks": rows}


def last_runs(workspace: Workspace, names: set[str]) -> dict[str, Data]:
    """Map each project to the record of its last render or replay among the newest LATELY runs."""
    runs: dict[str, Data] = {}
    for path in sorted((workspace.cache / "runs").glob("*.json"), reverse=True)[:LATELY]:
        if names <= runs.keys():
            break
        run = read_run(path)
        if run and run["project"] in names and run["words"][:1] in MAKES:
            runs.setdefault(run["project"], run)
    return runs


def about(catalog: Catalog) -> Data:
    """Map each knob to its description, its default, and the index of its instrument."""
    texts = {
        n: text for owner in catalog.instruments for n, text in catalog.explained(owner).items()
    }
    place = [*catalog.instruments].index
    return {
        name: {"about": texts.get(name, ""), "default": knob.default, "owner": place(knob.owner)}
        for name, knob in catalog.knobs.items()
    }


def _before(
    looks: Sequence[Look], cells: Collection[str], pinned: Collection[str]
) -> dict[str, Look]:
    """Map each look with its own card to the look on the previous card."""
    own = [o for o in looks if o.video or o.name in pinned or o.name not in cells]
    return {later.name: earlier for later, earlier in pairwise(own)}


def _moved(before: Look | None, look: Look) -> list[list[str]] | None:
    """Return the name, old value and new value of each difference, or None for the first look."""
    return None if before is None else [list(one) for one in differences(before, look)]


def _made_of(look: Look, manifest: Data) -> Data:
    """Return the ingredients of a look, with the origins of its knobs from its manifest."""
    recipe, knob_origins = look.recipe.full, manifest.get("knobs", {"piece": {}, "layers": []})
    tasks, clips = manifest.get("tasks", {}), manifest.get("clips", [])
    piece, catalog, layers = recipe["piece"], look.recipe.catalog, list[Data]()
    for at, layer in enumerate(recipe["layers"]):
        origins = knob_origins["layers"][at] if at < len(knob_origins["layers"]) else {}
        seen = clips[at] if at < len(clips) else {}
        answer = tasks.get(f"color:{at + 1}", {}).get("facts", {})
        layers.append(
            {
                "clip": look.called(layer["clip"]),
                "start": layer["start"],
                **{name: seen.get(name) for name in ("mode", "coverage", "presence")},
                "colors": [f"#{color[2:8]}" for color in answer.get("colors", [])],
                "light": answer.get("light"),
                "knobs": _turned(layer["knobs"], origins, catalog),
                "plays": _plays(layer["knobs"], catalog),
            }
        )
    files = {knob: look.called(name) for knob, name in look.recipe.files.items()}
    sound = manifest.get("sound", {})
    return {
        "seed": recipe["seed"],
        "seconds": round(float(recipe["frames"] / exact(piece["fps"])), 3),
        "fps": piece["fps"],
        "size": piece["output_size"],
        "piece": _turned({**piece, **files}, knob_origins["piece"], catalog),
        "plays": _plays(piece, catalog),
        "layers": layers,
        "heard": recipe["heard"],
        "sound": {name: sound.get(name) for name in ("lufs", "peak")},
    }


def _turned(values: Mapping[str, Any], origins: Mapping[str, Any], catalog: Catalog) -> Data:
    """Map each turned knob to its value and origin ("" if unknown)."""
    every = catalog.knobs
    return {
        name: [value, origins.get(name, [None, ""])[1]]
        for name, value in values.items()
        if name not in every or value != every[name].default
    }


def _plays(values: Mapping[str, Any], catalog: Catalog) -> list[int]:
    """Return the instruments that own these knobs, as indices into the catalog."""
    owners = {catalog.knobs[name].owner for name in values if name in catalog.knobs}
    return [at for at, owner in enumerate(catalog.instruments) if owner in owners]
