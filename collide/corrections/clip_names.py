"""Clips given by part of their name (clip=day2/flower) or instead of a number (clips=flower)."""

from collide.base.errors import InputError
from collide.base.spoken_number import amount, cleaned
from collide.base.words import joined
from collide.corrections.corrected_lines import renamed_line
from collide.corrections.standing_piece import project_of
from collide.library.file_names import holding, matching
from collide.library.folders import CLIP, own_names
from collide.project.layer_names import layers_of
from collide.project.other_words import other_knobs
from collide.project.plain_values import NO, YES
from collide.project.project import Project
from collide.project.settings import MOST_LAYERS
from collide.syntax.arguments import TypedLine
from collide.syntax.verb import declaration


def clip_named(text: str, project: Project) -> str:
    """Return the file name of the only clip whose name contains a text, or ""."""
    names = own_names(project.workspace, project.name, CLIP)
    word = cleaned(text).replace("\\", "/").rpartition("/")[2]
    found = (matching(word, names) or holding(word, names)) if word else []
    return found[0] if len(found) == 1 else ""


def as_clips(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for clip names instead of layers (clips=flower, layer2=flower), or None."""
    text, (layers, single) = cleaned(whole.typed[name]), layers_of(name)
    number = not text or amount(text) or text.lower() in (*YES, *NO)
    if not declaration(whole.verb).knobs:
        return None
    if layers and not single and not number:
        clip = clip_named(text, project_of(whole.workspace, whole.typed))
        own = f"layer{layers[0]}.clip"
        if not clip:
            return error.fixed(f"list the clips, then choose one with {own}=NAME: doit clips")
        return error.fixed(renamed_line(whole.spoken, whole.typed, name, {own: clip}))
    if number or other_knobs(single, text).keys() != {"num_videos"}:
        return None
    project = project_of(whole.workspace, whole.typed)
    named = [clip_named(part, project) for part in text.split(",")][:MOST_LAYERS]
    if not all(named):
        return error.fixed("see the clip names: doit clips")
    meant = {f"layer{n}.clip": one for n, one in enumerate(named, start=1)}
    count = {"num_videos": str(len(named))} if whole.verb == "new" and len(named) > 1 else {}
    turned = {**meant, **({} if "num_videos" in whole.typed else count)}  # else more layers play
    right = renamed_line(whole.spoken, whole.typed, name, turned)
    return error.fixed(f"did you mean {joined([*map(repr, meant)])}? {right}")
