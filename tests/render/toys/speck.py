"""post/speck: a looping plate of snow over every frame.

Play it in tests only: its seven-frame plate does not fit evenly into a segment.
Reads and writes pictures of any size.
"""

from collide.instrument import BITEXACT, STORAGE, Argv, Knobs, Limit, Range, beside, graph, number

DEFAULTS = {
    # how much snow there is
    # low: 0 = none; high: 1 = a blizzard; typical 0.5
    "speck": 0.5,

    # how large a flake is
    # low: 1 = dust; high: 8 = feathers; typical 2
    "speck_size": 2,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"speck": Range(0.0, 1.0), "speck_size": Range(1, 8)}

NEUTRAL = {"speck": 0.0}

PLATE_FRAMES = 7


def plate(knobs: Knobs, *, size: tuple[int, int], fps: int, seed: int) -> Argv:
    """Return the command that writes seven pictures of snow."""
    wide, high = size
    flakes = knobs["speck_size"]
    made = (
        f"color=s={wide}x{high}:r={fps},format=yuv420p,noise=c0s=90:c0f=t:all_seed=5,"
        f"boxblur={flakes}:1:0:0[v]"
    )
    return [
        *("-filter_complex", graph(made), "-map", "[v]", "-frames:v", str(PLATE_FRAMES)),
        *(*STORAGE["raw"], *BITEXACT, "-f", "nut", "plate.nut"),
    ]


def filters(knobs: Knobs, *, size: tuple[int, int], fps: int, seed: int, plate: str) -> str:
    """Return the chain that screens the snow over the picture."""
    if not knobs["speck"]:
        return ""
    join = f"blend=c0_mode=screen:c0_opacity={number(knobs['speck'])}"
    return beside("", plate, join, tag="speck", on_plate="hflip")
