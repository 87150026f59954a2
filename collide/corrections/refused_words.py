"""Refuse shell commands, other programs' options, and values without a name."""

import re
from collections.abc import Mapping, Sequence

from collide.base.errors import InputError
from collide.base.pasted_text import address_of, label_of
from collide.base.spoken_number import NUMBERS, amount
from collide.base.workspace import Workspace
from collide.catalog import knobs
from collide.corrections.answers import refuse_request
from collide.corrections.degree_words import degree_lines, layer_in
from collide.corrections.foreign_options import UP_TO_DATE, forces, is_foreign, would_run
from collide.corrections.layer_acts import heard_lines
from collide.corrections.loose_words import forced_lines, meant_lines
from collide.corrections.other_verbs import as_form, layer_line, unset_line, verb_of
from collide.corrections.output_names import output_lines
from collide.corrections.refused_acts import refuse_act
from collide.corrections.shell_words import shell_lines, why_shell
from collide.corrections.strange_words import refuse_strange_words
from collide.corrections.word_values import knob_of
from collide.project import presets
from collide.project.sheets import NUMBER
from collide.syntax.arguments import KINDS, TypedLine, line
from collide.syntax.left_out import last_used
from collide.syntax.verb import declaration, verbs


def bad_options(
    workspace: Workspace, verb: str, error: str, words: Sequence[str], typed: Mapping[str, str]
) -> InputError:
    """Return the error for options that doit refuses, such as `--project x` for project=x."""
    told = error.partition(" (parsing")[0].strip().splitlines()[-1]
    rest = [word for word in words if word != verb]
    lines = shell_lines(workspace, rest, typed) or _of_head(workspace, verb, rest, typed)[1]
    meant = "\n".join(lines)
    why = told.removeprefix("Error parsing Command: ")
    if "invalid literal" in told:  # Python's error for -n two
        wrong = told.rpartition(": ")[2].strip("'")
        why = f"{wrong!r} is not a whole number"
        own = [str(NUMBERS.get(word.lower(), 1)) if word == wrong else word for word in words]
        if wrong in verbs() or wrong.partition(":")[0] in KINDS:  # the word after -n is the verb
            why = "-n needs the number of tasks that run at once"
            at, alone = words.index(wrong), wrong in verbs() and wrong not in KINDS
            own = [*words[: at - alone], *([] if alone else ["1"]), *words[at:]]
        meant = line(own, typed)
        if wrong == "render":  # make -n only prints what it would do
            meant = f"{would_run(typed)}\nto render, one task at a time: {meant}"
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
    if verb == "render":
        _refuse_late_verb(workspace, words, typed)
        refuse_request(workspace, verb, words, typed)
        refuse_act(workspace, words, typed)
        _refuse_degree(workspace, words, typed)
    named = {*words} & {*workspace.projects()}
    unset = "" if named else unset_line(words, typed, last_used(workspace))
    if verb == "render" and (lines := [unset] if unset else shell_lines(workspace, words, typed)):
        raise InputError(
            f"no verb or task named {words[0]!r}",
            why="doit set with nothing after the = removes a knob" if unset else why_shell(lines),
            fix="\n".join(lines),
        )
    bare_words = [word for word in words if word not in KINDS and ":" not in word]
    address = next((f"{n}={v}" for n, v in typed.items() if "://" in n), "")
    address = address or next((word for word in words if "://" in word), "")
    meant = line(["download"], {"url": address_of(address) or address}) if address else ""
    head = words[0] if words else ""
    begins = head.partition(":")[0] in KINDS or label_of(head) in workspace.projects()
    other = ""
    if not meant and bare_words and "-n" not in words:
        foreign = any(map(is_foreign, bare_words))
        if verb != "render" or begins or foreign or _reads(workspace, head):
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


def _refuse_late_verb(workspace: Workspace, words: Sequence[str], typed: Mapping[str, str]) -> None:
    """Refuse a verb after projects or layers: `tide still 1.5`; the fix begins with the verb."""
    at = next((at for at in range(len(words)) if _begins(words[at:])), 0)
    named = [word for word in words[:at] if word in workspace.projects()]
    others = [word for word in words[:at] if word not in named]
    if not at or not re.fullmatch("(layers?_?[1-9])?", "".join(others).lower()):
        return
    what, words = f"no verb or task named {words[0]!r}", [words[at], *others, *words[at + 1 :]]
    each = [line(words, {"project": name, **typed}) for name in named] or [line(words, typed)]
    raise InputError(what, why="the verb comes first", fix="\n".join(each))


def _begins(words: Sequence[str]) -> bool:
    """Return whether words begin with a verb, or are another program's verb and numbers."""
    word, *rest = words
    meant = verb_of([word])[0] if word not in knobs() else ""
    other = meant in verbs() and "project" in declaration(meant).variables
    return word in verbs() or (other and all(amount(one) for one in rest))


def _refuse_degree(workspace: Workspace, words: Sequence[str], typed: Mapping[str, str]) -> None:
    """Refuse `darker` or `make layer 2 bigger`, and suggest the command that does it.

    If a sentence about a layer is not understood, the fix shows the layer.
    """
    lines, layer = degree_lines(workspace, "render", words, typed), layer_in(words)
    whole, others = TypedLine(workspace, "render", ["render"], typed).in_project(words)
    alone = words[:1] == ["render"] and layer == "".join(others[1:])  # render layer 2
    sentence = sum(word.isalpha() and word not in KINDS for word in others) > 1
    if not lines and layer and (sentence or alone):
        lines = [layer_line("render", layer, whole.typed)]
    if lines:
        raise InputError(
            f"doit does not understand {' '.join(words)!r}",
            why="write a knob and its value as one word: name=value",
            fix="\n".join(lines),
        )


def _reads(workspace: Workspace, word: str) -> bool:
    """Return whether a lone word is a verb, a form, a preset, or a knob's value."""
    if word in presets.names([workspace.root / "presets"]):
        return True
    asks = verb_of([word])[0] or as_form(word) or knob_of(word) or forces(word)
    return bool(word and asks)


def _why(words: Sequence[str]) -> str:
    """Return the reason for a refusal: a forced render, a foreign option, or a lone value."""
    if any(map(forces, words)):
        return UP_TO_DATE
    if any(word[0] == "-" and is_foreign(word) for word in words):
        return "that is another program's option"
    return "write a knob and its value as one word: name=value"


def _of_head(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> tuple[str, list[str]]:
    """Return the verb (or "") that another program's word stands for, and the commands."""
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
    """Return the commands for another program's word and the arguments after it."""
    if verb == "set" and len(words) == 1 and words[0].endswith(".json"):  # load look.json
        begun = line(["new"], {**typed, "from": words[0]})
        return [f"to begin a project from it: {begun}"]
    if verb == "set" and not typed and {*words} <= {*workspace.projects()}:  # git checkout x
        return [line(["looks"], {"project": words[0]})] if words else []
    whole = TypedLine(workspace, verb, [verb], typed)
    lines = heard_lines(whole, words) or meant_lines(workspace, verb, words, typed)
    if lines or verb != "set":
        return lines
    own = whole.in_project([])[0].typed  # a look of the project used last
    cell = len(words) == 1 and NUMBER.fullmatch(words[0])
    cells = [line([verb], {**own, "look": words[0]})] if cell else []
    return meant_lines(workspace, verb, words, own) or cells
