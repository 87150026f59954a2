"""Commands for a verb, or a doit option, typed as a variable: preview=true, threads=2."""

from collections.abc import Mapping

from collide.base.workspace import Workspace
from collide.corrections.foreign_options import OPTIONS, forces
from collide.corrections.loose_words import forced_lines, meant_lines
from collide.corrections.other_verbs import BACK, CHOSEN, other_lines, verb_of
from collide.project.other_words import other_knobs
from collide.project.plain_values import YES
from collide.syntax.arguments import TypedLine, line
from collide.syntax.verb import declaration, verbs


def as_option(whole: TypedLine, name: str) -> list[str]:
    """Return the command for a doit option typed as a variable (threads=2, verbose=true)."""
    option, text = OPTIONS.get(f"--{name.replace('_', '-')}", ""), whole.typed[name].lower()
    again = line(whole.spoken, whole.without(name)).removeprefix("doit ")
    if option == "-n " and text.isdigit() and whole.verb == "render":
        return [f"doit -n {max(1, int(text))} {again}"]
    if option.startswith("-v ") and text in YES and not other_knobs(name, text):
        return [f"doit {option} {again}"]
    return []


def as_verb(
    workspace: Workspace, verb: str, name: str, text: str, rest: Mapping[str, str]
) -> list[str]:
    """Return the commands for a verb typed as a variable (preview=true or still=1.5), or []."""
    takes = declaration(verb).variables
    if lines := _as_other_verbs(workspace, verb, name, text, rest):
        return lines
    if name not in verbs() or name in takes or name == verb:
        return []
    if declaration(name).without_project == "refused":
        return []
    if text.isdigit() and declaration(verb).knobs and other_knobs(name, text):
        return []  # clips=5 is a number of layers
    if text.lower() in ("true", "yes", "on", "1", ""):
        return [line([name], rest)]
    return meant_lines(workspace, name, [text], rest) if text[0].isdigit() else []


def _as_other_verbs(
    workspace: Workspace, verb: str, name: str, text: str, rest: Mapping[str, str]
) -> list[str]:
    """Return the commands for a variable that is another program's verb (draft=true), or []."""
    own = name in declaration(verb).variables or name in CHOSEN
    if text.lower() not in YES or own or other_knobs(name, text):
        return []
    if verb == "render" and forces(name):
        return forced_lines(workspace, rest, line([verb], rest))
    only = {one: text for one, text in rest.items() if one == "project"}
    if name in BACK and len(lines := other_lines([name], only)) > 1:
        return lines
    filters = name.endswith(("ed", "s"))  # looks starred=true selects looks; it is not an action
    other, words, turned = ("", [], {}) if filters else verb_of([name])
    return [line([other, *words], {**rest, **turned})] if other else []
