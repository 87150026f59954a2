"""Errors in a verb's arguments: an unknown name, a bad value, a surplus argument."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from collide.base.errors import InputError, did_you_mean, mistyped
from collide.base.words import few, nearest
from collide.base.workspace import Workspace
from collide.catalog import Catalog, shipped
from collide.contract import RESERVED
from collide.corrections.corrected_lines import MOST_LINES, name_one
from collide.corrections.degree_words import layer_in
from collide.corrections.every_project import NAMES, of_each, of_projects
from collide.corrections.knob_values import without_value
from collide.corrections.layer_acts import heard_lines
from collide.corrections.loose_words import meant_lines
from collide.corrections.lost_paths import refuse_lost_path
from collide.corrections.misnamed import strange_name
from collide.corrections.other_verbs import layer_line
from collide.corrections.refused_acts import refuse_act
from collide.corrections.shell_words import is_act
from collide.corrections.step_counts import step_lines
from collide.corrections.word_values import reads
from collide.limits import Toggle
from collide.project.settings import PINNED, bare, find, renamed
from collide.syntax.arguments import ALL, TypedLine, line
from collide.syntax.left_out import last_first, last_used
from collide.syntax.verb import MANY, Verb, declaration, verbs
from collide.text_limits import Labels

# The reason why a verb lacks a variable that its other variables suggest.
LACKS = {
    ("clips", "max"): "min= sets a clip's least height; nothing limits the largest",
    **dict.fromkeys(
        [("looks", name) for name in ("starred", "stars", "favorites")],
        "doit looks lists all looks and marks the starred ones",
    ),
}


def check_knob(verb: str, name: str, text: str, catalog: Catalog) -> None:
    """Refuse a name that the verb does not take or a value that the knob does not take."""
    takes = declaration(verb)
    meant = name in RESERVED or nearest(name, takes.variables)
    strange = meant and name not in catalog.knobs and "." not in name
    if not takes.knobs or strange:
        raise _stranger(verb, takes, name)
    find(renamed(name)[0], catalog)
    if text != "" or not takes.unsets:
        takes.parses(renamed(name)[0], text, catalog)


def refuse_loose(
    workspace: Workspace, verb: str, words: list[str], typed: Mapping[str, str]
) -> None:
    """Refuse options after the verb, and surplus arguments."""
    takes = declaration(verb)
    _refuse_toggle(verb, words, typed)
    loose = [word for word in words if word.startswith("-")]
    word = next(iter([*loose, *words[takes.words :]]), "")
    if not word:
        return
    _refuse_layer_act(workspace, verb, words, typed)
    _refuse_projects(workspace, verb, words, typed)
    left = TypedLine(workspace, verb, [verb, *(one for one in words if one != word)], typed)
    lines = heard_lines(left, words)
    lines = lines or meant_lines(workspace, verb, words, typed)
    names = workspace.projects() if word in ALL and verb not in NAMES else []
    own = getattr(takes.variables.get("project"), "limit", None) if names else None
    if own and "project" not in typed and (not lines or " project=" in lines[0]):  # set all fps=25
        lines = of_each(left, "project", names, several=isinstance(own, Labels))
    found = re.search(r" project=(\S+)", lines[0]) if lines and "project" not in typed else None
    if len(words) == 1:
        refuse_lost_path(left, word, lines)
    if found and len(words) == len(lines) == 1 and not own:
        lines = [f"did you mean project={found[1]}? {lines[0]}"]
    own_line, others = replace(left, spoken=[verb]).in_project(words)
    lines = _of_knobs(own_line, others or [word], lines)
    extra = [*loose, *(one for one in words[takes.words :] if one not in loose)]
    left = replace(left, typed=own_line.typed) if {*takes.variables} == {"project"} else left
    named, away = (word, "") if lines else _away(left, extra)
    raise InputError(
        f"doit {verb} does not understand {named!r}",
        why=f"it takes {_listed(takes)}",
        fix="\n".join(lines) or layer_line(verb, layer_in(words) or word, own_line.typed) or away,
    )


def _of_knobs(whole: TypedLine, words: Sequence[str], lines: list[str]) -> list[str]:
    """Return the commands for knobs without values, or the lines of another reader."""
    asked, known = words[0], shipped().knobs
    if steps := step_lines(whole, asked, asked):
        return steps
    if bare(asked) not in known:
        return lines
    kept = [one for one in lines if not one.startswith("without ")]
    named = words if {*map(bare, words)} <= {*known} else [asked]
    return kept or without_value(whole, *named) or lines


def _refuse_toggle(verb: str, words: Sequence[str], typed: Mapping[str, str]) -> None:
    """Refuse a toggle given as a word, because `clips page` is not a search for "page"."""
    takes = declaration(verb)
    names = {name for name, one in takes.variables.items() if isinstance(one.limit, Toggle)}
    toggles = [word for word in words if word in names - typed.keys()]
    if toggles and 0 < takes.words < MANY:
        rest = [word for word in words if word not in toggles]
        raise InputError(
            f"doit {verb} does not understand {toggles[0]!r}",
            why=f"{toggles[0]}= is {takes.variables[toggles[0]].about}",
            fix=line([verb, *rest], {**typed, **dict.fromkeys(toggles, "true")}),
        )


def _refuse_layer_act(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> None:
    """Refuse `mute layer2`, and `layer3.hide` with the error for `layer3.hide=true`."""
    if declaration(verb).knobs:
        refuse_act(workspace, words, typed, verb)
    for word in words:
        if PINNED.fullmatch(word) and bare(word) not in shipped().knobs and declaration(verb).knobs:
            own, _ = TypedLine(workspace, verb, [verb], {**typed, word: "true"}).in_project(words)
            try:
                find(word, shipped())
            except InputError as error:
                raise strange_name(own, word, error) from None


def _away(left: TypedLine, extra: Sequence[str]) -> tuple[str, str]:
    """Return the arguments that a verb does not take, and a fix that omits them all."""
    if any(map(is_act, extra)):
        return extra[0], f"see what it takes: {line(['help', left.verb], {})}"
    spoken = [word for word in left.spoken if word not in extra]
    named = " ".join(extra)
    if named in verbs() and "project" in declaration(named).variables:  # set x look=2 render
        then = line([named], left.only("project"))
        return named, f"first: {line(spoken, left.typed)}\nthen: {then}"
    return named, f"leave out {named}: {line(spoken, left.typed)}"


def _refuse_projects(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> None:
    """Refuse several projects after a verb that takes one: `diff x y`."""
    left = TypedLine(workspace, verb, [verb], typed)
    if "project" not in typed and (error := of_projects(left, words)):
        asks = declaration(verb).without_project == "refused"
        raise error.fixed(name_one(words)) if asks else error


def refuse_subcommand(verb: str, words: Sequence[str], typed: Mapping[str, str]) -> None:
    """Refuse a word that is not a subcommand of the verb, or a variable of another subcommand.

    If a value lacks its variable (`cache 20G`), the fix adds the variable and the subcommand.
    """
    takes, word = declaration(verb), next(iter(words), "")
    owned = takes.of_subcommand
    if word and takes.subcommands and word not in takes.subcommands:
        lone = {name: value for name in owned if (value := reads(takes.variables[name], word))}
        sub = [owned[name] for name in (*lone, *typed) if name in owned][:1]
        raise mistyped(
            f"doit {verb} does not know {word!r}",
            word,
            [] if lone else takes.subcommands,
            why=f"it takes {', '.join(takes.subcommands)}, or no word",
            otherwise=line([verb, *sub], {**typed, **lone}),
        )
    for name, own in owned.items():
        if name in typed and word != own:
            raise InputError(
                f"{name}= applies only to doit {verb} {own}",
                why=f"{name} is {takes.variables[name].about}",
                fix=line([verb, own], typed),
            )


def other_command(verb: str, word: str, meant: str) -> InputError:
    """Return the error for a verb and a word that stand for a different command."""
    _, other, *words = meant.rpartition(": ")[2].split()
    why = "another command does that" if other != verb else f"doit {verb} alone does that"
    if other == verb and words:
        name, equals, _ = words[0].partition("=")
        why = f"doit {verb} does that with {name}=" if equals else f"doit {verb} calls that {name}"
    return InputError(f"doit {verb} does not understand {word!r}", why=why, fix=meant)


def needs_project(whole: TypedLine) -> InputError:
    """Return the error for a command that names no project.

    The fix suggests commands that name a project, or `doit new`. If there are several projects, it
    suggests no command to paste for a verb that deletes.
    """
    last, projects = last_used(whole.workspace), whole.workspace.projects()
    named = [last] if last else projects[:MOST_LINES]
    lines = [line(whole.spoken, {"project": name, **whole.typed}) for name in named]
    why = "projects: " + (few(projects) or "none yet")
    if declaration(whole.verb).without_project == "refused" and len(projects) > 1:
        deletes = whole.verb == "clean"  # doit undo or a new roll reverts what the others change
        first = lines if last and not deletes else []
        lines = [*first, name_one(last_first(whole.workspace))]
        why = f"it asks for one, so that it does not change the wrong one; {why}"
        why += f"; the last one used is {last}" if last else ""
    return InputError(
        f"doit {whole.verb} needs a project",
        why=why,
        fix="\n".join(lines) or line(["new"], {}),
    )


def _stranger(verb: str, takes: Verb, name: str) -> InputError:
    others = [f"doit {other}" for other in verbs() if name in declaration(other).variables]
    few = 0 < len(others) <= MOST_LINES
    away = f"leave out {name}=" + (f"; it belongs to {', '.join(others)}" if few else "")
    if is_act(name):
        away = f"see what it takes: {line(['help', verb], {})}"
    return InputError(
        f"doit {verb} has no variable {name!r}",
        why=LACKS.get((verb, name), f"it takes {_listed(takes)}"),
        fix=away if others else did_you_mean(name, takes.variables, otherwise=away),
    )


def _listed(takes: Verb) -> str:
    names = [f"{name}=" for name in takes.variables]
    names += ["any knob="] if takes.knobs else []
    return ", ".join(names) or "nothing"
