"""What `python -m collide NAME` runs: for most instruments, all steps up to their own."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from collide.base.errors import InputError
from collide.base.hashing import digest_file
from collide.base.words import several
from collide.by_hand.pictures import bring, deliver, pictured, wanted
from collide.by_hand.solo_piece import Solo
from collide.by_hand.stage import Draft, guesses
from collide.plan.planner import glance_step, probe_step, shots_step, steps_of
from collide.plan.preview_clip import listen_step
from collide.plan.still_frame import still_steps
from collide.store.step import Input, Job, Step, command_job

# Instruments that make sense only in a project, with the reason and what to do instead.
ALONE = {
    "source/footage": ("it renders the demo's own clips", "doit render project=demo"),
    "blend/layer": ("it combines pace, look, fit and a cut", "play them one at a time"),
    "blend/presence": (
        "it measures the visible share of each layer in a piece",
        "doit render project=x",
    ),
    "blend/tint": ("it shows the finished layers of a piece", "doit debug project=x"),
    "blend/balance": (
        "it balances the layers of a piece against each other",
        "doit render project=x",
    ),
    "blend/atlas": ("it lays the layers of a piece side by side for a page", "doit tune project=x"),
    "blend/effects": ("it combines the instruments of post/", "play them one at a time"),
    "blend/logbook": ("it records a render", "doit render project=x"),
}

# The minimum and maximum number of inputs (-i), for instruments that can take several.
MANY = {
    "source/select": (1, 99),
    "blend/matte": (2, 2),
    "blend/lay": (2, 2),
    "blend/stack": (1, 9),
    "blend/mux": (1, 99),
    "audio/bed": (1, 99),
    "audio/mix": (1, 9),
}


def act(solo: Solo) -> str:
    """Play an instrument and return the text to print; raise InputError if it cannot be played."""
    name = solo.name
    if name in ALONE:
        why, fix = ALONE[name]
        raise InputError(f"{name} cannot be played by hand", why=why, fix=fix)
    least, most = many(name)
    if not least <= len(solo.request.inputs) <= most:
        count = f"{least}" if least == most else f"{least} to {most}"
        raise InputError(
            f"{name} was given {several(len(solo.request.inputs), 'input')} (-i)",
            why=f"it takes {count}",
            fix=" ".join([f"python -m collide {name}", *max(1, least) * ["-i FILE"], "…"]),
        )
    return _way(solo)(solo)


def many(name: str) -> tuple[int, int]:
    """Return the minimum and maximum number of files for an instrument."""
    return MANY.get(name, (0 if name.startswith("modes/") else 1, 1))


def _way(solo: Solo) -> Callable[[Solo], str]:
    """Return the function that plays this kind of instrument."""
    if solo.name in ("source/select", "audio/bed"):
        return _chosen
    if solo.name == "blend/mux":
        return _muxed
    if solo.answers:
        return _answered
    if solo.hears and hasattr(solo.play, "filters"):
        return _sounded
    pictures = solo.name == "source/matte" or solo.name.startswith(("post/", "blend/"))
    return pictured if pictures else _searched


def _answered(solo: Solo) -> str:
    """Run the analysis of a mode or of blend/coverage and return its answer as JSON."""
    piece = solo.piece()
    layer, steps = piece.layers[-1], list(steps_of(piece))
    task = f"color:{layer.number}"
    if not solo.request.inputs and any(step.needs for step in steps if step.task == task):
        if layer.mode != layer.knobs["mode"]:
            return json.dumps({"mode": layer.mode})  # for mode=random, the answer is the drawn mode
        raise InputError(
            f"{solo.name} needs a clip to analyze",
            why="no -i was given",
            fix=f"python -m collide {solo.name} -i FILE",
        )
    bring(solo, steps, task)
    return json.dumps(solo.stage.results[task].facts, indent=1)


def _sounded(solo: Solo) -> str:
    """Play a chain of sound filters on a whole sound, without changing its length."""
    suffix = wanted(solo, (".wav", ".m4a"))
    piece = solo.piece()
    job = command_job(
        solo.catalog, "audio/extract", {},
        {"effects": solo.play.filters(piece.knobs), "suffix": suffix},
        shape="single", inputs={"@clip": Input("i1")}, size=1 << 32,
    )  # fmt: skip
    return deliver(solo, Step("file", lambda *_: job), f"single{suffix}")


def _searched(solo: Solo) -> str:
    """Run the first step that plays the instrument, after the steps that it depends on.

    If it is a step for sound that reads no clip, the input files replace the results that it needs.
    """
    steps, step, job = _search(solo)
    role = job.argv(solo.catalog)[-1] if job.runs_one_command else next(iter(job.frames), "")
    if role and role not in job.drop:
        wanted(solo, [Path(role).suffix])
    if solo.hears and not step.clips:
        for at, need in enumerate(step.needs, start=1):
            solo.stage.put(need, f"i{at}")
    bring(solo, steps, step.task)
    role = "" if role in job.drop else role
    role = role or solo.stage.role(step.task)
    if role and role not in job.drop:
        wanted(solo, [Path(role).suffix])
        if solo.request.output:
            solo.stage.deliver(step.task, role, solo.request.output)
    facts = {n: v for n, v in solo.stage.results[step.task].facts.items() if n != "complaints"}
    return json.dumps(facts, indent=1) if facts else f"{solo.request.output}"


def _search(solo: Solo) -> tuple[list[Step], Step, Job]:
    """Return all steps up to the first that plays the instrument, then this step and its job."""
    steps = []
    for step in _steps(solo):
        steps.append(step)
        job = step.job(guesses(), {})
        if solo.name in (job.play, *(call.play for call in job.then)):
            return steps, step, job
    raise InputError(
        f"{solo.name} cannot be played by hand",
        why="a one-clip piece has no step that plays it",
        fix="play it in a project: doit render project=x",
    )


def _steps(solo: Solo) -> Iterator[Step]:
    yield probe_step("i1")
    yield probe_step("i1", by="source/sound")
    piece = solo.piece()
    yield glance_step("i1", piece.layers[0].clip)
    yield shots_step("i1", piece.layers[0].clip)
    yield from steps_of(piece)
    yield from still_steps(piece, piece.frames // 2)
    yield listen_step(piece, Path())


def _chosen(solo: Solo) -> str:
    """Return the file that the dice choose from the input files, as JSON, or "" for a draft."""
    if isinstance(solo.stage, Draft):
        return ""
    paths, hears = solo.request.inputs, solo.hears
    each = [one.facts() for one in (solo.sounds if hears else solo.clips)]
    files = [
        {"digest": digest_file(path), "name": str(path), "own": False, "facts": facts}
        for path, facts in zip(paths, each, strict=True)
    ]
    what = {"bed": 1, "sounds": files} if hears else {"layer": solo.request.layer, "clips": files}
    knobs = {**solo.settings.piece(), **solo.settings.layer(solo.request.layer)}
    choice = solo.play.analyze(knobs, **what, taken=[])
    return json.dumps({"sound" if hears else "clip": choice["name"]})


def _muxed(solo: Solo) -> str:
    """Join encoded parts, and a sound if the last file is a sound, without encoding anything."""
    wanted(solo, (".mp4",))
    paths = solo.request.inputs
    has_sound = paths[-1].suffix.lower() in (".m4a", ".aac", ".mp3")
    count = len(paths) - has_sound
    if not count:
        raise InputError(
            f"{solo.name} joins pictures",
            why=f"{paths[0].name} is a sound",
            fix=f"python -m collide {solo.name} -i PART.mp4 -i SOUND.m4a -o NAME.mp4",
        )
    solo.request.inputs = paths[:count]
    piece, parts = solo.piece(), {f"@E{at:03d}": Input(f"i{at}") for at in range(1, count + 1)}
    arguments = {"sound": has_sound, "recipe": "", "fps": piece.fps}
    job = command_job(
        solo.catalog, "blend/mux", {}, arguments,
        inputs={**parts, **({"@sound": Input(f"i{len(paths)}")} if has_sound else {})},
        lists={"@parts": list(parts)},
        frames={"video.mp4": sum(clip.frames for clip in solo.clips)},
        size=1 << 40,
    )  # fmt: skip
    return deliver(solo, Step("file", lambda *_: job), "video.mp4")
