"""`python -m collide` refuses invalid input and survives failures."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from collide.__main__ import main
from collide.base.errors import InputError, TaskError
from collide.engine import programs
from tests.render.conftest import REPO

pytestmark = pytest.mark.usefixtures("at_home")


@pytest.mark.parametrize(
    ("words", "what", "fix"),
    [
        (["post/vsh", "-i", "b.mp4"], "no instrument named 'post/vsh'", "did you mean 'post/vhs'?"),
        (["post/vhs", "-i", "no.mp4", "-o", "o.mp4"], "no.mp4 does not exist",
         "check the spelling"),
        (["post/vhs", "-i", ".", "-o", "o.mp4"], ". is not a plain file", "check the spelling"),
        (["post/vhs", "-i", "dodo.py", "-o", "o.mp4"], "dodo.py is not a clip", "give a video"),
        (["post/vhs", "-i", "b.mp4"], "post/vhs needs an output file", "use -o NAME.mp4"),
        (["post/vhs", "-o", "o.mp4"], "post/vhs was given 0 inputs (-i)",
         "python -m collide post/vhs"),
        (["post/vhs", "-i", "b.mp4", "-o", "b.mp4"], "b.mp4 would overwrite itself",
         "another name"),
        (["post/vhs", "-i", "b.mp4", "-o", "no/o.mp4"], "no/o.mp4 cannot be written", "existing"),
        (["post/vhs", "-i", "b.mp4", "-o", "o.gif"], "post/vhs cannot write o.gif", "use -o o.mp4"),
        (["blend/key", "-i", "b.mp4", "-o", "o.mp4"], "o.mp4 cannot be transparent",
         "-o NAME.mov"),
        (["audio/hear", "-i", "b.mp4"], "b.mp4 is not a sound that can be read",
         "give a sound file"),
        (["modes/kmeans"], "modes/kmeans needs a clip to analyze", "-i FILE"),
        (["post/vhs", "--vhs_bled", "1"], "post/vhs has no --vhs_bled", "'vhs_bleed'?"),
        (["post/vhs", "--grain_size", "1"], "post/vhs has no --grain_size", "--help"),
        (["post/vhs", "--vhs_bleed"], "--vhs_bleed has no value", "add one: --vhs_bleed"),
        (["post/vhs", "--crf", "2", "--crf", "3"], "--crf was given twice", "once"),
        (["post/vhs", "b.mp4"], "one instrument at a time: unexpected",
         "python -m collide post/vhs -i b.mp4"),
        (["post/vhs", "-i", "b.mp4", "vhs_bleed=0.8"], "one instrument at a time: unexpected",
         "python -m collide post/vhs -i b.mp4 --vhs_bleed 0.8"),
        (["vhs", "-i", "b.mp4"], "no instrument named 'vhs'",
         "'post/vhs'? python -m collide post/vhs -i b.mp4"),
        (["post/vsh", "-i", "b.mp4"], "no instrument named 'post/vsh'",
         "python -m collide post/vhs -i b.mp4"),
        (["kmean", "-i", "b.mp4"], "no instrument named 'kmean'", "'modes/kmeans'?"),
        (["render", "project=x"], "no instrument named 'render'", "doit render project=x"),
        (["save-preset", "project=x", "name=y"], "no instrument named 'save-preset'",
         "doit save-preset project=x name=y"),
        (["blend/key", "--layer", "0"], "--layer 0 is not a valid value", "--layer 2"),
        (["blend/key", "--layer", "²"], "--layer ² is not a valid value", "--layer 2"),
        (["post/vhs", "--vhs_bleed", "2"], "vhs_bleed=2 is not a valid", "doit knobs vhs_bleed"),
        (["post/vhs", "-i", "b.mp4", "--project", "y"], "no project named 'y'", "project"),
        (["post/vhs", "-i", "b.mp4", "--preset", "vintge"], "no preset named 'vintge'", ""),
        (["blend/key", "-i", "b.mp4", "--mode", "rembg", "-o", "o.mov"],
         "blend/key does not apply with mode=rembg", "choose a different mode"),
        (["blend/mux", "-i", "x.m4a", "-o", "o.mp4"], "blend/mux joins pictures", "PART.mp4"),
    ],
)  # fmt: skip
def test_an_invalid_command_gives_an_error_of_three_lines(
    words: list[str], what: str, fix: str
) -> None:
    """An invalid command prints an error with a fix and writes nothing."""
    Path("x.m4a").touch()
    before = {*Path().iterdir()}
    with pytest.raises(InputError) as caught:
        main(words)
    assert caught.value.what.startswith(what)
    assert fix in caught.value.fix
    assert {*Path().iterdir()} <= before


def test_bad_input_exits_with_three(folder: Path) -> None:
    """Bad input exits with code 3, as doit does, and does not print a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "collide", "post/vhs", "-i", "no.mp4", "-o", "o.mp4"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(REPO)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr.startswith("ERROR: no.mp4 does not exist\n  why  ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["--preset", "vintage"], ["--project", "x"]])
def test_a_preset_or_a_project_needs_a_workspace(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside a workspace, --preset and --project are refused, and nothing is created."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        main(["post/vhs", *words])
    assert "cannot be found: this is not a collide workspace" in caught.value.what
    assert "has no dodo.py" in caught.value.why
    assert not list(tmp_path.iterdir())


def test_a_failure_keeps_the_existing_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If an instrument fails, an existing output file keeps its bytes."""
    monkeypatch.setattr(programs.Engine, "count_frames", lambda *_: 9)
    out = tmp_path / "o.mp4"
    out.write_bytes(b"before")
    with pytest.raises(TaskError) as caught:
        main(["post/vhs", "-i", "b.mp4", "-o", str(out)])
    assert "wrote 9 frames" in caught.value.what
    assert out.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [out]


def test_missing_packages_give_a_single_error() -> None:
    """If its packages are missing, collide prints a single error instead of a traceback."""
    words = [sys.executable, "-S", "-m", "collide", "list"]
    ran = subprocess.run(words, cwd=REPO, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert ran.stderr.startswith("ERROR: ") and "Traceback" not in ran.stderr
    assert ". .venv/bin/activate" in ran.stderr
