"""Rules of the repository: small files, one-way imports, types, and complete lists."""

import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from collide.catalog import FAMILIES
from collide.syntax.arguments import KINDS
from collide.syntax.verb import verbs
from tests.house.rooms import layers, left_out

REPO = Path(__file__).parents[2]
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text())
CODE = [*(REPO / "collide").rglob("*.py"), *(REPO / "tests").rglob("*.py"), REPO / "dodo.py"]


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "collide", "tests", "benchmarks", "dodo.py"],
        ["ruff", "format", "--check", "collide", "tests"],
        ["mypy"],
        ["lint-imports"],
    ],
    ids=" ".join,
)
def test_ruff_mypy_and_import_linter_pass(command):
    """ruff, mypy and import-linter pass."""
    if rooms := left_out():
        pytest.skip(f"left out: {', '.join(rooms)}; contracts and benchmarks name their files")
    program = Path(sys.executable).parent / command[0]
    done = subprocess.run([program, *command[1:]], cwd=REPO, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_is_longer_than_300_lines():
    """No Python file of collide/ or tests/, and no file of a page, has more than 300 lines."""
    pages = [p for end in ("html", "css", "js") for p in (REPO / "collide").rglob(f"*.{end}")]
    assert pages
    long = {
        str(path): n for path in [*CODE, *pages] if (n := len(path.read_text().splitlines())) > 300
    }
    assert not long


def test_every_folder_of_tests_is_collected(request):
    """No test folder has a name that pytest skips."""
    passed_by = request.config.getini("norecursedirs")
    folders = {
        folder.name
        for path in (REPO / "tests").rglob("test_*.py")
        for folder in path.relative_to(REPO).parents
    }
    assert not [name for name in folders for pattern in passed_by if fnmatch(name, pattern)]


def test_every_verb_is_known_to_doit():
    """pyproject.toml lists exactly `run`, the refused names, and every verb except `render`."""
    commands = PROJECT["tool"]["doit"]["plugins"]["command"]
    named = {name for name, where in commands.items() if not where.endswith(":Refused")} - {"run"}
    assert named == set(verbs()) - {"render"}


def test_dodo_has_a_function_for_every_kind_of_task():
    """dodo.py defines exactly one task function for each kind of task."""
    found = re.findall(r"^def task_(\w+)", (REPO / "dodo.py").read_text(), re.MULTILINE)
    assert set(found) == set(KINDS)


# The folders whose files import one another in layers; "." is collide/ itself.
FOLDERS = (
    ".",
    *(
        path.parent.name
        for path in sorted((REPO / "collide").glob("*/__init__.py"))
        if path.parent.name not in ("verbs", *FAMILIES)
    ),
)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_import_order_in_pyproject_matches_the_tree(folder):
    """The import order of a folder lists exactly its files and folders."""
    container = "collide" if folder == "." else f"collide.{folder}"
    named = {name for names in layers(container) for name in names}
    place = REPO / "collide" / folder
    rooms = {path.parent.name for path in place.glob("*/__init__.py")}
    found = rooms | {path.stem for path in place.glob("[a-z]*.py")}
    assert found == named - {"__main__"}


def test_the_changelog_is_newest_first_and_names_rerenders():
    """Changelog entries are newest first, and each entry lists what is rendered again."""
    text = (REPO / "CHANGELOG.md").read_text()
    dates = re.findall(r"^## (\d{4}-\d\d-\d\d)", text, re.MULTILINE)
    assert dates == sorted(dates, reverse=True)
    entries = re.split(r"^- ", text, flags=re.MULTILINE)[1:]
    for entry in entries:
        assert re.search(r"\(re-renders: .+?\)", entry.replace("\n", " ")), entry


def test_no_file_names_a_registry_host():
    """No file contains the host name of a package registry, and there is no lock file."""
    tracked = subprocess.run(["git", "ls-files"], cwd=REPO, capture_output=True, text=True).stdout
    hosts = re.compile(r"pypi\.(?:org|io)|python[h]osted|npm" r"js\.|deb[i]an\.org")
    for name in tracked.split():
        path = REPO / name
        assert not name.endswith(("uv.lock", "poetry.lock", "pylock.toml"))
        texts = (".py", ".md", ".toml", ".txt", ".json", ".sh")
        if path.exists() and (path.suffix in texts or path.parent.name == ".ci"):
            assert not hosts.search(path.read_text()), name


def test_the_gate_runs_the_test_command_of_the_readme():
    """README.md has exactly one test command, because .ci/run takes it from there."""
    commands = re.findall(
        r"^    (python3 .*pytest.*)$", (REPO / "README.md").read_text(), re.MULTILINE
    )
    assert len(commands) == 1
