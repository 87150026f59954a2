"""Errors for a piece that needs more files than there are."""

from collections.abc import Mapping
from typing import Any

from collide.base.errors import InputError
from collide.library.folders import counted
from collide.library.library import Library
from collide.library.renamed_folder import renamed_folder


def too_few_clips(
    fit: int, clips: int, layers: int, knobs: Mapping[str, Any], more: str
) -> InputError:
    """Return the error for a piece with `layers` layers if only `fit` of `clips` clips can be used.

    `more` is appended to the reason.
    """
    refused = clips - fit
    need = f"{layers} layers need {layers} clips" if layers > 1 else "1 layer needs 1 clip"
    why = f"{need}, but {fit} can be used"
    if refused:
        are = "is" if refused == 1 else "are"
        why += (
            f"; {refused} more {are} smaller than min_resolution={knobs['min_resolution']} "
            f"or shorter than min_seconds={knobs['min_seconds']:g}"
        )
    why += more
    ways = ["copy more clips into library/video"]
    ways += [f"use num_videos={fit}"] if fit else []
    enough = refused and clips >= layers
    ways += ["lower min_resolution and min_seconds"] if enough else []
    turns = [{"num_videos": str(fit)}] if fit else []
    turns += [{"min_resolution": "0", "min_seconds": "0"}] if enough else []
    if refused and not enough:
        # also suggest one layer per clip (copies count once), without the minimums
        turns += [{"num_videos": str(clips), "min_resolution": "0", "min_seconds": "0"}]
    return InputError("fewer clips than layers", why=why, fix=", or ".join(ways), turns=turns)


def too_few_sounds(fit: int, beds: int, more: str) -> InputError:
    """Return the error for `beds` beds with only `fit` sounds; append `more` to the reason."""
    return InputError(
        "fewer sounds than beds",
        why=f"audio_beds={beds} needs {beds}, but {fit} can be used{more}",
        fix="copy sounds (wav, flac, mp3, ogg, opus, m4a) into library/audio, "
        f"or use audio_beds={fit}",
        turns=[{"audio_beds": str(fit)}],
    )


def no_clips(library: Library, project: str) -> InputError:
    """Return the error for a project without usable clips."""
    if renamed := renamed_folder(library):
        return renamed.error
    more = more_files(library, project)
    return InputError(
        "there are no clips",
        why=f"library/video and projects/{project}/input contain no usable clip{more}",
        fix="copy some clips into library/video\nor try the demo: doit render project=demo",
    )


def more_files(library: Library, project: str) -> str:
    """Return text about unusable and unsupported files of a project and of the library, or ""."""
    count = len(library.left_out(project))
    left = f"; {count} could not be used (see: doit scan)" if count else ""
    others = counted(library.others(project))
    return left + (f"\n{others}" if others else "")
