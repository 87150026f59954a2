"""The engine, which finds and runs ffmpeg and helper programs, each in a process with limits."""

import math
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from shutil import which

from collide.base.errors import InputError, TaskError
from collide.base.media import PLAINLY
from collide.engine.analyst import Analyst
from collide.engine.cancel import Cancel
from collide.engine.child import OnOutput, run_child
from collide.engine.safety import (
    NO_LIMIT,
    Bounds,
    Source,
    alone,
    environment,
    packages,
    pasteable,
    program,
    spelled,
)

# FILTERS and ENCODERS are required: everything in use that needs no external library, and libx264.
# OPTIONAL filters and encoders need a library that even good builds often lack. If one of them is
# missing, a step that uses it fails with ffmpeg's own error; an export checks for it first.
FILTERS = (
    "adelay aecho aeval aevalsrc afade aformat alimiter aloop alphaextract alphamerge amix "
    "anoisesrc anull anullsrc apad aresample areverse asetpts asoftclip asplit astats atrim "
    "avgblur bandpass blend boxblur bwdif chromashift color colorchannelmixer concat "
    "convolution crop curves deflicker dilation displace drawbox ebur128 eq equalizer "
    "erosion extractplanes fade fillborders format fps framestep gblur geq hflip highpass "
    "highshelf hstack hue idet limitdiff loop lowpass lowshelf lut lut2 lut3d lutrgb lutyuv "
    "maskedmerge mergeplanes minterpolate negate noise normalize null overlay pad pan perlin "
    "perspective premultiply reverse scale select setparams setpts setsar settb showinfo "
    "silencedetect split tile tpad tremolo trim unpremultiply unsharp untile vflip vignette "
    "volume vstack"
).split()
ENCODERS = ("libx264", "aac", "rawvideo", "ffvhuff", "ffv1", "pcm_f32le", "png", "mjpeg")
OPTIONAL = ("vidstabdetect", "vidstabtransform", "libx265")

# In a segment with raw frames of at least this many bytes, NUT's overhead is negligible.
LARGE = 1 << 16

# Beginnings of lines that ffmpeg prints after the actual error.
ECHOES = (
    "Conversion failed|Exiting with|Error opening (?:in|out)put|Error parsing options for|"
    "Task finished|Terminating thread|Nothing was written|Could not open encoder before EOF|"
    "To ignore this|Failed to set value|    Last message repeated"
)

OnFrames = Callable[[int], None]  # frames done


@dataclass(eq=False)
class Engine:
    """The ffmpeg in use, why it was chosen, and the cancel token for its processes."""

    path: Path
    why: str
    cancel: Cancel = field(default_factory=Cancel)
    shared: bool = False  # whether the token is shared, so that `close` must leave it alone
    worker: Analyst | None = None  # a worker that outlives this engine, which otherwise has its own

    def __post_init__(self) -> None:
        self._analyst = self.worker or Analyst(self.cancel)
        self.analyze, self.prepare = self._analyst.analyze, self._analyst.prepare
        self._run_child = partial(run_child, cancel=self.cancel)

    def close(self) -> None:
        """Kill all running processes, or only the engine's own worker if the token is shared."""
        if self.worker is None:
            self._analyst.close()
        if not self.shared:
            self.cancel.close()

    def version(self) -> str:
        """Return the version that ffmpeg prints, or "" if the program is not ffmpeg."""
        words = self._output_of("-version").partition("\n")[0].split()
        return words[2] if words[:2] == ["ffmpeg", "version"] else ""

    def missing(self) -> list[str]:
        """Return the required filters and encoders that this ffmpeg lacks."""
        filters, encoders = self._names("-filters"), self._names("-encoders")
        return [n for n in FILTERS if n not in filters] + [n for n in ENCODERS if n not in encoders]

    def encodes(self, name: str) -> bool:
        """Return whether this ffmpeg has an encoder."""
        return name in self._names("-encoders")

    def require(self) -> None:
        """Raise InputError if the program is not ffmpeg, or lacks a required filter or encoder."""
        fix = "pip install imageio-ffmpeg installs a complete ffmpeg (see: doit doctor)"
        if os.environ.get("COLLIDE_FFMPEG"):
            fix = "unset COLLIDE_FFMPEG to use collide's own ffmpeg (see: doit doctor)"
        if not self.version():
            what, why = f"{self.path} is not ffmpeg", "it does not answer -version"
        elif missing := self.missing():
            what = f"the ffmpeg at {self.path} lacks {', '.join(missing)}"
            why = "it was built without them"
        else:
            return
        raise InputError(what, why=f"{why}; it is used because {self.why}", fix=fix)

    def run(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        bounds: Bounds,
        watch: OnFrames | None = None,
        level: str = "info",
    ) -> str:
        """Run a complete command in the folder `cwd` and return its stderr.

        A command that ends with `-f null -` prints its log at `level`; other commands print only
        errors.

        Raises:
            Cancelled: the token was stopped.
            TaskError: the command failed or exceeded its bounds.
            OSError: the command cannot be started.
        """
        measures = command[-1] == "-"
        flags = ["-v", level if measures else "error", "-nostats", "-stats_period", "0.25"]
        argv = [command[0], *flags, "-progress", "pipe:1", *command[1:]]
        env, on_output = environment(cwd), _counted(watch)
        ended = self._run_child(argv, cwd=cwd, env=env, bounds=bounds, on_output=on_output)
        if how := ended.how():
            raise _failed(command, how, ended.text)
        return ended.text

    def count_frames(self, path: Path) -> int:
        """Return the number of frames in a video file that collide wrote, without decoding it.

        Raw frames all have the same size, so if the first frame is large, only that frame is read.
        Reading such files whole took a fifteenth of the render time.
        """
        if path.suffix == ".nut":
            _, size, report = self._packets(path, "-frames:v", "1")
            if size >= LARGE and "Video: rawvideo" in report:
                return path.stat().st_size // size
        return self._packets(path)[0]

    def _packets(self, path: Path, *limit: str) -> tuple[int, int, str]:
        """Return the number of video packets up to a limit, their total bytes, and the report."""
        demuxer = {".nut": "nut", ".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}[path.suffix]
        argv = ["-i", "@made", "-map", "0:v:0", *limit, "-c", "copy", "-f", "null", "-"]
        command = spelled(self.path, argv, {"@made": Source(path, trusted=True, demuxer=demuxer)})
        report = self.run(command, cwd=path.parent, bounds=Bounds(), level="verbose")
        match = re.search(r"\(video\): (\d+) packets muxed \((\d+) bytes\)", report)
        return (int(match[1]), int(match[2]), report) if match else (0, 0, report)

    def work(
        self,
        name: str,
        words: Sequence[str],
        *,
        cwd: Path,
        bounds: Bounds,
        env: Mapping[str, str],
        watch: OnFrames | None = None,
        on_output: Callable[[str], None] | None = None,
    ) -> str:
        """Run the module `collide.NAME` in a clean environment plus `env`; return its stderr.

        `watch` receives the number of finished frames, and `on_output` each line of standard
        output. Raise the same errors as `run`.
        """
        argv, env = program(name, words), {**alone(cwd), **env}

        def listen(line: bytes) -> None:
            _counted(watch)(line)
            if on_output:
                _decoded(on_output)(line)

        ended = self._run_child(argv, cwd=cwd, env=env, bounds=bounds, on_output=listen)
        if ended.how():
            failed = f"{name.rpartition('.')[2]} failed"
            raise TaskError(failed, why=ended.why(), fix=pasteable(argv))
        return ended.text

    def doit(
        self,
        words: Sequence[str],
        *,
        root: Path,
        seconds: float,
        on_output: Callable[[str], None],
        behind: bool = False,
    ) -> tuple[str, str]:
        """Run `doit WORDS` in `root`, the folder of dodo.py, for at most `seconds` of real time.

        Return why it failed ("" for success) and its stderr. doit limits its own children. If
        `behind` is true and the program nice is installed, doit gets a third of the processor time
        that a competing process gets.
        """
        bounds = Bounds(math.inf, NO_LIMIT, NO_LIMIT, patience=math.inf, until=seconds)
        env = {**os.environ, "PYTHONPATH": packages(), "PYTHONUNBUFFERED": "1"}
        nice = which("nice") if behind else None
        argv = [*([nice, "-n", "5"] if nice else []), sys.executable, "-m", "doit", *words]
        ended = self._run_child(
            argv, cwd=root, env=env, bounds=bounds, on_output=_decoded(on_output)
        )
        return ended.how(), ended.text

    def _output_of(self, option: str) -> str:
        """Return what `ffmpeg OPTION` prints, or "" if it cannot be run."""
        lines: list[bytes] = []
        argv, home = [str(self.path), "-nostdin", "-hide_banner", option], self.path.parent
        env, bounds = environment(home), Bounds(seconds=30)
        try:
            self._run_child(argv, cwd=home, env=env, bounds=bounds, on_output=lines.append)
        except OSError:
            return ""
        return b"".join(lines).decode(errors="replace")

    def _names(self, option: str) -> set[str]:
        """Return the names in the second column of the table that `ffmpeg OPTION` prints."""
        rows = map(str.split, self._output_of(option).splitlines())
        return {row[1] for row in rows if len(row) > 2}


def find_program() -> tuple[Path, str]:
    """Return the ffmpeg to use and why.

    Look in COLLIDE_FFMPEG, then in the package imageio-ffmpeg, then on PATH. Raise InputError if
    there is no ffmpeg.
    """
    if chosen := os.environ.get("COLLIDE_FFMPEG"):
        if not Path(chosen).is_file() or not os.access(chosen, os.X_OK):
            raise InputError(
                f"COLLIDE_FFMPEG={chosen} cannot be run",
                why="there is no executable file of that name",
                fix="give the full path of an ffmpeg, or unset COLLIDE_FFMPEG",
            )
        return Path(chosen).resolve(), "COLLIDE_FFMPEG names it"
    with suppress(ImportError):
        import imageio_ffmpeg

        for path in sorted(Path(str(imageio_ffmpeg.__file__)).parent.glob("binaries/ffmpeg-*")):
            if os.access(path, os.X_OK):
                return path, "it comes with collide, in the package imageio-ffmpeg"
    if on_path := which("ffmpeg"):
        return Path(on_path).resolve(), "the package imageio-ffmpeg provides no ffmpeg"
    raise InputError(
        "no ffmpeg found",
        why="neither COLLIDE_FFMPEG nor the package imageio-ffmpeg nor PATH provides an ffmpeg",
        fix="pip install imageio-ffmpeg",
    )


def find_engine(cancel: Cancel | None = None, worker: Analyst | None = None) -> Engine:
    """Return an engine with the ffmpeg that `find_program` finds, under `cancel` or a new token."""
    return Engine(*find_program(), cancel or Cancel(), cancel is not None, worker)


def _decoded(on_text: Callable[[str], None]) -> OnOutput:
    return lambda line: on_text(line.decode(errors="replace").rstrip())


def _counted(watch: OnFrames | None) -> OnOutput:
    """Return a listener that reports the number of finished frames."""

    def listen(line: bytes) -> None:
        if watch and line.startswith(b"frame="):
            watch(int(line[6:].strip() or 0))

    return listen


def _failed(command: Sequence[str], how: str, text: str) -> TaskError:
    lines = [line for line in text.splitlines() if line.strip()]
    lines = [re.sub(r"^(?:\[[^]]* @ 0x[0-9a-f]+\] *)+", "", line) for line in lines]
    errors = [line for line in lines if not re.match(ECHOES, line)] or lines
    # prefer a line that is known to state the reason
    named = [line for line in errors if any(words in line for words in PLAINLY)]
    why = "\n".join([f"ffmpeg {how}", *(named or errors)[:1], *errors[1:][-2:]])
    fix = f"paste this to reproduce it:\n{pasteable(command)}"
    return TaskError("the command failed", why=why, fix=fix)
