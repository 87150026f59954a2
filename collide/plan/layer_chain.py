"""Filter chains for a layer: from the clip to the kept planes and from the planes to the stack."""

import re
from dataclasses import replace
from functools import partial

from collide.instrument import TAGS, Clip, Span, chain, wide_and_high
from collide.plan.table import (
    AROUND,
    CUT,
    DRIFT,
    EDGE,
    FIT,
    KEY,
    LAY,
    LOOK,
    LOOP,
    MOVE,
    MOVE_ALPHA,
    NORMAL,
    PACE,
    PLACE,
    PLANE,
    STEADY,
    THIN,
    WHOLE,
    Facts,
    after,
    filters,
    fogged,
    played,
    rows,
    still,
)

END = "e"  # suffix of labels for the outgoing frames of a cross-fade
LABEL = re.compile(r"\[([A-Za-z_][\w-]*)\]")


def whole(facts: Facts) -> str:
    """Return the chain that makes decoded pictures progressive and uniform in shape."""
    whole_chain = chain(*(played(row, facts) for row in WHOLE if row.when(facts.layer)))
    if not still(facts.layer):
        return whole_chain
    # a still's colors are converted to BT.709 once, before it is repeated
    return chain("trim=end_frame=1", whole_chain, _normal(facts))


def around(facts: Facts) -> int:
    """Return how many neighboring frames on each side the cut of a frame depends on."""
    layer = facts.layer
    if not STEADY.when(layer) or (layer.only and STEADY.play not in layer.only):
        return 0
    key = layer.catalog.instrument(STEADY.play)
    return int(key.neighbors(layer.knobs, clip=layer.clip, fps=facts.fps))


def sought(facts: Facts, lead: int) -> Clip:
    """Return a layer's clip, opened early enough for `lead` frames before its start."""
    clip, play = facts.layer.clip, facts.layer.catalog.instrument(PACE.play)
    if not lead:
        return clip
    ahead = play.lead_seconds(facts.layer.knobs, fps=facts.fps, clip=clip, lead=lead)
    return replace(clip, early=max(clip.early, ahead))


def pace(facts: Facts) -> str:
    """Return the chain that converts a clip's pictures to the piece's frame rate."""
    return chain(whole(facts), played(DRIFT if still(facts.layer) else PACE, facts))


def normal(facts: Facts) -> str:
    """Return the chain that converts colors to BT.709, or "" for a still (see `whole`)."""
    return "" if still(facts.layer) else _normal(facts)


def _normal(facts: Facts) -> str:
    return chain(*(played(row, facts) for row in NORMAL if row.when(facts.layer)))


def colors(facts: Facts) -> str:
    """Return the chain that converts a layer to the colors that its key works on."""
    catalog = facts.layer.catalog
    return chain(normal(facts), filters(facts, *after(catalog, PACE.play), *rows(catalog, *LOOK)))


def fitted(facts: Facts) -> str:
    """Return the chain that scales a color plane to its kept size."""
    first, *rest = FIT
    return filters(facts, first, *after(facts.layer.catalog, first.play), *rest)


def kept_parts(
    facts: Facts, source: str, head: str, *, frames: int = 0, apart: bool = False
) -> list[str]:
    """Return the chains from the pad `source` to a layer's kept planes: `[k2]`, `[c2]`, `[o2]`.

    `head` is the chain from the clip's pictures to `frames` pictures of the layer, plus `around`
    more pictures at each end. If `apart` is true, the frames are not consecutive, so their cut is
    not steadied.
    """
    layer, more = facts.layer, 0 if apart else around(facts)
    chains: list[str] = layer.catalog.instrument("blend/layer").parts(
        source,
        layer=layer.number,
        head=head,
        colors=colors(facts),
        fitted=fitted(facts),
        cut=filters(facts, *CUT),
        own="own" in layer.planes,
        chroma=facts.piece.chroma_of(layer),
        steady=played(STEADY, facts) if more else "",
        around=more,
        frames=frames,
    )
    return chains


def alpha(facts: Facts, then: str = "") -> list[str]:
    """Return the chains from a layer's planes to its alpha (`[a2]`), as large as the color plane.

    `then` is a chain to apply to the alpha.
    """
    n, sized = facts.layer.number, filters(facts, *PLANE)
    key = chain(filters(facts, *KEY), sized, filters(facts, *EDGE))
    if "own" not in facts.layer.planes:
        return [f"[c{n}]{chain(key, then) or 'null'}[a{n}]"]
    planes = [f"[c{n}]{key or 'null'}[v{n}]", f"[o{n}]{sized or 'null'}[w{n}]"]
    return [*planes, f"[v{n}][w{n}]{chain('blend=all_mode=multiply', then)}[a{n}]"]


def in_frame(facts: Facts) -> str:
    """Return the chain that places a layer's alpha in the frame, which is otherwise transparent."""
    fit, layer = facts.layer.catalog.instrument("blend/fit"), facts.layer
    options = {"clip": layer.clip, "output_size": facts.fitted, "layer": layer.number}
    fog = fit.around(layer.knobs, **options, plane=True) if fogged(layer) else ""
    return chain(fog, filters(facts, MOVE_ALPHA, AROUND[1], PLACE), space(facts))


def space(facts: Facts) -> str:
    """Return the chain that pads a layer's visible part to the frame; "" if it fills the frame."""
    (x, y), part = corner(facts)
    frame = wide_and_high(facts.output_size)
    return f"pad={frame[0]}:{frame[1]}:{x}:{y}:color=black@0" if part != frame else ""


def corner(facts: Facts) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the position and the size of a layer's visible part in the frame."""
    layer, place = facts.layer, facts.layer.catalog.instrument(PLACE.play)
    options = {"picture": facts.picture, "output_size": facts.output_size, "fog": facts.fog}
    first, part = place.corner(layer.knobs, **options)
    return first, part


def stacked(facts: Facts, chroma: str, times: tuple[str, str]) -> list[str]:
    """Return the chains from a layer's kept planes to its picture with alpha in the stack (`[l2]`).

    `times` are two chains that number frames: one from the start of the piece, the other from the
    start of the segment.
    """
    n, catalog = facts.layer.number, facts.layer.catalog
    sides = {f"k{n}": filters(facts, MOVE), f"a{n}": filters(facts, *THIN, MOVE_ALPHA)}
    # inputs without filters need no chain
    more = [f"[{pad}]{steps}[{pad}t]" for pad, steps in sides.items() if steps]
    look, clear = (f"[{pad}{'t' if steps else ''}]" for pad, steps in sides.items())
    effects = (filters(facts, *after(catalog, name)) for name in ("blend/key", PLACE.play))
    # these instruments (a project's own, for example) get the time of the piece
    timed, again = (TAGS, times[0]), times[1]
    own, moved = (chain(*timed, plays, again) if plays else "" for plays in effects)
    rest = chain(own, filters(facts, *AROUND, PLACE), moved, f"format=yuva{chroma}p", TAGS)
    return [*alpha(facts), *more, f"{look}{clear}alphamerge,{rest}[l{n}]"]


def going(facts: Facts, chroma: str, span: Span) -> list[str]:
    """Return the chains from a layer's outgoing frames in cross-fades to `[l2e]`, with alpha.

    Outgoing frames are processed like incoming frames, but from `[k2e]` and `[c2e]`, and with
    different labels and times.
    """
    timed = partial(facts.layer.catalog.instrument(LOOP.play).timed, facts.layer.course)
    ends, first = timed(span, facts.fps), timed(span, facts.fps, span.first)
    *parts, last = (labeled(text, END) for text in stacked(facts, chroma, (first, ends)))
    pad = f"[l{facts.layer.number}{END}]"
    return [*parts, f"{last.removesuffix(pad)},{ends}{pad}"]


def labeled(text: str, ending: str) -> str:
    """Append a suffix to all labels of a graph except input numbers."""
    return LABEL.sub(rf"[\g<1>{ending}]", text)


def faded_over(facts: Facts, chroma: str, span: Span, below: str) -> list[str]:
    """Return the graphs that cross-fade a layer over the layers below it, with the output pad `s2`.

    The graphs cross-fade two composites, one with the outgoing frame and one with the incoming
    frame, so holes and blend modes fade too.
    """
    n, course, play = (
        facts.layer.number,
        facts.layer.course,
        facts.layer.catalog.instrument(LOOP.play),
    )
    comes, goes = below, f"s{n}n"
    if facts.layer.keyed:
        comes = f"s{n}m"
        graphs = [
            *going(facts, chroma, span),
            f"[{below}]split[s{n}a][s{n}b]",
            laid_over(facts, chroma, f"s{n}a", to=comes),
            laid_over(facts, chroma, f"s{n}b", ending=END, to=goes),
        ]
    else:
        graphs = [f"[{below}{END}]{play.timed(course, span, facts.fps)}[{goes}]"]
    frame = wide_and_high(facts.output_size)
    options = {"comes": comes, "goes": goes, "to": f"s{n}", "size": frame, "chroma": chroma}
    return [*graphs, *play.crossed(course, span, facts.fps, **options)]


def laid_over(
    facts: Facts, chroma: str, below: str = "l1", *, ending: str = "", to: str = ""
) -> str:
    """Return the graph that lays a layer's pad `l2` over the layers below it, to the pad `s2`."""
    layer, (first, part) = facts.layer, corner(facts)
    overlay = layer.catalog.instrument(LAY.play).filters(
        layer.knobs,
        below=below,
        above=f"l{layer.number}{ending}",
        chroma=chroma,
        corner=first,
        part=part if part != wide_and_high(facts.output_size) else None,
    )
    return f"{overlay}[{to or f's{layer.number}'}]"
