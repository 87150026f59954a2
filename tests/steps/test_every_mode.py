"""The laws of every mode: its answer is the same every time, on one thread or two."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from collide.blend import key, matte
from collide.catalog import instruments
from tests.steps.samples import CLIP, arguments, middle

MODES = {name: module for name, module in instruments().items() if name.startswith("modes/")}

every = pytest.mark.parametrize(("name", "module"), MODES.items(), ids=list(MODES))


def asked(name: str, module: ModuleType, frames: Path) -> dict[str, Any]:
    """Return the answer of a mode at its defaults."""
    return dict(module.analyze(middle(), **arguments(name, module, frames)))


@every
def test_a_hundred_analyses_give_one_answer(name: str, module: ModuleType, frames: Path) -> None:
    """The same frames, knobs and seed always produce the same answer, even through JSON."""
    said = {json.dumps(asked(name, module, frames)) for _ in range(100)}
    assert len(said) == 1
    assert json.loads(said.pop()) == asked(name, module, frames)


@every
def test_the_number_of_threads_does_not_matter(name: str, module: ModuleType, frames: Path) -> None:
    """A mode returns the same answer on one and on two threads."""
    code = (
        "import json, sys; from pathlib import Path; from collide.catalog import instrument\n"
        "from tests.steps.test_every_mode import asked\n"
        "print(json.dumps(asked(sys.argv[1], instrument(sys.argv[1]), Path(sys.argv[2]))))"
    )
    for threads in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, name, str(frames)],
            env={**os.environ, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
            cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert json.loads(done.stdout) == asked(name, module, frames)


@every
def test_keys_or_mattes_accept_every_answer(name: str, module: ModuleType, frames: Path) -> None:
    """blend/key or blend/matte accepts every mode's answer, except random's, which names a mode."""
    answer = asked(name, module, frames)
    if name == "modes/random":
        assert set(answer) == {"mode"}
        return
    if "matte" in answer:
        assert matte.filters(middle(), answer=answer).startswith("lut=")
        return
    assert "lut2=" in key.cut(middle(), clip=CLIP, answer=answer, layer=2) or "light" in answer
    assert key.filters(middle(), answer=answer).startswith("lut=")
