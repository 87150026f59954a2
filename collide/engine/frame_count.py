"""Frame counts of files that collide wrote, with one process for several raw files."""

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from collide.base.errors import TaskError
from collide.engine.programs import LARGE, Engine
from collide.engine.safety import Bounds, Source, spelled

TOGETHER = 32  # files per process; each takes several of the process's 128 handles
MUXED = r"#0:\d+ \(video\): 1 packets muxed \((\d+) bytes\)"
RAW = r"Stream #\d+:0\b.*Video: rawvideo"


def count_each(engine: Engine, paths: Sequence[Path]) -> list[int]:
    """Return the number of frames in each file, or 0 if ffmpeg cannot count them.

    One process counts several raw files, because starting it takes longer than reading their first
    frames.
    """
    counts = list[int]()
    for at in range(0, len(paths), TOGETHER):
        some = paths[at : at + TOGETHER]
        counts += _raw_frames(engine, some) or [_frames(engine, path) for path in some]
    return counts


def _frames(engine: Engine, path: Path) -> int:
    """Return the number of frames in a file, or 0 if ffmpeg fails."""
    with suppress(TaskError):
        return engine.count_frames(path)
    return 0


def _raw_frames(engine: Engine, paths: Sequence[Path]) -> list[int]:
    """Return the number of frames in each file, or [] if they must be counted one by one."""
    if len(paths) < 2 or any(path.suffix != ".nut" for path in paths):
        return []
    argv, sources, maps = list[str](), dict[str, Source](), list[str]()
    for index, path in enumerate(paths):
        sources[f"@{index}"] = Source(path, trusted=True, demuxer="nut")
        argv += ["-i", f"@{index}"]
        maps += ["-map", f"{index}:v:0"]
    argv += [*maps, "-frames:v", "1", "-c", "copy", "-f", "null", "-"]
    command = spelled(engine.path, argv, sources)
    try:
        report = engine.run(command, cwd=paths[0].parent, bounds=Bounds(), level="verbose")
    except TaskError:
        return []
    raw = len(re.findall(RAW, report.partition("Output #")[0]))
    sizes = [int(size) for size in re.findall(MUXED, report)]
    if raw != len(paths) or len(sizes) != raw or min(sizes) < LARGE:
        return []
    return [path.stat().st_size // size for path, size in zip(paths, sizes, strict=True)]
