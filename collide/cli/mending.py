"""Corrections: the command that was probably meant, so that a printed fix can be pasted.

A name is corrected to a similar one, or from another program's word; a value to the form of its
variable. A corrected command is only printed, never run.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from types import ModuleType

from collide.base.errors import InputError, nearest
from collide.catalog import Catalog, shipped
from collide.cli.arguments import KINDS, line, refuse_strange_words, verb_module, verbs
from collide.limits import as_typed
from collide.project.other_words import OTHER_WORDS
from collide.project.settings import MOST_LAYERS, bare

PINNED = re.compile(r"(?:layer|l|video|clip)?[ _-]?(\d)[._](\w+)")


def with_line(error: InputError, *lines: str) -> InputError:
    """Return an error whose fix ends with lines to paste; one of them stands beside the words."""
    fix = "\n".join([error.fix, *lines])
    if len(lines) == 1:
        fix = f"{error.fix}{' ' if error.fix.endswith('?') else ': '}{lines[0]}"
    return InputError(error.what, why=error.why, fix=fix)


def pasted(words: Sequence[str]) -> str:
    """Return words as a line."""
    return shlex.join(["doit", *words])


def refuse_spaced(argv: Sequence[str]) -> None:
    """Refuse `project = x`: a shell makes three words of it."""
    joined, split = list[str](), ""
    for word in argv:
        if joined and _belongs(joined[-1], word):
            split = split or f"{joined[-1]} {word}"
            joined[-1] += word
        else:
            joined.append(word)
    if split:
        raise InputError(
            f"there is a space beside the = of {split.rstrip('=').strip()!r}",
            why="a name, = and its value are one word",
            fix=pasted(joined),
        )


def _belongs(before: str, word: str) -> bool:
    """Return whether a word goes on with the one before it, as `=` and `x` do."""
    if word.startswith("="):
        return before not in verbs() and "=" not in before
    opens = before.endswith("=") and before[0] not in "-=" and "=" not in word
    return opens and word not in (*verbs(), *KINDS) and word[:1] != "-"


def meant_name(
    name: str, text: str, module: ModuleType, catalog: Catalog, typed: Mapping[str, str]
) -> dict[str, str]:
    """Return what was meant by `name=text`, as it is typed; {} where nothing is near.

    Args:
        module: the verb.
        typed: the whole line: two words of other programs may be one knob, width and height.
    """
    knobs = catalog.knobs if getattr(module, "KNOBS", False) else {}
    layer, single = _layer(name), name
    if layer:
        single = layer[1]
    prefix = f"layer{layer[0]}." if layer else ""
    near = nearest(name, module.VARIABLES) if not prefix else None
    other = OTHER_WORDS.get(single.lower())
    if other in knobs and single not in knobs:
        near = str(other)
    elif not near:
        near = single if single in knobs else nearest(single, knobs)
    if not near:
        return {}
    if prefix and near in knobs:
        near = _pinned(prefix, near, catalog)
    return {near: _value(near, single.lower(), text, catalog, typed)}


def _layer(name: str) -> tuple[str, str] | None:
    """Return the layer and the knob of a name that pins one, in any spelling."""
    match = PINNED.fullmatch(name.lower()) if not name.startswith("bed") else None
    return (str(min(max(int(match[1]), 1), MOST_LAYERS)), match[2]) if match else None


def _pinned(prefix: str, knob: str, catalog: Catalog) -> str:
    """Return a knob for a layer that has it; without a layer where there is one for the piece."""
    scope = catalog.knobs[knob].scope
    if scope == "piece":
        return knob
    return f"layer2.{knob}" if scope == "keyed" and prefix == "layer1." else prefix + knob


def _value(name: str, single: str, text: str, catalog: Catalog, typed: Mapping[str, str]) -> str:
    """Return a value that the knob takes, as near to the typed one as can be said."""
    knob = catalog.knobs.get(bare(name))
    if knob is None:
        return text
    if bare(name) == "output_size" and "x" not in text:
        wide, high = (typed.get(one, "") for one in ("width", "height"))
        text = f"{wide}x{high}" if wide and high else f"{text}p" if single == "height" else text
    try:
        knob.limit.read(text)
        return text
    except ValueError:
        return knob.limit.near(text) or as_typed(knob.default)


def right_word(text: str, wrong: str, right: str) -> str:
    """Return a value, or names joined by commas, with the right word for the wrong one."""
    return ",".join(right if one.strip() == wrong else one for one in text.split(","))


def mended(error: InputError, spoken: Sequence[str], typed: Mapping[str, str]) -> InputError:
    """Return an error with the lines that were meant, where it says what mends the typed one."""
    lines = [line(spoken, {**typed, **turn}) for turn in error.turns]
    if error.meant:
        wrong, right = error.meant
        turned = {name: right_word(text, wrong, right) for name, text in typed.items()}
        words = [right if word == wrong else word for word in spoken]
        lines += [line(words, turned)] if (turned, words) != (typed, [*spoken]) else []
    return with_line(error, *lines) if lines else error


def renamed_line(
    spoken: Sequence[str], typed: Mapping[str, str], name: str, meant: Mapping[str, str]
) -> str:
    """Return the line with a name and its value as they were meant, at their place."""
    turned: dict[str, str] = {}
    for one, text in typed.items():
        also = "output_size" in meant and one in ("width", "height")
        turned |= dict(meant) if one == name else {} if also else {one: text}
    return line(spoken, turned)


def loose_words(
    verb: str, module: ModuleType, words: Sequence[str], typed: Mapping[str, str]
) -> str:
    """Return the line that loose words stand for: `similarity 0.4`, `--project x`, an address."""
    turned, left, at = dict(typed), list[str](), 0
    takes = {*module.VARIABLES, *(shipped().knobs if getattr(module, "KNOBS", False) else ())}
    while at < len(words):
        name, equals, value = words[at].lstrip("-").partition("=")
        after = words[at + 1] if at + 1 < len(words) else ""
        if "://" in words[at]:
            return line(["download"], {"url": words[at]})
        if bare(name) in takes and (equals or (after and after[0] != "-")):
            turned[name] = value if equals else after
            at += 1 if equals else 2
            continue
        left.append(words[at])
        at += 1
    fits = len(left) <= getattr(module, "WORDS", 0) and not any(w[0] == "-" for w in left)
    if turned == dict(typed) or not fits:
        return ""
    return line([verb, *left] if verb != "render" or not left else left, turned)


def bad_options(
    verb: str, error: str, words: Sequence[str], typed: Mapping[str, str]
) -> InputError:
    """Return the error of options that doit does not know: `--project x` is meant as project=x."""
    told = error.partition(" (parsing")[0].strip().splitlines()[-1]
    rest = [word for word in words if word != verb]
    meant = loose_words(verb, verb_module(verb), rest, typed)
    return InputError(
        f"doit {verb} does not understand its options",
        why=told.removeprefix("Error parsing Command: "),
        fix=meant or f"see what there is: doit help {verb}",
    )


def refuse_words(words: Sequence[str], typed: Mapping[str, str]) -> None:
    """Refuse an address that stands alone, `render similarity 0.4`, and what is no verb or task."""
    bare_words = [word for word in words if word not in KINDS and ":" not in word]
    address = next((f"{n}={v}" for n, v in typed.items() if "://" in n), "")
    address = address or next((word for word in words if "://" in word), "")
    meant = line(["download"], {"url": address}) if address else ""
    if not meant and len(bare_words) > 1 and bare_words[0][0] != "-":
        meant = loose_words("render", verb_module("render"), bare_words, typed)
    if meant:
        raise InputError(
            f"doit does not understand {address or ' '.join(bare_words)!r}",
            why="what is turned, and its value, are one word: name=value",
            fix=meant,
        )
    refuse_strange_words(words, typed)


def project_word(word: str) -> str:
    """Return the name of a project that a loose word means: s, projects/s, projects/s/."""
    return str(verb_module("render").VARIABLES["project"].limit.near(word) or word)
