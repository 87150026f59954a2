"""The worker process, which calls instruments on request from its client, analyst.py.

    python -m collide.engine.worker FD [SCRIPTS PLAY …]

First it imports the libraries of the instruments PLAY, which are in a project's folder SCRIPTS or
in collide. Then it reads one line of JSON per call from the file descriptor FD, and writes one line
per reply to stdout:

    {"play": "modes/kmeans", "shape": "analyze", "scripts": null,
     "given": {"knobs": …, "seed": 7, "frames": "/a/path"}}
    {"answer": {"colors": ["0x102030"]}}
    {"error": {"kind": "ValueError", "text": "no frame is left"}}
"""

import ast
import importlib
import inspect
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from collide.catalog import Catalog, shipped
from collide.store.call import Call


def main(words: Sequence[str]) -> int:
    """Serve requests until FD is closed; return an exit code."""
    with os.fdopen(os.dup(1), "w") as replies, os.fdopen(int(words[0])) as requests:
        os.dup2(2, 1)  # keep what an instrument prints out of the replies
        for play in words[2:]:
            with suppress(Exception):  # a request that needs the library will report the error
                import_ahead(play, words[1] or None)
        for line in requests:
            print(json.dumps(answered(json.loads(line))), file=replies, flush=True)
    return 0


def answered(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reply to a request: an instrument's result, or its error."""
    try:
        call = Call(request["play"], request["shape"], request["given"])
        answer = call(_catalog(request["scripts"]))
        json.dumps(answer)  # an answer that is not plain data is also an instrument error
    except Exception as error:
        text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
        return {"error": {"kind": type(error).__name__, "text": text}}
    return {"answer": answer}


def import_ahead(play: str, scripts: str | None) -> None:
    """Import the modules that an instrument's functions import, which can take seconds."""
    tree = ast.parse(inspect.getsource(_catalog(scripts).instrument(play)))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            importlib.import_module(node.module)
        if isinstance(node, ast.Import | ast.ImportFrom):
            above = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for one in node.names:
                with suppress(ModuleNotFoundError):  # an imported name need not be a module
                    importlib.import_module(f"{above}{one.name}")


@cache
def _catalog(scripts: str | None) -> Catalog:
    """Return the catalog of instruments, including a project's own in the folder `scripts`."""
    return shipped().with_scripts(Path(scripts)) if scripts else shipped()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
