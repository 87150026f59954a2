"""Whole renders record drawn modes, reach requested coverages, and report hidden layers."""

import pytest

from collide.cli.summary import percents
from tests.render.conftest import House, ffmpeg, make_clip


def test_the_drawn_mode_is_recorded(house: House) -> None:
    """The manifest records each layer's drawn mode, and setting that mode renders no layer."""
    house.render("mode=random", "random_modes=luminance,palette")
    manifest = house.manifest()
    chosen = {}
    for number in (2, 3):
        mode = manifest["clips"][number - 1]["mode"]
        assert manifest["tasks"][f"color:{number}"]["facts"]["mode"] == mode
        chosen[number] = f"layer{number}.mode={mode}"
    assert "mode" not in manifest["clips"][0]
    ran = house.render(*chosen.values())
    assert {task.partition(":")[0] for task in ran.rendered} == {"color", "mux", "record"}


def test_coverage_moves_a_key_to_the_requested_fraction(house: House) -> None:
    """With coverage=, a key that opens nothing is moved until it opens the requested fraction."""
    shut = house.render("similarity=0.001")
    assert "layer 2 (library/video/b.mp4) hides what is below" in shut.out
    ran = house.render("similarity=0.001", "coverage=0.4..0.6")
    manifest = house.manifest()
    assert "hides" not in ran.out
    for number in (2, 3):
        assert 0.35 < manifest["clips"][number - 1]["coverage"] < 0.65
        assert 0.4 <= manifest["tasks"][f"color:{number}"]["facts"]["opens"] <= 0.6
    assert ran.rendered == {
        "keyframe:2", "keyframe:3", "color:2", "color:3", "presence", "stack:0", "stack:1",
        "encode:0", "encode:1", "mux", "record",
    }, "no layer"  # fmt: skip


def test_an_unreachable_coverage_is_reported(house: House) -> None:
    """If a layer cannot open the requested fraction, a render prints the nearest fraction."""
    make_clip(house.root / "library" / "video" / "even.mp4", picture="color=navy:s=160x90:r=10")
    ran = house.render("layer2.clip=even.mp4", "layer2.coverage=0.4..0.6", "softness=0")
    assert "layer 2 (library/video/even.mp4) cannot open 0.4..0.6: the nearest is 0.0%" in ran.out


def test_the_visible_share_of_every_layer_is_recorded(house: House) -> None:
    """A render prints and records the visible share of each layer; the shares add up to one."""
    ran = house.render("layer2.similarity=0.2")
    clips = house.manifest()["clips"]
    shares = [clip["presence"] for clip in clips]
    assert sum(shares) == pytest.approx(1, abs=0.001)
    assert shares[2] == pytest.approx(1 - clips[2]["coverage"], abs=0.03)
    facts = house.manifest()["tasks"]["presence"]["facts"]
    assert facts["coverage"] == {str(n): clips[n - 1]["coverage"] for n in (2, 3)}
    told = ", ".join(f"layer {n} {share}%" for n, share in enumerate(percents(shares), start=1))
    assert f"visible: {told}" in ran.out
    assert "visible: " not in house.render("layer2.similarity=0.2").out, "nothing was rendered"


def test_a_hidden_layer_is_reported(house: House) -> None:
    """A render reports a layer that the layers above it hide completely."""
    ran = house.render("layer3.colorkey_hex=0x00FF00", "softness=0")
    told = "layer 2 (library/video/b.mp4) is barely visible: it covers less than 0.5%"
    assert told in ran.out


def test_the_visible_share_of_a_layer_follows_its_place(house: House) -> None:
    """At half size, an opaque layer covers a quarter of the frame.

    A layer covers less if it is translucent or partly outside the frame.
    """
    small = ["layer3.scale=0.5", "layer3.colorkey_hex=0x00FF00", "softness=0"]
    house.render(*small)
    assert house.manifest()["clips"][2]["presence"] == pytest.approx(0.25, abs=0.01)
    house.render(*small, "layer3.x=1")
    assert house.manifest()["clips"][2]["presence"] == pytest.approx(0.125, abs=0.02)
    house.render(*small, "layer3.opacity=0.4")
    assert house.manifest()["clips"][2]["presence"] == pytest.approx(0.1, abs=0.01)


def test_the_transparency_of_a_clip_stays_open(house: House) -> None:
    """A clip's own transparency shows the layers below, whatever its key."""
    folder = house.root / "library" / "video"
    left = "format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*gte(X,80)'"
    ffmpeg("-v", "error", "-i", str(folder / "a.mp4"), "-an", "-t", "2.5", "-vf", left,
           "-c:v", "qtrle", "-pix_fmt", "argb", str(folder / "half.mov"))  # fmt: skip
    words = ["layer2.clip=half.mov", "layer2.similarity=0.001", "softness=0"]
    house.render(*words)
    made = house.manifest()
    assert made["clips"][1]["coverage"] == pytest.approx(0.5, abs=0.02)
    kept = made["tasks"]["layer:2"]["objects"]
    assert set(kept) == {
        "look-000.nut", "cut-000.nut", "cut-samples.nut", "own-000.nut", "own-samples.nut",
    }  # fmt: skip
    ran = house.render(*words[:1], "layer2.similarity=0.3", *words[2:])
    assert not [task for task in ran.rendered if task.startswith(("layer", "color"))]
    assert house.manifest()["tasks"]["layer:2"]["objects"] == kept
