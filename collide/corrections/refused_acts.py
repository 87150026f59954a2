"""Refuse an action on layers, or a sentence about them; the fix is the command that does it."""

from collections.abc import Mapping, Sequence

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.corrections.degree_words import degree_lines
from collide.corrections.layer_acts import LAYER_ACTS, first_answer
from collide.corrections.layer_order import BOTTOM, SWAPS, TOP
from collide.corrections.layer_sentences import GROUPS, clip_lines, group_lines, layers_in, placed
from collide.corrections.phrases import LOCKS
from collide.corrections.shell_words import AWAY
from collide.corrections.standing_piece import project_of, standing
from collide.project.layer_names import numbered
from collide.project.project import Project
from collide.syntax.arguments import TypedLine, line
from collide.syntax.left_out import last_used
from collide.syntax.verb import declaration

HIDES = ("mute", "hide")  # actions on a layer that are knobs here
INSERTS = ("add", "insert", "create", "another", "new")


def refuse_act(
    workspace: Workspace, words: Sequence[str], typed: Mapping[str, str], verb: str = ""
) -> None:
    """Refuse `swap layer1 layer2` or `set remove layer 3`, and suggest the command that does it.

    Args:
        verb: the verb before the arguments, or "" if there is none.
    """
    named = [word for word in words if word in workspace.projects()]
    act, *others = plain = [word for word in words if word not in (*named, "render")] or [""]
    project = typed.get("project") or (named or [last_used(workspace)])[0]
    if not project or act in declaration(verb or "set").variables:
        return
    what, why = f"no verb or task named {act!r}", "doit set does that"
    if verb:
        what, why = f"doit {verb} does not understand {act!r}", "a knob is written name=value"
    own = TypedLine(workspace, verb or "set", [verb or "set"], {"project": project, **typed})
    error = InputError(what, why=why, fix="")
    if lines := clip_lines(own, plain):
        raise error.fixed(*lines)
    if act.lower() in INSERTS and "clip" in typed and project_of(workspace, own.typed).exists():
        raise error.fixed(_added(own))
    acts = (*SWAPS, *HIDES, *GROUPS)
    if "layer" not in " ".join([*plain, *typed]) and act.lower() not in acts:
        return
    layers = layers_in(plain) or [n for word in others for n in numbered(word)]
    layers += numbered(typed.get("layer", ""))
    if found := _together(own, act.lower(), layers, error) or _alone(own, plain, layers, error):
        raise found


def _added(own: TypedLine) -> str:
    """Return the command that adds a layer, on top, with the clip in the command."""
    count = int(standing(project_of(own.workspace, own.typed), {}).settings.piece()["num_videos"])
    layer = {"num_videos": str(count + 1), f"layer{count + 1}.clip": own.typed["clip"]}
    return line(["set"], {**own.without("clip"), **layer})


def _together(
    own: TypedLine, act: str, layers: Sequence[int], error: InputError
) -> InputError | None:
    """Return the error for layers to group or to keep in a roll, or None."""
    if act in GROUPS and (layers or act.startswith("precomp")):
        return error.because("layers cannot be grouped", *group_lines(own, layers))
    if act not in LOCKS or not layers:
        return None
    keep = ",".join(f"layer{one}" for one in layers)
    fix = line(["roll"], {**own.only("project"), "keep": keep, "n": "12"})
    return error.because("a roll keeps the parts that are named", fix)


def _alone(
    own: TypedLine, words: Sequence[str], layers: Sequence[int], error: InputError
) -> InputError | None:
    """Return the error for layers to hide, swap or move in the stack, or None.

    The bottom and the top may also mean the picture's.
    """
    rest = {one: text for one, text in own.typed.items() if one != "layer"}
    name, value = _as_pair(words[0].lower(), layers, project_of(own.workspace, rest))
    name, value = (name, value) if name else placed(words)
    whole = TypedLine(own.workspace, "set", ["set"], {**rest, name: value})
    found = first_answer(LAYER_ACTS, whole, name, error) if name else None
    last = standing(project_of(own.workspace, rest), {}).settings.piece()["num_videos"]
    if not found or value not in (*TOP, *BOTTOM) or max(layers) > last:
        return found
    frame, side = degree_lines(own.workspace, "set", words, rest), "higher"
    side = "lower" if value in BOTTOM else side
    return found.fixed(found.fix, *(f"{side} in the frame: {one}" for one in frame))


def _as_pair(act: str, layers: Sequence[int], project: Project) -> tuple[str, str]:
    """Return the name and the value for an action on layers (layer3, off), or ("", "")."""
    if act in INSERTS and not layers and project.exists():
        return f"layer{standing(project, {}).settings.piece()['num_videos'] + 1}", "on"
    if layers and (act in AWAY or (act == "hide" and layers[0] == 1)):
        return ",".join(f"layer{one}" for one in layers), "off"  # nothing is below layer 1
    acts = layers and act in (*SWAPS, *HIDES)
    return (act, ",".join(f"layer{one}" for one in layers)) if acts else ("", "")
