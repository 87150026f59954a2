"""Commands that restore a lost or empty config.json from a similar file or the last look."""

from pathlib import Path
from shlex import quote

from collide.base.words import nearest


def ways_back(home: Path) -> list[str]:
    """Return the commands that restore a missing or empty config.json, the likeliest first.

    The commands rename files with a similar name (config.txt, Config.JSON), the newest first, or
    recreate config.json from the last look.
    """
    folder, right = f"projects/{home.name}", home / "config.json"
    near = sorted(filter(_is_config, home.glob("*")), key=_time, reverse=True)
    ways = [f"mv {quote(f'{folder}/{one.name}')} {folder}/config.json" for one in near]
    looks = sorted((home / "looks").glob("*.json"), key=_time)
    if looks or (home / "manifest.json").exists():
        there = (home / "manifest.json").exists()
        last = "manifest.json" if there else f"looks/{looks[-1].name}"
        first = f"rm {folder}/config.json && " if right.exists() else ""
        line = f"doit new project={home.name} from={folder}/{last}"
        ways.append(f"restore it from its last look: {first}{line}")
    return ways


def _is_config(path: Path) -> bool:
    """Return whether a file is not empty and its name is similar to config.json."""
    name = path.name.lower()
    near = name.startswith("config") or nearest(name, ["config.json"])
    return bool(near) and path.name != "config.json" and path.is_file() and path.stat().st_size > 0


def _time(path: Path) -> float:
    return path.stat().st_mtime
