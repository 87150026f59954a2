"""The real clips of the benchmarks, by default the clips in ../shared/footage."""

from pathlib import Path

from collide.base.file_kinds import CLIPS

FOOTAGE = Path(__file__).parents[2] / "shared" / "footage"


def clips_of(folder: Path = FOOTAGE) -> list[Path]:
    """Return the clips in a folder, sorted by name, or [] if the folder is missing."""
    every = sorted(folder.glob("*"))
    return [path for path in every if path.suffix.lower() in CLIPS and path.is_file()]
