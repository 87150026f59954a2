"""catalog: which instruments there are, what is refused as one, and who owns which knob."""

from types import ModuleType
from typing import Any

import pytest

from collide import catalog
from collide.catalog import (
    FAMILIES,
    RENAMED,
    REPLACED,
    RESERVED,
    SHAPES,
    check,
    explained,
    instrument,
    instruments,
    knobs,
)
from collide.desk.words import verb_module, verbs
from collide.errors import CollideError, InputError
from collide.step import Choice, Range


def module(doc: str = "post/fog: breathe.", **parts: Any) -> ModuleType:
    """Return an instrument that keeps the contract, but for what `parts` say."""
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


def test_every_file_of_a_family_is_an_instrument() -> None:
    """A file in a folder is found by its name; nothing has to be registered."""
    files = [path for family in FAMILIES for path in (catalog.HOUSE / family).glob("*.py")]
    names = {f"{p.parent.name}/{p.stem.replace('_', '-')}" for p in files if p.stem != "__init__"}
    assert instruments().keys() == names


def test_instruments_come_in_one_order() -> None:
    """By family as they are played, and by name in each: lists and tables never shuffle."""
    order = [(FAMILIES.index(name.split("/")[0]), name) for name in instruments()]
    assert order == sorted(order)


def test_an_instrument_is_found_by_name_and_a_slip_finds_the_nearest() -> None:
    """`blend/look` is a file; `blend/lok` is an error that names it."""
    assert instrument("blend/look") is instruments()["blend/look"]
    with pytest.raises(InputError) as caught:
        instrument("blend/lok")
    assert caught.value.what == "no instrument named 'blend/lok'"
    assert caught.value.fix == "did you mean 'blend/look'?"


def test_a_file_that_keeps_the_contract_is_taken() -> None:
    """The module the other tests break is a good one."""
    check("post/fog", module())


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (module(doc="fog"), "its first line must begin with 'post/fog: '"),
        (module(doc="post/mist: breathe."), "its first line must begin with 'post/fog: '"),
        (module(doc="\npost/fog: breathe."), "its first line must begin with 'post/fog: '"),
        (module(filters=None), "it must have exactly one of " + ", ".join(SHAPES)),
        (module(command=lambda knobs: []), "it must have exactly one of " + ", ".join(SHAPES)),
        (module(LIMITS={}), "DEFAULTS and LIMITS differ: ['fog']"),
        (module(DEFAULTS={}), "DEFAULTS and LIMITS differ: ['fog']"),
        (module(DEFAULTS={"at": 1}, LIMITS={"at": Range(0, 1)}), "'at' is a word of the verbs"),
        (module(filters=None, analyze=lambda knobs: {}), "in post/ it must have filters or passes"),
        (module(filters=lambda knobs, *, size, fps: ""), "filters must take knobs, size, fps"),
        (module(filters=lambda knobs, *, size, fps, seed, at: ""), "filters must take knobs"),
        (module(PLATE_FRAMES=8), "plate, PLATE_FRAMES and the parameter plate belong together"),
        (module(plate=lambda knobs, *, size, fps, seed: []), "plate, PLATE_FRAMES and the"),
        (module(filters=lambda knobs, *, size, fps, seed, plate: ""), "plate, PLATE_FRAMES and"),
        (
            module(filters=None, passes=lambda knobs, *, size, fps, seed: []),
            "passes need WHOLE = True",
        ),
        (module(PER_LAYER=("fog",)), "its knobs are the piece's"),
    ],
)
def test_a_file_that_breaks_the_contract_is_refused_with_the_reason(
    broken: ModuleType, why: str
) -> None:
    """Each rule of the contract has an error of its own, which names the file."""
    with pytest.raises(CollideError) as caught:
        check("post/fog", broken)
    assert caught.value.what == "post/fog is not an instrument yet"
    assert caught.value.why.startswith(why)
    assert caught.value.fix == "see the contract in collide/step.py"


def test_two_owners_of_one_knob_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A preset says `fog` and must mean one thing."""
    pair = {"post/fog": module(), "post/mist": module("post/mist: drift.")}
    monkeypatch.setattr(catalog, "instruments", lambda: pair)
    with pytest.raises(CollideError) as caught:
        knobs.__wrapped__()
    assert caught.value.what == "two instruments own the knob 'fog': post/fog and post/mist"
    assert caught.value.fix == "rename it in one of them, for instance mist_fog"


def test_a_knob_belongs_to_the_piece_a_layer_or_a_keyed_layer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The scope follows from PER_LAYER and KEYED of the file."""
    parts = {"DEFAULTS": dict.fromkeys("abc", 1), "LIMITS": dict.fromkeys("abc", Range(0, 1)),
             "PER_LAYER": ("b",), "KEYED": ("c",)}  # fmt: skip
    monkeypatch.setattr(catalog, "instruments", lambda: {"blend/fog": module(**parts)})
    assert [knob.scope for knob in knobs.__wrapped__().values()] == ["piece", "layer", "keyed"]


def test_a_knob_that_names_a_family_may_be_any_of_its_instruments() -> None:
    """A new file in modes/ is a new word of the knob `mode`."""
    modes = tuple(name.split("/")[1] for name in instruments() if name.startswith("modes/"))
    assert knobs()["mode"].limit == Choice(modes)


def test_old_names_lead_to_knobs_and_are_none_themselves() -> None:
    """What is suggested for an old name exists, and the old name is free of another meaning."""
    assert {*RENAMED.values(), *REPLACED.values()} <= knobs().keys()
    assert not {*RENAMED, *REPLACED} & knobs().keys()


def test_no_word_of_a_verb_can_be_a_knob() -> None:
    """Every variable of every verb is reserved, so a knob never hides one."""
    words = {word for verb in verbs() for word in verb_module(verb).VARIABLES}
    assert words <= RESERVED
    assert not RESERVED & knobs().keys()


def test_a_knob_is_explained_by_the_comment_above_it() -> None:
    """The text people read comes from the file, line by line, without section marks."""
    texts = dict(explained("source/select"))
    assert list(texts) == list(instrument("source/select").DEFAULTS)
    assert texts["min_seconds"].splitlines()[0] == "the shortest clip that is chosen, in seconds"
    assert "---" not in texts["seed"]
