"""The sandbox for child processes: input options for ffmpeg, a clean environment, resource limits.

An untrusted input must be a file in a known format, with pictures of at most 35 megapixels.
"""

import math
import os
import re
import resource
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from collide.engine.contents import called, opening

# Accepted formats for untrusted files. Playlists are not among them, because a playlist named .mp4
# would open other files. Nor are pictures, animations and raw streams: contents.py handles them.
CLIPS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,mxf,dv,ivf,rm,wtv,nut,"
    "yuv4mpegpipe,wav,mp3,flac,aac"
)
# Formats for trusted files: matroska is for kept frames of clips, jpeg_pipe for the demo's
# photographs, png_pipe for keyframes and masks, and rawvideo for masks that rembg has just made.
OURS = "nut,mov,mp4,wav,concat,matroska,jpeg_pipe,png_pipe,rawvideo"
PIXELS = 35_651_584
MEMORY = 4 << 30
NO_LIMIT = resource.RLIM_INFINITY


@dataclass(frozen=True)
class Source:
    """An input file; clips, sounds, and videos that may come from elsewhere are not `trusted`."""

    path: Path
    trusted: bool
    demuxer: str | None = None


@dataclass(frozen=True)
class Bounds:
    """The limits on one process. On Linux, only `until` depends on how busy the machine is.

    Args:
        seconds: seconds of processor time.
        size: the largest size of a file, in bytes.
        memory: the largest amount of memory, in bytes.
        patience: for how many consecutive checks, about a second apart, the process may be idle.
        talks: whether a new line of output counts as progress, for example during a download.
        until: seconds of real time, for a deadline that a person set.
    """

    seconds: float = 120.0
    size: int = 8 << 30
    memory: int = MEMORY
    patience: float = 300
    talks: bool = False
    until: float = math.inf


def spelled(program: Path, argv: Sequence[str], sources: Mapping[str, Source]) -> list[str]:
    """Return the complete command for the ffmpeg `program`.

    Each `-i @name` in `argv` becomes the path in `sources`, preceded by the options for that input.
    """
    full = [str(program), "-nostdin", "-hide_banner", "-y", "-max_alloc", str(256 << 20)]
    full += ["-filter_threads", "2", "-filter_complex_threads", "2"]
    before: list[str] = []
    items = iter(argv)
    for item in items:
        if item == "-i":
            source = sources[next(items)]
            rules = _rules(source)
            full += [*rules, *before, "-i", called(source.path, rules)]
            before = []
        else:
            before.append(item)
    return full + before


def _rules(source: Source) -> list[str]:
    by: tuple[str, ...] = ("-f", source.demuxer) if source.demuxer else ()
    if not source.trusted:
        by = by or opening(source.path)
    formats = OURS if source.trusted else by[1] if by else CLIPS
    rules = ["-protocol_whitelist", "file", "-format_whitelist", formats]
    if not source.trusted:
        rules += ["-max_pixels", str(PIXELS), "-probesize", "5M", "-analyzeduration", "5M"]
        rules += ["-err_detect", "crccheck"]
    return [*rules, "-threads", "2", *by]


def quoted(path: Path) -> str:
    """Return a path escaped twice: as an option's value, and for the filter graph around it."""
    option = re.sub(r"([\\':])", r"\\\1", str(path))
    return re.sub(r"([\\'\[\],;])", r"\\\1", option)


def pasteable(command: Sequence[str]) -> str:
    """Return a command quoted for a shell."""
    return shlex.join(command)


def script(
    command: Sequence[str],
    folder: Path | None,
    lists: Mapping[str, str],
    lent: Mapping[str, Path],
    *,
    first: bool,
) -> str:
    """Return shell lines that run a command again, in a new folder instead of `folder`.

    The `first` command of a job also creates this folder, writes the text files in `lists` into it,
    and copies the files in `lent`.
    """
    lines = []
    if first:
        lines.append('cd "$(mktemp -d)"')
        lines += [f"cp {shlex.quote(str(path))} {name}" for name, path in lent.items()]
        lines += [f"cat > {name} << 'END'\n{text}END" for name, text in lists.items()]
    words = (word.replace(f"file:{folder}/", "file:") if folder else word for word in command)
    return "\n".join([*lines, shlex.join(words)])


def environment(home: Path) -> dict[str, str]:
    """Return a clean environment.

    FFREPORT could make ffmpeg write any file, and LADSPA_PATH could make it run any code.
    """
    path = os.environ.get("PATH", "/usr/bin:/bin")
    return {"PATH": path, "LANG": "C.UTF-8", "HOME": str(home), "TMPDIR": str(home)}


def packages() -> str:
    """Return this process's import path, as PYTHONPATH."""
    return os.pathsep.join(path for path in sys.path if path)


def alone(home: Path) -> dict[str, str]:
    """Return a clean environment for Python, with the same import path and one thread."""
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**environment(home), **single, "PYTHONPATH": packages()}


def program(name: str, words: Sequence[str]) -> list[str]:
    """Return the command that runs the module `collide.NAME`."""
    # -P: do not import from the working folder
    return [sys.executable, "-P", "-m", f"collide.{name}", *words]


# Environment variables passed to programs that use the network.
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


def certificates() -> dict[str, str]:
    """Return the environment variables for TLS certificates."""
    return {name: os.environ[name] for name in CERTIFICATES if name in os.environ}


def proxies() -> dict[str, str]:
    """Return the environment variables for proxies."""
    both = [name for word in PROXIES for name in (word, word.lower())]
    return {name: os.environ[name] for name in both if name in os.environ}


def limits(bounds: Bounds) -> str:
    """Return the ulimit lines for a shell and the program that it execs."""
    # a `Watch` stops the child first and reports why; the kernel's limit is a fallback
    seconds = NO_LIMIT if math.isinf(bounds.seconds) else int(bounds.seconds) + 5
    wanted = [
        ("t", resource.RLIMIT_CPU, seconds, 1),
        ("f", resource.RLIMIT_FSIZE, bounds.size, 512),  # the shell counts blocks
        ("n", resource.RLIMIT_NOFILE, 128, 1),
        ("c", resource.RLIMIT_CORE, 0, 1),
    ]
    if sys.platform == "linux":  # macOS refuses RLIMIT_AS
        wanted.append(("v", resource.RLIMIT_AS, bounds.memory, 1024))
    lines = []
    for letter, name, value, unit in wanted:
        if value != NO_LIMIT:
            _, hard = resource.getrlimit(name)  # a process cannot raise its hard limit
            least = value if hard == NO_LIMIT else min(value, hard)
            lines.append(f"ulimit -{letter} {-(-least // unit)} || exit")
    return "\n".join(lines)
