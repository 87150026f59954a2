"""blend/loop: the order of a layer's visible pictures, and how it starts over.

Played in the stack, on the kept frames of a layer, so turning these knobs never renders a layer
again. A layer as long as the piece never starts over. A layer's sound is never reversed. It may
start over when the picture starts over or turns back, and it continues under a frozen picture. A
cross-fade joins two pictures of the stack, one with the outgoing frame and one with the incoming
frame, so the edges of a key do not darken. Reads a layer's kept frames; writes the visible frames.
"""

from collide.instrument import (
    PLANE,
    TAGS,
    Choice,
    Course,
    FrameRate,
    Knobs,
    Limit,
    Range,
    Run,
    Span,
    Toggle,
    chain,
    clock,
    number,
)

DEFAULTS = {
    # what is seen when a layer starts over before the piece ends
    # low end: cut = a jump, like a scratched record; fade = the end melts into the beginning
    # high end: back = it runs back and forth, a swing, and nothing ever jumps: smoke falls, cars
    # reverse
    # typical fade; back for water, leaves and flames; cut for a beat
    "loop": "fade",

    # how many seconds the end of a layer takes to melt into its beginning, at most two fifths of it
    # low: 0.1 = a blink; high: 3 = two pictures for a while, everything that moves is there twice
    # typical 1, as films dissolve: frames at the seam differ hardly twice as much as usual; 2 for
    # clouds
    "loop_fade": 1.0,

    # whether a layer is seen from its end to its beginning; its sound is not reversed
    # low: false = as it was; high: true = divers leap out of the water. A longer piece shows more
    # of a long clip, and so begins at a later picture in it
    # typical false
    "reverse": False,

    # the time in the piece, in seconds, whose picture a layer shows throughout; its sound goes on
    # low: -1 = it moves; 0 = its first picture is a photograph; high: 60 = the picture that is seen
    # after a minute
    # typical -1; take the time from a still that you like
    "freeze": -1.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "loop": Choice(("cut", "fade", "back")),
    "loop_fade": Range(0.0, 10.0),
    "reverse": Toggle(),
    "freeze": Range(-1.0, 3600.0),
}

ALIASES = {"reverse": "backwards"}

VALUE_ALIASES = {
    "loop": {
        "loop=back": "bounce pingpong ping-pong",
        "loop=fade": "crossfade",
        "loop=cut": "off no false none on yes true forever infinite",
    },
    "freeze": {
        "freeze=0": "true yes on",
        "freeze=-1": "false no off",
    },
}
PER_LAYER = tuple(DEFAULTS)
BEFORE = {"loop": "cut", "loop_fade": 1.0, "reverse": False, "freeze": -1.0}

TINY = 16  # pixels per side of a flat picture, before it is enlarged


def course(knobs: Knobs, *, material: int, frames: int, fps: FrameRate) -> Course:
    """Return the order of a layer's `material` kept frames in a `frames`-frame piece.

    A cross-fade of F frames joins the last F to the first F, so a round is F frames shorter.
    """
    if material == 1:
        return Course((Run(0, 1),))
    if knobs["freeze"] < 0:
        return _moving(knobs, material, frames, fps)
    stands = min(round(knobs["freeze"] * fps), frames - 1)
    whole = _straight(knobs, material)
    if stands >= material:
        whole = _moving(knobs, material, frames, fps)
    return Course((Run(whole.at(stands), 1),))


def again(course: Course, material: int) -> int:
    """Return how many frames a sound plays before it starts over, with its picture or at a turn."""
    if len(course.runs) > 1:
        return material - 1
    return course.period if course.ends else material


def filters(knobs: Knobs, *, material: int, count: int, fps: FrameRate) -> str:
    """Return the chain from the kept frames to `count` visible frames, without cross-fades."""
    return ordered(course(knobs, material=material, frames=count, fps=fps).runs, count, fps, "loop")


def ordered(runs: tuple[Run, ...], count: int, fps: FrameRate, label: str) -> str:
    """Return the chain from all kept frames to the frames of `runs`, repeated up to `count`.

    Its labels begin with `label`.
    """
    parts = [_part(run) for run in runs]
    if len(parts) > 1:
        pads = [f"[{label}{at}]" for at in range(2 * len(parts))]
        come, gone = pads[: len(parts)], pads[len(parts) :]
        each = [
            f"{a}{chain(part, clock(fps))}{b}" for a, part, b in zip(come, parts, gone, strict=True)
        ]
        split = f"split={len(parts)}{''.join(come)}"
        parts = [";".join([split, *each, f"{''.join(gone)}concat=n={len(parts)}"])]
    period = sum(run.count for run in runs)
    again = f"loop=loop=-1:size={period}" if period < count else ""
    return chain(*parts, clock(fps), again, f"trim=end_frame={count}", clock(fps))


def timed(course: Course, span: Span, fps: FrameRate, first: int = 0) -> str:
    """Return the chain that sets the times of consecutive outgoing frames in the cross-fades.

    Times are relative to the span, whose first frame has the number `first`.
    """
    before, fade, each = course.fading(span).first, course.fade, course.period
    at = f"(N+{before})" if before else "N"
    time = f"{each}*(1+floor({at}/{fade}))+mod({at},{fade})+{first - span.first}"
    start, _, _ = clock(fps).partition(",")
    return f"{start},setpts='{time}'"


def crossed(
    course: Course,
    span: Span,
    fps: FrameRate,
    *,
    comes: str,
    goes: str,
    to: str,
    size: tuple[int, int],
    chroma: str,
) -> list[str]:
    """Return the graphs that cross-fade two pictures of `size` pixels in a span of the piece.

    `[comes]` has a picture for every frame of the span; `[goes]` needs pictures only in fades.
    """
    fading, fade, each = course.fading(span), course.fade, course.period
    # a fade filter makes a single fade; alpha makes all fades, and a flat alpha plane is cheap
    left = f"{fade}-mod(N+{fading.first},{fade})"
    shade = (
        f"color=c=black:s={TINY}x{TINY}:r={number(fps)},trim=end_frame={fading.count},format=gray,"
        f"geq=lum='floor(255*({left})/{fade + 1}+0.5)',scale={size[0]}:{size[1]}:flags=neighbor,"
        f"format=gray,{PLANE},{timed(course, span, fps)}[{to}g]"
    )
    frame = f"(round(t*{number(fps)})+{span.first})"
    there = f"gte({frame},{each})*lt(mod({frame},{each}),{fade})"
    over = f"overlay=format=yuv{chroma}:eof_action=repeat:enable='{there}'"
    merged = f"[{goes}][{to}g]alphamerge,format=yuva{chroma}p,{TAGS}[{to}h]"
    return [shade, merged, f"[{comes}][{to}h]{over},{TAGS}[{to}]"]


def _straight(knobs: Knobs, material: int) -> Course:
    """Return the course through all frames, forwards or backwards."""
    turned = knobs["reverse"]
    return Course((Run(material - 1 if turned else 0, material, turned),))


def _moving(knobs: Knobs, material: int, frames: int, fps: FrameRate) -> Course:
    """Return the course that a layer has if it is not frozen."""
    if material >= frames or knobs["loop"] == "cut":
        return _straight(knobs, material)
    turned, last = knobs["reverse"], material - 1
    if knobs["loop"] == "back":
        if material == 2:
            return _straight(knobs, material)
        inner = Run(1, last - 1) if turned else Run(last - 1, last - 1, back=True)
        return Course((Run(last, material, back=True) if turned else Run(0, material), inner))
    fade = min(round(knobs["loop_fade"] * fps), 2 * material // 5)
    if not fade:
        return _straight(knobs, material)
    each = material - fade
    if turned:
        return Course((Run(last, each, back=True),), Run(fade - 1, fade, back=True))
    return Course((Run(0, each),), Run(each, fade))


def _part(run: Run) -> str:
    """Return the chain from all kept frames to the frames of a run."""
    first = run.first - run.count + 1 if run.back else run.first
    begins = f"start_frame={first}:" if first else ""
    return chain(f"trim={begins}end_frame={first + run.count}", "reverse" if run.back else "")
