"""The manifest: the recipe of a piece and the record of how its video was rendered."""

import json
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

from collide import __version__
from collide.instrument import Knobs
from collide.project.layers import Layer
from collide.project.piece import Piece
from collide.project.release import RELEASE
from collide.project.settings import LOOK, bare, plain
from collide.store.call import FOLDER
from collide.store.entry import Entry
from collide.store.reasons import HELD, ORIGIN
from collide.store.step import Job, Results, Step, library_version

CHOICE = "the choice of "  # log prefix of a knob that names a clip or a sound
PACKAGES = ("doit", "numpy", "scikit-learn", "pillow", "xxhash")


def record_step(piece: Piece, before: tuple[str, ...], version: str) -> Step:
    """Return the step that writes the manifest and the look, after all tasks in `before`."""
    look = piece.project.path / "looks" / f"{piece.look}.json"
    deliver = {"manifest.json": piece.project.path / "manifest.json", "look.json": look}
    return piece.step(
        "record", _record, piece, before, version, needs=before, deliver=deliver, opens=False
    )


def _record(
    piece: Piece, plain_piece: Piece, before: tuple[str, ...], version: str, *, results: Results
) -> Job:
    """Return the job that writes the manifest and the look.

    The manifest lists all knobs, read from `plain_piece`, which logs nothing. The log contains only
    the look, the names of clips, the origins of knobs, and the knobs that are set explicitly or
    that the look does not cover.
    """
    for name, setting in sorted(piece.settings.explicit.items()):
        if not setting.origin.startswith(LOOK):
            piece.log[f"{ORIGIN}{name}"] = setting.origin
    for layer in piece.layers:
        piece.log[f"layer {layer.number}"] = layer.pick.name
    _ = piece.look
    piece.log.update(_unrecorded(plain_piece))
    arguments = {
        "knobs": {},
        "folder": FOLDER,
        "manifest": _manifest(plain_piece, before, results, version),
        "look": _look(plain_piece, results),
    }
    seconds = {task: results[task].seconds for task in before}
    return Job("blend/logbook", "analyze", arguments, unkeyed={"seconds": seconds})


def _unrecorded(piece: Piece) -> dict[str, Any]:
    """Return knobs that are set explicitly, or that the recipe omits or records differently."""
    recipe, explicit = piece.recipe, piece.settings.explicit
    recorded = {**recipe["piece"], "seed": recipe["seed"]}
    held = {n: v for n, v in piece.knobs.items() if n in explicit or recorded.get(n) != v}
    for layer, part in zip(piece.layers, recipe["layers"], strict=True):
        for name in layer.knobs.keys() - {"seed"}:
            pinned, value = f"layer{layer.number}.{name}", layer.knobs[name]
            if name in explicit or pinned in explicit or part["knobs"].get(name) != value:
                held[pinned] = value
    files = {"clip", "bed1", "bed2", "bed3"}
    named = {f"{CHOICE}{n}" if bare(n) in files else n: value for n, value in held.items()}
    return {f"{HELD}{name}": value for name, value in named.items()}


def look_file(piece: Piece, results: Results | None = None, still: str = "") -> bytes:
    """Return the bytes of a look file, with `still`, a PNG's digest, if there is no video."""
    content = {**_look(piece, results or {}), **({"still": still} if still else {})}
    return (json.dumps(content, indent=1) + "\n").encode()


def _look(piece: Piece, results: Results) -> dict[str, Any]:
    """Return the content of a look file, with the `storage` that its layers' keys depend on."""
    objects = results["mux"].objects.values() if "mux" in results else ()
    video = next((one.digest for one in objects), "")
    names = {pick.digest: PurePath(pick.name).name for pick in piece.picks}
    names |= {file.digest: file.name for file in piece.files.values()}
    return {
        "look": piece.look, "recipe": piece.recipe, "names": names, "video": video,
        "storage": piece.knobs["storage"], "release": RELEASE,
    }  # fmt: skip


def _manifest(
    piece: Piece, before: tuple[str, ...], results: Results, version: str
) -> dict[str, Any]:
    """Return the manifest without its timings: the request, the inputs and the results."""
    explicit = sorted(piece.settings.explicit.items())
    sound = results["loudness"].facts if piece.sounds else {}
    return {
        **_look(piece, results),
        "knobs": _knobs(piece),
        "said": {name: plain(setting.value) for name, setting in explicit},
        "origins": {name: setting.origin for name, setting in explicit},
        "clips": [_clip(layer, results) for layer in piece.layers],
        "files": {knob: {"name": f.name, "digest": f.digest} for knob, f in piece.files.items()},
        "beds": [{**asdict(bed.pick), "facts": bed.sound.facts()} for bed in piece.beds],
        "sound": {"heard": piece.heard, "passed_over": piece.silent, **sound},
        "tasks": {task: _task(results[task]) for task in before},
        "engine": {"digest": piece.recipe["engine"], "version": version},
        "versions": {"collide": __version__, **{name: library_version(name) for name in PACKAGES}},
    }


def _knobs(piece: Piece) -> dict[str, Any]:
    """Return the drawn value and the origin of every knob of the piece and of each layer."""

    def listed(values: Knobs, layer: int | None) -> dict[str, Any]:
        of = piece.settings.of
        return {name: [value, of(name, layer).origin] for name, value in sorted(values.items())}

    layers = [listed(layer.knobs, layer.number) for layer in piece.layers]
    return {"piece": listed(piece.knobs, None), "layers": layers}


def _clip(layer: Layer, results: Results) -> dict[str, Any]:
    """Return a layer's clip and presence; for a keyed layer, also return its mode and coverage."""
    seen = results["presence"].facts
    entry = {
        "layer": layer.number,
        "name": layer.pick.name,
        "clip": layer.pick.digest,
        "start": layer.pick.start,
        "frames": layer.material,
        "facts": layer.clip.facts(),
        "presence": seen["presence"][layer.number - 1],
    }
    if layer.mode:
        entry |= {"mode": layer.mode, "coverage": seen["coverage"][str(layer.number)]}
    return entry


def _task(entry: Entry) -> dict[str, Any]:
    objects = {role: ref.digest for role, ref in entry.objects.items()}
    return {"key": entry.key, "objects": objects, "facts": entry.facts}
