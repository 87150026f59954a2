"""The summary of a render: layers to check, the sound, and the video."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from collide.base.words import joined, several
from collide.catalog import instrument, own
from collide.instrument import low_and_high
from collide.library.folders import SOUND
from collide.limits import as_typed
from collide.plan.color_steps import film_tasks
from collide.plan.planner import Plan
from collide.plan.voices import audible
from collide.project.layers import Layer
from collide.project.settings import PINNED, TYPED, bare
from collide.run.session import Session
from collide.store.eviction import gb
from collide.store.step import Results

# Limits of a layer's transparent share: with less, the layer hides what is below it; with more, it
# is almost invisible.
MIN_OPEN, MAX_OPEN = 0.02, 0.97
MAX_MISS = 0.55  # LU; the sound may miss its target by the precision of the measurement
UNSEEN = 0.005  # a layer whose visible share of the picture is smaller goes unnoticed


def layers(session: Session, plan: Plan) -> Iterator[str]:
    """Yield the visible share of each layer and warnings about layers and sound.

    Warn about damaged clips and about keys that open too much or too little.
    """
    results = session.state.results()
    opens = seen.facts["coverage"] if (seen := results.get("presence")) else {}
    for layer in plan.piece.layers:
        facts = entry.facts if (entry := results.get(f"layer:{layer.number}")) else {}
        name = f"layer {layer.number} ({layer.pick.name})"
        if count := facts.get("complaints"):
            errors = several(count, "error")
            yield f"{name} is damaged: ffmpeg reported {errors}; check whether it shows"
        share = opens.get(str(layer.number))
        if share is None or f"color:{layer.number}" not in results:
            continue
        color = results[f"color:{layer.number}"].facts
        yield from (f"{name} {text}" for text in _opened(plan, layer, results, color, share))
    yield from _seen(session, plan)
    yield from _unheard(session, plan)
    yield from sound(session, plan)


def _seen(session: Session, plan: Plan) -> Iterator[str]:
    """Yield the visible share of each layer, the barely visible layers, and the sounds heard.

    Yield nothing unless the run rendered or restored something.
    """
    entry = session.state.results().get("presence")
    if entry is None or not (session.run.count("rendered") or session.run.count("restored")):
        return
    shares = entry.facts["presence"]
    parts = (f"layer {number} {share}%" for number, share in enumerate(percents(shares), start=1))
    yield f"visible: {', '.join(parts)}"
    for layer, share in zip(plan.piece.layers, shares, strict=True):
        if share < UNSEEN:
            name = f"layer {layer.number} ({layer.pick.name})"
            yield f"{name} is barely visible: it covers less than {UNSEEN:.1%} of the picture"
    if plan.piece.sounds:
        yield _heard(plan, session.state.results())


def _heard(plan: Plan, results: Results) -> str:
    """Return the line about the sounds in the mix, and about layers whose sound is silent."""
    loud, clips = audible(plan.piece, results), {one.number: one.pick for one in plan.piece.layers}
    voices = [*(f"layer {n}" for n in loud), *(str(bed.pick) for bed in plan.piece.beds)]
    silent = [f"layer {n} ({clips[n].short})" for n in plan.piece.heard if n not in loud]
    silence = f"; {joined(silent)} {'is' if len(silent) == 1 else 'are'} silent" if silent else ""
    return f"heard: {joined(voices) or 'nothing'}{silence}"


def _unheard(session: Session, plan: Plan) -> Iterator[str]:
    """Yield a note for each layer that is not heard although the command sets its sound knobs."""
    names = [name for name in session.settings.set_in(TYPED) if PINNED.match(name)]
    catalog = session.settings.catalog.knobs  # a project's own scripts add knobs
    for layer in plan.piece.layers:
        own = [name for name in names if name.startswith(f"layer{layer.number}.")]
        own = [name for name in own if catalog[bare(name)].owner.startswith("audio/")]
        if own and layer.number not in plan.piece.heard:
            have = f"{layer.pick.short} has no sound"
            if layer.probed.audio:
                have = f"layer {layer.number} is not heard; add layer{layer.number}.sound=on"
            yield f"{joined(own)} {'has' if len(own) == 1 else 'have'} no effect: {have}"


def percents(shares: Sequence[float]) -> list[int]:
    """Return shares in whole percent that add up to the rounded sum of the shares.

    The shares that would lose most by rounding down are rounded up.
    """
    parts = [100 * share for share in shares]
    whole = [int(part) for part in parts]
    lost = sorted(range(len(parts)), key=lambda at: whole[at] - parts[at])
    for at in lost[: round(sum(parts)) - sum(whole)]:
        whole[at] += 1
    return whole


def _opened(
    plan: Plan, layer: Layer, results: Results, color: Mapping[str, Any], share: float
) -> Iterator[str]:
    """Yield a warning, with a fix, if a layer has no subject, or opens too much or too little."""
    window, again = (
        low_and_high(layer.knobs["coverage"]),
        f"doit render project={plan.piece.project.name}",
    )
    if blind := _blind(layer, results):
        turn = f"{again} layer{layer.number}.mode=kmeans"
        yield f"has no subject in {blind:.0%} of the analyzed pictures; try {turn}"
    elif "opens" in color and window and not window[0] <= color["opens"] <= window[1]:
        other = "luminance" if layer.mode != "luminance" else "kmeans"
        turn = f"{again} layer{layer.number}.mode={other}"
        yield (
            f"cannot open {layer.knobs['coverage']}: the nearest is {color['opens']:.1%}, "
            f"because a whole surface opens together; try {turn}"
        )
    elif share < MIN_OPEN and own("blend/lay", layer.knobs) == instrument("blend/lay").NEUTRAL:
        turn = f"{again} {opening_turn(layer, color, opens=True)}"
        yield f"hides what is below: its key reveals {share:.1%}; try {turn}"
    elif share > MAX_OPEN and layer.knobs["scale"] >= 1:
        turn = f"{again} {light_at_end(layer) or opening_turn(layer, color, opens=False)}"
        yield f"is almost gone: {share:.1%} of it is transparent; try {turn}"


def light_at_end(layer: Layer) -> str:
    """Return the knob that resets a layer's light, or "" if its light is not at a limit.

    At the limits, most of the picture is white, black or gray, and a key takes all of it.
    """
    look = instrument("blend/look")
    for name in ("brightness", "contrast", "gamma") if layer.knobs["color_shift"] else ():
        limit = look.LIMITS[name]
        if layer.knobs[name] in (limit.low, limit.high):
            return f"layer{layer.number}.{name}={as_typed(look.NEUTRAL[name])}"
    return ""


def _blind(layer: Layer, results: Results) -> float:
    """Return the fraction of a layer's pictures without a subject, or 0.0 if it is at most half."""
    tasks = film_tasks(layer) if layer.cut else [f"matte:{layer.number}"] if layer.model else []
    all_facts = [results[task].facts for task in tasks if task in results]
    empty, masks = (sum(facts[name] for facts in all_facts) for name in ("empty", "masks"))
    return empty / masks if masks and empty > masks / 2 else 0.0


def opening_turn(layer: Layer, color: Mapping[str, Any], *, opens: bool) -> str:
    """Return a knob of the layer's key, set to a value that opens the layer more or less."""
    if window := low_and_high(layer.knobs["coverage"]):  # a coverage overrides the threshold
        low, high = (min(1.0, max(0.0, end + (0.2 if opens else -0.2))) for end in window)
        return f"layer{layer.number}.coverage={low:.2f}..{max(high, low + 0.05):.2f}"
    name, step, low, high = "similarity", 0.12, 0.05, 0.99
    if "light" in color:
        name, step = "luminance_threshold", -0.2
    elif "matte" in color:
        name, low, high = "matte_shift", -0.45, 0.45
        step = -0.15 if color["matte"] == "background" else 0.15
    now = layer.knobs[name]
    step = step if opens or step < 0 else min(step, 0.4 * abs(now))  # a small key needs small steps
    value = min(high, max(low, now + (step if opens else -step)))
    return f"layer{layer.number}.{name}={value:.2f}"


def sound(session: Session, plan: Plan) -> Iterator[str]:
    """Yield warnings about the mix: silent layers, no sound at all, or a missed loudness."""
    entry = session.state.results().get("loudness")
    for number in plan.piece.silent:
        name = plan.piece.layers[number - 1].pick.name
        yield f"layer {number} ({name}) is silent, so the dice skipped it"
    if not plan.piece.sounds and any(layer.probed.audio for layer in plan.piece.layers):
        yield "no sound: no layer is audible"
    elif not plan.piece.sounds:
        names = joined([*dict.fromkeys(layer.pick.short for layer in plan.piece.layers)])
        yield f"no sound: no clip has sound ({names}); {let_sound(session, plan)}"
    elif entry and entry.facts["silent"]:
        yield "the mix is silent: its clips have no audible sound"
    elif entry:
        yield from loudness_missed(entry.facts, plan.piece.knobs, plan.piece.project.name)


def let_sound(session: Session, plan: Plan) -> str:
    """Return the command that adds sound to a piece: from a clip with sound, or from a bed."""
    project = plan.piece.project.name
    if numbers := [layer.number for layer in plan.piece.layers if layer.probed.audio]:
        return f"make a layer audible: doit set project={project} layer{numbers[0]}.sound=on"
    have = session.state.library.usable(project, SOUND)
    before = "add one" if have else "copy a sound into library/audio, then add it"
    return f"{before} as a bed: doit set project={project} audio_beds=1"


def loudness_missed(
    facts: Mapping[str, Any], knobs: Mapping[str, Any], project: str
) -> Iterator[str]:
    """Yield the cause and a fix if the sound misses its loudness or peaks too high.

    Args:
        facts: what the loudness step measured in the finished sound.
        knobs: the knobs of the piece, or of its recipe, which omits knobs at their BEFORE value.
    """
    if facts["lufs"] is None:
        return
    target, peak = knobs["loudness_lufs"], knobs["peak_db"]
    missed, over = facts["lufs"] - target, max(0.0, round(facts["peak"] - peak, 1))
    play = instrument("audio/loudness")
    tries = knobs.get("loudness_tries", play.BEFORE["loudness_tries"])
    most = play.DEFAULTS["loudness_tries"]
    turn = f"loudness_tries={most}"
    if tries >= most:
        low = round(facts["lufs"] - (1 if over else 0), 1)
        turn = f"loudness_lufs={max(play.LIMITS['loudness_lufs'].low, low):g}"
    mend = f"doit set project={project} {turn}"
    if facts["capped"]:
        most = f"raised by 30 dB, the maximum, to {facts['lufs']} LUFS"
        yield f"the mix is very quiet: {most}; {mend}"
    elif abs(missed) > MAX_MISS:
        how, why = "louder", f"the last of {several(tries, 'try', 'tries')} overshot"
        if missed < 0:
            how, why = "softer", f"limiting its peaks to {peak:g} dB keeps the rest quiet"
        off = f"{abs(missed):.1f} LU {how} than the requested {target:g} LUFS"
        yield f"the sound is {off}: {why}; {mend}"
    elif over:
        why = "AAC encoding raises peaks"
        yield f"the sound peaks {over:g} dB above the requested {peak:g} dB: {why}; {mend}"


def look(session: Session, plan: Plan) -> list[str]:
    """Return a line with the video's form and path; on a terminal, show a frame of a new video."""
    if session.run.count("rendered") and sys.stdout.isatty():
        from collide.run.terminal import show_frame

        show_frame(session, plan)
    piece, video = plan.piece, plan.piece.project.video
    root = session.workspace.root
    path = video.relative_to(root) if video.is_relative_to(root) else video
    form = f"{piece.knobs['output_size']}, {as_typed(piece.knobs['fps'])} fps"
    form += f", {gb(video.stat().st_size)}"
    return [f"look {piece.look} · {piece.seconds:g} s, {form} · open it: {path}"]
