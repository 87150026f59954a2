"""The report on a piece: its figures as a table and as JSON."""

import statistics
from collections.abc import Iterator
from typing import Any

from benchmarks.cases import CASES, FLOOR, KEPT_GOAL, MEASURES, ONE, PLAIN, Goal
from benchmarks.pieces import Piece
from benchmarks.rounds import Round, Seen
from collide.base.segments import SECONDS

SHARED = (ONE, PLAIN, FLOOR)
HEAD = f"{'':<26}{'CPU s':>8}{'of (a)':>8}{'wall s':>9}{'of (a)':>8}   goal"
GOALS = {case.name: case.goals for case in CASES}
KEEPS = {case.name for case in CASES if case.keeps}


def medians(found: list[Round]) -> dict[str, Seen]:
    """Map the name of each case to its median seconds and to its tasks in the last round."""
    cases: dict[str, Seen] = {}
    for name, last in found[-1].cases.items():
        rows = [one.cases[name] for one in found]
        failed = next((row.failed for row in rows if row.failed), "")
        cpu = statistics.median(row.cpu for row in rows)
        wall = statistics.median(row.wall for row in rows)
        floor = statistics.median(row.floor for row in rows)
        cases[name] = Seen(cpu, wall, last.ran, last.kept, failed, floor)
    return cases


def in_order(cases: dict[str, Seen]) -> list[str]:
    """Return the names of the reference commands, followed by the names of the cases."""
    return [*(name for name in SHARED if name in cases), *(n for n in cases if n not in SHARED)]


def judged(piece: Piece, name: str, goal: Goal, cases: dict[str, Seen]) -> str:
    """Return a goal as text, with the measured figure, and the difference if it is missed."""
    value, limit = MEASURES[goal.of](cases[name], cases), goal.at(loops=piece.loops)
    return _judged(goal.of, value, limit)


def _judged(of: str, value: float, limit: float) -> str:
    text = f"{of} {value:.3f} ≤ {limit:.2f}"
    return text if value <= limit else f"{text}   MISSED by {value - limit:.3f}"


def kept_segments(piece: Piece, kept: str) -> str:
    """Return a line with the tasks that a longer piece kept, and MISSED if a segment was lost."""
    last = int(piece.seconds // SECONDS) - 1
    numbers = "0" if last == 0 else f"0-{last}"
    whole = all(f"{kind}:{numbers}" in kept for kind in ("stack", "encode"))
    return f"kept from before: {kept or 'nothing'}" + ("" if whole else "   MISSED: whole segments")


def own_floor(case: Seen, one: Seen) -> str:
    """Return the cost of x264 alone on a case's picture, and what the case costs beyond that."""
    above = (case.cpu - case.floor) / one.cpu
    return f"x264 alone on this picture {case.floor / one.cpu:.3f}, above that {above:.3f}"


def p50_and_p95(seconds: list[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile of waits."""
    if len(seconds) == 1:
        return seconds[0], seconds[0]
    return statistics.median(seconds), statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def waits(found: list[Round]) -> dict[str, dict[str, float]]:
    """Map each wait to the median duration after a turn of each knob."""
    return {
        name: {
            knob: statistics.median(one.waits[name][knob].wall for one in found)
            for knob in found[-1].waits[name]
        }
        for name in found[-1].waits
    }


def ran_for(found: list[Round]) -> dict[str, str]:
    """Map each knob to the tasks that its turn caused in the longest wait of the last round."""
    *_, longest = found[-1].waits.values()
    return {knob: seen.ran or "none" for knob, seen in longest.items()}


def made_by(piece: Piece, found: list[Round]) -> str:
    """Return the command line that repeats the measurement."""
    return f"python -m benchmarks.ratios {len(found)} piece={piece.name}"


def as_table(piece: Piece, found: list[Round], where: dict[str, str]) -> str:
    """Return the table as text, in which a figure that misses its goal is marked MISSED."""
    lines = [f"{piece.name}: {described(piece)}", *(f"{k}: {v}" for k, v in where.items()), ""]
    lines += [HEAD, *_cases(piece, medians(found)), *_kept(piece, found), *_waits(found)]
    missed = sum("MISSED" in line for line in lines)
    return "\n".join([*lines, "", f"{missed} goals missed · {made_by(piece, found)}", ""])


def described(piece: Piece) -> str:
    """Return a one-line description of a piece."""
    size = piece.config.get("output_size", "1280x720")
    return f"{piece.title}, {piece.seconds:g} s of {size} at {piece.config['fps']} fps"


def _cases(piece: Piece, cases: dict[str, Seen]) -> Iterator[str]:
    for name in in_order(cases):
        case, one = cases[name], cases[ONE]
        if case.failed:
            yield f"{name:<26}  MISSED: it failed: {case.failed}"
            continue
        goals = [judged(piece, name, goal, cases) for goal in GOALS.get(name, ())]
        figures = f"{case.cpu:8.2f}{case.cpu / one.cpu:8.3f}{case.wall:9.2f}"
        figures += f"{case.wall / one.wall:8.3f}"
        yield f"{name:<26}{figures}   {goals[0] if goals else ''}".rstrip()
        yield from (f"{'':<62}{goal}" for goal in goals[1:])
        if name in KEEPS:
            yield f"{'':<62}{kept_segments(piece, case.kept)}"
        if case.floor:
            yield f"{'':<62}{own_floor(case, one)}"
        if name in GOALS:
            yield f"    tasks that ran: {case.ran or 'none'}"


def _kept(piece: Piece, found: list[Round]) -> Iterator[str]:
    kept = statistics.median(one.kept for one in found)
    goal = _judged("of 06f3392", kept / piece.kept, KEPT_GOAL)
    yield f"{'kept, MB a second':<26}{kept:8.1f}{'':<28}{goal}"
    yield f"    pictures kept: {kept * piece.seconds / 1000:.1f} GB in all"


def _waits(found: list[Round]) -> Iterator[str]:
    yield from ("", f"{'an artist waits, wall s':<34}{'p50':>8}{'p95':>8}")
    for name, knobs in waits(found).items():
        half, most = p50_and_p95(list(knobs.values()))
        slowest = max(knobs, key=lambda knob: knobs[knob])
        yield f"  a knob, to {name:<21}{half:8.2f}{most:8.2f}   slowest: {slowest}"
    for knob, ran in ran_for(found).items():
        yield f"    {knob:<26} {ran}"


def as_json(piece: Piece, found: list[Round], where: dict[str, str]) -> dict[str, Any]:
    """Return the report as plain data, with the figures of all rounds on one line each."""
    cases = medians(found)
    kept = statistics.median(one.kept for one in found)
    return {
        "piece": described(piece), "made by": made_by(piece, found), **where,
        "cases": {name: _case(piece, name, cases, found) for name in in_order(cases)},
        "kept, MB a second": {
            "now": round(kept, 1), "06f3392": piece.kept,
            "goal": _judged("of 06f3392", kept / piece.kept, KEPT_GOAL),
        },
        "an artist waits, s": {name: _wait(knobs) for name, knobs in waits(found).items()},
        f"tasks that ran for {[*found[-1].waits][-1]}": ran_for(found),
    }  # fmt: skip


def _case(piece: Piece, name: str, cases: dict[str, Seen], found: list[Round]) -> dict[str, Any]:
    case, one, rows = cases[name], cases[ONE], [each.cases[name] for each in found]
    if case.failed:
        return {"failed": case.failed}
    data: dict[str, Any] = {
        "CPU s": round(case.cpu, 2), "CPU of (a)": round(case.cpu / one.cpu, 3),
        "wall s": round(case.wall, 2), "wall of (a)": round(case.wall / one.wall, 3),
        "rounds, CPU s": " ".join(f"{row.cpu:.2f}" for row in rows),
        "rounds, wall s": " ".join(f"{row.wall:.2f}" for row in rows),
    }  # fmt: skip
    if name in GOALS:
        data["goals"] = [judged(piece, name, goal, cases) for goal in GOALS[name]]
        data["tasks that ran"] = case.ran
    if case.floor:
        data["its own floor"] = own_floor(case, one)
    if name in KEEPS:
        data["goals"].append(kept_segments(piece, case.kept))
    return data


def _wait(knobs: dict[str, float]) -> dict[str, Any]:
    half, most = p50_and_p95(list(knobs.values()))
    each = {knob: round(seconds, 2) for knob, seconds in knobs.items()}
    return {"p50": round(half, 2), "p95": round(most, 2), "each": each}
