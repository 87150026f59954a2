"""Commands for a verb, or a doit option, given as a variable: preview=true, threads=2."""

from collide.base.errors import InputError
from collide.corrections.foreign_options import OPTIONS, UP_TO_DATE, forces
from collide.corrections.loose_words import meant_lines
from collide.corrections.other_verbs import BACK, CHOSEN, other_lines, verb_of
from collide.project.other_words import other_knobs
from collide.project.plain_values import NO, YES
from collide.syntax.arguments import TypedLine, line
from collide.syntax.verb import declaration, verbs

CACHES = ("cache", "caching", "use_cache", "cached")


def as_option(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer an option given as a variable (threads=2, force=true, cache=off), or return None."""
    option, text = f"--{name.replace('_', '-')}", whole.typed[name].lower()
    if name in CACHES and text in NO:
        option, text = "--no-cache", "true"
    meant = OPTIONS.get(option, "=")  # what ends with = is a variable
    count = [text] if meant == "-n " and text.isdigit() else []
    if meant[-1:] == "=" or other_knobs(name, text) or not (count or text in YES):
        return None
    if whole.verb != "render" and not meant.startswith("-v "):
        return None
    words = [word for word in whole.spoken if word != whole.verb]
    lines = meant_lines(whole.workspace, whole.verb, [*words, option, *count], whole.without(name))
    why = UP_TO_DATE if forces(option) else error.why
    return InputError(error.what, why=why, fix="\n".join(lines)) if lines else None


def as_verb(whole: TypedLine, name: str) -> list[str]:
    """Return the commands for a verb given as a variable (preview=true or still=1.5), or []."""
    text, rest, takes = whole.typed[name].lower(), whole.without(name), declaration(whole.verb)
    if lines := _as_other_verbs(whole, name):
        return lines
    if name not in verbs() or name in takes.variables or name == whole.verb:
        return []
    if declaration(name).without_project == "refused":
        return []
    if text.isdigit() and takes.knobs and other_knobs(name, text):
        return []  # clips=5 is a number of layers
    if text in ("", *YES):
        return [line([name], rest)]
    return meant_lines(whole.workspace, name, [text], rest) if text[0].isdigit() else []


def _as_other_verbs(whole: TypedLine, name: str) -> list[str]:
    """Return the commands for a variable that is another program's verb (draft=true), or []."""
    text, own = whole.typed[name].lower(), {*declaration(whole.verb).variables, *CHOSEN}
    if text not in YES or name in own or other_knobs(name, text):
        return []
    if name in BACK and len(lines := other_lines([name], whole.only("project"))) > 1:
        return lines
    filters = name.endswith(("ed", "s"))  # looks starred=true selects looks; it is not an action
    other, words, turned = ("", [], {}) if filters else verb_of([name])
    return [line([other, *words], {**whole.without(name), **turned})] if other else []
