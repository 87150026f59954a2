"""The only door to processes: finds ffmpeg and runs it, with all that safety.py asks for.

Every run has a wall clock, no standard input, and dies with its parent.
"""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from collide.build.safety import Bounds, Source, environment, limits, pasteable, spelled
from collide.errors import InputError, TaskError

FILTERS = (
    "alimiter alphaextract alphamerge aloop amix apad aresample asetpts atrim blend colorkey "
    "concat crop ebur128 eq fps framestep hstack hue lumakey overlay pad pan scale setparams "
    "setpts setsar settb split tile tpad trim volume"
).split()
ENCODERS = ("libx264", "aac", "rawvideo", "ffvhuff", "ffv1", "pcm_f32le", "png")

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
    process = subprocess.Popen(
        argv,
        cwd=cwd,
        env=environment(cwd),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        restore_signals=False,  # SIGXFSZ stays ignored: ffmpeg then says "File too large"
        preexec_fn=limits(bounds),  # noqa: PLW1509 - it only calls setrlimit and prctl
    )
    with process, _running(process):  # the first closes the pipes, after the second has killed
        late = threading.Timer(bounds.seconds, _kill, [process])
        late.daemon = True  # an interrupted run leaves it behind: nobody waits for it
        late.start()
        said_lines: list[bytes] = []
        listener = threading.Thread(
            target=lambda: said_lines.extend(process.stderr or ()), daemon=True
        )
        listener.start()
        for line in process.stdout or ():
            if watch and line.startswith(b"frame="):
                watch(int(line[6:].strip() or 0))
        code = process.wait()
        listener.join()
        timed_out = not late.is_alive()
        late.cancel()
    text = b"".join(said_lines).decode(errors="replace")
    if timed_out:
        raise _failed(command, f"it was stopped after {bounds.seconds:.0f} s", text)
    if code:
        raise _failed(command, f"ffmpeg ended with {_code(code)}", text)
    return text


def _failed(command: Sequence[str], how: str, text: str) -> TaskError:
    lines = [line for line in text.splitlines() if line.strip()]
    lines = [re.sub(r"^(?:\[[^]]* @ 0x[0-9a-f]+\] *)+", "", line) for line in lines]
    told = [line for line in lines if not re.match(ECHOES, line)] or lines
    why = "\n".join([how, *told[:1], *told[1:][-2:]])
    return TaskError(
        "the command failed", why=why, fix=f"paste this to see it again:\n{pasteable(command)}"
    )


def _code(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


_CHILDREN: set[subprocess.Popen[bytes]] = set()


class _running:  # noqa: N801 - used as a statement
    """Remember a child while it runs, and leave none behind."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def __enter__(self) -> None:
        _CHILDREN.add(self.process)

    def __exit__(self, *_: object) -> None:
        _kill(self.process)
        _CHILDREN.discard(self.process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def stop_all() -> None:
    """Kill every ffmpeg this process has running."""
    for process in list(_CHILDREN):
        _kill(process)


def _asked(path: Path, question: str) -> str:
    """Return the answer of `ffmpeg QUESTION`; nothing of a stranger's is opened."""
    try:
        done = subprocess.run(
            [str(path), "-nostdin", "-hide_banner", question],
            env=environment(path.parent), stdin=subprocess.DEVNULL, capture_output=True,
            timeout=30, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace")


def _rows(table: str) -> list[str]:
    return [line for line in table.splitlines() if len(line.split()) > 2]


def count_frames(engine: Engine, path: Path) -> int:
    """Return how many frames a video file of ours really holds, none of them decoded."""
    seen = [0]
    demuxer = {".nut": "nut", ".mp4": "mp4"}[path.suffix]
    argv = ["-i", "@made", "-map", "0:v:0", "-c", "copy", "-f", "null", "-"]
    source = Source(path, trusted=True, demuxer=demuxer)
    command = spelled(engine.path, argv, {"@made": source})
    run(command, cwd=path.parent, bounds=Bounds(), watch=seen.append)
    return seen[-1]
