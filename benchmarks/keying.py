"""The difference between alpha made from a layer's cut and alpha made by ffmpeg's own keys.

    python -m benchmarks.keying [clip …]

For each clip (by default the clips in ../shared/footage) and each way to key it, the benchmark
compares alpha from the stored cut with alpha from colorkey or lumakey at the clip's full size, both
scaled to 1280x720. The benchmark prints the mean difference in alpha (in 8-bit levels) and the SSIM
of the two stacks over a grey base. Each figure is the worst over all tested values of softness and
similarity.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.footage import clips_of
from collide.blend import fit, key
from collide.engine.programs import find_engine
from collide.instrument import SWS, TAGS, Clip, graph, number

SOFTNESS = (0.0, 0.02, 0.05)
SIMILARITY = (0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
LIGHT = ([0.6, 1.0], [0.8, 1.0], [0.0, 0.2], [0.0, 0.4])
SIZE = (1280, 720)
FRAMES = 3


def ran(words: list[str]) -> tuple[bytes, str]:
    """Run ffmpeg and return its stdout and its report."""
    argv = [str(find_engine().path), "-hide_banner", "-nostdin", *words]
    done = subprocess.run(argv, check=True, capture_output=True)
    return done.stdout, done.stderr.decode(errors="replace")


def answers(path: Path) -> dict[str, dict[str, Any]]:
    """Map the ways to key a clip to answers: its commonest shade, three shades, bands of light."""
    small = ["-i", str(path), "-vf", "fps=4,scale=80:45,format=rgb24", "-frames:v", "8"]
    pixels = np.frombuffer(ran([*small, "-f", "rawvideo", "-"])[0], np.uint8).reshape(-1, 3)
    shades, counts = np.unique(pixels // 24 * 24 + 12, axis=0, return_counts=True)
    common = shades[np.argsort(-counts)]
    colors = ["0x{:02X}{:02X}{:02X}".format(*np.minimum(one, 255)) for one in common[:3]]
    bands = {f"light {low:g}-{high:g}": {"light": [low, high]} for low, high in LIGHT}
    return {"one color": {"colors": colors[:1]}, "three colors": {"colors": colors}, **bands}


def direct(answer: dict[str, Any], similarity: str, softness: str) -> str:
    """Return a chain that makes alpha with ffmpeg's own keys."""
    if "light" in answer:
        low, high = ((16 + 219 * end) / 255 for end in answer["light"])
        low, high = (low if answer["light"][0] else 0.0), (high if answer["light"][1] < 1 else 1.0)
        band = f"threshold={number((low + high) / 2)}:tolerance={number((high - low) / 2)}"
        tv = f"scale=iw:ih:out_range=tv:flags={SWS},format=yuva444p"
        return f"{tv},lumakey={band}:softness={softness},alphaextract"
    keys = [
        f"colorkey={color}:similarity={similarity}:blend={softness},alphaextract"
        for color in answer["colors"]
    ]
    if len(keys) == 1:
        return f"format=rgba,{keys[0]}"
    copies = "".join(f"[d{i}]" for i in range(len(keys)))
    parts = [f"format=rgba,split={len(keys)}{copies}"]
    parts += [f"[d{i}]{one}[e{i}]" for i, one in enumerate(keys)]
    first, *rest = (f"[e{i}]" for i in range(len(keys)))
    for i, pad in enumerate(rest):
        parts.append(f"{first}{pad}blend=all_mode=darken[n{i}]")
        first = f"[n{i}]"
    return ";".join([*parts, f"{first}null"])


def compared(path: Path, clip: Clip, answer: dict[str, Any], **knobs: float) -> tuple[float, float]:
    """Return the mean difference in alpha and the SSIM of the two stacks."""
    turned: dict[str, Any] = {"fit": "cover", "similarity": 0.0, "smooth": 0.0, **knobs}
    words = (number(turned["similarity"]), number(turned["softness"]))
    shape: dict[str, Any] = {"clip": clip, "output_size": "{}x{}".format(*SIZE)}
    sized, look = fit.plane(turned, **shape), fit.filters(turned, **shape)
    base = f"color=gray:s={SIZE[0]}x{SIZE[1]}:r=4,format=yuv420p,{TAGS}"
    chains = [
        "[0:V:0]fps=4,format=yuv420p|yuv422p|yuv444p,split=3[look][own][theirs]",
        f"[look]{look},format=yuv420p,{TAGS},split[k1][k2]",
        f"[own]{key.cut(turned, clip=clip, answer=answer, layer=2)},"
        f"{key.filters(turned, answer=answer)},{sized},split[a1][b1]",
        f"[theirs]{direct(answer, *words)},format=gray,setparams=range=tv,{sized},split[a2][b2]",
        "[k1][a1]alphamerge[l1]",
        "[k2][a2]alphamerge[l2]",
        f"{base},split[p1][p2]",
        "[p1][l1]overlay=shortest=1[s1]",
        "[p2][l2]overlay=shortest=1[s2]",
        "[s1][s2]ssim[v]",
        "[b1][b2]blend=all_mode=difference,format=gray[w]",
    ]
    argv = ["-i", str(path), "-filter_complex", graph(*chains), "-map", "[v]", "-frames:v"]
    argv += [str(FRAMES), "-f", "null", "/dev/null", "-map", "[w]", "-frames:v", str(FRAMES)]
    raw, report = ran([*argv, "-f", "rawvideo", "-"])
    found = re.search(r"SSIM .*All:([\d.]+)", report)
    return float(np.frombuffer(raw, np.uint8).mean()), float(found[1]) if found else 0.0


def rows(path: Path) -> Iterator[tuple[str, float, float, str]]:
    """Yield each way to key a clip, its worst difference with its knobs, and its worst SSIM."""
    shape = re.search(r"Video:.*?, (\d+)x(\d+)", ran(["-i", str(path), "-f", "null", "-"])[1])
    width, height = (int(side) for side in shape.groups()) if shape else SIZE
    about = ("video", "", False, False, 0, 0.0)
    clip = Clip(9.0, width, height, 1, 25.0, about[2], about[3], about[0], None, 0, 0, 0.04)
    for name, answer in answers(path).items():
        turns = [{"softness": soft} for soft in SOFTNESS]
        if "colors" in answer:
            turns = [{**turn, "similarity": by} for turn in turns for by in SIMILARITY]
        found = [(*compared(path, clip, answer, **turn), turn) for turn in turns]
        off, _, at = max(found, key=lambda one: one[0])
        yield name, off, min(one[1] for one in found), str(at)


def main() -> None:
    """Print a row for each clip and each way to key it."""
    paths = [Path(word) for word in sys.argv[1:]] or clips_of()
    print(f"{'clip':<24} {'key':<14} alpha, levels   SSIM     at")
    for path in paths:
        for name, off, ssim, at in rows(path):
            print(f"{path.stem[:23]:<24} {name:<14} {off:6.2f}       {ssim:9.5f}  {at}", flush=True)


if __name__ == "__main__":
    main()
