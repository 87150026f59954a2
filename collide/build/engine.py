"""The only door to processes: finds ffmpeg and runs it, with all that safety.py asks for.

Beside ffmpeg it runs programs of our own that must not be in this process (see `work`).
"""

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from collide.build.child import run_child
from collide.build.safety import NO_LIMIT, Bounds, Source, environment, pasteable, spelled
from collide.errors import InputError, TaskError

FILTERS = (
    "alimiter aloop alphaextract alphamerge amix apad aresample asetpts atrim avgblur blend "
    "boxblur chromashift color colorchannelmixer colorkey concat crop curves deflicker displace "
    "ebur128 eq extractplanes fillborders format fps framestep geq hflip hstack hue limitdiff "
    "lumakey lut lut3d lutrgb lutyuv maskedmerge mergeplanes minterpolate negate noise overlay pad "
    "pan perlin perspective scale setparams setpts setsar settb split tile tpad trim unsharp "
    "untile vflip vignette volume vstack"
).split()
ENCODERS = ("libx264", "aac", "rawvideo", "ffvhuff", "ffv1", "pcm_f32le", "png", "mjpeg")

# What ffmpeg says after it has said what is wrong.
ECHOES = (
    "Conversion failed|Exiting with|Error opening (?:in|out)put|Error parsing options for|"
    "Task finished|Terminating thread|Nothing was written|Could not open encoder before EOF|"
    "To ignore this|Failed to set value|    Last message repeated"
)

Watch = Callable[[int], None]  # frames done


@dataclass(frozen=True)
class Engine:
    """One ffmpeg, and why it is the one."""

    path: Path
    why: str

    def version(self) -> str:
        """Return the version as ffmpeg says it, "" where it does not answer as ffmpeg does."""
        said = _asked(self.path, "-version").partition("\n")[0].split()
        return said[2] if said[:2] == ["ffmpeg", "version"] else ""

    def missing(self) -> list[str]:
        """Return the filters and encoders that are needed and not there."""
        filters = {line.split()[1] for line in _rows(_asked(self.path, "-filters"))}
        encoders = {line.split()[1] for line in _rows(_asked(self.path, "-encoders"))}
        return [n for n in FILTERS if n not in filters] + [n for n in ENCODERS if n not in encoders]

    def encodes(self, name: str) -> bool:
        """Return whether an encoder is there that no render needs."""
        return name in {line.split()[1] for line in _rows(_asked(self.path, "-encoders"))}


def find_engine() -> Engine:
    """Return the ffmpeg to use: COLLIDE_FFMPEG, else the pinned wheel's, else PATH's.

    Raises:
        InputError: there is none.
    """
    if chosen := os.environ.get("COLLIDE_FFMPEG"):
        if not Path(chosen).is_file() or not os.access(chosen, os.X_OK):
            raise InputError(
                f"COLLIDE_FFMPEG={chosen} cannot be run",
                why="there is no program of that name",
                fix="give the full path of an ffmpeg, or unset COLLIDE_FFMPEG",
            )
        return Engine(Path(chosen).resolve(), "COLLIDE_FFMPEG says so")
    try:
        import imageio_ffmpeg
    except ImportError:
        wheel = None
    else:
        folder = Path(str(imageio_ffmpeg.__file__)).parent / "binaries"
        wheel = next((p for p in sorted(folder.glob("ffmpeg-*")) if os.access(p, os.X_OK)), None)
    if wheel:
        return Engine(wheel, "it comes with collide, in the package imageio-ffmpeg")
    if found := which("ffmpeg"):
        return Engine(Path(found).resolve(), "the package imageio-ffmpeg has none for this machine")
    raise InputError(
        "no ffmpeg found",
        why="neither COLLIDE_FFMPEG, nor the package imageio-ffmpeg, nor PATH has one",
        fix="pip install imageio-ffmpeg",
    )


def require(engine: Engine) -> None:
    """Refuse an engine that lacks a part every render needs.

    Raises:
        InputError: with what is missing.
    """
    used = f"it is used because {engine.why}"
    fix = "pip install imageio-ffmpeg brings one that has everything (see: doit doctor)"
    if os.environ.get("COLLIDE_FFMPEG"):
        fix = "unset COLLIDE_FFMPEG to use the one that comes with collide (see: doit doctor)"
    if not engine.version():
        raise InputError(
            f"{engine.path} is no ffmpeg", why=f"it does not answer -version; {used}", fix=fix
        )
    if missing := engine.missing():
        raise InputError(
            f"the ffmpeg at {engine.path} lacks {', '.join(missing)}",
            why=f"it was built without; {used}",
            fix=fix,
        )


def run(command: Sequence[str], *, cwd: Path, bounds: Bounds, watch: Watch | None = None) -> str:
    """Run a spelled-out command in `cwd` and return what it wrote to stderr.

    A command that writes nothing (`-f null -`) is asked to speak, others only of trouble.

    Raises:
        TaskError: it failed, was killed, or ran out of its bounds.
    """
    measures = command[-1] == "-"
    said = ["-v", "info" if measures else "error", "-nostats", "-stats_period", "0.25"]
    argv = [command[0], *said, "-progress", "pipe:1", *command[1:]]
    ended = run_child(argv, cwd=cwd, env=environment(cwd), bounds=bounds, heard=_counted(watch))
    if how := ended.how(bounds):
        raise _failed(command, how, ended.text)
    return ended.text


def work(
    program: str,
    words: Sequence[str],
    *,
    cwd: Path,
    bounds: Bounds,
    env: Mapping[str, str],
    watch: Watch | None = None,
    heard: Callable[[str], None] | None = None,
) -> str:
    """Run a program of our own, `collide/build/PROGRAM.py`, and return what it wrote to stderr.

    It sees the packages that are seen here, one thread, and nothing else of the environment.

    Args:
        env: what it is told besides.
        heard: given each line of its standard output.

    Raises:
        TaskError: it failed, was killed, or ran out of its bounds; `why` is its last word.
    """
    packages = os.pathsep.join(path for path in sys.path if path)
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # -P: nothing is imported from the folder that it works in
    argv = [sys.executable, "-P", "-m", f"collide.build.{program}", *words]
    told = {**environment(cwd), **single, "PYTHONPATH": packages, **env}

    def listen(line: bytes) -> None:
        _counted(watch)(line)
        if heard:
            heard(line.decode(errors="replace").rstrip())

    ended = run_child(argv, cwd=cwd, env=told, bounds=bounds, heard=listen)
    if how := ended.how(bounds):
        last = [line for line in ended.text.splitlines() if line.strip()][-1:]
        raise TaskError(
            f"{program} failed", why="\n".join([f"it {how}", *last]), fix=pasteable(argv)
        )
    return ended.text


def doit(
    words: Sequence[str], *, root: Path, seconds: float, heard: Callable[[str], None]
) -> tuple[str, str]:
    """Say `doit WORDS` in a process of its own; return how it failed, "" for well, and stderr.

    It is we again: what it starts has limits of its own, and dies with it, as it dies with us.

    Args:
        root: the folder that holds dodo.py.
        seconds: after which it is stopped.
        heard: given each line of its standard output.
    """
    argv = [sys.executable, "-m", "doit", *words]
    packages = os.pathsep.join(path for path in sys.path if path)
    bounds = Bounds(seconds=seconds, size=NO_LIMIT, memory=NO_LIMIT)
    env = {**os.environ, "PYTHONPATH": packages, "PYTHONUNBUFFERED": "1"}

    def listen(line: bytes) -> None:
        heard(line.decode(errors="replace").rstrip())

    ended = run_child(argv, cwd=root, env=env, bounds=bounds, heard=listen)
    return ended.how(bounds), ended.text


def _counted(watch: Watch | None) -> Callable[[bytes], None]:
    """Return what listens for the frames that are done."""

    def heard(line: bytes) -> None:
        if watch and line.startswith(b"frame="):
            watch(int(line[6:].strip() or 0))

    return heard


def _failed(command: Sequence[str], how: str, text: str) -> TaskError:
    lines = [line for line in text.splitlines() if line.strip()]
    lines = [re.sub(r"^(?:\[[^]]* @ 0x[0-9a-f]+\] *)+", "", line) for line in lines]
    told = [line for line in lines if not re.match(ECHOES, line)] or lines
    why = "\n".join([f"ffmpeg {how}", *told[:1], *told[1:][-2:]])
    return TaskError(
        "the command failed", why=why, fix=f"paste this to see it again:\n{pasteable(command)}"
    )


def _asked(path: Path, question: str) -> str:
    """Return the answer of `ffmpeg QUESTION`; nothing of a stranger's is opened."""
    answer: list[bytes] = []
    argv, env = [str(path), "-nostdin", "-hide_banner", question], environment(path.parent)
    try:
        run_child(argv, cwd=path.parent, env=env, bounds=Bounds(seconds=30), heard=answer.append)
    except OSError:
        return ""
    return b"".join(answer).decode(errors="replace")


def _rows(table: str) -> list[str]:
    return [line for line in table.splitlines() if len(line.split()) > 2]


def count_frames(engine: Engine, path: Path) -> int:
    """Return how many frames a video file of ours really holds, none of them decoded."""
    seen = [0]
    demuxer = {".nut": "nut", ".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}[path.suffix]
    argv = ["-i", "@made", "-map", "0:v:0", "-c", "copy", "-f", "null", "-"]
    source = Source(path, trusted=True, demuxer=demuxer)
    command = spelled(engine.path, argv, {"@made": source})
    run(command, cwd=path.parent, bounds=Bounds(), watch=seen.append)
    return seen[-1]
