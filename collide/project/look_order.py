"""The times when the looks of a project were first rendered, in projects/x/rendered.json.

Each render rewrites the look file, so the time of that file is the time of the last render.
"""

import json
from collections.abc import Iterable
from itertools import pairwise

from collide.base.clock import unix_time
from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.strict_json import read_json
from collide.project.look_book import Look, files_of
from collide.project.project import Project
from collide.store.locks import held_inside


def remember_look(project: Project, name: str) -> None:
    """Record the current time for a look that was just rendered, unless a time is already recorded.

    If there is no valid rendered.json, the other looks get the times of their files.
    """
    if name in _times(project):
        return
    with held_inside(project.path):
        times = _times(project)
        if not times:
            files = files_of(project).items()
            times = {look: path.stat().st_mtime for look, path in files if look != name}
        times.setdefault(name, unix_time())
        data = json.dumps({"looks": times}, indent=1) + "\n"
        write_whole(project.path / "rendered.json", data.encode())


def before_each(project: Project, looks: Iterable[Look]) -> dict[str, Look]:
    """Map each look's name to the look before it, in the order of first renders.

    The earliest look is omitted. If no time was recorded for a look, the time of its file counts.
    """
    times = _times(project)
    by_time = sorted(looks, key=lambda look: times.get(look.name, look.when))
    return {look.name: before for before, look in pairwise(by_time)}


def _times(project: Project) -> dict[str, float]:
    """Map looks to their times; {} if no file is valid, since times only sort the looks."""
    path = project.path / "rendered.json"
    try:
        recorded = read_json(path, label=path.name).get("looks") if path.exists() else {}
    except InputError:
        return {}
    times = recorded.items() if isinstance(recorded, dict) else ()
    return {name: float(when) for name, when in times if type(when) in (int, float)}
