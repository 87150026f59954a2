"""Parsers for pasted text: addresses, paths, names and times of day as people write them."""

import re
import unicodedata
from datetime import datetime, timedelta
from pathlib import PurePath

from collide.base.file_kinds import MATERIAL
from collide.base.spoken_number import TIMES, amount
from collide.base.words import nearest

HOST = r"(\[[0-9A-Fa-f:.]+\]|[^\s/?#:@\[]+)"
ADDRESS = rf"(?i:https?)://(\S+@)?{HOST}.*"
_AROUND = " \t\r\n<>\"'`()[]{}“”„‘’«»,;"
_LABEL = re.compile(r"(?:url|link|href|address|source)\s*[:=]\s*", re.IGNORECASE)
_SCHEME = re.compile(r"([A-Za-z]{3,6})\s*(?:[:;]\s*[/\\]*|[/\\]{2,})\s*(?=[\w\[])")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}(?::[0-9]{1,5})?(?P<rest>[/?#].*)?")
_CLOCK = r"([0-9]{1,2})\s*[.h:]?\s*([0-9]{2})?\s*([ap]m?)?\.?"


def address_of(text: str) -> str:
    """Return the web address in a pasted string, or "" for any other string.

    A bare name with the suffix of a clip or sound, such as rain.mp4, is a file, not a domain.
    """
    text = _LABEL.sub("", text.strip(_AROUND), count=1).strip(_AROUND)
    match = _SCHEME.match(text)
    scheme = match and nearest(match[1], ("http", "https"))
    if match and scheme:
        address = f"{scheme}://{text[match.end() :]}"
    else:
        text = text.removeprefix("//")
        domain = _DOMAIN.fullmatch(text)
        if not domain or (not domain["rest"] and _material(text)):
            return ""
        address = f"https://{text}"
    return address if re.fullmatch(ADDRESS, address, re.DOTALL) else ""


def path_of(text: str) -> str:
    """Return the path of a clip or sound in a pasted string, or "" for any other string."""
    text = _LABEL.sub("", text.strip(_AROUND), count=1).strip(_AROUND)
    path = re.sub(r"^file:/*", "/", text)
    strange = "://" in path or address_of(path)
    return path if _material(path) and not strange else ""


def _material(text: str) -> bool:
    return PurePath(text).suffix.lower() in MATERIAL


def time_of_day(text: str) -> str:
    """Parse a time of day: 7 becomes 7:00, 8pm becomes 20:00, and any other text becomes ""."""
    text = {"noon": "12:00", "midnight": "0:00"}.get(text.strip().lower(), text)
    match = re.fullmatch(_CLOCK, text.strip().lower())
    if not match:
        return ""
    hour = int(match[1])
    if match[3] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if match[3][0] == "p" else 0)
    time = f"{hour % 24}:{match[2] or '00'}"
    late = hour <= 24 or (match[2] and hour < 48)  # 25:00 is the next day's 1:00
    return time if late and int(match[2] or 0) < 60 else ""


def from_now(text: str, now: datetime) -> str:
    """Return the time of day after a wait such as `8h` (from 1 min to less than 24 h), or ""."""
    wait = amount(re.sub(r"^(in|after|for)\s+", "", text.strip().lower()))
    seconds = wait[0] * TIMES.get(wait[1], 0.0) if wait else 0.0
    if not 60 <= seconds < 24 * 3600:
        return ""
    time = now + timedelta(seconds=seconds)
    return f"{time.hour}:{time.minute:02}"


def look_stem(text: str) -> str:
    """Return the look in a path or in PROJECT-LOOK, or a cell's number (#2); otherwise ""."""
    if cell := re.fullmatch(r"(?:#|no\.?|cell|number|look)\s*([0-9]{1,3})", text.strip().lower()):
        return cell[1]
    stem = re.fullmatch(r"(?:.*[-/])?([0-9a-f]{4,8})\.json|[\w.]+-([0-9a-f]{8})", text.strip())
    return (stem[1] or stem[2]) if stem else ""


def label_of(text: str) -> str:
    """Turn a string into a valid name, or into "" if no valid character is left.

    A path into projects/ becomes the project's name.
    """
    text = re.sub(r"^(.*/)?projects/([^/]+).*", r"\2", text, flags=re.DOTALL)
    text = re.sub(r"(/(config|selection|manifest))?\.json$|/+$", "", text.strip())
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", plain).strip("-.")[:64].strip("-.")
