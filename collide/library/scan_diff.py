"""What a scan found, compared with what was known: new, moved, changed, duplicate, gone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collide.library.folders import CLIP, SOUND


@dataclass
class ScanReport:
    """What a scan found; files are called by their names in the library."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    doubles: list[tuple[str, str]] = field(default_factory=list)
    away: dict[str, int] = field(default_factory=dict)  # folder that is not here -> files in it
    clips: int = 0
    sounds: int = 0


def compare(
    before: Mapping[str, dict[str, Any]], now: dict[str, dict[str, Any]], away: Sequence[str]
) -> ScanReport:
    """Return what became of the files, and keep what is gone in `now`: it is still needed.

    Args:
        before: what was known, by name.
        now: what is there.
        away: folders that are not there at all, a disk that is not plugged in for instance.
    """
    report, first = ScanReport(away=dict.fromkeys(away, 0)), dict[str, str]()
    left = _left(before, now)
    for name, clip in now.items():
        if "left_out" in clip:
            report.left_out[name] = clip["left_out"]
            continue
        report.clips += CLIP in clip
        report.sounds += SOUND in clip
        if clip["digest"] in first:
            report.doubles.append((name, first[clip["digest"]]))
        first.setdefault(clip["digest"], name)
        _arrived(name, clip["digest"], before, left, report)
    for name, clip in _gone(before, now, first):
        now[name] = {**clip, "gone": True}
        roots = [root for root in away if Path(name).is_relative_to(root)]
        for root in roots[:1]:
            report.away[root] += 1
        if not roots and "gone" not in clip:
            report.gone.append(name)
    return report


def _left(before: Mapping[str, dict[str, Any]], now: Mapping[str, Any]) -> dict[str, str]:
    """Return by content the first name that is used no more."""
    found: dict[str, str] = {}
    for name, clip in before.items():
        if name not in now and "digest" in clip:
            found.setdefault(clip["digest"], name)
    return found


def _arrived(
    name: str,
    digest: str,
    before: Mapping[str, dict[str, Any]],
    left: Mapping[str, str],
    report: ScanReport,
) -> None:
    """Say how a clip came to be at `name`: changed there, moved there, or new."""
    earlier = before.get(name, {})
    if earlier.get("digest") not in (None, digest):
        report.changed.append(name)
    elif "digest" in earlier and "gone" not in earlier:
        return
    elif digest in left:
        report.moved.append((left[digest], name))
    else:
        report.new.append(name)


def _gone(
    before: Mapping[str, dict[str, Any]], now: Mapping[str, Any], first: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the clips and sounds whose content is nowhere any more."""
    for name, clip in before.items():
        told = CLIP in clip or SOUND in clip
        if name not in now and clip.get("digest") not in first and told:
            yield name, clip
