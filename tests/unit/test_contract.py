"""contract: files that are accepted as instruments, or refused with the reason and the fix."""

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from collide.base.errors import CollideError
from collide.catalog import knobs
from collide.contract import ABOVE, PLACES, RESERVED, SHAPES, check
from collide.instrument import Color, Range
from collide.plan import table
from collide.syntax.verb import declaration, verbs


def module(doc: str = "post/fog: breathe.", **parts: Any) -> ModuleType:
    """Return a valid instrument, changed by `parts`: a part that is None is left out."""
    made = ModuleType("fog", doc)
    kept = {
        "DEFAULTS": {"fog": 1},
        "LIMITS": {"fog": Range(0, 2)},
        "filters": lambda knobs, *, size, fps, seed: "",
    } | parts
    for name, value in kept.items():
        if value is not None:
            setattr(made, name, value)
    return made


def test_a_module_that_meets_the_contract_is_accepted() -> None:
    """A module that meets the contract becomes an instrument."""
    assert check("post/fog", module()) is None


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (module(doc="fog"), "its first line must begin with 'post/fog: '"),
        (module(doc="post/mist: breathe."), "its first line must begin with 'post/fog: '"),
        (module(doc="\npost/fog: breathe."), "its first line must begin with 'post/fog: '"),
        (module(filters=None), "it must have exactly one of " + ", ".join(SHAPES)),
        (module(command=lambda knobs: []), "it must have exactly one of " + ", ".join(SHAPES)),
        (module(LIMITS=None), "it must have DEFAULTS and LIMITS"),
        (module(LIMITS={}), "DEFAULTS and LIMITS differ: ['fog']"),
        (module(DEFAULTS={}), "DEFAULTS and LIMITS differ: ['fog']"),
        (module(DEFAULTS={"at": 1}, LIMITS={"at": Range(0, 1)}), "'at' is a word that verbs use"),
        (module(filters=None, analyze=lambda knobs: {}), "in post/ it must have filters or passes"),
        (module(filters=lambda knobs, *, size, fps: ""), "filters must take knobs, size, fps"),
        (
            module(filters=lambda knobs, *, size, fps, seed, at: ""),
            "filters must take knobs, size, fps, seed, and may take first, plate",
        ),
        (
            module(filters=None, WHOLE=True, passes=lambda knobs, *, size, fps, seed, at: []),
            "passes must take knobs, size, fps, seed, and may take pieces, storage",
        ),
        *(
            (module(ALIASES=dict.fromkeys(names, "fog")), "'dew' is in ALIASES but not in")
            for names in (("mist", "dew", "rime"), ("rime", "mist", "dew", "haze", "smog"))
        ),
        (module(PLATE_FRAMES=8), "plate, PLATE_FRAMES and the parameter plate must occur together"),
        (module(plate=lambda knobs, *, size, fps, seed: []), "plate, PLATE_FRAMES and the"),
        (module(filters=lambda knobs, *, size, fps, seed, plate: ""), "plate, PLATE_FRAMES and"),
        (
            module(filters=None, passes=lambda knobs, *, size, fps, seed: []),
            "passes need WHOLE = True",
        ),
        (module(PER_LAYER=("fog",)), "its knobs belong to the piece"),
        (module(BEFORE={"mist": 1}), "'mist' is in BEFORE but not in DEFAULTS"),
        (module(ALIASES={"mist": "haze"}), "'mist' is in ALIASES but not in DEFAULTS"),
        (module(BEFORE={"fog": 3}), "BEFORE: fog takes"),
        (module(BEFORE={"fog": [0, 1]}), "BEFORE: fog takes"),
        (
            module(LIMITS={"fog": Color()}, BEFORE={"fog": "0xffffff"}),
            "BEFORE: fog must be written as '0xFFFFFF'",
        ),
    ],
)
def test_a_file_that_breaks_the_contract_is_refused_with_the_reason(
    broken: ModuleType, why: str
) -> None:
    """The error for a file that breaks a rule names the file and gives the rule as the reason."""
    with pytest.raises(CollideError) as caught:
        check("post/fog", broken)
    assert caught.value.what == "post/fog is not an instrument yet"
    assert caught.value.why.startswith(why)
    assert caught.value.fix == "see the contract in collide/instrument.py"


def test_no_variable_of_a_verb_can_be_a_knob() -> None:
    """RESERVED lists exactly the variables of the verbs, and no knob has such a name."""
    words = {word for verb in verbs() for word in declaration(verb).variables}
    assert words == RESERVED
    assert not RESERVED & knobs().keys()


# --- the place in a chain ---


def placed(name: str = "blend/fog", **parts: Any) -> ModuleType:
    """Return an instrument with a place, by default blend/fog."""
    kept = {"AFTER": "blend/look", "PER_LAYER": ("fog",), "filters": lambda knobs: ""} | parts
    return module(f"{name}: breathe.", **kept)


def sounding(**parts: Any) -> ModuleType:
    """Return an audio/ instrument with a place."""
    return placed("audio/fog", **{"AFTER": "audio/equalizer"} | parts)


def mode(analyze: Callable[..., Any] = lambda knobs: {}, **parts: Any) -> ModuleType:
    """Return a modes/ instrument."""
    kept = {"filters": None, "analyze": analyze, "KEYED": ("fog",)} | parts
    return module("modes/fog: breathe.", **kept)


@pytest.mark.parametrize(
    ("name", "good"),
    [
        *(("blend/fog", placed(AFTER=place)) for place in PLACES["blend"]),
        *(("audio/fog", sounding(AFTER=place)) for place in PLACES["audio"]),
        ("blend/fog", placed(filters=lambda knobs, *, clip, fps, layer, output_size: "")),
        ("blend/fog", placed(AFTER="blend/key", PER_LAYER=None, KEYED=("fog",))),
        ("blend/fog", placed(DEFAULTS={}, LIMITS={}, PER_LAYER=None)),
        ("modes/fog", mode(lambda knobs, *, seed, frames: {})),
    ],
)
def test_an_instrument_with_a_place_is_accepted(name: str, good: ModuleType) -> None:
    """A mode or an instrument with a place is accepted as a script and in collide."""
    check(name, good, script=True)
    check(name, good)


@pytest.mark.parametrize(
    ("name", "broken", "why", "fix"),
    [
        ("blend/fog", placed(AFTER=None), "nothing would play it: in blend/ a new instrument is "
         "played after blend/pace, blend/look", 'add a line to it: AFTER = "blend/look"'),
        ("audio/fog", sounding(AFTER=None), "nothing would play it: in audio/",
         'add a line to it: AFTER = "audio/equalizer"'),
        ("blend/fog", placed(AFTER="blend/lay"), "AFTER = 'blend/lay' is not a valid position: in",
         'add a line to it: AFTER = "blend/look"'),
        ("source/fog", module("source/fog: breathe."),
         "a project cannot have its own instruments in source/",
         "make it post/fog"),
        ("blend/fog", placed(filters=None, command=lambda knobs: []),
         "in blend/ it must have filters", "see the contract in collide/instrument.py"),
        ("blend/fog", placed(filters=lambda knobs, *, seed: ""),
         "filters must take knobs, and may take clip, fps, layer, output_size",
         "see the contract in collide/instrument.py"),
        ("audio/fog", sounding(filters=lambda knobs, *, clip: ""),
         "filters must take knobs, and may take nothing else",
         "see the contract in collide/instrument.py"),
        ("blend/fog", placed(PER_LAYER=None), "nothing reads the knob 'fog': a layer's knob",
         "add a line to it: PER_LAYER = tuple(DEFAULTS)"),
        ("blend/fog", placed(PER_LAYER=None, KEYED=("fog",)),  # layer 1 plays it and has no key
         "nothing reads the knob 'fog': a layer's knob must be in PER_LAYER",
         "add a line to it: PER_LAYER = tuple(DEFAULTS)"),
        ("modes/fog", mode(KEYED=None), "nothing reads the knob 'fog': a layer's knob",
         "add a line to it: KEYED = tuple(DEFAULTS)"),
        ("modes/fog", module("modes/fog: breathe."), "in modes/ it must have analyze",
         "see the contract in collide/instrument.py"),
        ("modes/fog", mode(lambda knobs, *, clip: {}), "analyze must take knobs, and may take seed",
         "see the contract in collide/instrument.py"),
    ],
)  # fmt: skip
def test_an_unused_script_is_refused_with_a_fix(
    name: str, broken: ModuleType, why: str, fix: str
) -> None:
    """A script that is never played, or has a knob that is never read, is refused with a fix."""
    with pytest.raises(CollideError) as caught:
        check(name, broken, script=True)
    assert caught.value.why.startswith(why)
    assert caught.value.fix == fix


def test_places_lists_the_chain_in_order() -> None:
    """PLACES lists the chain in order, without the matte, which takes the key's place.

    ABOVE lists the instruments that layer 1 never plays.
    """
    chain = (table.PACE, *table.LOOK, *table.CUT, *table.FIT)
    rows = [*{row.play: row for row in reversed(chain) if row.play != "blend/matte"}.values()][::-1]
    base = SimpleNamespace(keyed=False, cut=False)
    assert {"blend": tuple(row.play for row in rows), "audio": table.VOICE} == PLACES
    assert {row.play for row in rows if not row.when(base)} == {*ABOVE}
