"""Presets side by side on the same clips: a frame of each preset, and ten seconds in motion.

    python -m benchmarks.presets OUT [--clips FOLDER] [--only ink,silk] [--all] [--still]

The clips of the folder (by default ../shared/footage) are divided twice into groups of four; each
group makes one piece. The benchmark renders a frame of every piece without a preset and with each
listed preset for pictures. `--all` adds unlisted presets, and `--only` selects presets. OUT
receives a contact sheet of each group (sheet-1-0.png …), a strip for each preset (strip-NAME.png,
ten frames, one per second) and table.txt. Results are stored in OUT/house, so in a second run, only
the presets that have changed are rendered. `--still` omits the motion.

    black, blown   the percentages of pixels with luma below 16 and above 239
    color          the largest minus the smallest of red, green and blue, averaged, in 8-bit levels
    least, of      the smallest distance to another preset on the same clips, and that preset's
                   name; a distance is the mean absolute difference at 96x54, in levels
    mean           the mean distance to that preset over all groups
    flicker        the difference in luma between a frame and the mean of its two neighbors at
                   96x54, averaged over ten seconds, in levels
    pulse          the same difference, but in the mean luma of the frames
"""

import argparse
import shutil
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.footage import FOOTAGE, clips_of
from benchmarks.house import REPO
from benchmarks.keying import ran
from collide.base.errors import CollideError
from collide.base.workspace import Workspace
from collide.project import presets
from collide.project.project import named
from collide.run.session import Session, open_session
from collide.views.contact_sheet import Picture, frame, sheet

NONE = "(no preset)"
SEEDS, EACH = (1, 2), 4  # the seeds of the two divisions, and the clips in each group
AT = 4.0  # seconds into the piece
SIZE = (96, 54)
PIECE = {"duration": "10", "fps": "24", "output_size": "640x360", "storage": "raw"}
MOTION = {"duration": "10", "fps": "12", "output_size": "320x180", "storage": "raw"}
CLOSE = 6.0  # in 8-bit levels: presets closer than this look the same

Stills = dict[tuple[int, int], Image.Image]  # by seed and number of the group


def deals(clips: Sequence[str]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the seed, number and clips of each group: first the rows of clips, then the columns."""
    count = -(-len(clips) // EACH)
    for seed in SEEDS:
        for deal in range(count):
            hand = clips[deal * EACH :][:EACH] if seed == SEEDS[0] else clips[deal::count]
            # a short group is filled up with the first clips
            yield seed, deal, [*hand, *clips][:EACH]


def make_workspace(root: Path, footage: Path) -> tuple[Workspace, list[str]]:
    """Return a workspace with the current presets and a folder's clips, and the clip names."""
    (root / "library" / "video").mkdir(parents=True, exist_ok=True)
    shutil.copy(REPO / "dodo.py", root)
    shutil.rmtree(root / "presets", ignore_errors=True)
    shutil.copytree(REPO / "presets", root / "presets")
    for path in clips_of(footage):
        if not (root / "library" / "video" / path.name).exists():
            (root / "library" / "video" / path.name).write_bytes(path.read_bytes())
    return Workspace(root), sorted(path.name for path in (root / "library" / "video").iterdir())


def opened(
    house: Workspace, preset: str, deal: tuple[int, int, list[str]], piece: Mapping[str, str]
) -> Session:
    """Return an open session for the piece of one group with one preset."""
    seed, number, hand = deal
    project = named(house, f"deal-{seed}-{number}")
    project.path.mkdir(parents=True, exist_ok=True)
    chosen = [] if preset == NONE else [preset]
    count = project.settings(chosen, {"seed": seed}).piece()["num_videos"]
    layers = {f"layer{n}.clip": hand[n - 1] for n in range(1, min(count, len(hand)) + 1)}
    typed = {"seed": str(seed), "start": "0.2", **layers, **piece}
    given: dict[str, Any] = {"presets": chosen, "typed": typed, "words": []}
    return open_session(house, project, **given, say=lambda _: None).aside(preset + piece["fps"])


def stills(house: Workspace, clips: list[str], preset: str) -> Stills:
    """Return a frame of each group with one preset; print the error for a group that fails."""
    made: Stills = {}
    for deal in deals(clips):
        try:
            with opened(house, preset, deal, PIECE) as session:
                made[deal[:2]] = frame(session, session.plan_now(keep=False), AT)
        except CollideError as error:
            print(f"{preset}, group {deal[:2]}: {error}", flush=True)
    return made


def motion(house: Workspace, clips: list[str], preset: str) -> np.ndarray[Any, Any]:
    """Return ten seconds of the second group as small frames, of shape (frames, 54, 96, 3)."""
    with opened(house, preset, [*deals(clips)][1], MOTION) as session:
        plan = session.plan_now(keep=False)
        last = [step for task, step in plan.steps.items() if task == "mux"]
        with session.runner.showing(quiet=True):
            session.bring(plan, last)
        made = session.state.results()["mux"].objects["video.mp4"]
        path = session.state.store.verified(made.digest)
        small = f"scale={SIZE[0]}:{SIZE[1]}:flags=area,format=rgb24"
        raw = ran(["-i", str(path), "-vf", small, "-f", "rawvideo", "-"])[0]
    return np.frombuffer(raw, np.uint8).reshape(-1, SIZE[1], SIZE[0], 3)


def luma(pictures: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the luma of RGB pictures."""
    return np.asarray(pictures @ np.array([0.2126, 0.7152, 0.0722]))


def small(picture: Image.Image) -> np.ndarray[Any, Any]:
    """Return a picture at 96x54."""
    return np.asarray(picture.resize(SIZE, Image.Resampling.BOX), float)


def distances(every: Mapping[str, Stills]) -> dict[tuple[str, str], list[float]]:
    """Map each pair of presets to the distances between them, on all groups that both have."""
    tiny = {name: {at: small(one) for at, one in made.items()} for name, made in every.items()}
    return {
        (one, other): [
            float(np.abs(tiny[one][at] - tiny[other][at]).mean())
            for at in tiny[one].keys() & tiny[other].keys()
        ]
        for one, other in combinations(tiny, 2)
    }


def light_row(made: Stills) -> tuple[float, float, float]:
    """Return the percentages of black and of blown pixels, and the figure for `color`."""
    pixels = np.stack([np.asarray(one, float) for one in made.values()])
    grey, ends = luma(pixels), pixels.max(axis=-1) - pixels.min(axis=-1)
    return 100 * float((grey < 16).mean()), 100 * float((grey > 239).mean()), float(ends.mean())


def motion_row(film: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Return the flicker of the pixels and the pulse of the whole frame, in 8-bit levels."""
    grey = luma(film.astype(float))
    off = grey[1:-1] - (grey[:-2] + grey[2:]) / 2
    mean = grey.mean(axis=(1, 2))
    return float(np.abs(off).mean()), float(np.abs(np.diff(mean, 2)).mean() / 2)


def strip(film: np.ndarray[Any, Any], path: Path) -> None:
    """Write one frame per second, side by side, as a picture."""
    Image.fromarray(np.hstack([*film[6::12]])).save(path)


def table(every: Mapping[str, Stills], films: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the table, then the pairs of presets that look too similar."""
    apart = distances(every)
    yield f"{'preset':<18} black blown  color  least of               mean   flicker pulse"
    for name, made in every.items():
        pairs = {pair: found for pair, found in apart.items() if name in pair and found}
        near = min(pairs, key=lambda pair: min(pairs[pair])) if pairs else (name, name)
        least, mean = (min(pairs[near]), float(np.mean(pairs[near]))) if pairs else (0.0, 0.0)
        other = near[near[0] == name]
        black, blown, color = light_row(made)
        moved = "{:8.2f} {:5.2f}".format(*films[name]) if name in films else ""
        lights = f"{name:<18} {black:5.1f} {blown:5.1f} {color:6.1f}"
        yield f"{lights} {least:6.1f} {other:<16} {mean:5.1f}{moved}"
    for (one, other), found in sorted(apart.items(), key=lambda item: min(item[1], default=99.0)):
        if found and min(found) < CLOSE:
            worst, mean = min(found), float(np.mean(found))
            yield f"close: {one} and {other}: {worst:.1f} on one group, {mean:.1f} on average"


def main() -> None:
    """Render, write the sheets, the strips and the table, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.presets")
    parser.add_argument("out", type=Path)
    parser.add_argument("--clips", type=Path, default=FOOTAGE)
    parser.add_argument("--only", default="")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--still", action="store_true")
    asked = parser.parse_args()
    out = asked.out.resolve()
    house, clips = make_workspace(out / "house", asked.clips)
    shelves = [house.root / "presets"]
    offered = presets.names(shelves) if asked.all else [*presets.listed(shelves)]
    picture = [n for n in offered if presets.find(shelves, n).parent.name != "audio"]
    names = [NONE, *(n for n in picture if not asked.only or n in asked.only.split(","))]
    every, films = dict[str, Stills](), dict[str, tuple[float, float]]()
    for name in names:
        every[name] = stills(house, clips, name)
        if not asked.still:
            film = motion(house, clips, name)
            films[name] = motion_row(film)
            strip(film, out / f"strip-{name.strip('()').replace(' ', '-')}.png")
        print(name, flush=True)
    for at in {at: None for made in every.values() for at in made}:
        seen = [Picture(name, made[at]) for name, made in every.items() if at in made]
        sheet(seen, out / "sheet-{}-{}.png".format(*at), columns=5)
    lines = [*table(every, films)]
    (out / "table.txt").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
