"""Numbers and ranges as people type them: 1/2, 30%, 0,3, 2min, 1:5, “0.5”, −2, 20..40%, 0:00:01:12.

The result is only suggested to the user, because a limit accepts only its own notation.
"""

import re

_QUOTES = "\"'`“”„‟‘’‚«»"
_NUMBER = r"[+-]?[0-9]{0,18}[.,]?[0-9]{1,18}(?:[eE][+-]?[0-9]{1,2})?"
_AMOUNT = re.compile(rf"({_NUMBER})\s*(%|°|[A-Za-z]{{1,8}})?")
_SHARE = re.compile(r"([0-9]{1,9})\s*/\s*(0*[1-9][0-9]{0,8})")
_CLOCK = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,4}):([0-9]{1,2}(?:\.[0-9]{1,6})?)")
_TIMECODE = re.compile(r"([0-9]{1,3}):([0-5]?[0-9]):([0-5]?[0-9])([:;])([0-9]{1,3})")
_AND_FRAMES = re.compile(r"([0-9]{1,6})\s*s(?:ec)?\s*\+?\s*([0-9]{1,6})\s*f\w*", re.IGNORECASE)
_FRAMES = re.compile(r"(?:frames?|f)?\s*#?([0-9]{1,9})\s*(?:frames?|fr|f)?", re.IGNORECASE)
_MINUS = re.compile(r"^[−‐‑‒–—﹣－]\s*(?=[0-9.,])")  # typographic minus signs before a number
_SPLIT = re.compile(
    r"\s*(?:\.{2,}|…)\s*|\s+(?:to|-|–|—)\s+|(?<=[0-9%])[-–—](?=[0-9.])", re.IGNORECASE
)

_PAIR = re.compile(rf"({_NUMBER}%?)\s*[,;|]\s*({_NUMBER}%?)")

NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}
NUMBERS |= {"dozen": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100}
SHARES = {"quarter": 0.25, "half": 0.5, "double": 2.0, "twice": 2.0, "triple": 3.0}
FRAMES = ("f", "fr", "frame", "frames")  # converting these to seconds needs a frame rate
# Units of time, in seconds.
TIMES = {
    "ms": 0.001, "s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0,
    "m": 60.0, "min": 60.0, "mins": 60.0, "minute": 60.0, "minutes": 60.0,
    "h": 3600.0, "hour": 3600.0, "hours": 3600.0,
}  # fmt: skip


def cleaned(text: str) -> str:
    """Strip spaces, quotes and stray marks from a string, and replace a typographic minus sign.

    Stray marks are = before the text, and commas and semicolons after it.
    """
    return _MINUS.sub("-", text.strip().lstrip("=").rstrip(",;").strip(f"{_QUOTES} \t"))


def amount(text: str) -> tuple[float, str] | None:
    """Parse a number and its unit, in lower case; return None for any other text.

    Several numbers with units of time, as in `1m30s`, are added up in seconds, and so are the parts
    of 1:05 or 1:02:05.
    """
    text = cleaned(text)
    if match := _AMOUNT.fullmatch(text):
        return float(match[1].replace(",", ".")), (match[2] or "").lower()
    if match := _SHARE.fullmatch(text):
        return int(match[1]) / int(match[2]), ""
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = int(match[1] or 0), int(match[2]), match[3]
        return 3600.0 * hours + 60.0 * minutes + float(seconds), ""
    if text.lower() in (words := {**NUMBERS, **SHARES}):
        return float(words[text.lower()]), ""
    if (seconds := _of_clock(text.lower())) is not None:
        return seconds, "s"
    parts = re.findall(r"([0-9]{1,6})\s*(h|min|m|sec|s)(?![a-z])", text.lower())
    if len(parts) > 1 and "".join(map("".join, parts)) == re.sub(r"\s", "", text.lower()):
        return sum(int(number) * TIMES[unit] for number, unit in parts), "s"
    return None


def _of_clock(text: str) -> float | None:
    """Return the seconds of a clock time with one unit (1m30, 1min30, 1:30min), or None."""
    if match := re.fullmatch(r"([0-9]{1,4})(h|m|min)([0-9]{1,2})", text):
        return round(TIMES[match[2]] * (int(match[1]) + int(match[3]) / 60), 6)
    match = re.fullmatch(r"([0-9:.]+)\s*([hms][a-z]{0,6})", text)
    if not match or TIMES.get(match[2], 0.0) < 1 or not _CLOCK.fullmatch(match[1]):
        return None
    found = amount(match[1])
    hours = match[2][0] == "h" and match[1].count(":") == 1  # in 1:30h, the 1 is hours
    return found[0] * (60 if hours else 1) if found else None


def frames_of(text: str, rate: float) -> tuple[int, float] | None:
    """Parse a time with frames; return its frame part and the entire time in seconds.

    Examples are 45f, frame 45, 1s12f and hours:minutes:seconds:frames. A `;` before the frames
    marks drop-frame timecode, which skips frame numbers in nine of every ten minutes. Return None
    for any other text.

    Args:
        rate: the exact frames per second, such as 30000/1001.
    """
    text, nominal = cleaned(text), max(1, round(rate))
    if (match := _FRAMES.fullmatch(text)) and not text.isdigit():
        return int(match[1]), int(match[1]) / rate
    if match := _AND_FRAMES.fullmatch(text):  # for example 1s12f
        return int(match[2]), int(match[1]) + int(match[2]) / rate
    if not (match := _TIMECODE.fullmatch(text)):
        return None
    hours, minutes, seconds, frames = (int(match[i]) for i in (1, 2, 3, 5))
    minutes += 60 * hours
    count = (60 * minutes + seconds) * nominal + frames
    if match[4] == ";" and nominal != rate:
        count -= nominal // 15 * (minutes - minutes // 10)
    return frames, count / rate


def ends(text: str) -> list[str]:
    """Return the ends of a range as a list: "" for an open end, and one item for a single value.

    A unit after the second number also applies to a first number without a unit.
    """
    text = cleaned(text)
    if re.fullmatch(r"\[.*,.*\]", text):
        return [cleaned(part) for part in text[1:-1].split(",")]
    # 0.1,0.3 is a range, but 0,3 is the number 0.3
    if amount(text) is None and (match := _PAIR.fullmatch(text)):
        return [match[1], match[2]]
    parts = [cleaned(part) for part in _SPLIT.split(text)]
    if len(parts) == 2 and (unit := re.search(r"[0-9]\s*(%|[A-Za-z]{1,8})$", parts[1])):
        parts[0] += unit[1] if parts[0][-1:].isdigit() else ""
    return parts


def shares(text: str) -> list[float]:
    """Parse a range of fractions, such as 0.4-0.6 or 60%..40%; return its ends, 0..1, sorted.

    A single fraction becomes the range from 0.1 below it to 0.1 above it. Return [] for any other
    text.
    """
    amounts = [amount(part) for part in ends(text)]
    real = [one[0] / 100 if one[1] == "%" or one[0] > 1 else one[0] for one in amounts if one]
    if len(real) == 1:
        real = [max(0.0, real[0] - 0.1), min(1.0, real[0] + 0.1)]
    good = None not in amounts and len(real) == 2 and all(0 <= one <= 1 for one in real)
    return [round(one, 4) for one in sorted(real)] if good else []
