"""blend/normalize: a clip's pictures in one form: BT.709, and one shape from beginning to end.

Played twice on every layer: on its shape right after deinterlacing, and on its colors right before
they are corrected. A clip already in this form is left unchanged. The colors of HDR and of wide
gamuts are converted with a table from collide.base.tone, a file in the command's folder; untagged
HD counts as BT.709. Reads decoded pictures; writes pictures with the size in the clip's facts.
"""

from typing import Any

from collide.instrument import SWS, TAGS, Clip, Knobs, Limit, chain

DEFAULTS: dict[str, Any] = {}
LIMITS: dict[str, Limit] = {}


def filters(knobs: Knobs, *, clip: Clip) -> str:
    """Return the chain that puts pictures whose shape changes on one transparent canvas.

    The canvas has the size in the clip's facts; ffmpeg recomputes the picture's size at each
    change. The chain is "" for a clip with a single shape.
    """
    if not clip.shapes:
        return ""
    wide, high = clip.width, clip.height
    size = f"w='2*round(min({wide},{high}*dar)/2)':h='2*round(min({high},{wide}/dar)/2)'"
    pad = f"pad={wide}:{high}:'floor((ow-iw)/4)*2':'floor((oh-ih)/4)*2':black@0:eval=frame"
    return f"scale={size}:eval=frame:flags={SWS},format=yuva420p,setsar=1,{pad}"


def colors(knobs: Knobs, *, clip: Clip) -> str:
    """Return the chain that converts colors to BT.709, or "" if the clip is already in BT.709."""
    if clip.tone:
        return _toned(clip)
    return "setparams=colorspace=bt709" if clip.untagged else ""


def _toned(clip: Clip) -> str:
    # if no matrix is named, use the gamut's; RGB has no matrix
    matrix = "bt2020" if clip.tone in ("pq", "hlg", "bt2020") else "bt709"
    named = "" if clip.matrix else f":in_color_matrix={matrix}"
    # a still keeps its alpha here; a film's alpha was separated before
    clear = "a" if clip.still and clip.alpha else ""
    pixels = f"yuv{clear}444p" if clip.fine else f"yuv{clear}420p"
    return chain(
        f"scale=iw:ih{named}:flags={SWS},format=gbr{clear}p12",
        f"lut3d=file={clip.tone}.cube:interp=trilinear",
        "setparams=color_primaries=bt709:color_trc=bt709",
        f"scale=iw:ih:out_range=tv:out_color_matrix=bt709:flags={SWS},format={pixels},{TAGS}",
    )
