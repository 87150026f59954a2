"""Refuse names that are not presets: an effect, another program's look, `none`, or a typo."""

from collections.abc import Mapping, Sequence

from collide.base.errors import InputError
from collide.corrections.corrected_lines import right_word
from collide.corrections.knob_values import EFFECTS, chain_of
from collide.project import presets
from collide.project.other_words import other_values
from collide.project.plain_values import NO
from collide.project.project import Project
from collide.syntax.arguments import line


def refuse_presets(
    names: Sequence[str] | None,
    spoken: Sequence[str],
    typed: Mapping[str, str],
    project: Project,
) -> None:
    """Refuse preset= if it is empty, or names an effect, another program's look (bw), or none."""
    if names is None:
        return
    rest = {name: text for name, text in typed.items() if name != "preset"}
    if not names:
        raise InputError(
            "preset= names no preset",
            why="it adds to the presets in config.json",
            fix=f"leave it out: {line(spoken, rest)}",
        )
    there = presets.names(project.shelves)
    own = getattr(project.catalog.knobs["post"].limit, "words", ())
    looks = [name for name in names if other_values("post", name, project.catalog)]
    odd = [name for name in names if name in (*own, *NO, *looks)]
    odd = [name for name in odd if not any(name in one for one in there)]  # film: two presets
    if not odd:
        _refuse_unknown(names, typed, project)
        return
    first, turned = odd[0], chain_of(",".join(odd), project)
    if first in NO:
        raise _of_none(first, spoken, rest, project)
    for name, joins in (("preset", [one for one in names if one not in odd]), ("post", [])):
        words = [*joins, rest.get(name, ""), turned.get(name, "")]
        rest |= {name: ",".join(filter(None, words))} if any(words) else {}
    raise InputError(
        f"{first!r} is an effect, not a preset" if first in own else f"no preset named {first!r}",
        why=EFFECTS if first in own else f"{first} is another program's word",
        fix=line(spoken, {**rest, **{n: text for n, text in turned.items() if n not in rest}}),
    )


def _of_none(
    word: str, spoken: Sequence[str], rest: Mapping[str, str], project: Project
) -> InputError:
    """Return the error for preset=none, with a fix that omits commands that would set nothing."""
    away = f"leave it out: {line(spoken, rest)}"
    unset = line(["set"], {"project": project.name, "preset": ""})
    idle = spoken[:1] == ["set"] and {*rest} <= {"project"}
    return InputError(
        f"no preset named {word!r}",
        why="presets are files that contain knobs; the config names the presets of every render",
        fix="\n".join([*([] if idle else [away]), f"play none from now on: {unset}"]),
    )


def _refuse_unknown(names: Sequence[str], typed: Mapping[str, str], project: Project) -> None:
    """Refuse a project, and the first name that only resembles a preset."""
    for name in names:
        try:
            presets.find(project.shelves, name)
        except InputError as error:
            if name in project.workspace.projects():
                raise _of_project(name, typed) from None
            if error.meant:  # otherwise, opening the project raises the error
                raise


def _of_project(name: str, typed: Mapping[str, str]) -> InputError:
    """Return the error for a project given as a preset, with a fix that saves its knobs as one."""
    saved = {"project": name, "name": f"{name}-look", "everywhere": "true"}
    return InputError(
        f"{name!r} is a project, not a preset",
        why="a preset is a file of knobs, which any project can play",
        fix=f"save the knobs of {name} as a preset: {line(['save-preset'], saved)}\n"
        f"then play it with preset={right_word(typed['preset'], name, saved['name'])}",
    )
