"""What every run of ffmpeg carries, so that no clip can hurt the machine.

Every input is opened by its own rules: only files, only formats we know, no picture beyond
35 megapixels. Every process has a clean environment and limits on memory, time, file size
and open files. Nothing here starts one.
"""

import os
import re
import resource
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# What a stranger's file may be. Playlists are not here: one named .mp4 opens other files.
CLIPS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,gif,wav,mp3,flac,aac"
# matroska holds a still's frames; the last three: the demo's photographs, keyframes, and masks
OURS = "nut,mov,mp4,wav,concat,matroska,jpeg_pipe,png_pipe,rawvideo"
PIXELS = 35_651_584
MEMORY = 4 << 30
NO_LIMIT = resource.RLIM_INFINITY


@dataclass(frozen=True)
class Source:
    """A file as an input: `trusted` says that we made it."""

    path: Path
    trusted: bool
    demuxer: str | None = None


@dataclass(frozen=True)
class Bounds:
    """What one run may take: `seconds` of wall clock, `size` bytes a file, `memory` in bytes.

    NO_LIMIT is for a doit of its own, which gives each thing that it starts limits again.
    """

    seconds: float = 120.0
    size: int = 8 << 30
    memory: int = MEMORY


def spelled(program: Path, argv: Sequence[str], sources: Mapping[str, Source]) -> list[str]:
    """Return the whole command: inputs in their places, each with the rules it is opened by.

    Args:
        program: the ffmpeg.
        argv: of an instrument; inputs stand in it as `-i @name`.
        sources: what each `@name` is.
    """
    full = [str(program), "-nostdin", "-hide_banner", "-y", "-max_alloc", str(256 << 20)]
    full += ["-filter_threads", "2", "-filter_complex_threads", "2"]
    before: list[str] = []
    items = iter(argv)
    for item in items:
        if item == "-i":
            source = sources[next(items)]
            full += [*_rules(source), *before, "-i", f"file:{source.path}"]
            before = []
        else:
            before.append(item)
    return full + before


def _rules(source: Source) -> list[str]:
    if source.trusted:
        rules = ["-protocol_whitelist", "file", "-format_whitelist", OURS, "-threads", "2"]
    else:
        rules = ["-protocol_whitelist", "file", "-format_whitelist", CLIPS]
        rules += ["-max_pixels", str(PIXELS), "-probesize", "5M", "-analyzeduration", "5M"]
        rules += ["-err_detect", "crccheck", "-threads", "2"]
    return rules + (["-f", source.demuxer] if source.demuxer else [])


def quoted(path: Path) -> str:
    """Return a path as the value of an option inside a filter graph: escaped once for each."""
    option = re.sub(r"([\\':])", r"\\\1", str(path))
    return re.sub(r"([\\'\[\],;])", r"\\\1", option)


def pasteable(command: Sequence[str]) -> str:
    """Return the command as a person can paste it."""
    return shlex.join(command)


def script(
    command: Sequence[str],
    folder: Path | None,
    lists: Mapping[str, str],
    lent: Mapping[str, Path],
    *,
    first: bool,
) -> str:
    """Return shell lines that run a command again, in a new folder with the same side files.

    Args:
        folder: where the command is about to run, None where it is not.
        lists: texts that are written there, by the names of their files.
        lent: files that were copied there, and where they came from.
        first: of its job; a later one goes on in the same folder, and reads what that wrote.
    """
    lines = []
    if first:
        lines.append('cd "$(mktemp -d)"')
        lines += [f"cp {shlex.quote(str(path))} {name}" for name, path in lent.items()]
        lines += [f"cat > {name} << 'END'\n{text}END" for name, text in lists.items()]
    words = (word.replace(f"file:{folder}/", "file:") if folder else word for word in command)
    return "\n".join([*lines, shlex.join(words)])


def environment(home: Path) -> dict[str, str]:
    """Return a clean environment: FFREPORT writes any file, LADSPA_PATH loads any library."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "TMPDIR": str(home),
    }


def packages() -> str:
    """Return where Python finds what it finds here."""
    return os.pathsep.join(path for path in sys.path if path)


def alone(home: Path) -> dict[str, str]:
    """Return the environment of a program of our own: the packages seen here, and one thread."""
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**environment(home), **single, "PYTHONPATH": packages()}


def program(name: str, words: Sequence[str]) -> list[str]:
    """Return the command of a program of our own, `collide.NAME`."""
    # -P: nothing is imported from the folder that it works in
    return [sys.executable, "-P", "-m", f"collide.{name}", *words]


# What a program that speaks to the network may need to know of this machine.
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


def certificates() -> dict[str, str]:
    """Return the words of the environment that say whom to believe."""
    return {name: os.environ[name] for name in CERTIFICATES if name in os.environ}


def proxies() -> dict[str, str]:
    """Return the words of the environment that say which way to the network."""
    both = [name for word in PROXIES for name in (word, word.lower())]
    return {name: os.environ[name] for name in both if name in os.environ}


def limits(bounds: Bounds) -> str:
    """Return what a shell says to limit itself, and the program that it becomes."""
    wanted = [
        ("t", resource.RLIMIT_CPU, int(bounds.seconds * 4) + 5, 1),
        ("f", resource.RLIMIT_FSIZE, bounds.size, 512),  # a shell counts in blocks
        ("n", resource.RLIMIT_NOFILE, 128, 1),
        ("c", resource.RLIMIT_CORE, 0, 1),
    ]
    if sys.platform == "linux":  # macOS refuses RLIMIT_AS
        wanted.append(("v", resource.RLIMIT_AS, bounds.memory, 1024))
    lines = []
    for letter, name, value, unit in wanted:
        if value != NO_LIMIT:
            _, hard = resource.getrlimit(name)  # which nobody may raise
            least = value if hard == NO_LIMIT else min(value, hard)
            lines.append(f"ulimit -{letter} {-(-least // unit)} || exit")
    return "\n".join(lines)
