"""Mutation testing: plant small mistakes in store/ and plan/, and check that tests notice them.

    python -m tests.house.mutations [COUNT] [seed=N] [jobs=N] [FILE …]

The command plants COUNT mistakes (default 200), one at a time, chosen by the seed (default 1): a
comparison reversed, a number changed, a value or a statement removed. For each mistake, the quick
tests of its room run in a fork until a test fails. The command prints the mistakes that no test
noticed and the percentage of noticed mistakes. The command exits with 1 if the percentage is below
85.
"""

import contextlib
import importlib
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.house.mutators import CODE, Mutant, mutants, unchanged

REPO = CODE.parent
ENOUGH = 0.85
PATIENCE = 1800  # after this many seconds, a mutant counts as hanging and therefore as noticed

# Tests that need no render, the likeliest to fail first; a file's own test runs before them.
QUICK = {
    "store": ["tests/unit/store", "tests/unit/plan/test_jobs.py"],
    "plan": ["tests/unit/plan/test_every_step.py", "tests/unit/plan", "tests/laws/test_chain.py"],
}  # fmt: skip

# Modules outside collide that tests import, imported once here, before any fork.
BEFORE = ("pytest", "_pytest.assertion.rewrite", "hypothesis", "numpy", "sqlite3", "xxhash", "doit")


class _Planted(MetaPathFinder, Loader):
    """An importer that loads one module from a changed source."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        """Return a spec for that module, or None for any other."""
        if name != self.mutant.module:
            return None
        return ModuleSpec(name, self, origin=str(self.mutant.path))

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed source as the module."""
        module.__file__ = str(self.mutant.path)
        exec(compile(self.mutant.source(), str(self.mutant.path), "exec"), module.__dict__)


def selected_tests(path: Path) -> list[str]:
    """Return the tests that run for a file, in order."""
    room = path.parent.name
    own = sorted((REPO / "tests" / "unit" / room).glob(f"test_{path.stem}*.py"))
    return [*(str(one.relative_to(REPO)) for one in own), *QUICK[room]]


def noticed(mutant: Mutant, folder: Path) -> int:
    """Plant a mutant in this process, run its tests, and return pytest's exit code."""
    import pytest

    sys.meta_path.insert(0, _Planted(mutant))
    os.chdir(REPO)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    words = ["-x", "-q", "-p", "no:cacheprovider", "--order", "0", "-o", "addopts="]
    words += ["-o", "tmp_path_retention_policy=none", "--basetemp", str(folder)]
    words += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # caused by earlier imports
    return int(pytest.main([*words, *selected_tests(mutant.path)]))


@dataclass
class _Running:
    mutant: Mutant
    folder: Path  # its own, because other runs of pytest would clean up a shared one
    end: int  # a pipe that closes when the fork ends
    late: float


def tried(planted: Sequence[Mutant], jobs: int) -> Iterator[tuple[Mutant, bool]]:
    """Try each mutant in its own fork and yield whether a test noticed it."""
    waiting, running = list(planted), dict[int, _Running]()
    while waiting or running:
        while waiting and len(running) < jobs:
            pid, one = _forked(waiting.pop(0))
            running[pid] = one
        select.select([one.end for one in running.values()], [], [], 1.0)
        for pid, one in list(running.items()):
            if time.monotonic() > one.late:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                os.close(one.end)
                shutil.rmtree(one.folder, ignore_errors=True)
                del running[pid]
                yield one.mutant, status != 0


def _forked(mutant: Mutant) -> tuple[int, _Running]:
    folder = Path(tempfile.mkdtemp(prefix="mutant-"))
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        os.close(reads)
        code = 1
        try:
            code = noticed(mutant, folder / "tests")
        finally:
            os._exit(code)
    os.close(writes)
    return pid, _Running(mutant, folder, reads, time.monotonic() + PATIENCE)


def main(words: Sequence[str]) -> int:
    """Plant and try mutants, print the results, and return the exit code."""
    options = dict(word.split("=", 1) for word in words if "=" in word)
    count = next((int(word) for word in words if word.isdigit()), 200)
    files = [CODE / word for word in words if word.endswith(".py")]
    files = files or sorted(path for room in QUICK for path in (CODE / room).glob("[a-z]*.py"))
    every = [mutant for path in files for mutant in mutants(path)]
    sample = random.Random(int(options.get("seed", "1"))).sample(every, min(count, len(every)))
    for name in BEFORE:
        importlib.import_module(name)
    if early := sorted(name for name in sys.modules if name.partition(".")[0] == "collide"):
        print(f"imported before any mistake is planted: {', '.join(early)}")
        return 2
    plain = [
        unchanged(path) for room in QUICK for path in sorted((CODE / room).glob("[a-z]*.py"))[:2]
    ]
    if broken := [mutant.path.parent.name for mutant, failed in tried(plain, len(plain)) if failed]:
        print(f"tests fail without any mistake: those of {', '.join(broken)}")
        return 2
    left = []
    for number, (mutant, seen) in enumerate(tried(sample, int(options.get("jobs", "2"))), start=1):
        left += [] if seen else [mutant]
        print(f"{number:4} {'noticed' if seen else 'MISSED '} {mutant}", flush=True)
    share = 1 - len(left) / len(sample)
    print(f"{len(sample)} of {len(every)} mutants, {share:.1%} noticed; missed:")
    print("\n".join(sorted(map(str, left))))
    return 0 if share >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
