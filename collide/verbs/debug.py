"""show in pictures what a key does: its colors, keyframes and mask, and what opens

The pictures are saved in projects/x/debug: palette, frames, mask, keyed (open parts in magenta),
and subject (only if a model looked for a subject in the keyframes). `doit clean` deletes them.
"""

from collections.abc import Iterator
from pathlib import Path

from collide.base.errors import InputError
from collide.base.files import copy_out
from collide.cli.request import Request
from collide.limits import Range
from collide.plan.clip_levels import level_tasks
from collide.plan.color_steps import keyframe_step
from collide.plan.layer_steps import coverage_step
from collide.plan.planner import Plan
from collide.plan.preview_clip import debug_folder, debug_step
from collide.project.layers import Layer
from collide.project.settings import MOST_LAYERS
from collide.run.perform import opened_input
from collide.run.session import Session
from collide.store.step import Input, Step
from collide.syntax.variables import PIECE, Variable
from collide.syntax.verb import Verb
from collide.views.swatches import swatches

BASE = "layer 1 is the base, which has no key; the layers that have one: doit debug"
VERB = Verb(
    variables={
        **PIECE,
        "layer": Variable(
            Range(1, MOST_LAYERS),
            "the layer",
            "2",
            without="all layers with a key",
            others={
                **dict.fromkeys("background bg base bottom".split(), BASE),
                "all": "doit debug",
            },
        ),
    },
    knobs=True,
)

SAYS = {
    "palette": "what opens (colors, light, or the side of a matte), and how much of the frames",
    "frames": "the analyzed frames, as the key sees them",
    "subject": "the subject that the model found in the analyzed frames",
    "keyed": "the layer at several moments; below, its open parts in magenta",
    "mask": "its mask at the same moments: black is open, white is opaque",
}


def run(request: Request) -> int:
    """Render missing steps, write the pictures, and print their paths."""
    with request.open() as session:
        plan = session.plan_now()
        for layer in _layers(request, plan):
            _write_pictures(session, plan, layer)
    print(session.run.line())
    return 0


def _layers(request: Request, plan: Plan) -> list[Layer]:
    """Return the requested layer; by default, return every layer with a key.

    Raises:
        InputError: the requested layer has no key, or no layer has a key.
    """
    keyed = plan.piece.layers[1:]
    number = request.value("layer")
    layers = [layer for layer in keyed if number in (None, layer.number)]
    if not layers:
        numbers = ", ".join(str(layer.number) for layer in keyed) or "none"
        raise InputError(
            f"layer={number} has no key" if number else "no layer has a key",
            why=f"layers with a key: {numbers}; layer 1 is the base, with nothing below it",
            fix=f"use layer={keyed[0].number}" if keyed else "use num_videos=2",
            turns=[{"layer": str(keyed[0].number)} if keyed else {"num_videos": "2"}],
        )
    return layers


def _write_pictures(session: Session, plan: Plan, layer: Layer) -> None:
    """Bring a layer up to date, write its pictures, and print their paths."""
    paths = {name: debug_folder(plan.piece) / f"layer{layer.number}-{name}.png" for name in SAYS}
    keyframe, *shows = (of(plan.piece, layer) for of in (keyframe_step, coverage_step, debug_step))
    session.state.steps |= {step.task: step for step in (keyframe, *shows)}
    with session.runner.showing():
        first = [plan.steps[task] for task in level_tasks(layer)]
        for step in [*first, keyframe, *_before(plan, layer), *shows]:
            session.runner.run(step)
    results = session.state.results()
    facts, counted = (results[f"{kind}:{layer.number}"].facts for kind in ("color", "coverage"))
    opens = counted["coverage"][f"{layer.number}"]
    frames = _object(session, f"keyframe:{layer.number}", "frames.png")
    title = f"layer {layer.number} · {layer.mode} · {opens:.1%} open"
    swatches(paths["palette"], title=title, frames=frames, answer=facts, knobs=layer.knobs)
    copy_out(frames, paths["frames"])
    paths["subject"].unlink(missing_ok=True)  # an earlier run in a different mode may have left it
    if layer.model and not layer.cut:
        copy_out(_object(session, f"matte:{layer.number}", "masks.png"), paths["subject"])
    for name, path in paths.items():
        if path.exists():
            session.say(f"{path.relative_to(session.workspace.root)}  {SAYS[name]}")


def _before(plan: Plan, layer: Layer) -> Iterator[Step]:
    """Yield the matte, color and layer steps of a layer, in order."""
    for step in plan.steps.values():
        number = step.task.partition(":")[2].partition(".")[0]
        if step.kind in ("matte", "color", "layer") and number == str(layer.number):
            yield step


def _object(session: Session, task: str, role: str) -> Path:
    ref = session.state.results()[task].objects[role]
    return opened_input(session.state, Input(ref.digest, ref.size, task)).path
