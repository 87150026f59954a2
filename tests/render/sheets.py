"""Read the output of sweeps and rolls."""

import re

from tests.render.conftest import Ran

SMALL = "output_size=128x72 fps=10 duration=6 min_resolution=0".split()


def cells(ran: Ran) -> dict[str, str]:
    """Map each printed look to its changed knobs or its position on a walk."""
    assert ran.code == 0, ran.out
    return dict(re.findall(r"^ *[0-9]+  ([0-9a-f]{8})  (\S+=.*|walk .*)$", ran.out, re.MULTILINE))


def kinds(ran: Ran) -> list[str]:
    """Return the kind of each rendered task."""
    return [task.partition("/")[2].partition(":")[0] for task in ran.rendered]
