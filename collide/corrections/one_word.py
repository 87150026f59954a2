"""Refuse one word split by spaces (`opacity = 1`) and two joined to one (`project=x:opacity=1`).

A name, its = and its value must be one word. The error suggests the joined or split command.
"""

import re
import shlex
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from collide.base.errors import InputError
from collide.base.spoken_number import FRAMES, NUMBERS
from collide.base.workspace import Workspace
from collide.catalog import knobs, shipped
from collide.contract import RESERVED
from collide.library.folders import kind
from collide.limits import Chain, Choice, Several
from collide.project import presets
from collide.project.other_words import other_values
from collide.project.settings import PINNED, bare
from collide.syntax.arguments import KINDS
from collide.syntax.verb import declaration, verbs
from collide.text_limits import File, MaterialName

_UNIT = re.compile(
    r"%|[kmgt]i?b|ms|s|sec(?:ond)?s?|m|min(?:ute)?s?|h(?:ours?)?|fps|px|db(?:tp|fs)?|lufs|f|fr|frames?|beats?|bars?",
    re.IGNORECASE,
)
BETWEEN = ("from", "between")  # words before a range
TO = ("to", "-", "–", "—", "…", "..", "and", "until", "till", "through", "thru")  # within a range
_NUMBERED = re.compile(r"\w[\w.]*=[-+−]?[0-9.,]*[0-9]%?")  # a name and one number
_FOLDERS = ("path", "file", "manifest", "from")


def refuse_apart(argv: Sequence[str]) -> None:
    """Refuse a split `project = x`, two arguments joined to one, and a colon instead of an =."""
    parts = [(one, _sentence(one) if _sets_knobs(argv) else [one]) for one in argv]
    joined, split = list[str](), next((one for one, several in parts if several[1:]), "")
    for word in layered([part for _, several in parts for part in several]):
        whole = _joined(joined[-1], word, argv) if joined else None
        if spaced := re.fullmatch(r" *([\w.]+) += *(.*)", word):  # 'opacity = 0.5' in quotes
            split = split or word
            joined.append("=".join(spaced.groups()))
        elif whole is None:
            joined.append(word)
        else:
            split = split or f"{joined[-1]} {word}"
            joined[-1] = whole
    if split or len(joined) < len(argv):
        split = split or " ".join(word for word in argv if word not in joined)
        first, _, last = split.rpartition(" ")
        at = "next to the = of " if "=" in (first[-1:], last[:1]) else "in "
        raise InputError(
            f"there is a space {at}{split.rstrip('=').strip()!r}",
            why="one layer's knob is written layer2.similarity"
            if re.match(r"layers?\b|layer\d ", split)
            else "name=value must be one word, without spaces",
            fix=shlex.join(["doit", *joined]),
        )
    _refuse_colon(argv)
    apart = [part for word in argv for part in _parts(word)]
    if len(apart) > len(argv):
        raise InputError(
            f"{next(word for word in argv if len(_parts(word)) > 1)!r} joins two words",
            why="each name=value needs a space before it",
            fix=shlex.join(["doit", *apart]),
        )


def _sets_knobs(argv: Sequence[str]) -> bool:
    """Return whether a command's verb takes knobs; to `new`, a quoted argument is a name."""
    verb = next((word for word in argv if word in verbs()), "render")
    return declaration(verb).knobs and verb != "new"


def _sentence(word: str) -> list[str]:
    """Split an argument that holds knobs and values in words: 'layer2: opacity 50%, scale 60%'."""
    parts = [part for part in re.split(r"[\s,;]+", word) if part]
    named = any(_named(part.rstrip(":")) for part in parts)
    plain = named and "=" not in word and not Path(word).exists()
    return parts if plain and re.search("[0-9]", word) and " " in word.strip() else [word]


def _refuse_colon(argv: Sequence[str]) -> None:
    """Refuse a colon between a name and its value: `opacity:0.5`."""
    right = [_with_equals(word) for word in argv]
    for word, meant in zip(argv, right, strict=True):
        if word != meant:
            raise InputError(
                f"{word!r} has a colon before its value",
                why="write a knob and its value as one word: name=value",
                fix=shlex.join(["doit", *right]),
            )


def _with_equals(word: str) -> str:
    """Return `opacity:0.5` as `opacity=0.5`; return a task or any other word unchanged."""
    name, colon, value = word.partition(":")
    plain = colon and len(name) > 1 and _named(name) and value[:1] not in ("", "/", "\\")
    task = name in KINDS and re.fullmatch(r"(bed|b)?[0-9*?:\[\]!,-]+", value)
    return f"{name}={value}" if plain and not task and "=" not in name else word


def _named(name: str) -> bool:
    """Return whether a name belongs to a knob or a variable."""
    return bare(name) in knobs() or name in RESERVED


def layered(argv: Sequence[str]) -> list[str]:
    """Join each layer to its knob and turn `from=1 to 2` into `from=1 to=2`.

    Both `layer 2 opacity=1` and `layer2 opacity=1` become `layer2.opacity=1`. The layer also
    applies to the knobs after it.
    """
    words, at, held = list[str](), 0, ""
    takes = any("layer" in declaration(word).variables for word in argv if word in verbs())
    while at < len(argv):
        one, two, three, four = (*argv[at : at + 4], "", "", "")[:4]
        number = NUMBERS.get(two.lower(), two.rstrip(":"))
        apart = one.lower() in ("layer", "layers") and re.fullmatch(r"[0-9]", str(number))
        head, after, then = (f"layer{number}", three, four) if apart else (one, two, three)
        if (typed := re.fullmatch(r"layer=([0-9])", head)) and not takes and "=" in after:
            head = f"layer{typed[1]}"  # layer=2 opacity=0.5
        both = f"{after}_{then}" if then and "=" not in after else ""  # blend mode=add
        after = both if both.partition("=")[0] in knobs() else after
        alone = not then or then in verbs()  # knobs layer 2 x, layer 2 x knobs
        last = alone and after and _is_project(after)
        knob = None if last else knobs().get(after.rstrip(":").partition("=")[0])
        if re.fullmatch(r"layer[0-9]:?", head) and knob and knob.scope != "piece":
            held = head.rstrip(":")
            words.append(f"{held}.{after}")
            at += 2 + bool(apart) + (after == both)
        elif held and (own := knobs().get(one.partition("=")[0])) and own.scope != "piece":
            words.append(f"{held}.{one}")
            at += 1
        elif one.lower() == "to" and words[-1:] and words[-1].startswith("from=") and two:
            words.append(f"to={two}")
            at += 2
        else:
            words.append(one)
            at += 1
    return words


def _joined(before: str, word: str, argv: Sequence[str]) -> str | None:
    """Return two arguments joined into one, or None if they should remain separate."""
    if word.startswith("="):
        return None if before in verbs() or "=" in before else before + word
    if not word or before[:1] in ("", "-", "="):
        return None
    project = not any(one.startswith("project=") for one in argv) and _is_project(word)
    if not project and (whole := _after_name(before, word)):
        return whole
    if joint := _joint_word(before, word):
        return joint
    if before.partition("=")[0] in _FOLDERS and _begins_a_path(before, word):
        return f"{before} {word}"
    if before[-1] == "," and "=" in before and "=" not in word:  # keep=layer2, audio
        return before + word
    if "=" in word or "=" not in before or not (_is_plain(word) or word in TO):
        return None
    return _with_value(*before.partition("=")[::2], word, argv)


def _joint_word(before: str, word: str) -> str:
    """Return the argument before a word that only joins or counts, such as a comma, or ""."""
    if re.search(r"[=,]layer\d$", before) and word.lower() in ("and", "&", "+", "with"):
        return f"{before},"  # swap=layer 1 and layer 2
    counted = re.search(r"\.\.[^,:]+:\d+$", before) and word.lower() in ("steps", "values")
    return before if word in (",", ";") or counted else ""  # similarity=0.2..0.4 4 steps


def _after_name(before: str, word: str) -> str:
    """Return a name or layer joined to the word after it, or "" if they should remain separate."""
    name = before.rstrip(": ")
    if word == ":" and _named(before):
        return f"{before}:"
    if re.fullmatch(r"layer\w{1,5}\.?", before) and re.match(r"\.?[a-z_]+=", word):
        return before + word if "." in (before[-1], word[0]) else ""
    negative = re.match(r"-[0-9.]", word)
    value = "=" not in word and (_is_plain(word) or negative) and bare(word) not in knobs()
    if value and (
        (negative and before in knobs())
        or PINNED.fullmatch(name)
        or (before[-1] == ":" and _named(name))
    ):
        return f"{name}={word}"
    return ""


def _is_project(word: str) -> bool:
    """Return whether a word names a project, as x does in `knobs layer2.similarity x`."""
    return word in Workspace(Path.cwd()).projects()


def _is_plain(word: str) -> bool:
    return word not in (*verbs(), *KINDS) and word[:1] != "-"


def _with_value(name: str, value: str, word: str, argv: Sequence[str]) -> str | None:
    """Return `name=value` joined to the word after it, or None if they should remain separate."""
    before = f"{name}={value}"
    if value.lower() in (*BETWEEN, "at", "as"):
        return f"{name}={word}"
    if word.lower() in TO and _NUMBERED.fullmatch(before) and bare(name) in knobs():
        return f"{before}.."
    if not value or word[0] == "," or ".." in (before[-2:], word[:2]):
        return before + word
    frame = value.lower() in FRAMES and word.isdigit()  # at=frame 30
    if frame or (value[-1].isdigit() and _UNIT.fullmatch(word)):
        return before + word
    if re.search(r"(^|,)layers?$", value) and re.fullmatch(r"\d(,\d)*,?", word):  # keep=layer 2
        return (
            before.removesuffix("s")
            + word.rstrip(",").replace(",", ",layer")
            + ("," if word[-1] == "," else "")
        )
    limit = knobs()[bare(name)].limit if bare(name) in knobs() else None
    if (joint := _joint(name, value, word, argv)) is not None:
        return f"{before}{joint}{word}"
    if isinstance(limit, MaterialName | File) and kind(word):
        return f"{before} {word}"
    pair = _named(word) or word in shipped().aliases
    title = {(name, verb) for verb in argv} & {("project", "new"), ("name", "star")}
    return f"{before} {word}" if title and not pair and not kind(word) else None


def _joint(name: str, value: str, word: str, argv: Sequence[str]) -> str | None:
    """Return the colon, comma or hyphen that joins a word to a knob's value, or None."""
    if "sweep" in argv and word.isdigit() and re.fullmatch(r"[^,:]+\.\.[^,:]+", value):
        return ":"  # similarity=0.2..0.5 7
    if re.fullmatch(r"[0-9]{2,4}x?", value) and re.fullmatch(r"x|[0-9]{2,4}", word):
        size = shipped().aliases.get(name, name) == "output_size"
        return "" if size and (value[-1] == "x") != (word == "x") else None  # 1920 x 1080
    limit = knobs()[bare(name)].limit if bare(name) in knobs() else None
    if isinstance(limit, Chain | Several) and word in limit.words:
        return ","
    if name in ("preset", "presets"):  # vintage film
        there = presets.names([Path.cwd() / "presets"])
        return "-" if f"{value.rpartition(',')[2]}-{word}" in there else None
    named = isinstance(limit, Choice) and other_values(bare(name), f"{value}-{word}")
    return "-" if named else None


def _begins_a_path(before: str, word: str) -> bool:
    """Return whether an existing path begins with the value in `before`, a space, and `word`."""
    path = Path(f"{before.partition('=')[2]} {word}").expanduser()
    with suppress(OSError):
        return any(one.name.startswith(path.name) for one in path.parent.iterdir())
    return False


def _parts(word: str) -> list[str]:
    """Split a word that holds several variables, such as `project=x,opacity=0.5`."""
    found = re.fullmatch(r"(\w[\w.]*=[^=]*?)[,:;&]([\w.]+)(=.*)", word)
    found = found or re.fullmatch(r"(\w[\w.]*=\S.*?)[\s,;]+([\w.]+)(=.*)", word)
    if found and "://" not in word and bare(found[2]) in {*knobs(), *RESERVED}:
        return [found[1], *_parts(found[2] + found[3])]
    return [word]
