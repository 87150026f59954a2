"""Compare a scan with earlier facts to find new, moved, changed, duplicate and gone files."""

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collide.library.folders import CLIP, SOUND

OWN = re.compile(r"projects/([^/]+)/input/")  # beginning of the names of a project's own files


@dataclass
class ScanReport:
    """The result of a scan; files are listed by their names in the library."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    doubles: list[tuple[str, str]] = field(default_factory=list)
    away: dict[str, int] = field(default_factory=dict)  # number of files in each absent folder
    strangers: list[str] = field(default_factory=list)  # files of unsupported kinds
    clips: int = 0  # number of clips that every project can use
    own: Counter[str] = field(default_factory=Counter)  # each project's number of own clips
    sounds: int = 0


def with_gone(
    before: Mapping[str, dict[str, Any]], now: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return the files of `now` and the files of `before` whose content is gone.

    Looks may still need the facts of files that are gone.
    """
    here = {clip["digest"] for clip in now.values() if "left_out" not in clip}
    lost = {name: clip for name, clip in before.items() if name not in now}
    gone = {name: {**clip, "gone": True} for name, clip in lost.items() if _is_gone(clip, here)}
    return {**now, **gone}


def former(
    earlier: Mapping[str, str],
    before: Mapping[str, dict[str, Any]],
    now: Mapping[str, dict[str, Any]],
) -> dict[str, str]:
    """Map the old names of files that have new names to the digests of the files."""
    here = {clip["digest"] for clip in now.values() if "left_out" not in clip}
    named = {n: clip["digest"] for n, clip in before.items() if "left_out" not in clip}
    every = {**earlier, **named}
    return {n: digest for n, digest in every.items() if n not in now and digest in here}


def compare(
    before: Mapping[str, dict[str, Any]], now: Mapping[str, dict[str, Any]], away: Sequence[str]
) -> ScanReport:
    """Return the report on all files; `now` also contains files that are gone.

    Folders in `away` are missing or empty, for example because a disk is not plugged in.
    """
    report, first = ScanReport(away=dict.fromkeys(away, 0)), dict[str, str]()
    here = {name: clip for name, clip in now.items() if "gone" not in clip}
    lost = {name: clip for name, clip in before.items() if name not in here}
    left = {clip["digest"]: n for n, clip in reversed(lost.items()) if "digest" in clip}
    for name, clip in here.items():
        if "left_out" in clip:
            report.left_out[name] = clip["left_out"]
            continue
        if CLIP in clip and (match := OWN.match(name)):
            report.own[match[1]] += 1
        report.clips += CLIP in clip and not OWN.match(name)
        report.sounds += SOUND in clip
        if clip["digest"] in first:
            report.doubles.append((name, first[clip["digest"]]))
        first.setdefault(clip["digest"], name)
        _arrived(name, clip["digest"], before.get(name, {}), left, report)
    for name, clip in lost.items():
        if _is_gone(clip, first):
            _gone(name, clip, report)
    return report


def _is_gone(clip: Mapping[str, Any], here: Container[str]) -> bool:
    """Return whether a missing file was usable and has no copy elsewhere."""
    return "digest" in clip and "left_out" not in clip and clip["digest"] not in here


def _arrived(
    name: str, digest: str, earlier: Mapping[str, Any], left: Mapping[str, str], report: ScanReport
) -> None:
    """Add the file at `name` to the report if it is new, has changed, or was moved there.

    A file counts as new if it was gone, or if only the current probe can read it.
    """
    if earlier.get("digest") not in (None, digest):
        report.changed.append(name)
    elif "digest" in earlier and not {"gone", "left_out"} & earlier.keys():
        return
    elif digest in left:
        report.moved.append((left[digest], name))
    else:
        report.new.append(name)


def _gone(name: str, clip: Mapping[str, Any], report: ScanReport) -> None:
    """Report once that a file is gone; if its folder is missing or empty, only count it."""
    if root := next((root for root in report.away if Path(name).is_relative_to(root)), None):
        report.away[root] += 1
    elif "gone" not in clip:
        report.gone.append(name)
