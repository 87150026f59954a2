"""source/probe: the real contents of a clip, so that later steps need not trust its header.

Played when a clip is first seen, or when other tracks of it are chosen; a clip that fails is left
out. Reads one file of any kind; writes two packet lists and a packet, and answers with the facts of
a Clip.
"""

import re
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

from collide.instrument import (
    FAILED,
    PICTURE,
    SOUND,
    TRIED,
    Argv,
    Knobs,
    Limit,
    Passes,
    Range,
    begins,
    chosen,
    combed,
    container,
    duration,
    form,
    gamut,
    read_clip,
    steady,
    tracks,
)

DEFAULTS = {
    # which video track is shown, if a file has more than one
    # low: 0 = the one that the file calls its default; high: 3 = the third camera of a concert
    # typical 0
    "picture_track": 0,

    # which audio track is heard, if a file has more than one
    # low: 0 = the one that the file calls its default; high: 2 = the second: the microphone of a
    # recorded game, the other language of a film
    # typical 0
    "sound_track": 0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "picture_track": Range(0, 99, rolls=False),
    "sound_track": Range(0, 99, rolls=False),
}
PER_LAYER = tuple(DEFAULTS)
BEFORE = dict(DEFAULTS)
VERSION = 5

PLACES, LOOKED = (0.0, 0.25, 0.5, 0.75), 16  # where frames are examined; how many at each
SHORT = 2.0  # seconds; in a shorter clip, the same number of frames is examined from its start on
# idet changes the flags that showinfo reads, so it comes second. At its default threshold of 1.04
# it finds combs in a test picture. At 1.2 it found no combs in 12 real clips and found combs in all
# 12 after their fields were woven.
LOOK = "showinfo=checksum=0,idet=intl_thres=1.2"
# Amplified differences between neighboring lines, measured by the mean of a frame.
EDGES = "format=gray,convolution=0m='0 -1 0 0 2 0 0 -1 0':0rdiv=16,showinfo"
PARITY = {"top": "tff", "bottom": "bff"}
DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}  # decoders that read the alpha of their codec
DOLBY_ONLY = "its colors are in a form of Dolby Vision that only Dolby's decoder understands"
UNREADABLE = (5,)  # Dolby Vision profiles whose colors only Dolby's decoder understands
# x264 wrote 4:4:4 differently before this build; a stream's first packet contains the number
RIGHT_444, BUILD = 151, re.compile(rb"x264 - core (\d{1,4})")


def passes(knobs: Knobs) -> Passes:
    """Yield the commands that list streams and packets of `@clip`, and decode frames and sound.

    Packets are copied, not decoded. Only the first frame of the picture and a few frames at several
    positions are decoded, which reveals the upright size (which headers do not state) and the real
    format. Most unusable clips fail in one of these commands.
    """
    head = yield ["-i", "@clip", *_first("0:V:0"), "-c", "copy", "-f", "null", "-"]
    every = tracks(head)
    picture = chosen(every, PICTURE, knobs["picture_track"])
    sound = chosen(every, SOUND, knobs["sound_track"])
    if picture is None or (picture.dolby and picture.dolby[0] in UNREADABLE):
        raise ValueError(DOLBY_ONLY if picture else "it has no moving picture")
    seen = f"0:{picture.index}"
    sound_map = ["-map", f"0:{sound.index}"] if sound else []
    yield [
        *("-i", "@clip"),
        *("-map", seen, *sound_map, "-c", "copy", "-f", "framecrc", "packets.txt"),
        *(*_first(seen), "-f", "framecrc", "first.txt"),
        *(*_first(seen), "-c", "copy", "-f", "data", "start.bin"),
    ]
    # MPEG-TS is opened unanalyzed, since an analysis makes ffmpeg report only one aspect ratio
    origin = begins(head) if container(head) == "mpegts" else -1.0
    decoder = DECODERS.get(re.split(r"\W", picture.words)[0], "") if picture.alpha else ""
    looked = yield from _look(seen, decoder, duration(head), origin)
    if decoder and looked.startswith(FAILED):
        decoder, looked = "", (yield from _look(seen, "", duration(head), origin))
    return {
        "container": container(head),
        "picture": picture.index,
        "sound": sound.index if sound else -1,
        "pictures": len([one for one in every if one.kind == PICTURE and not one.cover]),
        "sounds": len([one for one in every if one.kind == SOUND]),
        "decoder": decoder,
        "origin": origin,
        **form(looked),
        **_dolby(picture.dolby),
        **(yield from _weave(form(looked)["fields"], (seen, decoder, duration(head), origin))),
        **((yield from _listen(sound.index, sound.words)) if sound else {}),
    }


def answer(files: Mapping[str, Path], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a collide.base.media.Clip; raise ValueError if it cannot be used."""
    packets, first = files["packets.txt"].read_text(), files["first.txt"].read_text()
    clip = read_clip(packets, first, answer["container"]).facts()
    overrides = {name: value for name, value in answer.items() if name in clip and name != "shapes"}
    build = BUILD.search(files["start.bin"].read_bytes()) if "444" in answer["pixels"] else None
    old = int(build[1]) if build and int(build[1]) < RIGHT_444 else 0
    if clip["still"] and not overrides.get("primaries"):
        overrides["primaries"] = gamut(files["start.bin"].read_bytes())
    return {**clip, **overrides, "x264": old, **_canvas(answer["shapes"], clip)}


def _first(stream: str) -> Argv:
    return ["-map", stream, "-frames:v", "1"]


def _look(
    stream: str, decoder: str, seconds: float, origin: float, chains: Sequence[str] = (LOOK,)
) -> Generator[Argv, str, str]:
    """Decode a few frames at several positions with each of the chains; return the report.

    If that fails, decode only frames at the start. `decoder` is "" for ffmpeg's default; `origin`
    is negative if the clip is analyzed when it is opened.
    """
    by, what = (["-c:v", decoder] if decoder else []), stream.partition(":")[2]
    by += ["-nofind_stream_info"] if origin >= 0 else []
    places = PLACES if seconds > SHORT else PLACES[:1]
    frames = LOOKED if len(places) > 1 else LOOKED * len(PLACES)
    opened, outputs = list[str](), list[str]()
    for at, place in enumerate(places):
        time = place * seconds + max(0.0, origin)
        sought = ["-noaccurate_seek", "-ss", f"{time:.3f}"] if place else []
        opened += [*by, *sought, "-i", "@clip"]
        for one in chains:
            outputs += ["-map", f"{at}:{what}", "-frames:v", str(frames), "-vf", one]
            outputs += ["-f", "null", "-"]
    report = yield [TRIED, *opened, *outputs]
    if report.startswith(FAILED) and len(places) > 1:  # some positions may lack a frame
        return (yield from _look(stream, decoder, 0.0, origin, chains))
    return report


def _weave(
    fields: str, looked: tuple[str, str, float, float]
) -> Generator[Argv, str, dict[str, str]]:
    """Check frames that look combed, because a picture that scrolls two lines per frame does too.

    If deinterlacing hardly reduces the edges between lines, the clip is not interlaced: return
    {"fields": ""}, which corrects the clip's facts.
    """
    if fields not in PARITY:
        return {}
    woven = f"bwdif=mode=send_frame:parity={PARITY[fields]}:deint=all,{EDGES}"
    report = yield from _look(*looked, (EDGES, woven))
    return {} if combed(report) else {"fields": ""}


def _listen(index: int, words: str) -> Passes:
    """Decode the sound; return whether its format is steady, or why it is unusable."""
    # AAC with one header for the whole file keeps one format: its first second is enough
    part = ["-t", "1"] if words.startswith("aac") and "mp4a" in words else []
    report = yield [TRIED, *part, "-i", "@clip", "-map", f"0:{index}", "-f", "null", "-"]
    if report.startswith(FAILED):
        return {"audio": None, "mute": "cannot be decoded"}
    return {"steady": steady(report)}


def _dolby(dolby: tuple[int, int] | None) -> dict[str, str]:
    """Return the color tags of a Dolby Vision stream's base layer, or {} if they are unknown."""
    curves = {1: "smpte2084", 4: "arib-std-b67"}
    if not dolby or dolby[1] not in curves:
        return {}
    return {"transfer": curves[dolby[1]], "primaries": "bt2020", "matrix": "bt2020nc"}


def _canvas(shapes: list[list[int]], clip: Mapping[str, Any]) -> dict[str, Any]:
    """Return the width that fits all shapes; for a single shape, unset the origin instead."""
    ratios = {round(w * (a or 1) / (h * (b or 1)), 2) for w, h, a, b in shapes}
    if len(ratios) < 2:
        return {"origin": -1.0}
    return {"shapes": True, "width": 2 * round(clip["height"] * max(ratios) / 2)}
