"""What was done: the manifest is the recipe, and the record of how it came about."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collide import __version__
from collide.key import Job, Step, library_version
from collide.knobs import plain
from collide.plan import Plan, Results

def record_step(plan: Plan) -> Step:
    """Return the step that writes the manifest and the look's recipe."""
    before = tuple(plan.steps)
    look = plan.project.path / "looks" / f"{plan.look}.json"

    def job(results: Results) -> Job:
        given = _given(plan, results)
        seconds = {task: results[task].seconds for task in before}

        def answer(files: Mapping[str, Path]) -> dict[str, Any]:
            folder = files["."]
            whole = {**given, "seconds": seconds}
            (folder / "manifest.json").write_text(json.dumps(whole, indent=1) + "\n")
            (folder / "look.json").write_text(json.dumps(plan.recipe, indent=1) + "\n")
            return {"look": plan.look}

        return Job("record", given=given, version=1, analyze=answer)

    deliver = {"manifest.json": plan.project.path / "manifest.json", "look.json": look}
    names = {f"layer {layer.number}": layer.pick.name for layer in plan.layers}
    says = {"look": plan.look, **names, **{n: s.origin for n, s in sorted(plan.settings.said.items())}}
    return Step("record", job, before, says=says, deliver=deliver)


def _given(plan: Plan, results: Results) -> dict[str, Any]:
    """Return the manifest but for its timings: recipe, origins, clips, keys, outputs, versions."""
    origins = {name: setting.origin for name, setting in sorted(plan.settings.said.items())}
    tasks = {
        task: {
            "key": results[task].key,
            "objects": {role: made.digest for role, made in results[task].objects.items()},
            "facts": results[task].facts,
        }
        for task in plan.steps
        if task != "record"
    }
    packages = ("doit", "numpy", "scikit-learn", "pillow", "xxhash")
    return {
        "look": plan.look,
        "recipe": plan.recipe,
        "origins": origins,
        "said": {name: plain(setting.value) for name, setting in sorted(plan.settings.said.items())},
        "clips": [
            {"layer": layer.number, "name": layer.pick.name, "digest": layer.pick.digest,
             "start": layer.pick.start, "facts": layer.clip.facts()}
            for layer in plan.layers
        ],
        "tasks": tasks,
        "versions": {"collide": __version__, **{name: library_version(name) for name in packages}},
    }  # fmt: skip

