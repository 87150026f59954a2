"""The steadiness of keys, and its cost at edges: the raw cut compared with the steadied cut.

    python -m benchmarks.steady [clip …]

The benchmark measures 3 s of each clip in the command, at 24 frames per second. By default, it
measures generated clips and then the real clips in ../shared/footage. Most generated clips are
keyed by their background; all other clips are keyed by their commonest shade. For the raw key and
for the default, it prints

    flips     pixels whose alpha crosses the middle three times a second or more, in percent
    flicker   the mean differences in alpha and in luma between adjacent frames, in levels
    grid      vertical edges at multiples of 8 pixels, in percentage points above chance
    overlap   intersection over union of the opaque areas of this key and the raw key
    width     semitransparent pixels per edge pixel
    open      the open fraction of the picture
    CPU       CPU seconds of the command, including decoding

Flips and flicker are measured in a 640x360 frame, the other properties of the key at the clip's own
size.
"""

import re
import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.footage import clips_of
from benchmarks.keying import answers, ran
from collide.blend import fit, key
from collide.instrument import SWS, Clip, chain, clock, graph

FPS, COUNT = 24, 72
WIDE, HIGH = 640, 360
KNOBS: dict[str, Any] = {"similarity": 0.3, "softness": 0.025, "speed": 1.0, "fit": "cover"}
RAW = {"smooth": 0.0, "steady": 0.0}
DEFAULT: dict[str, Any] = {name: key.DEFAULTS[name] for name in RAW}
OFTEN = 3 * (COUNT - 1) / FPS  # flips per film that amount to three per second


@dataclass(frozen=True)
class Film:
    """A clip to key: its colors and similarity, and the true masks of some generated clips."""

    path: Path
    clip: Clip
    answer: dict[str, Any]
    similarity: float = KNOBS["similarity"]
    truth: np.ndarray | None = None


@dataclass(frozen=True)
class Measured:
    """The alpha of a clip, at its own size and in the frame, and the CPU seconds it took."""

    own: np.ndarray
    frame: np.ndarray
    cpu: float

    @property
    def opaque(self) -> np.ndarray:
        """Return a mask of the pixels that are more than half opaque."""
        return self.own > 127

    @property
    def flips(self) -> float:
        """Return the percentage of the frame that flips often."""
        sides = self.frame > 127
        return 100 * float(((sides[1:] != sides[:-1]).sum(axis=0) >= OFTEN).mean())

    @property
    def flicker(self) -> float:
        """Return the mean difference in alpha between adjacent frames."""
        return flicker(self.frame)

    @property
    def grid(self) -> float:
        """Return the percentage of vertical edges at multiples of 8, in points above chance."""
        edges = (self.opaque[:, :, 1:] != self.opaque[:, :, :-1]).sum(axis=(0, 1))
        on = np.arange(1, len(edges) + 1) % 8 == 0
        return 100 * float(edges[on].sum() / max(1, edges.sum()) - on.mean())

    @property
    def width(self) -> float:
        """Return the number of semitransparent pixels per pixel of edge."""
        across = (self.opaque[:, :, 1:] != self.opaque[:, :, :-1]).sum()
        down = (self.opaque[:, 1:] != self.opaque[:, :-1]).sum()
        half = ((self.own > 25) & (self.own < 230)).sum()
        return float(half / max(1, across + down))

    @property
    def open(self) -> float:
        """Return the open fraction of the picture."""
        return 1 - float(self.own.mean()) / 255


def flicker(film: np.ndarray) -> float:
    """Return the mean difference between adjacent frames."""
    return float(np.abs(np.diff(film.astype(np.int16), axis=0)).mean())


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Return the intersection of two masks, divided by their union."""
    return float((one & other).sum() / max(1, (one | other).sum()))


def measured(film: Film, turned: dict[str, float], folder: Path, count: int = COUNT) -> Measured:
    """Return the alpha of `count` frames of a film, keyed with the knobs in `turned`."""
    knobs: dict[str, Any] = {**KNOBS, "similarity": film.similarity, **turned}
    more = key.neighbors(knobs, clip=film.clip, fps=FPS)
    ends = f"tpad=start={more}:stop={more}:start_mode=clone:stop_mode=clone" if more else ""
    made = chain(
        f"fps={FPS},trim=end_frame={COUNT},{clock(FPS)}",
        ends,
        f"scale=iw:ih:flags={SWS}",
        key.cut(knobs, clip=film.clip, answer=film.answer, layer=2),
        key.steadied(knobs, clip=film.clip, fps=FPS, layer=2),
        f"trim=end_frame={count}",
        key.filters(knobs, answer=film.answer),
        "format=gray,split[own][all]",
    )
    placed = fit.plane(knobs, clip=film.clip, output_size=f"{WIDE}x{HIGH}")
    chains = graph(f"[0:V:0]{made}", f"[all]{placed or 'null'}[frame]")
    argv = ["-y", "-i", str(film.path), "-filter_complex", chains]
    for name in ("own", "frame"):
        argv += ["-map", f"[{name}]", "-f", "rawvideo", "-pix_fmt", "gray", str(folder / name)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran(argv)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = sum(getattr(after, n) - getattr(before, n) for n in ("ru_utime", "ru_stime"))
    shapes = {"own": (film.clip.height, film.clip.width), "frame": (HIGH, WIDE)}
    own, frame = (
        np.fromfile(folder / n, np.uint8).reshape(-1, *shape) for n, shape in shapes.items()
    )
    return Measured(own, frame, took)


def luma(film: Film) -> np.ndarray:
    """Return the luma of a film, scaled to the frame."""
    placed = fit.plane(KNOBS, clip=film.clip, output_size=f"{WIDE}x{HIGH}")
    grey = chain(f"fps={FPS},trim=end_frame={COUNT},format=gray", placed)
    raw, _ = ran(["-i", str(film.path), "-vf", grey, "-f", "rawvideo", "-pix_fmt", "gray", "-"])
    return np.frombuffer(raw, np.uint8).reshape(-1, HIGH, WIDE)


def clip_of(wide: int, high: int, fps: float = FPS) -> Clip:
    """Return the facts of a clip that the key reads."""
    return Clip(9.0, wide, high, 1, fps, False, False, "", None, 0, 0, 0.04)


def of_file(path: Path) -> Film:
    """Return a clip from a file, keyed by its commonest shade."""
    report = ran(["-i", str(path), "-frames:v", "1", "-vf", "showinfo", "-f", "null", "-"])[1]
    wide, high = map(int, re.findall(r"\bs:(\d+)x(\d+)", report)[0])
    rate = re.search(r"([\d.]+) fps", report)
    clip = clip_of(wide, high, float(rate[1]) if rate else FPS)
    return Film(path, clip, answers(path)["one color"])


# --- generated clips ---

GROUND, OBJECT, WIRE = (96, 128, 150), (190, 90, 40), (40, 40, 45)


def written(frames: Iterator[np.ndarray], path: Path, size: tuple[int, int], crf: int) -> None:
    """Write pictures as H.264, with camera noise added."""
    dice = np.random.default_rng(7)
    raw = path.with_suffix(".raw")
    with raw.open("wb") as file:
        for one in frames:
            noise = dice.normal(0, 7, (*one.shape[:2], 1)) + dice.normal(0, 3, one.shape)
            file.write(np.clip(one + noise, 0, 255).astype(np.uint8).tobytes())
    form = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "{}x{}".format(*size), "-r", str(FPS)]
    coded = ["-c:v", "libx264", "-crf", str(crf), "-preset", "veryfast", "-pix_fmt", "yuv420p"]
    ran(["-y", *form, "-i", str(raw), *coded, str(path)])
    raw.unlink()


def painted(masks: np.ndarray, color: tuple[int, int, int]) -> Iterator[np.ndarray]:
    """Yield frames with a background lit from one side, and the color where masks are set."""
    light = np.linspace(-14, 14, masks.shape[2])[None, :, None]
    for mask in masks[..., None]:
        yield np.where(mask, np.array(color), np.array(GROUND) + light)


def disk(folder: Path, radius: int, step: int) -> Film:
    """Return a clip of a hard-edged disk that moves `step` pixels a frame, back and forth."""
    down, right = np.mgrid[0:HIGH, 0:WIDE]
    room = WIDE - 2 * radius
    centers = [radius + abs((at * step + room) % (2 * room) - room) for at in range(COUNT)]
    near = [(right - x) ** 2 + (down - HIGH // 2) ** 2 < radius**2 for x in centers]
    masks, path = np.stack(near), folder / f"disk of {2 * radius}, {step} a frame.mp4"
    written(painted(masks, OBJECT), path, (WIDE, HIGH), 26)
    colors = {"colors": ["0x{:02X}{:02X}{:02X}".format(*GROUND)]}
    return Film(path, clip_of(WIDE, HIGH), colors, 0.12, masks)


def wires(folder: Path) -> Film:
    """Return a 320x240 clip with lines one pixel wide."""
    mask = np.zeros((240, 320), bool)
    for at in range(6):
        columns = np.arange(320)
        mask[20 + 30 * at + columns * (at - 3) // 40, columns] = True
        rows = np.arange(240)
        mask[rows, 30 + 45 * at + rows * (3 - at) // 24] = True
    masks, path = np.broadcast_to(mask, (COUNT, 240, 320)), folder / "thin lines, 320x240.mp4"
    written(painted(masks, WIRE), path, (320, 240), 23)
    colors = {"colors": ["0x{:02X}{:02X}{:02X}".format(*GROUND)]}
    return Film(path, clip_of(320, 240), colors, 0.12, masks)


def hills(folder: Path) -> Film:
    """Return a still clip of smooth shades, some near the threshold."""
    down, right = np.mgrid[0:HIGH, 0:WIDE] / 40
    shade = 30 * np.sin(down + np.cos(right)) + 20 * np.sin(right * 0.7)
    picture = np.array(GROUND) + shade[..., None] * np.array((1.0, 0.9, -0.6))
    path = folder / "nothing moves.mp4"
    written((picture for _ in range(COUNT)), path, (WIDE, HIGH), 28)
    return Film(path, clip_of(WIDE, HIGH), answers(path)["one color"], 0.1)


def made(folder: Path) -> list[Film]:
    """Return the generated clips: slow and fast disks, thin wires, and still hills."""
    return [disk(folder, 50, 7), disk(folder, 30, 12), disk(folder, 12, 12), wires(folder),
            hills(folder)]  # fmt: skip


def rows(film: Film, folder: Path) -> Iterator[str]:
    """Yield the measurements of a film as two rows: the raw key and the default."""
    source = luma(film)
    raw, now = (measured(film, turned, folder, len(source)) for turned in (RAW, DEFAULT))
    for name, one in (("raw", raw), ("default", now)):
        like = overlap(one.opaque, raw.opaque)
        yield (
            f"{film.path.stem[:25]:<26}{name:<9}{one.flips:6.2f}"
            f"{one.flicker:8.2f}/{flicker(source):5.2f}"
            f"{one.grid:7.1f}{like:9.3f}{one.width:7.2f}{one.open:7.3f}{one.cpu:7.2f}"
        )


def main(names: Sequence[str]) -> None:
    """Print two rows for each clip."""
    print(f"{'clip':<35} flips   flicker/luma  grid  overlap  width   open    CPU")
    with TemporaryDirectory() as name:
        folder = Path(name)
        paths = [Path(one) for one in names] or clips_of()
        films = [*([] if names else made(folder)), *map(of_file, paths)]
        for film in films:
            for row in rows(film, folder):
                print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
