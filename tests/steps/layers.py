"""One layer of a piece, rendered from a single picture with the filter chains of collide/plan."""

from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from collide.catalog import shipped
from collide.instrument import SWS, TAGS, clock, wide_and_high
from collide.plan.layer_chain import alpha, corner, in_frame, kept_parts, laid_over, space, stacked
from collide.plan.table import Facts
from collide.project.layers import Layer
from collide.project.piece import Piece
from collide.project.selection import Pick
from tests.steps.samples import CLIP, middle
from tests.steps.studio import filtered, staged

WHITE = {"colors": ["0xFFFFFF"]}
NEUTRAL = {"color_shift": False, "similarity": 0.3, "softness": 0.0, "mode": "fixed",
           "smooth": 0.0, "steady": 0.0}  # fmt: skip


@dataclass(frozen=True)
class Played:
    """Layer 2 of a piece, with a single picture as its clip."""

    facts: Facts
    chroma: str

    @classmethod
    def of(
        cls, shape: tuple[int, int], size: str, pixels: str = "yuv444p", chroma: str = "444",
        answer: dict[str, Any] | None = None, **turned: Any,
    ) -> "Played":  # fmt: skip
        """Return layer 2 for a frame of `size`, a clip of `shape`, and the `turned` knobs."""
        clip = replace(CLIP, width=shape[0], height=shape[1], pixels=pixels)
        knobs = {**middle(), **NEUTRAL, "output_size": size, "fps": 25, **turned}
        layer = Layer(2, Pick(2, "d" * 32, "a.mp4", 0.0), clip, knobs, knobs, shipped())
        whole = {"output_size": size}
        piece = SimpleNamespace(knobs=whole, fps=25, chroma_of=lambda _: chroma)
        return cls(Facts(cast("Piece", piece), layer, answer or WHITE, ""), chroma)

    @property
    def kept(self) -> list[str]:
        """Return the chains from `[0:v:0]` to the kept planes."""
        return kept_parts(self.facts, "[0:v:0]", "null")

    @property
    def laid(self) -> list[str]:
        """Return the chains from the kept planes to `[l2]`."""
        return stacked(self.facts, self.chroma, (clock(25), clock(25)))

    @property
    def size(self) -> tuple[int, int]:
        """Return the size of the frame."""
        return wide_and_high(self.facts.output_size)

    def whole(self) -> str:
        """Return the chain from the clip's picture to the whole frame, with the layer in it."""
        return self._made(*self.kept, *self.laid, f"[l2]{space(self.facts) or 'null'}")

    def look(self) -> str:
        """Return the chain from the clip's picture to the kept color plane."""
        sinks = [f"[{'c' if name == 'cut' else 'o'}2]nullsink" for name in self.facts.layer.planes]
        return self._made(*self.kept, *sinks, "[k2]null")

    def counted(self) -> str:
        """Return the chain from the clip's picture to its alpha in the frame, without colors."""
        last = alpha(self.facts, in_frame(self.facts))
        return self._made(*self.kept, "[k2]nullsink", *last, "[a2]null")

    def over(self, *, padded: bool = False) -> str:
        """Return the chain that lays the layer, padded first if `padded` is true, over a color."""
        (wide, high), laid = self.size, laid_over(self.facts, self.chroma, "k1")
        below = f"color=0x204080:s={wide}x{high}:r=25:d=0.04,format=yuv{self.chroma}p,{TAGS}[k1]"
        graphs = [*self.kept, *self.laid, below]
        if padded:
            lay = self.facts.layer.catalog.instrument("blend/lay")
            given = {"below": "k1", "above": "w2", "chroma": self.chroma}
            graphs.append(f"[l2]{space(self.facts) or 'null'}[w2]")
            laid = lay.filters(self.facts.layer.knobs, **given)
        return self._made(*graphs, laid.removesuffix("[s2]"))

    def _made(self, *graphs: str) -> str:
        """Join graphs into one chain that begins with the clip's picture in its pixel format."""
        return f"{self.camera},{';'.join(graphs).removeprefix('[0:v:0]')}"

    @property
    def camera(self) -> str:
        """Return the chain that converts RGB to the clip's pixel format."""
        camera = f"scale=iw:ih:out_range=tv:out_color_matrix=bt709:flags={SWS}"
        return f"{camera},format={self.facts.layer.clip.pixels}"

    @property
    def corner(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the position of the layer's visible part in the frame, and its size."""
        return corner(self.facts)

    def seen(
        self, folder: Path, made: str, picture: np.ndarray, pixels: str, kind: str = "all"
    ) -> np.ndarray:
        """Return a picture (RGB or RGBA) after a chain, as (height, width, bytes)."""
        raw = filtered(folder, made, staged(folder, picture), pixels, kind)
        wide, high = self.size
        return np.frombuffer(raw, np.uint8).reshape(high, wide, -1).astype(int)
