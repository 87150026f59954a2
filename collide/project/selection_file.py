"""The file selection.json: reading, writing, and merging concurrent processes' changes."""

import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import nullcontext
from pathlib import Path
from shlex import join
from typing import Any, NamedTuple

from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.strict_json import moved_away, read_json
from collide.instrument import STORAGE
from collide.library.file_names import matching
from collide.store.locks import held_inside

Draw = dict[str, Any]

ANSWER = ("digest", "name", "starts", "shots")  # the result of a draw
FOUND_FOR = ("layer", "digest", "seed", "mode", "balance")  # the inputs of a solved threshold


class Chosen(NamedTuple):
    """The content of selection.json: draws of clips and sounds, thresholds, and the storage."""

    draws: list[Draw]
    solved: list[Draw]
    storage: str | None


def read_chosen(path: Path, label: str) -> Chosen:
    """Read a selection; raise InputError if the file is invalid."""
    anew = moved_away(label, "to have the clips chosen again")
    data = read_json(path, label=label, anew=anew)
    draws, solved, storage = data.get("draws", []), data.get("solved", []), data.get("storage")
    whole = isinstance(draws, list) and all(map(_is_draw, draws))
    whole = whole and isinstance(solved, list) and all(map(_is_solved, solved))
    if not whole or storage not in (None, *STORAGE):
        raise InputError(
            f"{label} is not a selection that collide can read",
            why="a draw or a threshold in it is incomplete, or its storage is unknown",
            fix=anew(""),
        )
    return Chosen(draws, solved, storage)


def write_chosen(path: Path, label: str, ours: Chosen, void: Collection[Draw] = ()) -> Chosen:
    """Merge `ours` with other processes' changes; write and return the result.

    For the same inputs, the threshold in the file wins, so all processes use the same threshold.
    Draws and the storage in `ours` win over the file. Other draws in the file are kept unless they
    are in `void`. An unchanged file is not written.
    """
    with held_inside(path.parent) if path.parent.is_dir() else nullcontext():
        theirs = read_chosen(path, label) if path.exists() else Chosen([], [], None)
        their_draws = [draw for draw in theirs.draws if draw not in void]
        draws = _joined(ours.draws, their_draws, question)
        solved = _joined(theirs.solved, ours.solved, found_for)
        whole = Chosen(draws, solved, ours.storage)
        held = {"storage": whole.storage, "draws": draws}
        held |= {"solved": solved} if solved else {}
        data = (json.dumps(held, indent=1) + "\n").encode()
        if not path.exists() or path.read_bytes() != data:
            write_whole(path, data)
    return whole


def _joined(first: Iterable[Draw], second: Iterable[Draw], inputs_of: Any) -> list[Draw]:
    """Return `first`, plus the entries of `second` with inputs that `first` lacks."""
    held = [*first]
    questions = [inputs_of(draw) for draw in held]
    return [*held, *(draw for draw in second if inputs_of(draw) not in questions)]


def question(draw: Mapping[str, Any]) -> Draw:
    """Return the inputs of a draw."""
    return {name: value for name, value in draw.items() if name not in ANSWER}


def entered(
    draws: Iterable[Draw], inputs: Mapping[str, Any], every: Mapping[str, Mapping[str, Any]]
) -> Draw | None:
    """Return the draw with these inputs if its "clip" was edited by hand, or None.

    An edited "clip" names a usable file with different bytes. `every` lists the usable files by
    path.
    """
    for draw in draws if inputs["clip"] == "any" else ():
        if {**draw, "clip": "any"}.items() >= inputs.items():
            other = matching(str(draw["clip"]), every)
            if other and every[other[0]]["digest"] != draw["digest"]:
                return draw
    return None


def keeps(project: str, who: str, knob: str, kept: str, wanted: str) -> str:
    """Return the note that a layer or bed keeps its file, although another file was entered."""
    line = join(["doit", "set", f"project={project}", f"{knob}={wanted}"])
    has = "collide writes selection.json, and finds the file by its digest"
    return f"{who} keeps {kept}: {has}; to use {wanted}: {line}"


def found_for(solved: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the inputs of a solved threshold and the name of its knob."""
    return (*(solved[name] for name in FOUND_FOR), *sorted(solved.keys() - {*FOUND_FOR}))


def _is_draw(value: Any) -> bool:
    """Return whether a draw is complete and its digest alphanumeric, since paths contain it."""
    if not isinstance(value, dict) or not isinstance(value.get("starts"), dict):
        return False
    texts = isinstance(value.get("name"), str) and isinstance(value.get("digest"), str)
    starts = all(type(start) in (int, float) and start >= 0 for start in value["starts"].values())
    number = type(value.get("layer", value.get("bed"))) is int
    return texts and starts and number and value["digest"].isalnum()


def _is_solved(value: Any) -> bool:
    """Return whether a solved threshold is complete: its inputs and one number."""
    if not isinstance(value, dict) or not {*FOUND_FOR} < value.keys():
        return False
    whole = all(type(value[name]) is int for name in ("layer", "seed", "balance"))
    texts = all(isinstance(value[name], str) for name in ("digest", "mode"))
    (threshold, *more) = (value[name] for name in value.keys() - {*FOUND_FOR})
    return whole and texts and not more and type(threshold) in (int, float) and 0 <= threshold <= 1
