"""Check a command that doit refuses: its message, its exit code, and that nothing changes."""

import gc
import hashlib
import io
import json
import os
import re
import shlex
import signal
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from unittest.mock import patch

from doit.doit_cmd import DoitMain

from collide.base.workspace import Workspace as CollideHouse
from collide.catalog import knobs
from collide.cli.pasting import read_line
from collide.project.look_book import find_look
from collide.syntax.arguments import KINDS
from collide.syntax.verb import verbs
from tests.render.conftest import REPO, House, Ran

OWNERS = {knob.owner for knob in knobs().values()}
PRESETS = sorted(
    path.stem
    for path in (REPO / "presets").rglob("*.json")
    if json.loads(path.read_text()).get("listed", True)
)

# Placeholders in expected texts, for lists and counts that grow with the code.
WORDS = {
    "{VERBS}": ", ".join(verbs()),
    "{TASKS}": ", ".join(KINDS[:-1]),
    "{KNOBS}": f"{len(knobs())} knobs of {len(OWNERS)} instruments",
    "{COUNT}": str(len(knobs())),
    "{MODES}": ", ".join(knobs()["mode"].limit.words),
    "{POSTS}": ", ".join(knobs()["post"].limit.words),
    "{PRESET_COUNT}": str(len(PRESETS)),
    "{PRESETS}": ", ".join(PRESETS),
}


# doit looks for plugins in installed packages at each start; here, the packages never change.
_plugins = cache(entry_points)


@cache
def _digest(path: str, _stat: tuple[int, ...]) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def tree(root: Path) -> dict[str, str]:
    """Map every file below `root` to the digest of its bytes, and every folder to "folder".

    The result omits the files that sqlite keeps next to an open database.
    """
    found, folders = dict[str, str](), [str(root)]
    while folders:  # os.scandir is much faster than rglob, and each refusal calls this twice
        with os.scandir(folders.pop()) as entries:
            for one in entries:
                if one.name.endswith(("-shm", "-wal")):
                    continue
                now = one.stat()
                stamp = (now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)
                name = one.path.removeprefix(f"{root}/")
                found[name] = _digest(one.path, stamp) if one.is_file() else "folder"
                if one.is_dir(follow_symlinks=False):
                    folders.append(one.path)
    return found


def filled(text: str) -> str:
    """Fill in the placeholders of an expected text."""
    for name, words in WORDS.items():
        text = text.replace(name, words)
    return text.strip()


def in_process(house: House, *words: str) -> Ran:
    """Run doit in this process to avoid importing collide again."""
    before, out = house.records(), io.StringIO()
    signals = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGHUP)}
    home = CollideHouse(house.root)
    sys.modules.pop("dodo", None)  # the module of another workspace, whose folder may be gone
    with (
        chdir(house.root),
        patch.dict("os.environ", {"COLLIDE_CACHE": ""}),
        patch.object(sys, "argv", ["doit", *words]),
        patch("doit.plugin.entry_points_impl", lambda: _plugins),
        patch("collide.cli.tasks.HOUSE", home, create=True),
        patch("collide.cli.commands.HOUSE", home, create=True),
        redirect_stdout(out),
        redirect_stderr(out),
    ):
        code = DoitMain().run(list(words))
    for name, handler in signals.items():
        signal.signal(name, handler)
    new = sorted(house.records() - before)
    return Ran(code, out.getvalue(), {"new": new} if new else {})


def answered(house: House, *words: str, code: int = 3, run: Callable[..., Ran] = in_process) -> str:
    """Return doit's output; doit must exit with `code`, change nothing and leave no record."""
    if any(house.root.glob("cache/*.db-wal")):  # an earlier command's connection is still open
        gc.collect()
    before = tree(house.root)
    ran = run(house, *words)
    after = tree(house.root)
    changed = sorted(k for k in before.keys() | after.keys() if before.get(k) != after.get(k))
    assert (ran.code, ran.record, changed) == (code, {}, []), f"{changed}\n{ran.out}"
    assert "Traceback" not in ran.out
    return ran.out.replace(str(house.root), "HOUSE").strip()


def write(house: House, name: str, data: str | bytes) -> Path:
    """Write a file below the workspace and return its path."""
    path = house.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def pasted(house: House, text: str) -> None:
    """Parse a command as doit does and open its project; raise InputError if it is refused."""
    argv = shlex.split(text)
    assert argv[0] == "doit"
    request = read_line(CollideHouse(house.root), argv[1:])
    if request.project and request.verb not in ("new", "batch", "night"):
        # Skip the lists of values that sweep accepts, and the empty values that remove a knob.
        knobs = {} if request.verb == "sweep" else {n: v for n, v in request.knobs.items() if v}
        signs = request.variables.get("look")
        one = find_look(request.existing(), signs[0]) if isinstance(signs, tuple) else None
        with request.open(knobs=knobs, look=one):
            pass


def lines_of(answer: str) -> list[str]:
    """Return the commands in a fix, without the words before the commands."""
    fix = answer.partition("\n  fix  ")[2]
    return re.findall(r"^ *(?:.*[:?] )?(doit .*)$", fix, flags=re.MULTILINE)
