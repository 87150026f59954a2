"""The page of clips: a frame of each, that runs under the mouse, and a search over all of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from collide.base.files import address
from collide.views.inventory import Row
from collide.views.page import data, page


def clips_page(
    rows: Sequence[Row], pictures: Mapping[str, Path], *, root: Path, folder: Path
) -> bytes:
    """Return index.html.

    Args:
        rows: the clips, in their order.
        pictures: the strip of each clip that has one, by digest.
        root: of the house: clips are linked from there.
        folder: where the page will lie.
    """
    names = {row.digest: Path(row.name).name for row in rows}
    told = [_told(row, names, pictures.get(row.digest), root, folder) for row in rows]
    return page("clips", title="The clips", script="shell.js clips.js", clips=data(told))


def _told(
    row: Row, names: Mapping[str, str], picture: Path | None, root: Path, folder: Path
) -> dict[str, Any]:
    """Return what the script knows of a clip, by short words: there may be ten thousand."""
    clip = row.clip
    return {
        "name": Path(row.name).name,
        "path": row.name,
        "file": address(root / row.name, folder),
        "strip": address(picture, folder) if picture else "",
        "seconds": round(clip.seconds, 1),
        "size": [clip.width, clip.height],
        "sound": clip.audio is not None,
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
    }
