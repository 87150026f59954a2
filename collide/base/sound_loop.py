"""Sound that starts over: where its samples begin and end, and the chain that joins its rounds.

A voice has `material` samples, with sound from `begins` to `ends`, and starts over every `period`
samples. There is a gap between the end of the sound and its next beginning, for example because the
sound begins late or ends early. The sound stays in sync with its picture, and the join fills the
gap, unless the gap is a pause that must be kept.
"""

import re
from dataclasses import dataclass

from collide.base.filtergraph import RATE, chain

QUIET = 0.0001  # fraction of full scale, -80 dB; anything below it is silence
EDGE = RATE // 200  # samples skipped inside each edge, which may ring
CRACKLE = 0.01  # seconds; a shorter sound between silences is ignored
SILENCES = f"silencedetect=noise={QUIET}:duration=0.002"
FRESH = "asetpts=N/SR/TB"
SEQUENCE = "concat=n=2:v=0:a=1"


@dataclass(frozen=True, slots=True)
class Join:
    """How a sound starts over, in samples counted from the start of its picture.

    Each round is the sound from `first` to `last`, followed by a `bridge`-sample bridge. In the
    middle of the bridge, the sound after `last` fades into the sound before `first`, over `fade`
    samples. Before `begins` and after `ends`, where the sound has no samples, it is mirrored.
    """

    begins: int
    ends: int
    first: int
    last: int
    bridge: int
    fade: int

    @property
    def before(self) -> int:
        """Return how many samples are mirrored before the beginning."""
        return max(0, self.bridge - (self.first - self.begins))

    @property
    def behind(self) -> int:
        """Return how many samples are mirrored after the end."""
        return max(0, self.bridge - (self.ends - self.last))


def edges(report: str, material: int) -> tuple[int, int]:
    """Return the first sample of the sound, and the first after it, from a SILENCES report.

    If there is no padding, only silence, or less than 30 ms of sound, return the whole range.
    """
    starts = re.findall(r"silence_start: (-?[0-9.]+)", report)
    ends = re.findall(r"silence_end: ([0-9.]+)", report)
    quiet = [(float(start), float(end)) for start, end in zip(starts, ends, strict=False)]
    if len(starts) > len(ends):
        quiet.append((float(starts[-1]), material / RATE))
    begins, last = 0, material
    head, tail = 0.0, material / RATE
    for start, end in quiet:  # a crackle is too short to count as sound
        head = end if start - head <= CRACKLE else head
    for start, end in reversed(quiet):
        tail = start if tail - end <= CRACKLE else tail
    if head:
        begins = round(head * RATE) + EDGE
    if tail < material / RATE:
        last = round(tail * RATE) - EDGE
    return (begins, last) if last - begins >= 6 * EDGE else (0, material)


def join(*, period: int, begins: int, ends: int, seam: int, fill: int) -> Join | None:
    """Return how a sound starts over, or None if its gap is a pause that must be kept.

    Args:
        period: the sound starts over after this many samples.
        begins: the first sample of the sound.
        ends: the first sample after the sound.
        seam: the length of the cross-fade, which is at most a quarter of the sound, in samples.
        fill: the longest gap to fill, in samples; a gap longer than the sound is always kept.
    """
    there = ends - begins
    hole = period - there
    if hole > min(fill, there):
        return None
    fade = max(0, min(seam, (there + min(hole, 0)) // 4))
    bridge = max(hole, fade)
    shared = bridge - hole  # samples of real sound that enter the bridge from both ends
    first, last = begins + shared - shared // 2, ends - shared // 2
    return Join(begins, ends, first, last, bridge, min(fade, bridge))


def looped(one: Join, *, period: int, tag: str) -> str:
    """Return the chain that loops a sound forever, with labels that begin with `tag`."""
    cuts = {"round": _cut(one, one.first, one.last)}
    if one.bridge:
        fade = f"ss={(one.bridge - one.fade) // 2}:ns={max(1, one.fade)}"
        end = _cut(one, one.last, one.last + one.bridge)
        start = _cut(one, one.first - one.bridge, one.first)
        cuts |= {"end": f"{end},afade=t=out:{fade}", "start": f"{start},afade=t=in:{fade}"}
    if one.first:
        cuts["opening"] = _opening(one)
    pads = {name: f"[{tag}-{name}]" for name in (*cuts, "bridge", "again")}
    chains = [chain(_extended(one, tag), f"asplit={len(cuts)}{''.join(pads[n] for n in cuts)}")]
    chains += [f"{pads[name]}{cut}[{tag}-{name}-cut]" for name, cut in cuts.items()]
    played = f"[{tag}-round-cut]"
    if one.bridge:
        added = "amix=inputs=2:duration=longest:normalize=0"
        chains.append(f"[{tag}-end-cut][{tag}-start-cut]{added}{pads['bridge']}")
        played += f"{pads['bridge']}{SEQUENCE},"
    played += f"aloop=loop=-1:size={period}"
    if one.first:
        chains.append(f"{played}{pads['again']}")
        played = f"[{tag}-opening-cut]{pads['again']}{SEQUENCE}"
    return ";".join([*chains, played])


def _cut(one: Join, start: int, end: int) -> str:
    """Return the chain that cuts out samples, numbered from the start of the picture."""
    offset = one.before - one.begins
    return f"atrim=start_sample={start + offset}:end_sample={end + offset},{FRESH}"


def _opening(one: Join) -> str:
    """Return the chain for the part before the first round, faded in if the sound begins late."""
    start = max(0, one.begins - one.before)
    soft = f"afade=t=in:ss=0:ns={one.first - start}" if one.begins else ""
    late = f"adelay=delays={start}S:all=1" if start else ""
    return chain(_cut(one, start, one.first), soft, late)


def _extended(one: Join, tag: str) -> str:
    """Return the chain that extends a sound at both ends with mirrored samples."""
    spans = [
        (one.begins, one.begins + one.before, "areverse"),
        (one.begins, one.ends, ""),
        (one.ends - one.behind, one.ends, "areverse"),
    ]
    parts = [
        (f"atrim=start_sample={start}:end_sample={end}", back)
        for start, end, back in spans
        if end > start
    ]
    if len(parts) == 1:
        return chain(parts[0][0], FRESH)
    names = [f"{tag}-part{at}" for at in range(len(parts))]
    chains = [f"asplit={len(parts)}{''.join(f'[{name}]' for name in names)}"]
    for name, (cut, back) in zip(names, parts, strict=True):
        chains.append(f"[{name}]{chain(cut, back, FRESH)}[{name}-cut]")
    pads = "".join(f"[{name}-cut]" for name in names)
    return ";".join([*chains, f"{pads}concat=n={len(parts)}:v=0:a=1"])
