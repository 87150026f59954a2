"""The lines printed about the shared store: its use in a run, its problems, and its totals."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from collide.base.words import several
from collide.shared.farm_key import give_line, key_line, swap_line
from collide.shared.link import Link
from collide.shared.shared_store import SharedStore, open_store
from collide.shared.side_table import SideTable
from collide.shared.uploads import Uploads
from collide.store.eviction import gb

# Reasons for rejecting an item in the store, in plain words.
REJECTED = {
    "unsigned": "unsigned",
    "forged": "sealed with a different key, or changed",
    "stale": "of a different result",
    "truncated": "cut off",
    "damaged": "damaged",
    "gone": "missing",
}


class Exchanged(Protocol):
    """The part of a run's exchange that its summary reads."""

    store: SharedStore
    link: Link
    uploads: Uploads
    unequal: list[str]  # tasks whose results differ from other machines' results

    def counts(self) -> Mapping[str, int]:
        """Map the names of counts to the numbers of items exchanged and rejected."""


def lines(run: Exchanged) -> list[str]:
    """Return lines about a run's exchanges and about its problems."""
    return [*_did(run.counts()), *_troubles(run)]


def unasked(run: Exchanged) -> list[str]:
    """Return a line for a plan if the store left requests unanswered, otherwise []."""
    if not (run.link.late or run.link.trouble or run.link.silent()):
        return []
    why = run.link.trouble or "it did not answer in time"
    text = "the shared store may have some of these results: it did not answer all requests"
    return [f"{text} ({why})"]


def tallied(cache: Path) -> list[str]:
    """Return lines with the totals of a cache's exchanges with the store at COLLIDE_STORE.

    Raise InputError if the store cannot be opened.
    """
    store = open_store()
    side = SideTable(cache, store.url)
    counts, speed = side.counted(), side.speed("get")
    side.close()

    def number(what: str) -> int:
        return counts.get(what, 0)

    results = f"{several(number('hits'), 'result')} found there, {number('absent')} not"
    moved = ", ".join(
        f"{several(number(what), 'object')} {what} ({gb(number(f'bytes_{what}'))})"
        for what in ("fetched", "sent")
    )
    texts = [f"shared store {store.url}: {results}; {moved}; {gb(speed)}/s"]
    texts.append(f"  rejected and rendered here: {rejections(counts) or 'none'}")
    if dear := number("made here"):
        texts.append(
            f"  {several(dear, 'large picture')} rendered here: fetching would have taken longer"
        )
    if late := number("late"):
        texts.append(f"  {several(late, 'request')} unanswered: the store was slow or unreachable")
    kept = several(number("dropped"), "result")
    texts.append(f"  not sent in time and kept only here: {kept}")
    return texts


def _did(counts: Mapping[str, int]) -> Iterator[str]:
    parts = []
    if hits := counts.get("hits"):
        parts.append(f"{several(hits, 'result')} found")
    for what in ("fetched", "sent"):
        if number := counts.get(what):
            parts.append(
                f"{several(number, 'object')} {what} ({gb(counts.get(f'bytes_{what}', 0))})"
            )
    if parts:
        yield f"shared store: {', '.join(parts)}"
    if rejected := rejections(counts):
        yield f"shared store: rejected and rendered here: {rejected}"


def rejections(counts: Mapping[str, int]) -> str:
    """Return the number of rejected items for each reason, as text."""
    return ", ".join(f"{counts[name]} {text}" for name, text in REJECTED.items() if name in counts)


def _of_other_keys(path: Path, *, ours: bool) -> Iterator[str]:
    """Yield lines that explain how to give all machines the same key.

    If `ours` is true, results sealed with this key were found too, so another machine uses the
    wrong key.
    """
    if ours:
        line = key_line(path)
        yield f"  the machine that sealed them has a different key; to replace that key:  {line}"
        return
    yield f"  the key there differs from the key here, {path}; all machines need the same key"
    yield f"  if the key of another machine is older, fetch it:  {swap_line(path, 'THAT-MACHINE')}"
    yield f"  if this key is older, replace the key there:  {give_line(path, 'THAT-MACHINE')}"


def _troubles(run: Exchanged) -> Iterator[str]:
    url, dropped = run.store.url, run.uploads.dropped
    if run.counts().get("forged"):
        yield from _of_other_keys(run.store.key.path, ours=bool(run.counts().get("hits")))
    if trouble := run.link.trouble or run.link.silent():
        yield f"the shared store {url} failed: {trouble}"
    elif run.link.late:
        yield f"the shared store {url} is slow: {several(run.link.late, 'request')} got no answer"
    if run.uploads.trouble and not trouble:
        yield f"the shared store {url} rejects all uploads: {run.uploads.trouble}"
    elif dropped["results"] and not trouble:
        yield (
            f"not sent in time and kept only here: {several(dropped['results'], 'result')} "
            f"({gb(dropped['bytes'])}); to wait for them: export COLLIDE_STORE_WAIT=60"
        )
    for task in run.unequal:
        yield (
            f"not repeatable: {task} differs from another machine's result, which "
            "is kept; please report the processors of both machines (doit doctor prints them)"
        )
