"""source/shots: the shots of a clip, and how bright and busy each shot is.

Played once per clip, when a layer must begin inside a shot (`start_in=shot`) or when clips are
searched by content. A shot ends at a cut, a dissolve or a fade, but not at a flash, a light that is
switched on, noise or a camera move. Reads one clip, or MOST seconds of a long clip in parts spread
evenly; writes small frames and their times; answers with cuts, shots and the analyzed parts, in
seconds.
"""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from collide.instrument import (
    BITEXACT,
    SHOT_SIZE,
    Argv,
    Clip,
    Knobs,
    Passes,
    chain,
    graph,
    light_of,
    motion_of,
    opened,
    pictures_of,
    shots_of,
    since,
)

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}
LIBRARIES = ("numpy",)
VERSION = 1

# Only MOST seconds of a longer clip are decoded, in PARTS of equal length, the first at its start
# and the last at its end: an hour costs as much as ten minutes. A part is as long as a layer can be
# by default, so a shot of that length can be found whole.
MOST, PARTS = 600.0, 5
OFTEN = 31  # maximum frames kept per second: every second frame of 60


def parts(seconds: float) -> list[tuple[float, float]]:
    """Return the start and the length (in seconds) of each part of a clip that is decoded."""
    if seconds <= MOST:
        return [(0.0, seconds)]
    length = MOST / PARTS
    step = (seconds - length) / (PARTS - 1)
    return [(round(at * step, 3), length) for at in range(PARTS)]


def leaves(seconds: float) -> tuple[str, ...]:
    """Return the names of the temporary files that `answer` reads."""
    return tuple(f"small-{at}.{s}" for at in range(len(parts(seconds))) for s in ("yuv", "txt"))


def frames(seconds: float, fps: float) -> int:
    """Return roughly how many frames of each part are kept."""
    return round(parts(seconds)[0][1] * min(OFTEN, fps)) + 1


def opens(clip: Clip) -> dict[str, Any]:
    """Return the arguments of `passes`: how each part is opened, its start, and the track."""
    spread = parts(clip.seconds)
    begun = (since(clip, begin) for begin, _ in spread)
    return {
        "sources": [opened(clip, b, length if len(spread) > 1 else None) for b, length in spread],
        "begins": [chain(moved, "trim=start=0" if moved else "") for moved in begun],
        "track": pictures_of(clip),
    }


def passes(knobs: Knobs, *, sources: Sequence[Argv], begins: Sequence[str], track: str) -> Passes:
    """Yield a run per part of `@clip` that writes frames (`small-0.yuv`) and times (`small-0.txt`).

    `opens` returns the arguments.
    """
    kept = f"select='if(isnan(prev_selected_t),1,gte(t-prev_selected_t,1/{OFTEN}))'"
    small = f"scale={SHOT_SIZE[0]}:{SHOT_SIZE[1]}:out_range=tv:out_color_matrix=bt709"
    small += ":flags=area+accurate_rnd+bitexact,format=yuv420p"
    for at, (source, moved) in enumerate(zip(sources, begins, strict=True)):
        seen = graph(f"[{track}]{chain(moved, kept, small)},split[v][t]")
        raw = ["-fps_mode", "passthrough", "-c:v", "rawvideo", *BITEXACT]
        yield [
            *(*source, "-filter_complex", seen),
            *("-map", "[v]", *raw, "-f", "rawvideo", f"small-{at}.yuv"),
            *("-map", "[t]", *raw, "-f", "framecrc", f"small-{at}.txt"),
        ]
    return {}


def answer(files: Mapping[str, Path], *, seconds: float, fps: float, gap: float) -> dict[str, Any]:
    """Return the contents of the decoded parts; raise ValueError if nothing could be decoded.

    Args:
        files: the files of `leaves` that were written.
        seconds: the clip's length; `fps` is its frame rate, and `gap` the longest time without
            a frame.

    `cuts` are times, `shots` are `[from, to, light, motion]`, and `seen` are the parts `[from,
    to]`. `light` is the mean luma, from 0 (black) to 1 (white); `motion` is the mean change in the
    picture in a quarter of a second, in 8-bit levels. Both values are also averaged over all shots.
    Fades, dissolves, and black or white pauses do not belong to a shot, unless a part contains
    nothing else.
    """
    facts: dict[str, Any] = {"cuts": [], "shots": [], "seen": []}
    for at, (begin, length) in enumerate(parts(seconds)):
        times, pictures = _read(files, at)
        if times:
            end, last = min(begin + length, seconds), begin + times[-1]
            usual = (times[-1] - times[0]) / max(1, len(times) - 1)
            if end - last > 2 * max(gap, usual, 1 / fps, 1 / OFTEN):  # if so, the file is truncated
                end = last + 1 / fps
            spans, cuts = shots_of(times, pictures)
            times = [begin + time if begin else time * (at > 0) for at, time in enumerate(times)]
            facts["seen"].append([round(times[0], 3), round(end, 3)])
            facts["cuts"] += [round(times[cut], 3) for cut in cuts]
            facts["shots"] += [_shot(span, [*times, end], pictures, fps) for span in spans]
    if not facts["seen"]:
        raise ValueError("none of its frames can be decoded")
    return facts | _whole(facts["shots"])


def _read(files: Mapping[str, Path], at: int) -> tuple[list[float], Any]:
    """Return the times of a part's frames (in seconds from its start) and their planes."""
    import numpy

    text = files[f"small-{at}.txt"].read_text() if f"small-{at}.txt" in files else ""
    base = re.search(r"^#tb 0: (\d+/\d+)$", text, re.MULTILINE)
    lines = [line.split(",") for line in text.splitlines() if not line.startswith("#")]
    raw = files[f"small-{at}.yuv"].read_bytes() if lines else b""
    size = SHOT_SIZE[0] * SHOT_SIZE[1] * 3 // 2
    count = min(len(lines), len(raw) // size)
    tick = Fraction(base[1]) if base else Fraction(1)
    planes = numpy.frombuffer(raw, numpy.uint8, count * size).reshape(count, size)
    return [float(int(line[2]) * tick) for line in lines[:count]], planes


def _shot(span: tuple[int, int], times: list[float], pictures: Any, fps: float) -> list[float]:
    """Return `[from, to, light, motion]` of one shot."""
    first, last = span
    end = times[last]
    if fps > OFTEN and last < len(pictures):  # a skipped frame may belong to the next shot
        end = min(end, times[last - 1] + 1 / fps)
    light = light_of(pictures[first:last])
    motion = motion_of(times[first:last], pictures[first:last])
    return [round(times[first], 3), round(end, 3), round(light, 4), round(motion, 4)]


def _whole(shots: list[list[float]]) -> dict[str, float]:
    """Return the mean light and the mean motion of all shots, weighted by length."""
    lengths = [end - start for start, end, _, _ in shots]
    return {
        name: round(
            sum(shot[at] * s for shot, s in zip(shots, lengths, strict=True)) / sum(lengths), 4
        )
        for at, name in ((2, "light"), (3, "motion"))
    }
