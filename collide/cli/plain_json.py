"""JSON output for other programs: a single JSON document on stdout, instead of text for people.

Notes and errors go to stderr, and exit codes do not change.
"""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from typing import Any

from collide.run.forecast import Guess
from collide.store.reasons import sentence
from collide.syntax.variables import toggle

AS_JSON = toggle("whether to print JSON, for other programs")


def notes_of(as_json: bool) -> Callable[[str], None]:
    """Return a function that prints a note, to stderr if stdout must contain only JSON."""
    return partial(print, file=sys.stderr) if as_json else print


def print_json(data: dict[str, Any]) -> int:
    """Print `data` as a JSON document and return the exit code 0."""
    print(json.dumps(data, indent=1, ensure_ascii=False, default=str))
    return 0


def guesses(forecast: Iterable[Guess]) -> list[dict[str, Any]]:
    """Return a forecast's tasks as plain data: verdict, seconds (null if unknown), bytes, why."""
    return [
        {
            "task": guess.task,
            "verdict": guess.verdict,
            "seconds": None if guess.seconds is None else round(guess.seconds, 3),
            "bytes": guess.bytes,
            "why": sentence(guess.why, guess.task),
            "reasons": [asdict(reason) for reason in guess.why],
        }
        for guess in forecast
    ]
