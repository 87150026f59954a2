"""Other programs' words for a video file, its form and its filters, and what collide calls them.

A form belongs to `doit export` or another verb, or ffmpeg writes it from a finished video.
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from collide.base.filtergraph import number
from collide.base.spoken_number import amount, cleaned
from collide.project.other_words import CODECS, DISSOLVES, INVERTS, Knobs
from collide.syntax.arguments import ALL
from collide.syntax.verb import verb_module

OUTPUTS = ("output", "out", "outfile", "output_file", "filename", "save_as")
# Other words for a form of export, or for the result of a different verb.
OTHER_FORMS = {
    **dict.fromkeys(
        "mp4 h264 x264 libx264 avc video mkv default youtube vimeo".split(), "doit render"
    ),
    **dict.fromkeys(
        "mov qt prores prores422 prores4444xq prores-hq prores_ks dxv hap dnxhd cineform".split(),
        "prores4444",
    ),
    **dict.fromkeys("h265 hevc x265 libx265 10bit hdr".split(), "h265-10"),
    **dict.fromkeys(
        "9:16 portrait reel reels shorts story stories tiktok instagram insta phone mobile".split(),
        "vertical",
    ),
    **dict.fromkeys("wav flac audio sound tracks multitrack".split(), "stems"),
    **dict.fromkeys("json recipe".split(), "look"),
    **dict.fromkeys("command cmd shell sh script bash".split(), "ffmpeg"),
    **dict.fromkeys("png jpg jpeg picture image frame".split(), "doit still"),
}
# Formats that other programs can write from a finished video, and the suffixes of their files.
FORMATS = {
    **{one: one for one in "gif webm webp avi wmv flv mpg mpeg ogv ts".split()},
    **dict.fromkeys("vp8 vp9 av1".split(), "webm"), "apng": "apng", "mp3": "mp3", "aac": "m4a",
}  # fmt: skip
# Words for a quick, rough render, which `doit preview` makes.
DRAFTS = "draft proxy quick fast rough lowres low-res".split()

H264 = "videos are H.264 in MP4 already"

# For effects that no knob provides: an ffmpeg filter to run on a copy of a clip or of the video.
FILTERS = {
    **dict.fromkeys("flip mirror hflip flop".split(), "hflip"), "vflip": "vflip",
    "blur": "gblur=sigma=8", "sharpen": "unsharp",
}  # fmt: skip
TURNS = {90: "transpose=1", 180: "hflip,vflip", 270: "transpose=2"}

# For a name in NOTHING: knobs that do part of what it asks for, each with its purpose.
WAYS: Mapping[str, tuple[tuple[str, Knobs], ...]] = {
    "bitrate": (("a finer picture", {"crf": "16"}), ("a smaller file", {"crf": "28"})),
    **dict.fromkeys(
        INVERTS,
        (
            ("its dark parts open", {"mode": "luminance", "luminance_target": "darks"}),
            ("its light parts open", {"mode": "luminance", "luminance_target": "lights"}),
            ("the whole piece as a negative", {"post": "color-grade", "grade_curve": "negative"}),
        ),
    ),
    **dict.fromkeys(
        ("track_matte", "trackmatte"),
        (
            ("cut by its own brightness", {"mode": "luminance"}),
            ("cut by a model that finds its subject", {"mode": "rembg"}),
        ),
    ),
    **dict.fromkeys(
        DISSOLVES,
        (
            ("from black and to black, in seconds", {"fade_in": "1", "fade_out": "1"}),
            ("each clip into its own beginning, where it loops", {"loop": "fade"}),
        ),
    ),
}
# Forms whose quality crf does not set, each with the knob that sets it, or "".
QUALITY_OF = {"h265-10": "hevc_crf", "prores4444": "", "stems": ""}


def part_ways(name: str, text: str) -> Sequence[tuple[str, Knobs]]:
    """Return knobs that do part of what a name in NOTHING asks for, each with its purpose."""
    beats = amount(text) if name in ("bpm", "tempo", "beat") else None
    if name == "exposure":
        by = "-0.1" if cleaned(text).startswith("-") else "0.1"
        whole = ("the finished picture", {"post": "color-grade", "grade_brightness": by})
        return (whole, ("each layer, before it is cut", {"brightness": by}))
    if not beats or beats[0] <= 0 or beats[1]:
        return WAYS.get(name, ())
    seconds = 60 / beats[0]
    return (
        ("part of each clip, repeated on the beat", {"loop_seconds": number(round(seconds, 4))}),
        ("an echo on the beat", {"echo": "0.25", "echo_ms": number(round(1000 * seconds))}),
    )


def own_forms() -> Sequence[str]:
    """Return the forms of export, in collide's own words."""
    return verb_module("export").FORMS  # type: ignore[no-any-return]  # module attributes are Any


def filter_of(name: str, text: str) -> str:
    """Return the ffmpeg filter for a request that no knob fulfils, or ""."""
    found = amount(text)
    if name in ("rotate", "rotation") and found:
        return TURNS.get(int(found[0]) % 360, f"rotate={number(found[0])}*PI/180")
    if name == "blur" and found and found[0] > 0:
        return f"gblur=sigma={number(found[0])}"
    if name in ("flip", "mirror") and cleaned(text).lower() in ("v", "y", "vertical", "vertically"):
        return "vflip"
    return FILTERS.get(name, "")


def other_verb(name: str, text: str) -> tuple[str, Knobs]:
    """Return the verb that does what `name=text` asks for, or "", and the verb's variables."""
    word = cleaned(text).lower()
    if name == "presets" and word in ALL:
        return "sheet", {"presets": "all"}
    if name in OUTPUTS and word.endswith((".png", ".jpg", ".jpeg")):  # its file is always still.png
        return "still", {}
    if name in OUTPUTS and not amount(text):
        stem = PurePath(cleaned(text)).stem
        return ("star", {"name": stem}) if stem else ("", {})
    if name in CODECS:
        own = word in own_forms() and name != "as"  # as=stems only lacks its verb
        form = word if own else OTHER_FORMS.get(word, "")
        if form.startswith("doit "):
            return form.removeprefix("doit "), {}
        return ("export", {"as": form}) if form else ("", {})
    return "", {}
