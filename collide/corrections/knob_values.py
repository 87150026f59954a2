"""Correct wrong values of knobs and presets, and note doubtful values."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from collide.base.filtergraph import number
from collide.base.spoken_number import TIMES, amount, cleaned
from collide.base.words import joined, nearest
from collide.catalog import Catalog, shipped
from collide.corrections.output_words import QUALITY_OF
from collide.corrections.standing_piece import standing
from collide.library.file_names import holding
from collide.limits import as_typed
from collide.project import presets
from collide.project.degrees import OFF
from collide.project.idle_knobs import idle
from collide.project.knob_files import known_files
from collide.project.near_names import other_value
from collide.project.near_values import swept
from collide.project.other_words import DECIBELS, other_values
from collide.project.plain_values import NO, OTHER_NEUTRAL, plain_name
from collide.project.project import Project
from collide.project.settings import bare, chained, current, plain, renamed
from collide.syntax.arguments import TypedLine, line
from collide.syntax.verb import declaration
from collide.text_limits import File

EFFECTS = "post= plays effects; presets are files that contain knobs"
SWEPT = ((7,), (4, 3), (3, 3, 3))  # values per knob, for a sweep of one to three knobs
MOST_WORDS = 16  # the maximum number of values in a sweep over a choice
LONG = 600.0  # seconds; a longer piece is rarely intended


def meant_knobs(name: str, text: str, near: str, project: Project) -> dict[str, str]:
    """Return the knobs that correct a refused value, or {} if no valid value is similar.

    Args:
        near: a similar valid value, or "".
    """
    limit = project.catalog.knobs[current(name)].limit
    if isinstance(limit, File):
        return _file_there(name, text, limit, project)
    if current(name) == "post":
        return chain_of(text, project)
    return other_value(name, text, project.catalog) or ({name: near} if near else {})


def played(meant: Mapping[str, str], project: Project, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the chain and the modes with which the corrected knobs have an effect, or {}."""
    if "post" in meant or any(bare(name) == "mode" for name in meant):
        return {}
    catalog = project.catalog
    own = {name: text for name, text in meant.items() if bare(name) in catalog.knobs}
    own = {n: text for n, text in own.items() if typed.get(n, "").lower() not in OFF}
    rest = {n: text for n, text in typed.items() if n == "preset" or bare(n) in ("post", "mode")}
    notes = idle(standing(project, {**rest, **own}).settings, own)
    found = (re.search(r"; add ((?:layer[1-9]\.)?(?:post|mode))=(\S+)$", note) for note in notes)
    return {one[1]: one[2] for one in found if one and (one[1] == "post" or one[1] not in typed)}


def chain_added(meant: Mapping[str, str], project: Project, preset: str) -> tuple[str, str]:
    """Return the current chain, and the chain with the corrected effects added.

    Both are "" if no chain is set or no effect is added.
    """
    now = chained(standing(project, {"preset": preset}).settings.piece())
    whole = ",".join(dict.fromkeys([*now, *meant.get("post", "none").split(",")]))
    new = now and meant.get("post", "none") not in ("none", whole)
    return (",".join(now), whole) if new else ("", "")


def chain_of(text: str, project: Project) -> dict[str, str]:
    """Parse a chain into effects, presets and knobs; return {} if a word is unknown."""
    catalog = project.catalog
    there = presets.names(project.shelves)  # a preset may be given as an effect
    limit, chain, turned = catalog.knobs["post"].limit, list[str](), dict[str, str]()
    words = [word for word in re.split(r"[\s,;+&|]+", cleaned(text)) if word]
    words = [part for word in words for part in _parts(word, there, catalog)]
    for word in [word for word in words if word not in NO] or words:  # none,vhs is vhs
        knob = catalog.knobs.get(word)
        found = other_values("post", word, catalog)
        effect, _, amounts = re.sub(r"^([a-z-]+)[-*=@](?=[0-9.])", r"\1:", word).partition(":")
        if amounts and (valued := plain_name(effect, amounts)):  # vhs:0.5
            chain.append(effect)
            turned |= {name: value for name, value in valued.items() if name != "post"}
        elif knob and knob.owner.startswith("post/"):
            chain.append(knob.owner.removeprefix("post/"))
            turned[word] = as_typed(knob.default)
        elif near := limit.near(word) or found.get("post"):
            chain.append(near)
        elif near := nearest(word, there) or found.get("preset"):
            turned["preset"] = ",".join(filter(None, [turned.get("preset"), near]))
        elif found:
            turned |= found
        else:
            return {}
    return {**({"post": ",".join(dict.fromkeys(chain))} if chain else {}), **turned}


def _parts(word: str, there: Collection[str], catalog: Catalog) -> list[str]:
    """Split a word such as film-grain if each part is known alone; otherwise return it whole."""
    names = {*there, *getattr(catalog.knobs["post"].limit, "words", ())}
    names |= {name for name, knob in catalog.knobs.items() if knob.owner.startswith("post/")}
    words = {*names, *catalog.value_aliases.get("post", {})}
    parts = re.split("[-_]", word)
    return parts if word not in words and {*parts} <= words else [word]


def rechained(text: str, chain: Sequence[str], project: Project) -> list[str] | None:
    """Apply a chain with signs (+vhs, -vhs, !vhs, no-vhs) to `chain`.

    Return None if the text contains no signs or an unknown effect.

    Args:
        chain: the current effects, which are kept if every effect in `text` has a sign.
    """
    whole = re.sub(r"\b(no|not|without|minus)[\s_-]+", "-", cleaned(text).lower())
    parts = [part for part in re.split(r"[\s,;&|]+", re.sub(r"([-+!])=?\s*", r"\1", whole)) if part]
    if not any(part[0] in "-+!" for part in parts):
        return None
    effects = [*chain] if all(part[0] in "-+!" for part in parts) else []
    for part in parts:
        named = chain_of(part.lstrip("-+!"), project).get("post", "")
        if not named:
            return None
        effects = [one for one in effects if one != named] if part[0] in "-!" else [*effects, named]
    return [*dict.fromkeys(effects)]


def _file_there(name: str, text: str, limit: File, project: Project) -> dict[str, str]:
    """Return the knob with the file that `text` most likely names, or {}.

    The file's name begins with the text, resembles it, or is the only one with the same words.
    """
    there = [one.name for one in known_files(limit, project.workspace)]
    word = cleaned(text).rpartition("/")[2]
    begun = [one for one in there if one.lower().startswith(word.lower())]
    only = [] if nearest(word, there) else holding(word, there)
    near = begun[0] if begun else nearest(word, there) or (only[0] if len(only) == 1 else None)
    return {name: near} if near else {}


def doubts(verb: str, typed: Mapping[str, str], knobs: Mapping[str, str]) -> Iterator[str]:
    """Yield a note for each value that is allowed but probably not intended.

    Args:
        typed: the whole command.
        knobs: its knobs.
    """
    of_verb = {"preview": _of_preview, "export": _of_export}.get(verb)
    yield from of_verb(typed) if of_verb else ()
    if verb == "set":
        for name in knobs:
            more = "; opacity is how much of a layer is seen" if bare(name) == "blend" else ""
            yield from [renamed(name)[1] + more] if renamed(name)[1] else []
    if verb == "roll" and "sound" in typed.get("keep", "").split(","):
        heard = "to keep everything that is heard: keep=audio"
        yield f"keep=sound keeps only the knob sound; {heard}"
    yield from _of_length(knobs.get("duration", ""))
    for name, text in knobs.items():
        yield from _as_elsewhere(name, text)
        found = amount(text) if bare(name) in DECIBELS else None
        if found and found[0] == 0 and bare(name) == "volume":
            mute = f"{name.removesuffix('volume')}sound=off"
            yield f"{name}=0 dB leaves the sound as it is; {mute} mutes it"
        if found and 0 < found[0] < 1:
            yield f"{name} is in decibels, and {text} is hardly louder: half the level is {name}=-6"


def _as_elsewhere(name: str, text: str) -> Iterator[str]:
    """Yield a note on a value that is neutral in other programs but not here: contrast=0."""
    found, end = amount(text), OTHER_NEUTRAL.get(current(name))
    if found and found == (end, ""):
        which, neutral = "highest" if end else "lowest", shipped().neutral(current(name))
        yield f"{name}={text} is its {which} value; {name}={as_typed(neutral)} changes nothing"


def _of_length(text: str) -> Iterator[str]:
    """Yield a note on a length above ten minutes, which may be meant in milliseconds."""
    found = amount(text)
    seconds = found[0] * TIMES.get(found[1], 1.0) if found and ".." not in text else 0.0
    if seconds > LONG:
        note = f"duration={text} is {number(round(seconds / 60, 1))} min"
        whole = seconds >= 1000 and not seconds % 100
        yield (
            f"{note}; {number(seconds / 1000)} s is duration={number(seconds / 1000)}"
            if whole
            else note
        )


def _of_export(typed: Mapping[str, str]) -> Iterator[str]:
    """Yield a note if crf does not set the quality of the form of an export."""
    form = typed.get("as", "")
    if form in QUALITY_OF and "crf" in typed:
        more = f"; {QUALITY_OF[form]} sets its quality" if QUALITY_OF[form] else ""
        yield f"crf has no effect on as={form}{more}"


def _of_preview(typed: Mapping[str, str]) -> Iterator[str]:
    """Yield notes on knobs of the piece that were probably intended for the preview itself."""
    own = {"start": "from", "duration": "for"}
    part = {
        of: number(found[0] * TIMES.get(found[1], 1.0))
        for name, of in own.items()
        if of not in typed and (found := amount(typed.get(name, ""))) and found[1] != "%"
    }
    if part:
        rest = {name: text for name, text in typed.items() if name not in own}
        yield (
            "start is where a layer begins, as a fraction of its clip, and duration is the "
            f"piece's length; to preview part of it: {line(['preview'], {**rest, **part})}"
        )
    size = "a preview's shorter side has 360 pixels at most"
    if "scale" in typed:
        yield f"scale changes the layers' size; {size}"
    if "output_size" in typed:
        frame = line(["still"], {n: typed[n] for n in ("project", "output_size") if n in typed})
        yield f"{size}; a frame of the full size: {frame}"


def without_value(whole: TypedLine, word: str, *others: str) -> list[str]:
    """Return the commands for knobs that have no value, or [].

    Args:
        whole: the command without these knobs.
    """
    if whole.verb == "tune":
        return [f"the page shows the piece's knobs: {line(whole.spoken, whole.typed)}"]
    counts = SWEPT[: 1 + len(others)][-1] if whole.verb == "sweep" else ()
    values = {
        one: swept(shipped().knobs[bare(one)], count, MOST_WORDS)
        for one, count in zip((word, *others), counts, strict=False)
    }
    if values and all(values.values()):
        lost = [one for one in others if one not in values]
        away = f"without {joined(lost)}: " if lost else ""
        return [away + line(whole.spoken, {**whole.typed, **values})]
    takes = declaration(whole.verb).knobs
    see = line(["knobs", bare(word)], whole.only("project"))
    return [f"{word} needs a value; see what it takes: {see}"] if takes else []


def left_out(whole: TypedLine, name: str, project: Project) -> list[str]:
    """Return the commands that replace `knob=`, for a verb that cannot unset a knob.

    The first command omits the knob, and its remark states the resulting value. The second command
    unsets the knob for good.
    """
    rest = replace(whole, typed=whole.without(name))
    if whole.verb in ("sweep", "tune"):
        return without_value(rest, name)
    now, own = standing(project, rest.typed), renamed(name)[0]
    names = [f"layer{n}.{own}" for n in now.layers(own)] if bare(own) == own else []
    values = dict.fromkeys(as_typed(plain(now.value(one))) for one in names or [own])
    lines = [f"leave it out, for {', '.join(values)}: {line(whole.spoken, rest.typed)}"]
    if project.exists() and name in project.config():
        unset = line(["set"], {"project": project.name, name: ""})
        lines.append(f"unset it for good: {unset}")
    return lines
