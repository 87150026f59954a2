"""Read the results of a piece, a still or an export from files that users can read, too."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.render.conftest import House, ffmpeg
from tests.render.reading import streams

SIGNS = 16  # Characters of a digest: enough to tell results apart.
PICTURES, SOUNDS = (".nut",), (".wav",)  # Suffixes of stored pictures and sounds.
PACKAGES = ("numpy", "scikit-learn", "pillow")  # Packages whose versions are in keys.


def digest(data: Any) -> str:
    """Return a digest of plain data."""
    told = data if isinstance(data, str) else json.dumps(data, sort_keys=True)
    return hashlib.md5(told.encode(), usedforsecurity=False).hexdigest()[:SIGNS]


def decoded(paths: Mapping[str, Path], folder: Path) -> dict[str, str]:
    """Map each file's name to the md5 of its decoded frames or samples, all from one ffmpeg run.

    Args:
        paths: maps each file's name in the report to its path.
        folder: the folder for temporary digests.
    """
    opened: list[str] = []
    written: list[str] = []
    for at, (name, path) in enumerate(paths.items()):
        ending = Path(name).suffix
        opened += [*(["-f", "nut"] if ending == ".nut" else []), "-i", str(path.resolve())]
        coded = ["-c:a", "pcm_f32le"] if ending in SOUNDS else ["-fps_mode", "passthrough"]
        kind = "a" if ending in SOUNDS else "v"
        written += ["-map", f"{at}:{kind}:0", *coded, "-f", "md5", f"{at}.md5"]
    if paths:
        ffmpeg("-v", "error", "-cpuflags", "0", *opened, *written, cwd=folder)
    said = [(folder / f"{at}.md5").read_text() for at in range(len(paths))]
    return {name: text.strip()[4:][:SIGNS] for name, text in zip(paths, said, strict=True)}


def piece(house: House, project: str, *, keys: bool = True) -> dict[str, Any]:
    """Return the data of a project's last rendered piece.

    Args:
        keys: whether to include the keys of its tasks, which depend on package versions. The key of
            mux is always left out, because it depends on the output of x264 and AAC.
    """
    manifest = house.manifest(project)
    tasks = manifest["tasks"]
    media = {
        f"{task} {role}": house.object(made)
        for task, done in tasks.items()
        for role, made in done["objects"].items()
        if role.endswith((*PICTURES, *SOUNDS))
    }
    kept = {
        "look": manifest["look"],
        "recipe": digest(manifest["recipe"]),
        "media": decoded(media, house.root),
        "facts": {task: done["facts"] for task, done in tasks.items() if done["facts"]},
        "video": video(house.video(project)),
    }
    told = {task: done["key"][:SIGNS] for task, done in tasks.items() if task != "mux"}
    return kept | ({"keys": told} if keys else {})


def video(path: Path) -> dict[str, Any]:
    """Return the number of frames in a video and the lengths of its picture and sound."""
    found = streams(path)
    told: dict[str, Any] = {"frames": len(found[0].pts), "seconds": round(found[0].end, 4)}
    return told | ({"heard": round(found[1].end, 4)} if 1 in found else {})


def made_with(house: House, project: str) -> tuple[str, dict[str, str]]:
    """Return the digest of the engine that rendered a piece and the versions of PACKAGES."""
    manifest = house.manifest(project)
    return manifest["engine"]["digest"], {name: manifest["versions"][name] for name in PACKAGES}
