"""Tab completion: candidates for the last word of a command, from declarations and file names.

It does not run scripts, start processes or write files, and it ignores errors.
"""

import re
import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from collide.base.frame_rate import NTSC
from collide.base.workspace import LABEL, Workspace
from collide.catalog import instruments, knobs
from collide.cli.anywhere import workspace_above
from collide.library.file_names import shortest
from collide.library.folders import CLIP, HOMES, SOUND, kind
from collide.limits import Chain, Choice, Rate, Several, Toggle, as_typed
from collide.project import presets
from collide.project.knob_files import known_files
from collide.project.look_book import files_of
from collide.project.project import Project
from collide.project.reroll import PARTS
from collide.project.settings import MOST_LAYERS, bare
from collide.project.sheets import sheets_of
from collide.project.stars import star_names
from collide.syntax.arguments import KINDS
from collide.syntax.left_out import last_used
from collide.syntax.verb import Verb, declaration, verbs
from collide.text_limits import File, MaterialName, Names, Text


def completions(workspace: Workspace, line: str, breaks: str = "", home: str = "") -> list[str]:
    """Return the completions for the last word of a command.

    Args:
        breaks: the characters that end a word for the shell. If they include = or :, the shell
            replaces only the text after the last = or :.
        home: the project whose looks, presets and clips are used if the command names no project.
    """
    raw = re.findall(r"(?:\\.|[^\s\\])*$", line)[0]
    typed = [word for word in shlex.split(line[: len(line) - len(raw)]) if word[0] != "-"][1:]
    last = re.sub(r"\\(.)", r"\1", raw)
    ends = [at for at, sign in enumerate(last, start=1) if sign in breaks and sign in "=:"]
    candidates = dict.fromkeys(_candidates(workspace, typed, last, home))
    return [word[max(ends, default=0) :] for word in candidates if word.startswith(last)]


def _candidates(workspace: Workspace, typed: list[str], last: str, home: str) -> Iterator[str]:
    """Yield candidates as whole words, not all of which begin with `last`."""
    firsts = (word for word in typed if word in verbs() or word.partition(":")[0] in KINDS)
    verb = next(firsts, "")  # not the number after -n
    variables = dict(word.split("=", 1) for word in typed if "=" in word)
    name, is_value, text = last.partition("=")
    takes = declaration(verb if verb in verbs() else "render")
    if not verb and not is_value:
        begun = any(one.startswith(last) for one in verbs())
        yield from [*verbs(), *(() if begun else KINDS)]  # offer tasks only if no verb matches
    elif is_value:
        label = LABEL.fullmatch(variables.get("project", home))
        project = Project(workspace, label[0] if label else "")
        yield from (f"{name}={value}" for value in _values(project, takes, name, text))
    else:
        yield from (f"{one}=" for one in _names(takes, last) if one not in variables)
        if "layer".startswith(last[:5]) and takes.knobs:
            yield from (f"layer{number}." for number in range(1, MOST_LAYERS + 1))
        beside = {"help": verbs(), "knobs": [*knobs(), *instruments()]}
        tasks = KINDS if verb in ("render", "info", "list", "clean", *KINDS) else ()
        yield from beside.get(verb, [*tasks, *takes.subcommands])


def _names(takes: Verb, last: str) -> Iterator[str]:
    yield from takes.variables
    if takes.knobs:
        layer, dot, _ = last.rpartition(".")
        number = 1 if layer == "layer1" else MOST_LAYERS
        own = (k.name for k in knobs().values() if not dot or k.is_of(number))
        yield from (f"{layer}{dot}{one}" for one in own)


def _values(project: Project, takes: Verb, name: str, text: str) -> Iterator[str]:
    """Yield values for a variable or knob, given the part `text` typed so far."""
    single = bare(name)
    variable = takes.variables.get(name)
    knob = knobs().get(single) if takes.knobs and not variable else None
    limit = variable.limit if variable else knob.limit if knob else None
    default = variable.default if variable else as_typed(knob.default) if knob else None
    if isinstance(limit, Toggle):
        yield from ("true", "false")
    elif isinstance(limit, Choice):
        yield from limit.words
    elif isinstance(limit, Rate):
        yield from map(as_typed, NTSC)
    elif isinstance(limit, Several | Chain | Names):
        first, comma, _ = text.rpartition(",")
        words = _called(project, limit.of) if isinstance(limit, Names) else limit.words
        yield from (f"{first}{comma}{one}" for one in words if one not in first.split(","))
        yield from () if comma or not default else (default,)
    elif isinstance(limit, Text):
        yield from _paths(text) if limit.of == "file" else _called(project, limit.of)
    elif isinstance(limit, File):
        files = known_files(limit, project.workspace)
        yield from ("none", *(path.name for path in files if path.is_file()))
    elif isinstance(limit, MaterialName):
        yield from _materials(project, CLIP if single == "clip" else SOUND)


def _called(project: Project, kind: str) -> Iterable[str]:
    """Return all names of the given kind: project, preset, look, knob or part."""
    if kind == "preset":
        return presets.listed(project.shelves)
    layers = [f"layer{number}" for number in range(1, MOST_LAYERS + 1)]
    names = {"knob": knobs(), "part": [*PARTS, *layers, *knobs()]}
    if kind == "look":  # offer stars and cells of the last sheet first
        cells = len(sheets_of(project)[-1].cells) if sheets_of(project) else 0
        return [*star_names(project), *map(str, range(1, cells + 1)), *files_of(project)]
    return project.workspace.projects() if kind == "project" else names.get(kind, ())


def _materials(project: Project, what: str) -> Iterator[str]:
    """Yield the shortest unambiguous path of each clip or sound in library/ and input/."""
    folders = project.workspace.root / HOMES[what], project.path / "input"
    paths = [path for one in folders for path in sorted(one.rglob("*")) if kind(path) == what]
    names = [str(path.relative_to(project.workspace.root)) for path in paths if path.is_file()]
    same = Counter(name.rpartition("/")[2] for name in names)
    for name in names:
        last = name.rpartition("/")[2]
        yield last if same[last] == 1 else shortest(name, names)


def _paths(text: str) -> Iterator[str]:
    """Yield the visible contents of the folder in a path, with a / after the names of folders."""
    folder = text.rpartition("/")[0] + "/" if "/" in text else ""
    for path in sorted(Path(folder).expanduser().iterdir()):
        if not path.name.startswith("."):
            yield f"{folder}{path.name}{'/' if path.is_dir() else ''}"


def main(argv: list[str]) -> int:
    """Print the completions of a command and return the exit code, which is always 0."""
    with suppress(Exception):
        if root := workspace_above(here := Path.cwd()):
            inside, workspace = here.relative_to(root).parts, Workspace(root)
            own = inside[1] if len(inside) > 1 and inside[0] == "projects" else ""
            home = own or last_used(workspace)
            for word in completions(workspace, argv[0], "".join(argv[1:2]), home):
                print(word)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
