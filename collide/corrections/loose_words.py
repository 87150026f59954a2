"""Lines meant by words without a name: `roll x 12` means roll project=x n=12.

Each word is assigned to a variable whose limit accepts it. A line is only printed, never run.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from collide.base.pasted_text import address_of, label_of
from collide.base.words import joined, nearest
from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.corrections.foreign_options import forces, translated
from collide.corrections.output_names import output_lines
from collide.corrections.phrases import one_word, phrase
from collide.corrections.piece_times import ENDS
from collide.corrections.shell_words import AWAY, added, copied_first, on_disk
from collide.corrections.standing_piece import project_of
from collide.corrections.taken_names import taken_lines
from collide.corrections.word_values import fits, is_known, knob_of, reads
from collide.limits import Toggle
from collide.project.project import Project
from collide.project.settings import bare
from collide.syntax.arguments import KINDS, line
from collide.syntax.left_out import last_used
from collide.syntax.verb import MANY, Verb, declaration
from collide.text_limits import Labels, Names


def meant_lines(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return the lines that a verb followed by loose words may mean; [] if there are none."""
    for read in (output_lines, taken_lines):
        if lines := read(workspace, verb, words, typed):
            return lines
    words, pairs = phrase(verb, words, typed, workspace.projects())
    if pairs != typed and not words:
        return [line([verb], pairs)]
    typed = pairs
    if word := one_word(verb, words):
        return [line([verb, word], typed)]
    if lines := _download_lines(workspace, verb, words, typed):
        return lines
    takes = declaration(verb).variables
    rest = [word for word in words if word in takes or word.lstrip("-").lower() not in AWAY]
    if len(rest) < len(words) and (lines := away_lines(workspace, verb, rest, typed)):
        return lines
    whole = " ".join(words)  # a path that contains a space
    if len(words) > 1 and "path" in takes and Path(whole).exists():
        return [line([verb], {**typed, "path": whole})]
    return _translated(workspace, verb, words, typed)


def _translated(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return the lines of words after options of other programs are translated."""
    force = verb == "render" and any(map(forces, words))
    front, own, own_words = translated(verb, words)
    if own != verb and (each := _one_each(own, typed)):  # render project=x,y --dry-run
        return [one for pairs in each for one in _translated(workspace, verb, words, pairs)]
    lines = _meant(workspace, own, own_words, typed)
    few = len(own_words) <= declaration(own).words
    if not lines and few and not _options(own_words) and (own, own_words) != (verb, [*words]):
        lines = [line(own_words if own == "render" and own_words else [own, *own_words], typed)]
    lines = [one.replace("doit", " ".join(["doit", *front]), 1) for one in lines]
    lines = copied_first(workspace, words, lines)
    return forced_lines(workspace, typed, lines[0]) if force and lines else lines


def _one_each(verb: str, typed: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the typed variables with each of several projects, if a verb takes only one."""
    names = typed.get("project", "").split(",")
    variable = declaration(verb).variables.get("project")
    if len(names) < 2 or variable is None or isinstance(variable.limit, Labels):
        return []
    return [{**typed, "project": name.strip()} for name in names if name.strip()]


def forced_lines(workspace: Workspace, typed: Mapping[str, str], render: str) -> list[str]:
    """Return the lines for a render that was to do again what has not changed."""
    found = re.search(r" project=(\S+)", render)
    name = found[1] if found else typed.get("project") or last_used(workspace)
    lines, own = [f"render what has changed: {render}"], {"project": name}
    if name and "," not in name:
        lines.append(f"render it all again, and compare: {line(['prove'], own)}")
        lines.append(
            f"delete its files, but not their results in the store: {line(['clean'], own)}"
        )
    return lines


def away_lines(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return the lines with which a verb removes something; [] if it cannot.

    Args:
        words: the things to remove, without the word for that act; may be empty.
    """
    takes, off = declaration(verb), {**typed, "off": "true"}
    if "off" in takes.variables:
        if len(words) == 1 and "path" in takes.variables:
            return [line([verb], {**off, "path": words[0]})]
        return _meant(workspace, verb, words, off) if words else [line([verb], off)]
    knobs = [name.strip() for word in words for name in word.split(",")]
    if takes.unsets and knobs and {*map(bare, knobs)} <= {*shipped().knobs}:
        return [line([verb], {**typed, **dict.fromkeys(knobs, "")})]
    return []


def _download_lines(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return a download line for each address; [] if there is none, or the verb takes the only one.

    Such lines are for several addresses, for yt-dlp's options, and for addresses after a verb
    without url=. Variables that were typed for download are kept. For files typed instead of
    addresses, return the lines that add them to the library.
    """
    read = _Line(workspace, verb, typed, dict(typed))
    found = [one for word in words if "://" in word and (one := address_of(word))]
    files = [word for word in words if on_disk(word)]
    if verb == "download" and files and not found:
        return [one for word in files for one in added(workspace, word)]
    others = [word for word in words if "://" not in word and not word.isdigit()]
    if not found and _options(words) and "url" in typed and verb == "download":
        return [line([verb], {n: text for n, text in typed.items() if n in read.takes.variables})]
    if len(found) < 2 and not others and "url" in read.takes.variables:
        return []
    read.take_pairs(words)
    kept = {n: text for n, text in read.turned.items() if n not in ("url", "search")}
    return [line(["download"], {**(kept if verb == "download" else {}), "url": u}) for u in found]


def _options(words: Sequence[str]) -> bool:
    return any(word.startswith("-") for word in words)


def _meant(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    read = _Line(workspace, verb, typed, dict(typed))
    texts = [line([verb], {**typed, **whole}) for whole in read.continued(words)]
    if texts and ("count" in typed or not all(word.isdigit() for word in words)):
        return texts
    left = read.take_project(read.take_values(read.take_pairs(words)))
    if read.turned == dict(typed):
        several = read.takes.words == 1 and not _options(left)
        alone = [word for word in left[:4] if word not in read.takes.variables]
        phrase = verb == "knobs" and len(alone) > 1 and not {*alone} <= {*shipped().knobs}
        words = [" ".join(alone), *alone] if phrase else alone
        return [line([verb, word], typed) for word in words] if several else []
    if _options(left):
        return []
    fits_in = (
        _is_task if read.takes.words == MANY else lambda word: word in left[: read.takes.words]
    )
    kept, out = [w for w in left if fits_in(w)], [w for w in left if not fits_in(w)]
    text = line(kept if verb == "render" and kept else [verb, *kept], read.turned)
    return [*texts, f"without {joined(out)}: {text}" if out else text]


def _is_task(word: str) -> bool:
    return word.partition(":")[0] in KINDS


@dataclass
class _Line:
    """A line being parsed: the variables typed by name, and all that are assigned so far.

    Each `take_…` method returns the words that it did not use.
    """

    workspace: Workspace
    verb: str
    typed: Mapping[str, str]
    turned: dict[str, str]

    @property
    def takes(self) -> Verb:
        """Return what the verb takes."""
        return declaration(self.verb)

    def take_pairs(self, words: Sequence[str]) -> list[str]:
        """Assign to each name the value that follows it: `similarity 0.4`, `--project x`."""
        plays = self.takes.knobs
        named = {*self.takes.variables, *(shipped().knobs if plays else ())}
        left, at = list[str](), 0
        while at < len(words):
            name, equals, value = words[at].lstrip("-").partition("=")
            alias = plays and name in shipped().aliases
            dashed = words[at][:2] == "--"
            counted = "".join(words[at + 1 : at + 2])[:1].isdigit()  # size 720p
            option = (dashed and name in ENDS) or (alias and (dashed or counted))
            if (bare(name) in named or option) and (equals or self._pairs(*words[at : at + 2])):
                self.turned[name] = value if equals else words[at + 1]
                at += 1 if equals else 2
            elif dashed and isinstance(getattr(self.takes.variables.get(name), "limit", 0), Toggle):
                self.turned[name] = "true"  # clips --page
                at += 1
            else:
                left.append(words[at])
                at += 1
        return left

    def _pairs(self, word: str, after: str = "") -> bool:
        """Return whether `word` may be a name, and `after` its value."""
        project = word in self.workspace.projects() and "project" not in self.turned
        return bool(after) and after[0] != "-" and not project and not self._stands_alone(after)

    def _stands_alone(self, word: str) -> bool:
        """Return whether a word can be the verb's only word: a knob or an instrument."""
        owners = shipped().instruments
        parts = (part for owner in owners for part in (owner, *owner.split("/")))
        return self.takes.words == 1 and (word in shipped().knobs or word in parts)

    def take_values(self, words: Sequence[str]) -> list[str]:
        """Assign each word to the likeliest variable that accepts it."""
        left = list[str]()
        for word in words:
            found = None if self.takes.words > 1 and _is_task(word) else self._place(word)
            if found:
                self.turned[found[0]] = found[1]
            else:
                left.append(word)
        return left

    def _place(self, word: str) -> tuple[str, str] | None:
        """Return a variable for a word, and its new value; None if no variable accepts it."""
        free = {name: one for name, one in self.takes.variables.items() if name not in self.turned}
        knob = knob_of(word)
        if knob == "output_size" and self._turns(knob):  # 720p is not a number of seconds
            return knob, word
        if found := next(fits(self._project(), free, word), None):
            return found
        if found := self._continued(word):
            return found
        return (knob, word) if self._turns(knob) else None

    def _continued(self, word: str) -> tuple[str, str] | None:
        """Return a variable that a word continues, a list or a string, and its new value."""
        several = isinstance(getattr(self.takes.variables.get("project"), "limit", None), Labels)
        if several and word in self.workspace.projects():
            return "project", f"{self.turned['project']},{word}"
        for name, one in self.takes.variables.items():  # presets=ink silk: a list continues
            more = isinstance(one.limit, Names) and name in self.typed
            if more and is_known(one, word, self._project()):
                return name, f"{self.turned[name]},{word}"
        for name, one in self.takes.variables.items():  # red cars: a search continues
            text = f"{self.turned.get(name, '')} {word}"
            ours = name in self.turned and name not in self.typed
            if one.loose and ours and reads(one, text) == text:
                return name, text
        return None

    def continued(self, words: Sequence[str]) -> list[dict[str, str]]:
        """Return the typed text that plain words after it continue: search=super 8."""
        found = []
        for name, one in self.takes.variables.items():
            text = " ".join([self.typed.get(name, ""), *words])
            plain = words and not any(re.match("-|.*=", word) for word in words)
            if one.loose and plain and name in self.typed and not one.limit.of:
                found += [{name: text}] if reads(one, text) == text else []
        return found

    def _turns(self, knob: str) -> bool:
        """Return whether a knob can be added to the line."""
        plays = self.takes.knobs
        return bool(knob) and plays and knob not in self.turned

    def take_project(self, words: list[str]) -> list[str]:
        """Use the first plain word as the project, existing or new; `new` joins all of them."""
        plain = [w for w in words if w[0] != "-" and ":" not in w and w not in KINDS]
        if not plain or "project" not in self.takes.variables or "project" in self.turned:
            return words
        if self.verb == "new":  # a new name is not a typo of an old one
            self.turned["project"] = label_of("-".join(plain))
            return [word for word in words if word not in plain]
        name, there = label_of(plain[0]), self.workspace.projects()
        near = name if name in there else nearest(name, there)
        may_be_new = self.takes.creates and self.verb != "render"
        if not (meant := near or (name if may_be_new else "")):
            return words
        self.turned["project"] = meant
        at = words.index(plain[0])
        return [*words[:at], *words[at + 1 :]]

    def _project(self) -> Project:
        """Return the project of the line, whether or not it exists."""
        return project_of(self.workspace, self.turned)
