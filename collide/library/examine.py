"""Examine library files: find their digests, their kinds, and the facts that probes report."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from collide.base.errors import ChangedError, DiskError, TaskError
from collide.base.hashing import digest_of
from collide.base.media import PLAINLY, plainly
from collide.base.sequences import run_of
from collide.library.folders import CLIP, SOUND, Candidate, kind
from collide.library.library_file import Contents
from collide.store.digests import Memo, at_rest

# A probe takes a path and a digest, and returns facts; it raises TaskError for an unusable file.
Probe = Callable[[Path, str], dict[str, Any]]
OnFile = Callable[[int, int, str], None]  # files done, files in all, name of the next file

# Facts that a new probe replaces or drops.
PROBED = (CLIP, SOUND, "by", "left_out", "gone", "digest")


# The two reasons for leaving out a file in a rejected format; its first bytes decide which applies.
NO_VIDEO = PLAINLY["not on whitelist"]
OTHER_FORMAT = "its content is damaged, or in a format that collide does not accept"
# The first bytes of picture formats; animated files also contain one of MOVING.
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"8BPS", b"RIFF")
MOVING = (b"acTL", b"ANIM", b"AVI ")  # an APNG, an animated WebP, a damaged AVI


def content_digest(memo: Memo, path: Path) -> str:
    """Return the digest of a file or of the whole image sequence that begins with it."""
    run = run_of(path)
    return digest_of([memo.digest(one) for one in run]) if run else memo.digest(path)


class ProbeMark(NamedTuple):
    """The versions of a probe; earlier versions may find fewer facts or refuse more files."""

    facts: str  # the version that facts depend on
    refusal: str  # the version that refusals depend on


class Examiner:
    """An examiner of files, which probes only contents that the current probes have not seen."""

    def __init__(
        self, contents: Contents, memo: Memo, probe: Probe, marks: Mapping[str, ProbeMark]
    ) -> None:
        """Take the known facts; for kinds that lack a mark, accept any probe's facts."""
        self.before, self.seen = contents["clips"], contents["seen"]
        self.memo, self.probe, self.marks = memo, probe, marks

    @cached_property
    def _content(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Map each content, as (digest, kind), to the current probe's facts or refusal."""
        clips = ((name, clip) for name, clip in self.before.items() if "digest" in clip)
        return {(c["digest"], kind(n)): c for n, c in clips if self._current(n, c)}

    @cached_property
    def _more(self) -> dict[str, dict[str, Any]]:
        """Map each digest to the facts that a new probe keeps."""
        clips = (clip for clip in self.before.values() if "digest" in clip)
        return {c["digest"]: {f: c[f] for f in c if f not in PROBED} for c in clips}

    def examine(
        self, files: Mapping[str, Candidate], on_file: OnFile | None
    ) -> tuple[dict[str, dict[str, Any]], dict[str, list[int]]]:
        """Map the files to their facts, and the files that need not be read next time to stamps.

        Raises:
            DiskError: the disk failed while a file was being probed.
        """
        fresh = [file for file in files.values() if not self.as_known(file)]
        looked = {}
        for count, file in enumerate(fresh):
            if on_file:
                on_file(count, len(fresh), file.name)
            looked[file.name] = self._look(file)
        latest = {name: looked.get(name) or self.before[name] for name in files}
        now = {n: {w: v for w, v in clip.items() if w != "gone"} for n, clip in latest.items()}
        stamps = {name: file.stamp for name, file in files.items() if self._sure(file, now[name])}
        return now, stamps

    def as_known(self, file: Candidate) -> bool:
        """Return whether a file is unchanged and has facts or a refusal from the current probe."""
        clip = self.before.get(file.name, {})
        same = not file.trouble and file.stamp == self.seen.get(file.name)
        return same and "digest" in clip and self._current(file.name, clip)

    def _current(self, name: str, clip: Mapping[str, Any]) -> bool:
        """Return whether the known facts or the refusal came from the current probe."""
        by = self._by(kind(name), failed="left_out" in clip)
        return not by or clip.get("by") == by["by"]

    def _by(self, what: str, *, failed: bool) -> dict[str, str]:
        """Return the current probe as recorded in a file's facts, or {} to accept any probe."""
        if what not in self.marks:
            return {}
        return {"by": self.marks[what].refusal if failed else self.marks[what].facts}

    def _look(self, file: Candidate) -> dict[str, Any]:
        """Return one file's facts, or why it is left out; probe only new content."""
        if file.trouble:
            return {"left_out": file.trouble}
        try:
            digest = self._digest(file)
        except OSError as error:
            return {"left_out": f"it cannot be read: {error.strerror}"}
        what = kind(file.name)
        if (digest, what) not in self._content:
            entry = {**self._more.get(digest, {}), "digest": digest}
            try:
                facts = self.probe(Path(file.path), digest)
                entry |= {what: facts, **self._by(what, failed=False)}
            except DiskError:
                raise  # otherwise the file would be rejected for good because of the disk
            except ChangedError:  # the file changed while being read: remember nothing
                return {"left_out": "it changed while being read: scan again once it is complete"}
            except TaskError as error:
                why = plainly(error.why)
                if why == NO_VIDEO and not still_or_text(Path(file.path)):
                    why = OTHER_FORMAT
                entry |= {"left_out": why, **self._by(what, failed=True)}
            self._content[digest, what] = entry
        return self._content[digest, what]

    def _digest(self, file: Candidate) -> str:
        """Return a file's digest; read the file only if it is new or has changed."""
        clip = self.before.get(file.name, {})
        if "digest" in clip and file.stamp == self.seen.get(file.name):
            return str(clip["digest"])
        return content_digest(self.memo, Path(file.path))

    def _sure(self, file: Candidate, clip: Mapping[str, Any]) -> bool:
        """Return whether a file's stamp is certain to identify the bytes that were read."""
        same = file.stamp == self.seen.get(file.name)
        return "digest" in clip and (same or at_rest(*file.stamp[1:]))


def still_or_text(path: Path) -> bool:
    """Return whether a file begins like a still picture or text, or False if it is unreadable."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    if head.startswith(PICTURES):
        return not any(sign in head for sign in MOVING)
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    strange = sum(not sign.isprintable() and not sign.isspace() for sign in text)
    return strange + text.count("\ufffd") <= len(text) // 50
