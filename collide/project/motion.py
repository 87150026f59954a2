"""Errors for values that would animate a knob, in the form that other programs write."""

import re
from typing import Any

from collide.limits import BadValueError, Limit, Range, as_typed
from collide.project.plain_values import is_random

PAIR = r"[0-9.]+\s*[:=]\s*-?[0-9.]+"  # a time in seconds and the value at that time
AT = r"@\s*[0-9.:]+\s*(?:s|ms|%|f)?"  # a time, after its value
PLACED = re.compile(r"^[^@>]*[0-9]\w*\s*@\s*(?:the\s+)?(?:end|start|beginning)\s*$")  # 2s@end
MOVES = re.compile(
    rf">|→|@|\bto\b|\w\(.*\)|\b[tn]\b|{PAIR}[\s,;|]+{PAIR}|\b(?:ease|lerp|linear|random)"
)
SEVERAL = re.compile(r"-?[0-9.]+(?:\s*[,;|]\s*-?[0-9.]+){2,}")  # 0.1,0.2,0.3; 0,3 is 0.3
WHOLES = re.compile(r"-?[0-9]+(?:\s*[,;|]\s*-?[0-9]+)+")


def held_still(name: str, raw: Any, limit: Limit) -> BadValueError | None:
    """Return the error for a value that would animate a knob, with a sweep as its fix, or None."""
    if not isinstance(raw, str) or not isinstance(limit, Range) or PLACED.search(raw):
        return None
    listed = (WHOLES if type(limit) is Range and limit.whole else SEVERAL).fullmatch(
        raw.strip().strip("[]()")
    )
    if not listed and not MOVES.search(raw):
        return None
    if is_random(raw):  # other code suggests a roll for seed=random, and a range for other knobs
        return None
    text = re.sub("[−﹣－]", "-", raw)
    pairs = re.findall(r"[0-9.]+\s*[:=]\s*(-?[0-9.]+)", text)
    still = re.sub(AT, " ", text.replace("..", " "))
    numbers = pairs or re.findall(r"(?<![\w.])-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", still)
    timed = re.search(r"\b[tn]\b|\b(?:sin|cos|random)", raw)
    values = [] if timed else [near for one in numbers if (near := limit.near(one))]
    values = [*dict.fromkeys(values)]
    sweep = ",".join(values)
    if len(values) < 2:
        sweep = f"{as_typed(limit.low)}..{as_typed(limit.high)}:7"
    instead = values[0] if values else as_typed(limit.low)
    why = "keeps one value for the whole piece; a sweep shows several values"
    if limit.rolls and len(values) == 2 and re.search(r"\bto\b", raw):
        instead = "..".join(sorted(values, key=float))
        why = "keeps one value for the whole piece: the seed picks it from a range"
    error = BadValueError(name, raw, why, instead=instead, fix=f"doit sweep {name}={sweep}")
    error.sweep = sweep
    return error
