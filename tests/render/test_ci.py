"""The workflow in docs/ci.md is valid YAML, and doit accepts each of its doit commands."""

import re
import shlex
import shutil
import subprocess

import pytest

from tests.render.conftest import REPO
from tests.render.test_mistakes import pasted
from tests.render.test_wrong_input import still  # noqa: F401 - a fixture

PAGE = (REPO / "docs" / "ci.md").read_text()
(WORKFLOW,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_doit_accepts_every_documented_ci_command(still):  # noqa: F811
    """doit accepts every doit command in the workflow and in the rest of docs/ci.md."""
    lines = re.findall(r"^ +run: (doit .*)$", WORKFLOW, re.MULTILINE)
    lines += re.findall(r"`(doit [^`]+)`", PAGE)
    assert len(lines) == 2
    for line in lines:
        pasted(still, shlex.join(shlex.split(line)))


def test_the_workflow_matches_its_page():
    """The workflow restores the cache, runs a night, and publishes results even after a failure."""
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    steps = yaml.safe_load(WORKFLOW)["jobs"]["night"]["steps"]
    done = [step.get("uses", step.get("run", "")).partition("@")[0] for step in steps]
    order = ["actions/cache/restore", "doit night until=05:00", "actions/cache/save"]
    assert [done.index(one) for one in order] == sorted(done.index(one) for one in order)
    after = steps[done.index(order[1]) + 1 :]
    assert len(after) == 3
    assert all(step["if"] == "always()" for step in after)
    assert "cache/nights/latest/junit.xml" in after[-1]["with"]["report_paths"]


def test_the_workflow_has_only_the_permissions_it_needs():
    """The job may read the repository and write checks, which publish the pieces as tests."""
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    rights = yaml.safe_load(WORKFLOW)["permissions"]
    assert rights == {"contents": "read", "checks": "write"}


def test_the_git_command_of_the_page_adds_ignored_clips(tmp_path):
    """The git command in docs/ci.md adds ignored configs and clips, but no video or model."""
    (command,) = re.findall(r"^    (git add .*)$", PAGE, re.MULTILINE)
    kept = {"projects/x/config.json", "library/video/a.mp4", "library/audio/b.wav"}
    left = {"projects/x/output/x.mp4", "library/models/m.onnx", "cache/version"}
    for path in ("library/luts/.gitkeep", *kept, *left):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    shutil.copy(REPO / ".gitignore", tmp_path)
    for line in ("git init -q", "git add .", command):
        subprocess.run(["sh", "-c", line], cwd=tmp_path, check=True)
    found = subprocess.run(["git", "ls-files"], cwd=tmp_path, capture_output=True, text=True)
    assert set(found.stdout.split()) == {".gitignore", "library/luts/.gitkeep", *kept}


def test_the_workflow_is_indented_by_two_spaces():
    """The YAML is indented by two spaces per level and contains no tabs."""
    for line in WORKFLOW.splitlines():
        assert "\t" not in line
        assert (len(line) - len(line.lstrip())) % 2 == 0
