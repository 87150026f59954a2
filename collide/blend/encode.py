"""blend/encode: make a finished segment small enough to send.

Played last on the picture, segment by segment; no earlier step is repeated after a change of the
file's size. Reads one lossless segment; writes the same frames as H.264 in MP4.
"""

from collide.instrument import (
    BITEXACT,
    H264,
    RATE,
    STORAGE,
    TAGS,
    Argv,
    Choice,
    FrameRate,
    Knobs,
    Limit,
    Range,
    clock,
    graph,
    ticks,
)

DEFAULTS = {
    # how much of the picture the file keeps
    # low: 14 = grain survives, files are huge; high: 32 = blocks crawl in the shadows
    # typical 18 for a screening, 23 for the web, 28 to send to a friend
    "crf": 20,

    # how long the encoder looks for a smaller file
    # low end: ultrafast = big and immediate; high end: slow = a fifth smaller, four times the wait
    # typical veryfast
    "encoding_preset": "veryfast",
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "crf": Range(0, 51, rolls=False),
    "encoding_preset": Choice(
        ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow")
    ),
}

ALIASES = {"crf": "quality"}

VALUE_ALIASES = {
    "crf": {"crf=0": "lossless"},
    "encoding_preset": {
        "encoding_preset=slow": "slowest slower veryslow placebo best smallest",
        "encoding_preset=ultrafast": "fastest quickest",
    },
}

# File formats that `single` writes, by suffix.
FORMS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska", ".nut": "nut"}


def command(knobs: Knobs) -> Argv:
    """Return the command that writes `part.mp4` from `@stack`.

    MP4 parts join exactly by stream copy; Matroska rounds times to milliseconds.
    """
    # staged frames have no tags, and in ffmpeg 9 the lack of tags overrides the options
    argv = ["-i", "@stack", "-map", "0:v:0", "-vf", TAGS, *coded(knobs)]
    return [*argv, *BITEXACT, "-f", "mp4", "part.mp4"]


def preview(
    knobs: Knobs, *, fps: FrameRate, at: int, count: int, samples: list[int] | None
) -> Argv:
    """Return the command that quickly encodes the list `@pictures` and `@sound` to `preview.mp4`.

    The preview shows `count` frames from `at` on. `samples` are the start and the end of its sound
    (the end excluded), or None for silence.
    """
    cut = f"{clock(fps)},trim=start_frame={at}:end_frame={at + count},{clock(fps)},{TAGS}"
    chains, audio = [f"[0:v:0]{cut}[v]"], list[str]()
    if samples:
        begin, end = samples
        chains.append(f"[1:a:0]atrim=start_sample={begin}:end_sample={end},asetpts=N/SR/TB[a]")
        audio = ["-map", "[a]", "-c:a", "aac", "-b:a", "128k", "-ar", str(RATE)]
    quick = coded({"encoding_preset": "ultrafast", "crf": 26, "fps": fps})
    return [
        *("-safe", "0", "-i", "@pictures", *(["-i", "@sound"] if samples else [])),
        *("-filter_complex", graph(*chains), "-map", "[v]", *quick, *audio, *BITEXACT),
        *("-movflags", "+faststart", "-f", "mp4", "preview.mp4"),
    ]


def coded(knobs: Knobs) -> Argv:
    """Return the options that encode pictures as H.264 at the piece's frame rate."""
    return [
        *(*H264, "-preset", knobs["encoding_preset"], "-crf", str(knobs["crf"])),
        *("-pix_fmt", "yuv420p", "-color_range", "tv", "-colorspace", "bt709"),
        *("-color_primaries", "bt709", "-color_trc", "bt709"),
        *("-video_track_timescale", str(ticks(knobs["fps"]))),
    ]


def single(
    knobs: Knobs, *, suffix: str, fps: FrameRate, frames: int, alpha: bool, copied: bool, sound: str
) -> Argv:
    """Return the command that writes the list `@pictures` to one file, for example `single.mov`.

    `suffix` is one of FORMS. If `copied` is true, the pictures are already encoded. `sound` is the
    chain for the sound of `@clip`, or "" for silence.
    """
    chains = [] if copied else [f"[0:v:0]{TAGS},{clock(fps)}[v]"]
    written = ["-map", "0:v:0", "-c:v", "copy"]
    if not copied:
        written = ["-map", "[v]", "-frames:v", str(frames), *_kept(knobs, suffix, alpha)]
    elif suffix in (".mp4", ".mov"):
        written += ["-video_track_timescale", str(ticks(fps))]
    if sound:
        chains.append(f"[1:a:0]{sound}[a]")
        lossy = suffix in (".mp4", ".mov")
        coded = ["aac", "-b:a", f"{knobs['audio_bitrate']}k"] if lossy else ["pcm_s16le"]
        written += ["-map", "[a]", "-c:a", *coded, "-ar", str(RATE)]
    return [
        *("-safe", "0", "-i", "@pictures", *(["-i", "@clip"] if sound else [])),
        *(["-filter_complex", graph(*chains)] if chains else []),
        *(*written, *BITEXACT, "-f", FORMS[suffix], f"single{suffix}"),
    ]


def _kept(knobs: Knobs, suffix: str, alpha: bool) -> Argv:
    """Return the options that encode the pictures: lossless, with alpha, or small."""
    if suffix in (".nut", ".mkv"):
        return STORAGE["ffvhuff" if suffix == ".nut" else "ffv1"]
    if alpha:  # ProRes 4444 is the format with alpha that video editors open
        return ["-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"]
    return coded(knobs)
