"""A contact sheet shows one frame with each preset, and leaves the project unchanged."""

from PIL import Image


def mine(house) -> dict[str, bytes]:
    """Return every file of the project except those the sheet writes, with its bytes."""
    folder = house.root / "projects" / "x"
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != "sheet.png")
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def test_a_sheet_has_a_picture_for_each_preset(house):
    """The sheet has small pictures side by side, one per preset; the project is unchanged."""
    before = mine(house)
    words = ["presets=classic-white,luminance-auto", "min_resolution=0", "fps=10"]
    ran = house.doit("sheet", "project=x", *words)
    assert ran.code == 0, ran.out
    assert "2 presets: projects/x/sheet.png" in ran.out
    assert mine(house) == before
    with Image.open(house.root / "projects" / "x" / "sheet.png") as sheet:
        assert sheet.size == (2 * 320 + 3 * 12, 180 + 20 + 2 * 12)
        first, second = (sheet.crop((x, 12, x + 320, 192)) for x in (12, 344))
    assert len(first.getcolors(1 << 20)) > 100, "a picture, not a plain color"
    assert first.tobytes() != second.tobytes()


def test_a_sheet_again_renders_nothing(house):
    """Its results are in the store like all others."""
    words = ["presets=classic-white", "min_resolution=0", "fps=10"]
    assert house.doit("sheet", "project=x", *words).code == 0
    again = house.doit("sheet", "project=x", *words)
    assert "rendered 0," in again.out, again.out


def test_a_time_that_cannot_be_is_refused(house):
    """at= must be a time."""
    ran = house.doit("sheet", "project=x", "at=soon")
    assert ran.code == 3
    assert ran.out.startswith("ERROR: at=soon is not a valid value\n  why  at takes a time")


def test_a_preset_that_lacks_clips_does_not_stop_the_others(house):
    """kmeans-default needs four clips of 360 lines: a note is printed, and the rest is on the
    sheet.
    """
    ran = house.doit("sheet", "project=x", "presets=kmeans-default,classic-white", "fps=10",
                     "layer1.clip=a.mp4", "layer2.clip=b.mp4", "layer3.clip=d.mov")  # fmt: skip
    assert ran.code == 1
    assert "kmeans-default       failed\nERROR: fewer clips than layers" in ran.out
    assert "1 preset: projects/x/sheet.png" in ran.out
