"""Corrected commands, printed as a fix that can be pasted.

An unknown name is replaced by a similar one, and another program's name by collide's. A value is
converted to the form that its variable takes. A corrected command is only printed, never run.
"""

import re
from collections.abc import Mapping, Sequence

from collide.base.errors import InputError
from collide.base.misplaced import is_command
from collide.base.spoken_number import cleaned
from collide.base.words import joined, nearest, one_slip
from collide.catalog import Catalog
from collide.contract import RESERVED
from collide.corrections.knob_values import chain_added, chain_of, played
from collide.corrections.piece_sizes import Way
from collide.corrections.standing_piece import project_of
from collide.corrections.word_values import other_variable
from collide.limits import Choice
from collide.project.layer_names import layers_of
from collide.project.near_names import near_knobs, without_owner
from collide.project.other_words import NOTHING, other_knobs
from collide.project.plain_values import YES
from collide.project.project import Project
from collide.project.settings import MOST_LAYERS
from collide.syntax.arguments import TypedLine, line
from collide.syntax.verb import Verb, declaration

MOST_LINES = 4  # the maximum number of projects, values or verbs that a fix lists one by one


def with_line(error: InputError, *lines: str) -> InputError:
    """Return an error whose fix ends with commands to paste.

    A single command is appended to the last line of the fix.

    If the fix is already a command, && joins it to a single new command.
    """
    fix = "\n".join([error.fix, *lines])
    if len(lines) == 1:
        joint = " " if error.fix.endswith(("?", ":")) else ": "
        if re.search(
            r"(^|[:?] )doit \S", error.fix.rpartition("\n")[2]
        ):  # the fix already ends with a command
            joint = "\n"
        fix = f"{error.fix}{' && ' if is_command(error.fix) else joint}{lines[0]}"
    return error.fixed(fix)


def meant_name(
    name: str, text: str, takes: Verb, catalog: Catalog, typed: Mapping[str, str]
) -> dict[str, str]:
    """Return the variables or knobs that correct `name=text`, or {} if no name is similar.

    Args:
        takes: the declaration of the verb.
        typed: the whole command, because two names (width, height) may set one knob.
    """
    knobs = catalog.knobs if takes.knobs else {}
    name = re.sub(r"^(all|layers?|every)\.", "", name)  # all.opacity
    layers, single = layers_of(name)
    single = without_owner(single, catalog)
    if max(layers, default=0) > MOST_LAYERS:
        return {}
    if not layers and (found := other_variable(name, text, takes.variables, typed)):
        return found
    files = [n for n, one in takes.variables.items() if one.limit.of == "file" and n not in typed]
    if not takes.knobs and len(files) == 1 and text[:1] in ("/", "~", "."):  # library=~/clips
        return {files[0]: text}
    if single in knobs or not (knobs and other_knobs(single, text)):
        variable = None if layers else nearest(cleaned(name), takes.variables)
        if variable or name in RESERVED:  # RESERVED lists the variables of all verbs
            plural = name == f"{variable}s" and variable != "preset"  # preset= takes several
            slip = variable and one_slip(name, variable) and not plural
            own = variable and (name not in RESERVED or slip)
            return {variable: text} if variable and own else {}
    return near_knobs(name, text, catalog, typed) if knobs else {}


def name_one(names: Sequence[str]) -> str:
    """Return the advice to name one of several projects, which is not a command to paste."""
    return "name one: " + " or ".join(f"project={one}" for one in names[:MOST_LINES])


def right_word(text: str, wrong: str, right: str) -> str:
    """Return a value or a list of names with the wrong word corrected."""
    words = [one.strip() for one in text.split(",")]
    return ",".join(right if one == wrong else one for one in words) if wrong in words else text


def mended(error: InputError, spoken: Sequence[str], typed: Mapping[str, str]) -> InputError:
    """Return an error whose fix ends with the commands described by its `turns` and `meant`."""
    lines = [
        renamed_line(spoken, typed, error.replaces, turn)
        if error.replaces in typed
        else line(spoken, {**typed, **turn})
        for turn in error.turns
    ]
    if error.meant:
        wrong, *rights = error.meant
        for right in rights:
            turned = {name: right_word(text, wrong, right) for name, text in typed.items()}
            words = [right if word == wrong else word for word in spoken]
            lines += [line(words, turned)] if (turned, words) != (typed, [*spoken]) else []
    return with_line(error, *lines) if lines else error


def renamed_line(
    spoken: Sequence[str], typed: Mapping[str, str], name: str, meant: Mapping[str, str]
) -> str:
    """Return the command with a name and its value corrected in place."""
    turned: dict[str, str] = {}
    for one, text in typed.items():
        also = one in meant or ("output_size" in meant and one in ("width", "height"))
        turned |= dict(meant) if one == name else {} if also else {one: text}
    return line(spoken, turned)


def added_lines(
    whole: TypedLine, name: str, meant: Mapping[str, str], project: Project, about: str = ""
) -> list[str]:
    """Return the command with a name and its value corrected.

    If the piece plays other effects, return two commands: one adds the effects in `meant`, and one
    replaces the chain.
    """
    chain, more = chain_added(meant, project, whole.typed.get("preset", ""))
    again = about + renamed_line(whole.spoken, whole.typed, name, meant)
    added = renamed_line(whole.spoken, whole.typed, name, {**meant, "post": more})
    return [f"after {chain}: {added}", f"instead of {chain}: {again}"] if chain else [again]


def way_lines(whole: TypedLine, name: str, ways: Sequence[Way]) -> list[str]:
    """Return a command for each way to type a value, each after its remark."""
    spoken, typed = whole.spoken, whole.typed
    project = project_of(whole.workspace, typed)
    turned = [{**to, **played(to, project, typed)} if to else {} for _, to in ways]
    lines = [renamed_line(spoken, typed, name, to) if to else "" for to in turned]
    return [f"{about}{text}" for (about, _), text in zip(ways, lines, strict=True)]


def no_effect(whole: TypedLine, name: str, project: Project) -> list[str]:
    """Return why no effect does what some words ask for, and a command that omits those words."""
    words = re.split(r"[\s,;+&|]+", cleaned(whole.typed[name]).lower())
    lost = [word for word in words if word in NOTHING]
    rest = ",".join(word for word in words if word not in lost)
    meant = chain_of(rest, project) if lost and rest else {}
    turned = [renamed_line(whole.spoken, whole.typed, name, meant)] if meant else []
    without = [f"without {joined(lost)}: {text}" for text in turned]
    return [*dict.fromkeys(NOTHING[word] for word in lost), *without]


def with_choices(whole: TypedLine, name: str, fix: str) -> str:
    """Return a fix with one more command for each choice given as a name (as=mov stem=true)."""
    takes = declaration(whole.verb).variables
    limit = getattr(takes.get(name), "limit", None)
    words = limit.words if isinstance(limit, Choice) else ()
    yes = [one for one, text in whole.typed.items() if text.lower() in YES]
    also = {one: word for one in yes if one not in takes and (word := nearest(one, words))}
    rest = {one: text for one, text in whole.typed.items() if one not in also}
    for one in also:
        fix = fix.replace(f" {one}={whole.typed[one]}", "")
    return "\n".join([fix, *(line(whole.spoken, {**rest, name: one}) for one in also.values())])
