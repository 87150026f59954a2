"""Keying modes in whole renders: what they choose is recorded, and renders only what it must."""

from tests.render.conftest import House


def test_what_the_dice_chose_is_recorded_and_plays(house: House) -> None:
    """The mode stands in the facts of the color task and in the manifest; named, it changes no
    layer.
    """
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
