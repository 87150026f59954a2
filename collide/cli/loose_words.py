"""The line that is meant by words without a name: `roll x 12` is roll project=x n=12.

Each word goes into the variable whose limit takes it. A line is only printed, never run.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collide.base.pasted_text import address_of, label_of, path_of
from collide.base.words import nearest
from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.cli.arguments import KINDS, line, verb_module
from collide.cli.foreign_options import translated
from collide.cli.left_out import BEGINS
from collide.cli.variables import Variable
from collide.cli.word_values import fits, reads
from collide.project.project import Project
from collide.project.settings import bare
from collide.text_limits import LABEL, Labels


def meant_lines(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return the lines that a verb with loose words may stand for; none if nothing is near."""
    front, own, own_words = translated(verb, words)
    lines = _meant(workspace, own, own_words, typed)
    few = len(own_words) <= getattr(verb_module(own), "WORDS", 0)
    if not lines and few and not _options(own_words) and (own, own_words) != (verb, [*words]):
        lines = [line(own_words if own == "render" and own_words else [own, *own_words], typed)]
    return [one.replace("doit", " ".join(["doit", *front]), 1) for one in lines]


def _options(words: Sequence[str]) -> bool:
    return any(word.startswith("-") for word in words)


def _meant(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    addresses = [found for word in words if "://" in word and (found := address_of(word))]
    if addresses and (len(addresses) > 1 or "url" not in verb_module(verb).VARIABLES):
        return [line(["download"], {"url": one}) for one in addresses]
    read = _Line(workspace, verb, typed, dict(typed))
    left = read.take_project(read.take_values(read.take_pairs(words)))
    if read.takes > 1:
        left = [word for word in left if _is_task(word)]
    if read.turned == dict(typed):
        several = read.takes == 1 and not _options(left)
        alone = [word for word in left[:4] if word not in read.variables]
        return [line([verb, word], typed) for word in alone] if several else []
    if _options(left):
        return []
    kept = left[: read.takes]
    return [line(kept if verb == "render" and kept else [verb, *kept], read.turned)]


def _is_task(word: str) -> bool:
    return word.partition(":")[0] in KINDS


@dataclass
class _Line:
    """A line being parsed: what was typed by name, and the full meaning as words are consumed.

    Each `take` returns the words that it leaves.
    """

    workspace: Workspace
    verb: str
    typed: Mapping[str, str]
    turned: dict[str, str]

    @property
    def variables(self) -> Mapping[str, Variable]:
        """Return the variables of the verb."""
        return verb_module(self.verb).VARIABLES  # type: ignore[no-any-return]  # of a module

    @property
    def takes(self) -> int:
        """Return how many words without a name the verb takes; if more than one, they are tasks."""
        return getattr(verb_module(self.verb), "WORDS", 0)

    def take_pairs(self, words: Sequence[str]) -> list[str]:
        """Take names with their values: `similarity 0.4`, `--project x`."""
        plays = getattr(verb_module(self.verb), "KNOBS", False)
        named = {*self.variables, *(shipped().knobs if plays else ())}
        left, at = list[str](), 0
        while at < len(words):
            name, equals, value = words[at].lstrip("-").partition("=")
            if bare(name) in named and (equals or self._pairs(*words[at : at + 2])):
                self.turned[name] = value if equals else words[at + 1]
                at += 1 if equals else 2
            else:
                left.append(words[at])
                at += 1
        return left

    def _pairs(self, word: str, after: str = "") -> bool:
        """Return whether a word after a name may be its value."""
        project = word in self.workspace.projects() and "project" not in self.turned
        return bool(after) and after[0] != "-" and not project and not self._stands_alone(after)

    def _stands_alone(self, word: str) -> bool:
        """Return whether it can be the verb's only word: a knob or an instrument."""
        owners = shipped().instruments
        parts = (part for owner in owners for part in (owner, *owner.split("/")))
        return self.takes == 1 and (word in shipped().knobs or word in parts)

    def take_values(self, words: Sequence[str]) -> list[str]:
        """Take each word into the variable that it can be, a required one first."""
        left = list[str]()
        for word in words:
            found = None if self.takes > 1 and _is_task(word) else self._place(word)
            if found:
                self.turned[found[0]] = found[1]
            else:
                left.append(word)
        return left

    def _place(self, word: str) -> tuple[str, str] | None:
        """Return a variable for a word, and its value then; None if nothing takes it."""
        free = {name: one for name, one in self.variables.items() if name not in self.turned}
        if found := next(fits(self._project(), free, word), None):
            return found
        several = isinstance(getattr(self.variables.get("project"), "limit", None), Labels)
        if several and "project" not in self.typed and word in self.workspace.projects():
            return "project", f"{self.turned['project']},{word}"
        for name, one in self.variables.items():  # red cars: a text goes on
            text = f"{self.turned.get(name, '')} {word}"
            ours = name in self.turned and name not in self.typed
            if one.loose and ours and reads(one, text) == text:
                return name, text
        return None

    def take_project(self, words: list[str]) -> list[str]:
        """Take the first plain word as the project that it is near to, or that begins with it."""
        plain = [w for w in words if w[0] != "-" and ":" not in w and w not in KINDS]
        if not plain or "project" not in self.variables or "project" in self.turned:
            return words
        name, there = label_of(plain[0]), self.workspace.projects()
        near = name if name in there else nearest(name, there)
        if not (meant := near or (name if self.verb in BEGINS else "")):
            return words
        self.turned["project"] = meant
        at = words.index(plain[0])
        return [*words[:at], *words[at + 1 :]]

    def _project(self) -> Project:
        """Return the project of the line, whether or not it exists."""
        name = self.turned.get("project", "")
        return Project(self.workspace, name if LABEL.fullmatch(name) else "_")


def file_line(text: str) -> str:
    """Return the line that copies a file typed instead of an address, "" for no path."""
    path = path_of(text)
    return f"cp {quoted(path)} library/video/" if path else ""


def quoted(path: str) -> str:
    """Return a path quoted for a shell; ~ is left unquoted."""
    return (
        path if path.startswith("~/") and shlex.quote(path[2:]) == path[2:] else shlex.quote(path)
    )
