"""The laws of every instrument. The laws cover a new instrument before its author writes a test."""

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from collide import catalog
from collide.catalog import FAMILIES, Knob, instruments, knobs, shipped
from collide.instrument import H264, MASKS, TRIED
from collide.project.settings import parse, plain
from tests.steps.samples import REPORTS, arguments, away, ends, middle, play, shape

GOLDEN = Path(__file__).parent / "golden"
BESIDE = (
    "plate",
    "colors",
    "cut",
    "plane",
    "kept",
    "command_of_kept",
    "small",
    "thinned",
    "moments",
)  # functions that an instrument may define in addition to its main function
BLOCKS = ("DEFAULTS", "LIMITS", "PER_LAYER", "KEYED", "BEFORE")

every = pytest.mark.parametrize(("name", "module"), instruments().items(), ids=list(instruments()))
every_knob = pytest.mark.parametrize("knob", knobs().values(), ids=list(knobs()))


def tree(module: ModuleType) -> ast.Module:
    """Return the parsed source of an instrument."""
    return ast.parse(Path(str(module.__file__)).read_text())


def words(parsed: ast.Module) -> Iterator[str]:
    """Yield every constant in a file outside the blocks that declare knobs."""
    for node in parsed.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if getattr(target, "id", "") not in BLOCKS:
            yield from (n.value for n in ast.walk(node) if isinstance(n, ast.Constant))


@cache
def words_of_readers() -> frozenset[str]:
    """Return every constant in the rooms that read knobs.

    catalog.py is left out because it lists old names.
    """
    folders = ("", "base/", "project/", "plan/", "run/", "views/", "cli/")
    paths = [path for folder in folders for path in catalog.PACKAGE.glob(f"{folder}*.py")]
    paths = [path for path in paths if path.name != "catalog.py"]
    return frozenset(word for path in paths for word in words(ast.parse(path.read_text())))


@cache
def words_of_all() -> frozenset[str]:
    """Return every constant in collide/ outside instruments, by_hand/ and contract.py."""
    apart = {*FAMILIES, "by_hand", "contract.py"}
    paths = [path.relative_to(catalog.PACKAGE) for path in catalog.PACKAGE.rglob("*.py")]
    files = [catalog.PACKAGE / path for path in paths if not apart & {*path.parts}]
    return frozenset(word for path in files for word in words(ast.parse(path.read_text())))


def commands(given: Any) -> list[list[str]]:
    """Return the commands in an instrument's output, without chains, answers and masks."""
    items = given if isinstance(given, list) else []
    if items and isinstance(items[0], str):
        return [items]
    runs = (item for item in items if type(item) is list and item[0] != MASKS)
    return [run[1:] if run[0] == TRIED else run for run in runs]


# --- the file ---


@every
def test_every_instrument_is_used_somewhere(name: str, module: ModuleType) -> None:
    """Every instrument is a mode or an effect, is named in another room, or declares AFTER."""
    chosen = name.partition("/")[0] in ("modes", "post")
    assert chosen or name in words_of_all() or hasattr(module, "AFTER")


@every
def test_the_docstring_gives_the_name_and_the_purpose(name: str, module: ModuleType) -> None:
    """A docstring gives an instrument's name and purpose, when to play it, and what it reads."""
    first, blank, rest = (module.__doc__ or "").split("\n", 2)
    assert re.fullmatch(rf"{name}: \w.{{15,80}}\.", first)
    assert not blank
    assert re.search(r"\bPlay", rest), "then say when to play it"
    assert re.search(r"\b[Rr]eads\b", rest), "then say what it reads and writes"


@every
def test_an_instrument_imports_only_its_contract(name: str, module: ModuleType) -> None:
    """An instrument imports only its contract from collide, and no forbidden module.

    The forbidden modules give access to processes, files, the network, the clock and chance.
    """
    nodes = list(ast.walk(tree(module)))
    plain_ones = [alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names]
    froms = [n.module or "." for n in nodes if isinstance(n, ast.ImportFrom)]
    for imported in plain_ones + froms:
        root = imported.partition(".")[0]
        assert root not in {"", "subprocess", "random", "time", "doit", "os", "secrets", "socket"}
        assert root != "collide" or imported == "collide.instrument"


@every
def test_an_instrument_has_no_class(name: str, module: ModuleType) -> None:
    """An instrument does not define classes."""
    assert not [node for node in ast.walk(tree(module)) if isinstance(node, ast.ClassDef)]


@every
def test_an_instrument_with_an_answer_has_a_version(name: str, module: ModuleType) -> None:
    """An instrument that computes an answer has a VERSION, because keys cover no Python code."""
    if any(hasattr(module, part) for part in ("analyze", "passes", "answer")):
        assert isinstance(module.VERSION, int)
        assert module.VERSION >= 1


@every
def test_every_library_of_an_analysis_is_declared(name: str, module: ModuleType) -> None:
    """LIBRARIES names exactly the libraries that an analysis imports, except threadpoolctl."""
    if not hasattr(module, "analyze"):
        return
    nodes = list(ast.walk(tree(module)))
    roots = {a.name.partition(".")[0] for n in nodes if isinstance(n, ast.Import) for a in n.names}
    roots |= {str(n.module).partition(".")[0] for n in nodes if isinstance(n, ast.ImportFrom)}
    # threadpoolctl only limits the number of threads
    foreign = roots - set(sys.stdlib_module_names) - {"collide", "threadpoolctl"}
    known = {packages_distributions()[root][0].lower() for root in foreign}
    assert known == set(getattr(module, "LIBRARIES", ()))


# --- its knobs ---


@every_knob
def test_every_knob_has_an_explanatory_comment(knob: Knob) -> None:
    """The comment of every knob says what its low, high and typical values look like."""
    text = shipped().explained(knob.owner)[knob.name]
    assert len(text) > 40
    for word in ("low", "high", "typical"):
        assert re.search(rf"\b{word}\b", text.lower()), f"say what {word} looks like"


@every_knob
def test_every_default_is_within_its_limits(knob: Knob) -> None:
    """Every default is valid input."""
    assert plain(parse(knob.name, knob.default)) == knob.default


@every_knob
def test_every_knob_is_read(knob: Knob) -> None:
    """Every knob is read by its instrument or in a room that reads knobs."""
    assert knob.name in [*words(tree(instruments()[knob.owner])), *words_of_readers()]


@every
def test_layer_knobs_have_defaults_and_no_duplicates(name: str, module: ModuleType) -> None:
    """PER_LAYER and KEYED list only knobs in DEFAULTS, and each knob once."""
    layered = [*getattr(module, "PER_LAYER", ()), *getattr(module, "KEYED", ())]
    assert set(layered) <= module.DEFAULTS.keys()
    assert len(set(layered)) == len(layered)


@every_knob
def test_an_instrument_accepts_the_limits_of_every_knob(knob: Knob, frames: Path) -> None:
    """An instrument accepts each knob at its lowest and highest value, or with each choice."""
    module = instruments()[knob.owner]
    for value in ends(knob):
        for report in REPORTS:
            assert (
                play(knob.owner, module, middle() | {knob.name: value}, frames, report) is not None
            )


@every
def test_neutral_values_are_within_limits(name: str, module: ModuleType) -> None:
    """NEUTRAL sets only knobs of its instrument, to values within their limits."""
    for knob, value in getattr(module, "NEUTRAL", {}).items():
        assert knob in module.DEFAULTS
        assert plain(parse(knob, value)) == value


# --- its function ---


@every
def test_equal_arguments_give_an_equal_command(name: str, module: ModuleType, frames: Path) -> None:
    """The same arguments, in any order of knobs, produce the same output and are not modified."""
    turned, given = middle(), arguments(name, module, frames)
    before = json.dumps([turned, given], default=str)
    first = play(name, module, turned, frames)
    assert play(name, module, dict(reversed(turned.items())), frames) == first
    assert json.dumps([turned, given], default=str) == before, "arguments are left as they were"


@every
def test_no_command_contains_a_path(name: str, module: ModuleType, frames: Path) -> None:
    """A command contains no paths: inputs are `@name`, and outputs are plain file names."""
    for argv in commands(play(name, module, middle(), frames)):
        assert all(isinstance(word, str) for word in argv)
        inputs = [argv[at + 1] for at, word in enumerate(argv) if word == "-i"]
        assert all(re.fullmatch(r"@@?[\w.-]+", word) for word in inputs)
        assert re.fullmatch(r"-|[\w%-]+\.\w+", argv[-1])
        assert not [word for word in argv if word.startswith(("/", "~", ".")) or "file:" in word]


@every
def test_media_files_are_written_bit_exactly(name: str, module: ModuleType, frames: Path) -> None:
    """Every media file is written bit-exactly, without an encoder string or a date."""
    for argv in commands(play(name, module, middle(), frames)):
        if argv[-1] != "-" and "framecrc" not in argv:
            assert "+bitexact" in argv


@every
def test_x264_gets_the_same_options_everywhere(name: str, module: ModuleType, frames: Path) -> None:
    """x264 always receives the options in H264, because keys do not include the processor."""
    for argv in commands(play(name, module, middle(), frames)):
        if "libx264" in argv:
            at = argv.index(H264[0])
            assert argv[at : at + len(H264)] == H264
            assert argv.count("-x264-params") == argv.count("-threads") == 1


@every
def test_filter_chains_use_no_frame_numbers_or_chance(
    name: str, module: ModuleType, frames: Path
) -> None:
    """A filter chain uses neither frame numbers nor chance, so segments can be joined."""
    if shape(module) == "filters":
        chain = play(name, module, middle(), frames)
        assert not re.search(r"\bnoise\b|\brandom\b|\bn\b|\bseed\b", chain)


@every
def test_the_output_equals_its_golden_file(
    name: str, module: ModuleType, frames: Path, pytestconfig: pytest.Config
) -> None:
    """An instrument's output equals its golden file, so a review shows every change."""
    path = GOLDEN / f"{name.replace('/', '-')}.txt"
    # by default, post/ instruments change nothing
    turned = middle() | (away(module) if name.startswith("post/") else {})
    given = play(name, module, turned, frames)
    turned = turned if given else turned | away(module)
    text = formatted(given or play(name, module, turned, frames))
    for part in (getattr(module, word) for word in BESIDE if hasattr(module, word)):
        text += "\n" + formatted(part(turned, **arguments(name, module, frames, part)))
    if pytestconfig.getoption("golden"):
        path.write_text(text)
    assert path.exists(), "write it: pytest tests/steps --golden"
    assert text == path.read_text(), "if this is meant: pytest tests/steps --golden, and look"


def formatted(given: Any) -> str:
    """Format an instrument's output with one word per line, and graphs with one chain per line."""
    if isinstance(given, Mapping):
        return json.dumps(given, indent=1) + "\n"
    if isinstance(given, str):
        return given.replace(",", ",\n").replace(";", ";\n") + "\n"
    parts = [given] if isinstance(given[0], str) else [i for i in given if type(i) is list]
    lines = ["\n".join(word.replace(";", ";\n  ") for word in argv) for argv in parts]
    lines += [json.dumps(item) for item in given if isinstance(item, dict)]
    return "\n\n".join(lines) + "\n"


def test_no_golden_file_is_left_over() -> None:
    """Each file in golden/ belongs to an existing instrument."""
    names = {name.replace("/", "-") for name in instruments()}
    assert {path.stem for path in GOLDEN.glob("*")} <= names
