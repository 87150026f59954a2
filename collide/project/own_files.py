"""A check of a project's files and folders before a render or a plan."""

from collide.base.errors import InputError, in_the_way
from collide.project.project import KEPT, Project
from collide.project.stars import starred

FOLDERS = ("input", "looks", "output", "presets", "scripts")


def refuse_odd(project: Project) -> None:
    """Raise InputError for a file where a folder must be, or a folder where a file must be.

    Also raise InputError if stars.json cannot be read.
    """
    folders = [project.path / name for name in FOLDERS]
    wrong = [path for path in folders if path.exists() and not path.is_dir()]
    wrong += [path for name in KEPT if (path := project.path / name).is_dir()]
    for path in wrong:
        error = in_the_way(path)
        label = f"projects/{project.name}/{path.name}"
        whole = str(path)
        raise InputError(
            error.what.replace(whole, label),
            why=error.why,
            fix=f"move it away: mv {label} {label}.old",
        )
    starred(project)
