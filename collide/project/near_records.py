"""The error for a path without a look's record, with the record that was probably meant."""

import re
from pathlib import Path

from collide.base.errors import InputError
from collide.base.words import nearest
from collide.base.workspace import Workspace
from collide.project.project import Project
from collide.project.stars import star_names


def no_record(workspace: Workspace, text: str) -> InputError:
    """Return the error for a path that is not a file, with the record that was probably meant."""
    guess = _likely_record(workspace, text)
    fix = "give a video, a manifest.json, or a look file from projects/x/looks"
    return InputError(
        f"{text} cannot be read",
        why=_no_file(workspace, text),
        fix=_how_near(text, guess) if guess else fix,
        meant=(text, guess) if guess else None,
    )


def _no_file(workspace: Workspace, text: str) -> str:
    """Return why a path does not lead to a record."""
    if text in workspace.projects():
        return f"{text} is a project; its last look's record is a file in it"
    there = Path(text).expanduser().exists()
    return "it is not a plain file" if there else "there is no file of that name"


def _how_near(text: str, guess: str) -> str:
    """Return the phrase that introduces a suggested record, which may just be the newest."""
    name = re.split(r"[\\/]", text)[-1]
    near = (
        "projects" in text
        or "/looks/" in guess
        or nearest(name, [guess.rpartition("/")[2]])
        or name in guess
    )
    return "did you mean this one?" if near else "this one exists"


def _likely_record(workspace: Workspace, text: str) -> str:
    """Return the record to suggest for a path where no file exists, or "".

    If the path names a project, suggest its manifest; if it names a star, its look file. If it ends
    like a record's path, suggest that record. If it is the name of a video or a JSON file, suggest
    the nearest name, or the newest video or manifest if no name is near.
    """
    root, bare = workspace.root, re.sub(r"[\\/]", "", text)
    for name in workspace.projects():
        home = f"projects/{name}"
        if text.rstrip("/") in (name, home, f"{home}/manifest", f"{name}/manifest.json"):
            return f"{home}/manifest.json" if (root / home / "manifest.json").is_file() else ""
        if text in (stars := star_names(Project(workspace, name))):
            return f"{home}/looks/{stars[text]}.json"
    paths = [*root.glob("projects/*/output/*.mp4"), *root.glob("projects/*/manifest.json")]
    paths += root.glob("projects/*/looks/*.json")
    times = {str(one.relative_to(root)): one.stat().st_mtime for one in paths}
    typed = [one for one in times if bare.endswith(one.replace("/", ""))]
    if typed:
        return max(typed)
    if text.endswith(".json"):
        manifests = [one for one in times if one.endswith("/manifest.json")]
        return nearest(text, times) or max(manifests, key=times.__getitem__, default="")
    newest_last = sorted((one for one in times if one.endswith(".mp4")), key=times.__getitem__)
    videos = {one.rpartition("/")[2]: one for one in newest_last}
    near = nearest(re.split(r"[\\/]", text)[-1], videos)
    newest = max(videos.values(), key=times.__getitem__, default="")
    return videos[near] if near else newest
