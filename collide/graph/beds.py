"""Which file of sound each bed is, and from where on: chosen once, then remembered.

The draws stand among those of the layers, in selection.json.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from collide.build.folders import SOUND
from collide.build.library import Library
from collide.catalog import instrument
from collide.errors import InputError, did_you_mean
from collide.graph.selection import Pick, Selection

KIND = "bed"


def find(selection: Selection, piece: Mapping[str, Any]) -> list[Pick | None]:
    """Return what was chosen for each bed, None where a draw is still to be made.

    Args:
        piece: knobs of the piece.
    """
    at, found = str(float(piece["bed_start"])), []
    for number in range(1, piece["audio_beds"] + 1):
        draw = _draw(selection, number, piece)
        known = draw is not None and at in draw["starts"]
        found.append(
            Pick(number, draw["digest"], draw["name"], draw["starts"][at], KIND)
            if draw and known
            else None
        )
    return found


def choose(
    selection: Selection, piece: Mapping[str, Any], library: Library, seconds: float
) -> None:
    """Make the draws that are missing. `library` has been scanned.

    Args:
        piece: knobs of the piece.
        seconds: its length; a start leaves room for it where the sound is long enough.

    Raises:
        InputError: there are fewer usable sounds than beds, or none of the name asked for.
    """
    at, numbers = str(float(piece["bed_start"])), range(1, piece["audio_beds"] + 1)
    for number in numbers:
        draw = _draw(selection, number, piece)
        if draw is None:
            others = [_draw(selection, other, piece) for other in numbers if other != number]
            taken = [other["digest"] for other in others if other]
            sounds = library.usable(selection.project.name, SOUND)
            choice = _chosen(number, piece, sounds, taken)
            known = {"digest": choice["digest"], "name": choice["name"], "starts": {}}
            draw = {KIND: number, **_asked(number, piece), **known}
            selection.draws.append(draw)
        if at not in draw["starts"]:
            sound = library.sound(draw["digest"])
            room = max(0.0, sound.seconds - seconds) if sound else 0.0
            draw["starts"][at] = round(piece["bed_start"] * room, 3)


def _asked(number: int, piece: Mapping[str, Any]) -> dict[str, Any]:
    return {"seed": piece["seed"], "clip": piece[f"bed{number}"]}


def _draw(selection: Selection, number: int, piece: Mapping[str, Any]) -> dict[str, Any] | None:
    asked = _asked(number, piece)
    # a sound that was named is that sound, whatever the dice are
    names = ("seed", "clip") if asked["clip"] == "any" else ("clip",)
    same = (
        draw
        for draw in selection.every
        if draw.get(KIND) == number and all(draw.get(name) == asked[name] for name in names)
    )
    return next(same, None)


def _chosen(
    number: int, piece: Mapping[str, Any], sounds: Sequence[dict[str, Any]], taken: Sequence[str]
) -> dict[str, Any]:
    name = piece[f"bed{number}"]
    by_name = {sound["name"].rpartition("/")[2]: sound for sound in reversed(sounds)}
    if name in by_name:
        return dict(by_name[name])
    if name != "any":
        raise InputError(
            f"no sound named {name!r} among the {len(by_name)} that can be used",
            why=f"bed{number}=… takes a file name in library/audio or in the project's input/",
            fix=did_you_mean(name, by_name, otherwise="see which there are: doit scan"),
        )
    choice = instrument("audio/bed").analyze(piece, bed=number, sounds=sounds, taken=taken)
    if choice is None:
        count = piece["audio_beds"]
        raise InputError(
            "fewer sounds than beds",
            why=f"audio_beds={count} needs {count}, and {len(sounds)} can be used",
            fix="copy sounds (wav, flac, mp3, ogg, opus, m4a) into library/audio, "
            f"or say audio_beds={len(sounds)}",
        )
    return dict(choice)
