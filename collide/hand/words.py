"""What was said to `python -m collide`: an instrument, its files, its knobs; checked first.

The flags are the knobs: `--similarity 0.3` here is `similarity=0.3` with doit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collide.catalog import Catalog
from collide.errors import InputError, did_you_mean
from collide.graph.knobs import MOST_LAYERS, Settings, renamed
from collide.limits import as_typed

USAGE = """python -m collide FAMILY/NAME -i IN -o OUT [--KNOB VALUE …]

  -i FILE          a clip or a sound; some take several, in order, the lowest layer first
  -o FILE          what it writes; its suffix says in which form
  --preset a,b     presets, as with doit
  --project x      the knobs, presets and scripts of a project
  --layer N        whose knobs of it, and whose dice: 2 where nothing is said
  --show           the commands that would run, ready to paste; nothing is rendered"""

# Whose knobs an instrument reads besides its own: those of others it is played with.
PICTURE = ("blend/encode", "fps", "audio_bitrate")
BORROWS: dict[str, tuple[str, ...]] = {
    "modes": ("source/keyframe", "source/matte"),
    "blend/key": (*PICTURE, "source/keyframe", "modes"),
    "blend/coverage": ("blend/key", "source/keyframe", "modes"),
    "blend/fit": (*PICTURE, "output_size"),
    "blend/place": (*PICTURE, "output_size", "blend/fit"),
    "blend/matte": (*PICTURE, "rembg_target"),
    "blend/lay": (*PICTURE, "blend/fit", "chroma"),
    "blend/stack": (*PICTURE, "blend/fit", "blend/lay"),
    "blend": PICTURE,
    "post": PICTURE,
}


@dataclass
class Asked:
    """One command line, read."""

    name: str = ""
    inputs: list[Path] = field(default_factory=list)
    output: Path | None = None
    presets: list[str] = field(default_factory=list)
    project: str = ""
    layer: int = 2
    shows: bool = False
    helps: bool = False
    knobs: dict[str, str] = field(default_factory=dict)


def read(words: Sequence[str]) -> Asked:
    """Return what was asked for; values are looked at later, when the project is known.

    Raises:
        InputError: a flag without a value, one that is not there, or a word too many.
    """
    asked, said = Asked(), iter(words)
    for word in said:
        if word in ("-h", "--help"):
            asked.helps = True
        elif word == "--show":
            asked.shows = True
        elif word.startswith("-"):
            flag, joined, value = word.partition("=")
            _take(asked, flag, value if joined else _next(said, flag))
        elif asked.name:
            raise InputError(
                f"one instrument at a time: what is {word!r}?",
                why=f"it stands after {asked.name}, and belongs to no flag",
                fix=f"an input? say -i {word}",
            )
        else:
            asked.name = word
    return asked


def _next(said: Iterator[str], flag: str) -> str:
    value = next(said, None)
    if value is None:
        raise InputError(
            f"{flag} has no value", why="it is the last word", fix=f"say what: {flag} …"
        )
    return value


def _take(asked: Asked, flag: str, value: str) -> None:
    name = renamed(flag.lstrip("-").replace("-", "_"))[0]
    if flag == "-i":
        asked.inputs.append(Path(value))
    elif flag == "-o":
        asked.output = Path(value)
    elif name == "preset":
        asked.presets += [one for one in value.split(",") if one]
    elif name == "project":
        asked.project = value
    elif name == "layer":
        if not (value.isdigit() and 1 <= int(value) <= MOST_LAYERS):
            raise InputError(
                f"--layer {value} is not a valid value",
                why=f"layers are 1 to {MOST_LAYERS}, and 1 has no key",
                fix="say --layer 2",
            )
        asked.layer = int(value)
    elif name in asked.knobs:
        raise InputError(
            f"{flag} was said twice", why="only one of the two can be meant", fix="say it once"
        )
    else:
        asked.knobs[name] = value


def flags(name: str, catalog: Catalog) -> list[str]:
    """Return the knobs that can be turned for an instrument: its own, then those it borrows."""
    family = name.partition("/")[0]
    owners = [name, *BORROWS.get(name, BORROWS.get(family, ()))]
    all_of = {
        owner: [
            knob.name for knob in catalog.knobs.values() if _owned(knob.owner, owner, knob.name)
        ]
        for owner in [*owners, "seed"]
    }
    return list(dict.fromkeys(knob for found in all_of.values() for knob in found))


def _owned(owner: str, by: str, knob: str) -> bool:
    return by in (owner, owner.partition("/")[0], knob)


def refuse_strange_flags(asked: Asked, catalog: Catalog) -> None:
    """Refuse a knob that this instrument does not read.

    Raises:
        InputError: with the nearest that it does.
    """
    known = flags(asked.name, catalog)
    for name in asked.knobs:
        if name not in known:
            owner = catalog.knobs[name].owner if name in catalog.knobs else ""
            why = f"it is a knob of {owner}" if owner else "no instrument has a knob of that name"
            help_ = f"see what it has: python -m collide {asked.name} --help"
            raise InputError(
                f"{asked.name} has no --{name}",
                why=why,
                fix=did_you_mean(name, known, otherwise=help_),
            )


def refuse_loss(asked: Asked) -> None:
    """Refuse to write over a file that is read, or into a folder that is not there.

    Raises:
        InputError: with what is in the way.
    """
    out = asked.output
    if out is None:
        return
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise InputError(
            f"{out} cannot be written",
            why="it is a folder" if out.is_dir() else "there is no such folder",
            fix="give -o the name of a file, in a folder that is there",
        )
    if any(path.exists() and out.exists() and path.samefile(out) for path in asked.inputs):
        raise InputError(
            f"{out} would be written over itself",
            why="it is read and written",
            fix="give -o another name",
        )


def values(asked: Asked, settings: Settings) -> dict[str, Any]:
    """Return every knob, drawn as it would be for the layer that was said."""
    keyed = settings.layer(max(2, asked.layer))  # the base has no key; by hand any clip may
    return {**settings.piece(), **keyed, **settings.layer(asked.layer)}


def help_of(name: str, catalog: Catalog) -> str:
    """Return how an instrument is played, and what each of its knobs does."""
    if not name:
        every = catalog.instruments.values()
        first = [(module.__doc__ or "").partition("\n")[0] for module in every]
        return "\n".join([USAGE, "", *(f"  {line}" for line in first)])
    lines = [
        (catalog.instrument(name).__doc__ or "").strip(),
        "",
        USAGE.replace("FAMILY/NAME", name),
    ]
    texts: dict[str, str] = {}
    turned = [catalog.knobs[flag] for flag in flags(name, catalog)]
    for owner in dict.fromkeys(knob.owner for knob in turned):
        texts |= dict(catalog.explained(owner))
    for knob in turned:
        lines.append(f"\n  --{knob.name} {as_typed(knob.default)}   ({knob.limit})")
        lines += [f"      {line}" for line in texts[knob.name].splitlines()]
    return "\n".join(lines)
