"""post/analog: grain, breath, dark corners and loose colors, so clean footage feels handled.

Play it last: the film is nearer to the eye than anything that happened before the lens. Reads and
writes pictures of any size. Its plate consists of pictures of nothing but grain, a little larger
than the frame. Each picture is placed differently every time it repeats, so no repetition is
visible.
"""

import math
from statistics import NormalDist

from collide.instrument import (
    BITEXACT,
    STORAGE,
    Argv,
    Choice,
    FrameRate,
    Knobs,
    Limit,
    Range,
    beside,
    chain,
    graph,
    in_seconds,
    number,
    place,
    scale,
    wave,
)

DEFAULTS = {
    # how much the picture crackles
    # low: 0 = glass; high: 0.3 = a photocopy of a photocopy
    # typical 0.05 = fine stock, 0.1 = 16 mm, 0.2 = pushed two stops in a cellar
    "grain": 0.1,

    # what the grain is made of
    # low end: gaussian = even, as on film; perlin = soft clouds, like breath on glass; blue = fine
    # and evenly strewn, never a clump; poisson = more grain in the light, as when photons are
    # counted; high end: salt-pepper = white and black sparks, a broken cable
    # typical gaussian
    "grain_kind": "gaussian",

    # how large a grain is
    # low: 1 = dust; high: 4 = oatmeal, 8 mm on a wall
    # typical 1..1.6
    "grain_size": 1.0,

    # how colored the grain is
    # low: 0 = silver; high: 1 = confetti, a cheap camera at night
    # typical 0; 0.4 for video
    "grain_color": 0.0,

    # how far the picture comes nearer and moves back, as a fraction of its width
    # low: 0 = nailed to the wall; high: 0.05 = a ship
    # typical 0.02
    "breathe": 0.02,

    # how far the picture turns, in degrees
    # low: 0 = level; high: 2 = drunk
    # typical 0..0.5
    "breathe_rotation": 0.0,

    # how far the picture weaves in its gate, as a fraction of its width and height
    # low: 0 = pinned; high: 0.02 = a worn projector, titles dance
    # typical 0..0.005
    "breathe_position": 0.0,

    # seconds for one breath in and out; a turn takes three fifths of this time, weaving a quarter
    # low: 1 = panting; high: 20 = weather
    # typical 6
    "breathe_seconds": 6.0,

    # how far the corners fall into the dark
    # low: 0 = flat; high: 1 = a keyhole
    # typical 0.2..0.5
    "vignette": 0.3,

    # how far red and blue drift away from the picture and back, as a fraction of its width
    # low: 0 = in register; high: 0.02 = a comic printed on Monday
    # typical 0.005
    "color_drift": 0.0,

    # how much the lamp trembles, from picture to picture
    # low: 0 = daylight; high: 0.3 = a silent film, strobing
    # typical 0..0.04
    "flicker": 0.0,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "grain": Range(0.0, 0.5),
    "grain_kind": Choice(("gaussian", "perlin", "salt-pepper", "blue", "poisson")),
    "grain_size": Range(1.0, 8.0),
    "grain_color": Range(0.0, 1.0),
    "breathe": Range(0.0, 0.2),
    "breathe_rotation": Range(0.0, 10.0),
    "breathe_position": Range(0.0, 0.1),
    "breathe_seconds": Range(0.5, 60.0),
    "vignette": Range(0.0, 1.0),
    "color_drift": Range(0.0, 0.05),
    "flicker": Range(0.0, 1.0),
}

ALIASES = {"grain": "noise"}

VALUE_ALIASES = {
    "post": {
        "post=analog": "film noise",
        "post=analog flicker=0.3": "strobe",
    },
}

NEUTRAL = {
    "grain": 0.0, "breathe": 0.0, "breathe_rotation": 0.0, "breathe_position": 0.0,
    "vignette": 0.0, "color_drift": 0.0, "flicker": 0.0,
}  # fmt: skip

PLATE_FRAMES = 24

# Number of positions of the grain in each direction, two pixels apart. It is prime, so a picture of
# grain returns to the same position only after 408 frames.
PLACES = 17

# The standard deviation of each kind of raw grain, in 8-bit levels. All are measured except
# poisson, which is gaussian grain made milder in the dark.
RAW = {"gaussian": 36.4, "perlin": 23.2, "blue": 33.4, "poisson": 29.0}

Size = tuple[int, int]


def plate(knobs: Knobs, *, size: Size, fps: FrameRate, seed: int) -> Argv:
    """Return the command that writes pictures of grain, middle grey where there is no grain.

    The pictures do not depend on the seed, which only decides where they are placed.
    """
    width, height = (side + 2 * (PLACES - 1) for side in size)
    small = tuple(max(2, round(side / knobs["grain_size"])) for side in (width, height))
    # red and blue get the same grain mirrored: nobody sees that, and the grain is made only once
    color = _louder(1.6 * knobs["grain_color"])
    chains = [
        chain(
            _strewn(knobs["grain_kind"], knobs["grain"], small, fps),
            f"{scale(width, height)},{_louder(_strength(knobs))},split=3[y][u][v]",
        ),
        f"[u]hflip,{color}[cb]",
        f"[v]vflip,{color}[cr]",
        "[y][cb][cr]mergeplanes=map1s=1:map2s=2:format=yuv444p,format=yuv420p[grain]",
    ]
    return [
        *("-filter_complex", graph(*chains), "-map", "[grain]"),
        *("-frames:v", str(PLATE_FRAMES), *STORAGE["raw"], *BITEXACT, "-f", "nut", "plate.nut"),
    ]


def _strewn(kind: str, grain: float, size: Size, fps: FrameRate) -> str:
    """Return the chain for raw grain: grey pictures around 128."""
    width, height = size
    if kind == "perlin":
        cells = f"xscale={number(round(width / 5, 3))}:yscale={number(round(height / 5, 3))}"
        clouds = f"octaves=2:persistence=0.7:{cells}:tscale={round(fps) * 3}"
        return f"perlin=s={width}x{height}:r={fps}:{clouds}:random_mode=seed:seed=5"
    # the noise filter repeats one row of numbers, shifted, in every line; a second one hides this
    white = (
        f"color=s={width}x{height}:r={fps},format=yuv444p,lutyuv=y=128,"
        "noise=c0s=32:c0f=t:c0_seed=1,noise=c0s=32:c0f=t:c0_seed=2,extractplanes=y"
    )
    if kind == "blue":
        return f"{white},split[w][x];[x]boxblur=1:2[soft];[w][soft]blend=all_mode=grainextract"
    if kind == "salt-pepper":
        # both tails of the bell curve, as large as the requested fraction of sparks
        far = number(round(RAW["gaussian"] * NormalDist().inv_cdf(1 - grain / 80), 3))
        return f"{white},lut=c0='128+127*(gt(val-128,{far})-gt(128-val,{far}))'"
    return white


def _strength(knobs: Knobs) -> float:
    """Return the gain for raw grain; for salt and pepper, it is always 1.

    At `grain=0.1`, raw grain of any other kind gets a standard deviation of six levels.
    """
    if knobs["grain_kind"] == "salt-pepper":
        return 1.0  # `grain` sets only the number of sparks

    # enlarging makes all grain milder except clouds
    milder = 1.2 if knobs["grain_size"] > 1 and knobs["grain_kind"] != "perlin" else 1.0
    return 60 * float(knobs["grain"]) * milder / RAW[knobs["grain_kind"]]


def _louder(by: float) -> str:
    return f"lut=c0='clip(128.5+(val-128)*{number(by)},0,255)'"


def filters(knobs: Knobs, *, size: Size, fps: FrameRate, seed: int, first: int, plate: str) -> str:
    """Return the chain that ages the picture: breath, drift, lamp, lens, and grain on top."""
    aged = chain(_gate(knobs, size, fps, seed, first), _light(knobs, seed))
    if not knobs["grain"]:
        return aged
    frame = f"floor(t*{fps}+0.5)"
    across, down = (int(PLACES * place(seed, "grain", way)) for way in "xy")
    where = (
        f"crop={size[0]}:{size[1]}:x='2*mod({frame}*5+{across},{PLACES})'"
        f":y='2*mod({frame}*7+{down},{PLACES})'"
    )
    join = "blend=all_mode=grainmerge"
    if knobs["grain_kind"] == "poisson":
        # photons: a count varies by its square root, so bright areas vary more than dark areas
        aged = chain(aged, "split=3[analog-clean][analog-light]")
        join += (
            "[analog-grained];[analog-light]lutyuv=y='255*sqrt(clip((val-16)/219,0,1))':u=160:v=160"
            "[analog-mask];[analog-clean][analog-grained][analog-mask]maskedmerge"
        )
    return beside(aged, plate, join, tag="analog", on_plate=where)


def _gate(knobs: Knobs, size: Size, fps: FrameRate, seed: int, first: int) -> str:
    """Return the chain that moves the picture, and red and blue within it, or "" if nothing moves.

    `perspective` moves by fractions of a pixel; crop, zoompan and chromashift jump from one pixel
    to the next.
    """
    time = in_seconds(f"(on+{first})", fps)
    still = not any(knobs[f"breathe{way}"] for way in ("", "_rotation", "_position"))
    if not knobs["color_drift"]:
        return "" if still else _seen(knobs, size, seed, time)
    drift = wave(knobs["color_drift"], seed, "drift", 3.1, time)
    moves = [_seen(knobs, size, seed, time, apart) for apart in ("", f"+{drift}", f"-{drift}")]
    moves[0] = "null" if still else moves[0]
    planes = [f"[analog-{p}]{move}[analog-{p}-moved]" for p, move in zip("yuv", moves, strict=True)]
    parted = "extractplanes=y+u+v[analog-y][analog-u][analog-v]"
    joined = "[analog-y-moved][analog-u-moved][analog-v-moved]mergeplanes=map1s=1:map2s=2"
    return ";".join([parted, *planes, f"{joined}:format=yuv420p"])


def _seen(knobs: Knobs, size: Size, seed: int, time: str, apart: str = "") -> str:
    """Return the filter that shows a part of the picture, which breathes, turns and weaves.

    The part is small enough never to cross an edge. `apart` is an expression, in fractions of the
    width; added to the position of the part, it may move the part across an edge.
    """
    pace, weave = knobs["breathe_seconds"], knobs["breathe_position"]
    angle, ratio = math.radians(knobs["breathe_rotation"]), max(size) / min(size)
    fits = (0.5 - weave) / (math.cos(angle) + math.sin(angle) * ratio)
    near = f"1+{number(knobs['breathe'])}+{wave(knobs['breathe'], seed, 'zoom', pace, time)}"
    turn = wave(round(angle, 6), seed, "turn", pace / 1.7, time)
    start = f"st(0,{turn});st(1,{number(math.floor(fits * 1e6) / 1e6)}/({near}));"
    x, y = (f"0.5+{wave(weave, seed, way, pace / 4, time)}" for way in ("x", "y"))
    corners = []
    for i, (a, b) in enumerate(((-1, -1), (1, -1), (-1, 1), (1, 1))):
        corners.append(f"x{i}='{start}W*({x}{apart})+ld(1)*({a}*W*cos(ld(0))+{-b}*H*sin(ld(0)))'")
        corners.append(f"y{i}='{start}H*({y})+ld(1)*({a}*W*sin(ld(0))+{b}*H*cos(ld(0)))'")
    return f"perspective={':'.join(corners)}:eval=frame"


def _light(knobs: Knobs, seed: int) -> str:
    """Return the chain for the flickering lamp and the dark corners."""
    lamp = corners = ""
    if knobs["flicker"]:
        by = wave(knobs["flicker"], seed, "lamp", 0.137, "t")
        # black, at 16, is 0.437 from grey; a gamma slightly off 1 keeps eq from rounding to percent
        lamp = f"eq=eval=frame:contrast='1+{by}':brightness='0.437*{by}':gamma=1.001"
    if knobs["vignette"]:
        # dithering is random and would differ in every segment
        corners = f"vignette=a={number(round(1.5 * knobs['vignette'], 4))}:dither=0"
    return chain(lamp, corners)
