"""The page of a night: failures with their causes and commands, then changes, then videos."""

import os
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from collide.base.clock import unix_time
from collide.base.words import several
from collide.nights.child_render import FAILED, LATER, RENDERED, REUSED, Outcome
from collide.nights.morning import NightReport
from collide.run.progress import long
from collide.store.eviction import gb
from collide.syntax.arguments import line
from collide.views.page import page, tag, text

WORDS = {REUSED: "up to date"}  # statuses that the page words differently from report.json
CHANGED = "changed since its last render"
ROOM = 1.3  # the length of the night that the page suggests, as a multiple of the forecast


def report_page(
    report: NightReport, root: Path, folder: Path, stills: Mapping[str, bytes]
) -> bytes:
    """Return the bytes of report.html.

    Args:
        root: the workspace that paths of videos are relative to.
        folder: the page's folder, which its links are relative to.
        stills: JPEGs, by the name of their look.
    """
    at = Path(os.path.relpath(root, folder))
    changes = {change.name: change.why for change in report.changed}
    pieces = "".join(
        _piece(o, at, stills.get(o.look), changes.get(o.name) or o.why or o.moved or CHANGED)
        for o in report.of(RENDERED)
    )
    began = datetime.fromtimestamp(report.began)
    return page(
        "report",
        title=f"The night of {began.day} {began:%B %Y}",
        head=text("; ".join(_headline(report))),
        more=_more(report),
        span=text(", ".join(_span(report))),
        counts="".join(_counts(report)),
        failed=_part("What failed", "".join(_failure(o) for o in report.of(FAILED))),
        noted=_part("Sound to check", _table((o.name, o.note) for o in report.outcomes if o.note))
        + _part("The farm", _table(_of_farm(report))),
        changed=_part("Changed since the previous night", _changes(report, stills)),
        made=_part("Rendered", pieces and tag("div", pieces, class_="pieces")),
        later=_part("Not started", _table((o.name, o.why) for o in report.of(LATER))),
        reused=_part("Up to date", _folded(report.of(REUSED), at)),
        library=_part("The clips", _library(report)),
        disk=_disk(report),
        command=tag("code", text(report.command)),
        script="shell.js parts.js report.js",
    )


def _part(title: str, inside: str) -> str:
    """Return a section of the page, or "" if it would be empty."""
    return tag("section", tag("h2", text(title)), inside) if inside else ""


def _span(report: NightReport) -> Iterator[str]:
    began, until = (datetime.fromtimestamp(at) for at in (report.began, report.until))
    if report.before:
        yield report.before
    yield f"from {began:%H:%M}, until {until:%H:%M} at the latest"
    if report.ended is None:
        yield "still running, or killed: doit night resumes it"
        return
    how = "stopped" if report.stopped else "over"
    yield f"{how} at {datetime.fromtimestamp(report.ended):%H:%M}"


def _headline(report: NightReport) -> Iterator[str]:
    """Yield the night's results in words: new videos, failures, and pieces not started."""
    new, failed, later = (report.of(status) for status in (RENDERED, FAILED, LATER))
    yield several(len(new), "new video") if new else "no new video"
    if failed:
        yield f"{len(failed)} failed"
    if not later:
        return
    first = f"{len(later)} could not begin"
    planned = [one for one in later if one.expected is not None and one.began]
    if planned:
        need, left = sum(one.expected or 0.0 for one in planned), report.until - planned[0].began
        first += f": {long(need)} needed, {long(max(left, 0.0))} left"
    yield first


def _more(report: NightReport) -> str:
    """Return commands for the pieces that could not begin, if any."""
    later = report.of(LATER)
    if not later:
        return ""
    need = sum(one.expected or 0.0 for one in later) * ROOM
    enough = f"{datetime.fromtimestamp(unix_time() + need):%H:%M}"
    again = re.sub(r"\buntil=\S+", f"until={enough}", report.command)
    lines = ["to render the others: ", tag("code", text(again if need else later[0].command))]
    shorter = line(["set"], {"project": later[0].name, "duration": "10"})
    return tag("p", *lines, "; or a shorter piece: ", tag("code", text(shorter)), class_="more")


def _counts(report: NightReport) -> Iterator[str]:
    for status, count in report.counts().items():
        kind = "none" if not count else "wrong" if status == FAILED else None
        yield tag("li", tag("b", str(count)), text(WORDS.get(status, status)), class_=kind)


def _of_farm(report: NightReport) -> Iterator[tuple[str, str]]:
    """Yield each farm event's time and description."""
    for entry in report.farm:
        at, _, what = entry.partition(" ")
        yield at, what


def _failure(outcome: Outcome) -> str:
    return tag(
        "div",
        tag("h3", text(outcome.name), " ", tag("span", _clock(outcome.began), class_="dim")),
        tag("pre", text(outcome.why)),
        tag("p", "to see it again: ", tag("code", text(outcome.command))),
        class_="failure",
    )


def _piece(outcome: Outcome, at: Path, still: bytes | None, why: str) -> str:
    """Return the HTML of a rendered piece: its video, its facts, and why it was rendered."""
    facts = [_clock(outcome.began), long(outcome.seconds), gb(outcome.bytes)]
    facts += [outcome.by] if outcome.machine else []
    picture = f"data:image/jpeg;base64,{b64encode(still).decode()}" if still else None
    film = {"src": _address(outcome, at), "poster": picture, "aria_label": outcome.name}
    return tag(
        "figure",
        tag("video", **film, preload="none", controls="", loop="", playsinline=""),
        tag(
            "figcaption",
            tag("b", _link(outcome, at)),
            tag("code", text(outcome.look)),
            tag("span", text(" · ".join(facts)), class_="dim"),
            tag("p", text(why), class_="why"),
        ),
        data_project=outcome.name,
        data_look=outcome.look,
    )


def _changes(report: NightReport, stills: Mapping[str, bytes]) -> str:
    """Return the HTML of the pieces whose frames changed, each with the cause and both pictures."""
    return "".join(
        tag(
            "div",
            tag("h3", text(change.name), " ", tag("span", text(change.why), class_="dim")),
            tag("div", _then(change.old, stills), _then(change.new, stills), class_="pair"),
            class_="change",
        )
        for change in report.changed
    )


def _then(look: str, stills: Mapping[str, bytes]) -> str:
    """Return the HTML of a look's name, and of its picture if there is one."""
    still = stills.get(look)
    picture = f"data:image/jpeg;base64,{b64encode(still).decode()}" if still else None
    image = f'<img src="{picture}" alt="look {text(look)}">' if picture else ""
    return tag("figure", image, tag("figcaption", tag("code", text(look))))


def _address(outcome: Outcome, at: Path) -> str:
    return quote((at / outcome.video).as_posix())


def _link(outcome: Outcome, at: Path) -> str:
    return tag("a", text(outcome.name), href=_address(outcome, at))


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at):%H:%M}"


def _table(pairs: Iterable[tuple[str, str]], class_: str | None = None) -> str:
    rows = [tag("tr", tag("td", text(a)), tag("td", text(b), class_=class_)) for a, b in pairs]
    return tag("table", *rows) if rows else ""


def _folded(outcomes: list[Outcome], at: Path) -> str:
    """Return the HTML of a list of pieces, folded because there may be hundreds."""
    if not outcomes:
        return ""
    names = ", ".join(_link(outcome, at) for outcome in outcomes)
    return tag("details", tag("summary", several(len(outcomes), "piece")), tag("p", names))


def _library(report: NightReport) -> str:
    new, out = report.new, report.left_out
    lines = [tag("p", f"{report.clips} usable, {len(new)} of them new.")]
    if new:
        few = new[:12] + ([f"and {len(new) - 12} more"] if len(new) > 12 else [])
        lines.append(tag("p", text(", ".join(few)), class_="dim"))
    if out:
        lines += [tag("p", f"{len(out)} left out:"), _table(out.items(), class_="wrong")]
    return "".join(lines)


def _disk(report: NightReport) -> str:
    if not report.disk:
        return ""
    held, most, videos, free = (gb(report.disk[k]) for k in ("store", "limit", "videos", "free"))
    return tag("p", f"The store takes {held} of {most}, and these videos {videos}; {free} is free.")
