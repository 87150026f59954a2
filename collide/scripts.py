"""A project's own instruments, projects/x/scripts/FAMILY/NAME.py: the only code in a project.

A project's instruments follow the contract in collide/instrument.py, and a project is the place to
try an instrument before sharing it. Since code can do whatever its user can, a project's code is
loaded only from this folder, and only if the project is open. A preset, manifest, config or clip
cannot make collide load other code.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from collide import instrument
from collide.base.errors import InputError
from collide.base.hashing import digest


def read_scripts(folder: Path, families: Sequence[str]) -> Iterator[tuple[str, ModuleType]]:
    """Yield (`family/name`, module) for each script; raise InputError for an unusable script."""
    for family in families:
        for path in sorted((folder / family).glob("[a-z]*.py")):
            if not path.resolve().is_relative_to(folder.resolve()):
                raise refused(path, "it is a link to a file outside the project")
            yield f"{family}/{path.stem.replace('_', '-')}", _read(path)


def refused(path: Path, why: str, fix: str = "fix it") -> InputError:
    """Return the error for a script that cannot be played."""
    label = "/".join(path.parts[-5:])  # such as projects/x/scripts/post/dust.py
    fix = f"{fix}, or move it out of scripts/"
    return InputError(f"{label} cannot be played", why=why, fix=fix)


def _read(path: Path) -> ModuleType:
    """Load a script as a module, without writing compiled code next to it."""
    sys.modules["collide.step"] = instrument  # old scripts import the contract under this name
    module = ModuleType(path.stem)
    module.__file__ = str(path)
    try:
        source = path.read_bytes()
        exec(compile(source, path, "exec"), module.__dict__)  # noqa: S102 - the artist's own
    except SyntaxError as error:
        raise refused(path, f"line {error.lineno}: {error.msg}") from None
    except (Exception, SystemExit) as error:
        raise refused(path, f"{type(error).__name__}: {error}") from None
    # derived from the text: nobody has to raise a version number while writing a script
    module.__dict__["VERSION"] = int(digest(source)[:12], 16)
    return module
