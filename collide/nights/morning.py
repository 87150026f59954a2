"""The report on a night: cache/nights/TIME/report.html, report.json and junit.xml.

It lists each piece with its outcome, the reason, the time, and the command that renders it. All
three files are written after each piece, so an interrupted night has a report too. `latest` links
to the folder of the newest night, even while it is running.
"""

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from collide.base.files import lead, write_whole
from collide.nights.changes import Change
from collide.nights.child_render import FAILED, LATER, Outcome
from collide.nights.queue import STATUSES
from collide.store.eviction import limit
from collide.store.index import Index

# Characters that XML 1.0 cannot contain, even escaped.
STRANGE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class NightReport:
    """The report on a night: the outcomes, and the state of the library, the disk and the farm."""

    command: str
    began: float  # Unix time, like all times here
    until: float
    outcomes: Sequence[Outcome]
    ended: float | None = None  # None if the night is still running or was killed
    stopped: bool = False  # whether a signal stopped the night
    before: str = ""  # a note about the previous night
    clips: int = 0
    new: list[str] = field(default_factory=list)  # names of new clips
    left_out: dict[str, str] = field(default_factory=dict)  # reasons by file
    disk: dict[str, int] = field(default_factory=dict)
    changed: list[Change] = field(default_factory=list)  # changes since the previous night
    farm: Sequence[str] = ()  # events on the farm, for example "02:10 tower2 left the farm"

    def of(self, status: str) -> list[Outcome]:
        """Return the outcomes with this status."""
        return [outcome for outcome in self.outcomes if outcome.status == status]

    def counts(self) -> dict[str, int]:
        """Return the number of outcomes with each status."""
        return {status: len(self.of(status)) for status in STATUSES}

    def weigh(self, index: Index) -> None:
        """Record the sizes of the store and the videos, the store's limit, and free disk space."""
        held = index.held()
        self.disk = {
            "store": held,
            "limit": limit(index.store, held).bytes,
            "videos": sum(outcome.bytes for outcome in self.outcomes),
            "free": shutil.disk_usage(index.store.root).free,
        }

    def plain(self) -> dict[str, Any]:
        """Return the report as plain data, for JSON."""
        return {
            "command": self.command,
            "began": iso(self.began),
            "until": iso(self.until),
            "ended": iso(self.ended) if self.ended else None,
            "stopped": self.stopped,
            "before": self.before,
            "counts": self.counts(),
            "pieces": [
                {**asdict(o), "began": iso(o.began), "command": o.command} for o in self.outcomes
            ],
            "library": {"clips": self.clips, "new": self.new, "left_out": self.left_out},
            "disk": self.disk,
            "farm": [*self.farm],
            "changed": [asdict(change) for change in self.changed],
        }


def iso(at: float) -> str:
    """Return a time in ISO format, with the local UTC offset."""
    return datetime.fromtimestamp(round(at)).astimezone().isoformat()


def junit(report: NightReport) -> bytes:
    """Return the report as JUnit XML, with a test case for each piece."""
    counts = report.counts()
    suite = ElementTree.Element(
        "testsuite",
        name=f"night of {datetime.fromtimestamp(report.began):%Y-%m-%d}",
        tests=str(len(report.outcomes)),
        failures=str(counts[FAILED]),
        errors="0",
        skipped=str(counts[LATER]),
        time=f"{sum(o.seconds for o in report.outcomes):.3f}",
        timestamp=iso(report.began),
    )
    for outcome in report.outcomes:
        _case(suite, outcome)
    whole = ElementTree.Element("testsuites")
    whole.append(suite)
    ElementTree.indent(whole)
    return bytes(ElementTree.tostring(whole, encoding="utf-8", xml_declaration=True))


def _case(suite: ElementTree.Element, outcome: Outcome) -> None:
    seconds = f"{outcome.seconds:.3f}"
    words = {"classname": "collide.nights.night", "name": outcome.name, "time": seconds}
    case = ElementTree.SubElement(suite, "testcase", words)
    why = STRANGE.sub("?", outcome.why)
    first = why.partition("\n")[0]
    if outcome.status == FAILED:
        ElementTree.SubElement(case, "failure", message=first).text = f"{why}\n\n{outcome.command}"
    elif outcome.status == LATER:
        ElementTree.SubElement(case, "skipped", message=f"{LATER}: {first}")
    else:
        text = f"{outcome.status}, look {outcome.look}: {outcome.video}"
        note = STRANGE.sub("?", f"\n{outcome.note}" if outcome.note else "")
        ElementTree.SubElement(case, "system-out").text = text + note


def write(report: NightReport, folder: Path, html: bytes) -> None:
    """Write a report's three files and link `latest` to their folder."""
    text = (json.dumps(report.plain(), indent=1) + "\n").encode()
    files = {"report.json": text, "junit.xml": junit(report), "report.html": html}
    for name, data in files.items():
        write_whole(folder / name, data, lasting=False)
    lead(folder.parent / "latest", folder.name)


def killed_before(cache: Path) -> str:
    """Return a note if the previous night's report says that the night was killed, or ""."""
    try:
        last = json.loads((cache / "nights" / "latest" / "report.json").read_bytes())
        if last["ended"] is None:
            began = datetime.fromisoformat(last["began"])
            looked = f"it had reached {len(last['pieces'])} of its pieces"
            return f"the night that began on {began:%d %B at %H:%M} was killed; {looked}"
    except (OSError, ValueError, KeyError, TypeError):
        pass  # the report is missing, or a person edited it
    return ""


def folder_of(cache: Path, began: float) -> Path:
    """Return the folder for a night's report."""
    return cache / "nights" / f"{datetime.fromtimestamp(began):%Y-%m-%dT%H%M%S}"
