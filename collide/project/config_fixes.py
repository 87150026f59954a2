"""Errors for a hand-written config.json, with a `doit set` command that corrects all of it.

A config is a flat list of knobs. The command removes other programs' names, groups, notes and
invalid values, and sets the corresponding knobs. The reason lists names and values without a
counterpart, unless they are empty. A second command copies the text of a note into the project's
README.md. If `doit set` cannot remove a name (such as a name with an =), the fix is to remove it
by hand.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from shlex import join, quote
from typing import Any

from collide.base.errors import InputError
from collide.base.spoken_number import amount, ends
from collide.base.words import nearest
from collide.catalog import Catalog
from collide.instrument import Range
from collide.limits import BadValueError, Chain, Several, as_typed
from collide.project.config_groups import LAYERS, flat, is_group
from collide.project.file_values import listed, meant_by
from collide.project.layer_names import layers_of
from collide.project.near_names import near_knobs, other_value
from collide.project.near_presets import right_presets
from collide.project.plain_values import is_random
from collide.project.settings import MOST_LAYERS, bare, current, parse, renamed, takes

PRESET = "preset"  # the entry of a config that names its presets
BASED_ON = (
    "extends extend inherits inherit parent based_on template include includes import imports uses"
).split()  # other programs' words for PRESET
OF_SET = ("project", "look")  # variables of `doit set`, which removes them from a config
NOTES = ("about", "author", "comment", "description", "name", "note", "notes", "title")
Turns = dict[str, str]
SIDE_BY_SIDE = 'write knobs side by side, not in groups: "layer2.similarity": 0.3'


def refuse_config(
    project: str, config: Mapping[str, Any], catalog: Catalog, there: Collection[str] = ()
) -> None:
    """Raise InputError for the first wrong knob in a config, whose presets are not checked.

    The suggested command corrects all wrong knobs, since `doit set` refuses a config with a wrong
    knob.

    Args:
        project: the project's name.
        config: the content of its config.json.
        catalog: the instruments of the project.
        there: the names of the presets that the project can use.
    """
    first, fixes = None, Fixes(project, config, catalog, there)
    for name, value in config.items():
        try:
            parse(renamed(name)[0], value, catalog)
        except InputError as error:
            fixes.correct(name, value, error, later=first is not None)
            first = first or _explained(project, name, value, error)
    if first:
        raise InputError(first.what, why=fixes.why(first.why), fix=fixes.fix())


@dataclass
class Fixes:
    """The knobs to set or remove in a config or preset, and the other lines of the error's fix."""

    project: str
    config: Mapping[str, Any]
    catalog: Catalog
    there: Collection[str]
    turns: Turns = field(default_factory=dict)
    ways: list[Turns] = field(default_factory=list)  # alternatives to choose from
    notes: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def correct(self, name: str, value: Any, error: InputError, *, later: bool) -> None:
        """Remove a wrong knob and set the knobs that it stands for.

        The first error quotes its value. If the error is not the first (`later`), a value that
        a default replaces is added to `changed`.
        """
        self.turns[name] = ""
        if is_group(name, value, self.catalog):
            for one, inner in flat(name, value, self.catalog):
                self._single(one, inner)
            if name.lower() in LAYERS:
                self._count_layers()
        elif isinstance(error, BadValueError):
            self._value(name, value, error)
            if later and not is_derived(value, self.catalog.knobs[current(name)].limit):
                self.changed.append(_written(name, value))
        elif is_note(name):
            self._note(value)
        elif name in OF_SET:
            self._of_set(name, value)
        else:
            self._named(name, value, self.config)

    def _of_set(self, name: str, value: Any) -> None:
        """Set the look of a config; drop a project's name, which its folder already states."""
        self.turns.pop(name)
        if name == "project":
            self.lost.append(_written(name, value))
        else:
            self.turns[name] = as_typed(value) if isinstance(value, str | int) else ""

    def _single(self, name: str, value: Any) -> None:
        """Handle an entry of a group: set a knob, add an effect to the chain, or keep a note."""
        if name == "post":
            self.turns["post"] = _chained(self.turns.get("post") or self._chain_now(), [str(value)])
            return
        try:
            parse(renamed(name)[0], value, self.catalog)
            self.turns[renamed(name)[0]] = as_typed(value)
        except BadValueError as error:
            self._value(name, value, error)
            if not is_derived(value, self.catalog.knobs[current(name)].limit):
                self.changed.append(_written(name, value))
        except InputError:
            if is_note(bare(name)) and isinstance(value, str):
                self._note(value)
            else:
                self._named(name, value, {})

    def _note(self, value: Any) -> None:
        if value not in ("", [], {}, None):
            self.notes.append(value if isinstance(value, str) else json.dumps(value))

    def _chain_now(self) -> str:
        """Return the effects of the config, or "" if `post` is `none` or invalid."""
        try:
            chain = str(parse("post", self.config.get("post", "none"), self.catalog))
        except InputError:
            return ""
        return "" if chain == "none" else chain

    def _named(self, name: str, value: Any, beside: Mapping[str, Any]) -> None:
        """Set the knobs that an unknown name stands for, or list the name as lost."""
        if value is None or names_preset(name):
            self.turns |= {} if value is None else self._presets(value)
            return
        turns: Turns = {}
        layers, single = layers_of(name)
        knob = self.catalog.knobs.get(single)
        base = layers == [1] and knob and knob.scope == "keyed" and name not in self.config
        if not base and not isinstance(value, dict) and max(layers, default=0) <= MOST_LAYERS:
            typed = {one: as_typed(text) for one, text in beside.items()}
            turns = near_knobs(name, as_typed(value), self.catalog, typed)
        turns = {knob: text for knob, text in turns.items() if self._set(knob, text)}
        if not turns and value not in ("", [], {}):
            self.lost.append(_written(name, value) + (" (layer 1 is the base)" if base else ""))

    def _set(self, name: str, text: str) -> bool:
        """Set a knob to `text` or the nearest valid value; return whether that was possible."""
        try:
            parse(name, text, self.catalog)
            self.turns[name] = text
        except BadValueError as error:
            self._value(name, text, error)
        except InputError:
            return False
        if not takes(name, self.turns.get(name, ""), self.catalog):
            self.turns.pop(name, None)
            return False
        if name == "post" and self.turns[name] != "none" and (now := self._chain_now()):
            self.turns[name] = _chained(now, self.turns[name].split(","))
        return True

    def _value(self, name: str, value: Any, error: BadValueError) -> None:
        """Correct a value that a knob refuses, or list several ways to set the knob."""
        limit = self.catalog.knobs[current(name)].limit
        turns = other_value(name, as_typed(value), self.catalog) or {name: error.instead}
        if name == "seed" and is_random(as_typed(value)):
            turns = {name: ""}
            self.after.append(f"then roll the dice: doit roll project={self.project}")
        elif isinstance(limit, Chain | Several) and isinstance(value, str | list):
            turns = {name: self._words(name, value, limit.words) or error.instead}
        elif isinstance(value, list) and isinstance(limit, Range) and _are_in(value, limit):
            if limit.rolls:
                turns = {name: f"{as_typed(min(value))}..{as_typed(max(value))}"}
            line = join(["doit", "sweep", f"project={self.project}", f"{name}={listed(value)}"])
            self.after.append(f"then, to compare the values: {line}")
        elif isinstance(value, list) and len(value) > 1 and not isinstance(limit, Range):
            ways = [{name: as_typed(one)} for one in value if takes(name, one, self.catalog)]
            self.ways, turns = (ways, {}) if len(ways) > 1 and not self.ways else (self.ways, turns)
        self.turns |= turns

    def _words(self, name: str, value: str | list[Any], words: Collection[str]) -> str:
        """Return the corrected words of a list; record its unknown words as lost."""
        parts = re.split(r"[,;+&|]+", value) if isinstance(value, str) else map(str, value)
        right_words = list[str]()
        for part in filter(None, map(str.strip, parts)):
            near = nearest(part, words)
            more = [near] if near else [nearest(one, words) for one in part.split()]
            if None in more:
                self.lost.append(_written(name, part))
            else:
                right_words += map(str, more)
        return ",".join(dict.fromkeys(right_words))

    def _presets(self, value: Any) -> Turns:
        """Return the presets and effects in a value of `preset`, with corrected names."""
        presets, effects, lost = right_presets(value, self.there, self.catalog)
        self.lost += [_written(PRESET, one) for one in lost]
        turns = {PRESET: ",".join(presets)} if presets else {}
        if effects:
            turns["post"] = _chained(self._chain_now(), effects)
        return turns

    def _count_layers(self) -> None:
        """Raise num_videos, up to its limit, if the config sets knobs for more layers."""
        try:
            default = self.catalog.knobs["num_videos"].default
            count = parse("num_videos", self.config.get("num_videos", default), self.catalog)
        except InputError:
            return
        most = max((max(layers_of(name)[0], default=0) for name in self.turns), default=0)
        if isinstance(count, int) and count < most <= MOST_LAYERS:
            self.turns["num_videos"] = str(most)

    def why(self, first: str) -> str:
        """Return `first`, followed by the settings that are to be removed or replaced."""
        lines = [first]
        if self.lost:
            lines.append(f"settings without a counterpart, removed: {', '.join(self.lost)}")
        if self.changed:
            lines.append(f"invalid values, replaced: {', '.join(self.changed)}")
        if len(self.ways) > 1:
            lines.append("the knob takes only one of them: choose a line")
        return "\n".join(lines)

    def in_json(self) -> list[str]:
        """Return the knobs to set as lines of JSON."""
        to_json = meant_by(self.catalog)
        pairs = [(name, text) for name, text in self.turns.items() if text]
        lines = [f'"{name}": {to_json(name, text)[0]}' for name, text in pairs]
        return ",\n".join(lines).splitlines()  # the comma after the last line is the group's own

    def fix(self) -> str:
        """Return the commands to paste, or advice to edit the file if no command can fix it."""
        if any(name[:1] in ("", "-") or "=" in name for name in self.turns):
            return f"open projects/{self.project}/config.json and remove it there"
        notes = [f"echo {quote(one)} >> projects/{self.project}/README.md" for one in self.notes]
        head = ["doit", "set", f"project={self.project}"]
        lines = []
        for way in self.ways or [{}]:
            turns = {**self.turns, **way}
            lines.append(join([*head, *(f"{name}={value}" for name, value in turns.items())]))
        return "\n".join([*notes, *lines, *self.after])


def _explained(project: str, name: str, value: Any, error: InputError) -> InputError:
    """Add the file's path to a knob's error; state a special reason for a group or a note."""
    why = error.why
    if isinstance(value, dict) or (isinstance(value, list) and dict in map(type, value)):
        why = SIDE_BY_SIDE
    elif not isinstance(error, BadValueError) and is_note(name):
        why = f"it takes only knobs and presets; notes go into projects/{project}/README.md"
    return InputError(f"projects/{project}/config.json: {error.what}", why=why, fix=error.fix)


def names_preset(name: str) -> bool:
    """Return whether a name stands for `preset`: a typo, or another program's word (`extends`)."""
    return nearest(name, [PRESET]) is not None or name.lower() in BASED_ON


def is_note(name: str) -> bool:
    """Return whether a name marks a note, such as `_comment` or `author`."""
    return name[:1] in ("_", "#", "/", "$") or name.lower() in NOTES


def _chained(chain: str, effects: Collection[str]) -> str:
    """Append effects to a chain ("" if empty), each effect only once."""
    return ",".join(dict.fromkeys([*filter(None, chain.split(",")), *effects]))


def _written(name: str, value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f'"{name}": {text if len(text) <= 60 else text[:57] + "…"}'


def is_derived(value: Any, limit: Any) -> bool:
    """Return True for None, and for a value whose replacement is derived from the value itself."""
    if value is None or isinstance(value, list | dict):
        return value is None or bool(value)
    if isinstance(limit, Range):
        return any(map(amount, ends(as_typed(value))))
    return bool(limit.near(as_typed(value)))


def _are_in(values: list[Any], limit: Range) -> bool:
    """Return whether a list consists of three or more numbers within a limit."""
    return len(values) > 2 and all(
        isinstance(one, int | float) and not limit.beyond(one) for one in values
    )
