"""Records written by an earlier version, with their pieces and the verbs that open them.

The files are in records/. --freeze writes missing records and never rewrites existing records.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from collide.project.release import RELEASE
from tests.reference.conftest import configured, ran_verb, rendered
from tests.reference.pieces import PIECES
from tests.render.conftest import House

FOLDER = Path(__file__).parent / "records"

# A typical user's config: presets, knobs for all layers, and knobs for single layers.
CONFIG = {
    "preset": ["half-open", "rental-tape", "wide-stereo"],
    "num_videos": 4,
    "similarity": [0.2, 0.4],
    "layer2.opacity": 0.8,
    "layer3.take": 1,
    "post": "color-grade",
    "crf": 34,
    "audio_bitrate": 64,
    "grade_contrast": 1.2,
}


@dataclass(frozen=True)
class Record:
    """One record: its piece, and the verb that opens it."""

    piece: str  # A name in PIECES, or "" for the piece in CONFIG.
    verb: str  # Replay, new, set or render.
    given: bool = False  # Whether the record is a look that was exported to be shared.
    idle: bool = False  # Whether an unread knob makes the record open as a different look.


RECORDS = {
    "dice.manifest.json": Record("dice-drawn", "replay"),
    "beds.manifest.json": Record("sound-beds", "replay"),
    "chain.manifest.json": Record("post-chain-of-four", "new"),
    "placed.look.json": Record("lay-placed", "new"),
    "subject.look.json": Record("mode-rembg", "set"),
    "table.look.json": Record("post-color-grade-lut", "render"),
    "water.look.json": Record("preset-under-water", "new", given=True, idle=True),
    "light.mp4": Record("lay-light", "replay"),
    "modes.mp4": Record("mode-of-each-layer", "new"),
    "config.mp4": Record("", "replay"),
}


def write(house: House, name: str) -> None:
    """Render the piece of a record and write the record; omit the times from a manifest."""
    record, path = RECORDS[name], FOLDER / name
    project = configured(house, "of-config", **CONFIG) if not record.piece else record.piece
    words = PIECES.get(record.piece, "")
    rendered(house, project, words)
    place, manifest = house.root / "projects" / project, house.manifest(project)
    FOLDER.mkdir(exist_ok=True)
    if record.given:
        ran_verb(house, "export", project, f"{words} as=look")
        shutil.copy(place / "output" / f"{project}-{manifest['look']}.json", path)
    elif path.suffix == ".mp4":
        shutil.copy(house.video(project), path)
    elif ".manifest." in name:
        timeless = {**manifest, "seconds": dict.fromkeys(manifest["seconds"], 0.0)}
        path.write_text(json.dumps(timeless, indent=1) + "\n")
    else:
        shutil.copy(place / "looks" / f"{manifest['look']}.json", path)


def opened(house: House, name: str, look: str) -> str:
    """Open a record with its verb, render it, and return the project's name."""
    path, project = FOLDER / name, name.partition(".")[0]
    verb = RECORDS[name].verb
    if verb == "replay":
        ran = house.doit("replay", f"manifest={path}")
        assert ran.code == 0 and f"the same look, {look}: " in ran.out, ran.out
        assert f"from rendering release 1, and this is release {RELEASE}: " in ran.out, ran.out
        return f"look-{look}"
    if verb == "new":
        told = house.doit("new", f"from={path}", f"project={project}")
        assert told.code == 0 and f"its frames are the same as in look {look}" in told.out, told.out
    else:
        looks = house.root / "projects" / configured(house, project, crf=31) / "looks"
        looks.mkdir(exist_ok=True)
        shutil.copy(path, looks / f"{look}.json")
    if verb == "set":
        assert house.doit("set", f"project={project}", f"look={look}").code == 0
    shown = [f"look={look}"] if verb == "render" else []
    ran = house.doit("render", f"project={project}", *shown)
    assert ran.code == 0, ran.out
    return project
