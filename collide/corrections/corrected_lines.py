"""Corrections: the command that was probably meant, so that a printed fix can be pasted.

An unknown name is replaced by a similar one, and another program's name by collide's. A value is
put into the form that its variable takes. A corrected command is only printed, never run.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import ModuleType

from collide.base.errors import InputError
from collide.base.filtergraph import number
from collide.base.misplaced import is_command
from collide.base.pasted_text import address_of, label_of
from collide.base.spoken_number import cleaned
from collide.base.words import nearest, one_slip
from collide.base.workspace import Workspace
from collide.catalog import Catalog
from collide.contract import RESERVED
from collide.corrections.foreign_options import forces, is_foreign
from collide.corrections.knob_values import played
from collide.corrections.loose_words import forced_lines, meant_lines
from collide.corrections.other_verbs import as_form, line_of, verb_of
from collide.corrections.output_names import output_lines
from collide.corrections.piece_times import ENDS, part_of
from collide.corrections.piece_values import Way
from collide.corrections.shell_words import shell_lines
from collide.corrections.standing_piece import project_of
from collide.corrections.strange_words import refuse_strange_words
from collide.corrections.word_values import knob_of, other_variable
from collide.project import presets
from collide.project.layer_names import NUMBERS, layers_of
from collide.project.look_book import find_look, owner
from collide.project.near_names import near_knobs
from collide.project.other_words import other_knobs
from collide.project.settings import MOST_LAYERS
from collide.syntax.arguments import KINDS, TypedLine, line, verbs
from collide.syntax.left_out import last_used

MOST_LINES = 4  # the maximum number of projects, values or verbs that a fix lists one by one


def with_line(error: InputError, *lines: str) -> InputError:
    """Return an error whose fix ends with lines to paste, a single one on the fix's last line.

    If the fix is itself a command, both are run.
    """
    fix = "\n".join([error.fix, *lines])
    if len(lines) == 1:
        joint = " " if error.fix.endswith(("?", ":")) else ": "
        fix = f"{error.fix}{' && ' if is_command(error.fix) else joint}{lines[0]}"
    return InputError(error.what, why=error.why, fix=fix)


def meant_name(
    name: str, text: str, module: ModuleType, catalog: Catalog, typed: Mapping[str, str]
) -> dict[str, str]:
    """Return the variables or knobs meant by `name=text`, as typed; {} if none is similar.

    Args:
        module: the verb's module.
        typed: the whole line, because two names of other programs may set one knob: width and
            height.
    """
    knobs = catalog.knobs if getattr(module, "KNOBS", False) else {}
    layers, single = layers_of(name)
    if max(layers, default=0) > MOST_LAYERS:
        return {}
    if name in ENDS and "for" in module.VARIABLES and (length := part_of(typed)[1]):
        return {"for": number(round(length, 6))}
    if not layers and (found := other_variable(name, text, module.VARIABLES, typed)):
        return found
    if single in knobs or not (knobs and other_knobs(single, text)):
        variable = None if layers else nearest(cleaned(name), module.VARIABLES)
        if variable or name in RESERVED:  # in RESERVED: another verb has a variable of that name
            slip = variable and one_slip(name, variable) and name != f"{variable}s"
            own = variable and (name not in RESERVED or slip)
            return {variable: text} if variable and own else {}
    return near_knobs(name, text, catalog, typed) if knobs else {}


def right_word(text: str, wrong: str, right: str) -> str:
    """Return a value, or comma-separated names, with the wrong word corrected."""
    words = [one.strip() for one in text.split(",")]
    return ",".join(right if one == wrong else one for one in words) if wrong in words else text


def mended(error: InputError, spoken: Sequence[str], typed: Mapping[str, str]) -> InputError:
    """Return an error; if its `turns` or `meant` give corrected lines, its fix ends with them."""
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
    """Return the line with a name and its value corrected in place."""
    turned: dict[str, str] = {}
    for one, text in typed.items():
        also = one in meant or ("output_size" in meant and one in ("width", "height"))
        turned |= dict(meant) if one == name else {} if also else {one: text}
    return line(spoken, turned)


def way_lines(whole: TypedLine, name: str, ways: Sequence[Way]) -> list[str]:
    """Return the lines of the ways to type a value, each after its words."""
    spoken, typed = whole.spoken, whole.typed
    project = project_of(whole.workspace, typed)
    turned = [{**to, **played(to, project, typed)} if to else {} for _, to in ways]
    lines = [renamed_line(spoken, typed, name, to) if to else "" for to in turned]
    return [f"{about}{text}" for (about, _), text in zip(ways, lines, strict=True)]


def bad_options(
    workspace: Workspace, verb: str, error: str, words: Sequence[str], typed: Mapping[str, str]
) -> InputError:
    """Return the error for options that doit refuses: `--project x` means project=x."""
    told = error.partition(" (parsing")[0].strip().splitlines()[-1]
    rest = [word for word in words if word != verb]
    lines = shell_lines(workspace, rest, typed) or _of_head(workspace, verb, rest, typed)[1]
    meant = "\n".join(lines)
    why = told.removeprefix("Error parsing Command: ")
    if "invalid literal" in told:  # Python's error for -n two
        wrong = told.rpartition(": ")[2].strip("'")
        why = f"{wrong!r} is not a whole number"
        own = [str(NUMBERS.get(word.lower(), 1)) if word == wrong else word for word in words]
        if wrong in verbs() or wrong.partition(":")[0] in KINDS:  # -n took the verb for its number
            why = "-n needs the number of tasks that run at once"
            at, alone = words.index(wrong), wrong in verbs() and wrong not in KINDS
            own = [*words[: at - alone], *([] if alone else ["1"]), *words[at:]]
        meant = line(own, typed)
    elif re.search(r"option (-[nj]|--jobs|--threads)\b", told) and verb != "render":
        why = "only render and tasks take -n, the number of tasks that run at once"
    return InputError(
        f"doit {verb} does not understand its options",
        why=why,
        fix=meant or f"see its variables: doit help {verb}",
    )


def refuse_words(
    words: Sequence[str], typed: Mapping[str, str], workspace: Workspace, verb: str = "render"
) -> None:
    """Refuse shell commands, addresses, values apart from their names, and unknown words."""
    if verb == "render" and (lines := shell_lines(workspace, words, typed)):
        raise InputError(
            f"no verb or task named {words[0]!r}",
            why="a shell command or another verb does that",
            fix="\n".join(lines),
        )
    bare_words = [word for word in words if word not in KINDS and ":" not in word]
    address = next((f"{n}={v}" for n, v in typed.items() if "://" in n), "")
    address = address or next((word for word in words if "://" in word), "")
    meant = line(["download"], {"url": address_of(address) or address}) if address else ""
    head = words[0] if words else ""
    begins = head.partition(":")[0] in KINDS or label_of(head) in workspace.projects()
    other = ""
    if (
        not meant
        and bare_words
        and "-n" not in words
        and (
            verb != "render"
            or begins
            or _reads(workspace, head)
            or any(map(is_foreign, bare_words))
        )
    ):
        other, lines = _of_head(workspace, verb, words, typed)
        meant = "\n".join(lines)
    if head in ("doit", "collide", "git"):
        meant = line(words[1:], typed)
    if meant:
        raise InputError(
            f"no verb or task named {next(iter(bare_words), head)!r}"
            if other
            else f"doit does not understand {address or ' '.join(bare_words)!r}",
            why=f"doit {other} does that" if other else _why(bare_words),
            fix=meant,
        )
    refuse_strange_words(workspace, words, typed)


def _reads(workspace: Workspace, word: str) -> bool:
    """Return whether a word has a meaning alone: as a verb, a form, a preset, or a knob's value."""
    if word in presets.names([workspace.root / "presets"]):
        return True
    asks = verb_of([word])[0] or as_form(word) or knob_of(word) or forces(word)
    return bool(word and asks)


def _why(words: Sequence[str]) -> str:
    """Return why words are refused: as an option of another program, or as a lone value."""
    if any(map(forces, words)):
        return "it renders whatever has changed, and nothing else is ever out of date"
    if any(word[0] == "-" and is_foreign(word) for word in words):
        return "that is an option of another program"
    return "write a knob and its value as one word: name=value"


def _of_head(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> tuple[str, list[str]]:
    """Return the verb that the first word means in other programs, "" for none, and the lines."""
    if verb != "render":
        return "", meant_lines(workspace, verb, words, typed)
    if any(map(forces, words)) and not any(map(is_foreign, words)):  # rebuild project=x
        return "", forced_lines(workspace, typed, line(["render"], typed))
    other, rest, turned = verb_of(words)
    if other:
        return other, _of_other(workspace, other, rest, {**typed, **turned})
    forms = [word for word in words if word != "render"]
    if any(map(as_form, forms)) and (lines := output_lines(workspace, "export", forms, typed)):
        return "export", lines  # gif x
    return "", meant_lines(workspace, verb, words, typed)


def _of_other(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return the lines of a verb that another program's word means, with the words after it."""
    if verb == "set" and len(words) == 1 and words[0].endswith(".json"):  # load look.json
        begun = line(["new"], {**typed, "from": words[0]})
        return [f"to begin a project from it: {begun}"]
    lines = meant_lines(workspace, verb, words, typed)
    if not lines and verb == "set" and "project" not in typed:  # a short look of the last project
        lines = meant_lines(workspace, verb, words, {"project": last_used(workspace), **typed})
    look = re.search(r" look=(\S+)", lines[0]) if lines and verb == "set" else None
    if look and not _has_look(workspace, typed, look[1]):
        return [f"it is not one of its looks: {line_of('looks', [], typed)}"]
    return lines


def _has_look(workspace: Workspace, typed: Mapping[str, str], look: str) -> bool:
    """Return whether the typed project, or any project if none is typed, has a look."""
    with suppress(InputError):
        own = "" if typed.get("project") else owner(workspace, look)
        find_look(project_of(workspace, typed, own), look)
        return True
    return False
