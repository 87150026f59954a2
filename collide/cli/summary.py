"""The summary of a render: layers worth a look, the sound, the video, and commands to try next."""

import shlex
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from collide.base.words import joined, several
from collide.catalog import instrument, own
from collide.engine.machine import cores
from collide.instrument import low_and_high
from collide.limits import as_typed
from collide.plan.color_steps import film_tasks
from collide.plan.planner import Plan
from collide.project.layers import Layer
from collide.run.estimate import rough_seconds
from collide.run.forecast import Forecast
from collide.run.progress import long
from collide.run.session import Session
from collide.store.reasons import Cause, Reason
from collide.store.step import Results

MIN_OPEN, MAX_OPEN = 0.02, 0.97  # share of a layer that is transparent: a hole nobody sees, a ghost
MAX_MISS = 0.55  # LU that a sound may be softer or louder than asked: half a LU, as it is measured
LONG = 60.0  # seconds of a first render from which on a shorter one is offered
UNSEEN = 0.005  # share of the picture that a layer has for itself: nobody will notice it


def layers(session: Session, plan: Plan) -> Iterator[str]:
    """Yield a line for each damaged clip, each key that opens, or leaves, next to nothing, and for
    the visible shares of the layers.
    """
    results = session.state.results()
    opens = seen.facts["coverage"] if (seen := results.get("presence")) else {}
    for layer in plan.piece.layers:
        facts = entry.facts if (entry := results.get(f"layer:{layer.number}")) else {}
        name = f"layer {layer.number} ({layer.pick.name})"
        if count := facts.get("complaints"):
            yield f"{name} is damaged: ffmpeg complained {count} times, look whether it shows"
        share = opens.get(str(layer.number))
        if share is None or f"color:{layer.number}" not in results:
            continue
        color = results[f"color:{layer.number}"].facts
        yield from (f"{name} {text}" for text in _opened(plan, layer, results, color, share))
    yield from _seen(session, plan)
    yield from sound(session, plan)


def _seen(session: Session, plan: Plan) -> Iterator[str]:
    """Yield the visible share of each layer, and the layers that are never seen."""
    entry = session.state.results().get("presence")
    if entry is None or not (session.run.count("rendered") or session.run.count("restored")):
        return
    shares = entry.facts["presence"]
    told = (f"layer {number} {share:.0%}" for number, share in enumerate(shares, start=1))
    yield f"on top: {', '.join(told)}"
    for layer, share in zip(plan.piece.layers, shares, strict=True):
        if share < UNSEEN:
            yield f"layer {layer.number} ({layer.pick.name}) is never seen: the others hide it"


def _opened(
    plan: Plan, layer: Layer, results: Results, color: Mapping[str, Any], share: float
) -> Iterator[str]:
    """Yield a warning about a layer that opens too much or too little, and the knob to turn."""
    window, again = (
        low_and_high(layer.knobs["coverage"]),
        f"doit render project={plan.piece.project.name}",
    )
    if blind := _blind(layer, results):
        turn = f"{again} layer{layer.number}.mode=kmeans"
        yield f"has no subject in {blind:.0%} of the pictures that were looked at; try {turn}"
    elif "opens" in color and window and not window[0] <= color["opens"] <= window[1]:
        other = "luminance" if layer.mode != "luminance" else "kmeans"
        turn = f"{again} layer{layer.number}.mode={other}"
        yield (
            f"cannot open {layer.knobs['coverage']}: its nearest is {color['opens']:.1%}, "
            f"where a surface opens all at once; try {turn}"
        )
    elif share < MIN_OPEN and own("blend/lay", layer.knobs) == instrument("blend/lay").NEUTRAL:
        turn = f"{again} {_turn(layer, color, opens=True)}"
        yield f"hides what is below: its key reveals {share:.1%}; try {turn}"
    elif share > MAX_OPEN and layer.knobs["scale"] >= 1:
        turn = f"{again} {_turn(layer, color, opens=False)}"
        yield f"is almost gone: {share:.1%} of it is transparent; try {turn}"


def _blind(layer: Layer, results: Results) -> float:
    """Return the share of a layer's pictures without a subject, if it is large."""
    tasks = film_tasks(layer) if layer.cut else [f"matte:{layer.number}"] if layer.model else []
    told = [results[task].facts for task in tasks if task in results]
    empty, masks = (sum(facts[name] for facts in told) for name in ("empty", "masks"))
    return empty / masks if masks and empty > masks / 2 else 0.0


def _turn(layer: Layer, color: Mapping[str, Any], *, opens: bool) -> str:
    """Return the knob that opens a layer more, or less, by what its key reads."""
    if window := low_and_high(layer.knobs["coverage"]):  # it decides, whatever the threshold is
        low, high = (min(1.0, max(0.0, end + (0.2 if opens else -0.2))) for end in window)
        return f"layer{layer.number}.coverage={low:.2f}..{max(high, low + 0.05):.2f}"
    name, step, low, high = "similarity", 0.12, 0.05, 0.99
    if "light" in color:
        name, step = "luminance_threshold", -0.2
    elif "matte" in color:
        name, low, high = "matte_shift", -0.45, 0.45
        step = -0.15 if color["matte"] == "background" else 0.15
    value = min(high, max(low, layer.knobs[name] + (step if opens else -step)))
    return f"layer{layer.number}.{name}={value:.2f}"


def sound(session: Session, plan: Plan) -> Iterator[str]:
    """Yield warnings about the mix: silent layers, no sound at all, a gain at its limit."""
    entry = session.state.results().get("loudness")
    for number in plan.piece.silent:
        name = plan.piece.layers[number - 1].pick.name
        yield f"layer {number} ({name}) is silent: others sound in its place"
    if not plan.piece.sounds:
        yield "no sound: no layer sounds"
    elif entry and entry.facts["silent"]:
        yield "the mix is silent: its clips hold no sound that can be heard"
    elif entry:
        yield from loudness_missed(entry.facts, plan.piece.knobs, plan.piece.project.name)


def loudness_missed(
    facts: Mapping[str, Any], knobs: Mapping[str, Any], project: str
) -> Iterator[str]:
    """Yield a line if the sound misses its loudness, or peaks too high: why, and the fix.

    Args:
        facts: of the loudness step, measured in the finished sound.
        knobs: of the piece, or of its recipe, which lacks knobs at their BEFORE value.
    """
    if facts["lufs"] is None:
        return
    asked, peak = knobs["loudness_lufs"], knobs["peak_db"]
    missed, over = facts["lufs"] - asked, max(0.0, round(facts["peak"] - peak, 1))
    play = instrument("audio/loudness")
    tries, most = knobs.get("loudness_tries", 3), play.DEFAULTS["loudness_tries"]
    turn = f"loudness_tries={most}"
    if tries >= most:
        low = round(facts["lufs"] - (1 if over else 0), 1)
        turn = f"loudness_lufs={max(play.LIMITS['loudness_lufs'].low, low):g}"
    mend = f"doit set project={project} {turn}"
    if facts["capped"]:
        most = f"raised by 30 dB, the most there is, to {facts['lufs']} LUFS"
        yield f"the mix is very quiet: {most}; {mend}"
    elif abs(missed) > MAX_MISS:
        how = "softer" if missed < 0 else "louder"
        why = f"its peaks are pressed down to {peak:g} dB, and the rest does not follow"
        off = f"{abs(missed):.1f} LU {how} than the {asked:g} LUFS asked"
        yield f"the sound is {off}: {why}; {mend}"
    elif over:
        why = "AAC adds to what was limited"
        yield f"the sound peaks {over:g} dB above the {peak:g} dB asked: {why}; {mend}"


def look(session: Session, plan: Plan) -> list[str]:
    """Return the path of the video, after showing a frame of it, if the terminal can."""
    if session.run.count("rendered") and sys.stdout.isatty():
        from collide.run.terminal import show_frame

        show_frame(session, plan)
    piece, video = plan.piece, plan.piece.project.video
    root = session.workspace.root
    path = video.relative_to(root) if video.is_relative_to(root) else video
    form = f"{piece.knobs['output_size']}, {as_typed(piece.knobs['fps'])} fps"
    return [f"look {piece.look} · {path} · {piece.seconds:g} s, {form}"]


def begins(session: Session, plan: Plan, forecast: Forecast) -> str:
    """Return what a first render will make, of which clips, and how long that takes; else ""."""
    record = forecast.guesses.get("record")
    if record is None or record.why != (Reason(Cause.FIRST),):
        return ""
    names = joined(list(dict.fromkeys(layer.pick.short for layer in plan.piece.layers)))
    unknown = any(guess.seconds is None for guess in forecast.of("render"))
    piece = session.settings.piece()
    took = rough_seconds(piece, cores()) if unknown else forecast.wall(cores())
    sketch = "; duration=8 for a sketch" if took > LONG and plan.piece.seconds > 8 else ""
    return f"making {_form(plan.piece.seconds, piece)}, of {names}: about {long(took)}{sketch}"


def _form(seconds: float, knobs: Mapping[str, Any]) -> str:
    return f"{seconds:g} s of {knobs['output_size']}, {as_typed(knobs['fps'])} fps"


def price(session: Session) -> str:
    """Return how long a first render would take, while no clip is chosen yet; "" later."""
    piece = session.settings.piece()
    if any(session.clips.remembered(session.layers, piece)):
        return ""
    layers = several(int(piece["num_videos"]), "layer")
    took = long(rough_seconds(piece, cores()))
    return f"{_form(piece['duration'], piece)}, {layers}: about {took}, by its size and length"


def next_words(session: Session, plan: Plan) -> Iterator[str]:
    """Yield lines to try after the first render of a piece, and what each will cost.

    The first shows more of the layer that is seen least: by its own key, or by that of the layer
    that hides it. A cost is the sum of what the same tasks took just now.
    """
    record, results = session.run.tasks.get("record"), session.state.results()
    if record is None or record.why != (Reason(Cause.FIRST),):
        return
    said = f"doit render project={plan.piece.project.name}"

    def cost(*kinds: str) -> str:
        took = (results[task].seconds for task in plan.steps if task.startswith(kinds))
        return f"{max(1, sum(took)):.0f} s"

    lines = [(f"{said} crf=28", "a smaller file", cost("encode", "mux"))]
    if moved := _revealed(plan, results):
        turn, what = moved
        lines.insert(0, (f"{said} {turn}", what, cost("stack", "post", "encode", "mux")))
    if plan.piece.heard:
        number = plan.piece.heard[-1]
        heard = cost(f"audio:{number}", "mix", "loudness", "mux")
        lines.append((f"{said} layer{number}.pan=-0.9", f"layer {number} from the left", heard))
    yield "try next:"
    yield from (f"  {line:<52} {what}, about {price}" for line, what, price in lines)


def _revealed(plan: Plan, results: Results) -> tuple[str, str] | None:
    """Return the knob that shows more of the layer that is seen least, and what it does."""
    if (entry := results.get("presence")) is None or len(plan.piece.layers) < 2:
        return None
    shares = entry.facts["presence"]
    least = min(range(len(shares)), key=shares.__getitem__)
    hidden = plan.piece.layers[least]
    above = plan.piece.layers[least + 1 :]
    turned = max(above, key=lambda layer: shares[layer.number - 1]) if above else hidden
    if f"color:{turned.number}" not in results:
        return None
    turn = _turn(turned, results[f"color:{turned.number}"].facts, opens=bool(above))
    name = f"more of layer {hidden.number}, {hidden.pick.short}"
    return turn, f"{name}, through layer {turned.number}" if above else name


def keep(session: Session) -> Iterator[str]:
    """Yield the command that keeps the knobs typed for this run only."""
    typed = [n for n, s in session.settings.explicit.items() if s.origin == "command line"]
    said = [f"look={session.look.name}"] if session.look else []
    said += [f"{name}={session.settings.explicit[name].value}" for name in typed]
    if said and session.project.draft_config is None:
        line = ["doit", "set", f"project={session.project.name}", *said]
        yield f"to keep it: {shlex.join(line)}"  # a clip's name may be anything


def unplanned_message(session: Session) -> str:
    """Return what is said of a project whose clips are not all chosen yet."""
    name, count = session.project.name, len(session.layers)
    clips = "its clip is" if count == 1 else f"its {count} clips are"
    text = f"{clips} not chosen yet; everything would be rendered"
    if None not in session.clips.remembered(session.layers, session.settings.piece()):
        text = "its thresholds are not chosen yet; what would be rendered is known when they are"
    elif session.clips.all_chosen(session.layers, session.settings.piece()):
        text = "where its layers begin is known when the shots of their clips are found"
    elif any(session.clips.remembered(session.layers, session.settings.piece())):
        text = f"not all of {clips} chosen yet; what would be rendered is known when they are"
    return f"{name}: {text}: doit render project={name}"
