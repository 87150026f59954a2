"""Calls of instruments, one after another: a program of its own, started by engine.py.

    python -m collide.build.worker FD

On the file descriptor FD comes one line of JSON for each call, and on stdout goes one back:

    {"play": "modes/kmeans", "shape": "analyze", "scripts": null, "given": {"knobs": …, "seed": 7},
     "files": {"frames": "/a/path", "films": {"2": "/a/path"}}}
    {"answer": {"colors": ["0x102030"]}}
    {"error": {"kind": "ValueError", "text": "no frame is left"}}

What is in `files` reaches the instrument as paths, and what is in `given` as it is.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any


def main(words: Sequence[str]) -> int:
    """Answer until nobody asks any more; return an exit code."""
    with os.fdopen(os.dup(1), "w") as answers, os.fdopen(int(words[0])) as questions:
        os.dup2(2, 1)  # what an instrument prints is no answer
        for line in questions:
            print(json.dumps(answered(json.loads(line))), file=answers, flush=True)
    return 0


def answered(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an instrument answers, or its error."""
    try:
        call = function(question["play"], question["shape"], question["scripts"])
        files = {name: placed(value) for name, value in question["files"].items()}
        answer = call(**question["given"], **files)
        json.dumps(answer)  # what cannot be sent is an error of the instrument as well
    except Exception as error:
        text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
        return {"error": {"kind": type(error).__name__, "text": text}}
    return {"answer": answer}


def function(play: str, shape: str, scripts: str | None) -> Callable[..., Any]:
    """Return a function of an instrument; `scripts` is the folder of a project's own ones."""
    from collide.catalog import Open, admit, instrument

    if Open.scripts != (folder := Path(scripts) if scripts else None):
        admit(folder)
    return getattr(instrument(play), shape)  # type: ignore[no-any-return]


def placed(value: str | Mapping[str, str]) -> Path | dict[int, Path]:
    """Return a file, or several by their numbers."""
    if isinstance(value, str):
        return Path(value)
    return {int(number): Path(path) for number, path in value.items()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
