"""The worker process that calls instruments, see analyst.py.

python -m collide.engine.worker FD [SCRIPTS PLAY …]

First it imports the libraries of the instruments PLAY, from the project's own SCRIPTS or from
collide. Then it reads one line of JSON per call from the file descriptor FD, and replies with one
on stdout:

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
    with os.fdopen(os.dup(1), "w") as answers, os.fdopen(int(words[0])) as questions:
        os.dup2(2, 1)  # output of an instrument is not a reply
        for play in words[2:]:
            with suppress(Exception):  # the request that needs it will report it
                import_ahead(play, words[1] or None)
        for line in questions:
            print(json.dumps(answered(json.loads(line))), file=answers, flush=True)
    return 0


def answered(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reply to a request: an instrument's result, or its error."""
    try:
        call = Call(question["play"], question["shape"], question["given"])
        answer = call(_catalog(question["scripts"]))
        json.dumps(answer)  # an unserializable answer is an error of the instrument too
    except Exception as error:
        text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
        return {"error": {"kind": type(error).__name__, "text": text}}
    return {"answer": answer}


def import_ahead(play: str, scripts: str | None) -> None:
    """Import the slow modules (a second or more) that an instrument imports in its functions."""
    tree = ast.parse(inspect.getsource(_catalog(scripts).instrument(play)))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            importlib.import_module(node.module)
        if isinstance(node, ast.Import | ast.ImportFrom):
            above = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for one in node.names:
                with suppress(ModuleNotFoundError):  # a name in a module is not itself a module
                    importlib.import_module(f"{above}{one.name}")


@cache
def _catalog(scripts: str | None) -> Catalog:
    """Return the instruments; `scripts` is the folder of a project's own."""
    return shipped().with_scripts(Path(scripts)) if scripts else shipped()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
