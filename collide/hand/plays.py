"""What is common to all that is played by hand: jobs, staged pictures, and a finished file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from collide.build.key import Job
from collide.build.safety import Source
from collide.catalog import instrument
from collide.hand import forms
from collide.hand.given import asked
from collide.hand.solo import Solo
from collide.step import BITEXACT, STORAGE, TAGS, Argv, Span, chain, clock, graph, scale

WHOLE = 1 << 32  # bytes that a file of sound may have


def step(solo: Solo, job: Job, **made: Source) -> dict[str, Any]:
    """Do a job and return its answer; `made` are inputs that earlier ones have written.

    Raises:
        TaskError: a command failed.
    """
    sources = {**solo.sources, **{f"@{name}": source for name, source in made.items()}}
    sound = solo.name.startswith("audio/")
    size, work = (WHOLE, 0) if sound else (solo.bytes(), solo.frames)
    return solo.stage.play(replace(job, inputs=solo.files, size=size, work=work), sources)


def last(solo: Solo, job: Job, name: str, **made: Source) -> dict[str, Any]:
    """Do the last job, and bring the file that it makes to where it was wanted."""
    assert solo.output is not None
    facts = step(solo, job, **made)
    solo.stage.deliver(name, solo.output)
    return facts


def sized(solo: Solo) -> str:
    """Return the scaler to the clip's own size, made even."""
    return scale(*solo.size, tv=True)


def seen(solo: Solo, made: str, *, keyed: bool = False, pace: str = "") -> str:
    """Return the chain from a clip to its staged pictures, `made` played on them."""
    evenly = pace or instrument("blend/pace").filters({"speed": 1.0}, fps=solo.fps)
    chroma = "444" if keyed else "420"
    staged: str = instrument("blend/layer").picture(
        chain(evenly, made), frames=solo.frames, fps=solo.fps, chroma=chroma, keyed=keyed
    )
    return staged


def pictured(
    solo: Solo, chains: Sequence[str], opened: Argv, *, heard: int = 0, keyed: bool = False,
    made: Mapping[str, Source] | None = None,
) -> str:  # fmt: skip
    """Write the picture that was wanted, and return what is to be said of it."""
    argv = forms.picture(solo, chains, opened=opened, heard=heard, keyed=keyed)
    counted = {argv[-1]: solo.frames} if argv[-1].endswith((".mp4", ".nut")) else {}
    last(solo, Job(solo.name, argv=argv, frames=counted), argv[-1], **(made or {}))
    return f"{solo.output} · {solo.frames / solo.fps:g} s, {solo.fps} fps"


def played(solo: Solo) -> str:
    """Return the chain of the instrument itself."""
    made: str = solo.play.filters(solo.knobs, **asked(solo, solo.play.filters))
    return made


def shown(solo: Solo, made: str, *, keyed: bool = False, pace: str = "") -> str:
    """Play a chain on the clip, write the picture that was wanted, and return what to say."""
    chains = [f"[0:V:0]{seen(solo, made, keyed=keyed, pace=pace)}[v]"]
    return pictured(solo, chains, ["-i", "@clip"], keyed=keyed)


def commanded(solo: Solo) -> str:
    """Run an instrument's one command, which writes one file."""
    argv = solo.play.command(solo.knobs, **asked(solo, solo.play.command))
    forms.wanted(solo, argv[-1])
    last(solo, Job(solo.name, argv=argv), argv[-1])
    return f"{solo.output}"


def staged(solo: Solo, name: str, made: str, *, keyed: bool = False) -> Source:
    """Write a clip as the machine stages it, without loss, and return that file."""
    chains = graph(f"[0:V:0]{seen(solo, made, keyed=keyed)}[v]")
    argv = ["-i", "@clip", "-filter_complex", chains, "-map", "[v]", "-frames:v", str(solo.frames)]
    step(solo, Job(solo.name, argv=[*argv, *STORAGE["ffvhuff"], *BITEXACT, "-f", "nut", name]))
    return solo.stage.source(name)


def finished(solo: Solo, name: str) -> str:
    """Write a staged picture in the form that was wanted, with the sound of the clip."""
    chains = [f"[0:v:0]{TAGS},{clock(solo.fps)}[v]"]
    return pictured(solo, chains, ["-i", f"@@{name}", "-i", "@clip"], heard=1)


def whole(solo: Solo) -> list[Span]:
    """Return the one piece that a clip is kept in by hand."""
    return [Span(0, solo.frames)]


def fitted(solo: Solo, frame: tuple[int, int]) -> str:
    """Return the chain that brings a clip of any shape to a frame."""
    given = {"clip": solo.clip, "output_size": "x".join(map(str, frame)), "layer": solo.layer}
    made: str = instrument("blend/fit").filters(solo.knobs, **given)
    return made
