"""The page of clips: a strip of frames for each clip, and a search."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from collide.base.errors import TaskError
from collide.base.files import address, copy_out
from collide.base.media import Clip
from collide.plan.planner import glance_step
from collide.run.clip_analysis import each_analyzed
from collide.run.perform import ask
from collide.run.session import Session
from collide.views.inventory import Row
from collide.views.page import data, page


def clips_page(
    rows: Sequence[Row], pictures: Mapping[str, Path], *, root: Path, folder: Path
) -> bytes:
    """Return the bytes of index.html.

    Args:
        pictures: the existing strips, by the digest of their clip.
        root: the workspace that the names of clips are relative to.
        folder: the page's folder, which its links are relative to.
    """
    names = {row.digest: Path(row.name).name for row in rows}
    clips: list[dict[str, Any]] = [
        {
            "name": names[row.digest],
            "path": row.name,
            "file": address(root / row.name, folder),
            "strip": address(pictures[row.digest], folder) if row.digest in pictures else "",
            "seconds": round(row.clip.seconds, 1),
            "size": [row.clip.width, row.clip.height],
            "sound": row.clip.audio is not None,
            "traits": row.clip.traits,
            "used": row.used,
            "like": names.get(row.like, "") if row.like != row.digest else "",
            "group": row.like or row.digest,
            "rank": row.rank,
            "copies": row.copies,
            "title": row.origin.get("title", ""),
            "license": row.license,
            "url": row.origin.get("url", ""),
            "words": row.words(),
            "new": row.origin.get("time", ""),
            "motion": row.temper.motion_word if row.temper else "",
            "light": row.temper.light_word if row.temper else "",
            "seen": row.seen,
        }
        for row in rows
    ]
    return page("clips", title="The clips", script="shell.js parts.js clips.js", clips=data(clips))


def strips_folder(session: Session) -> Path:
    """Return the folder for the strips and the page."""
    return session.workspace.cache / "clips"


def strip(session: Session, digest: str) -> Path:
    """Return the path of a clip's strip, which may not exist yet."""
    return strips_folder(session) / f"{digest}.jpg"


def make_strips(session: Session, rows: Sequence[Row]) -> list[str]:
    """Make missing strips and signatures, and return a note for each clip that cannot be analyzed.

    If the run is interrupted, the finished signatures are kept.
    """

    def signature(digest: str, clip: Clip, path: Path) -> dict[str, Any]:
        return {"signature": _signature_of(session, digest, clip, path)}

    left = {
        row.digest: (row.name, row.clip)
        for row in rows
        if row.signature is None or not strip(session, row.digest).exists()
    }
    return each_analyzed(session.state, left, signature)


def _signature_of(session: Session, digest: str, clip: Clip, path: Path) -> list[str]:
    """Make a clip's strip and return its signature."""
    state = session.state
    entry = ask(state, glance_step(digest, clip), path, whole=True)
    source = state.store.verified(entry.objects["strip.jpg"].digest)
    if source is None:
        raise TaskError("its picture is damaged", why="its picture is damaged", fix="run it again")
    copy_out(source, strip(session, digest))
    return list(entry.facts["signature"])
