"""How much work each step of a piece is, and how much disk it takes: what prices are made of."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from collide import segments
from collide.build.key import Step
from collide.catalog import instrument
from collide.graph.piece import Piece
from collide.step import RATE, wide_and_high

# Bytes of a kept picture, of those it has raw. Real clips lie on both sides: 0.3 to 0.6, and
# 0.2 to 0.4.
SHARES = {"raw": 1.0, "ffvhuff": 0.5, "ffv1": 0.35}

PICTURES = ("stack", "post", "encode")  # tasks that are a segment each


def measured(piece: Piece, step: Step) -> Step:
    """Return a step with its amount (megapixels, seconds of sound, or 1) and its bytes."""
    width, height = wide_and_high(piece.knobs["output_size"])
    number = re.match(r"\d+", step.task.partition(":")[2])
    if step.kind == "layer" and number:
        layer = piece.layers[int(number[0]) - 1]
        frames, alpha = layer.material, layer.number > 1
    elif step.kind in PICTURES and number:
        spans = segments.spans(piece.frames, segments.length(piece.fps))
        frames, alpha = spans[int(number[0])].count, False
    elif step.kind == "matte":
        return step  # it knows how often it looks
    elif step.kind == "post":  # over the whole piece
        frames, alpha = piece.frames, False
    elif step.kind == "plate":
        frames = instrument(f"post/{step.task.partition(':')[2]}").PLATE_FRAMES
        alpha = False
    elif step.kind in ("audio", "mix"):
        return replace(step, amount=piece.seconds, bytes=round(piece.seconds * RATE * 8))
    else:
        return replace(
            step, amount=piece.seconds if step.kind in ("hear", "loudness", "mux") else 1.0
        )
    amount = frames * width * height / 1e6
    chroma = piece.knobs["chroma"] if step.kind == "layer" else "420"
    size = round(amount * 1e6 * depth(chroma, alpha=alpha) * SHARES[piece.knobs["storage"]])
    return replace(step, amount=amount, bytes=0 if step.kind == "encode" else size)


def depth(chroma: str, *, alpha: bool) -> float:
    """Return the bytes of a pixel of 8 bits, its share of the color planes with it."""
    return (3.0 if chroma == "444" else 1.5) + alpha


def whole(piece: Mapping[str, Any], layers: int) -> float:
    """Return the bytes that a piece takes while it is made, kept raw.

    Args:
        piece: its knobs.
        layers: how many there are; each may be as long as the piece.
    """
    width, height = wide_and_high(piece["output_size"])
    each = depth(piece["chroma"], alpha=True)
    return float(piece["duration"] * piece["fps"] * width * height * (each * layers + 1.5))
