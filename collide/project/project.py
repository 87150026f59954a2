"""A project: the folder projects/x, its config, and its file names.

config.json     the artist's presets and knobs, edited by hand or by verbs such as `doit set`
selection.json  the chosen clips and sounds, by digest, and the solved thresholds
history.json    earlier and undone configs, for `doit undo` and `redo`
rolled.json     the pins that rolls wrote into config.json
stars.json      the starred looks and their names
manifest.json   the record of the last render
sheets.json     the look in each cell of a sweep or a roll; deleted by `doit clean`
looks/          the recipe of every look; rendered.json: when each look was first rendered
output/         x.mp4, the video of the last rendered look; videos of stars; exports
input/ presets/ scripts/   its own clips, presets and instruments; its only code is in scripts/
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from shlex import quote
from typing import Any

from collide.base import dice
from collide.base.errors import InputError
from collide.base.files import refuse_locked, write_whole
from collide.base.strict_json import LARGEST, moved_away, read_json
from collide.base.words import few, nearest
from collide.base.workspace import LABEL, LABEL_FORM, Workspace
from collide.catalog import Catalog, shipped
from collide.project import presets
from collide.project.config_fixes import PRESET
from collide.project.file_values import meant_by
from collide.project.lost_config import ways_back
from collide.project.near_presets import of_config
from collide.project.preset_fixes import refuse_files
from collide.project.settings import CONFIG, TYPED, Settings, resolve
from collide.project.stray_presets import OWN
from collide.text_limits import Label

# A source of knobs: its description, its file, and the values.
KnobSource = tuple[str, str, dict[str, Any]]

KEPT = tuple(f"{name}.json" for name in OWN if name != "config")  # written next to config.json

NEEDED = "its knobs and its seed are in that file; a new one would describe a different piece"

SKETCH = 10  # seconds of a new piece: short enough for turning knobs
NOTES = """# {name}

Studio notes: what I am going for, what worked, what to try next.

- seed {seed}{presets}
"""


@dataclass(frozen=True)
class Project:
    """One of the artist's projects."""

    workspace: Workspace
    name: str
    draft_config: Mapping[str, Any] | None = None  # an unwritten config
    opened: Catalog | None = field(default=None, compare=False, repr=False)  # the draft's catalog

    @property
    def path(self) -> Path:
        """Return the project's folder."""
        return self.workspace.root / "projects" / self.name

    @cached_property
    def catalog(self) -> Catalog:
        """Return the instruments of the project: collide's own and its scripts."""
        return self.opened or shipped().with_scripts(self.path / "scripts")

    @property
    def video(self) -> Path:
        """Return the last rendered look's video path."""
        return self.path / "output" / f"{self.name}.mp4"

    def exists(self) -> bool:
        """Return whether the project has a config.json."""
        return (self.path / "config.json").exists()

    def refuse_lost(self) -> None:
        """Raise InputError if config.json is missing, but other project files exist."""
        if self.exists():
            return
        home, ways = self._label(""), ways_back(self.path)
        there = "a similar file is" if ways and ways[0][:3] == "mv " else "its other files are"
        if not ways and any((self.path / name).exists() for name in KEPT):
            ways = [f"start it again: mv {home} {home}.old && doit new project={self.name}"]
        if ways:
            raise InputError(
                f"{home} has no config.json, but {there} there",
                why=NEEDED,
                fix="\n".join(ways),
            )

    def config(self) -> dict[str, Any]:
        """Return the draft, config.json or {}; raise InputError for an invalid config."""
        if self.draft_config is not None:
            return dict(self.draft_config)
        path = self.path / "config.json"
        to_json, label = meant_by(self.catalog), self._label("config.json")
        if path.is_file() and not path.stat().st_size and (ways := ways_back(self.path)):
            raise InputError(f"{label} is empty", why=NEEDED, fix="\n".join(ways))
        return read_json(path, label=label, to_json=to_json) if path.exists() else {}

    def write_config(self, config: Mapping[str, Any]) -> None:
        """Write config.json, indented for editing by hand."""
        write_whole(self.path / "config.json", _pretty(config))

    def draft(self, named: list[str]) -> dict[str, Any]:
        """Return a new project's config: seed, presets, and a length if no preset sets it."""
        long = ["duration" in self.preset(name) for name in named]
        length = {} if any(long) else {"duration": SKETCH}
        return {"seed": dice.new_seed(), **({"preset": named} if named else {}), **length}

    def drafted(self, config: Mapping[str, Any]) -> "Project":
        """Return this project with `config` instead of its config.json; write nothing."""
        return replace(self, draft_config=dict(config), opened=self.catalog)

    def make(self) -> None:
        """Write a drafted project: config.json and, if missing, a README.md for studio notes."""
        if self.draft_config is None:
            return
        self.write_config(self.draft_config)
        if not (self.path / "README.md").exists():
            named = self.draft_config.get("preset", [])
            line = f"\n- presets: {', '.join(named)}" if named else ""
            notes = NOTES.format(name=self.name, seed=self.draft_config["seed"], presets=line)
            write_whole(self.path / "README.md", notes.encode())

    def turn(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Write knobs into config.json ("" removes a knob) and return the new config.

        The earlier config goes into the history, and undone changes can no longer be redone. If
        nothing changes, nothing is written.
        """
        before = self.config()
        after = {name: v for name, v in {**before, **values}.items() if v != ""}
        if after != before:
            # check this before writing the history, which must not list a failed change
            refuse_locked(self.path / "config.json")
            self._remember([*self._history("configs"), before], [])
            self.write_config(after)
        return after

    def undo(self) -> dict[str, Any]:
        """Restore and return the last config that differs; raise InputError if no config does."""
        if (config := self._moved("configs", "undone")) is not None:
            return config
        raise InputError(
            f"nothing to undo in {self.name!r}",
            why="its history has no earlier config.json; knobs in a command are not saved",
            fix=f"doit render project={self.name}\nearlier looks: doit looks project={self.name}",
        )

    def redo(self) -> dict[str, Any]:
        """Reverse the last undo and return the config; raise InputError if no undo is left."""
        if (config := self._moved("undone", "configs")) is not None:
            return config
        raise InputError(
            f"nothing to redo in {self.name!r}",
            why="no undone change is left; setting a knob discards undone changes",
            fix=f"nothing to do: its knobs are the newest; see: doit knobs project={self.name}",
        )

    def _moved(self, source: str, target: str) -> dict[str, Any] | None:
        """Restore and return the last different config in `source`, or return None.

        Append the current config to `target`.
        """
        now, sides = self.config(), {side: self._history(side) for side in (source, target)}
        while sides[source]:
            if (then := sides[source].pop()) != now:
                sides[target].append(now)
                self.write_config(then)
                self._remember(**sides)
                return then
        return None

    def _history(self, side: str) -> list[dict[str, Any]]:
        """Return the earlier configs or the undone configs, the most recent last."""
        path = self.path / "history.json"
        if not path.exists():
            return []
        label = self._label("history.json")
        anew = moved_away(label, "to begin a new history")
        kept = read_json(path, label=label, anew=anew).get(side)
        return [item for item in kept if isinstance(item, dict)] if isinstance(kept, list) else []

    def _remember(self, configs: list[dict[str, Any]], undone: list[dict[str, Any]]) -> None:
        kept, ahead = configs[-100:], undone[-100:]
        while len(data := _pretty({"configs": kept, "undone": ahead})) > LARGEST:
            if ahead:
                ahead = ahead[1 + len(ahead) // 10 :]
            else:
                kept = kept[1 + len(kept) // 10 :]
        write_whole(self.path / "history.json", data)

    def settings(
        self, typed_presets: list[str], typed: Mapping[str, Any], look: KnobSource | None = None
    ) -> Settings:
        """Merge all settings, the command's settings last; raise InputError if one is invalid."""
        config, place = dict(self.config()), self._label("config.json")
        named = config.pop(PRESET, [])
        try:
            weak = [(f"preset {n}", *self._preset(n)) for n in presets.names_in(named)]
        except InputError as error:
            raise of_config(self.name, error, named, self.shelves, self.catalog) from None
        strong = [(f"preset {name} (typed)", *self._preset(name)) for name in typed_presets]
        sources: list[KnobSource] = [*weak, (CONFIG, place, config)]
        sources += [*([look] if look else []), *strong]
        layers = presets.in_chain(sources, self.catalog)
        files = {origin: file for origin, file, _ in sources}
        try:
            return resolve([*layers, (TYPED, typed)], files, self.catalog)
        except InputError:
            refuse_files(self.name, sources, self.catalog, presets.names(self.shelves))
            raise

    def preset(self, name: str) -> dict[str, Any]:
        """Return a preset's values, preferring the project's own preset to a shared one."""
        return self._preset(name)[1]

    @property
    def shelves(self) -> list[Path]:
        """Return the folders of presets, the project's own first."""
        return [self.path / "presets", self.workspace.root / "presets"]

    def _preset(self, name: str) -> tuple[str, dict[str, Any]]:
        """Return a preset's path in the workspace and its values."""
        to_json = meant_by(self.catalog)
        path = presets.find(self.shelves, name, to_json)
        label = str(path.relative_to(self.workspace.root))
        return label, presets.read(path, label=label, to_json=to_json)

    def _label(self, file: str) -> str:
        return f"projects/{self.name}/{file}".rstrip("/")


def named(workspace: Workspace, name: str) -> Project:
    """Return the project `name`, existing or not; raise InputError if the name is invalid."""
    if not LABEL.fullmatch(name):
        raise InputError(
            f"a project cannot be called {name!r}",
            why=f"its name is used in file names: {LABEL_FORM}",
            fix="choose a simpler name, for instance project=night-drive",
        )
    return Project(workspace, name)


def catalog_of(workspace: Workspace, name: str) -> Catalog:
    """Return the project's instruments, or the shipped instruments if `name` is invalid.

    If `name` is a list with commas, return the instruments of the first project with scripts.
    When a project is opened later, it is checked with its own instruments.
    """
    names = [one for one in name.split(",") if LABEL.fullmatch(one)]
    catalogs = [Project(workspace, one).catalog for one in names]
    return next((one for one in catalogs if one is not shipped()), shipped())


def existing(workspace: Workspace, name: str) -> Project:
    """Return the project `name`; raise InputError if it does not exist."""
    project = named(workspace, name)
    if not project.exists():
        project.refuse_lost()
        names = workspace.projects()
        near = nearest(name, names)
        refuse_unnameable(workspace, near or "")
        why = "there is no projects/{}/config.json; {}".format(
            name, "projects: " + few(names) if names else "there are no projects yet"
        )
        fix = f"did you mean project={near}?" if near else f"make it: doit new project={name}"
        guess = (name, near) if near else None
        raise InputError(f"no project named {name!r}", why=why, fix=fix, meant=guess)
    return project


def refuse_unnameable(workspace: Workspace, name: str) -> None:
    """Raise InputError if the folder `name` contains a project, but the name is invalid."""
    folder = workspace.root / "projects" / name
    if LABEL.fullmatch(name) or name not in {one.name for one in folder.parent.glob("*")}:
        return  # a valid name, or not a folder, for instance a list of projects
    if not (folder / "config.json").is_file():
        return
    near = Label("project").near(name) or "piece"
    taken = (folder.with_name(one) for one in (near, *(f"{near}-{i}" for i in range(2, 999))))
    free = next(path.name for path in taken if not path.exists())
    raise InputError(
        f"projects/{name} cannot be a project",
        why=f"its name is used in file names: {LABEL_FORM}",
        fix=f"mv {quote(f'projects/{name}')} projects/{free}",
    )


def _pretty(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()
