"""The command line of `python -m collide`: parsing, checks, and the text of --help.

Each knob is a flag: `--similarity 0.3` here is `similarity=0.3` with doit.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from collide.base.errors import InputError, did_you_mean
from collide.base.words import nearest
from collide.by_hand.acts import act, many
from collide.by_hand.solo_piece import HandRequest, Solo
from collide.by_hand.stage import Draft
from collide.catalog import Catalog
from collide.instrument import Band, Choice
from collide.limits import as_typed
from collide.project.project import Project
from collide.project.settings import MOST_LAYERS, Settings, renamed
from collide.run.build_state import BuildState

VERBS = Path(__file__).parents[1] / "verbs"

USAGE = """python -m collide FAMILY/NAME -i IN -o OUT [--KNOB VALUE …]

  -i FILE          a clip or a sound; some instruments take several: the lowest layer first
  -o FILE          the file to write; its suffix selects the format
  --preset a,b     presets, as with doit
  --project x      the knobs, presets and scripts of a project
  --layer N        use this layer's knobs and seed (default 2)
  --show           print the commands that would run, ready to paste; nothing is rendered"""


def read(words: Sequence[str]) -> HandRequest:
    """Parse a command line, except the values of knobs, which are checked in the open project."""
    request, rest = HandRequest(), iter(words)
    for word in rest:
        if word in ("-h", "--help"):
            request.helps = True
        elif word == "--show":
            request.shows = True
        elif word.startswith("-"):
            flag, joined, value = word.partition("=")
            _take(request, flag, value if joined else _next(rest, flag))
        elif request.name:
            raise _loose(words, word, request.name)
        else:
            refuse_verb(words, word)
            request.name = word
    return request


def _loose(words: Sequence[str], word: str, name: str) -> InputError:
    """Return the error for a word that follows no flag: a knob as typed for doit, or an input."""
    knob, equals, value = word.partition("=")
    pair = [f"--{knob}", value] if equals and re.fullmatch(r"[a-z]\w*", knob) else ["-i", word]
    line = [one for old in words for one in (pair if old == word else [old])]
    return InputError(
        f"one instrument at a time: unexpected {word!r}",
        why=f"it follows {name} without a flag",
        fix=f"{'a knob' if pair[0] != '-i' else 'an input'}? {by_hand(line)}",
    )


def by_hand(words: Sequence[str]) -> str:
    """Return a command line for playing by hand, ready to paste."""
    return shlex.join(["python", "-m", "collide", *words])


def refuse_verb(words: Sequence[str], name: str) -> None:
    """Raise InputError if `name` is a doit verb, suggesting the same command with doit."""
    verbs = {path.stem.replace("_", "-") for path in VERBS.glob("[a-z]*.py")}
    if name in verbs:
        raise InputError(
            f"no instrument named {name!r}",
            why="it is a verb of doit; python -m collide plays one instrument, FAMILY/NAME",
            fix=shlex.join(["doit", *words]),
        )


def refuse_strange_name(words: Sequence[str], name: str, catalog: Catalog) -> None:
    """Raise InputError if `name` is a misspelled instrument, suggesting the corrected command."""
    bare = {one.partition("/")[2]: one for one in catalog.instruments}
    near = bare.get(name) or nearest(name, catalog.instruments)
    near = near or bare.get(nearest(name.rpartition("/")[2], bare) or "")
    if near and name not in catalog.instruments:
        raise InputError(
            f"no instrument named {name!r}",
            why="there are " + ", ".join(catalog.instruments),
            fix=f"did you mean {near!r}? {by_hand([near if w == name else w for w in words])}",
        )


def _next(rest: Iterator[str], flag: str) -> str:
    value = next(rest, None)
    if value is None:
        raise InputError(
            f"{flag} has no value", why="it is the last word", fix=f"add one: {flag} …"
        )
    return value


def _take(request: HandRequest, flag: str, value: str) -> None:
    name = renamed(flag.lstrip("-").replace("-", "_"))[0]
    if flag == "-i":
        request.inputs.append(Path(value))
    elif flag == "-o":
        request.output = Path(value)
    elif name == "preset":
        request.presets += [one for one in value.split(",") if one]
    elif name == "project":
        request.project = value
    elif name == "layer":
        if value not in map(str, range(1, MOST_LAYERS + 1)):
            raise InputError(
                f"--layer {value} is not a valid value",
                why=f"layers are 1 to {MOST_LAYERS}, and 1 has no key",
                fix="use --layer 2",
            )
        request.layer = int(value)
    elif name in request.knobs:
        raise InputError(
            f"{flag} was given twice", why="each flag has one value", fix="give it once"
        )
    else:
        request.knobs[name] = value


def refuse_loss(request: HandRequest) -> None:
    """Raise InputError if the output is a folder or an input, or if its folder does not exist."""
    out = request.output
    if out is None:
        return
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise InputError(
            f"{out} cannot be written",
            why="it is a folder" if out.is_dir() else "there is no such folder",
            fix="give -o a file name in an existing folder",
        )
    if any(path.exists() and out.exists() and path.samefile(out) for path in request.inputs):
        raise InputError(
            f"{out} would overwrite itself",
            why="it is both an input and the output",
            fix="give -o another name",
        )


def flags(name: str, project: Project, state: BuildState) -> list[str]:
    """Return the flags of an instrument: its own knobs, other knobs that its steps read, and seed.

    To find these knobs, a draft of the instrument runs with its defaults, then with each value that
    `_words` yields for its own knobs. If its steps read `mode`, the draft also runs in every mode,
    in turn with the defaults and with each value for the mode's own knobs.
    """
    catalog, own = project.catalog, list(project.catalog.instrument(name).DEFAULTS)
    read: dict[str, None] = dict.fromkeys(own)
    modes = [one for one in catalog.instruments if one.startswith("modes/")]

    def draft(typed: Mapping[str, Any]) -> None:
        stage, request = Draft(state), HandRequest(name)
        solo = Solo(stage, request, settings_of(name, project, [], typed), project)
        least, most = many(name)
        request.inputs = [Path("a.mp4")] * max(least, min(2, most))
        with suppress(InputError):  # the instrument cannot be played by hand with these knobs
            act(solo)
        fixed = {*solo.fixed} - (set() if solo.hears else {"fps"})
        read.update(dict.fromkeys(n for n in stage.names if n in catalog.knobs and n not in fixed))

    for typed in [{}, *_words(catalog, name)]:
        draft(typed)
    for mode in modes if "mode" in read else ():
        read.update(dict.fromkeys(catalog.instrument(mode).DEFAULTS))
        for typed in [{}, *_words(catalog, mode)]:
            draft({"mode": mode.partition("/")[2], **typed})
    return list(dict.fromkeys([*read, "seed"]))


def _words(catalog: Catalog, name: str) -> Iterator[dict[str, Any]]:
    """Yield each word that an instrument's Choices accept, and a range for each of its Bands.

    These values may activate other knobs. The words that `mode` accepts are left out.
    """
    for knob in catalog.instrument(name).DEFAULTS:
        limit = catalog.knobs[knob].limit
        if isinstance(limit, Choice) and knob != "mode":
            yield from ({knob: word} for word in limit.words)
        elif isinstance(limit, Band):
            yield {knob: "0.3..0.4"}


def settings_of(
    name: str, project: Project, presets: list[str], typed: Mapping[str, Any]
) -> Settings:
    """Return the settings for playing an instrument."""
    post = {"post": name.partition("/")[2]} if name.startswith("post/") else {}
    return project.settings(presets, {**typed, **post})


def refuse_strange(request: HandRequest, flags: Sequence[str], catalog: Catalog) -> None:
    """Raise InputError if a knob of the command is not in `flags`, suggesting the nearest flag."""
    for name in request.knobs:
        if name not in flags:
            owner = catalog.knobs[name].owner if name in catalog.knobs else ""
            why = f"it is a knob of {owner}" if owner else "no instrument has a knob of that name"
            help_ = f"see its knobs: python -m collide {request.name} --help"
            raise InputError(
                f"{request.name} has no --{name}",
                why=why,
                fix=did_you_mean(name, flags, otherwise=help_),
            )


def every_help(catalog: Catalog) -> str:
    """Return the usage and a line about each instrument."""
    first = [(module.__doc__ or "").partition("\n")[0] for module in catalog.instruments.values()]
    return "\n".join([USAGE, "", *(f"  {line}" for line in first)])


def help_of(name: str, flags: Sequence[str], catalog: Catalog) -> str:
    """Return the help for one instrument: its description, usage and knobs."""
    usage = USAGE.replace("FAMILY/NAME", name)
    lines = [(catalog.instrument(name).__doc__ or "").strip(), "", usage]
    knobs = [catalog.knobs[flag] for flag in flags]
    texts: dict[str, str] = {}
    for owner in dict.fromkeys(knob.owner for knob in knobs):
        texts |= catalog.explained(owner)
    for knob in knobs:
        lines.append(f"\n  --{knob.name} {as_typed(knob.default)}   ({knob.limit})")
        lines += [f"      {line}" for line in texts[knob.name].splitlines()]
    return "\n".join(lines)
