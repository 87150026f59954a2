"""Run whole fault campaigns: `python -m tests.fault.full [kills damages calls disk together plan]`.

The command works in temporary folders, prints a table of counts and faults, and exits with 1 if it
finds a fault. All campaigns take half an hour on two idle cores. The test suite runs a shorter form
of each campaign.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from collide.base.hashing import digest_file
from tests.fault import syscalls
from tests.fault.conftest import Faulty, prepared
from tests.fault.damages import Damages
from tests.fault.disks import filled, grown, small_disk
from tests.fault.kills import Kills
from tests.fault.publishing import ALL, LIMIT
from tests.fault.rounds import LINES, Rounds
from tests.render.conftest import REPO, built, make_clips
from tests.render.walk import Walk

Row = tuple[str, str, list[str]]  # the campaign, its count, and the faults


@contextmanager
def house() -> Iterator[Faulty]:
    """Yield a rendered workspace in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        yield prepared(Path(folder))


def kills() -> Iterator[Row]:
    """Yield rows about 200 renders, each killed with its process group at a random moment."""
    with house() as it:
        kills = Kills(it, seed=1)
        for cold in (True, False):
            before, redone, wrong = kills.hits, kills.redone, []
            while kills.hits < before + 100:
                wrong += kills.kill(cold=cold)
            state = "cold" if cold else "half of it forgotten"
            often = f"{kills.hits - before}, then {kills.redone - redone} tasks to render"
            yield f"SIGKILL of the process group, {state}", often, wrong


def damages() -> Iterator[Row]:
    """Yield a row for each kind of damage and what found it, in about 1,000 cases."""
    with house() as it:
        damages, wrong = Damages(it, seed=1), []
        while damages.done.total() < 1000:
            wrong += damages.objects(5)
            wrong += damages.objects(5)
            wrong += damages.actions(5)
            wrong += damages.database()
            wrong += damages.output()
        for what, often in sorted(damages.done.items()):
            yield what, str(often), []
        yield "cases of damage in all", str(damages.done.total()), wrong


def calls() -> Iterator[Row]:
    """Yield rows about publishing that is killed, or fails, at each of its calls."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fault.publishing"], cwd=REPO, capture_output=True, text=True
    )
    found = json.loads(done.stdout) if done.returncode == 0 else {}
    for name in ALL:
        count, wrong = found.get(name, (0, [done.stderr]))
        store, blow = name.split(",")
        yield f"publishing into a {store} store: {blow} at each call of Python", str(count), wrong
    os.environ["COLLIDE_CACHE_MAX_GB"] = f"{LIMIT / 1e9:.9f}"
    for name in ALL if syscalls.possible() else ():
        store, blow = name.split(",")
        count, wrong = syscalls.every_syscall(store, blow)
        yield f"publishing into a {store} store: {blow} at each system call", str(count), wrong
    del os.environ["COLLIDE_CACHE_MAX_GB"]
    if not syscalls.possible():
        yield "publishing, at each system call", "skipped: strace cannot work here", []


def disk() -> Iterator[Row]:
    """Yield rows about a small disk: as it grows step by step, and as it fills at engine calls."""
    with house() as it, small_disk(it.root / "disk") as small:
        if small is None:
            yield "a small disk", "skipped: mounting one is not permitted", []
            return
        video = digest_file(it.video())
        it.cache_at = str(small.place)
        steps = list(grown(it, small, 40_000, 150_000))
        yield "a disk that is too small, step by step", str(len(steps)), _all(w for _, w in steps)
        wrong, call, came = [], 0, True
        while came:
            call += 1
            came, more = filled(it, small, call, video)
            wrong += more
        yield "a disk that fills up, once at each call of ffmpeg", str(call - 1), wrong


def together() -> Iterator[Row]:
    """Yield rows about 25 rounds of eight simultaneous renders with gc running."""
    with house() as it:
        rounds, wrong = Rounds(it), []
        for _ in range(20):
            wrong += rounds.round()
        often = f"20 rounds, {rounds.once} keys, each rendered once"
        yield f"{len(LINES)} renders at once, gc beside them", often, wrong
        wrong = _all(rounds.round(keep="0") for _ in range(5))
        yield "the same, while gc deletes all that is not leased", "5 rounds", wrong


def plan() -> Iterator[Row]:
    """Yield a row about 120 random steps, each planned and then rendered."""
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    for seed in range(1, 5):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as clips:
            walk = Walk(built(Path(folder), make_clips(Path(clips))), seed)
            wrong += _all(walk.step() for _ in range(30))
            seen += walk.seen
    often = ", ".join(f"{name} {count}" for name, count in sorted(seen.items()))
    yield "plan and then render, 120 times", often, wrong


def _all(found: Iterator[list[str]]) -> list[str]:
    return [line for lines in found for line in lines]


CAMPAIGNS: dict[str, Callable[[], Iterator[Row]]] = {
    "kills": kills, "damages": damages, "calls": calls, "disk": disk, "together": together,
    "plan": plan,
}  # fmt: skip


def main(named: list[str]) -> int:
    """Run the named campaigns or all of them; print the table and return the exit code."""
    if strange := set(named) - CAMPAIGNS.keys():
        known = ", ".join(CAMPAIGNS)
        raise SystemExit(f"no such campaign: {', '.join(strange)}; the campaigns are {known}")
    for name in ("COLLIDE_CACHE", "COLLIDE_CACHE_MAX_GB", "COLLIDE_FFMPEG"):
        os.environ.pop(name, None)
    bad = 0
    for name in named or CAMPAIGNS:
        print(f"{name}: {CAMPAIGNS[name].__doc__.partition(' about ')[2].strip()}", flush=True)
        for what, often, wrong in CAMPAIGNS[name]():
            print(f"  {what:<62} {often:<44} faults: {len(wrong)}", flush=True)
            print("".join(f"    {line}\n" for line in wrong[:20]), end="", flush=True)
            bad += len(wrong)
    print(f"faults in all: {bad}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
