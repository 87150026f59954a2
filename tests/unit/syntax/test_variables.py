"""variables: all variables and knobs have the same form of errors and help."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.catalog import knobs
from collide.cli import guard
from collide.cli.request import Request, understand
from collide.contract import RESERVED
from collide.limits import Checked, Choice, Range, Toggle, as_typed
from collide.syntax.variables import Variable
from collide.syntax.verb import declaration, verbs
from collide.text_limits import ADDRESS, LOOK_NAME, Label, Names, Size
from collide.unit_limits import CLOCK, Bytes
from collide.verbs import help as help_verb

EVERY = [(verb, name) for verb in verbs() for name in declaration(verb).variables]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return an empty workspace; leave the signals and streams of this process unchanged."""
    monkeypatch.setattr(guard, "_prepare", lambda: None)
    return Workspace(tmp_path)


def declared(verb: str, name: str) -> Variable:
    return declaration(verb).variables[name]


def typed_with(verb: str, name: str, text: str) -> dict[str, str]:
    """Return a variable's value together with the variables and the project that its verb needs."""
    table = declaration(verb).variables
    must = {n: v.example for n, v in table.items() if v.required or n == "project"}
    return {**must, name: text}


def requested(home: Workspace, verb: str, typed: dict[str, str]) -> Request:
    """Return the request for given variables, with the words that they need."""
    subcommands = declaration(verb).of_subcommand.items()
    words = [word for name, word in subcommands if name in typed]
    return understand(home, verb, words, typed)


def pasted(home: Workspace, text: str) -> Request:
    """Return the request for a pasted command without the remark before it."""
    doit, verb, *words = shlex.split(re.sub(r"^.*: (?=doit )", "", text))
    assert doit == "doit"
    return requested(home, verb, dict(word.split("=", 1) for word in words if "=" in word))


TEXTS = {
    CLOCK: ("24:00", "7", "07:60", "noon"),
    LOOK_NAME: ("7f3a/x", "../7f3a", "a b", "x" * 65),
    ADDRESS: ("x.org", "file:///etc/passwd", "https://", "http://["),
}
OUTSIDE = {
    Range: ("abc", "nan"),
    Choice: ("qqqq", "a,b"),
    Toggle: ("yes", "1", "maybe"),
    Bytes: ("20", "-1G", "much"),
    Label: ("../x", "a/b", "a b", ".x", "x" * 65),
    Size: ("15x16", "1281x720", "8194x16"),
}


def outside(limit: Checked) -> Iterator[str]:
    """Yield values just outside a limit, and other invalid values."""
    if not (isinstance(limit, Names) and limit.empty):
        yield ""
    for kind, texts in OUTSIDE.items():
        yield from texts if isinstance(limit, kind) else ()
    yield from TEXTS.get(limit, ())
    if isinstance(limit, Choice):
        yield from (limit.words[0] + "x", limit.words[0] + " " + limit.words[0])
    if isinstance(limit, Range):
        step = 1 if limit.whole else 0.000001
        yield from (as_typed(limit.low - step), as_typed(limit.high + step))
        yield from [as_typed(limit.low + 0.5)] if limit.whole else []


def short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def refused(
    home: Workspace, verb: str, typed: dict[str, str], capsys: pytest.CaptureFixture
) -> list:
    """Return the lines of an error: what, why, and a fix of one or more lines.

    The command must exit with 3 and write nothing.
    """
    code = guard.guarded(lambda _: requested(home, verb, typed) and 0)
    lines = capsys.readouterr().err.splitlines()
    assert (code, list(home.root.iterdir())) == (3, []), (verb, typed, lines)
    assert [line[:7] for line in lines[:3]] == ["ERROR: ", "  why  ", "  fix  "], lines
    assert len(lines) == 3 or (verb, typed) == ("export", {}), lines
    return lines


@pytest.mark.parametrize(("verb", "name"), EVERY)
def test_every_example_and_default_is_accepted(home: Workspace, verb: str, name: str) -> None:
    """Every example in help is accepted, and every default is valid."""
    variable = declared(verb, name)
    said = requested(home, verb, typed_with(verb, name, variable.example))
    assert said.value(name) == variable.limit.read(variable.example)
    if variable.default is not None:
        bare = Request(home, verb, [])
        assert bare.value(name) == variable.limit.read(variable.default)


@pytest.mark.parametrize(("verb", "name"), EVERY)
def test_a_value_outside_its_limit_is_refused_with_a_fix(home, capsys, verb, name) -> None:
    """An error is three lines: the value, the allowed values, and a command if there is one."""
    limit = declared(verb, name).limit
    for text in outside(limit):
        what, why, fix = refused(home, verb, typed_with(verb, name, text), capsys)
        assert what == f"ERROR: {name}={short(text)} is not a valid value"
        assert why == f"  why  {name} takes {limit}"
        see = f"  fix  see what {name}= does: doit help {verb}"  # if no value is near
        looks = fix.startswith("  fix  see the looks: doit looks")  # rather than an arbitrary look
        if not looks and fix not in (see, f"  fix  choose another: {name}=…"):
            assert pasted(home, fix.removeprefix("  fix  ")).verb == verb


@pytest.mark.parametrize("name", [f"{n}{k.name}" for k in knobs().values() for n in (
    ("",) if k.scope == "piece" else ("", "layer2."))])  # fmt: skip
def test_knobs_are_refused_in_the_same_words_as_variables(home, capsys, name) -> None:
    """Knobs are refused in the same words as variables; near a valid value, the fix is a command.

    For the knob of an effect, the command also adds the effect; for the knob of a mode, it may
    select the mode. For a volume of all layers, it may set the loudness of the mix. If no value is
    near, the command leaves the knob out, and a remark gives the value that the knob then has.
    """
    for text in {*outside(knobs()[name.rpartition(".")[2]].limit), "\\"}:
        what, why, fix = refused(home, "render", {"project": "x", name: text}, capsys)
        assert what == f"ERROR: {name}={text} is not a valid value"
        assert why.startswith(f"  why  {name} takes ")
        if not text:
            left = pasted(home, fix[fix.index("doit ") :])
            assert (left.verb, left.knobs) == ("render", {}) and "leave it out, for " in fix
        elif fix != f"  fix  see: doit knobs {name.rpartition('.')[2]}":  # a value is near
            typed = pasted(home, fix[fix.index("doit ") :]).knobs
            owner = knobs()[name.rpartition(".")[2]].owner
            family, _, play = owner.partition("/")
            named = {"post": "post", "modes": f"{name.rpartition('.')[0]}.mode".lstrip(".")}
            effect = {named[family]: play} if named.get(family) in typed and play else {}
            assert family != "post" or effect
            meant = "loudness_lufs" if name == "volume" and name not in typed else name
            assert typed == {meant: typed[meant], **effect}


@pytest.mark.parametrize(
    ("name", "text", "mended"),
    [
        ("similarity", "0.2,2", "0.2,1"),
        ("similarity", "0.2..7:5", "0.2..1:5"),
        ("similarity", "0.2..0.4:x", "0.2..0.4:7"),
        ("similarity", "0.2..0.4:999", "0.2..0.4:256"),
        ("mode", "a..b:3", "dominant"),
        ("mode", "fixed,kmean", "fixed,kmeans"),
        ("layer2.keyframes", "3,,4", "3,4"),
        ("crf", "18..23:1", "18..23:7"),
        ("similarity", "0.2..0.5/7", "0.2..0.5:7"),
        ("similarity", "0.2-0.5x7", "0.2..0.5:7"),
        ("similarity", "0.2:0.5:7", "0.2..0.5:7"),
        ("similarity", "0.2:0.1:0.5", "0.2..0.5:4"),
        ("similarity", "0.2..0.5:0.1", "0.2..0.5:4"),
        ("layer2.hue_shift", "-20..20;5", "-20..20:5"),
        ("similarity", "0.2|0.3;0.4", "0.2,0.3,0.4"),
        ("mode", "fixed kmeans", "fixed,kmeans"),
    ],
)
def test_a_sweep_is_corrected_as_a_whole(home, capsys, name, text, mended) -> None:
    """The fix for a sweep is the same sweep with its wrong values corrected or left out."""
    *_, fix = refused(home, "sweep", {"project": "x", name: text}, capsys)
    assert pasted(home, fix.removeprefix("  fix  ")).knobs == {name: mended}


@pytest.mark.parametrize("verb", [v for v in verbs() if any(
    one.required for one in declaration(v).variables.values())])  # fmt: skip
def test_a_missing_required_variable_is_requested(home, capsys, verb) -> None:
    """The error names a missing required variable, and each suggested command is accepted."""
    what, _, *fixes = refused(home, verb, {}, capsys)
    assert re.fullmatch(rf"ERROR: doit {verb} needs \w+=", what)
    for fix in fixes:
        pasted(home, fix[fix.index("doit ") :])  # a remark may precede the command


@pytest.mark.parametrize("verb", verbs())
def test_help_lists_exactly_the_variables_of_a_verb(home, capsys, verb) -> None:
    """Help lists exactly the verb's variables and says whether the verb takes knobs."""
    help_verb.run(Request(home, "help", [verb]))
    shown = set(re.findall(r"^  (\w+)= ", capsys.readouterr().out, re.MULTILINE))
    taken = {"KNOB"} if _takes(home, verb, "crf", "20") else set()
    examples = {name: declared(v, name).example for v, name in EVERY}
    assert examples.keys() == RESERVED
    taken |= {name for name, text in examples.items() if _takes(home, verb, name, text)}
    assert shown == taken


def _takes(home: Workspace, verb: str, name: str, text: str) -> bool:
    try:
        requested(home, verb, typed_with(verb, name, text))
    except InputError as error:
        return "has no variable" not in error.what
    return True


ODD = (
    "", " ", "\t", "\n", "a\tb", "a\nb", "\x1b[31mred", "\x1b]0;title\x07", "\x7f", "\x9b2J",
    "\ud800", "\u202e", "\u0000", "\u0661\u0662", "\u00bd", "=", "==", "..", "...", "0.2..",
    "..0.4", "0.4..0.2", ":", ",", ",,", "-", "--", "-1", "+1", "1e999", "nan", "inf", "0x10",
    "1_000", "[1]", "{}", "null", "9" * 400, "0." + "9" * 400, "x" * 3000, "$(id)", "`id`", "%s",
    "'", '"', "\\", "file:///etc/passwd", "/dev/zero", "~root",
)  # fmt: skip


def answered(home: Workspace, verb: str, typed: dict[str, str], capsys) -> None:
    """Check that the input is accepted or refused in three lines without control characters."""
    code = guard.guarded(lambda _: requested(home, verb, typed) and 0)
    said = capsys.readouterr().err
    assert code in (0, 3), (verb, typed, said)
    assert len(said.splitlines()) == code, (verb, typed, said)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", said), (verb, typed, said)
    assert not list(home.root.iterdir())


@pytest.mark.parametrize(("verb", "name"), EVERY)
def test_odd_text_for_a_variable_is_harmless(home, capsys, verb, name) -> None:
    """Odd text for a variable is accepted or refused in three lines."""
    for text in ODD:
        answered(home, verb, typed_with(verb, name, text), capsys)


@pytest.mark.parametrize("name", sorted(knobs()))
def test_odd_text_for_a_knob_is_harmless(home, capsys, name) -> None:
    """Odd text in a knob's value or name is accepted or refused in three lines."""
    for text in ODD:
        for verb in ("render", "sweep"):
            answered(home, verb, {"project": "x", name: text}, capsys)
        answered(home, "render", {"project": "x", f"{name}{text}": "1"}, capsys)


@pytest.mark.parametrize(
    ("text", "meant"), [("0,3", "0.3"), ("3e-1", "0.3"), ("1e-2", "0.01"), (" ,5", "0.5")]
)
def test_another_notation_of_a_number_is_corrected(home, capsys, text, meant):
    """A decimal comma or an exponent is refused, and the fix gives the plain number."""
    *_, fix = refused(home, "render", {"project": "x", "similarity": text}, capsys)
    assert pasted(home, fix.removeprefix("  fix  ")).knobs == {"similarity": meant}
