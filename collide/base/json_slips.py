"""Slips in hand-written JSON: what stopped the parser, and how the line should read.

The known slips are a value that JSON does not allow (2s, 0.2..0.4, True, .3, 720p, 0,3), a name
without quotes, typographic quotes, name=value as on a command line, a semicolon, a single
backslash, an unusual space character, a missing bracket at the end, missing braces, and a git merge
conflict.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from collide.base.spoken_number import TIMES, amount, cleaned, ends

# (name, unquoted text) -> the likely JSON value and a note on what the name takes; each may be ""
ToJson = Callable[[str, str], tuple[str, str]]

QUOTES = "“”„‟‘’‚«»"
MOST = 40  # the maximum number of lines corrected in one file
_STRING = r'"(?:[^"\\\n]|\\.)*"'
_BEFORE = re.compile(rf"(?:(?P<name>{_STRING})\s*:|[\[,{{])[^\S\n]*")
_BARE = re.compile(r"\([^()\n]*\)|[^,\]}\n\"]*")
_COMMA = re.compile(
    rf"(?P<name>{_STRING})\s*:\s*(?P<value>[-+0-9.]+,[^\S\n]*[-+0-9.]+)(?![^\s,}}])"
)
_TYPED = re.compile(r"""'?([A-Za-z][\w.]*)'?\s*([=:])\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^,\n}"']*))""")
_LINE = re.compile(r"""["']?([A-Za-z][\w.]*)["']?\s*[:=]\s*(.*?)\s*,?(?:\s#\s.*)?""")
_WORDS = {"true": "true", "yes": "true", "false": "false", "no": "false"}
_NONE = ("none", "null", "nil", "undefined")
_NO_NUMBER = ("nan", "inf", "infinity")


class Slip(NamedTuple):
    """A wrong part of a file's text, its replacement (None if unknown), and what is wrong."""

    start: int
    end: int
    right: str | None
    why: str


def json_value(name: str, text: str) -> str:
    """Return the most likely JSON value for unquoted text after a name."""
    word = cleaned(text)
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    number = re.sub(r"(?<=[0-9]),(?=[0-9]+$)", ".", word)
    if re.fullmatch(r"[-+]?([0-9][0-9_]*\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,2})?", number):
        whole = re.fullmatch(r"[-+]?[0-9_]+", number)
        return json.dumps(int(number) if whole else float(number))
    quantity = amount(word)
    if quantity and quantity[1] in TIMES and not name.endswith("_ms"):
        return json.dumps(round(quantity[0] * TIMES[quantity[1]], 6)).removesuffix(".0")
    return json.dumps(word, ensure_ascii=False)


def by_form(name: str, text: str) -> tuple[str, str]:
    """Return the likely JSON value for unquoted text, judged by its form alone, and an empty note.

    For words such as null or NaN, the value is "".
    """
    word = cleaned(text).lower()
    return "" if word in _NONE or word.lstrip("+-") in _NO_NUMBER else json_value(name, text), ""


def slip_at(text: str, at: int, message: str, to_json: ToJson) -> Slip | None:
    """Return the slip that stopped the parser, or None if no known slip did.

    Args:
        at: where Python's parser stopped, with the message `message`.
        to_json: finds the JSON value for unquoted text.
    """
    sign = text[at : at + 1]
    if sign and _is_odd_space(sign):
        end = next(i for i in range(at, len(text) + 1) if not _is_space(text[i : i + 1]))
        return Slip(at, end, " " * (end - at), f"{_called(sign)}: type a plain space")
    if "escape" in message:
        return _backslash(text, at)
    if not text[at:].strip():
        return _cut_off(text, message)
    if sign in ("'", "") or re.match(r"//|/\*|#(?![0-9A-Fa-f]{3,6}\b)", text[at : at + 8]):
        return None
    if sign == ";":
        return Slip(at, at + 1, ",", "a comma, not ;, separates two knobs")
    if "':' delimiter" in message or "property name" in message:
        return _decimal_comma(text, at, to_json) or _quoted_pair(text, at, message, to_json)
    if message.startswith("Expecting value") or "',' delimiter" in message:
        return _bare_value(text, at, to_json)
    return None


def _cut_off(text: str, message: str) -> Slip | None:
    """Return the slip if the text lacks only its last brackets."""
    pieces, missing = re.findall(rf"{_STRING}|[{{}}\[\]]", text), ""
    for piece in pieces:
        if piece in ("{", "["):
            missing = ("}" if piece == "{" else "]") + missing
        elif piece in ("}", "]"):
            missing = missing[1:]
    whole, end = text.rstrip().removesuffix(",").rstrip(), len(text.rstrip())
    if not missing or not ("',' delimiter" in message or text[len(whole) : end] or whole == "{"):
        return None
    return Slip(len(whole), end, missing, f"the file ends before its last {missing[-1]}")


def conflict(text: str) -> str:
    """Return a message about the git merge conflict in `text`, or "" if there is no conflict."""
    lines = [n for n, row in enumerate(text.splitlines(), 1) if re.match(r"<{7}|={7}$|>{7}", row)]
    if len(lines) < 2 or "<<<<<<<" not in text:
        return ""
    return (
        f"lines {lines[0]} to {lines[-1]} are a git conflict: keep one side and delete "
        "the lines that begin with <<<<<<<, ======= and >>>>>>>"
    )


def as_object(text: str, to_json: ToJson) -> str:
    """Turn text without braces into a JSON object, or into "" if that is impossible.

    The text may be the inside of a JSON object, or lines of `name: value` or `name = value`, as in
    YAML and TOML without nesting.
    """
    whole = "{\n" + text.strip().rstrip(",") + "\n}"
    with suppress(ValueError, RecursionError):
        return whole if json.loads(whole) else ""
    pairs: dict[str, str] = {}
    for row in map(str.strip, text.splitlines()):
        if row in ("", "---", "...") or row[0] in "#;":
            continue
        pair = _LINE.fullmatch(row)
        if not pair or not pair[2] or pair[1] in pairs or len(pairs) == MOST:
            return ""
        pairs[pair[1]] = _kept(pair[1], pair[2], to_json)
    if not pairs or any(re.search(r'[\[{]|: |".*".*"', one[1:-1]) for one in pairs.values()):
        return ""
    return "{\n" + ",\n".join(f'  "{name}": {value}' for name, value in pairs.items()) + "\n}"


def no_number(text: str, word: str) -> tuple[int, str]:
    """Return the line of an unquoted word (NaN) and the name before it, or (0, "")."""
    pieces = re.finditer(rf"({_STRING})|({re.escape(word)})(?![\w.])", text)
    name = ""
    for piece in pieces:
        if piece[2]:
            return text.count("\n", 0, piece.start()) + 1, name
        if re.match(r"\s*:", text[piece.end() :]):
            name = piece[1][1:-1]
    return 0, ""


def _bare_value(text: str, at: int, to_json: ToJson) -> Slip | None:
    """Return the slip if the parser stopped at an unquoted value that is not JSON."""
    begin = text.rfind("\n", 0, at) + 1
    heads = [one for one in _BEFORE.finditer(text, begin) if one.end() <= at]
    if not heads:
        return None
    head, names = heads[-1], [one["name"] for one in heads if one["name"]]
    name = names[-1][1:-1] if names else ""
    bare = _BARE.match(text, head.end())
    word = re.split(r"\s+(?://|/\*|#)", bare[0] if bare else "")[0].strip()
    if not word or word[0] in "[{'":
        return None
    start, end = head.end(), head.end() + len(word)
    listed = text[head.start()] in "[," and not head["name"]
    if listed and len(parts := ends(word)) == 2 and all(map(amount, parts)):
        return Slip(start, end, ", ".join(json_value(name, one) for one in parts), _not_json(word))
    value, takes = to_json(name, word)
    if value == word:
        return None
    why = f"{_not_json(word)}{f'; {takes}' if takes else ''}"
    if value:
        return Slip(start, end, value, why)
    if word.lower().lstrip("+-") in _NO_NUMBER or not head["name"]:
        return Slip(start, end, None, why)
    comma = re.compile(r"[^\S\n]*,?").match(text, end)  # no value: remove the whole pair
    return Slip(head.start(), comma.end() if comma else end, "", f"{why}: leave the line out")


def _not_json(word: str) -> str:
    """Return what is wrong with an unquoted word."""
    low = word.lower()
    if low in ("true", "false", "null"):
        return f"{word} is written {low}"
    if low.lstrip("+-") in _NO_NUMBER:
        return f"{word} is not a number"
    if word[0] in QUOTES:
        return f"{word[0]} is a typographic quote: names and strings need plain quotes"
    return f"{word[:40]} is not a JSON value"


def _decimal_comma(text: str, at: int, to_json: ToJson) -> Slip | None:
    """Return the slip if a number has a decimal comma, or if two numbers lack brackets."""
    begin = text.rfind("\n", 0, at) + 1
    for match in _COMMA.finditer(text, begin):
        if not match.start("value") < at <= match.end("value"):
            continue
        word, name = match["value"], match["name"][1:-1]
        if re.search(r"\s|\..*,|,.*\.", word):
            value, why = f"[{word}]", "two numbers need square brackets"
        else:
            value, why = to_json(name, word)[0], "a decimal number needs a point, not a comma"
        return Slip(*match.span("value"), value, why)
    return None


def _quoted_pair(text: str, at: int, message: str, to_json: ToJson) -> Slip | None:
    """Return the slip if a pair has = instead of a colon or lacks quotes."""
    if "':' delimiter" in message:
        before = text[:at].rstrip()
        inside = re.search(rf"({_STRING})$", before)
        if text[at : at + 1] == "=":
            return Slip(at, at + 1, ":", "a colon, not =, separates a name from its value")
        pair = inside and _TYPED.fullmatch(inside[1][1:-1])
        if not inside or not pair:
            return None
        start, end = inside.span(1)
    else:
        pair = _TYPED.match(text, at)
        if pair is None:
            return None
        start, end = at, pair.start() + len(pair[0].rstrip())
    name, sign, *texts = pair.groups()
    whole = next((one for one in texts if one is not None), "").strip()
    if whole[:1] in ("[", "{"):
        return Slip(start, start + len(name), json.dumps(name), f"{name} needs double quotes")
    value = json.dumps(whole) if texts[2] is None else _kept(name, whole, to_json)
    why = "in a file, write a knob as" if sign == "=" else "a name needs double quotes:"
    return Slip(start, end, f'"{name}": {value}', f'{why} "{name}": {value}')


def _kept(name: str, text: str, to_json: ToJson) -> str:
    """Return an unquoted value as JSON, unchanged if it is valid JSON already."""
    try:
        json.loads(text)
        return text
    except ValueError:
        return to_json(name, text)[0] or json_value(name, text)


def _backslash(text: str, at: int) -> Slip | None:
    """Return the slip if a string contains single backslashes, as a Windows path does."""
    begin = text.rfind("\n", 0, at) + 1
    for match in re.finditer(r'"[^"\n]*"', text[begin:]):
        start, end = begin + match.start(), begin + match.end()
        if start <= at < end:
            right = re.sub(r"\\+", "/", match[0])
            return Slip(start, end, right, r"in JSON, \ begins an escape: in a path, write /")
    return None


def tabbed(text: str) -> Slip | None:
    r"""Return the slip if a Windows path contains what JSON takes for an escape, such as \t."""
    match = re.search(
        r'"(?:[A-Za-z]:[^"\n]*\\[bfnrt][^"\n]*|[^"\n]*\\[bfnrt][^"\n]*\.\w{1,5})"', text
    )
    return _backslash(text, match.start() + 1) if match else None


def _is_odd_space(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return sign not in " \t\r\n" and (kind in ("Zs", "Zl", "Zp", "Cf") or sign in "\v\f\x85")


def _is_space(sign: str) -> bool:
    return sign == " " or bool(sign and _is_odd_space(sign))


def _called(sign: str) -> str:
    name = unicodedata.name(sign, "an odd space").lower()
    return f"there is a {name} (U+{ord(sign):04X})"
