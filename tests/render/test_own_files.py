"""collide deletes only files that it wrote."""

import json


def test_files_of_a_person_that_look_like_leftovers_stay(house):
    """A render deletes a dead run's partial file, but not a person's file with a similar name."""
    project = house.root / "projects" / "x"
    backup = project / ".backup-2025-11-24" / "notes.txt"
    backup.parent.mkdir()
    backup.write_text("mine")
    take = project / "output" / ".take-7777-final.mov"
    take.write_bytes(b"mine")
    left = project / ".config.json-999999999-0123456789ab"
    left.write_text("half")
    assert house.doit("set", "project=x", "crf=21").code == 0
    house.render()
    assert backup.exists() and take.exists() and not left.exists()


def test_foreign_pictures_in_the_folder_of_the_gallery_stay(house):
    """From the gallery's folder, `gallery` and `clean` delete only pictures of looks."""
    folder = house.root / "projects" / "x" / "gallery"
    assert house.doit("gallery", "project=x").code == 0
    mine, old = folder / "poster-for-web.jpg", folder / "0123abcd.jpg"
    for path in (mine, old):
        path.write_bytes(b"a picture")
    assert house.doit("gallery", "project=x").code == 0
    assert mine.exists() and not old.exists()
    assert house.doit("clean", "project=x").code == 0
    assert [path.name for path in folder.iterdir()] == [mine.name]


def test_a_gallery_folder_that_is_a_link_is_refused(house, tmp_path):
    """If the gallery's folder is a link, `doit gallery` is refused; `clean` does not follow it."""
    away = tmp_path / "pictures"
    away.mkdir()
    (away / "0123abcd.jpg").write_bytes(b"a wedding")
    (house.root / "projects" / "x" / "gallery").symlink_to(away)
    ran = house.doit("gallery", "project=x")
    assert ran.code == 3 and "gallery is a link" in ran.out
    assert house.doit("clean", "project=x").code == 0
    assert [path.name for path in away.iterdir()] == ["0123abcd.jpg"]


def test_a_gallery_without_looks_is_an_empty_page(house):
    """The gallery of a project that was never rendered is an empty page."""
    assert house.doit("new", "project=fresh").code == 0
    ran = house.doit("gallery", "project=fresh")
    assert ran.code == 0 and ran.out.startswith("0 looks: "), ran.out


def test_a_new_export_deletes_old_stems_but_no_edited_stem(house):
    """A new export of stems deletes the old stems, but not a person's edit of a stem."""
    assert house.doit("export", "project=x", "as=stems").code == 0
    folder = house.root / "projects" / "x" / "output" / "x-stems"
    stems = {path.name for path in folder.iterdir()}
    for name in ("bed1.wav", "layer1-louder.wav"):
        (folder / name).write_bytes(b"sound")
    assert house.doit("export", "project=x", "as=stems").code == 0
    assert {path.name for path in folder.iterdir()} == stems | {"layer1-louder.wav"}
    assert house.doit("clean", "project=x").code == 0
    assert [path.name for path in folder.iterdir()] == ["layer1-louder.wav"]


def test_a_clip_edited_in_selection_json_has_no_effect(house):
    """Editing a clip's name in selection.json has no effect.

    A note suggests the command that chooses the clip.
    """
    path = house.root / "projects/x/selection.json"
    chosen = json.loads(path.read_text())
    first, second = (draw for draw in chosen["draws"][:2])
    was, first["name"] = first["name"], second["name"]
    path.write_text(json.dumps(chosen))
    ran = house.render()
    short = second["name"].rpartition("/")[2]
    assert f"layer 1 keeps {was}: collide writes selection.json" in ran.out, ran.out
    assert f"to use {short}: doit set project=x layer1.clip={short}\n" in ran.out
    assert json.loads(path.read_text())["draws"][0]["name"] == was
    assert ran.rendered <= {"record"}


def test_messages_about_a_renamed_clip_use_its_new_name(house):
    """Messages about a renamed clip use only its new name."""
    name = json.loads((house.root / "projects/x/selection.json").read_text())["draws"][0]["name"]
    clip = house.root / name
    new = clip.with_name("walkers.mp4")
    clip.rename(new)
    assert house.doit("scan").code == 0
    new.unlink()
    new.touch()
    ran = house.doit("render", "project=x", "crf=31")
    assert "walkers.mp4: it is empty" in ran.out, ran.out
    assert f"layer 1: its clip {name.rpartition('/')[0]}/walkers.mp4 is missing" in ran.out
    assert name not in ran.out


def test_set_and_plan_report_a_knob_without_effect(house):
    """`set` and `plan` say that a knob has no effect until its instrument joins the chain."""
    what = "vhs_bleed has no effect: vhs is not in the chain; "
    added = house.doit("set", "project=x", "vhs_bleed=0.8").out
    assert f"{what}to add it: doit set project=x post=vhs\n" in added
    note = f"{what}add post=vhs\n"
    assert note in house.doit("plan", "project=x").out
    assert note not in house.doit("plan", "project=x", "post=vhs").out


def test_set_names_the_layers_that_override_a_knob_and_the_command_that_ends_it(house):
    """`set` names layers that keep their own values, and the command that changes all layers."""
    house.doit("set", "project=x", "layer1.saturation=1.2", "layer2.saturation=0.9")
    added = house.doit("set", "project=x", "saturation=0.5").out
    assert "saturation changed only layer 3: layers 1 and 2 have their own values" in added
    remedy = "doit set project=x saturation=0.5 layer1.saturation= layer2.saturation="
    assert f"for all layers: {remedy}\n" in added
    assert "own value" not in house.doit(*remedy.split()[1:]).out
