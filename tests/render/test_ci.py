"""The workflow in docs/ci.md is valid YAML, and doit accepts each of its doit commands."""

import re
import shlex

import pytest

from tests.render.conftest import REPO
from tests.render.test_mistakes import pasted
from tests.render.test_wrong_input import still  # noqa: F401 - a fixture

PAGE = (REPO / "docs" / "ci.md").read_text()
(WORKFLOW,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_every_line_of_doit_is_taken(still):  # noqa: F811
    """doit accepts every doit command of the workflow and of the page."""
    lines = re.findall(r"^ +run: (doit .*)$", WORKFLOW, re.MULTILINE)
    lines += re.findall(r"`(doit [^`]+)`", PAGE)
    assert len(lines) == 2
    for line in lines:
        pasted(still, shlex.join(shlex.split(line)))


def test_the_workflow_parses_and_does_what_the_page_says():
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


def test_it_is_plain_yaml_by_its_indentation():
    """The YAML is indented by two spaces per level, and contains no tabs."""
    for line in WORKFLOW.splitlines():
        assert "\t" not in line
        assert (len(line) - len(line.lstrip())) % 2 == 0
