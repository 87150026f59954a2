"""What every run of ffmpeg carries, so that no clip can hurt the machine.

Every input is opened by its own rules: only files, only formats we know, no picture beyond
35 megapixels. Every process has a clean environment and limits on memory, time, file size
and open files. Nothing here starts one.
"""

import ctypes
import os
import re
import resource
import shlex
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
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


def environment(home: Path) -> dict[str, str]:
    """Return a clean environment: FFREPORT writes any file, LADSPA_PATH loads any library."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "TMPDIR": str(home),
    }


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


_PRCTL = None
if sys.platform == "linux":
    _PRCTL = ctypes.CDLL(None, use_errno=True).prctl


def limits(bounds: Bounds) -> Callable[[], None]:
    """Return what the child does before it becomes ffmpeg."""
    wanted = [
        (resource.RLIMIT_CPU, int(bounds.seconds * 4) + 5),
        (resource.RLIMIT_FSIZE, bounds.size),
        (resource.RLIMIT_NOFILE, 128),
        (resource.RLIMIT_CORE, 0),
    ]
    if sys.platform == "linux":  # macOS refuses RLIMIT_AS
        wanted.append((resource.RLIMIT_AS, bounds.memory))

    def limit() -> None:
        for name, value in wanted:
            if value != NO_LIMIT:
                resource.setrlimit(name, (value, value))
        if _PRCTL:
            _PRCTL(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: no orphan goes on writing

    return limit
