"""analyst and worker: one long-lived process answers for all instruments."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from collide.base.errors import Cancelled, TaskError
from collide.catalog import instrument
from collide.engine.programs import Engine, find_engine
from collide.store.call import plain
from tests.patience import HANGS
from tests.steps.samples import middle

# A project's instrument that evaluates any expression it is given.
ODD = '''"""modes/odd: does what is asked of it.

Play it in a test.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path

DEFAULTS = {}
LIMITS = {}


def analyze(knobs):
    return {}


def odd(
    knobs, *, act, a: Path | None = None, films: Mapping[int, Path] | None = None,
    here: Path | None = None,
):
    print("not an answer", flush=True)
    return eval(act)


def wait(here):
    here.with_suffix(".id").write_text(str(os.getpid()))
    os.close(os.open(here, os.O_WRONLY))
    while True:
        time.sleep(60)
'''


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Yield an engine that is closed at the end."""
    engine = find_engine()
    yield engine
    engine.close()


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """Return a folder of project instruments."""
    (tmp_path / "scripts" / "modes").mkdir(parents=True)
    (tmp_path / "scripts" / "modes" / "odd.py").write_text(ODD)
    return tmp_path / "scripts"


def ask(engine: Engine, scripts: Path, act: str, seconds: float = 60, **files: Any) -> Any:
    """Return the odd instrument's answer to an expression."""
    given = plain({"knobs": {}, "act": f"{{'it': {act}}}", **files})
    return engine.analyze("modes/odd", "odd", given, scripts=scripts, seconds=seconds)["it"]


@pytest.mark.parametrize("name", ["modes/kmeans", "modes/dominant"])
def test_a_worker_gives_the_same_answer_as_this_process(
    name: str, engine: Engine, tmp_path: Path
) -> None:
    """A mode returns the same answer in the worker and in this process."""
    pixels = np.random.default_rng(3).integers(0, 255, (36, 128, 3), np.uint8)
    pixels[:20, :90] = (20, 90, 200)
    Image.fromarray(pixels).save(tmp_path / "frames.png")
    given = {"knobs": middle(), **({"seed": 7} if name == "modes/kmeans" else {})}
    files = {"frames": tmp_path / "frames.png"}
    here = instrument(name).analyze(**given, **files)
    assert engine.analyze(name, "analyze", plain({**given, **files})) == here
    assert here["colors"]


def test_files_become_paths_and_keep_integer_keys(engine: Engine, scripts: Path) -> None:
    """An instrument receives files as paths, and a dict of files keeps its integer keys."""
    act = "[type(a).__name__, *(type(film).__name__ for film in films.values())]"
    films = {2: Path("/x/2"), 3: Path("/x/3")}
    assert ask(engine, scripts, act, a=Path("/x"), films=films) == ["PosixPath"] * 3
    assert ask(engine, scripts, "sorted(films)", films=films) == [2, 3]


def test_one_worker_answers_all_requests(engine: Engine, scripts: Path) -> None:
    """One worker answers all requests, from any thread, and survives exceptions in instruments."""
    first = ask(engine, scripts, "os.getpid()")
    with pytest.raises(ValueError, match=r"^nothing to see$"):
        ask(engine, scripts, "exec('raise ValueError(\"nothing to see\")')")
    with ThreadPoolExecutor(2) as pool:
        acts = [f"[os.getpid(), {number}]" for number in range(20)]
        answers = list(pool.map(lambda act: ask(engine, scripts, act), acts))
    assert answers == [[first, number] for number in range(20)]
    assert first != os.getpid()


def test_a_worker_imports_modules_ahead(engine: Engine, scripts: Path) -> None:
    """A worker imports modules before an instrument needs them; unknown instruments are skipped."""
    engine.prepare(["modes/kmeans", "modes/none"], scripts)
    names = ("sklearn.cluster", "PIL.Image", "threadpoolctl")
    assert ask(engine, scripts, f"[n in __import__('sys').modules for n in {names}]") == [True] * 3
    worker = ask(engine, scripts, "os.getpid()")
    engine.prepare(["modes/kmeans"], scripts)
    assert ask(engine, scripts, "os.getpid()") == worker, "a worker that is already running is kept"


@pytest.mark.parametrize(
    ("act", "text"), [("{}['no such']", "no such"), ("[][1]", "list index"), ("1 / 0", "division")]
)
def test_an_error_from_an_odd_clip_becomes_a_value_error(
    act: str, text: str, engine: Engine, scripts: Path
) -> None:
    """A KeyError, IndexError or ZeroDivisionError that an odd clip causes becomes a ValueError."""
    with pytest.raises(ValueError, match=text):
        ask(engine, scripts, act)


@pytest.mark.parametrize(
    ("act", "seconds", "why"),
    [
        ("nonsense", 60, "NameError: name 'nonsense' is not defined"),
        ("{1, 2}", 60, "TypeError: Object of type set is not JSON serializable"),
        ("os.write(2, b'oh dear') and os._exit(7)", 60, "it failed with exit code 7\noh dear"),
        ("os.kill(os.getpid(), 11)", 60, "it was killed by signal SIGSEGV"),
        ("exit(0)", 60, "it ended"),
        ("exec('while True: pass')", 0.3, "it was stopped after 0 s of processor time"),
    ],
)
def test_a_failure_fails_only_its_own_request(
    act: str, seconds: float, why: str, engine: Engine, scripts: Path
) -> None:
    """An error, a crash, an exit or an exceeded limit fails only its own request."""
    ask(engine, scripts, "1")
    with pytest.raises(TaskError) as caught:
        ask(engine, scripts, act, seconds)
    assert caught.value.what == "modes/odd: the analysis failed"
    assert why in caught.value.why
    assert ask(engine, scripts, "[1, 2]") == [1, 2]


def test_a_stopped_token_ends_a_running_analysis(scripts: Path, tmp_path: Path) -> None:
    """After stop() the worker is dead, and pending and later requests raise Cancelled."""
    engine, here = find_engine(), tmp_path / "here"
    os.mkfifo(here)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, engine, scripts, "wait(here)", 600, here=here)
        here.read_bytes()  # waits until the analysis has begun
        engine.cancel.stop()
        with pytest.raises(ProcessLookupError):
            os.kill(int(here.with_suffix(".id").read_text()), 0)
        with pytest.raises(Cancelled):
            asked.result(HANGS)
    with pytest.raises(Cancelled):
        ask(engine, scripts, "1")


def test_a_closed_engine_has_no_worker(scripts: Path) -> None:
    """Closing an engine ends its worker; an unused engine has no worker."""
    engine = find_engine()
    engine.close()
    worker = ask(engine, scripts, "os.getpid()")
    engine.close()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_a_worker_has_one_thread_and_a_clean_environment(
    engine: Engine, scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker has a clean environment and one thread, because more threads would change sums."""
    monkeypatch.setenv("FFREPORT", "file=/tmp/anywhere")
    names = ask(engine, scripts, "sorted(os.environ)")
    assert "FFREPORT" not in names
    threads = "[os.environ[f'{n}_NUM_THREADS'] for n in ('OMP', 'OPENBLAS', 'MKL')]"
    assert ask(engine, scripts, threads) == ["1", "1", "1"]
