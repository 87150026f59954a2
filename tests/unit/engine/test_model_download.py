"""model_download: rembg's own download, with its one network function replaced."""

import subprocess
import sys
from pathlib import Path

from tests.model import write_model

# The function below replaces pooch.retrieve, which rembg calls with an address, a checksum, a name
# and a folder. The code around it is real.
FAKE = """
import pathlib, shutil, sys, threading, time, pooch

def retrieve(url, known_hash, fname, path, **_):
    assert url.endswith("/u2netp.onnx") and known_hash.startswith("md5:")
    pathlib.Path(path).mkdir(parents=True)
    shutil.copy(sys.argv[1], pathlib.Path(path, fname))
    for _ in range(2):  # the next line may still report the size from before the copy
        told.clear()
        told.wait()

def tell(*words, **named):
    print(*words, **named)
    told.set()

told = threading.Event()
pooch.retrieve = retrieve
from collide.engine import model_download as fetch
fetch.print = tell
code = fetch.main(sys.argv[2:])
assert threading.active_count() == 1, threading.enumerate()
sys.exit(code)
"""


def fetched(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Fetch a model in a separate process and return the finished process."""
    model = write_model(folder / "there" / "model.onnx")
    (folder / "here").mkdir()
    return subprocess.run(
        [sys.executable, "-c", FAKE, str(model), name],
        cwd=folder / "here",
        env={"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": ":".join(filter(None, sys.path))},
        capture_output=True,
        text=True,
    )


def test_a_model_is_fetched_and_progress_is_reported(tmp_path: Path) -> None:
    """The fetched file is complete, and its size is reported as progress."""
    done = fetched(tmp_path, "u2netp")
    assert done.returncode == 0, done.stderr
    made = (tmp_path / "here" / "model.onnx").read_bytes()
    assert made == (tmp_path / "there" / "model.onnx").read_bytes()
    assert f"bytes={len(made)}" in done.stdout.splitlines()


def test_an_error_is_the_last_line(tmp_path: Path) -> None:
    """A failed download ends with an error, without a traceback, and creates no model.

    A thread that prints while Python shuts down makes Python abort, which once hid the error.
    """
    done = fetched(tmp_path, "no-such-model")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("ValueError: ")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "here" / "model.onnx").exists()
