"""The lines after a render: how to keep the command's settings, and commands to try next."""

import shlex
from collections.abc import Iterator, Sequence

from collide.base.errors import InputError
from collide.base.words import joined, several
from collide.cli.summary import opening_turn
from collide.instrument import exact
from collide.limits import as_typed
from collide.plan.planner import Plan
from collide.plan.voices import audible
from collide.project import presets
from collide.project.layer_knobs import still
from collide.project.layers import Layer
from collide.project.project import Project
from collide.project.settings import TYPED, Settings, bare, plain
from collide.run.session import Session
from collide.store.reasons import Cause, Reason
from collide.store.step import Results

ROOM = 52  # characters; the effect of a longer command is on a separate line
PICTURE = ("stack", "post", "encode", "mux")  # tasks rendered again after a turn of a stack knob


def next_render(project: Project, more: str = "") -> str:
    """Return a command to render with the restored knobs and `more`, or why it would fail.

    An earlier config.json may have an invalid knob that a person wrote.
    """
    try:
        project.settings([], {})
    except InputError as error:
        return f"these knobs cannot be rendered\nERROR: {error}"
    return f"next: doit render project={project.name}{more}"


def keep(session: Session) -> Iterator[str]:
    """Yield the command that keeps the look, knobs and presets given for this run, if any."""
    look = session.look.name if session.look else ""
    if session.project.draft_config is None:
        yield from kept_line(session.project, session.settings, session.presets, look)


def kept_line(
    project: Project, settings: Settings, typed_presets: Sequence[str] = (), look: str = ""
) -> Iterator[str]:
    """Yield the command that keeps the settings given for a run, if any."""
    if words := kept_words(project, settings, typed_presets, look):
        # quoted, because a clip may have any name
        yield f"to keep it: {shlex.join(['doit', 'set', f'project={project.name}', *words])}"


def kept_words(
    project: Project, settings: Settings, typed_presets: Sequence[str] = (), look: str = ""
) -> list[str]:
    """Return the `doit set` arguments that keep the settings given for a run.

    A preset in the command overrides the config's knobs, but a preset in the config does not. The
    arguments therefore include the config's knobs that the command's presets override, with their
    new values.
    """
    now = settings.explicit
    typed = [name for name in settings.set_in(TYPED) if not still(settings, name)]
    if look:  # the look's knobs override any preset
        typed += [name for name, one in now.items() if one.origin.endswith("(typed)")]
        return [f"look={look}", *(f"{name}={as_typed(plain(now[name].value))}" for name in typed)]
    words: list[str] = []
    if typed_presets:
        config = project.config()
        before = [n for n in presets.names_in(config.get("preset", [])) if n not in typed_presets]
        chain = [*before, *dict.fromkeys(typed_presets)]
        written = {**config, "preset": chain, **{name: plain(now[name].value) for name in typed}}
        then = project.drafted(written).settings([], {}).explicit
        typed += [n for n in now if n not in typed and then[n].value != now[n].value]
        words.append(f"preset={','.join(chain)}")
    return [*words, *(f"{name}={as_typed(plain(now[name].value))}" for name in typed)]


def next_words(session: Session, plan: Plan) -> Iterator[str]:
    """Yield commands to try after the first render of a piece, each with its effect.

    A command that shows more of the least visible layer turns the key of the most visible layer
    above it, or its own key if it is the topmost layer. The time printed for a command is the time
    that its tasks took in this render.
    """
    record, results = session.run.tasks.get("record"), session.state.results()
    if record is None or record.why != (Reason(Cause.FIRST),):
        return
    name = plan.piece.project.name
    render = f"doit render project={name}"

    def cost(*kinds: str) -> str:
        took = (results[task].seconds for task in plan.steps if task.startswith(kinds))
        return f"about {max(1, sum(took)):.0f} s"

    lines = [
        (f"doit star project={name} name=first", "keep this look, with its video as first.mp4")
    ]
    styles = len(presets.pictured(plan.piece.project.shelves))
    if styles:
        effect = f"see a frame of it in {several(styles, 'style')}"
        lines.append((f"doit sheet project={name} presets=all", effect))
    if moved := _revealed(plan, results):
        lines.append((f"{render} {moved[0]}", f"{moved[1]}, {cost(*PICTURE)}"))
    if over := _over(plan):
        lines.append((f"{render} {over[0]}", f"{over[1]}, {cost(*PICTURE)}"))
    if loud := audible(plan.piece, results):
        number = loud[-1]
        time = cost(f"audio:{number}", "mix", "loudness", "mux")
        left = plan.piece.layers[number - 1].knobs["pan"] > 0
        side, pan = ("left", "-0.9") if left else ("right", "0.9")
        lines.append(
            (f"{render} layer{number}.pan={pan}", f"hear layer {number} from the {side}, {time}")
        )
    yield "try next:"
    yield from (tried(*one) for one in lines)


def tried(command: str, effect: str) -> str:
    """Return a command and its effect on one line, or on two lines if the command is long."""
    if len(command) > ROOM:
        return f"  {command}\n      {effect}"
    return f"  {command:<{ROOM}} {effect}"


def _revealed(plan: Plan, results: Results) -> tuple[str, str] | None:
    """Return the knob that shows more of the least visible layer, and a note on its effect."""
    if (entry := results.get("presence")) is None or len(plan.piece.layers) < 2:
        return None
    shares = entry.facts["presence"]
    least = min(range(len(shares)), key=shares.__getitem__)
    hidden = plan.piece.layers[least]
    above = plan.piece.layers[least + 1 :]
    turned = max(above, key=lambda layer: shares[layer.number - 1]) if above else hidden
    if f"color:{turned.number}" not in results:
        return None
    turn = opening_turn(turned, results[f"color:{turned.number}"].facts, opens=bool(above))
    name = f"see more of layer {hidden.number}, {hidden.pick.short}"
    return turn, f"{name}, through layer {turned.number}" if above else name


def _over(plan: Plan) -> tuple[str, str] | None:
    """Return the knobs that make looping layers run back and forth, and their effect.

    Return None if no layer starts over within the piece.
    """
    fps = exact(plan.piece.knobs["fps"])
    ends = [(layer, at) for layer in plan.piece.layers if (at := _ends(layer, plan.piece.frames))]
    if not ends:
        return None
    pinned = any(bare(name) == "loop" != name for name in plan.piece.settings.explicit)
    turn = " ".join(f"layer{layer.number}.loop=back" for layer, _ in ends)
    turn = turn if pinned or len(ends) < len(plan.piece.layers) else "loop=back"
    numbers = joined([str(layer.number) for layer, _ in ends])
    names = f"layer {numbers}, {ends[0][0].pick.short}," if len(ends) == 1 else f"layers {numbers}"
    ends_at = "ends" if len(ends) == 1 else "end"
    seconds = joined(list(dict.fromkeys(f"{float(at / fps):.3g}" for _, at in ends)))
    return (
        turn,
        f"{names} {ends_at} at {seconds} s: run back and forth from there",
    )


def _ends(layer: Layer, frames: int) -> int:
    """Return the frame where a layer starts over with a jump or a fade, or 0 if it does not."""
    knobs = layer.knobs
    still = layer.probed.still or knobs["freeze"] >= 0
    return 0 if still or knobs["loop"] == "back" or layer.material >= frames else layer.again
