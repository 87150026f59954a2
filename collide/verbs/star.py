"""pin a look: what it is made of is never evicted, and its video is kept under a name

`doit star project=x name=n` pins the last look; off=true lets it go again.
"""

from pathlib import Path
from typing import Any

from collide.build.needs import pin, pins, unpin
from collide.build.store import Store
from collide.errors import InputError
from collide.files import copy_out
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
    store = said.open(presets=False).bench.store
    if said.variables.get("off", "false") == "true":
        return _let_go(said, project, store)
    look, objects, video = _look(said, project)
    copy = _copy(said, project)
    pin(store, f"{project.name}-{look}", objects)
    source = store.verified(video)
    if source is None:
        unpin(store, f"{project.name}-{look}")
        raise InputError(
            f"the video of look {look} is not in the store",
            why="it was evicted or damaged since it was rendered",
            fix=f"render it again, then: {said.line()}",
        )
    print(f"look {look} is pinned: its {len(objects)} objects are never evicted")
    if away := [digest for digest in objects if not store.object(digest).exists()]:
        print(f"{len(away)} of them were evicted before; made again, they stay as well")
    if copy:
        copy_out(source, copy)
        print(f"its video: projects/{project.name}/output/{copy.name}")
    return 0


def _look(said: Said, project: Project) -> tuple[str, set[str], str]:
    """Return the name of the look that is meant, all its objects, and that which is its video.

    Raises:
        InputError: there is none, or its manifest is not one.
    """
    manifest = _manifest(said, project)
    try:
        made = [set(task["objects"].values()) for task in manifest["tasks"].values()]
        (video,) = manifest["tasks"]["mux"]["objects"].values()
        return str(manifest["look"]), set().union(*made), str(video)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise InputError(
            f"projects/{project.name}/manifest.json does not say what its look is made of",
            why="it was changed since collide wrote it",
            fix=f"doit render project={project.name} writes it again, once it is taken away",
        ) from None


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
    if not str(manifest.get("look", asked)).startswith(asked):
        raise InputError(
            f"look {asked} is not the last one of {project.name}",
            why=f"the last one is {manifest.get('look')}; a look is pinned while all of it is here",
            fix=f"render it again, then: {said.line()}",
        )
    return manifest


def _copy(said: Said, project: Project) -> Path | None:
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


def _let_go(said: Said, project: Project, store: Store) -> int:
    asked = said.variables.get("look", "")
    mine = (name.rpartition("-") for name in pins(store))
    looks = [look for owner, _, look in mine if owner == project.name and look.startswith(asked)]
    if len(looks) != 1:
        raise InputError(
            f"which look of {project.name} shall not be pinned any more?",
            why=f"pinned are {', '.join(looks)}" if looks else "none that begins so is pinned",
            fix=f"doit star project={project.name} look=… off=true",
        )
    unpin(store, f"{project.name}-{looks[0]}")
    print(f"look {looks[0]} is not pinned any more")
    return 0
