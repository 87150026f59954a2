"""Assign values without a name to a verb's variables (12 to n, vhs to post)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collide.base.pasted_text import label_of
from collide.base.words import nearest
from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.corrections.piece_times import ENDS
from collide.corrections.standing_piece import project_of
from collide.corrections.word_values import fits, is_known, knob_of, reads
from collide.limits import Toggle
from collide.project.project import Project
from collide.project.settings import bare
from collide.syntax.arguments import KINDS
from collide.syntax.verb import Verb, declaration
from collide.text_limits import Labels, Names

LENT = ("look", "at")  # names that keep their value after a verb that does not take them


def is_task(word: str) -> bool:
    """Return whether a word names a task or a kind of task."""
    return word.partition(":")[0] in KINDS


@dataclass
class Assignment:
    """A command being parsed, with the variables given by name and all variables assigned so far.

    Each `take_…` method returns the arguments that it did not use.
    """

    workspace: Workspace
    verb: str
    typed: Mapping[str, str]
    turned: dict[str, str]

    @property
    def takes(self) -> Verb:
        """Return the declaration of the verb."""
        return declaration(self.verb)

    def take_pairs(self, words: Sequence[str]) -> list[str]:
        """Assign to each name the value that follows it: `similarity 0.4`, `--project x`."""
        plays = self.takes.knobs
        named = {*self.takes.variables, *LENT, *(shipped().knobs if plays else ())}
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
        """Return whether `word` may be a name and `after` its value."""
        project = word in self.workspace.projects() and "project" not in self.turned
        knob = bare(after) in shipped().knobs and bare(word) in shipped().knobs
        plain = bool(after) and after[0] != "-" and not project and not knob
        return plain and not self._stands_alone(after)

    def _stands_alone(self, word: str) -> bool:
        """Return whether a word, such as a knob or instrument, can stand alone after the verb."""
        owners = shipped().instruments
        parts = (part for owner in owners for part in (owner, *owner.split("/")))
        return self.takes.words == 1 and (word in shipped().knobs or word in parts)

    def take_values(self, words: Sequence[str]) -> list[str]:
        """Assign each word to the likeliest variable that accepts it."""
        left = list[str]()
        there = self.workspace.projects() if self.verb == "new" else ()  # part of the new name
        for word in words:
            task = self.takes.words > 1 and is_task(word)
            found = None if task or word in there else self._place(word)
            if found:
                self.turned[found[0]] = found[1]
            else:
                left.append(word)
        return left

    def _place(self, word: str) -> tuple[str, str] | None:
        """Return the variable that accepts a word, with its new value, or None."""
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
        """Return the variable whose list or text a word extends, with its new value, or None."""
        several = isinstance(getattr(self.takes.variables.get("project"), "limit", None), Labels)
        if several and word in self.workspace.projects():
            return "project", f"{self.turned['project']},{word}"
        for name, one in self.takes.variables.items():  # presets=ink silk extends a list
            more = isinstance(one.limit, Names) and (name in self.typed or one.limit.of == "knob")
            more = more and name in self.turned
            if more and is_known(one, word, self._project()):
                return name, f"{self.turned[name]},{word}"
        for name, one in self.takes.variables.items():  # red cars extends a search
            text = f"{self.turned.get(name, '')} {word}"
            ours = name in self.turned and name not in self.typed
            whole = reads(one, text)  # star x best one is best-one
            if one.positional and ours and whole in (text, text.replace(" ", "-")):
                return name, whole
        return None

    def continued(self, words: Sequence[str]) -> list[dict[str, str]]:
        """Return the command's text variables with the plain words appended: search=super 8."""
        found = []
        for name, one in self.takes.variables.items():
            text = " ".join([self.typed.get(name, ""), *words])
            plain = words and not any(re.match("-|.*=", word) for word in words)
            if one.positional and plain and name in self.typed and not one.limit.of:
                found += [{name: text}] if reads(one, text) == text else []
        return found

    def _turns(self, knob: str) -> bool:
        """Return whether the command can set a knob that is not set yet."""
        plays = self.takes.knobs
        return bool(knob) and plays and knob not in self.turned

    def take_project(self, words: list[str]) -> list[str]:
        """Use the first plain argument as the project's name; for `new`, join all of them."""
        plain = [w for w in words if w[0] != "-" and ":" not in w and w not in KINDS]
        plain = [w for w in plain if not re.fullmatch("layers?[1-9]?", w)]
        if not plain or "project" not in self.takes.variables or "project" in self.turned:
            return words
        if self.verb == "new":  # a new name is not a typo of an old name
            self.turned["project"] = label_of("-".join(plain))
            return [word for word in words if word not in plain]
        name, there = label_of(plain[0]), self.workspace.projects()
        near = name if name in there else nearest(name, there)
        may_be_new = self.takes.creates and not self.takes.pieces and self.verb != "render"
        if not (meant := near or (name if may_be_new else "")):
            return words
        self.turned["project"] = meant
        at = words.index(plain[0])
        return [*words[:at], *words[at + 1 :]]

    def _project(self) -> Project:
        """Return the command's project, which may not exist."""
        return project_of(self.workspace, self.turned)
