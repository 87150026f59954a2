"""Stills and exports, the other outputs of a piece, are unchanged."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.reference.conftest import Frozens, configured, ran_verb
from tests.reference.pieces import EXPORTS, STILLS
from tests.reference.reading import decoded, digest, video
from tests.render.conftest import House, ffmpeg

FILE = "reference.json"
FORMS = [(form, at) for form, pieces in EXPORTS.items() for at in range(len(pieces))]


@pytest.mark.parametrize("name", STILLS)
def test_a_still_is_unchanged(home: House, frozen: Frozens, keys: bool, name: str) -> None:
    """Stills at several times, some of them after the seam, are unchanged."""
    words, moments = STILLS[name]
    seen = {}
    for at in moments:
        ran_verb(home, "still", configured(home, name), f"{words} at={at}")
        picture = home.root / "projects" / name / "still.png"
        seen |= decoded({f"at={at}": picture}, home.root)
    frozen(FILE).same(name, seen)


@pytest.mark.parametrize(("form", "at"), FORMS, ids=[f"{form} {at}" for form, at in FORMS])
def test_an_export_is_unchanged(
    home: House, frozen: Frozens, keys: bool, form: str, at: int
) -> None:
    """An export keeps its command, pictures and sound, and a look file keeps its content.

    For h265-10 and vertical, only the length and the encoding commands are compared.
    """
    name = f"{form}-{at}"
    ran = ran_verb(home, "export", configured(home, name), f"{EXPORTS[form][at]} as={form}")
    places = [home.root / line for line in ran.out.splitlines() if line.startswith("projects/")]
    frozen(FILE).same(f"{form} {at}", READ[form](home, name, ran.out, places))


def pasted(house: House, name: str, out: str, places: list[Path]) -> dict[str, Any]:
    """Return the exported command without paths, and its picture and sound before encoding."""
    (line,) = out.strip().splitlines()
    _, *words = shlex.split(line)
    plain = shlex.join(word.replace(str(house.root), "HOUSE") for word in words)
    heard = ["-map", "[a]", "-c:a", "pcm_f32le", "-f", "md5", "a.md5"] if "[a]" in words else []
    before = words[: words.index("-map")]
    ffmpeg("-v", "error", "-cpuflags", "0", *before, "-map", "[v]", "-f", "md5", "v.md5", *heard,
           cwd=house.root)  # fmt: skip
    made = {"command": plain, "pictures": (house.root / "v.md5").read_text().strip()}
    return made | ({"sound": (house.root / "a.md5").read_text().strip()} if heard else {})


def prores(house: House, name: str, _: str, places: list[Path]) -> dict[str, Any]:
    """Return the pictures and sound of a ProRes file, whose bytes are the same everywhere."""
    (path,) = places
    both = {f"picture {path.suffix}": path, "sound.wav": path}
    return video(path) | decoded(both if "heard" in video(path) else {"picture": path}, house.root)


def coded(house: House, name: str, _: str, places: list[Path]) -> dict[str, Any]:
    """Return the length of a video and the commands that encoded it."""
    receipts = house.root.glob(f"cache/receipts/{name}/export/*.json")
    told = {path.stem: json.loads(path.read_text())["made"] for path in receipts}
    parts = {task: made for task, made in told.items() if re.search(r"-\d+$", task)}
    parts = {task: made for task, made in parts.items() if made["preimage"].get("argv")}
    return video(places[0]) | {
        task: shlex.join(made["preimage"]["argv"])
        for task, made in parts.items()
        if task.startswith(("h265-10", "vertical"))
    }


def stems(house: House, name: str, _: str, places: list[Path]) -> dict[str, Any]:
    """Map each stem to the md5 of its samples."""
    return decoded({path.name: path for path in places}, house.root)


def look(house: House, name: str, out: str, _: list[Path]) -> dict[str, Any]:
    """Return a look file's content, with the recipe as a digest and without a video's digests."""
    (path,) = (house.root / "projects" / name / "output").glob("*.json")
    told = json.loads(path.read_text())
    told["recipe"] = digest(told["recipe"])
    return {part: value for part, value in told.items() if part not in ("video", "sha256")}


READ = {
    "ffmpeg": pasted,
    "prores4444": prores,
    "h265-10": coded,
    "vertical": coded,
    "stems": stems,
    "look": look,
}
