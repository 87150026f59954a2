"""The steps of the dry pieces are frozen: jobs, commands, reads, costs, and the recipe.

    pytest tests/unit/plan/test_every_step.py --golden

rewrites steps.json after an intended change; the diff shows the affected steps.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collide.base.hashing import digest_of
from collide.base.workspace import Workspace
from collide.catalog import Catalog
from collide.plan.color_steps import kept_keyframes
from collide.plan.manifest import _knobs, look_file
from collide.plan.planner import Plan, possible
from collide.plan.quick_frame import before_quick
from collide.store.step import Job, Step
from tests.dry import PIECES, Dry, Worked
from tests.dry_steps import clip_steps, every_step, solving_steps

FILE = Path(__file__).parent / "steps.json"
APART = ("job", "sooner", "deliver")  # fields of a step that hold functions or paths


def portable_job(job: Job) -> dict[str, Any]:
    """Return a job as data, without digests and folders."""
    data = job.data()
    data["inputs"] = {
        token: {**one, "digest": "", "path": one["path"] and Path(one["path"]).name}
        for token, one in data["inputs"].items()
    }
    return data


def portable(worked: Worked, catalog: Catalog) -> dict[str, Any]:
    """Return a step without its machine-specific parts: digests, versions, folders."""
    step, job = worked.step, worked.job
    data = portable_job(job)
    if step.kind == "record":  # the record's arguments include package versions and the recipe
        data["arguments"] = sorted(data["arguments"])
    fields = {name: value for name, value in vars(step).items() if name not in APART}
    return {
        **fields,
        "deliver": {role: path.name for role, path in step.deliver.items()},
        "job": data,
        **({"sooner": portable_job(worked.sooner)} if worked.sooner else {}),
        "argv": list(job.argv(catalog)) if job.runs_one_command else None,
        "log": {name: str(value) for name, value in worked.log.items()},
        "calls": [[call.play, call.shape] for call in job.calls],
        "ingredients": sorted(job.ingredients("an engine", catalog)),
    }


def with_kept_keyframes(plan: Plan) -> Plan:
    """Return the plan that the live page uses: keyframes come from kept frames where possible."""
    steps = dict[str, Step]()
    for task, step in plan.steps.items():
        made = [step]
        if step.kind == "keyframe":
            layer = plan.piece.layers[int(task.partition(":")[2]) - 1]
            made = kept_keyframes(plan.piece, layer, step)
        steps |= {one.task: one for one in made}
    return replace(plan, steps=steps)


@pytest.mark.parametrize("name", PIECES)
def test_every_step_equals_its_frozen_form(
    name: str, house: Workspace, request: pytest.FixtureRequest
) -> None:
    """Every step equals its frozen form: a changed step would be rendered again by every artist."""
    dry = Dry(house)
    plan = dry.plan(PIECES[name])
    catalog = dry.settings(PIECES[name]).catalog
    walked = dry.walk(plan, [*every_step(plan), *solving_steps(plan), *clip_steps()])
    found = {task: digest_of(portable(worked, catalog))[:8] for task, worked in walked.items()}
    recipe = {name: value for name, value in plan.piece.recipe.items() if name != "engine"}
    found |= {"recipe": digest_of(recipe)[:8], "knobs": digest_of(_knobs(plan.piece))[:8]}
    kept = [one for one in dry.walk(with_kept_keyframes(plan)).values() if one.sooner]
    found["sooner"] = digest_of([portable(one, catalog) for one in kept])[:8]
    names = json.loads(look_file(plan.piece))["names"].values()
    quick = [step.task for step in before_quick(plan, plan.piece.frames // 2)]
    found |= {"names": digest_of([*names])[:8], "quick": digest_of(quick)[:8]}
    of_a_part = {task for task in plan.steps if ":" in task}
    assert of_a_part <= {*possible(plan.piece.project, plan.piece.settings)}
    known: dict[str, Mapping[str, str]] = json.loads(FILE.read_text()) if FILE.exists() else {}
    if request.config.option.golden:
        every = {**known, name: found}
        kept = {piece: every[piece] for piece in PIECES if piece in every}
        FILE.write_text(json.dumps(kept, indent=1) + "\n")
        return
    assert found == known[name], "if intended: pytest tests/unit/plan/test_every_step.py --golden"


def test_steps_json_has_exactly_the_dry_pieces() -> None:
    """The pieces of steps.json are exactly the dry pieces."""
    known = json.loads(FILE.read_text())
    assert [*known] == [*PIECES]
    assert sum(map(len, known.values())) > 300
