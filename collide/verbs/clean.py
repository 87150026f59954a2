"""delete a piece's rendered files: video, stills, sheets, previews, exported videos and stems

Nothing else is deleted: `doit clean` keeps the store, config, selection, history, stars, manifest,
looks, presets and notes, the videos kept with `doit star name=`, and the looks and orders written
by `doit export`.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from collide.base.words import several
from collide.cli.request import Request
from collide.plan.exports import STEMS
from collide.project.project import Project
from collide.syntax.variables import PROJECT
from collide.syntax.verb import MANY, Verb
from collide.verbs.debug import SAYS
from collide.verbs.render import in_turn

VERB = Verb(
    examples=("{project}",),
    variables={"project": PROJECT},
    words=MANY,
    without_project="refused",
)

# The files that verbs write into projects/x; {x} stands for the project's name. A starred
# video cannot have one of these names.
DELIVERED = (
    "output/{x}.mp4",
    "output/{x}-prores4444.mov",
    "output/{x}-h265-10.mp4",
    "output/{x}-vertical.mp4",
    *(f"output/{{x}}-stems/{name}" for name in STEMS),
    *(f"{name}.png" for name in ("still", "sheet", "sweep", "roll", "diff", "engine")),
    "sheets.json",  # the cell numbers on sweep.png and roll.png
    "preview.mp4",
    "mix.m4a",
    *(f"debug/layer[0-9]-{name}.png" for name in SAYS),
    "gallery/index.html",
    f"gallery/{'[0-9a-f]' * 8}.jpg",
)


def run(request: Request, *, dry: bool = False) -> int:
    """Delete the delivered files and the receipts, but not the results in the store.

    Args:
        dry: only list what would be deleted.
    """
    project = request.existing()
    if dry:
        return _listed(project)
    # wait for a running render, which reads and writes these files
    with in_turn(project):
        return _cleaned(project)


def _listed(project: Project) -> int:
    for path in _lines(project, _delivered(project)):
        print(f"would remove {path}")
    tasks = several(len(_receipts(project)), "task")
    print(f"would remove the records of {tasks}; the results would stay in the store")
    return 0


def _receipts(project: Project) -> list[Path]:
    return sorted(project.workspace.receipts(project.name).rglob("*.json"))


def _cleaned(project: Project) -> int:
    receipts, delivered = _receipts(project), _delivered(project)
    for path in [*receipts, *delivered]:
        path.unlink()
    for folder in {path.parent for path in delivered} - {project.path}:
        if not folder.is_symlink() and not any(folder.iterdir()):
            folder.rmdir()
    for text in _lines(project, delivered):
        print(f"removed {text}")
    tasks = several(len(receipts), "task")
    print(f"removed the records of {tasks}; the results are still in the store")
    return 0


def _delivered(project: Project) -> list[Path]:
    """Return the files in DELIVERED that exist.

    Symlinked folders other than output/ are skipped, because they may contain unrelated files.
    """
    patterns = (pattern.format(x=project.name) for pattern in DELIVERED)
    paths = (path for pattern in patterns for path in sorted(project.path.glob(pattern)))
    return [p for p in paths if not p.parent.is_symlink() or p.parent == project.video.parent]


def _lines(project: Project, paths: list[Path]) -> Iterator[str]:
    """Yield the lines to print: paths, and a count for each subfolder other than output/."""
    home, listed = project.workspace.root, (project.path, project.video.parent)
    yield from (str(path.relative_to(home)) for path in paths if path.parent in listed)
    folders = Counter(path.parent for path in paths if path.parent not in listed)
    for folder, count in sorted(folders.items()):
        yield f"{folder.relative_to(home)}/: {count} {'file' if count == 1 else 'files'}"
