"""Dangerous operations: only the listed files use the clock, chance, the network or processes."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.rooms import CODE

# Each danger, with the modules and functions that pose it. `x.` stands for everything in x.
DANGERS: dict[str, tuple[str, ...]] = {
    "reads the clock or waits": (
        "time.", "sched.", "datetime.datetime.now", "datetime.datetime.today",
        "datetime.datetime.utcnow", "datetime.date.today", "asyncio.",
    ),
    "draws what nobody can repeat": (
        "random.", "secrets.", "uuid.", "os.urandom", "os.getrandom", "numpy.random.",
        "tempfile.",
    ),
    "speaks to the network": (
        "socket.", "socketserver.", "ssl.", "http.", "urllib.request.", "ftplib.", "smtplib.",
        "poplib.", "imaplib.", "xmlrpc.", "webbrowser.", "yt_dlp.", "pooch.", "requests.",
        "distributed.", "dask.", "obstore.", "rembg.sessions.",
    ),
    "starts a process": (
        "subprocess.", "multiprocessing.", "pty.", "concurrent.futures.ProcessPoolExecutor",
        "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.system", "os.popen",
        "os.startfile",
    ),
    "calls into C, or ends the process": ("ctypes.", "cffi.", "os._exit", "os.abort"),
}  # fmt: skip

# The files in which each danger is permitted, and why. Remove entries that are not needed.
DOORS: dict[str, dict[str, str]] = {
    "reads the clock or waits": {
        "base/clock.py": "the clock",
        "farm/dask_engine.py": "dask's own loop: what it waits for, and how long",
    },
    "draws what nobody can repeat": {
        "base/dice.py": "new seeds, and tokens of the live page",
        "base/files.py": "the name of a file that is half written",
        "store/leases.py": "the name of a file with leases",
        "store/locks.py": "the name of a working folder",
        "engine/masks.py": "the name of the folder that rembg takes for its home",
        "__main__.py": "the folder of one play by hand",
    },
    "speaks to the network": {
        "download/ytdlp.py": "yt-dlp, in a sandbox",
        "engine/model_download.py": "rembg's download of a model, in a separate process",
        "tune/server.py": "the live page, for this machine only",
        "base/bounded_server.py": "what the two servers share; it opens nothing by itself",
        "tune/served.py": "opens the live page in the browser",
        "farm/dask_engine.py": "dask, with the farm's key",
        "farm/networks.py": "the addresses of this machine, and who listens; nothing is sent",
        "farm/strangers.py": "whose certificate a wrong address shows; nothing is sent",
        "shared/farm_key.py": "TLS contexts, for holders of the key",
        "shared/http_door.py": "a store that speaks HTTP",
        "shared/s3_door.py": "a store that speaks S3",
        "shared/store_server.py": "the farm's own store, for holders of the key",
    },
    "starts a process": {
        "engine/cancel.py": "every program that runs",
        "verbs/watch.py": "becomes a new watch if the code has changed",
    },
    "calls into C, or ends the process": {},
}


def imported(tree: ast.AST) -> dict[str, str]:
    """Map each name in a file to what it refers to: `{"np": "numpy", "now": "time.monotonic"}`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                top = one.name.partition(".")[0]
                names[one.asname or top] = one.name if one.asname else top
                names[f"import {one.name}"] = one.name
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for one in node.names:
                names[one.asname or one.name] = f"{node.module}.{one.name}"
    return names


def uses(text: str) -> Iterator[str]:
    """Yield each dotted name that a source text imports, or uses from an import."""
    tree = ast.parse(text)
    names = imported(tree)
    yield from names.values()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            parts = [node.attr]
            inner: ast.expr = node.value
            while isinstance(inner, ast.Attribute):
                parts.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name) and inner.id in names:
                yield ".".join([names[inner.id], *reversed(parts)])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if called in ("__import__", "import_module") and node.args:
                name = node.args[0]
                yield str(name.value) if isinstance(name, ast.Constant) else "?"


def dangers(text: str, danger: str) -> set[str]:
    """Return the dangerous names of one kind that a source text uses."""
    return {
        use
        for use in uses(text)
        for pattern in DANGERS[danger]
        if f"{use}.".startswith(pattern) or (pattern[-1] != "." and use.startswith(pattern))
    }


@pytest.mark.parametrize("danger", DANGERS)
def test_only_listed_files_use_dangerous_calls(danger: str) -> None:
    """Only the listed files use dangerous names, and every listed file still does."""
    found = {
        str(path.relative_to(CODE)): used
        for path in sorted(CODE.rglob("*.py"))
        if (used := dangers(path.read_text(), danger))
    }
    # an optional room may be absent
    doors = {name for name in DOORS[danger] if (CODE / name).parent.is_dir()}
    assert {name: used for name, used in found.items() if name not in doors} == {}
    assert doors - found.keys() == set(), "it does not do that any more"


@pytest.mark.parametrize(
    ("danger", "text"),
    [
        ("reads the clock or waits", "from time import monotonic as now\n"),
        ("reads the clock or waits", "import datetime as d\nx = d.datetime.now()\n"),
        ("reads the clock or waits", "from datetime import date\nx = date.today()\n"),
        ("draws what nobody can repeat", "import numpy as np\nx = np.random.rand()\n"),
        ("draws what nobody can repeat", "from os import urandom\n"),
        ("draws what nobody can repeat", "def f():\n    import uuid\n"),
        ("speaks to the network", "import urllib.request\n"),
        ("speaks to the network", "from http.server import HTTPServer\n"),
        ("speaks to the network", "x = __import__('socket')\n"),
        ("starts a process", "import os\nos.execv('a', [])\n"),
        ("starts a process", "from concurrent.futures import ProcessPoolExecutor\n"),
        ("starts a process", "import importlib\nx = importlib.import_module('subprocess')\n"),
        ("calls into C, or ends the process", "import os\nos._exit(0)\n"),
    ],
)
def test_a_dangerous_call_is_found_however_it_is_imported(danger: str, text: str) -> None:
    """The check finds a danger whether it is imported, renamed or loaded by name."""
    assert dangers(text, danger)


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\nx = datetime.fromisoformat('2026-01-01')\n",
        "from urllib.parse import quote\n",
        "import os\nos.path.exists('a')\n",
        "from collide.base.clock import sleep\n",
        "import numpy as np\nx = np.zeros(3)\n",
        "time = 3\nx = [time]\n",
    ],
)
def test_harmless_names_are_not_reported(text: str) -> None:
    """The check permits parsing a time, quoting an address, and a local name such as `time`."""
    assert not [danger for danger in DANGERS if dangers(text, danger)]
