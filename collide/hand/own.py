"""Instruments that are played by hand each in a way of its own: with more files, or other ones."""

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from collide.build.key import Job
from collide.catalog import instrument
from collide.errors import InputError
from collide.hand import forms
from collide.hand.given import asked, opened
from collide.hand.plays import (
    commanded,
    finished,
    fitted,
    last,
    pictured,
    played,
    seen,
    shown,
    sized,
    staged,
    step,
)
from collide.hand.solo import Solo
from collide.hashing import digest_file
from collide.media import Clip, Sound
from collide.step import BITEXACT, Read, chain, clock

Act = Callable[[Solo], str]  # plays, and returns what is to be said of it


def _probed(solo: Solo) -> str:
    return json.dumps(solo.clip.facts(), indent=1)


def _listened(solo: Solo) -> str:
    return json.dumps(solo.sounds[0].facts(), indent=1)


def _selected(solo: Solo) -> str:
    """Return which of several clips a layer would show."""
    clips = _told(solo, solo.clips)
    found = solo.play.analyze(solo.knobs, layer=solo.layer, clips=clips, taken=[])
    return json.dumps({"clip": found["name"]})


def _bedded(solo: Solo) -> str:
    """Return which of several sounds would lie under a piece."""
    found = solo.play.analyze(solo.knobs, bed=1, sounds=_told(solo, solo.sounds), taken=[])
    return json.dumps({"sound": found["name"]})


def _told(solo: Solo, files: Sequence[Clip | Sound]) -> list[dict[str, Any]]:
    """Return files as the library tells of them."""
    return [
        {"digest": digest_file(path), "name": str(path), "own": False, "facts": file.facts()}
        for path, file in zip(solo.inputs, files, strict=True)
    ]


def _found(solo: Solo) -> str:
    """Write the film of masks that a model sees in a clip."""
    forms.wanted(solo, "matte.mp4")
    rate, looks = solo.play.looks(solo.knobs, frames=solo.frames, fps=solo.fps)
    part = {"start": 0.0, "rate": rate, "looks": looks, "fps": solo.fps, "tiled": False}
    size = solo.play.size(solo.knobs, clip=solo.clip)
    passes = partial(solo.play.passes, solo.knobs, clip=solo.clip, size=size, **part)
    model = opened(solo.model())
    return json.dumps(last(solo, Job(solo.name, passes=passes), "matte.mp4", model=model))


def _paced(solo: Solo) -> str:
    return shown(solo, sized(solo), pace=played(solo))


def _keyed(solo: Solo) -> str:
    return shown(solo, chain(played(solo), sized(solo)), keyed=True)


def _fit(solo: Solo) -> str:
    return shown(solo, played(solo))


def _placed(solo: Solo) -> str:
    """Fit a clip to the size it shall have, and put it there."""
    size = solo.play.size(solo.knobs, solo.knobs["output_size"])
    fit = instrument("blend/fit").filters(
        solo.knobs, clip=solo.clip, output_size=size, layer=solo.layer
    )
    return shown(solo, chain(fit, played(solo)), keyed=True)


def _matted(solo: Solo) -> str:
    """Cut a clip along a film of masks, the second input, that source/matte has written."""
    held = f"fps={solo.fps}:start_time=0,tpad=stop=-1:stop_mode=clone"
    held += f",trim=end_frame={solo.frames},{clock(solo.fps)}"
    rembg, by = instrument("modes/rembg"), {**solo.knobs, "rembg_use": "matte"}
    cut = solo.play.filters(
        solo.knobs,
        answer=rembg.analyze(by, **asked(solo, partial(rembg.analyze, by))),
        clip=solo.clip,
        matte=f"[1:v:0]{held}",
        layer=solo.layer,
    )
    made = seen(solo, chain(cut, sized(solo)), keyed=True)
    return pictured(solo, [f"[0:V:0]{made}[v]"], ["-i", "@clip", "-i", "@S2"], keyed=True)


def _stacked(solo: Solo) -> str:
    """Lay clips over each other, brought to the size of the first; shorter ones start over."""
    forms.form(solo, forms.PICTURES)
    stack, lay = instrument("blend/stack"), instrument("blend/lay")
    made, reads, laid, below = {}, [], [], "l1"
    for at, path in enumerate(solo.inputs, start=1):
        one = replace(solo, inputs=[path], rate=solo.fps)
        fit = fitted(one, solo.size) if at > 1 else sized(solo)
        made[f"L{at}p0"] = staged(one, f"layer-{at}.nut", fit, keyed=at > 1)
        reads.append([Read(0, 0, solo.frames, loop=one.frames < solo.frames)])
        if at > 1:
            pads = {"below": below, "above": f"l{at}", "chroma": solo.knobs["chroma"]}
            laid.append(f"{lay.filters(solo.knobs, **pads)}[s{at}]")
            below = f"s{at}"
    knobs, kept = {**solo.knobs, "fps": solo.fps}, {"count": solo.frames, "storage": "ffvhuff"}
    argv = stack.command(knobs, layers=reads, laid=laid, **kept)
    step(solo, Job(solo.name, argv=argv, frames={"stack.nut": solo.frames}), **made)
    return finished(solo, "stack.nut")


def _encoded(solo: Solo) -> str:
    """Encode a staged copy of the clip, and lay its sound beside it."""
    knobs = {**solo.knobs, "fps": solo.fps}
    given = {"size": solo.size, "coded": instrument("blend/encode").coded(knobs)}
    wants = inspect.signature(solo.play.command).parameters
    argv = solo.play.command(knobs, **{n: v for n, v in given.items() if n in wants})
    part, suffix = argv[-1], argv[-1].removeprefix("part")
    forms.wanted(solo, part)
    copy = staged(solo, "staged.nut", sized(solo))
    counted = {part: solo.frames}
    if not solo.clip.audio:
        last(solo, Job(solo.name, argv=argv, frames=counted), part, stack=copy)
    else:
        step(solo, Job(solo.name, argv=argv, frames=counted), stack=copy)
        chains, coded = forms.voice(solo, suffix, 1)
        both = ["-i", f"@@{part}", "-i", "@clip", "-filter_complex", *chains]
        both += ["-map", "0:v:0", "-c:v", "copy", *coded, *BITEXACT, "-f", suffix[1:]]
        made = f"made{suffix}"
        last(solo, Job(solo.name, argv=[*both, made], frames={made: solo.frames}), made)
    return f"{solo.output} · {solo.frames / solo.fps:g} s, {solo.fps} fps"


def _muxed(solo: Solo) -> str:
    """Join encoded parts, and a sound where the last file is one; nothing is encoded again."""
    forms.wanted(solo, "video.mp4")
    tokens = [f"@S{at}" for at, _ in enumerate(solo.inputs, start=1)]
    heard = solo.inputs[-1].suffix.lower() in (".m4a", ".aac", ".mp3")
    parts = tokens[:-1] if heard else tokens
    if not parts:
        raise InputError(
            f"{solo.name} joins pictures",
            why=f"{solo.inputs[0].name} is a sound",
            fix=f"python -m collide {solo.name} -i PART.mp4 -i SOUND.m4a -o NAME.mp4",
        )
    pictures = replace(solo, inputs=solo.inputs[: len(parts)])
    frames = sum(clip.frames for clip in pictures.clips)  # probed, so each is a clip
    argv = solo.play.command(solo.knobs, sound=heard, recipe="", fps=pictures.fps)
    job = Job(solo.name, argv=argv, lists={"@parts": parts}, frames={"video.mp4": frames})
    last(pictures, job, "video.mp4", sound=solo.sources[tokens[-1]])
    return f"{solo.output}"


def _heard(solo: Solo) -> str:
    """Return how loud a sound is."""
    passes = partial(solo.play.passes, solo.knobs, **asked(solo, solo.play.passes))
    return json.dumps(step(solo, Job(solo.name, passes=passes)))


def _leveled(solo: Solo) -> str:
    """Bring a sound to its loudness."""
    forms.wanted(solo, "sound.m4a")
    passes = partial(solo.play.passes, solo.knobs, **asked(solo, solo.play.passes))
    return json.dumps(last(solo, Job(solo.name, passes=passes), "sound.m4a"))


def _listened_to(solo: Solo) -> str:
    """Copy a finished sound, and say how it is heard."""
    forms.wanted(solo, "mix.m4a")
    return json.dumps(last(solo, Job(solo.name, passes=partial(solo.play.passes, {})), "mix.m4a"))


def _framed(solo: Solo) -> str:
    """Take the frame in the middle of a clip out of it."""
    forms.wanted(solo, "frame.mkv")
    paced = instrument("blend/pace").filters({"speed": 1.0}, fps=solo.fps)
    at = solo.frames // 2
    given = {"clip": solo.clip, "start": 0.0, "rate": solo.fps, "paced": paced, "frame": at}
    last(solo, Job(solo.name, passes=partial(solo.play.passes, {}, **given)), "frame.mkv")
    return f"{solo.output} · frame {at}"


# Least and most of -i, and how it is played.
OWN: dict[str, tuple[int, int, Act]] = {
    "source/probe": (1, 1, _probed),
    "source/select": (1, 99, _selected),
    "source/sound": (1, 1, _listened),
    "source/matte": (1, 1, _found),
    "blend/pace": (1, 1, _paced),
    "blend/key": (1, 1, _keyed),
    "blend/matte": (2, 2, _matted),
    "blend/fit": (1, 1, _fit),
    "blend/place": (1, 1, _placed),
    "blend/lay": (2, 2, _stacked),
    "blend/stack": (1, 9, _stacked),
    "blend/encode": (1, 1, _encoded),
    "blend/hevc": (1, 1, _encoded),
    "blend/prores": (1, 1, _encoded),
    "blend/upright": (1, 1, _encoded),
    "blend/mux": (1, 99, _muxed),
    "audio/bed": (1, 99, _bedded),
    "audio/hear": (1, 1, _heard),
    "audio/mix": (1, 9, commanded),
    "audio/loudness": (1, 1, _leveled),
    "audio/listen": (1, 1, _listened_to),
    "source/frame": (1, 1, _framed),
}
