"""pin a look: what it is made of is never evicted, and its video is kept under a name

`doit star project=x name=n` pins the last look; off=true lets it go again.
"""

import json
from pathlib import Path
from typing import Any

from collide.errors import InputError
from collide.files import copy_out, write_whole
from collide.graph.project import Project, checked
from collide.said import Said
from collide.strict import read_json

VARIABLES = {
    "project": "which piece",
    "look": "which look, by the first signs of its name; without it, the last",
    "name": "what its video is called: output/NAME.mp4",
    "off": "true: not pinned any more",
}


def run(said: Said) -> int:
    """Pin the look, or let it go."""
    project = said.existing()
    pins = said.house.cache / "pins"
    if said.variables.get("off", "false") == "true":
        return _let_go(said, project, pins)
    manifest = _manifest(said, project)
    look = str(manifest["look"])
    made = {digest for task in manifest["tasks"].values() for digest in task["objects"].values()}
    video = _video(said, project)
    said.open(presets=False).bench.store.ready()
    write_whole(pins / f"{project.name}-{look}.json", json.dumps(sorted(made)).encode())
    print(f"look {look} is pinned: its {len(made)} objects are never evicted")
    if video:
        copy_out(project.video, video)
        print(f"its video: projects/{project.name}/output/{video.name}")
    return 0


def _manifest(said: Said, project: Project) -> dict[str, Any]:
    """Return the manifest of the look that was named.

    Raises:
        InputError: nothing was rendered yet, or another look came after it.
    """
    path, asked = project.path / "manifest.json", said.variables.get("look", "")
    if not path.exists():
        raise InputError(
            f"{project.name} has no look yet",
            why="nothing of it was rendered",
            fix=f"doit render project={project.name}",
        )
    manifest = read_json(path, shown=f"projects/{project.name}/manifest.json")
    if not str(manifest["look"]).startswith(asked):
        raise InputError(
            f"look {asked} is not the last one of {project.name}",
            why=f"the last one is {manifest['look']}; a look is pinned while all of it is here",
            fix=f"render it again, then: {said.line()}",
        )
    return manifest


def _video(said: Said, project: Project) -> Path | None:
    name = said.variables.get("name")
    if name is None:
        return None
    checked(name, "a video", f"name={project.name}-first")
    if name == project.name:
        raise InputError(
            f"a pinned video cannot be called {name!r}",
            why=f"output/{name}.mp4 is always the last look",
            fix=f"say name={name}-first",
        )
    return project.video.with_name(f"{name}.mp4")


def _let_go(said: Said, project: Project, pins: Path) -> int:
    start = f"{project.name}-{said.variables.get('look', '')}"
    found = sorted(p for p in pins.glob("*.json") if p.name.startswith(start))
    if len(found) != 1:
        shown = ", ".join(p.stem.removeprefix(f"{project.name}-") for p in found)
        raise InputError(
            f"which look of {project.name} shall not be pinned any more?",
            why=f"pinned are {shown}" if found else "none that begins so is pinned",
            fix=f"doit star project={project.name} look=… off=true",
        )
    found[0].unlink()
    print(f"look {found[0].stem.removeprefix(f'{project.name}-')} is not pinned any more")
    return 0
