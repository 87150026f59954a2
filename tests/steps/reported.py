"""Reports that ffmpeg prints about a file: tracks, frames, and measurements."""

MOST = 99  # a knob can select this many tracks of each kind

INPUT = """\
Input #0, {container}, from 'file:a.mp4':
  Metadata:
    major_brand     : isom
    title           : {title}
  Duration: 00:00:12.00, start: 0.000000, bitrate: 320 kb/s
"""
PICTURE = (
    "  Stream #0:{at}[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p(tv, progressive), "
    "{size} [SAR 1:1 DAR 16:9], 25 fps, 25 tbr, 12800 tbn{more}\n"
)
SOUND = (
    "  Stream #0:{at}[0x2](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, {layout}, fltp, "
    "128 kb/s{more}\n"
)
NAMED = "    Metadata:\n      handler_name    : {title}\n"
DOLBY = """\
    Side data:
      DOVI configuration record: version: 1.0, profile: {profile}, level: 4, rpu flag: 1, \
el flag: 0, bl flag: 1, compatibility id: {compatible}
"""
PLAYED = """\
Stream mapping:
  Stream #0:0 -> #0:0 (copy)
Output #0, null, to 'pipe:':
  Metadata:
    title           : {title}
  Stream #0:0: Video: h264 (High) (avc1 / 0x31637661), yuv420p, 640x360, q=2-31, 25 fps (default)
"""
FRAME = (
    "[Parsed_showinfo_0 @ 0x1] n:   0 pts:      0 pts_time:0       duration:     40 "
    "duration_time:0.04    fmt:{fmt} cl:left sar:{sar} s:{size} i:{fields} iskey:1 type:I \n"
    "[Parsed_showinfo_0 @ 0x1] color_range:{span} color_space:{matrix} "
    "color_primaries:{primaries} color_trc:{transfer}\n"
)
COMBS = (
    "[Parsed_idet_1 @ 0x1] Single frame detection: TFF:    99 BFF:    99 Progressive:     0 "
    "Undetermined:    4\n"
    "[Parsed_idet_1 @ 0x1] Multi frame detection: TFF: {top:5} BFF: {bottom:5} Progressive: "
    "{whole:5} Undetermined:     0\n"
)
CHANGED = (
    "[af#0:0 @ 0x1] Reconfiguring filter graph because audio parameters changed to 44100 Hz, "
    "mono, fltp\n"
)


def listed(*tracks: str, title: str = "a walk", container: str = "mov,mp4,m4a,3gp,3g2,mj2") -> str:
    """Return ffmpeg's report on copying the first picture track of a file with these tracks."""
    head = INPUT.format(title=title, container=container)
    return head + "".join(tracks) + PLAYED.format(title=title)


def picture(
    at: int, size: str = "640x360", more: str = "", title: str = "", below: str = ""
) -> str:
    """Return a picture track's lines; `more` ends the first line, and `below` follows the last."""
    return PICTURE.format(at=at, size=size, more=more) + NAMED.format(title=title) + below


def sound(at: int, layout: str = "stereo", more: str = "", title: str = "") -> str:
    """Return the lines of a sound track."""
    return SOUND.format(at=at, layout=layout, more=more) + NAMED.format(title=title)


def frame(fmt: str = "yuv420p", size: str = "64x36", sar: str = "1/1", **more: str) -> str:
    """Return the report on a decoded frame, by default progressive and without color tags."""
    unnamed = dict.fromkeys(("matrix", "primaries", "transfer"), "unknown")
    usual = {"fields": "P", "span": "tv", **unnamed}
    return FRAME.format(fmt=fmt, size=size, sar=sar, **{**usual, **more})


def _out(lufs: str, peak: str, right: str, *, below: str, seen: str) -> str:
    """Return the output of commands that measure a sound and analyze a clip.

    Args:
        lufs: the loudness.
        peak: the true peak.
        right: the level of the right side.
        below: the lines under the title of the picture track.
        seen: the lines about frames.
    """
    first = [picture(0, more=" (default)", below=below), sound(1, more=" (default)")]
    rest = (one(at + 2 * n) for n in range(1, MOST) for at, one in enumerate((picture, sound)))
    ticks = "[Parsed_showinfo_0 @ 0x1] config in time_base: 1/12800, frame_rate: 25/1\n"
    sides = f"RMS level dB: -20.100000\nRMS level dB: {right}\n"
    measured = f"    I:         {lufs} LUFS\n    Peak:      {peak} dBFS\n{sides}"
    return f"{measured}{listed(*first, *rest)}{ticks}{seen}"


TAGGED = {"matrix": "bt2020nc", "primaries": "bt2020", "transfer": "bt2020-10", "fields": "T"}

# An interlaced Dolby Vision clip, a full-range clip, and a combed clip without a flag.
KINDS = {
    "loud": _out(
        "-9.0", "1.2", "-3.500000",
        below=DOLBY.format(profile=8, compatible=4),
        seen=frame("yuv420p10le", **TAGGED) * 2,
    ),
    "soft": _out("-42.5", "-30.0", "-40.000000", below="", seen=frame("yuvj420p", span="pc") * 2),
    "silent": _out(
        "-70.0", "-inf", "-inf",
        below="",
        seen=frame(size="48x36") + frame() + COMBS.format(top=0, bottom=40, whole=2) + CHANGED,
    ),
}  # fmt: skip
