"""Which ffmpeg is used, and the filters and encoders that it must have."""

import os
from pathlib import Path
from shutil import which

from collide.base.errors import InputError

# The rule: what an instrument or a verb uses, at any knob, and ffmpeg builds without a library of
# somebody else's, is needed by all: an ffmpeg that lacks one was cut down. What hangs on a library
# (OPTIONAL) is often left out of good builds. That is no reason to refuse them: the one step that
# wants it fails with ffmpeg's own word, and an export asks first. libx264 is such a library too,
# but no video is written without it.
FILTERS = (
    "aecho aevalsrc afade aformat alimiter aloop alphaextract alphamerge amix anoisesrc anull "
    "anullsrc apad aresample asetpts asoftclip astats atrim avgblur bandpass blend boxblur "
    "chromashift color colorchannelmixer colorkey concat crop curves deflicker displace ebur128 "
    "eq equalizer extractplanes fillborders format fps framestep gblur geq hflip highpass "
    "highshelf hstack hue limitdiff loop lowpass lowshelf lumakey lut lut3d lutrgb lutyuv "
    "maskedmerge mergeplanes minterpolate negate noise normalize null overlay pad pan perlin "
    "perspective premultiply scale setparams setpts setsar settb showinfo split tile tpad tremolo "
    "trim unpremultiply unsharp untile vflip vignette volume vstack"
).split()
ENCODERS = ("libx264", "aac", "rawvideo", "ffvhuff", "ffv1", "pcm_f32le", "png", "mjpeg")
OPTIONAL = ("vidstabdetect", "vidstabtransform", "libx265")


def find_program() -> tuple[Path, str]:
    """Return the ffmpeg to use, and why: COLLIDE_FFMPEG, else the pinned wheel's, else PATH's.

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
        return Path(chosen).resolve(), "COLLIDE_FFMPEG says so"
    try:
        import imageio_ffmpeg
    except ImportError:
        wheel = None
    else:
        folder = Path(str(imageio_ffmpeg.__file__)).parent / "binaries"
        wheel = next((p for p in sorted(folder.glob("ffmpeg-*")) if os.access(p, os.X_OK)), None)
    if wheel:
        return wheel, "it comes with collide, in the package imageio-ffmpeg"
    if found := which("ffmpeg"):
        return Path(found).resolve(), "the package imageio-ffmpeg has none for this machine"
    raise InputError(
        "no ffmpeg found",
        why="neither COLLIDE_FFMPEG, nor the package imageio-ffmpeg, nor PATH has one",
        fix="pip install imageio-ffmpeg",
    )
