"""With an older Python, pip does not fetch packages, and dodo.py prints the required version."""

import sys
import tomllib

import pytest

from tests.render.conftest import REPO


def test_an_older_python_is_refused_before_pip_fetches_packages():
    """For a Python older than 3.11, pip does not fetch a package."""
    whole = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
    assert whole["requires-python"] == ">=3.11"
    extras = whole["optional-dependencies"].values()
    wanted = [*whole["dependencies"], *(one for extra in extras for one in extra)]
    pins = [line for line in (REPO / "constraints.txt").read_text().splitlines() if "==" in line]
    assert len(wanted) > 10
    assert len(pins) > 50
    assert [one for one in [*wanted, *pins] if "python_version >= '3.11'" not in one] == []


def test_dodo_ends_with_an_error_under_an_older_python(monkeypatch, capsys):
    """With an older Python, dodo.py exits with an error that names both versions."""
    monkeypatch.setattr(sys, "version_info", (3, 10, 2))
    with pytest.raises(SystemExit):
        exec((REPO / "dodo.py").read_text(), {})
    assert capsys.readouterr().err == (
        "ERROR: collide needs Python 3.11 or newer\n"
        "  why  this is Python 3.10\n"
        "  fix  rm -rf .venv, then the install command in README.md with python3.11\n"
    )
