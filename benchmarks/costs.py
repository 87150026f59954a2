"""The overhead of collide itself, compared with doit and with other build systems.

    python -m benchmarks.costs [rounds]

Times are wall-clock milliseconds, mostly medians. The two sides of a ratio are measured
alternately, so a machine that slows down slows both. Results are written to benchmarks/costs.json.
If snakemake or dvc is on PATH, it is measured on a chain with the same number of tasks (neither is
a dependency of collide).
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import inside
from benchmarks.house import REPO, Took, last_record, make_house, run

RENDER = ("render", "project=x")
OTHER = (*RENDER, "layer3.hue_shift=90")
Case = Callable[[], Took]
Row = tuple[str, float, str]  # the name of a figure, its value, its goal


def main() -> None:
    """Measure, print the table, and write it as JSON."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        make_house(Path(folder))
        run(Path(folder), *RENDER)
        for part in (nothing, one_of_a_hundred):
            rows += part(Path(folder), rounds)
    rows += there_and_back(rounds)
    rows += inside.rows()
    for what, value, goal in rows:
        print(f"{what:<62} {value:10.2f}   {goal and 'goal ' + goal}")
    path = REPO / "benchmarks" / "costs.json"
    found = {what: {"value": round(value, 3), "goal": goal} for what, value, goal in rows}
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def in_turn(rounds: int, cases: dict[str, Case]) -> dict[str, float]:
    """Map each case to its median wall milliseconds, measured in turns: a b c, a b c."""
    found: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            found[name].append(case().wall)
    return {name: statistics.median(values) for name, values in found.items()}


def in_full(root: Path, *words: str) -> Took:
    """Run a render without its stamp, so that it must plan and read every receipt."""
    shutil.rmtree(root / "cache" / "stamps", ignore_errors=True)
    return run(root, *words)


def nothing(root: Path, rounds: int) -> Iterator[Row]:
    """Yield the time of doit alone, and the ratios of a no-op render and of other build systems."""
    cases: dict[str, Case] = {
        "doit": lambda: run(root, "--version"),
        "no-op": lambda: run(root, *RENDER),
    }
    tasks = len(last_record(root))
    for name, program in others(root, tasks).items():
        home = root / name
        run(home, program=program)
        cases[name] = lambda home=home, program=program: run(home, program=program)  # type: ignore[misc]
    took = in_turn(rounds, cases)
    yield f"doit --version, ms; the piece has {tasks} tasks", took["doit"], ""
    yield "no-op render / doit --version", took["no-op"] / took["doit"], "≤ 1.25"
    for name in list(cases)[2:]:
        yield f"{name} / no-op render", took[name] / took["no-op"], "≥ 6"


def others(root: Path, tasks: int) -> dict[str, tuple[str, ...]]:
    """Write a `tasks`-task chain for each installed build system; map the systems to commands."""
    found: dict[str, tuple[str, ...]] = {}
    if program := shutil.which("snakemake"):
        rule = (
            "rule t{0}:\n  input: '{0}.txt'\n  output: '{1}.txt'\n"
            "  shell: 'cp {{input}} {{output}}'\n"
        )
        rules = [f"rule all:\n  input: '{tasks}.txt'\n"]
        rules += [rule.format(i, i + 1) for i in range(tasks)]
        _home(root / "snakemake", "Snakefile", "\n".join(rules))
        found["snakemake"] = (program, "-c1", "--quiet")
    if program := shutil.which("dvc"):
        stages = {
            f"t{i}": {
                "cmd": f"cp {i}.txt {i + 1}.txt", "deps": [f"{i}.txt"], "outs": [f"{i + 1}.txt"],
            }
            for i in range(tasks)
        }  # fmt: skip
        _home(root / "dvc", "dvc.yaml", json.dumps({"stages": stages}))
        subprocess.run([program, "init", "-q", "--no-scm"], cwd=root / "dvc", check=True)
        found["dvc"] = (program, "repro", "-q")
    return found


def _home(path: Path, name: str, text: str) -> None:
    path.mkdir()
    (path / name).write_text(text)
    (path / "0.txt").write_text("x")


def one_of_a_hundred(root: Path, rounds: int) -> Iterator[Row]:
    """Yield the time of a no-op among 100 rendered projects, relative to a single project."""
    with tempfile.TemporaryDirectory() as folder:
        alone, many = Path(folder, "alone"), Path(folder, "many")
        for home in (alone, many):
            shutil.copytree(root, home)
        for i in range(99):
            for place in ("projects/{}", "cache/receipts/{}"):
                shutil.copytree(many / place.format("x"), many / place.format(f"p{i:02d}"))
            shutil.copy(many / "cache/doit/x.db", many / f"cache/doit/p{i:02d}.db")
        for home in (alone, many):
            in_full(home, *RENDER)
            in_full(home, *RENDER)
        took = in_turn(rounds, {
            "one": lambda: run(alone, *RENDER), "of 100": lambda: run(many, *RENDER),
        })  # fmt: skip
        full = in_turn(rounds, {
            "one": lambda: in_full(alone, *RENDER), "of 100": lambda: in_full(many, *RENDER),
        })  # fmt: skip
    yield "one project of 100 / the only project, no-op", took["of 100"] / took["one"], "≤ 1.05"
    yield "one project of 100 / the only project, no stamp", full["of 100"] / full["one"], "≤ 1.05"


def there_and_back(rounds: int) -> Iterator[Row]:
    """Yield the cost of A → B → A: at least 100 tasks are restored, and no task is rendered."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_house(root, duration=250.0, fps=2)
        run(root, *OTHER)
        turn = [0]

        def back() -> Took:
            turn[0] += 1
            took = run(root, *(RENDER if turn[0] % 2 else OTHER))
            statuses = [done["status"] for done in last_record(root).values()]
            if "rendered" in statuses or statuses.count("restored") < 100:
                raise SystemExit(f"a task was rendered, or fewer than 100 restored: {statuses}")
            return took

        def same() -> Took:
            return in_full(root, *(RENDER if turn[0] % 2 else OTHER))

        took = in_turn(rounds, {"back": back, "same": same})
        count = sum(done["status"] == "kept" for done in last_record(root).values())
    yield "renders in A → B → A", 0, "0"
    more = took["back"] - took["same"]
    yield f"restoring over 100 of {count} tasks, ms above a no-op without stamp", more, "≤ 30"


if __name__ == "__main__":
    main()
