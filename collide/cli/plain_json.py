"""JSON output for other programs: one JSON document on stdout, instead of text for people.

Notes and errors go to stderr; exit codes are the same.
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
    """Return the function that prints a note: to stderr if stdout must be pure JSON."""
    return partial(print, file=sys.stderr) if as_json else print


def print_json(data: dict[str, Any]) -> int:
    """Print `data` as one JSON document, and return the exit code 0."""
    print(json.dumps(data, indent=1, ensure_ascii=False, default=str))
    return 0


def guesses(forecast: Iterable[Guess]) -> list[dict[str, Any]]:
    """Return the tasks of a forecast: verdict, seconds (null: unknown), bytes, and why."""
    return [
        {
            "task": guess.task,
            "verdict": guess.verdict,
            "seconds": guess.seconds,
            "bytes": guess.bytes,
            "why": sentence(guess.why, guess.task),
            "reasons": [asdict(reason) for reason in guess.why],
        }
        for guess in forecast
    ]
