"""A dry run: every step of a piece gets its key, and placeholders replace the results.

A placeholder depends on the key, so upstream changes propagate.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from collide.base.hashing import digest_of
from collide.base.media import Clip
from collide.base.workspace import Workspace
from collide.catalog import Catalog, shipped
from collide.engine.programs import Engine
from collide.instrument import File
from collide.library.library import Library
from collide.plan.planner import (
    Plan,
    make_plan,
    models_needed,
)
from collide.project.knob_files import Lent
from collide.project.project import Project
from collide.project.selection import Pick
from collide.project.settings import Settings, chained
from collide.run.build_state import BuildState
from collide.store.digests import Memo
from collide.store.entry import Entry, ObjectRef
from collide.store.index import Index
from collide.store.leases import Lease
from collide.store.objects import Store
from collide.store.reasons import Reason
from collide.store.receipts import Receipts
from collide.store.step import Input, Job, Log, Step
from tests.dry_clips import CLIPS, SOUND, played

# Files that no command names, because a pass or Python code writes them.
WRITTEN = {
    "audio/hear": (),
    "audio/listen": ("mix.m4a",),
    "audio/loudness": ("sound.m4a",),
    "blend/logbook": ("manifest.json", "look.json"),
    "source/frame": ("frame.mkv",),
}
FILE = re.compile(r"[\w-]+\.(?:nut|mp4|mov|mkv|wav|m4a|png|jpg|gray|txt)")


@dataclass(frozen=True)
class Worked:
    """The outcome of one step."""

    step: Step
    job: Job
    key: str
    log: Log
    entry: Entry
    why: tuple[Reason, ...]  # in `walk`, empty if the previous receipt has the same key
    sooner: Job | None = None  # the step's faster job for the same bytes, if any


class Dry:
    """A workspace in which projects are planned and nothing is rendered.

    The receipts persist from one `walk` to the next, as a project's receipts do from run to run.
    """

    def __init__(self, house: Workspace, name: str = "dry") -> None:
        self.house, self.name = house, name
        self.engine = house.root / "ffmpeg"
        self.engine.write_text("an engine")

    def settings(self, values: Mapping[str, Any], presets: Sequence[str] = ()) -> Settings:
        """Return the settings of a project with knobs (`values`) and presets in the command."""
        return Project(self.house, self.name, {"seed": 7}).settings([*presets], values)

    def plan(
        self,
        values: Mapping[str, Any],
        presets: Sequence[str] = (),
        clips: Sequence[Clip] = CLIPS,
        digests: str = "",
    ) -> Plan:
        """Return the plan of a piece.

        Args:
            values: the knobs in the command.
            presets: the presets in the command.
            clips: the clips, which the layers take in turn.
            digests: a string that changes the digests of all clips and sounds.
        """
        settings, picks, held = self.settings(values, presets), [], []
        knobs = settings.piece()
        for number in range(1, knobs["num_videos"] + 1):
            layer = settings.layer(number)
            digest = digest_of([digests, "clip", number, layer["clip"], layer["take"]])
            begin = layer["start"] / 2 + (layer["start_in"] == "shot") / 8
            picks.append(Pick(number, digest, f"clip{number}.mp4", begin))
            held.append(played(layer, clips[(number - 1) % len(clips)]))
        for number in range(1, knobs["audio_beds"] + 1):
            digest = digest_of([digests, "bed", number, knobs[f"bed{number}"]])
            begin = round(knobs["bed_start"] * 60, 3)
            picks.append(Pick(number, digest, f"bed{number}.wav", begin, "bed"))
            held.append(SOUND)
        models = {name: _model(name) for name in models_needed(settings)}
        state = self.state(settings)
        return make_plan(
            Project(self.house, self.name, {"seed": 7}),
            settings,
            picks=picks,
            clips=held,
            hear=lambda step: entry_of(state, step, step.job({}, {})).facts,
            storage="raw" if knobs["storage"] == "auto" else knobs["storage"],
            engine=state.engine_digest,
            version="9.0.2",
            models=models,
            files=_files(settings),
        )

    def state(self, settings: Settings) -> BuildState:
        """Return a new state that uses the earlier receipts, as a new process would."""
        store, memo = Store(self.house.cache), Memo(self.house.cache / "memo.db")
        memo.hold()
        return BuildState(
            Receipts(self.house.receipts(self.name)),
            store,
            memo,
            Library(self.house, memo),
            Engine(self.engine, "it is the only one"),
            Index(store),
            Lease(store),
            settings.catalog,
            engine_version="9.0.2",
        )

    def walk(self, plan: Plan, more: Iterable[Step] = ()) -> dict[str, Worked]:
        """Work out a plan's steps and then the steps in `more`; map each task to its outcome."""
        state = self.state(plan.piece.settings)
        state.steps = {**plan.steps, **{step.task: step for step in more}}
        return {step.task: worked_out(state, step) for step in state.steps.values()}


def worked_out(state: BuildState, step: Step) -> Worked:
    """Do what `perform` does, except rendering, and return the outcome."""
    before, why = state.receipt(step.task), state.why(step)
    job, key = state.job(step), state.key(step)
    entry = entry_of(state, step, job)
    sooner = step.sooner(state.results(), {}) if step.sooner else None
    state.sign(step, entry)
    same = before is not None and before.entry.key == key
    return Worked(step, job, key, state.log(step), entry, () if same else why, sooner)


def entry_of(state: BuildState, step: Step, job: Job) -> Entry:
    """Return a possible result for a job, with different bytes for each key."""
    key = state.key_of(job)
    return Entry(
        key,
        {role: ObjectRef(digest_of([key, role]), 1000) for role in roles(state, job)},
        facts=facts(state, job, key),
        preimage=job.ingredients(state.engine_digest, state.catalog),
        seconds=0.1,
        kind=step.kind,
        amount=step.amount,
    )


def roles(state: BuildState, job: Job) -> list[str]:
    """Return the names of the files that a job writes."""
    names = dict.fromkeys([*job.frames, *WRITTEN.get(job.play, ())])
    if job.play == "source/matte" and job.arguments["tiled"]:
        names["masks.png"] = None
    if job.runs_one_command:
        argv = job.argv(state.catalog)
        opened = {argv[at + 1] for at, word in enumerate(argv) if word == "-i"}
        names |= dict.fromkeys(w for w in argv if FILE.fullmatch(w) and w not in opened)
    return [name for name in names if name not in job.drop]


def facts(state: BuildState, job: Job, key: str) -> dict[str, Any]:
    """Return possible facts for a job."""
    dice, given = int(key[:6], 16), job.arguments
    known: dict[str, Any] = {}
    if job.play.startswith("modes/"):
        known = _colors(state, job, int(state.key_of(job.replaced(then=()))[:6], 16), dice)
    elif job.play == "source/levels":
        known = {"black": dice % 300 / 1000, "white": 0.5 + dice % 400 / 1000}
    elif job.play == "audio/hear":
        known = {"lufs": -18.0 - dice % 50 / 10, "peak": -3.0}
        if given.get("closely"):
            known["edges"] = [960, given["material"] - 960]
            known["power"] = [known["lufs"], known["lufs"], known["lufs"] + 6]
    elif job.play == "audio/loudness" and job.shape == "passes":
        level = given["knobs"]["loudness_lufs"]
        known = {"lufs": level, "peak": -1.6, "gain": dice % 80 / 10, "limit": -2.5}
        known |= {"silent": False, "capped": False}
    elif job.play == "blend/presence":
        known = {"presence": [0.5 for _ in job.then[0].arguments["seen"]]}
        known["coverage"] = {str(layer): dice % 1000 / 1000 for layer in given["layers"]}
    elif job.play == "audio/listen":
        known = {"lufs": -16.0, "peak": -1.6, "mono": -17.0, "left": -20.0, "right": -20.0}
    return known


def _colors(state: BuildState, job: Job, dice: int, moved: int) -> dict[str, Any]:
    """Return possible facts for a mode; with a requested coverage, `moved` varies the threshold."""
    knobs = job.arguments["knobs"]
    if not {"@frames", "@masks"} & {*map(str, job.arguments.values())}:
        known: dict[str, Any] = job(state.catalog)  # runs for real, as the mode reads no pictures
    elif knobs.get("luminance_key") == "light":
        known = {"target": "lights", "light": [0.6 + dice % 1000 / 10000, 1.0]}
    else:
        known = {"colors": [f"0x{dice:06X}", "0x102030"][: 1 + dice % 2], "share": 0.4}
    for call in job.then:
        if call.play == "modes/random":
            known = {**known, "mode": call.arguments["mode"]}
        elif "light" in known:
            known = {**known, "light": [0.6 + moved % 100 / 1000, 1.0], "opens": 0.4}
        else:
            known = {**known, "similarity": 0.2 + moved % 100 / 1000, "opens": 0.4}
    return known


def with_toy(name: str = "blend/toy", **members: Any) -> Catalog:
    """Return a catalog of the shipped instruments and an instrument defined by `members`."""
    module = ModuleType(name)
    module.__dict__.update({"DEFAULTS": {}, "LIMITS": {}, **members})
    return Catalog({**shipped().instruments, name: module})


def _model(name: str) -> Input:
    return Input(digest_of(["model", name]), 5 << 20, path=Path(f"library/models/{name}.onnx"))


def _files(settings: Settings) -> dict[str, Lent]:
    """Map each knob of the chain that names a file to a placeholder file."""
    values, catalog = settings.piece(), settings.catalog
    files = {}
    for name in chained(values):
        for knob, value in catalog.own(f"post/{name}", values).items():
            limit = catalog.knobs[knob].limit
            if isinstance(limit, File) and value != "none":
                path = Path("library", limit.folder, value)
                files[knob] = Lent(value, path, digest_of(["file", value]))
    return files


# The names of the pieces, with their knobs; together, the pieces need every kind of step.
SMALL = {"output_size": "320x180", "fps": 25, "duration": 7.0, "num_videos": 3}
PIECES: dict[str, dict[str, Any]] = {
    **{
        f"mode {mode}": {**SMALL, "mode": mode}
        for mode in ("fixed", "palette", "luminance", "dominant", "kmeans", "random")
    },
    "alone": {**SMALL, "num_videos": 1, "duration": 2.0},
    "nine": {**SMALL, "num_videos": 9, "duration": 2.0, "mode": "fixed"},
    "rembg colors": {**SMALL, "mode": "rembg", "rembg_use": "colors"},
    "rembg matte": {**SMALL, "mode": "rembg", "rembg_use": "matte"},
    "coverage": {**SMALL, "mode": "dominant", "layer3.mode": "luminance", "coverage": "0.3..0.6"},
    "grey": {**SMALL, "mode": "luminance", "luminance_key": "grey", "coverage": "0.3..0.6"},
    "tall": {**SMALL, "output_size": "180x320", "fit": "cover"},
    "placed": {
        **SMALL, "layer2.scale": 0.5, "layer3.blend_mode": "screen", "opacity": 0.8, "speed": 0.5,
        "chroma": "420", "storage": "ffv1", "layer3.loop_seconds": 1.5,
    },
    "round": {**SMALL, "layer1.loop_seconds": 1.5, "layer2.loop_seconds": 1.5},
    "heard": {**SMALL, "audio_sources": 2, "echo": 0.4, "eq_low": -6, "spread": 0.5, "dice": 5},
    "beds": {**SMALL, "audio_beds": 2, "bed1": "rain.wav", "audio_sources": 0},
    "silence": {**SMALL, "audio_sources": 0},
    "chain": {**SMALL, "post": "analog,color-grade", "grade_tint": 0.3, "grade_lut": "noir.cube"},
    "whole": {**SMALL, "post": "analog,stabilize,vhs", "flicker": 0.2},
    "flicker": {**SMALL, "post": "deflicker,feedback,glitch", "deflicker_light": 0.8},
}  # fmt: skip
