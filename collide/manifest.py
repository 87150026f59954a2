"""What was done: the manifest is the recipe, and the record of how it came about."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collide import __version__
from collide.key import Job, Results, Step, library_version
from collide.knobs import plain
from collide.piece import Piece


def record_step(piece: Piece, before: tuple[str, ...]) -> Step:
    """Return the step that writes the manifest and the look's recipe, after all tasks `before`."""
    look = piece.project.path / "looks" / f"{piece.look}.json"

    def job(results: Results) -> Job:
        given = _given(piece, before, results)
        seconds = {task: results[task].seconds for task in before}

        def answer(files: Mapping[str, Path]) -> dict[str, Any]:
            folder = files["."]
            whole = {**given, "seconds": seconds}
            (folder / "manifest.json").write_text(json.dumps(whole, indent=1) + "\n")
            (folder / "look.json").write_text(json.dumps(piece.recipe, indent=1) + "\n")
            return {"look": piece.look}

        return Job("record", given=given, version=1, analyze=answer)

    deliver = {"manifest.json": piece.project.path / "manifest.json", "look.json": look}
    said = {f"{n} said in": s.origin for n, s in sorted(piece.settings.said.items())}
    names = {f"layer {layer.number}": layer.pick.name for layer in piece.layers}
    says = {"look": piece.look, **names, **said}
    return Step("record", job, before, says=says, deliver=deliver)


def _given(piece: Piece, before: tuple[str, ...], results: Results) -> dict[str, Any]:
    """Return the manifest but for its timings: recipe, origins, clips, keys, outputs, versions."""
    origins = {name: setting.origin for name, setting in sorted(piece.settings.said.items())}
    tasks = {
        task: {
            "key": results[task].key,
            "objects": {role: made.digest for role, made in results[task].objects.items()},
            "facts": results[task].facts,
        }
        for task in before
    }
    packages = ("doit", "numpy", "scikit-learn", "pillow", "xxhash")
    return {
        "look": piece.look,
        "recipe": piece.recipe,
        "origins": origins,
        "said": {name: plain(s.value) for name, s in sorted(piece.settings.said.items())},
        "clips": [
            {"layer": layer.number, "name": layer.pick.name, "digest": layer.pick.digest,
             "start": layer.pick.start, "facts": layer.clip.facts()}
            for layer in piece.layers
        ],
        "tasks": tasks,
        "versions": {"collide": __version__, **{name: library_version(name) for name in packages}},
    }  # fmt: skip
