"""post/deflicker: take the flicker out of lamps and old film, without smearing anything.

Play it first, on lamps that beat against the camera, old film, and pictures that were computed one
by one. It follows movement; for cameras that shook, see stabilize. Reads and writes pictures of any
size. It is played over the whole piece, because it needs neighboring frames.
"""

import re

from collide.instrument import FrameRate, Knobs, Limit, Range, chain, number, scale

DEFAULTS = {
    # how closely each spot of the picture follows the frames before and after
    # low: 0 = as it trembles; high: 1 = half of it comes from its neighbors
    # typical 0.6..1
    "deflicker_flow": 0.9,

    # over how many seconds the light of the whole picture is smoothed
    # low: 0 = every flash of lightning stays; high: 2 = dusk takes its time, and lightning is gone
    # (at 120 fps no more than 1, since at most 129 frames are averaged)
    # typical 0; 0.3 if nothing is cut: before a cut to a bright place, the day breaks
    "deflicker_light": 0.0,

    # how fine the details are whose flicker is reduced
    # low: 0.2 = shadows and walls, every hair stays sharp; high: 1 = the weave of cloth too, ten
    # times slower
    # typical 0.35; 1 for pictures that were computed one by one
    "deflicker_fineness": 0.35,

    # how large a change still counts as flicker, as a fraction of the range from black to white
    # low: 0.02 = a breath of light; high: 0.5 = a strobe, and fast hands grow pale; what changes
    # more than twice as much is left as it is
    # typical 0.2
    "deflicker_most": 0.2,
}  # fmt: skip

LIMITS: dict[str, Limit] = {
    "deflicker_flow": Range(0.0, 1.0),
    "deflicker_light": Range(0.0, 2.0),
    "deflicker_fineness": Range(0.2, 1.0),
    "deflicker_most": Range(0.01, 0.5),
}

NEUTRAL = {"deflicker_flow": 0.0, "deflicker_light": 0.0}
WHOLE = True

LOST = 8  # a flow with this mean deviation, in levels, counts as lost; up to 3, it is trusted
AREA = "flags=area+accurate_rnd+bitexact"
NEAREST = "flags=neighbor+accurate_rnd+bitexact"

ENDS = 8  # frames added at the end, since the flow ends a few frames early


def filters(knobs: Knobs, *, size: tuple[int, int], fps: FrameRate, seed: int) -> str:
    """Return the chain that reduces flicker in the overall light, then in moving details."""
    frames = min(129, round(knobs["deflicker_light"] * fps))
    light = f"deflicker=size={frames}:mode=am" if frames > 1 else ""
    flow = _flow(knobs, size, fps) if knobs["deflicker_flow"] else ""
    return chain(light, flow)


def _flow(knobs: Knobs, size: tuple[int, int], fps: FrameRate) -> str:
    """Return the chain that averages each spot of the picture with its neighbors in time.

    Each frame is interpolated from its two neighbors, moved halfway: even frames from odd frames,
    and odd frames from even frames. One stream has original even frames and interpolated odd
    frames; the other stream has the reverse. So each frame of their average is half original and
    half interpolated, without a shift in time. (Frames interpolated between adjacent frames, as for
    slow motion, would be off by half a movement on both sides.)

    All of this happens at `deflicker_fineness` times the size. The resulting change is scaled back
    and added to the picture, which keeps its detail. Spots that change too much are left unchanged,
    and so is every quarter of the picture where the flow was lost, for example at a cut.
    """
    small = tuple(2 * max(16, round(side * knobs["deflicker_fineness"] / 2)) for side in size)
    between = f"minterpolate=fps={fps}:mi_mode=mci:me_mode=bidir:scd=none"
    # the average is half an interpolated frame, and so has half of that frame's change
    most, share = number(knobs["deflicker_most"] / 2), number(knobs["deflicker_flow"])
    chains = [
        f"split[in][all];[all]fps={fps},tpad=stop={ENDS}:stop_mode=clone,{scale(*small)}",
        "format=yuv444p,split=6[even][odd][now][then][as][is]",
        f"[even]framestep=2,{between}[e];[odd]trim=start_frame=1,framestep=2,{between}[o]",
        f"[e][o]blend=all_mode=average,split[half][found];{_lost(small)}[held]",
        f"[half][now]limitdiff=threshold={most}:elasticity=2[safe]",
        "[then]split[then1][then2];[then1][safe][held]maskedmerge[kept]",
        f"[kept][then2]blend=all_mode=normal:all_opacity={share}[calm]",
        f"[calm][is]blend=all_mode=grainextract,{scale(*size)},format=yuv420p[change]",
        "[in][change]blend=all_mode=grainmerge:shortest=1",
    ]
    joined = chains[0] + "," + ";".join(chains[1:])
    return re.sub(r"\[(\w+)\]", r"[deflicker-\1]", joined)


def _lost(small: tuple[int, ...]) -> str:
    """Return the chain from `found` and `as` to a mask: black where the flow was lost.

    Flicker changes a quarter of the picture uniformly; a lost flow changes it in all directions.
    The mean deviation from the mean change tells them apart: 1 to 7 levels on real clips, 6 to 18
    at their cuts.
    """
    means = f"scale=32:18:{AREA},scale=2:2:{AREA}"
    return (
        f"[found][as]blend=all_mode=grainextract,split[changes][alike];"
        f"[alike]{means},scale={small[0]}:{small[1]}:{NEAREST}[mean];"
        f"[changes][mean]blend=all_mode=difference,{means},format=yuv444p,"
        f"extractplanes=y,lut=c0='clip(51*({LOST}-val),0,255)',{scale(*small)},mergeplanes=0x000000:yuv444p"
    )
