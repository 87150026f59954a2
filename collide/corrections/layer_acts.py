"""Other programs' actions on layers (trim, swap, mirror, hide), and knobs that layer 1 lacks.

Each function in LAYER_ACTS returns the error for a name that asks for such an action, with the
commands that perform it or come nearest. For any other name, it returns None.
"""

import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import PurePath

from collide.base.errors import InputError
from collide.base.spoken_number import cleaned
from collide.base.words import several
from collide.catalog import shipped
from collide.corrections.corrected_lines import renamed_line, way_lines
from collide.corrections.layer_order import as_order, as_place, as_swap
from collide.corrections.output_words import filter_of
from collide.corrections.piece_sizes import Way
from collide.corrections.piece_values import ways
from collide.corrections.shell_words import ffmpeg_words
from collide.corrections.standing_piece import project_of, standing
from collide.project.layer_names import layers_of, numbered
from collide.project.near_names import near_knobs
from collide.project.other_words import MASKS, other_knobs
from collide.project.plain_values import NO, YES
from collide.project.project import existing
from collide.project.settings import bare, base_lacks
from collide.syntax.arguments import TypedLine, line
from collide.syntax.left_out import last_used
from collide.syntax.verb import declaration

Reader = Callable[[TypedLine, str, InputError], InputError | None]

OPACITY = ("alpha", "transparency", "transparent")  # other names for opacity that take a number
TRIMS = ("in", "out", "end", "trim", "delay")
OFF = ("", "null", "hide", "hidden", "remove", "delete", "off", "disable")  # for a whole layer


def as_trim(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for the in or out point of a layer's clip (layer2.in=3), or None."""
    found = re.fullmatch(rf"layer([1-9])\.({'|'.join(TRIMS)})", name)
    if not found:
        return None
    why = "start sets where a layer begins, as a fraction of its clip; all layers end together"
    trims = {n: text for n, text in whole.typed.items() if re.match(rf"layer{found[1]}\.", n)}
    trims = {n: text for n, text in trims.items() if bare(n) in TRIMS}
    rest = {n: text for n, text in whole.typed.items() if n not in trims}
    begun = f"layer{found[1]}.start"
    text = next((text for n, text in trims.items() if bare(n) in ("in", "trim")), "")
    part = TypedLine(whole.workspace, whole.verb, whole.spoken, {**rest, begun: text})
    project = project_of(whole.workspace, whole.typed)
    lines = way_lines(part, begun, ways(begun, text, "in", project, rest)) if text else []
    return error.because(why, *(lines or ["see: doit knobs start"]))


def as_solo(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer layer2.solo=true with commands to see or hear only that layer, or return None."""
    layers, single = layers_of(name)
    if single != "solo" or len(layers) != 1 or whole.typed[name].lower() not in YES:
        return None
    project, rest = project_of(whole.workspace, whole.typed), whole.without(name)
    count = int(standing(project, rest).settings.piece()["num_videos"])
    others = [n for n in range(1, count + 1) if n != layers[0]]
    mutes = {f"layer{n}.sound": "off" for n in others}
    hides = {f"layer{n}.opacity": "0" for n in others if n > 1}
    lines = [f"hear it alone: {line(whole.spoken, {**rest, **mutes})}"] if mutes else []
    own = {"project": project.name, "num_videos": "1"}
    clip = standing(project, rest).clip_name(layers[0])
    if layers != [1] and clip and project.exists():
        alone = line(["render"], {**own, "layer1.clip": PurePath(clip).name})
        lines.append(f"a video of its clip alone: {alone}")
    if layers == [1] and hides:
        lines.append(f"see it alone: {line(whole.spoken, {**rest, **hides})}")
    elif project.exists():
        debug = {"project": project.name, "layer": str(layers[0])}
        lines.insert(
            len(lines) * (whole.verb == "listen"),
            f"see what it opens, step by step: {line(['debug'], debug)}",
        )
    why = "a layer is seen together with the layers below it"
    return error.because(why, *lines) if lines else None


def as_switch(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for a layer used as a toggle (layer3=off), or None."""
    layers, knob = layers_of(name)
    word, rest = cleaned(whole.typed[name]).lower(), whole.without(name)
    if knob and knob in OFF and word in YES:  # layer3.remove=true
        knob, word = "", "off"
    off, plays = word in (*NO, *OFF), declaration(whole.verb).knobs
    if knob or not layers or not plays or not (off or word in YES):
        return None
    project = project_of(whole.workspace, whole.typed)
    last = int(standing(project, rest).settings.piece()["num_videos"])
    if max(layers) > last and off:
        why = f"the piece has {several(last, 'layer')}"
        return error.because(why, line(["plan"], whole.only("project")))
    turns = _hidden(layers, last) if off else _opened(layers, last)
    lines = way_lines(whole, name, turns) or [f"leave it out: {line(whole.spoken, rest)}"]
    return error.fixed(*lines)


def _opened(layers: Sequence[int], last: int) -> list[Way]:
    """Return how to show layers in a piece of `last` layers."""
    if max(layers) > last:
        return [(f"play {max(layers)} layers: ", {"num_videos": str(max(layers))})]
    turned = {f"layer{layer}.opacity": "1" for layer in layers if layer > 1}
    return [("", turned)] if turned else []


def _hidden(layers: Sequence[int], last: int) -> list[Way]:
    """Return how to hide layers in a piece of `last` layers; layer 1 can only be muted."""
    hidden = {f"layer{n}.opacity": "0" for n in layers if n > 1}
    if 1 in layers:
        about = "mute it, and hide the others" if hidden else "mute it"
        return [(f"layer 1 is below all others; {about}: ", {"layer1.sound": "off", **hidden})]
    turns: list[Way] = [(f"hide {'them' if len(hidden) > 1 else 'it'}: ", hidden)]
    if min(layers) > last - len(hidden):  # the last layers of the piece
        fewer = several(len(hidden), "layer").replace("1 layer", "one layer")
        turns.append((f"play {fewer} fewer: ", {"num_videos": str(last - len(hidden))}))
    return turns


def as_filter(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for a change that only ffmpeg can make, or None for any other change."""
    layers, single = layers_of(name)
    found, takes = filter_of(single, whole.typed[name]), declaration(whole.verb)
    if not found or not takes.knobs or single in shipped().knobs:
        return None
    project = project_of(whole.workspace, whole.typed)
    picks = standing(project, {}).picks
    if layers and layers[0] in picks:
        clip = PurePath(picks[layers[0]].name)
        new = f"{clip.stem}-{single}.mp4"
        turned = line(whole.spoken, {**whole.without(name), f"layer{layers[0]}.clip": new})
        folder = f"projects/{project.name}/input"  # where other projects do not draw clips from
        make = "" if (whole.workspace.root / folder).is_dir() else f"mkdir -p {folder} && "
        made = f"{make}{_filtered(str(clip), found, f'{folder}/{new}')} && {turned}"
        lines = [f"change a copy of the clip: {made}"]
    elif not layers and project.exists():
        video = str(project.video.relative_to(whole.workspace.root))
        lines = [_filtered(video, found, f"{project.name}-{single}.mp4")]
        lines[0] = f"change a copy of the finished video: {lines[0]}"
    else:
        lines = [f"change the clip with ffmpeg, before it is played: -vf {found}"]
    see = [error.fix] if error.fix.startswith("see: ") else []
    return error.fixed(*lines, *see)


def _filtered(old: str, chain: str, new: str) -> str:
    """Return the ffmpeg command that writes a filtered copy of a video."""
    old, chain, new = map(shlex.quote, (old, chain, new))
    return f"{ffmpeg_words()} -i {old} -vf {chain} -crf 16 {new}"


def of_base(whole: TypedLine, name: str, _: InputError) -> InputError | None:
    """Return the error for another program's name for a knob that layer 1 lacks, or None."""
    layers, single = layers_of(name)
    if not layers or min(layers) > 1 or not declaration(whole.verb).knobs:
        return None
    meant = near_knobs(f"layer2.{single}", whole.typed[name], shipped(), {})
    knob = next((n for n in map(bare, meant) if shipped().knobs[n].scope == "keyed"), "")
    if not knob:
        return None
    fix = f"for layer 2: {renamed_line(whole.spoken, whole.typed, name, meant)}"
    if meant.keys() & whole.typed.keys():
        fix = f"leave it out: {line(whole.spoken, whole.without(name))}"
    if 0 in layers:
        why = f"layers count from 1, the base, which has no {knob}: nothing is below it"
        return InputError("there is no layer 0", why=why, fix=fix)
    return base_lacks(knob).fixed(fix)


def as_shape(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for a mask of a certain shape (mask=circle), or None."""
    layers, single = layers_of(name)
    if single not in MASKS or other_knobs("mask", whole.typed[name]):
        return None
    head = "".join(f"layer{n}." for n in layers[:1] if n > 1)
    subject = renamed_line(whole.spoken, whole.typed, name, {f"{head}mode": "rembg"})
    return error.because(
        "no knob draws a mask: a key opens a layer by its colors, its light or its subject",
        f"only the subject of its clip: {subject}",
        "a soft edge of the key: doit knobs feather",
    )


def as_layers(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for layers given as a value (mute=layer2 or layer=2), or None."""
    rest = whole.without(name)
    takes, layers = declaration(whole.verb), numbered(whole.typed[name])
    named = "layer" in whole.typed[name].lower()
    if not layers or (name not in ("layer", "layers") and not takes.knobs):
        return None
    turned: dict[str, str] = {}
    if "sound" in other_knobs(name, "") and (named or layers != [1]):  # mute=1 is mute=true
        turned = {f"layer{n}.sound": "off" for n in layers}
    elif name in ("audio", "sound", "hear", "voice") and named:
        turned = {f"layer{n}.sound": "on" for n in layers}
    elif "opacity" in other_knobs(name, "") and min(layers) > 1 and name not in OPACITY:
        turned = {f"layer{n}.{one}": v for n in layers for one, v in other_knobs(name, "").items()}
    elif name == "solo" or (whole.verb == "listen" and name == "layer"):
        there = set[int]()
        with suppress(InputError):
            project = existing(whole.workspace, rest.get("project", ""))
            there = {*range(1, project.settings([], {}).piece()["num_videos"] + 1)}
        turned = {f"layer{n}.sound": "off" for n in sorted(there) if there - {n} >= {*layers}}
    elif name in ("layer", "layers") and "knobs" in takes.variables:
        own = [f".{bare(one)}" for one in rest.get("knobs", "").split(",") if one] or [""]
        turned = {"knobs": ",".join(f"layer{n}{knob}" for n in layers for knob in own)}
    fix = line(whole.spoken, {**rest, **turned})
    return error.fixed(fix) if turned else None


def as_numbered(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for a layer given apart from its knobs (opacity=0.5 layer=2), or None."""
    rest, layers, known = whole.without(name), numbered(whole.typed[name]), shipped().knobs
    own = [n for n in rest if n in known and known[n].scope != "piece"]
    if name not in ("layer", "layers", "track") or not layers or not own:
        return None
    turned = {f"layer{n}.{one}": rest[one] for one in own for n in layers}
    others = {one: text for one, text in rest.items() if one not in own}
    written = f"a knob for one layer is written layer{layers[0]}.{own[0]}"
    return error.because(written, line(whole.spoken, {**others, **turned}))


def heard_lines(whole: TypedLine, words: Sequence[str]) -> list[str]:
    """Return the command that plays only the layers that words name (listen layer2), or []."""
    there = whole.workspace.projects()
    layers = " ".join(word for word in words if word not in there)
    named = [word for word in words if word in there]
    project = whole.typed.get("project") or (named or [last_used(whole.workspace)])[0]
    typed = {"project": project, **whole.typed, "layer": layers}
    asked = TypedLine(whole.workspace, whole.verb, [whole.verb], typed)
    heard = whole.verb == "listen" and as_layers(asked, "layer", InputError("", why="", fix=""))
    return [heard.fix] if heard else []


def first_answer(
    readers: Iterable[Reader], whole: TypedLine, name: str, error: InputError
) -> InputError | None:
    """Return the error from the first reader that understands a name, or None."""
    return next((found for read in readers if (found := read(whole, name, error))), None)


LAYER_ACTS = (
    as_numbered, as_trim, as_order, as_place, as_solo, as_swap, as_switch, as_layers, as_shape,
    as_filter, of_base,
)  # fmt: skip
