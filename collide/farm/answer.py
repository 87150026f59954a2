"""An answer: the result of an order as JSON. The result's files are in the shared store."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from collide.base.errors import InputError
from collide.base.hashing import digest_of
from collide.base.strict_json import require_keys
from collide.farm.order import SHA256
from collide.shared.shared_store import Blob
from collide.store.entry import Entry

DONE, FAILED, REFUSED = "made", "failed", "refused"
VIDEO = "video.mp4"
LARGEST = 8 << 20  # maximum size of an answer in bytes
NOTHING = Blob("0" * 64, 0)
STORE = "the shared store"  # the beginning of a refusal's reason if the store fails
UNNAMED = "a worker"  # stands for the machine of a task without a valid answer
WHY = re.compile(r"\s+why\s")
FIELDS = "key status why machine seconds look objects entries tasks looked_up".split()


@dataclass(frozen=True)
class Answer:
    """The result of one order: a video and its entries, or the reason why there is no video.

    The status is FAILED if the render failed and the machine is probably not the cause, or if two
    machines' results differ. It is REFUSED if another machine may be able to render the piece, for
    instance because this machine's disk is full or its ffmpeg is different.
    """

    key: str  # the key of the order
    status: str
    why: str = ""
    machine: str = ""
    seconds: float = 0.0
    look: str = ""
    objects: Mapping[str, Blob] = field(default_factory=dict)  # only the video, under VIDEO
    entries: Blob = NOTHING  # the entries of its tasks, with their times, as JSON
    tasks: Mapping[str, str] = field(default_factory=dict)  # digest of each task's results
    looked_up: bool = False  # whether the result was found in the shared store

    def data(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        objects = {role: _plain(blob) for role, blob in self.objects.items()}
        return {**vars(self), "objects": objects, "entries": _plain(self.entries)}

    def text(self) -> str:
        """Return the answer as JSON."""
        return json.dumps(self.data())


def in_brief(text: str) -> str:
    """Return an error on one line, "what happened (why)", without its fix."""
    first, *more = text.splitlines() or [""]
    why = next((line.strip().removeprefix("why").strip() for line in more if WHY.match(line)), "")
    return f"{first} ({why})" if why else first


def read_answer(whole: Any) -> Answer:
    """Read an answer from a JSON string or plain data. Raise InputError if it is invalid."""
    try:
        if isinstance(whole, str):
            if len(whole) > LARGEST:
                raise ValueError(f"it is larger than {LARGEST >> 20} MiB")
            whole = json.loads(whole)
        require_keys(whole, FIELDS)
        objects = {role: _blob(one) for role, one in whole["objects"].items()}
        if whole["status"] not in (DONE, FAILED, REFUSED):
            raise ValueError(f"{whole['status']!r} is not a final status of an order")
        if whole["status"] == DONE and VIDEO not in objects:
            raise ValueError("it has no video")
        return replace(Answer(**whole), objects=objects, entries=_blob(whole["entries"]))
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise InputError(
            "a farm machine returned an answer that collide cannot read",
            why=f"{type(error).__name__}: {error}",
            fix="update collide on all machines: git pull\nthen run doit work again",
        ) from None


def _plain(blob: Blob) -> list[str | int]:
    return [blob.sha256, blob.size]


def _blob(value: Any) -> Blob:
    sha256, size = value
    if not SHA256.fullmatch(sha256) or type(size) is not int or size < 0:
        raise ValueError("an object in it lacks a valid SHA-256 or size")
    return Blob(sha256, size)


def outcome_of(entry: Entry) -> str:
    """Return the digest of a task's objects and facts, without times and machine names."""
    return digest_of([{r: output.digest for r, output in entry.objects.items()}, entry.facts])


def first_difference(one: Answer, other: Answer) -> str:
    """Return the first task whose results differ, VIDEO if only the videos differ, or ""."""
    for task in [*one.tasks, *other.tasks]:
        if one.tasks.get(task) != other.tasks.get(task):
            return task
    same = one.objects.get(VIDEO) == other.objects.get(VIDEO)
    return "" if same else VIDEO
