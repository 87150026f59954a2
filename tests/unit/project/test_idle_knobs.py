"""idle_knobs: notes about knobs that are set but have no effect."""

import json
from typing import Any

import pytest

from collide.catalog import shipped
from collide.project.idle_knobs import idle
from collide.project.settings import CONFIG, Settings, resolve


def settings(**values: Any) -> Settings:
    """Return the settings of a config, by default with two layers above the base."""
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
        ({"layer2__echo_ms": 200.0},
         ["layer2.echo_ms has no effect: layer2.echo is 0; add layer2.echo=0.5"]),
        ({"echo_ms": 200.0, "echo_again": 0.5},
         ["echo_ms and echo_again have no effect: echo is 0; add echo=0.5"]),
        ({"echo_ms": 200.0, "layer3__echo": 0.3}, []),
        ({"fill_ms": 90.0, "sound_seam": "dip"},
         ["fill_ms has no effect: sound_seam is dip; add sound_seam=cross"]),
        ({"layer2__sound": "off", "layer2__pan": 0.3, "layer2__eq_low": 3.0},
         ["layer2.pan and layer2.eq_low have no effect: layer 2 is silent; "
          "add layer2.sound=on"]),
        ({"bed_volume": 3.0, "bed2": "a.wav"},
         ["bed_volume has no effect: the piece has no bed; add audio_beds=1",
          "bed2 has no effect: the piece has no bed; add audio_beds=2"]),
        ({"bed2": "a.wav", "audio_beds": 1},
         ["bed2 has no effect: the piece has 1 bed; add audio_beds=2"]),
        ({"audio_sources": 0, "volume": 3.0, "peak_db": -3.0},
         ["volume has no effect: no layer is heard; add audio_sources=1",
          "peak_db has no effect: the piece has no sound; add audio_sources=1"]),
        ({"sound": "on", "audio_sources": 2},
         ["audio_sources has no effect: the dice choose no layer; add sound=auto"]),
        ({"audio_sources": 0, "audio_beds": 1, "peak_db": -3.0}, []),
        ({"volume": 3.0, "pan": 0.2, "level": False, "seam_ms": 9.0, "spread": 0.5}, []),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_knob_without_effect_gets_a_note(values: dict[str, Any], notes: list[str]) -> None:
    """The note says why a knob has no effect and names any knob that would give it one."""
    made = settings(**values)
    assert idle(made, made.set_in(CONFIG)) == notes


def test_adding_the_proposed_knob_removes_the_note() -> None:
    """A note about a sound knob disappears once the suggested knob is added."""
    for knob in shipped().knobs.values():
        if knob.owner.startswith("audio/"):
            values = {knob.name: knob.default}
            made = settings(**values)
            for note in idle(made, [knob.name]):
                name, _, value = note.rpartition("add ")[2].partition("=")
                assert idle(settings(**values, **{name: as_read(value)}), [knob.name]) == [], note


def as_read(text: str) -> Any:
    """Return the value of a text in the form that configs use."""
    try:
        return json.loads(text)
    except ValueError:
        return text
