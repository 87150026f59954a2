"""post/vhs: a tape that was lent too often: colors run, rows tear, the bottom bends away.

Play it before analog, as a tape that was filmed, or after it, as a film that was taped. Clean and
computed pictures benefit most; fine grain mostly disappears.
Reads and writes pictures of any size, with tears and dropouts that differ from frame to frame.
"""

from typing import Any

from collide.instrument import (
    BITEXACT,
    STORAGE,
    SWS,
    Argv,
    FrameRate,
    Knobs,
    Limit,
    Range,
    beside,
    chain,
    dice,
    graph,
    number,
    place,
    scale,
)

DEFAULTS = {
    # how far color runs out of its shape, to the right
    # low: 0 = it stays; high: 1 = a red coat drags its red a hand behind
    # typical 0.3..0.7
    "vhs_bleed": 0.5,

    # how little the tape resolves, and the pale rim that it draws around things instead
    # low: 0 = the lens; high: 1 = faces are told apart by their hair
    # typical 0.3..0.6
    "vhs_smear": 0.45,

    # how much vertical edges waver, row by row
    # low: 0 = a ruler; high: 1 = seen through the air above a road
    # typical 0.2..0.5
    "vhs_wave": 0.35,

    # a torn and snowy band that climbs through the picture, leaves it, and returns
    # low: 0 = none; high: 1 = it takes heads off shoulders
    # typical 0.2..0.5
    "vhs_tracking": 0.35,

    # how much of the bottom is bent away where the heads of the recorder change over
    # low: 0 = none; high: 1 = the last twentieth points aside like a flag
    # typical 0.3..0.6
    "vhs_heads": 0.4,

    # how restless even surfaces are, in light and in color
    # low: 0 = a painted wall; high: 1 = rain on a window at night
    # typical 0.2..0.4
    "vhs_noise": 0.25,

    # white scratches that last one frame, where the tape has lost its coating
    # low: 0 = none; high: 1 = hail
    # typical 0.1..0.4
    "vhs_dropouts": 0.25,
}  # fmt: skip

LIMITS: dict[str, Limit] = {name: Range(0.0, 1.0) for name in DEFAULTS}

VALUE_ALIASES = {"post": {"post=vhs": "tape crt scanlines"}}
NEUTRAL = dict.fromkeys(DEFAULTS, 0.0)

TORN = ("vhs_wave", "vhs_tracking", "vhs_heads")  # knobs that move rows
SNOWY = ("vhs_noise", "vhs_dropouts", "vhs_tracking", "vhs_heads")  # knobs that add snow

PLATE_FRAMES = 1  # each frame shows a different part of the plate
WINDOW = (320, 240)  # size of the part that a frame shows: the resolution of a tape
STRIP = 40  # rows of denser snow at the bottom of the plate
BAND = 0.06  # half the height of the torn band, as a fraction of the picture

NEAREST = "flags=neighbor+accurate_rnd+bitexact"


def filters(knobs: Knobs, *, size: tuple[int, int], fps: FrameRate, seed: int, plate: str) -> str:
    """Return the chain that moves rows, blurs them as tape does, and adds snow."""
    worn = chain(_torn(knobs, size, fps, seed), _soft(knobs, size))
    if not any(knobs[name] for name in SNOWY):
        return worn
    snow = _snow(knobs, size, fps, seed)
    return beside(worn, plate, "blend=all_mode=grainmerge", tag="vhs", on_plate=snow)


def _torn(knobs: Knobs, size: tuple[int, int], fps: FrameRate, seed: int) -> str:
    """Return the chain that moves each row sideways, or "" if no row moves.

    The distance is computed in two columns of the picture, which are then enlarged, because an
    expression per pixel would be hundreds of times slower. Color planes are half as wide and move
    half as far.
    """
    if not any(knobs[name] for name in TORN):
        return ""
    light, color = (
        f"st(0,{_frame(fps, 'T')});st(1,Y/H);st(2,1-pow((ld(1)-{_band(seed, 'T')})/{BAND},2));"
        f"clip(128.5+({_aside(knobs, size[0], seed)})/{share},0,255)"
        for share in (1, 2)
    )
    wide = f"scale={size[0]}:{size[1]}:{NEAREST}"
    return (
        f"format=yuv420p,split[vhs-p][vhs-r];[vhs-r]crop=2:ih:0:0,geq=interpolation=nearest"
        f":lum='{light}':cb='{color}':cr='{color}',{wide},split[vhs-x][vhs-z];"
        f"[vhs-z]lutyuv=y=128:u=128:v=128[vhs-y];[vhs-p][vhs-x][vhs-y]displace=edge=smear"
    )


def _aside(knobs: Knobs, wide: int, seed: int) -> str:
    """Return an expression for how many pixels a row moves; a tape has 480 rows.

    ld(0) is the frame, and ld(1) is the position of the row, from 0 to 1. ld(2) is 1 in the middle
    of the torn band and below 0 outside it.
    """
    row, parts = "floor(ld(1)*480)", []
    if knobs["vhs_wave"]:
        slow = "0.6*sin(2*PI*(ld(1)*1.3+T*0.31))+0.3*sin(2*PI*(ld(1)*4.1-T*0.83))"
        shaken = f"1.2*({dice(row, 'ld(0)', salt=_salt(seed, 'wave'))}-0.5)"
        far = number(knobs["vhs_wave"] * max(2.0, wide * 0.004))  # smaller shifts have no effect
        parts.append(f"{far}*({slow}+{shaken})")
    if knobs["vhs_tracking"]:
        torn = dice(row, "ld(0)", salt=_salt(seed, "band"))
        far = number(knobs["vhs_tracking"] * wide * 0.06)
        parts.append(f"if(gt(ld(2),0),{far}*ld(2)*(0.4+{torn}),0)")
    if knobs["vhs_heads"]:
        top, torn = _top(knobs), dice(row, "ld(0)", salt=_salt(seed, "heads"))
        bent = f"{number(wide * 0.06)}*(0.3+(ld(1)-{top})/(1-{top}))+{number(wide * 0.01)}*{torn}"
        parts.append(f"if(gt(ld(1),{top}),{bent},0)")
    return "+".join(parts)


def _soft(knobs: Knobs, size: tuple[int, int]) -> str:
    """Return the chain that blurs along the rows, as low bandwidth does, or "" if nothing blurs."""
    wide, high = size
    narrow = 2 * max(8, round(wide * 0.5 ** (2.6 * knobs["vhs_smear"]) / 2))
    run = max(1, round(narrow * 0.03 * knobs["vhs_bleed"]))
    sharp = number(round(1.6 * knobs["vhs_smear"], 4))
    late = f"avgblur=planes=6:sizeX={run}:sizeY=1,chromashift=cbh={run // 2}:crh={run // 2}"
    rim = (f"scale={narrow}:{high}:flags={SWS}", f"unsharp=lx=5:ly=3:la={sharp}")
    before, after = rim if knobs["vhs_smear"] else ("", "")
    back = scale(wide, high) if knobs["vhs_smear"] else ""
    return chain(before, late if knobs["vhs_bleed"] else "", after, back)


def _snow(knobs: Knobs, size: tuple[int, int], fps: FrameRate, seed: int) -> str:
    """Return the chain that cuts each frame's snow from a different part of the plate."""
    wide, high = WINDOW
    strips = [name for name in ("vhs_tracking", "vhs_heads") if knobs[name]]
    middle = f"{high}*{_band(seed, 't')}-{STRIP // 2}"
    tops = {"vhs_tracking": middle, "vhs_heads": f"{high}*{_top(knobs)}"}
    copies = "".join(f"[vhs-s{i}]" for i in range(len(strips) + 1))
    whole = f"[vhs-s0]crop={wide}:{high}:'{_moved(wide, fps, seed, 0)}'"
    chains = [f"split={len(strips) + 1}{copies}", f"{whole}:'{_moved(high, fps, seed, 1)}'[vhs-b0]"]
    for i, name in enumerate(strips, start=1):
        cut = f"crop={wide}:{STRIP}:'{_moved(wide, fps, seed, 2 * i)}':{2 * high}"
        chains.append(f"[vhs-s{i}]{cut}[vhs-t{i}]")
        chains.append(f"[vhs-b{i - 1}][vhs-t{i}]overlay=x=0:y='{tops[name]}'[vhs-b{i}]")
    return ";".join([*chains, f"[vhs-b{len(strips)}]{scale(*size)},format=yuv420p"])


def plate(knobs: Knobs, *, size: tuple[int, int], fps: FrameRate, seed: int) -> Argv:
    """Return the command that writes a picture of snow, large enough for four windows and a strip.

    A value of 128 changes nothing. A frame uses one window, and also the strip where the picture
    is torn.
    """
    wide, high = 2 * WINDOW[0], 2 * WINDOW[1] + STRIP
    snow = f"color=c=gray:s={wide}x{high}:r={fps},format=yuv420p,geq=interpolation=nearest"
    one, two = (dice("X", "Y", salt=_salt(seed, f"light {i}")) for i in (1, 2))
    grain = f"{number(40 * knobs['vhs_noise'])}*({one}+{two}-1)"
    fallen = f"if(lt(Y,{2 * WINDOW[1]}),{_scratch(knobs, seed)},{_strip(seed)})"
    lum = f"clip(128.5+{grain}+{fallen},0,255)"
    spots = [
        f"128.5+{number(45 * knobs['vhs_noise'])}*({dice('X', 'Y', salt=_salt(seed, plane))}-0.5)"
        for plane in ("blue", "red")
    ]
    snow += f":lum='{lum}':cb='{spots[0]}':cr='{spots[1]}'[v]"
    written = [*STORAGE["raw"], *BITEXACT, "-f", "nut", "plate.nut"]
    return ["-filter_complex", graph(snow), "-map", "[v]", "-frames:v", "1", *written]


def _scratch(knobs: Knobs, seed: int) -> str:
    """Return an expression for fading scratches, in a few of the 160-pixel cells of each row."""
    often, begins, long = (
        dice("Y", "floor(X/160)", salt=_salt(seed, f"lost {i}")) for i in range(3)
    )
    light = f"st(1,mod(X,160)-120*{begins});st(2,4+36*pow({long},3));115*between(ld(1),0,ld(2))"
    return f"if(lt({often},{number(knobs['vhs_dropouts'] * 0.016)}),{light}*(1-ld(1)/45),0)"


def _strip(seed: int) -> str:
    """Return an expression for the strip: dashes of all lengths, denser towards its middle."""
    middle = 2 * WINDOW[1] + STRIP / 2
    long = f"(3+floor(14*pow({dice('Y', salt=_salt(seed, 'long'))},2)))"
    dash = dice(f"floor((X+Y*37)/{long})", "Y", salt=_salt(seed, "dash"))
    near = f"(1-pow((Y-{number(middle)})/{STRIP // 2},2))"
    return f"st(1,{dash});if(lt(ld(1),0.3*{near}),40+260*ld(1),0)"


def _band(seed: int, time: str) -> str:
    """Return an expression for the middle of the torn band: 0 is the top, 1 the bottom.

    The band is outside the picture for four ninths of the time.
    """
    return f"(1.1-mod({time}*0.15+{number(round(place(seed, 'begins'), 4))},1.8))"


def _top(knobs: Knobs) -> str:
    return number(round(1 - 0.05 * knobs["vhs_heads"], 4))


def _frame(fps: FrameRate, time: str) -> str:
    return f"floor({time}*{fps}+0.5)"


def _moved(room: int, fps: FrameRate, seed: int, way: int) -> str:
    return f"floor({room}*{dice(_frame(fps, 't'), salt=_salt(seed, f'moved {way}'))})"


def _salt(seed: int, name: Any) -> int:
    return int(place(seed, name) * 30000)
