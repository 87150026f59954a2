"""The file that a knob names: `layer2.clip=a.mp4`, or `day2/a.mp4` if files share a name."""

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from collide.base.errors import InputError
from collide.base.words import nearest
from collide.library.file_names import holding, matching, resembling, shortest
from collide.library.folders import HOMES, WORDS
from collide.project.settings import MOST_LAYERS, bare

MOST = 4  # the maximum number of other files listed in a note or an error
SEE = "see the usable ones: doit clips"  # `doit clips` does not list sounds, so the error does
AGAIN = "copy it again or repair it"


def named_file(
    name: str, knob: str, kind: str, every: Mapping[str, dict[str, Any]], lost: Mapping[str, str]
) -> tuple[dict[str, Any], str]:
    """Return the file called `name` and a note about any other matches.

    Args:
        knob: the knob, in the form to type.
        kind: the word for the file: clip or sound.
        every: the usable files by path, in order of preference.
        lost: the reasons why other files cannot be used, by path.

    Raises:
        InputError: no usable file has that name.
    """
    matches = matching(name, every)
    if not matches:
        raise missing_file(name, knob, kind, every, lost)
    first, *rest = matches
    others = [one for one in rest if every[one]["digest"] != every[first]["digest"]]
    if not others:
        return every[first], ""
    words = [f"{knob}={shlex.quote(shortest(one, every))}" for one in others[:MOST]]
    more = [f"{len(others) - MOST} more"] if len(others) > MOST else []
    note = f"{len(others) + 1} {kind}s are called {name}: {knob} takes {first}"
    return every[first], f"{note}; to use another: {' or '.join([*words, *more])}"


def missing_file(
    name: str, knob: str, kind: str, every: Mapping[str, Any], lost: Mapping[str, str]
) -> InputError:
    """Return the error for a name that no usable file has."""
    home = HOMES[next(what for what, word in WORDS.items() if word == kind)]
    turns = [] if kind == "clip" else [{knob: shortest(one, every)} for one in [*every][:MOST]]
    choose = SEE if kind == "clip" else "choose one:"
    if broken := matching(name, lost):
        return InputError(
            f"the {kind} {name!r} cannot be used",
            why=f"{broken[0]}: {lost[broken[0]]}",
            fix=f"{AGAIN}, or {choose}" if every else AGAIN,
            turns=turns,
        )
    if not every:
        return InputError(
            f"no {kind} named {name!r}",
            why=f"{home} and the project's input/ contain no usable {kind}",
            fix=f"copy {name} into {home}",
        )
    short = {one.rpartition("/")[2] for one in every}
    typed = [one.strip() for one in name.split(",")]
    whole = {one for one in typed if "/" in one and matching(one, every)}  # keep its folder
    parts = [[one] if one in whole else _guesses(one, short) for one in typed]
    if len(parts) > 1 and all(len(part) == 1 for part in parts):
        return _one_of([part[0] for part in parts], knob, kind)
    if name.isdigit() and kind == "clip":
        return _numbered(name, knob, every)
    guesses = _guesses(name, short)
    near = guesses[0] if len(guesses) == 1 else None
    turns = [{knob: one} for one in guesses[:MOST]] or turns
    usable = "" if len(short) == 1 else f" among the {len(short)} usable ones"
    return InputError(
        f"no {kind} named {name!r}{usable}",
        why=f"{bare(knob)}=… takes the name of a file in the library or in the project's input/",
        fix=f"did you mean {near!r}?" if near else choose,
        turns=[] if near else turns,
        meant=(name, near) if near else None,
    )


def _one_of(parts: Sequence[str], knob: str, kind: str) -> InputError:
    """Return the error for several files where one is expected."""
    return InputError(
        f"{knob} takes one {kind}, not {len(parts)}",
        why=f"{len(parts)} are named, separated by commas",
        fix="choose one, or one for each layer:",
        turns=[*_each(knob, parts), *({knob: one} for one in parts)],
        replaces=knob,
    )


def _numbered(name: str, knob: str, every: Mapping[str, Any]) -> InputError:
    """Return the error for a number instead of a clip's name."""
    each = sorted({shortest(one, every) for one in every})[:MOST]
    return InputError(
        f"no clip named {name!r}",
        why="clips have names; layer2.take=1 takes the clip that the dice rank next",
        fix=SEE,
        turns=[{knob: one} for one in each],
    )


def _each(knob: str, files: Sequence[str]) -> list[dict[str, str]]:
    """Return the knobs that assign the files to the knob's layer and the layers above it, or [].

    If the knob has no layer, the first file is for layer 1.
    """
    first = re.fullmatch(r"(?:layer([1-9])\.)?clip", knob)
    lowest = int(first[1] or 1) if first else MOST_LAYERS
    if lowest + len(files) > MOST_LAYERS + 1:
        return []
    return [{f"layer{n}.clip": one for n, one in enumerate(files, start=lowest)}]


def _guesses(name: str, names: Collection[str]) -> list[str]:
    """Return the likeliest file for a wrong name, or all files with similar names."""
    word = name.replace("\\", "/").rpartition("/")[2]
    same = matching(word.rpartition(".")[0] or word, sorted(names))
    near = same[0] if same else nearest(word, names)
    return [near] if near else holding(word, sorted(names)) or resembling(word, sorted(names))
