"""The reference library: six small clips, two sounds, a LUT and a 3 kB model.

The bytes are the same on every machine: plain C code (`-cpuflags 0`) computes them, and a lossless
codec or MPEG-4 at a fixed quality writes them. The clips therefore have the same digests
everywhere, and draws that depend on the digests come out the same.
"""

from pathlib import Path

from tests.model import write_model
from tests.render.conftest import ffmpeg

EXACT = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
LOSSLESS = ["-c:v", "ffv1", "-threads", "1", "-pix_fmt", "yuv420p"]
MPEG4 = ["-c:v", "mpeg4", "-threads", "1", "-q:v", "3", "-g", "12", "-pix_fmt", "yuv420p"]

# A LUT that swaps red and blue and bends green.
SWAP = "LUT_3D_SIZE 2\n" + "".join(
    f"{b} {0.8 * g} {r}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1)
)


def drawn(size: str, rate: str, light: str, blue: str = "128", red: str = "128") -> str:
    """Return a source that computes each pixel of its planes."""
    return f"color=black:s={size}:r={rate},geq=lum='{light}':cb='{blue}':cr='{red}'"


# name -> seconds, picture, its codec, sound, its codec
CLIPS: dict[str, tuple[float, str, list[str], str, str]] = {
    # longer than any piece, with every color and a tone
    "bars.mkv": (9, "testsrc2=s=160x90:r=25", LOSSLESS, "sine=220:r=44100", "pcm_s16le"),
    # upright, with white at the top, then rising blues, and a soft hiss
    "sky.mkv": (
        2.5,
        drawn("90x160", "30", "235-mod(Y+2*N,160)", "128+mod(Y+2*N,160)/3", "110"),
        LOSSLESS,
        "anoisesrc=r=48000:a=0.1:seed=1",
        "pcm_s16le",
    ),
    # a soft bright disc that swings over black, with two keyframes a second and no sound
    "disc.mp4": (
        7,
        drawn("160x120", "24", "16+clip(500-pow(X-130+abs(mod(N,100)-50)*2,2)-pow(Y-60,2),0,219)"),
        MPEG4,
        "",
        "",
    ),
    # wide, shaded paper with a moving dark red wedge and a soft tone
    "paper.mkv": (
        4,
        drawn("320x180", "12", "235-X/4-Y/5-90*lt(mod(X+4*N,320),Y)",
              "128-X/16-24*lt(mod(X+4*N,320),Y)", "128+Y/8+60*lt(mod(X+4*N,320),Y)"),
        LOSSLESS,
        "sine=440:r=22050,volume=0.5",
        "flac",
    ),
    # a green card with a moving grey block, an odd frame rate and stereo sound
    "card.avi": (
        3.2,
        drawn("120x90", "12.5", "if(between(mod(X-3*N,120),20,70)*between(Y,20,60),180,145)",
              "if(between(mod(X-3*N,120),20,70)*between(Y,20,60),128,54)",
              "if(between(mod(X-3*N,120),20,70)*between(Y,20,60),128,34)"),
        MPEG4,
        "sine=330:r=48000[l];sine=495:r=48000[r];[l][r]join=inputs=2:channel_layout=stereo",
        "pcm_s16le",
    ),
    # so short that it repeats eleven times, without sound
    "blink.mkv": (
        0.5,
        drawn("64x64", "10", "40+40*mod(N,5)", "100+mod(X,32)", "100+mod(Y,64)"),
        LOSSLESS,
        "",
        "",
    ),
}  # fmt: skip

SOUNDS = {"rain.wav": "anoisesrc=r=48000:a=0.2:seed=5:d=1.5", "bell.flac": "sine=880:r=32000:d=7"}


def make_library(library: Path) -> None:
    """Fill a library with clips, sounds, a LUT and a model."""
    for folder in ("video", "audio", "luts"):
        (library / folder).mkdir(parents=True, exist_ok=True)
    for name, (seconds, picture, coded, sound, heard) in CLIPS.items():
        sounds = ["-f", "lavfi", "-i", sound, "-c:a", heard] if sound else []
        ffmpeg("-v", "error", "-cpuflags", "0", "-f", "lavfi", "-i", picture, *sounds,
               "-t", str(seconds), *coded, *EXACT, str(library / "video" / name))  # fmt: skip
    for name, sound in SOUNDS.items():
        ffmpeg("-v", "error", "-cpuflags", "0", "-f", "lavfi", "-i", sound, *EXACT,
               str(library / "audio" / name))  # fmt: skip
    (library / "luts" / "swap.cube").write_text(SWAP)
    write_model(library / "models" / "u2netp.onnx")
