"""Publishing never leaves a partial result, whichever of its calls is killed or fails."""

import json
import subprocess
import sys

import pytest

from tests.patience import HANGS
from tests.render.conftest import REPO


@pytest.mark.parametrize("how", ["cold,KILL", "full,ENOSPC"])
def test_no_failed_call_leaves_a_partial_result(how):
    """If a call is killed or fails, objects are whole, the message is clear, and a rerun works."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fault.publishing", how],
        cwd=REPO, capture_output=True, text=True, timeout=HANGS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    calls, wrong = json.loads(done.stdout)[how]
    assert calls > 30
    assert wrong == []
