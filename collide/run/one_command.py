"""The whole piece as one plain ffmpeg command: the proof of the cut, and what speed is measured by.

Its picture, before the encoder, is that of the segments, frame by frame. It loops with the loop
filter, which keeps a layer's frames in memory: what the store is there to avoid.
"""

from collide.base.errors import InputError
from collide.engine.safety import Source, pasteable, quoted, spelled
from collide.instrument import (
    BITEXACT,
    RATE,
    TAGS,
    Argv,
    Span,
    chain,
    clock,
    graph,
    lent,
    number,
    seek,
)
from collide.plan import post_chain
from collide.plan.layer_steps import answer_of, facts, laid
from collide.plan.matte_steps import film_tasks, held
from collide.plan.table import pace, picture
from collide.plan.voices import named_voice, placed, voice_names
from collide.project.piece import Layer, Piece
from collide.project.selection import Pick
from collide.run.build_state import BuildState
from collide.run.perform import opened_input
from collide.store.step import Results, made_by


def one_command(state: BuildState, piece: Piece, results: Results, output: str) -> str:
    """Return the command on one line, ready to paste.

    Args:
        results: of the analysis and the sound; nothing of the picture is needed.
        output: the file it writes.

    Raises:
        InputError: a clip is not here.
    """
    argv: Argv = []
    sources = {}
    for layer in piece.layers:
        sources[f"@C{layer.number}"] = _source(state, layer.pick)
        seconds = number(round(layer.reads(piece.fps, more=2) + 0.1, 6))
        argv += [*seek(layer.pick.start), "-t", seconds, "-i", f"@C{layer.number}"]
    films = _films(state, piece, results)
    for token, source in films.items():
        sources[token] = source
        argv += ["-i", token]
    opened, plates = _plates(state, piece, results, sources)
    argv += opened
    first = argv.count("-i")
    for bed in piece.beds:
        sources[f"@B{bed.pick.layer}"] = _source(state, bed.pick)
        argv += [*seek(bed.pick.start), "-i", f"@B{bed.pick.layer}"]
    sounds = _sounds(piece, results, first)
    chains = [*_pictures(piece, results), *plates, _post(piece), *sounds]
    argv += ["-filter_complex", graph(*chains), "-map", "[v]", *_maps(piece), *BITEXACT, output]
    return pasteable(spelled(state.engine.path, argv, sources))


def _source(state: BuildState, pick: Pick) -> Source:
    path = state.library.place(pick.digest)
    if path is None:
        raise InputError(
            f"the {pick.file} of {pick} is not here",
            why=f"{pick.name} was deleted, or its disk is not plugged in",
            fix="bring it back: the command reads the files themselves",
        )
    return Source(path, trusted=False)


def _films(state: BuildState, piece: Piece, results: Results) -> dict[str, Source]:
    """Return the films of mattes, out of the store, in the order of their layers and pieces."""
    made = [f"@{task}" for layer in piece.layers for task in film_tasks(layer)]
    return {
        token: opened_input(state, made_by(results, token[1:], "matte.mp4", "mp4"))
        for token in made
    }


def _matte(piece: Piece, layer: Layer) -> str:
    """Return the chain that gives a layer's masks, looped as it is; "" where a key is cut."""
    tasks = film_tasks(layer)
    if not tasks:
        return ""
    before = piece.layers[: layer.number - 1]
    first = len(piece.layers) + sum(len(film_tasks(other)) for other in before)
    pads = "".join(f"[{first + index}:v:0]" for index in range(len(tasks)))
    film = f"{pads}concat=n={len(tasks)}," if len(tasks) > 1 else pads
    return held(piece, layer, film, looped=layer.material < piece.frames)


def _pictures(piece: Piece, results: Results) -> list[str]:
    finish = piece.catalog.instrument("blend/stack").finish
    chains = [_layer(piece, layer, results) for layer in piece.layers]
    return [*chains, *laid(piece), finish(len(piece.layers), to="stack")]


def _plates(
    state: BuildState, piece: Piece, results: Results, sources: dict[str, Source]
) -> tuple[Argv, list[str]]:
    """Return how the plates are opened, out of the store, and the chains that repeat them."""
    films = sum(len(film_tasks(layer)) for layer in piece.layers)
    span, at = Span(0, piece.frames), len(piece.layers) + films
    opened, chains, made = post_chain.joined(piece, post_chain.plates(piece), span, at=at)
    for token, source in made.items():
        sources[token] = opened_input(state, made_by(results, *source))
    return opened, chains


def _post(piece: Piece) -> str:
    """Return the chain from the stack to the finished picture.

    Raises:
        InputError: one of the chain must look at the whole piece before it changes a pixel.
    """
    names = [name for run in post_chain.runs(piece) for name in run.names]
    instrument = piece.catalog.instrument
    once = [name for name in names if not hasattr(instrument(f"post/{name}"), "passes")]
    if len(once) < len(names):
        raise InputError(
            f"{next(name for name in names if name not in once)} cannot be played in one command",
            why="it goes through the whole piece first, and changes it then",
            fix=f"export without it: post={','.join(once) or 'none'}",
        )
    made = chain(*post_chain.played(piece, names, first=0)) or "null"
    for knob, file in piece.files.items():
        made = made.replace(f"={lent(knob, file.name)}", f"={quoted(file.path)}")
    return f"[stack]{TAGS},{clock(piece.fps)},{made}[v]"


def _layer(piece: Piece, layer: Layer, results: Results) -> str:
    asked = facts(piece, layer, answer_of(layer, results), _matte(piece, layer))
    looped = ""
    if layer.material < piece.frames:
        # trim, loop, then filter: the order of a plain script, and small frames to remember
        ends = f"tpad=stop=2:stop_mode=clone,trim=end_frame={layer.material},{clock(piece.fps)}"
        looped = f"{ends},loop=loop=-1:size={layer.material}"
    made = piece.catalog.instrument("blend/layer").picture(
        picture(asked, chain(pace(asked), looped)),
        frames=piece.frames,
        fps=piece.fps,
        chroma=piece.knobs["chroma"],
        keyed=layer.keyed,
    )
    return f"[{layer.number - 1}:V:0]{made}[l{layer.number}]"


def _sounds(piece: Piece, results: Results, first: int) -> list[str]:
    """Return the chains of the sound, every gain as it was measured; input `first` is a bed's."""
    mix, loudness = (piece.catalog.instrument(f"audio/{n}") for n in ("mix", "loudness"))
    inputs = [*(n - 1 for n in piece.heard), *range(first, first + len(piece.beds))]
    chains, pads = [], ""
    for at, name in zip(inputs, voice_names(piece), strict=True):
        made = placed(piece, named_voice(piece, name), results[f"hear:{name}"].facts["lufs"])
        chains.append(f"[{at}:a:0]{made}[a{name}]")
        pads += f"[a{name}]"
    if not chains:
        return []
    measured = results["loudness"].facts
    summed = mix.summed(piece.knobs, count=len(chains), samples=piece.samples)
    loud = loudness.louder(measured["gain"], measured["limit"], piece.samples)
    return [*chains, f"{pads}{summed},{loud}[a]"]


def _maps(piece: Piece) -> Argv:
    encode = piece.catalog.instrument("blend/encode")
    argv: Argv = list(encode.coded(piece.knobs))
    if piece.sounds:
        rate = f"{piece.knobs['audio_bitrate']}k"
        argv = ["-map", "[a]", *argv, "-c:a", "aac", "-b:a", rate, "-ar", str(RATE)]
    return [*argv, "-movflags", "+faststart", "-f", "mp4"]
