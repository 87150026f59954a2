"""commands: internals of doit that collide relies on, and how often a command is parsed."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from doit import doit_cmd
from doit.cmd_base import DodoTaskLoader
from doit.cmd_run import Run
from doit.cmdparse import CmdOption, CmdParse

from collide.cli import commands


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    """Remove doit's variables after each test."""
    yield
    doit_cmd.reset_vars()


def test_collide_finds_the_variables_that_doit_removes() -> None:
    """doit strips `name=value` from the arguments, but collide still sees the variable."""
    words = doit_cmd.DoitMain(config_filenames=()).process_args(["still", "project=x", "-v", "2"])
    assert words == ["still", "-v", "2"]
    assert commands.Refused().typed == {"project": "x"}


def test_doit_distinguishes_typed_options_from_defaults() -> None:
    """An option typed with its default value counts as typed; an omitted option does not."""
    option = {"name": "num", "short": "n", "long": "", "type": int, "default": 0}
    other = {"name": "out", "short": "o", "long": "", "type": str, "default": "x"}
    params, _ = CmdParse([CmdOption(option), CmdOption(other)]).parse(["-n", "0"])
    assert params._non_default_keys == {"num"}


def test_doit_accepts_our_reporter_and_our_loader() -> None:
    """doit accepts collide's loader and has the options that collide's reporter needs."""
    command = Run(task_loader=DodoTaskLoader())
    command.loader = replaced = DodoTaskLoader()
    assert command.loader is replaced
    assert {"outfile", "reporter", "verbosity"} <= {*command.cmdparser.parse([])[0]}


def test_doit_list_parses_its_command_once(monkeypatch) -> None:
    """`doit list` with an option parses its command only once, so notes are printed only once."""
    lines = list[list[str]]()

    def understood(_self: object, _verb: str, words: list[str]) -> SimpleNamespace:
        lines.append(words)
        return SimpleNamespace(project="", words=words)

    monkeypatch.setattr(commands._Spoken, "_understand", understood)
    monkeypatch.setattr(commands._Reads, "_read", lambda *_: 0)
    lists = commands.List(task_loader=DodoTaskLoader())
    assert lists.execute(SimpleNamespace(_non_default_keys={"quiet"}), []) == 0
    assert lines == [[]]
