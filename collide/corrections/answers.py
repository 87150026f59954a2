"""Answers to requests that no command fulfils, such as a request for a report.

Each function in ANSWERS returns the error for one such request, with the nearest commands. For any
other words, it returns None.
"""

import re
import shlex
import sys
from collections.abc import Mapping, Sequence

from collide.base.errors import InputError
from collide.base.filtergraph import number
from collide.base.spoken_number import TIMES, amount
from collide.base.words import shell_path
from collide.base.workspace import Workspace
from collide.corrections.corrected_lines import name_one
from collide.corrections.other_verbs import ASKS, verb_of
from collide.corrections.standing_piece import project_of, standing
from collide.project.degrees import COMPARED
from collide.syntax.arguments import TypedLine, line
from collide.syntax.left_out import last_first, last_used
from collide.syntax.verb import declaration

REPORTS = ("report", "status", "log", "logs", "progress", "results")
OLD = ("old", "older", "unused")
# Kinds of files that `doit clean` deletes together.
RENDERED = (
    "still stills sheet sheets roll rolls sweep sweeps preview previews video videos export "
    "exports output outputs render renders stems debug files pictures images frames"
).split()
LOOKS = ("look", "looks")
WHOLE = ("everything", "all", "cache", "store", "full", "deep")
PLACES = "move mv path dir folder location to place".split()  # words before the store's new path
# Words for how a piece looks or sounds, each with the knob that changes this.
SEEMS = {
    **{word: knob for word, (knob, _) in COMPARED.items()},
    **dict.fromkeys(("black", "white"), "brightness"),
    **dict.fromkeys(("gray", "grey", "colorless"), "saturation"),
    **dict.fromkeys(("blurry", "blurred", "blur"), "softness"),
    "silent": "volume",
}
# Words before a number that limits a length or a size, each with the variable for this limit.
LIMITS = {
    **dict.fromkeys(("longer than", "over", "above", "more than", "at least"), "shortest"),
    **dict.fromkeys(("shorter than", "under", "below", "less than", "at most"), "longest"),
    **dict.fromkeys(("larger than", "bigger than", "taller than", "higher than"), "min"),
}
LARGE = 200  # the least number that is more likely a height in pixels than a length in seconds
STATS = "the store's size, and the command that shrinks it: doit cache stats"


def refuse_request(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> None:
    """Refuse a request that no command fulfils, with an error that names the nearest commands."""
    plain = [word for word in words if word not in ("doit", "collide")]
    if verb == "render":
        verb, plain = ("render", plain[1:]) if plain[:1] == ["render"] else ("", plain)
    takes = {"project"} & {*declaration(verb).variables} if verb not in ("", "cache") else True
    named = [word for word in plain if takes and word in workspace.projects()]
    if named and "project" not in typed:
        typed = {"project": named[0], **typed}
        plain = [word for word in plain if word != named[0]]
    if error := answer(TypedLine(workspace, verb, plain, typed)):
        raise error


def answer(asked: TypedLine) -> InputError | None:
    """Return the answer to a request that no command fulfils, or None.

    Args:
        asked: the request. Its verb is "" if the first word is not a verb, and its arguments
            contain neither the verb nor the project.
    """
    words = [word.lower() for word in asked.spoken]
    return next(filter(None, (read(asked, words) for read in ANSWERS)), None)


def _refused(asked: TypedLine, why: str, *lines: str) -> InputError:
    """Return the error for the words of a request, with the stated reason."""
    words = " ".join(asked.spoken)
    named = f"doit {asked.verb} does not understand {words!r}"
    what = named if asked.verb else f"no verb or task named {asked.spoken[0]!r}"
    return InputError(what, why=why, fix="\n".join(lines))


def _report(asked: TypedLine, words: Sequence[str]) -> InputError | None:
    """Answer a request for the report or progress of a night, a batch or a render."""
    if not {*words[:1]} & {*REPORTS}:
        return None
    if asked.verb == "night":
        page = asked.workspace.cache_place / "nights" / "latest" / "report.html"
        program = "open" if sys.platform == "darwin" else "xdg-open"
        none_yet = "no night has run yet; to see how one runs: doit help night"
        fix = f"{program} {shell_path(str(page))}" if page.exists() else none_yet
        return _refused(asked, "each night writes its own report", fix)
    own = asked.only("project")
    if asked.verb == "batch":
        looks = [f"the looks of {name}: {line(['looks'], own)}" for name in own.values()]
        pages = "pictures of all pieces: doit gallery"
        return _refused(asked, "a batch's pieces are projects of their own", pages, *looks)
    if asked.verb == "render":
        plan = f"what would render now: {line(['plan'], own)}"
        return _refused(asked, "a render shows its progress in its own terminal", plan)
    return None


def _moved_store(asked: TypedLine, words: Sequence[str]) -> InputError | None:
    """Answer a request to move the store to another disk."""
    if asked.verb != "cache" or not {*words[:1]} & {*PLACES}:
        return None
    root, old = asked.workspace.root, asked.workspace.cache_place
    new = "".join(asked.spoken[1:2]) or "/media/disk"
    new = new if "cache" in new.lower().rpartition("/")[2] else f"{new.rstrip('/')}/cache"
    here = shell_path(str(old.relative_to(root) if old.is_relative_to(root) else old))
    return _refused(
        asked,
        "COLLIDE_CACHE sets the store's folder, and no verb moves it",
        f"mv {here} {shell_path(new)} && export COLLIDE_CACHE={shlex.quote(new)}",
    )


def _part_of_store(asked: TypedLine, words: Sequence[str]) -> InputError | None:
    """Answer a request about the part of the store that belongs to one project."""
    project = asked.typed.get("project", "")
    verb, rest, turned = verb_of([*filter(None, [asked.verb]), *words])
    command = [verb, *rest] if verb else rest
    if not project or (asked.verb != "cache" and command != ["cache", "gc"]):
        return None
    store = "the store, project by project: doit cache stats"
    if command == ["cache", "gc"]:
        whole = line(command, {**turned, **asked.without("project")})
        store = f"the store, for all projects: {whole}"
    files = f"the rendered files of {project}: {line(['clean'], {'project': project})}"
    error = _refused(asked, "the store belongs to all projects together", files, store)
    what = "doit cache has no variable 'project'" if asked.verb == "cache" else error.what
    return InputError(what, why=error.why, fix=error.fix)


def _kind_of_file(asked: TypedLine, words: Sequence[str]) -> InputError | None:
    """Answer a request to delete one kind of file, old files, looks, or the whole store."""
    looks, old, store = ({*named} & {*words} for named in (LOOKS, OLD, WHOLE))
    if asked.verb != "clean" or not (looks or old or store or {*RENDERED} & {*words}):
        return None
    own = asked.only("project")
    files = f"all the project's rendered files: {line(['clean'], own)}"
    files = files if own else name_one(last_first(asked.workspace))
    if looks:
        small = "doit clean leaves looks alone, because they are small"
        return _refused(asked, small, files, STATS)
    why = "doit clean deletes all of a project's rendered files together"
    if store:
        return _refused(asked, why, files, "the store, for all projects: doit cache gc keep=0")
    if old:
        return _refused(asked, f"{why}, whatever their age", files, STATS)
    return _refused(asked, why, files)


def _seems(asked: TypedLine, words: Sequence[str]) -> InputError | None:
    """Answer a question about how the picture looks, such as `why is it so dark`."""
    knob = next((SEEMS[word] for word in words if word in SEEMS), "")
    if asked.verb != "why" or not knob:
        return None
    own = asked.only("project")
    return _refused(
        asked,
        "doit why explains what would render again, not how a picture looks",
        f"the knob for that: {line(['knobs', knob], own)}",
        f"what would render again: {line(['why'], own)}",
    )


def _layers(asked: TypedLine, words: Sequence[str]) -> InputError | None:
    """Answer a request to list the layers with the clip of each."""
    if asked.verb not in ("", "list", "clips", "plan") or {*words} - {*ASKS} != {"layers"}:
        return None
    project = project_of(asked.workspace, {"project": last_used(asked.workspace), **asked.typed})
    if not project.exists():
        return None
    now, own = standing(project, {}), {"project": project.name}
    numbers = range(1, int(now.settings.piece()["num_videos"]) + 1)
    playing = [f"layer {n} plays {now.clip_name(n) or 'no clip yet'}" for n in numbers]
    return _refused(
        asked,
        ", ".join(playing),
        f"the knobs of one: {line(['knobs', f'layer{numbers[-1]}'], own)}",
        f"what each opens, in pictures: {line(['debug'], own)}",
    )


def _compared(asked: TypedLine, _: Sequence[str]) -> InputError | None:
    """Answer a limit in words, such as `clips longer than 10s`."""
    pattern = rf"(.*?)\b({'|'.join(LIMITS)}) ([0-9][0-9.:]*) ?([a-z]*)(.*)"
    match = re.fullmatch(pattern, " ".join(asked.spoken), re.IGNORECASE)
    found = amount((match[3] + match[4]).lower()) if match else None
    if not match or not found:
        return None
    high = found[1] in ("p", "px", "pixels") or (not found[1] and found[0] >= LARGE)
    name = LIMITS[match[2].lower()]
    name = "min" if high and name == "shortest" else name
    value = number(found[0] * (1.0 if high else TIMES.get(found[1], 0.0)))
    value = number(found[0]) if name == "min" or not found[1] else value
    if value == "0" or name not in declaration(asked.verb or "render").variables:
        return None
    fix = line([asked.verb, *match[1].split(), *match[5].split()], {**asked.typed, name: value})
    about = declaration(asked.verb).variables[name].about
    return _refused(asked, f"{name}= is {about}", fix)


ANSWERS = (_report, _moved_store, _part_of_store, _kind_of_file, _seems, _layers, _compared)
