"""A contact sheet shows one frame with each preset and leaves the project unchanged."""

import re

from PIL import Image

from collide.views.contact_sheet import WIDTH, scaled


def project_files(house) -> dict[str, bytes]:
    """Map every file of the project, except the files of the sheet, to its bytes."""
    folder = house.root / "projects" / "x"
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != "sheet.png")
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def test_a_sheet_has_a_picture_for_each_preset(house):
    """A sheet shows the piece as it is, then a picture per preset; the project is unchanged."""
    before = project_files(house)
    words = ["presets=classic-white,luminance-auto", "min_resolution=0", "fps=10", "duration=2"]
    ran = house.doit("sheet", "project=x", *words)
    assert ran.code == 0, ran.out
    rows = ran.out.splitlines()
    assert rows[0] == "2 presets at 1 s", "the middle of two seconds"
    assert re.fullmatch(r"as it is             1 of 3 done(, \d+ s left)?", rows[1])
    assert re.fullmatch(r"classic-white        2 of 3 done(, \d+ s left)?", rows[2])
    assert rows[3:5] == ["luminance-auto       3 of 3 done", "2 presets: projects/x/sheet.png"]
    assert re.fullmatch(r"rendered \d+, restored \d+, kept \d+ · \d+\.\d s", rows[-1])
    assert project_files(house) == before
    with Image.open(house.root / "projects" / "x" / "sheet.png") as sheet:
        assert sheet.size == (3 * 320 + 4 * 12, 180 + 20 + 2 * 12)
        cells = [sheet.crop((x, 12, x + 320, 192)) for x in (12, 344, 676)]
    assert all(len(cell.getcolors(1 << 20)) > 100 for cell in cells), "pictures, not plain colors"
    assert len({cell.tobytes() for cell in cells}) == 3
    house.doit("still", "project=x", *words[1:])
    assert cells[0].convert("RGB").tobytes() == still_pixels(house)


def test_each_sheet_picture_equals_a_still_with_its_preset(house):
    """Each picture equals a still with its preset; the printed command keeps that preset."""
    words = ["min_resolution=0", "fps=10", "duration=5", "fade_out=2"]
    house.doit("set", "project=x", *words)
    ran = house.doit("sheet", "project=x", "presets=classic-white")
    assert ran.out.startswith("1 preset at 2.5 s\n"), ran.out
    with Image.open(house.root / "projects" / "x" / "sheet.png") as sheet:
        shown = sheet.crop((344, 12, 664, 192)).convert("RGB")
    still = ["still", "project=x"]
    house.doit(*still, "preset=classic-white")
    assert still_pixels(house) == shown.tobytes()
    line, _, video = next_line(ran.out).partition("   (a video of it: ")
    assert line.startswith("next: doit set project=x preset=classic-white ")
    assert video == "doit render project=x preset=classic-white)"
    assert house.doit(*line.split()[2:]).code == 0
    house.doit(*still)
    assert still_pixels(house) == shown.tobytes(), "the config's own mode and similarity give way"


def still_pixels(house) -> bytes:
    """Return the pixels of the project's still, scaled to the size of a sheet's cell."""
    return scaled(house.root / "projects" / "x" / "still.png", WIDTH).tobytes()


def test_the_command_that_keeps_a_preset_has_the_typed_knobs(house):
    """The command that keeps a preset repeats the knobs and look= of `doit sheet`."""
    words = ["min_resolution=0", "fps=10", "duration=1"]
    look = house.manifest()["look"]
    typed = ["presets=classic-white,broken-signal", "layer2.opacity=0.8", *words]
    ran = house.doit("sheet", "project=x", *typed)
    kept = "next: doit set project=x preset=broken-signal layer2.opacity=0.8 " + " ".join(words)
    assert {*kept.split()} == {*next_line(ran.out).partition("   (")[0].split()}
    ran = house.doit("sheet", "project=x", f"look={look}", "presets=broken-signal", "at=0.5")
    kept, _, video = next_line(ran.out).partition("   (a video of it: ")
    assert kept.startswith(f"next: doit set project=x look={look} ")
    assert " post=" in kept
    assert "duration" not in kept
    assert video == f"doit render project=x look={look} preset=broken-signal)"


def next_line(out: str) -> str:
    """Return the line that begins with "next:"."""
    return next(line for line in out.splitlines() if line.startswith("next: "))


def test_repeating_a_sheet_renders_nothing(house):
    """If the same sheet is made again, nothing is rendered."""
    words = ["presets=classic-white", "min_resolution=0", "fps=10"]
    assert house.doit("sheet", "project=x", *words).code == 0
    again = house.doit("sheet", "project=x", *words)
    assert "rendered 0," in again.out, again.out


def test_evicted_sheet_pictures_are_rendered_again(house):
    """A sheet with evicted pictures is rendered again, byte for byte."""
    words = ["presets=classic-white,luminance-auto", "min_resolution=0", "fps=10", "duration=1"]
    assert house.doit("sheet", "project=x", *words).code == 0
    path = house.root / "projects" / "x" / "sheet.png"
    before = path.read_bytes()
    assert house.doit("cache", "gc", "keep=0").code == 0
    path.unlink()
    ran = house.doit("sheet", "project=x", *words)
    assert ran.code == 0, ran.out
    assert path.read_bytes() == before


def test_an_invalid_time_is_refused(house):
    """An invalid at= is refused, and the error says what a time looks like."""
    ran = house.doit("sheet", "project=x", "at=soon")
    assert ran.code == 3
    assert ran.out.startswith("ERROR: at=soon is not a valid value\n  why  at takes a time")


def test_a_preset_that_lacks_clips_does_not_stop_the_others(house):
    """A sheet reports a preset that lacks clips as failed and shows the other presets."""
    ran = house.doit("sheet", "project=x", "presets=kmeans-default,classic-white", "fps=10",
                     "layer1.clip=a.mp4", "layer2.clip=b.mp4", "layer3.clip=d.mov")  # fmt: skip
    assert ran.code == 1
    assert "kmeans-default       failed\nERROR: fewer clips than layers" in ran.out
    assert "1 preset: projects/x/sheet.png" in ran.out
