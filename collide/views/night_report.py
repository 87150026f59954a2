"""The page of a night: first the failures, why, and by which command; then all results, large,
with videos that play.
"""

import os
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from collide.base.words import several
from collide.nights.child_render import FAILED, LATER, RENDERED, REUSED, Outcome
from collide.nights.morning import NightReport
from collide.run.progress import long
from collide.store.eviction import gb
from collide.views.page import page, tag, text


def report_page(
    report: NightReport, root: Path, folder: Path, stills: Mapping[str, bytes]
) -> bytes:
    """Return report.html for `folder`; videos are linked from `root`, the workspace.

    `stills` are JPEGs, by the name of their look.
    """
    at = Path(os.path.relpath(root, folder))
    made = "".join(_made(o, at, stills.get(o.look)) for o in report.of(RENDERED))
    began = datetime.fromtimestamp(report.began)
    return page(
        "report",
        title=f"The night of {began.day} {began:%B %Y}",
        span=text(", ".join(_span(report))),
        counts="".join(_counts(report)),
        failed=_part("What failed", "".join(_failure(o) for o in report.of(FAILED))),
        noted=_part(
            "What to listen to", _table((o.name, o.note) for o in report.outcomes if o.note)
        ),
        changed=_part("What changed since the last night", _changes(report, stills)),
        made=_part("What was made", made and tag("div", made, class_="pieces")),
        later=_part("What was not begun", _table((o.name, o.why) for o in report.of(LATER))),
        reused=_part("What was up to date", _folded(report.of(REUSED), at)),
        library=_part("The clips", _library(report)),
        disk=_disk(report),
        command=tag("code", text(report.command)),
        script="shell.js parts.js report.js",
    )


def _part(title: str, inside: str) -> str:
    """Return a section of the page, "" if it would be empty."""
    return tag("section", tag("h2", text(title)), inside) if inside else ""


def _span(report: NightReport) -> Iterator[str]:
    began, until = (datetime.fromtimestamp(at) for at in (report.began, report.until))
    if report.before:
        yield report.before
    yield f"from {began:%H:%M}, until {until:%H:%M} at the latest"
    if report.ended is None:
        yield "it still goes on, or was killed: doit night takes it up"
        return
    how = "stopped" if report.stopped else "over"
    yield f"{how} at {datetime.fromtimestamp(report.ended):%H:%M}"


def _counts(report: NightReport) -> Iterator[str]:
    for status, count in report.counts().items():
        kind = "none" if not count else "wrong" if status == FAILED else None
        yield tag("li", tag("b", str(count)), text(status), class_=kind)


def _failure(outcome: Outcome) -> str:
    return tag(
        "div",
        tag("h3", text(outcome.name), " ", tag("span", _clock(outcome.began), class_="dim")),
        tag("pre", text(outcome.why)),
        tag("p", "to see it again: ", tag("code", text(outcome.command))),
        class_="failure",
    )


def _made(outcome: Outcome, at: Path, still: bytes | None) -> str:
    """Return a piece: its video, which loads when it is played, and what is known of it."""
    told = [_clock(outcome.began), long(outcome.seconds), gb(outcome.bytes)]
    told += [f"by {outcome.machine}"] if outcome.machine else []
    picture = f"data:image/jpeg;base64,{b64encode(still).decode()}" if still else None
    film = {"src": _address(outcome, at), "poster": picture, "aria_label": outcome.name}
    return tag(
        "figure",
        tag("video", **film, preload="none", controls="", loop="", playsinline=""),
        tag(
            "figcaption",
            tag("b", _link(outcome, at)),
            tag("code", text(outcome.look)),
            tag("span", text(" · ".join(told)), class_="dim"),
        ),
        data_project=outcome.name,
        data_look=outcome.look,
    )


def _changes(report: NightReport, stills: Mapping[str, bytes]) -> str:
    """Return each piece whose frames are others: what made them so, and both pictures."""
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
    """Return the picture of a look, with its name; the name alone where its video is gone."""
    still = stills.get(look)
    picture = f"data:image/jpeg;base64,{b64encode(still).decode()}" if still else None
    shown = f'<img src="{picture}" alt="look {text(look)}">' if picture else ""
    return tag("figure", shown, tag("figcaption", tag("code", text(look))))


def _address(outcome: Outcome, at: Path) -> str:
    return quote((at / outcome.video).as_posix())


def _link(outcome: Outcome, at: Path) -> str:
    return tag("a", text(outcome.name), href=_address(outcome, at))


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at):%H:%M}"


def _table(pairs: Iterable[tuple[str, str]], class_: str | None = None) -> str:
    """Return a table of names and reasons."""
    rows = [tag("tr", tag("td", text(a)), tag("td", text(b), class_=class_)) for a, b in pairs]
    return tag("table", *rows) if rows else ""


def _folded(outcomes: list[Outcome], at: Path) -> str:
    """Return the names alone: there may be hundreds."""
    if not outcomes:
        return ""
    names = ", ".join(_link(outcome, at) for outcome in outcomes)
    return tag("details", tag("summary", several(len(outcomes), "piece")), tag("p", names))


def _library(report: NightReport) -> str:
    new, out = report.new, report.left_out
    told = [tag("p", f"{report.clips} can be used, {len(new)} of them new.")]
    if new:
        few = new[:12] + ([f"and {len(new) - 12} more"] if len(new) > 12 else [])
        told.append(tag("p", text(", ".join(few)), class_="dim"))
    if out:
        told += [tag("p", f"{len(out)} were left out:"), _table(out.items(), class_="wrong")]
    return "".join(told)


def _disk(report: NightReport) -> str:
    if not report.disk:
        return ""
    held, most, videos, free = (gb(report.disk[k]) for k in ("store", "limit", "videos", "free"))
    return tag("p", f"The store holds {held} of {most}; these videos {videos}; {free} are free.")
