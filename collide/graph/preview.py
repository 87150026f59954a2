"""What is looked at and heard before a piece is rendered: a small video of it, its mix alone."""

from pathlib import Path

from collide import segments
from collide.build.key import Job, Results, Step, made_by
from collide.catalog import instrument
from collide.graph import post
from collide.graph.picture import most_bytes
from collide.graph.piece import Piece
from collide.step import BITEXACT, RATE, TAGS, Span, clock, graph, number, wide_and_high

SHORT = 360  # pixels of the shorter side


def small(size: str) -> str:
    """Return the size of a preview: 360 lines, in the shape of `size`, and never larger than it."""
    width, height = wide_and_high(size)
    share = min(1.0, SHORT / min(width, height))
    return "x".join(str(2 * max(8, round(side * share / 2))) for side in (width, height))


def preview_step(piece: Piece, span: Span, deliver: Path) -> Step:
    """Return the step that makes a small video of some frames, with their sound.

    Args:
        piece: in its small size.
        span: of its frames.
        deliver: where people see it.
    """
    size, fps = segments.length(piece.fps), piece.fps
    first, last = span.first // size, (span.first + span.count - 1) // size
    made = [post.picture(piece.knobs, index) for index in range(first, last + 1)]
    counts = [part.count for part in segments.spans(piece.frames, size)]
    tokens = {f"@P{index:03d}": one for index, one in enumerate(made)}
    at = span.first - first * size
    cut = f"{clock(fps)},trim=start_frame={at}:end_frame={at + span.count},{clock(fps)},{TAGS}"
    chains, sound = [f"[0:v:0]{cut}[v]"], list[str]()
    if piece.sounds:
        begin, end = (round(frame * RATE / fps) for frame in (span.first, span.first + span.count))
        chains.append(f"[1:a:0]atrim=start_sample={begin}:end_sample={end},asetpts=N/SR/TB[a]")
        sound = ["-map", "[a]", "-c:a", "aac", "-b:a", "128k", "-ar", str(RATE)]
    coded = instrument("blend/encode").coded(
        {"encoding_preset": "ultrafast", "crf": 26, "fps": fps}
    )
    argv = [
        *("-safe", "0", "-i", "@pictures", *(["-i", "@sound"] if sound else [])),
        *("-filter_complex", graph(*chains), "-map", "[v]", *coded, *sound, *BITEXACT),
        *("-movflags", "+faststart", "-f", "mp4", "preview.mp4"),
    ]

    def job(results: Results) -> Job:
        inputs = {token: made_by(results, *one, "nut") for token, one in tokens.items()}
        if sound:
            inputs["@sound"] = made_by(results, "loudness", "sound.m4a", "mp4")
        return Job(
            "blend/encode",
            inputs,
            argv=argv,
            lists={"@pictures": list(tokens)},
            lasts={token: counts[first + at] / fps for at, token in enumerate(tokens)},
            frames={"preview.mp4": span.count},
            work=span.count,
            size=most_bytes(piece, span.count),
        )

    says = {"from": number(span.first / fps), "for": number(span.count / fps)}
    needs = (*dict.fromkeys(task for task, _ in made), *(("loudness",) if sound else ()))
    return Step("preview", job, needs, says=says, deliver={"preview.mp4": deliver})


def listen_step(deliver: Path) -> Step:
    """Return the step that measures the finished sound, and lays it where it can be played."""
    play = instrument("audio/listen")

    def job(results: Results) -> Job:
        return Job(
            "audio/listen",
            {"@sound": made_by(results, "loudness", "sound.m4a", "mp4")},
            passes=lambda: play.passes({}),
            version=play.VERSION,
        )

    return Step("listen", job, ("loudness",), deliver={"mix.m4a": deliver})
