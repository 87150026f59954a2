"""Shell commands to paste: the commands of one step, or one command for the whole piece.

Nothing is run here, except to bring back evicted objects that the single command reads. The single
command is plain ffmpeg. Before the encoder, it must produce the same frames as a render in
segments; tests compare the frames. It is also the baseline of the benchmarks. Its filters for loops
and reversals keep all frames of a layer in memory, which a render avoids.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from collide.base.errors import InputError
from collide.engine.safety import Source, pasteable, program, quoted, script, spelled
from collide.instrument import (
    BITEXACT,
    MASKS,
    RATE,
    TAGS,
    TRIED,
    Argv,
    Run,
    Span,
    chain,
    clock,
    graph,
    lent,
    opened,
    pictures_of,
    seek,
    since,
    sound_of,
    sound_since,
    steadied,
)
from collide.plan import post_chain
from collide.plan.clip_levels import leveled
from collide.plan.color_steps import film_tasks, held
from collide.plan.layer_chain import END, around, kept_parts, labeled, pace, sought
from collide.plan.layer_steps import asked_of, laid, streams
from collide.plan.planner import Plan
from collide.plan.table import facts
from collide.plan.voices import named_voice, placed, voice_names
from collide.project.layers import Layer
from collide.project.piece import Piece
from collide.project.selection import Pick
from collide.run.build_state import BuildState
from collide.run.forecast import predict
from collide.run.perform import opened_input
from collide.run.play import lists_of
from collide.run.session import Session
from collide.store.step import TABLE, Input, Job, Results, Step, made_by, tables

REPORTED = (
    "# the next command depends on what this one reports; cache/runs/*.log lists both as they ran"
)


def lines_of(session: Session, plan: Plan, step: Step) -> Iterator[str]:
    """Yield the commands of one step (ready to paste) and comments on steps that must run first."""
    state = session.state
    typed = [word for word in session.run.words if "=" in word]
    guesses = predict(state, plan).guesses
    before = (guesses[task] for task in step.needs if task in guesses)
    if waits := [guess.task for guess in before if guess.verdict in ("render", "maybe")]:
        lines = (pasteable(["doit", task, *typed]) for task in waits)
        yield from (f"# run this first, for its inputs: {line}" for line in lines)
        return
    job = state.job(step)
    if job.shape == "analyze":
        yield f"# no command: Python calls {job.play} {job.shape} with {json.dumps(job.arguments)}"
        return
    for source in job.inputs.values():
        if source.task and not state.store.object(source.digest).exists():
            line = pasteable(["doit", source.task, *typed])
            yield f"# run this first, since its object was evicted: {line}"
    yield from _commands(state, job)


def _commands(state: BuildState, job: Job) -> Iterator[str]:
    if job.shape != "passes":
        yield _lines(state, job, job.argv(state.catalog), first=True)
        return
    passes, first = job(state.catalog), True
    try:
        argv = next(passes)
        while True:
            yield _lines(state, job, argv, first=first)
            argv, first = passes.send(""), False
    except StopIteration:
        return
    except (ValueError, IndexError):
        yield REPORTED


def _lines(state: BuildState, job: Job, argv: Argv, *, first: bool) -> str:
    sources = {token: _source(state, source) for token, source in job.inputs.items()}
    if argv[0] == TRIED:
        argv = argv[1:]
    if argv[0] == MASKS:
        return pasteable(program("engine.masks", [str(sources[argv[1]].path), *argv[2:]]))
    lists = lists_of(job, sources)
    places = sources | {name: Source(Path(name), trusted=True, demuxer="concat") for name in lists}
    places |= {word: Source(Path(word[2:]), trusted=True) for word in argv if word[:2] == "@@"}
    beside = {name: source.path for name, source in sources.items() if name[0] != "@"}
    return script(spelled(state.engine.path, argv, places), None, lists, beside, first=first)


def _source(state: BuildState, source: Input) -> Source:
    if source.task:
        return Source(state.store.object(source.digest), trusted=True, demuxer=source.demuxer)
    if source.path or source.role == TABLE:
        return opened_input(state, source)
    place = state.library.place(source.digest)
    return Source(place or Path(f"the clip {source.digest[:8]}"), trusted=False)


def one_command(state: BuildState, piece: Piece, results: Results, output: str) -> str:
    """Return the piece as one shell command, given the results of its analysis and its sound."""
    argv: Argv = []
    sources = {}
    for layer in piece.layers:
        sources[f"@C{layer.number}"] = _clip_source(state, layer.pick)
        argv += [*_opened(piece, layer), f"@C{layer.number}"]
    films = [f"@{task}" for layer in piece.layers for task in film_tasks(layer)]
    for token in films:
        sources[token] = opened_input(state, made_by(results, token[1:], "matte.mp4", "mp4"))
        argv += ["-i", token]
    at, span = len(sources), Span(0, piece.frames)
    more, plates, plate_sources = post_chain.joined(piece, post_chain.plates(piece), span, at=at)
    sources |= {
        token: opened_input(state, made_by(results, *one)) for token, one in plate_sources.items()
    }
    argv += more
    first = argv.count("-i")
    for bed in piece.beds:
        sources[f"@B{bed.pick.layer}"] = _clip_source(state, bed.pick)
        argv += [*seek(bed.pick.start), "-i", f"@B{bed.pick.layer}"]
    sounds = _sounds(piece, results, first)
    pictures = [text for layer in piece.layers for text in _layer(piece, layer, results)]
    stack = laid(piece, results, span, to="stack")
    chains = [*pictures, *stack, *plates, _post(piece), *sounds]
    for layer in piece.layers:
        for name, table in tables(layer.clip).items():
            place = quoted(opened_input(state, table).path)
            chains = [text.replace(f"lut3d=file={name}", f"lut3d=file={place}") for text in chains]
    for at, layer in enumerate(_unsteady(piece)):
        argv += steadied(layer.clip, layer.number - 1, at)
    argv += ["-filter_complex", graph(*chains), "-map", "[v]", *_maps(piece), *BITEXACT, output]
    return pasteable(spelled(state.engine.path, argv, sources))


def _clip_source(state: BuildState, pick: Pick) -> Source:
    path = state.library.place(pick.digest)
    if path is None:
        raise InputError(
            f"the {pick.file} of {pick} is missing",
            why=f"{pick.name} was deleted or changed, or its disk is not plugged in",
            fix="restore it: the command reads the original files",
        )
    return Source(path, trusted=False)


def _opened(piece: Piece, layer: Layer) -> Argv:
    """Return the options that open a layer's clip, including the neighboring frames it needs."""
    layer_facts = facts(piece, layer, {})
    more = around(layer_facts)
    seconds = layer.reads(piece.fps, layer.material + 2 + more) + 0.1
    return opened(sought(layer_facts, more), layer.start, seconds)[:-1]


def _matte(piece: Piece, layer: Layer) -> str:
    """Return the chain that reads a layer's masks, or "" if the layer has no matte."""
    tasks = film_tasks(layer)
    if not tasks:
        return ""
    before = piece.layers[: layer.number - 1]
    first = len(piece.layers) + sum(len(film_tasks(other)) for other in before)
    pads = "".join(f"[{first + index}:v:0]" for index in range(len(tasks)))
    film = f"{pads}concat=n={len(tasks)}," if len(tasks) > 1 else pads
    return held(piece, layer, film)


def _post(piece: Piece) -> str:
    """Return the chain from the stack to the finished picture."""
    names = [name for run in post_chain.runs(piece) for name in run.names]
    instrument = piece.catalog.instrument
    once = [name for name in names if not hasattr(instrument(f"post/{name}"), "passes")]
    if len(once) < len(names):
        raise InputError(
            f"{next(name for name in names if name not in once)} cannot be rendered in one command",
            why="it analyzes the whole piece before changing it",
            fix=f"export without it: post={','.join(once) or 'none'}",
        )
    effects = chain(*post_chain.played(piece, names, first=0)) or "null"
    for knob, file in piece.files.items():
        effects = effects.replace(f"={lent(knob, file.name)}", f"={quoted(file.path)}")
    return f"[stack]{TAGS},{clock(piece.fps)},{effects}[v]"


def _layer(piece: Piece, layer: Layer, results: Results) -> list[str]:
    """Return the chains from a clip to its kept planes, with the frames in viewing order."""
    layer_facts = leveled(asked_of(piece, layer, results, _matte(piece, layer)), results)
    counted = piece.catalog.instrument("blend/layer").counted
    more = around(layer_facts)
    clip = sought(layer_facts, more)
    paced = chain(since(clip, layer.start), pace(replace(layer_facts, lead=more)))
    head = chain(paced, counted(layer.material, piece.fps, more))
    source = f"[{pictures_of(clip, layer.number - 1)}]"
    kept = kept_parts(layer_facts, source, head, frames=layer.material)
    whole = (Run(0, layer.material),)
    if layer.material == piece.frames and layer.course.runs == whole:
        return kept
    # frames are repeated only after all of them exist, because each needs its neighbors in time
    return [*(labeled(text, "a") for text in kept), *_ordered(piece, layer)]


def _ordered(piece: Piece, layer: Layer) -> Iterator[str]:
    """Yield the chains from a layer's kept frames (`[k2a]`) to its shown frames (`[k2]`).

    The outgoing frames of cross-fades are `[k2e]`.
    """
    course, order = layer.course, piece.catalog.instrument("blend/loop").ordered
    fading = course.fading(Span(0, piece.frames)).count
    for label in streams(piece, [layer]):
        seen = f"{order(course.runs, piece.frames, piece.fps, f'{label}r')},{TAGS}[{label}]"
        if not course.ends or not fading:
            yield f"[{label}a]{seen}"
            continue
        yield f"[{label}a]split[{label}b][{label}c]"
        yield f"[{label}b]{seen}"
        goes = order((course.ends,), fading, piece.fps, f"{label}g")
        yield f"[{label}c]{goes},{TAGS}[{label}{END}]"


def _sounds(piece: Piece, results: Results, first: int) -> list[str]:
    """Return the chains of the sound, with measured gains and the first bed at input `first`."""
    mix, loudness = (piece.catalog.instrument(f"audio/{n}") for n in ("mix", "loudness"))
    chains, pads, tracks = [], "", _tracks(piece, first)
    for track, name in zip(tracks, voice_names(piece), strict=True):
        one = named_voice(piece, name)
        voice_chain = placed(piece, one, results[f"hear:{name}"].facts)
        begins = (
            sound_since(one.opened["clip"], one.opened["start"]) if "clip" in one.opened else ""
        )
        chains.append(f"[{track}]{chain(begins, voice_chain)}[sound{name}]")
        pads += f"[sound{name}]"
    if not chains:
        return []
    measured = results["loudness"].facts
    summed = mix.summed(piece.knobs, count=len(chains), samples=piece.samples)
    loud = loudness.louder(measured["gain"], measured["limit"], piece.samples)
    return [*chains, f"{pads}{summed},{loud}[a]"]


def _unsteady(piece: Piece) -> list[Layer]:
    """Return the heard layers whose sound changes its channels or rate in the clip."""
    return [layer for n in piece.heard if not (layer := piece.layers[n - 1]).clip.steady]


def _tracks(piece: Piece, first: int) -> list[str]:
    """Return the stream of each voice, with the first bed at input `first`."""
    again = {layer.number: f"dec:{at}" for at, layer in enumerate(_unsteady(piece))}
    layers = (piece.layers[number - 1] for number in piece.heard)
    tracks = [again.get(one.number) or sound_of(one.clip, one.number - 1) for one in layers]
    return [*tracks, *(f"{first + at}:a:0" for at in range(len(piece.beds)))]


def _maps(piece: Piece) -> Argv:
    encode = piece.catalog.instrument("blend/encode")
    argv: Argv = list(encode.coded(piece.knobs))
    if piece.sounds:
        rate = f"{piece.knobs['audio_bitrate']}k"
        argv = ["-map", "[a]", *argv, "-c:a", "aac", "-b:a", rate, "-ar", str(RATE)]
    return [*argv, "-movflags", "+faststart", "-f", "mp4"]
