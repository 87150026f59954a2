"""Phrases of several loose words, rewritten as pairs: `similarity from 0.2 to 0.4 layer 2`."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import takewhile

from collide.base.filtergraph import number
from collide.base.spoken_number import FRAMES, NUMBERS, TIMES, amount
from collide.catalog import shipped
from collide.corrections.one_word import BETWEEN, TO
from collide.corrections.piece_times import span_of
from collide.corrections.word_values import WORD_NAMES, knob_of
from collide.limits import Seconds
from collide.project.other_words import other_values
from collide.project.settings import bare, renamed, takes
from collide.syntax.verb import declaration
from collide.text_limits import Label

VERSUS = ("vs", "versus", "against")  # between two looks
FILLERS = ("in", "with", "using", "as", "at", "plus")
TITLES = ("as", "called", "named")  # before a new name
SOUNDS = ("sound", "audio", "music")
LOCKS = ("lock", "keep", "hold", "protect")  # words before what a roll keeps
# Words after a number that only say what is counted: roll 12 looks.
COUNTED = (
    "projects pieces videos looks times frames throws variations renders clips seeds steps values"
).split()


def phrase(
    verb: str, words: Sequence[str], typed: Mapping[str, str], projects: Collection[str] = ()
) -> tuple[list[str], dict[str, str]]:
    """Return a command's loose words and its variables, with each phrase as one pair.

    Phrases are a range of a knob, a layer with its knob, an effect after `with`, a number spelled
    out, a number with what it counts, and seconds. A command that contains no phrase is returned
    unchanged. Otherwise, projects come first among the words, because a project may be called x,
    like a knob.
    """
    named = [word for word in words if word in projects]
    others = [word for word in words if word not in named]
    takes_words = declaration(verb).variables
    plain = _without_fillers(others)
    names = any(isinstance(one.limit, Label) and one.positional for one in takes_words.values())
    plain = [word for word in plain if not names or word.lower() not in TITLES]
    spelled = plain[:1] if names else plain  # star x best one
    plain = [*(str(NUMBERS.get(word.lower(), word)) for word in spelled), *plain[len(spelled) :]]
    plain = [word for word in plain if word.lower() not in VERSUS]
    if "keep" in {*plain} & {*takes_words} or "knobs" in takes_words:  # keep layer 2
        plain = re.sub(r"\blayers? ([1-9])\b", r"layer\1", " ".join(plain)).split()
    plain = _spanned(verb, _counted(verb, _sized(plain)), typed)
    plain, layer = _without_layer(plain, typed)
    plain = _turned(verb, plain)
    plain = [part for at in range(len(plain)) for part in _ranged(verb, plain, at)]
    timed = {"at", "from"} & declaration(verb).variables.keys() - typed.keys()
    pairs = _with_more(verb, plain, typed) if verb == "sweep" or not timed else {}
    if pairs:
        plain = []
    variables = {_of_layer(name, layer): text for name, text in (pairs or typed).items()}
    plain = [_of_layer(word, layer) for word in plain]
    return [*named, *plain] if plain != others else [*words], variables


def one_word(verb: str, words: Sequence[str]) -> str:
    """Join words such as `layer 2` or `--search color` into the only word of a verb, or return "".

    A layer is returned as layer2, a layer's knob as layer2.opacity. If the verb is info, both are
    returned as the layer's task.
    """
    takes, name = declaration(verb), " ".join(words).lower()
    if len(words) == 2 and words[0][:1] == "-" and words[0].lstrip("-") in WORD_NAMES:
        return words[1] if takes.words == 1 else ""
    found = re.fullmatch(r"(?:(\w+) )?layers? ([1-9])", name) if takes.words == 1 else None
    knob = f".{found[1]}" if found and found[1] else ""
    if not found or "layer" in takes.variables or (knob and knob[1:] not in shipped().knobs):
        return ""
    return f"layer:{found[2]}" if verb == "info" else f"layer{found[2]}{knob}"


def _without_fillers(words: Sequence[str]) -> list[str]:
    """Replace phrases such as `with grain`, `in 4k` and `without sound` by pairs."""
    left, at = list[str](), 0
    while at < len(words):
        word, after, then = (*words[at : at + 3], "", "")[:3]
        pairs = _effect(after) if word.lower() in FILLERS and not amount(then) else []
        if word.lower() in ("without", "no") and after.lower() in SOUNDS:
            pairs = ["sound=off"]
        left += pairs or [word]
        at += 2 if pairs else 1
    return left


def _effect(word: str) -> list[str]:
    """Return the name=value pairs for a lone word (an effect, its knob, a size), or []."""
    knob, alone = shipped().knobs.get(word), knob_of(word)
    found = {alone: word} if alone else dict(other_values("post", word))
    if knob and knob.owner.startswith("post/"):
        found = {"post": knob.owner.removeprefix("post/")}
    return [f"{name}={text}" for name, text in found.items()]


def _sized(words: Sequence[str]) -> list[str]:
    """Join a number to the unit of bytes after it: 5 GB."""
    left = list[str]()
    for word in words:
        if left and re.fullmatch(r"(?i)[kmgt]i?b", word) and re.fullmatch(r"[0-9.]+", left[-1]):
            left[-1] += word
        else:
            left.append(word)
    return left


def _counted(verb: str, words: Sequence[str]) -> list[str]:
    """Drop nouns after a number and turn `5 seconds` into for=5 or duration=5."""
    left, takes = list[str](), declaration(verb)
    plays = "duration" if takes.knobs else ""
    length = "for" if "for" in takes.variables else plays
    for word in words:
        numbered = bool(left) and left[-1].isdigit()
        if timed := _frame(verb, left, word):
            left = timed
            continue
        if numbered and length and word.lower() in TIMES:
            name = left[-2:-1] if left[-2:-1] in (["for"], ["duration"]) else []
            seconds = number(int(left[-1]) * TIMES[word.lower()])
            left[-1 - len(name) :] = [f"{(name or [length])[0]}={seconds}"]
        elif not (numbered and word.lower() in COUNTED):
            left.append(word)
    return left


def _frame(verb: str, words: Sequence[str], word: str) -> list[str]:
    """Return the words with a time in frames (`at frame 30`, `30 frames`) as a pair, or []."""
    takes = declaration(verb).variables
    times = [name for name, one in takes.items() if isinstance(one.limit, Seconds)]
    pair = [*words[-1:], word] if word.isdigit() else [word, *words[-1:]]
    if not times or pair[0].lower() not in FRAMES or not pair[-1].isdigit():
        return []
    name = words[-2] if words[-2:-1] and words[-2] in times else times[0]
    named = name in words[-2:-1]
    return [*words[: -1 - named], f"{name}={pair[1]}f"] if named or word.isdigit() else []


def _spanned(verb: str, words: Sequence[str], typed: Mapping[str, str]) -> list[str]:
    """Turn the words `1-2` or `1 to 2` into from=1 and for=1."""
    part = {"from", "for"}
    free = part <= {*declaration(verb).variables} and not part & {*typed}
    return [f"{name}={text}" for name, text in span_of(" ".join(words)).items()] * free or [*words]


def _knob(word: str) -> str:
    """Return the knob that a word begins with (under any program's name for it), or ""."""
    name = word.partition("=")[0].lower()
    single = shipped().aliases.get(name, renamed(name)[0])
    return single if single in shipped().knobs else ""


def _without_layer(words: Sequence[str], typed: Mapping[str, str]) -> tuple[list[str], str]:
    """Return the arguments without `layer 2`, and `layer2` (or "" if no knob needs a layer)."""
    knobs = [knob for word in (*words, *typed) if (knob := _knob(word))]
    if not any(shipped().knobs[knob].scope != "piece" for knob in knobs):
        return [*words], ""
    text = re.sub(r"\b(?:on |in |of |for )?layer ?([1-9])\b", r"\n\1\n", " ".join(words))
    parts = text.split("\n")
    if len(parts) != 3:
        return [*words], ""
    return [*parts[0].split(), *parts[2].split()], f"layer{parts[1]}"


def _of_layer(word: str, layer: str) -> str:
    """Prefix a name or a pair with the layer, if its knob belongs to layers."""
    knob = _knob(word)
    return f"{layer}.{word}" if layer and knob and shipped().knobs[knob].scope != "piece" else word


def _turned(verb: str, words: Sequence[str]) -> list[str]:
    """Return a knob and its number in that order, without a filler: 1.5 freeze, freeze at 1.5."""
    fillers = () if "at" in declaration(verb).variables else ("at", "to", "as")
    plain = [word for word in words if word.lower() not in fillers]
    if len(plain) == 2 and amount(plain[0]) and _knob(plain[1]):
        return plain[::-1]
    return plain if len(plain) == 2 and _knob(plain[0]) and amount(plain[1]) else [*words]


def _ranged(verb: str, words: Sequence[str], at: int) -> list[str]:
    """Return the word at `at`, a pair if a range follows it, or [] if it is part of a range."""
    for start in range(max(0, at - 4), at + 1):
        if not _knob(words[start]):
            continue
        found = _range_after(words[start:])
        if verb == "sweep":
            found = _values_after(words[start:]) or (found and _with_count(words[start:], *found))
        if found and start + found[1] > at:
            return [f"{words[start]}={found[0]}"] if start == at else []
    return [words[at]]


def _with_count(words: Sequence[str], text: str, end: int) -> tuple[str, int]:
    """Return a range with its count of values, which is the next word or 7, and its new end."""
    typed = words[end : end + 1]
    counted = bool(typed) and typed[0].isdigit() and int(typed[0]) > 1
    return f"{text}:{typed[0] if counted else 7}", end + counted


def _range_after(words: Sequence[str]) -> tuple[str, int] | None:
    """Return the range after a name, and the number of arguments to the range's end, or None."""
    rest = [*words[1:]]
    opened = len(rest) > 0 and rest[0].lower() in BETWEEN
    rest = rest[opened:]
    joined = len(rest) > 2 and rest[1].lower() in TO
    ends = rest[0:3:2] if joined else rest[:2]
    if rest[:1] and re.fullmatch(r"-?[0-9.]+\.\.-?[0-9.]+", rest[0]):  # similarity 0.2..0.4
        return rest[0], 2 + opened
    if len(ends) < 2 or "=" in words[0] or None in (amount(ends[0]), amount(ends[1])):
        return None
    return "..".join(ends), 1 + opened + 2 + joined


def _values_after(words: Sequence[str]) -> tuple[str, int] | None:
    """Return the values after a name (three or more numbers, or words) and their end, or None."""
    name = words[0]
    rest = [*takewhile(lambda word: takes(name, word, shipped()), words[1:])]
    least = 3 if rest and amount(rest[0]) else 2  # two numbers are the ends of a range
    return (",".join(rest), 1 + len(rest)) if len(rest) >= least else None


def _with_more(verb: str, words: Sequence[str], typed: Mapping[str, str]) -> dict[str, str]:
    """Return the variables with loose words added to a knob's value, or {}.

    `similarity=0.2 0.4` is a range; for sweep, the words are further values.
    """
    knobs = [name for name in typed if bare(name) in shipped().knobs]
    single = [name for name in knobs if takes(name, typed[name], shipped())]
    if verb == "sweep" and words and len(single) == 1:
        values = words[:-1] if len(words) == 2 and words[1].isdigit() else words  # 0.2 0.5 7
        each = all(takes(single[0], word, shipped()) for word in values)
        return {**typed, single[0]: ",".join([typed[single[0]], *words])} if each else {}
    if len(words) != 1 or len(knobs) != 1 or not amount(words[0]) or not amount(typed[knobs[0]]):
        return {}
    limit = shipped().knobs[bare(knobs[0])].limit
    if not getattr(limit, "rolls", False):
        return {}
    return {**typed, knobs[0]: f"{typed[knobs[0]]}..{words[0]}"}
