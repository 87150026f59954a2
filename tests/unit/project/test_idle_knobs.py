"""idle_knobs: notes about knobs that are set but have no effect."""

from typing import Any

import pytest

from collide.project.idle_knobs import idle, kept
from collide.project.settings import Settings, resolve


def settings(**values: Any) -> Settings:
    """Return the settings of a config with two layers above the base."""
    named = {name.replace("__", "."): value for name, value in values.items()}
    return resolve([("config.json", {"seed": 7, "num_videos": 3, **named})])


@pytest.mark.parametrize(
    ("values", "notes"),
    [
        ({"post": "analog", "vhs_bleed": 0.8},
         ["vhs_bleed has no effect: vhs is not in the chain; add post=analog,vhs"]),
        ({"vhs_bleed": 0.8, "vhs_noise": 0.1, "grain": 0.1},
         ["vhs_bleed and vhs_noise have no effect: vhs is not in the chain; add post=vhs",
          "grain has no effect: analog is not in the chain; add post=analog"]),
        ({"post": "vhs", "vhs_bleed": 0.8}, []),
        ({"mode": "kmeans", "colorkey_hex": "0xFF0000"},
         ["colorkey_hex has no effect: no layer has mode=fixed; add mode=fixed"]),
        ({"mode": "fixed", "colorkey_hex": "0xFF0000"}, []),
        ({"mode": "kmeans", "layer3__mode": "fixed", "colorkey_hex": "0xFF0000"}, []),
        ({"mode": "kmeans", "layer3__mode": "fixed", "layer2__colorkey_hex": "0xFF0000"},
         ["layer2.colorkey_hex has no effect: layer 2 has a different mode; "
          "add layer2.mode=fixed"]),
        ({"mode": "random", "random_modes": "dominant", "random_by": "piece",
          "kmeans_colors": 4},
         ["kmeans_colors has no effect: no layer has mode=kmeans; add mode=kmeans"]),
        ({"mode": "random", "random_modes": "kmeans", "kmeans_colors": 4}, []),
        ({"mode": "luminance", "luminance_key": "light", "similarity": 0.3},
         ["similarity has no effect: the threshold of the mode in use is luminance_threshold"]),
        ({"mode": "luminance", "luminance_key": "grey", "similarity": 0.3}, []),
        ({"num_videos": 1, "colorkey_hex": "0xFF0000", "crf": 20}, []),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_knob_that_nothing_reads_has_a_line(values: dict[str, Any], notes: list[str]) -> None:
    """The note says why the knob has no effect, and what would give it one."""
    made = settings(**values)
    assert idle(made, kept(made)) == notes
