"""Suggestions for shell commands that match no collide verb: rm, mv, cp, open, add."""

import json
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from shutil import which

from collide.base.errors import InputError
from collide.base.pasted_text import label_of, path_of
from collide.base.words import joined, nearest, shell_path
from collide.base.workspace import Workspace
from collide.engine.programs import find_program
from collide.library.file_names import matching
from collide.library.folders import CLIP, HOMES, files, kind
from collide.syntax.arguments import line
from collide.syntax.left_out import last_used

DELETES = ("rm", "delete", "remove", "del", "erase", "unlink")  # may refer to a whole project
MOVES = ("mv", "move", "rename")
COPIES = ("cp", "copy", "duplicate", "fork", "clone", "branch")
NEW_NAMES = ("to", "name", "new", "as", "into", "new_name", "dest", "target")
OPENS = ("open", "view", "xdg-open", "play", "vlc", "mpv", "ffplay")
ADDS = ("add", "import", "ingest")
# Words that ask to remove something, and words that ask for any action. If such a word were left
# out, the command could do the opposite of what was intended, or carry out what was meant only as
# a trial.
AWAY = (*DELETES, *"off unstar unpin unset unlink drop detach disable discard forget".split())
ACTS = {
    *AWAY, *MOVES, *COPIES, *ADDS,
    *"append include new undo redo reset revert clear clean purge no not without".split(),
    *"exclude except dry dryrun simulate pretend test check confirm ask cancel".split(),
    *"stop skip noop never unless".split(),
}  # fmt: skip
RUNS_ON = ("farm", "work", "tune", "watch", "night")  # verbs that keep their terminal busy
STOPS = ("stop", "quit", "exit", "kill", "end", "shutdown", "off", "down", "cancel")


def refuse_stop(verb: str, words: list[str]) -> None:
    """Refuse a word such as stop, meant to end a process in another terminal."""
    if verb in RUNS_ON and words and words[0].lower() in STOPS:
        raise InputError(
            f"doit {verb} does not understand {words[0]!r}",
            why=f"doit {verb} runs in its own terminal and is stopped there",
            fix=f"press Ctrl-C in the terminal where doit {verb} runs",
        )


def shell_lines(workspace: Workspace, words: Sequence[str], typed: Mapping[str, str]) -> list[str]:
    """Return the commands to use instead of a shell command, or []."""
    head, rest = words[0].lower() if words else "", [word for word in words[1:] if word[:1] != "-"]
    if head in ADDS and rest and not any("://" in word for word in rest):
        own = [one for one in (typed.get("project", ""), *rest) if one in workspace.projects()]
        new = [one for one in rest if one not in (*own, *NEW_NAMES)]
        return [one for file in new for one in added(workspace, file, *own[:1])]
    if head not in (*DELETES, *MOVES, *COPIES, *OPENS):
        return []
    if head in DELETES and (clip := typed.get("clip", "")):
        return removed(workspace, clip)
    if head not in OPENS and any(map(kind, rest)):
        return _of_files(workspace, head, rest)
    own = [typed["project"]] if "project" in typed else []
    rest += [typed[name] for name in NEW_NAMES if name in typed]
    rest = [word for word in rest if word not in ("project", "look", "the", "to", "as")]
    names = [name for name in map(label_of, [*own, *rest]) if name]
    if head in DELETES:
        there = [name for name in names if name in workspace.projects()]
        if names and not there:
            return [_none_named(workspace, names[0])]
        cleans = [line(["clean"], {"project": name}) for name in there]
        folders = " ".join(f"projects/{name}" for name in there)
        whole = f"rm -r {folders}" if there else "its folder in projects/"
        return [
            f"what was rendered, but not the looks: {' && '.join(cleans) or 'doit help clean'}",
            f"the project itself, with its looks and stars: {whole}",
        ]
    return _of_project(workspace, head, names)


def why_shell(lines: Sequence[str]) -> str:
    """Return why a shell command is refused: another verb or the shell does it."""
    own = all(re.match(r"(.*: )?doit ", one) for one in lines)
    return "another verb does that" if own else "collide has no verb for it; the shell does it"


def _none_named(workspace: Workspace, name: str) -> str:
    there = ", ".join(workspace.projects()) or "none yet"
    return f"there is no project {name}; projects here: {there}"


def _of_project(workspace: Workspace, head: str, names: Sequence[str]) -> list[str]:
    """Return the commands that open, move or copy the named, last used or first project."""
    there = workspace.projects()
    typed = names[0] if names else last_used(workspace) or next(iter(there), "")
    old = typed if typed in there else nearest(typed, there)
    if head in OPENS and (lines := _opened(workspace, old or last_used(workspace), names)):
        return lines
    if not old:
        return [_none_named(workspace, typed)]
    new, record = names[1] if len(names) > 1 else f"{old}-2", f"projects/{old}/manifest.json"
    if head in MOVES:
        return [f"mv projects/{old} projects/{new}"]
    # the selection keeps the clips that the dice chose
    files = [f"projects/{old}/{name}" for name in ("config.json", "selection.json")]
    own = [one for one in files if (workspace.root / one).exists()]
    copy = f"mkdir projects/{new} && cp {' '.join(own)} projects/{new}/"
    if (workspace.root / record).exists():
        last = line(["new"], {"project": new, "from": record})
        return [f"its last render: {last}", f"its settings as they are now: {copy}"]
    return [copy]


def _of_files(workspace: Workspace, head: str, words: Sequence[str]) -> list[str]:
    """Return the commands that delete, move or copy clips, or add a lone clip to the library."""
    if head in DELETES:
        return [one for word in words if kind(word) for one in removed(workspace, word)]
    if len(words) == 1:
        return added(workspace, words[0])
    command = "mv" if head in MOVES else "cp"
    return [f"{command} {' '.join(map(shell_path, words))} && doit scan"]


def removed(workspace: Workspace, clip: str) -> list[str]:
    """Return the commands that delete a named clip, with a remark on the projects that use it."""
    there = [one.name for one in files(workspace, [workspace.library])]
    lines = list[str]()
    here = [clip] if (workspace.root / clip).exists() else []
    for path in matching(clip, there) or here:
        uses = [name for name in workspace.projects() if _chose(workspace, name, path)]
        about = f"although it plays in {joined(uses)}: " if uses else ""
        lines.append(f"{about}rm {shell_path(path)} && doit scan")
    return lines or [f"no clip is called {clip}: {line(['clips'], {})}"]


def _chose(workspace: Workspace, name: str, path: str) -> bool:
    """Return whether the saved selection of a project names a file."""
    with suppress(OSError):
        chosen = (workspace.root / "projects" / name / "selection.json").read_text(
            "utf-8", "replace"
        )
        return json.dumps(path) in chosen
    return False


def _opened(workspace: Workspace, project: str, names: Sequence[str]) -> list[str]:
    """Return the commands that open a project's video in a player or in a browser, or [].

    Args:
        names: the names in the command; one that is no project may be the name of a starred video.
    """
    there = workspace.projects()
    stars = [name.removesuffix(".mp4") for name in names if name not in there]
    videos = [f"projects/{one}/output/{star}.mp4" for star in stars for one in (project, *there)]
    videos += [f"projects/{project}/output/{project}.mp4"] if project and not stars else []
    if video := next((one for one in videos if (workspace.root / one).exists()), ""):
        program = "open" if sys.platform == "darwin" else "xdg-open"
        return [f"{program} {video}", f"in a browser: {line(['gallery'], {})}"]
    render = line(["render"], {"project": project})
    return [] if stars else [f"{one} is not rendered yet: {render}" for one in videos]


def is_act(word: str) -> bool:
    """Return whether a word (or its first part) names an action: delete, --remove, dry_run."""
    return re.split("[_-]", word.lstrip("-").lower())[0] in ACTS


def added(workspace: Workspace, path: str, project: str = "") -> list[str]:
    """Return the command that adds a file or a folder to a project's input/ or to the library."""
    place, folder = Path(path).expanduser(), f"projects/{project}/input"
    if project and (place.exists() or "/" not in path):
        make = "" if (workspace.root / folder).is_dir() else f"mkdir -p {folder} && "
        return [f"{make}cp {'-r ' * place.is_dir()}{shell_path(path)} {folder}/ && doit scan"]
    if place.is_dir() or (not kind(path) and not place.is_file()):
        return [line(["scan"], {"path": path})] if "/" in path or place.is_dir() else []
    here = workspace.root / place
    if "/" in path and not here.exists():
        return [f"there is no file {path}; to list the clips: doit clips"]
    if here.resolve().is_relative_to(workspace.library.parent.resolve()):
        return ["it is in the library: doit scan"]
    home = HOMES.get(kind(path), HOMES[CLIP])
    return [f"cp {shell_path(path)} {home}/ && doit scan"]


def on_disk(word: str) -> bool:
    """Return whether a word is the path of a file, a folder or a clip that may be missing."""
    with suppress(OSError):
        return Path(word).expanduser().exists() or ("/" in word and bool(path_of(word)))
    return False


def copied_first(workspace: Workspace, words: Sequence[str], lines: list[str]) -> list[str]:
    """Return the first command, preceded by a copy of the clips that are outside the workspace.

    If there are no such clips, return all commands unchanged.
    """
    paths = [Path(word).expanduser() for word in words if kind(word) == CLIP and "/" in word]
    home = workspace.root.resolve()
    away = [p for p in paths if p.is_file() and not p.resolve().is_relative_to(home)]
    if not away or not lines or ".clip=" not in lines[0]:
        return lines
    outside = " ".join(shell_path(str(path)) for path in away)
    return [f"cp {outside} library/video/ && {lines[0].rpartition(': ')[2]}"]


def ffmpeg_words() -> str:
    """Return the argv that runs ffmpeg in a shell, with its full path unless it is on PATH.

    With its options, ffmpeg prints warnings and its progress, but no banner.
    """
    word = "ffmpeg"
    with suppress(InputError):
        word = word if which(word) else shlex.quote(str(find_program()[0]))
    return f"{word} -nostdin -v warning -stats"
