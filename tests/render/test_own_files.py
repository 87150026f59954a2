"""Foreign files stay: hidden copies, pictures in collide's folders, link targets."""


def test_files_of_a_person_that_look_like_leftovers_stay(house):
    """Partial files have names of their own; a backup with a date in its name is not one."""
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


def test_pictures_in_the_gallery_that_are_not_its_own_stay(house):
    """gallery and clean delete pictures of looks only; a folder that is a link is refused."""
    folder = house.root / "projects" / "x" / "gallery"
    assert house.doit("gallery", "project=x").code == 0
    mine, old = folder / "poster-for-web.jpg", folder / "0123abcd.jpg"
    for path in (mine, old):
        path.write_bytes(b"a picture")
    assert house.doit("gallery", "project=x").code == 0
    assert mine.exists() and not old.exists()
    assert house.doit("clean", "project=x").code == 0
    assert [path.name for path in folder.iterdir()] == [mine.name]


def test_a_gallery_that_leads_elsewhere_is_left_alone(house, tmp_path):
    """A stranger's project may hold a link to another person's pictures."""
    away = tmp_path / "pictures"
    away.mkdir()
    (away / "0123abcd.jpg").write_bytes(b"a wedding")
    (house.root / "projects" / "x" / "gallery").symlink_to(away)
    ran = house.doit("gallery", "project=x")
    assert ran.code == 3 and "gallery is a link" in ran.out
    assert house.doit("clean", "project=x").code == 0
    assert [path.name for path in away.iterdir()] == ["0123abcd.jpg"]


def test_a_gallery_of_no_looks_is_a_page(house):
    """A project that was never rendered has an empty page, and no traceback."""
    assert house.doit("new", "project=fresh").code == 0
    ran = house.doit("gallery", "project=fresh")
    assert ran.code == 0 and ran.out.startswith("0 looks: "), ran.out


def test_stems_of_an_earlier_export_go_and_an_own_cut_of_one_stays(house):
    """The stems in a folder add up to the mix; a person's edit of one is not a stem."""
    assert house.doit("export", "project=x", "as=stems").code == 0
    folder = house.root / "projects" / "x" / "output" / "x-stems"
    stems = {path.name for path in folder.iterdir()}
    for name in ("bed1.wav", "layer1-louder.wav"):
        (folder / name).write_bytes(b"sound")
    assert house.doit("export", "project=x", "as=stems").code == 0
    assert {path.name for path in folder.iterdir()} == stems | {"layer1-louder.wav"}
    assert house.doit("clean", "project=x").code == 0
    assert [path.name for path in folder.iterdir()] == ["layer1-louder.wav"]
