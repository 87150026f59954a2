"""source/footage: the demo's own clips, so a fresh clone has something to collide.

Played only for the demo, once per shot. The clips show slow camera moves over a photograph, or
pictures computed from numbers; the sounds are computed too. Like scraped clips, they differ in
shape, rate, length and sound: one has a silent track, and one has no sound. Reads the shot's
photograph (JPEG), if any; writes one clip, H.264 and AAC in MP4.
"""

import math
from typing import Any

from collide.instrument import (
    BITEXACT,
    H264,
    PLAIN,
    RATE,
    SWS,
    TAGS,
    Argv,
    Knobs,
    chain,
    graph,
    number,
    scale,
)

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Any] = {}

PHOTO = (640, 427)  # size of both photographs, in pixels
DARK = 24000  # samples per second of a sound without treble: half the work
MIRROR = 90  # pixels mirrored beyond each edge of a photograph, for a camera that turns

Chains = tuple[str, ...]
Ends = tuple[float, float]  # values of a move at its first frame and just after its last frame
Pixels = tuple[int, int]  # width, height


def _shot(
    says: str, fps: int, frames: int, picture: Chains, *, sound: Chains = (), photo: str = ""
) -> dict[str, Any]:
    """Return one clip: its description, its length, and the chains to [p] and [a]."""
    it = {"says": says, "fps": fps, "frames": frames, "picture": picture, "sound": sound}
    return {**it, "photo": photo}


def _camera(
    size: Pixels, frames: int, *, x: Ends, y: Ends, wide: Ends, turn: Ends = (0, 0)
) -> Chains:
    """Return the chains for a slow move over a photograph.

    `x` and `y` are the center of the frame and `wide` is its width, in pixels of the photograph;
    `turn` is in radians. Unlike crop and zoompan, `perspective` moves by fractions of a pixel. It
    receives the photograph squeezed into the frame and undoes the squeeze.
    """
    mirror = MIRROR if any(turn) else 0
    whole = (PHOTO[0] + 2 * mirror, PHOTO[1] + 2 * mirror)
    half = f"{_moving(wide, frames)}/2"
    cos, sin = (f"{name}({_moving(turn, frames)})" for name in ("cos", "sin"))
    left, top = (f"{mirror}+{_moving(ends, frames)}" for ends in (x, y))
    corners = []
    for i, (across, down) in enumerate(((-1, -1), (1, -1), (-1, 1), (1, 1))):
        low = number(round(down * size[1] / size[0], 6))
        corners.append(f"x{i}=W*({left}+{half}*({across}*{cos}-{low}*{sin}))/{whole[0]}")
        corners.append(f"y{i}=H*({top}+{half}*({across}*{sin}+{low}*{cos}))/{whole[1]}")
    edge = ":".join(4 * [str(mirror)])
    still = chain(
        f"[0:v]scale=iw:ih:out_range=tv:out_color_matrix=bt709:flags={SWS},format=yuv444p",
        f"pad={whole[0]}:{whole[1]}:{mirror}:{mirror},fillborders={edge}:mirror" if mirror else "",
        f"{scale(*size)},format=yuv420p,loop=loop=-1:size=1",
    )
    return (f"{still},trim=end_frame={frames},perspective={':'.join(corners)}:eval=frame[p]",)


def _moving(ends: Ends, frames: int) -> str:
    """Return an expression for a linear move, where `on` is the frame number."""
    return f"({number(ends[0])}+{number(round((ends[1] - ends[0]) / frames, 6))}*on)"


def _lanterns(size: Pixels, fps: int, frames: int) -> Chains:
    """Return the chains for lights that rise on black; near lights rise faster.

    Each of three depths is drawn once, at half size and as tall as its path; whole pixels per frame
    keep the motion even. One curve per color makes a light hot in the middle and red at the rim.
    """
    chains = []
    for i, (cell, salt, big, speed) in enumerate(((120, 3, 18, 3), (66, 11, 9, 2), (34, 29, 3, 1))):
        tall = size[1] + frames * speed
        chains.append(
            f"color=s={size[0] // 2}x{tall // 2}:r={fps}:d=1,trim=end_frame=1,format=gray,"
            f"geq=interpolation=nearest:lum='{_discs(cell, salt, big)}',{scale(size[0], tall)},"
            f"loop=loop=-1:size=1,trim=end_frame={frames},crop={size[0]}:{size[1]}:0:n*{speed}[d{i}]"
        )
    heat = "r='clip(val*1.3,0,255)':g='255*pow(val/255,1.5)':b='230*pow(val/255,2.6)'"
    screen = "blend=all_mode=screen"
    return (*chains, f"[d0][d1]{screen}[n]", f"[n][d2]{screen},format=gbrp,lutrgb={heat}[p]")


def _discs(cell: int, salt: int, big: int) -> str:
    """Return an expression for the light of pixel X, Y: a disc in about half the cells of a grid.

    The radius of a disc (`big` to half as much again), its position and its light are pseudorandom
    numbers that depend on the cell's column and row (ld(0) and ld(1)) and on `salt`.
    """

    def dice(k: int) -> str:
        first = f"(ld(0)*{7919 + salt}+ld(1)*{6271 + k})"
        return f"mod({first}*(ld(0)*31+ld(1)*{17 + k}+{101 + salt}),997)/997"

    x, room = f"(X+{cell}/2*mod(ld(1),2))", f"({cell}-2*ld(2))"
    away = f"hypot(mod({x},{cell})-ld(2)-{room}*{dice(5)},mod(Y,{cell})-ld(2)-{room}*{dice(7)})"
    return (
        f"st(1,floor(Y/{cell}));st(0,floor({x}/{cell}));st(2,{big}*(1+{dice(3)}/2));st(3,{away});"
        f"clip(ld(2)-ld(3),0,1)*(235-85*pow(ld(3)/ld(2),2))*lt({dice(11)},0.5)*(0.6+0.4*{dice(13)})"
    )


def _mist(size: Pixels, frames: int) -> Chains:
    """Return the chains for rose mist that drifts to the left over night blue.

    The noise has 8 bits but is blurred in 16; otherwise its steps would show as contour lines.
    """
    wide, high = size[0] // 2 + frames // 2, size[1] // 2
    v = "clip((val/65535-0.39)*2.9,0,1)"
    return (
        f"perlin=s={wide // 3}x{high // 3}:octaves=4:persistence=0.5:xscale=2.8:yscale=3.6"
        f":tscale=0.22:random_mode=seed:seed=21,trim=end_frame={frames},format=gray16le,"
        f"{scale(wide, high)},gblur=sigma=2,format=gbrp16le,"
        f"lutrgb=r='65535*pow({v},0.8)':g='65535*(0.03+0.8*pow({v},1.1))':b='65535*(0.08+0.76*{v})',"
        f"{scale(2 * wide, size[1])},format=gbrp,crop={size[0]}:{size[1]}:n:0[p]",
    )


def _silk(size: Pixels, fps: int, frames: int) -> Chains:
    """Return the chains for a coral thread that winds over jade.

    The thread runs where slow noise crosses its middle value, like a shoreline on a map.
    """
    wide, high = size[0] // 2, size[1] // 2
    thread = "pow(clip(1-abs(val/65535-0.5)*14,0,1),1.8)"
    return (
        f"perlin=s={wide // 3}x{high // 3}:r={fps}:octaves=2:persistence=0.45:xscale=3:yscale=5"
        f":tscale=0.35:random_mode=seed:seed=5,trim=end_frame={frames},format=gray16le,"
        f"{scale(wide, high)},gblur=sigma=2.5,format=gbrp16le,"
        f"lutrgb=r='65535*(0.02+0.98*{thread})':g='65535*(0.05+0.87*pow(val/65535,1.3))'"
        f":b='65535*(0.12+0.6*pow(val/65535,1.9))',{scale(*size)}[p]",
    )


def _chord(seconds: int) -> Chains:
    """Return the chains for a warm stereo chord: D with its fifth, third and ninth.

    Every tone and its slow swell repeat a whole number of times in `seconds`, so the chord loops
    without a seam. Left and right are slightly detuned for width.
    """
    tones = (73.42, 0.18), (110, 0.16), (146.83, 0.14), (185, 0.1), (220, 0.08), (329.63, 0.04)

    def side(apart: int) -> str:
        parts = []
        for i, (hertz, loud) in enumerate(tones, start=1):
            tuned = number(round((hertz + apart * i / 4) * seconds) / seconds)
            swell = f"(0.6+0.4*sin(2*PI*t*{i % 3 + 1}/{seconds}+{i + apart}))"
            parts.append(f"{loud}*{swell}*sin(2*PI*{tuned}*t)")
        return "+".join(parts)

    source = f"aevalsrc='{side(0)}|{side(1)}':s={DARK}:d={seconds}"
    return (f"{source},asoftclip=type=tanh,lowpass=f=1400[a]",)


BELLS = ((0.2, 146.83), (1.9, 587.33), (3.1, 440.0), (4.6, 739.99), (5.8, 493.88), (7.1, 659.26))


def _bells(seconds: int) -> Chains:
    """Return the chains for distant bells in mono; BELLS lists their times and frequencies."""
    partials = (0.5, 0.5, 0.6), (1, 0.7, 1), (2, 0.3, 1.7), (2.76, 0.22, 2.6), (5.4, 0.08, 5)
    rung = []
    for at, hertz in BELLS:
        since = f"(t-{at})"
        tones = [
            f"{loud}*exp(-{fade}*{since})*sin({number(round(math.tau * hertz * up, 3))}*{since})"
            for up, loud, fade in partials
        ]
        rung.append(f"if(gte(t,{at}),{'+'.join(tones)},0)")
    room = "aecho=0.8:0.6:113|271|463:0.32|0.24|0.16"
    return (f"aevalsrc='0.3*({'+'.join(rung)})':s={DARK}:d={seconds},{room},lowpass=f=5000[a]",)


def _wind(seconds: int) -> Chains:
    """Return the chains for wind that comes and goes, in mono."""
    return (
        f"anoisesrc=c=pink:r=44100:a=0.5:seed=7:d={seconds},highpass=f=140,lowpass=f=700,"
        f"bandpass=f=420:width_type=o:w=1.6,tremolo=f={number(2 / seconds)}:d=0.7,volume=6dB[a]",
    )


def _plucks(seconds: int) -> Chains:
    """Return the chains for a thumb piano that wanders over five tones, left and right in turn."""
    sides = []
    for side in (0, 1):
        step, since = f"(2*floor(t/0.75)+{side})", f"mod(t+{0.75 - 0.375 * side},0.75)"
        # floor(2.4*n) for n = 0..4 is 0 2 4 7 9: the pentatonic scale, in semitones
        up = f"floor(2.4*mod({step}*7+floor({step}/5),5))+12*eq(mod({step}*3,4),1)"
        turns = f"2*PI*293.66*pow(2,({up})/12)*{since}"
        tine = f"sin({turns})+0.3*exp(-9*{since})*sin(3.01*{turns})"
        sides.append(f"0.5*exp(-6*{since})*({tine})")
    source = f"aevalsrc='{'|'.join(sides)}':s=32000:d={seconds}"
    return (f"{source},aecho=0.8:0.5:187|375:0.3|0.2[a]",)


SHOTS = {
    "dahlia": _shot(
        "a flower that rises like a sun; a chord", 24, 192,
        _camera((960, 540), 192, x=(262, 266), y=(190, 236), wide=(506, 476), turn=(0.28, -0.28)),
        sound=_chord(8), photo="flower.jpg",
    ),
    "pagoda": _shot(
        "a tower under a white sky; bells", 24, 216,
        _camera((960, 540), 216, x=(298, 318), y=(176, 196), wide=(556, 626)),
        sound=_bells(9), photo="china.jpg",
    ),
    "mist": _shot("rose mist over night; wind", 25, 200, _mist((640, 360), 200), sound=_wind(8)),
    "silk": _shot(
        "a coral thread on jade; silence", 30, 150, _silk((800, 600), 30, 150),
        sound=(f"anullsrc=r={RATE}:cl=stereo,atrim=end_sample={5 * RATE}[a]",),
    ),
    "lanterns": _shot(
        "lights that rise; a thumb piano", 30, 180, _lanterns((720, 720), 30, 180), sound=_plucks(6)
    ),
    "tower": _shot(
        "the tower upright, from foot to tip; no sound", 30, 120,
        _camera((432, 768), 120, x=(208, 204), y=(285, 215), wide=(150, 236)), photo="china.jpg",
    ),
}  # fmt: skip


def command(knobs: Knobs, *, shot: str) -> Argv:
    """Return the command that writes `clip.mp4` (one of SHOTS) from its `@photo`, if any."""
    it = SHOTS[shot]
    seen = ["-framerate", str(it["fps"]), "-i", "@photo"] if it["photo"] else []
    colors = f"scale=iw:ih:out_range=tv:out_color_matrix=bt709:flags={SWS},format=yuv420p"
    last = f"[p]fps={it['fps']},{colors},setsar=1,{TAGS}[v]"
    sound = ["-map", "[a]", "-c:a", "aac", "-b:a", "128k"] if it["sound"] else []
    return [
        *(*PLAIN, *seen, "-filter_complex", graph(*it["picture"], last, *it["sound"])),
        *(
            "-map",
            "[v]",
            "-frames:v",
            str(it["frames"]),
            *H264,
            "-preset",
            "superfast",
            "-crf",
            "16",
        ),
        *(*sound, *BITEXACT, "-f", "mp4", "clip.mp4"),
    ]
