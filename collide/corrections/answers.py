"""Answers to requests that no command fulfils, such as a request for a report.

Each function in ANSWERS returns the error for one such request, with the nearest commands. For any
other words, it returns None.
"""

import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collide.base.errors import InputError
from collide.base.filtergraph import number
from collide.base.spoken_number import TIMES, amount
from collide.base.words import shell_path
from collide.base.workspace import Workspace
from collide.corrections.corrected_lines import name_one
from collide.corrections.other_verbs import ASKS, OTHER_VERBS
from collide.corrections.standing_piece import project_of, standing
from collide.syntax.arguments import line
from collide.syntax.left_out import last_first, last_used
from collide.syntax.verb import declaration

REPORTS = ("report", "status", "log", "logs", "progress", "results")
OLD = ("old", "older", "unused")
# Kinds of files that `doit clean` deletes together.
RENDERED = (
    "still stills sheet sheets roll rolls sweep sweeps preview previews video videos export "
    "exports output outputs render renders stems debug files pictures images frames"
).split()
MOVES = ("move", "mv", "path", "dir", "folder", "location")  # words before a new place
# Words for how a piece looks or sounds, each with the knob that changes this.
SEEMS = {
    **dict.fromkeys("dark darker black dim bright brighter light white".split(), "brightness"),
    **dict.fromkeys("flat dull".split(), "contrast"),
    **dict.fromkeys("gray grey pale colorless".split(), "saturation"),
    **dict.fromkeys("blurry blurred blur soft".split(), "softness"),
    **dict.fromkeys("loud quiet silent".split(), "volume"),
    **dict.fromkeys("slow fast".split(), "speed"),
}
# Words before a number that limits a length or a size, each with the variable for this limit.
LIMITS = {
    **dict.fromkeys(("longer than", "over", "above", "more than", "at least"), "shortest"),
    **dict.fromkeys(("shorter than", "under", "below", "less than", "at most"), "longest"),
    **dict.fromkeys(("larger than", "bigger than", "taller than", "higher than"), "min"),
}
LARGE = 200  # the least number that is more likely a height in pixels than a length in seconds
STATS = "the store's size, and the command that shrinks it: doit cache stats"


@dataclass(frozen=True)
class Asked:
    """A command line whose words may be a request in plain language."""

    workspace: Workspace
    verb: str  # "" if the first word is not a verb
    words: Sequence[str]  # in lower case, without the verb and the project
    typed: Mapping[str, str]

    @property
    def own(self) -> dict[str, str]:
        """Return the command's project as a variable, if it names one."""
        return {name: text for name, text in self.typed.items() if name == "project"}

    def error(self, why: str, *lines: str) -> InputError:
        """Return the error for the typed words, with the stated reason."""
        what = (
            f"doit {self.verb} does not understand {' '.join(self.words)!r}"
            if self.verb
            else f"no verb or task named {self.words[0]!r}"
        )
        return InputError(what, why=why, fix="\n".join(lines))


def refuse_request(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> None:
    """Refuse a request that no command fulfils; the error names the nearest commands."""
    plain = [word for word in words if word not in ("doit", "collide")]
    if verb == "render":
        verb, plain = ("render", plain[1:]) if plain[:1] == ["render"] else ("", plain)
    takes = {"project"} & {*declaration(verb).variables} if verb not in ("", "cache") else True
    named = [word for word in plain if takes and word in workspace.projects()]
    if named and "project" not in typed:
        typed = {"project": named[0], **typed}
        plain = [word for word in plain if word != named[0]]
    asked = Asked(workspace, verb, [word.lower() for word in plain], typed)
    for answer in ANSWERS if plain else ():
        if found := answer(asked):
            raise found


def _report(asked: Asked) -> InputError | None:
    """Answer a request for the report or progress of a night, a batch or a render."""
    if asked.words[0] not in REPORTS:
        return None
    if asked.verb == "night":
        page = asked.workspace.cache_place / "nights" / "latest" / "report.html"
        program = "open" if sys.platform == "darwin" else "xdg-open"
        seen = f"{program} {shell_path(str(page))}"
        fix = (
            seen if page.exists() else "no night has run yet; to see how one runs: doit help night"
        )
        return asked.error("each night writes its own report", fix)
    if asked.verb == "batch":
        looks = [
            f"the looks of {name}: {line(['looks'], asked.own)}" for name in asked.own.values()
        ]
        pages = "pictures of all pieces: doit gallery"
        return asked.error("a batch's pieces are projects of their own", pages, *looks)
    if asked.verb == "render":
        plan = f"what would render now: {line(['plan'], asked.own)}"
        return asked.error("a render shows its progress in its own terminal", plan)
    return None


def _part_of_store(asked: Asked) -> InputError | None:
    """Answer a request to shrink the part of the store that belongs to one project."""
    words = " ".join([asked.verb, *asked.words]).strip()
    if not asked.own or not OTHER_VERBS.get(words, "").startswith("cache gc"):
        return None
    whole = OTHER_VERBS[words]
    return asked.error(
        "the store belongs to all projects together",
        f"the rendered files of {asked.own['project']}: {line(['clean'], asked.own)}",
        f"the store, for all projects: doit {whole}",
    )


def _kind_of_file(asked: Asked) -> InputError | None:
    """Answer a request to delete one kind of file, old files, or looks."""
    looks = {"look", "looks"} & {*asked.words}
    if asked.verb != "clean" or not ({*RENDERED, *OLD} & {*asked.words} or looks):
        return None
    whole = f"all the project's rendered files: {line(['clean'], asked.own)}"
    whole = whole if asked.own else name_one(last_first(asked.workspace))
    if looks:
        return asked.error("doit clean leaves looks alone, because they are small", whole, STATS)
    why = "doit clean deletes all of a project's rendered files together"
    if {*OLD} & {*asked.words}:
        return asked.error(f"{why}, whatever their age", whole, STATS)
    return asked.error(why, whole)


def _moved_store(asked: Asked) -> InputError | None:
    """Answer a request to move the store to another disk."""
    if asked.verb != "cache" or asked.words[0] not in MOVES:
        return None
    return asked.error(*moved_store(asked.workspace, asked.words[1] if asked.words[1:] else ""))


def moved_store(workspace: Workspace, place: str) -> tuple[str, str]:
    """Return the reason why no verb moves the store, and the shell command that moves it."""
    old, new = workspace.cache_place, place or "/media/disk"
    new = new if "cache" in new.rpartition("/")[2] else f"{new.rstrip('/')}/cache"
    here = old.relative_to(workspace.root) if old.is_relative_to(workspace.root) else old
    why = "COLLIDE_CACHE sets the store's folder, and no verb moves it"
    return (
        why,
        f"mv {shell_path(str(here))} {shell_path(new)} && export COLLIDE_CACHE={shlex.quote(new)}",
    )


def _seems(asked: Asked) -> InputError | None:
    """Answer a question about how the picture looks, such as `why is it so dark`."""
    knob = next((SEEMS[word] for word in asked.words if word in SEEMS), "")
    if asked.verb != "why" or not knob:
        return None
    return asked.error(
        "doit why explains what would render again, not how a picture looks",
        f"the knob for that: {line(['knobs', knob], asked.own)}",
        f"what would render again: {line(['why'], asked.own)}",
    )


def _layers(asked: Asked) -> InputError | None:
    """Answer a request to list the layers with the clip of each."""
    if asked.verb not in ("", "list", "clips", "plan") or {*asked.words} - {*ASKS} != {"layers"}:
        return None
    project = project_of(asked.workspace, {"project": last_used(asked.workspace), **asked.typed})
    if not project.exists():
        return None
    now, own = standing(project, {}), {"project": project.name}
    numbers = range(1, int(now.settings.piece()["num_videos"]) + 1)
    playing = [f"layer {n} plays {now.clip_name(n) or 'no clip yet'}" for n in numbers]
    return asked.error(
        ", ".join(playing),
        f"the knobs of one: {line(['knobs', f'layer{numbers[-1]}'], own)}",
        f"what each opens, in pictures: {line(['debug'], own)}",
    )


def _compared(asked: Asked) -> InputError | None:
    """Answer a limit in words, such as `clips longer than 10s`."""
    said = re.fullmatch(
        rf"(.*?)\b({'|'.join(LIMITS)}) ([0-9][0-9.:]*) ?([a-z]*)(.*)", " ".join(asked.words)
    )
    found = amount(said[3] + said[4]) if said else None
    if not said or not found:
        return None
    high = found[1] in ("p", "px", "pixels") or (not found[1] and found[0] >= LARGE)
    name = "min" if high and LIMITS[said[2]] == "shortest" else LIMITS[said[2]]
    value = number(found[0] * (1.0 if high else TIMES.get(found[1], 0.0)))
    value = number(found[0]) if name == "min" or not found[1] else value
    if value == "0" or name not in declaration(asked.verb or "render").variables:
        return None
    fix = line([asked.verb, *said[1].split(), *said[5].split()], {**asked.typed, name: value})
    about = declaration(asked.verb).variables[name].about
    return asked.error(f"{name}= is {about}", fix)


ANSWERS = (_report, _part_of_store, _kind_of_file, _moved_store, _seems, _layers, _compared)
