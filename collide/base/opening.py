"""Options and chains that open a clip and read its pictures and sound from a given time.

The options and chains are derived from the clip's facts.
"""

import math

from collide.base.filtergraph import RATE, chain, graph, number
from collide.base.media import Clip

Argv = list[str]


def seek(seconds: float) -> Argv:
    """Return the option that opens a file at `seconds`, or no option for 0.

    In files without an index, such as FLV, even -ss 0 loses frames.
    """
    return ["-ss", number(round(seconds, 3))] if seconds else []


def opened(clip: Clip, start: float = 0.0, seconds: float | None = None) -> Argv:
    """Return the options and the `-i` that open `@clip` at `start` for `seconds`.

    The file may be opened before `start`; the chain from `since` then moves the extra pictures to
    negative times. A still is read to its end, and so is any clip if `seconds` is None.
    """
    at, late = _sought(clip, start)
    length = [] if seconds is None or clip.still else ["-t", number(round(seconds + late, 6))]
    decoder = ["-c:v", clip.decoder] if clip.decoder else []
    build = ["-x264_build", str(clip.x264)] if clip.x264 else []
    if clip.origin >= 0:  # otherwise ffmpeg would apply the first frame's format to all frames
        build += ["-nofind_stream_info"]
        at += clip.origin if at else 0.0
    return [*decoder, *build, *seek(at), *length, "-i", "@clip"]


def since(clip: Clip, start: float = 0.0) -> str:
    """Return the chain that moves `start` to time 0, or "" if it is there already."""
    _, late = _sought(clip, start)
    return f"setpts=PTS-{number(late)}/TB" if late else ""


def sound_since(clip: Clip, start: float = 0.0) -> str:
    """Return the chain that begins a sound at `start` and mutes infinite samples and NaN."""
    _, late = _sought(clip, start)
    cut = f"atrim=start={number(late)},asetpts=PTS-{number(late)}/TB" if late else ""
    # a single infinite sample would determine the loudness of the whole sound
    real = "aeval='if(isinf(val(ch))+isnan(val(ch)),0,val(ch))':c=same"
    return chain(cut, real if clip.floats else "")


def steadied(clip: Clip, index: int = 0, output: int = 0) -> Argv:
    """Return the options that decode a sound to a fixed format, as `dec:OUTPUT`.

    The format of the sound may vary. ffmpeg restarts a filter graph when the format changes, and
    with it the filters that count samples or fill gaps. The sound is therefore decoded for a
    separate output, which is discarded.

    Args:
        index: the input number of the clip.
        output: the number of the separate output.
    """
    form = f"aformat=sample_fmts=flt:sample_rates={RATE}:channel_layouts=stereo"
    coded = ["-c:a", "pcm_f32le", "-f", "null", "-", "-dec", f"{output}:0"]
    return ["-map", sound_of(clip, index), "-af", form, *coded]


def listened(clip: Clip | None, start: float, seconds: float) -> tuple[Argv, str, str]:
    """Return the options that open a sound, its stream, and the chain that begins it at `start`.

    Args:
        clip: the clip's facts; None to open the first sound of `@clip` without facts.
    """
    if clip is None:
        return [*seek(start), "-t", number(round(seconds, 6)), "-i", "@clip"], "0:a:0", ""
    source, begins = opened(clip, start, seconds), sound_since(clip, start)
    if clip.steady:
        return source, sound_of(clip), begins
    return [*source, *steadied(clip)], "dec:0", begins


def filtered(track: str, played: str) -> Argv:
    """Return the options that apply a chain to the audio stream of an input or of `steadied`."""
    if track.startswith("dec:"):
        return ["-filter_complex", graph(f"[{track}]{played}[sound]"), "-map", "[sound]"]
    return ["-map", track, "-af", played]


def one_frame(clip: Clip, start: float) -> str:
    """Return the chain that keeps one frame: the first at or after `start`."""
    moved = since(clip, start)
    return chain(moved, "trim=start=0" if moved else "", "trim=end_frame=1")


def pictures_of(clip: Clip, index: int = 0) -> str:
    """Return the video stream, such as 0:V:0, of the clip with the input number `index`."""
    plain = clip.picture < 0 or clip.pictures == 1
    return f"{index}:{'V:0' if plain else clip.picture}"


def sound_of(clip: Clip, index: int = 0) -> str:
    """Return the audio stream, such as 0:a:0, of the clip with the input number `index`."""
    plain = clip.sound < 0 or clip.sounds == 1
    return f"{index}:{'a:0' if plain else clip.sound}"


def _sought(clip: Clip, start: float) -> tuple[float, float]:
    """Return when to open a clip and where `start` is in the opened stream, both in seconds.

    If a clip must be opened early, it is opened at a whole second. Where timestamps count frames,
    any other time would be rounded twice, by -ss and by setpts.
    """
    start = 0.0 if clip.still else round(start, 3)
    early = clip.early or (clip.seconds if clip.frames == 1 else 0.0)  # seek to 0 for a lone frame
    at = float(max(0, math.floor(start - early))) if early else start
    return at, round(start - at + (0.0 if at else max(0.0, clip.origin)), 3)
