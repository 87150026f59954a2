"""Find the knobs that a refused value probably meant."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from collide.base.errors import InputError
from collide.base.spoken_number import cleaned, frames_of
from collide.catalog import Catalog
from collide.corrections.clip_names import clip_named
from collide.corrections.knob_values import meant_knobs
from collide.corrections.piece_times import rate
from collide.limits import BadValueError
from collide.project.degrees import of_degree
from collide.project.near_values import instead
from collide.project.other_words import other_values
from collide.project.project import Project
from collide.project.settings import bare, current
from collide.project.too_many_layers import clips_there
from collide.text_limits import MaterialName


def is_word(name: str, text: str) -> bool:
    """Return whether `text` is `none` and the knob understands it: deinterlace=none."""
    return text.lower() == "none" and bare(name) in other_values(bare(name), text)


def approximates(name: str, text: str, catalog: Catalog) -> bool:
    """Return whether the suggested value only approximates another program's word."""
    return catalog.approximates(current(name), cleaned(text).lower().replace("_", "-"))


def knobs_in_force(
    name: str, error: BadValueError, project: Project, typed: Mapping[str, str]
) -> tuple[str, dict[str, str]]:
    """Return the corrected value and the knobs that set it.

    Frames are counted at the piece's rate.
    """
    knob = project.catalog.knobs[current(name)]
    now, near = _set_value(name, project), error.instead
    if near and (frames_of(error.raw, 1.0) or of_degree(error.raw, knob, now)):
        near = instead(error.raw, knob, rate(project, typed), now)
    if knob.name == "num_videos" and near.isdigit() and (most := clips_there(project)):
        near = str(min(int(near), most))
    if isinstance(knob.limit, MaterialName) and knob.name == "clip":
        near = near or clip_named(error.raw, project)
    return near, meant_knobs(name, error.raw, near, project)


def _set_value(name: str, project: Project) -> Any:
    """Return a knob's value in config.json, or its default."""
    single, value = current(name), None
    with suppress(InputError):
        value = project.config().get(name, project.config().get(single))
    return project.catalog.knobs[single].default if value is None else value
