"""batches: pieces have different seeds and folders, even if two batches begin together."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.library.folders import files, input_of
from collide.nights.batches import Batch
from collide.project.project import Project


@pytest.fixture(autouse=True)
def presets(house):
    """Write a preset into the workspace."""
    folder = house.root / "presets" / "blend"
    folder.mkdir(parents=True)
    (folder / "hard.json").write_text('{"similarity": 0.1, "softness": 0}')


def seeds(batch: Batch) -> dict[str, int]:
    return {piece.name: piece.config()["seed"] for piece in batch.pieces()}


def test_count_is_the_total_number_of_pieces(house):
    """count= is the total, so only missing pieces are created; existing pieces keep their seeds."""
    batch = Batch(house, "y", ["hard"], {"crf": 30})
    assert [p.name for p in batch.record(2)] == ["y-001", "y-002"]
    before = seeds(batch)
    assert [p.name for p in batch.record(4)] == ["y-003", "y-004"]
    assert batch.record(3) == []
    assert seeds(batch).items() > before.items()
    assert len(set(seeds(batch).values())) == 4
    assert batch.pieces()[0].config() == {"seed": before["y-001"], "preset": ["hard"], "crf": 30}


def test_a_deleted_piece_is_created_again_without_overwriting(house):
    """A deleted piece is replaced; a folder that contains a person's file is not used again."""
    batch = Batch(house, "y")
    before = {p.name: p.config() for p in batch.record(3)}
    (batch.pieces()[1].path / "config.json").unlink()
    (batch.pieces()[1].path / "README.md").unlink()
    mine = house.root / "projects" / "y-002"
    mine.mkdir(exist_ok=True)
    (mine / "notes.txt").write_text("mine")
    new = batch.record(3)
    assert len(new) == 1
    assert len(batch.pieces()) == 3
    assert not (mine / "config.json").exists()
    assert Project(house, "y-001").config() == before["y-001"]


def test_a_typed_seed_is_the_seed_of_the_first_piece(house):
    """With seed=100, the pieces have the seeds 100, 101 and 102 on every machine."""
    batch = Batch(house, "y", knobs={"seed": 100})
    batch.record(3)
    assert seeds(batch) == {"y-001": 100, "y-002": 101, "y-003": 102}
    assert batch.others() == []


def test_seeds_that_are_in_use_are_skipped(house):
    """If seeds 5, 6 and 7 are in use, counting from 3 gives 3, 4 and 8."""
    Batch(house, "y", knobs={"seed": 5}).record(3)
    Batch(house, "y", knobs={"seed": 3}).record(6)
    assert list(seeds(Batch(house, "y")).values()) == [5, 6, 7, 3, 4, 8]


def test_seeds_above_the_maximum_are_refused_before_writing(house):
    """If a batch would need a seed above the maximum, it is refused and nothing is written."""
    with pytest.raises(InputError, match="seed="):
        Batch(house, "y", knobs={"seed": 2**53}).record(2)
    assert Batch(house, "y").pieces() == []


def test_simultaneous_batches_share_no_name_and_no_seed(house):
    """If eight threads request the same twelve pieces, each piece is created once."""
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: Batch(house, "y").record(12), range(8)))
    assert sorted(p.name for each in made for p in each) == [f"y-{n:03d}" for n in range(1, 13)]
    assert len(set(seeds(Batch(house, "y")).values())) == 12


def test_pieces_start_with_the_config_of_their_project(house):
    """A piece starts with its project's config, which presets and knobs in the command override."""
    y = Project(house, "y")
    y.write_config({"seed": 5, "similarity": 0.4, "layer2.hue_shift": [1, 2]})
    (piece,) = Batch(house, "y", knobs={"crf": 30}).record(1)
    assert (
        piece.config().items() >= {"similarity": 0.4, "layer2.hue_shift": [1, 2], "crf": 30}.items()
    )
    assert piece.config()["seed"] != 5
    (other,) = Batch(house, "y", ["hard"]).record(2)
    typed = y.settings(["hard"], {})
    mine = other.settings([], {})
    names = typed.explicit.keys() - {"seed"}
    assert {n: mine.of(n).value for n in names} == {n: typed.of(n).value for n in names}
    assert mine.of("similarity").value == 0.1


def test_pieces_have_the_clips_and_presets_of_their_project(house):
    """A piece has links to its project's clips and presets, and each clip is listed only once."""
    own = house.root / "projects" / "y"
    (own / "input").mkdir(parents=True)
    (own / "input" / "a.mp4").write_bytes(b"a clip")
    (own / "presets" / "blend").mkdir(parents=True)
    (own / "presets" / "blend" / "mine.json").write_text('{"similarity": 0.2}')
    (piece,) = Batch(house, "y", ["mine"]).record(1)
    assert piece.preset("mine") == {"similarity": 0.2}
    assert input_of(house, "y-001") == input_of(house, "y") == "projects/y/input/"
    assert [file.name for file in files(house, [])] == ["projects/y/input/a.mp4"]


def test_an_input_linked_out_of_the_projects_is_not_read(house, tmp_path):
    """If a project's input/ links to a folder outside projects/, its files are not read."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.mp4").write_bytes(b"a clip")
    home = house.root / "projects" / "x"
    home.mkdir(parents=True)
    (home / "input").symlink_to(tmp_path / "secret")
    assert input_of(house, "x") == "projects/x/input/"
    assert list(files(house, [])) == []


def test_the_next_run_finishes_a_killed_creation(house):
    """If the creation of a piece is killed after linking its folders, the next run finishes it."""
    (house.root / "projects" / "y" / "input").mkdir(parents=True)
    piece = house.root / "projects" / "y-001"
    piece.mkdir()
    (piece / "input").symlink_to(Path("..", "y", "input"))
    assert [p.name for p in Batch(house, "y").record(1)] == ["y-001"]


def test_pieces_with_different_settings_are_listed(house):
    """Only pieces whose current settings differ from the command's settings are listed."""
    Batch(house, "y", ["hard"], {"crf": 30}).record(2)
    assert [p.name for p in Batch(house, "y", ["hard"], {"crf": 20}).others()] == ["y-001", "y-002"]
    assert Batch(house, "y", ["hard"], {"crf": 30}).others() == []
    Project(house, "y-002").turn({"crf": 20})
    assert [p.name for p in Batch(house, "y", knobs={"crf": 20}).others()] == ["y-001"]


def test_an_impossible_batch_is_refused_before_writing(house):
    """A batch with an unknown preset or too long a name is refused, and nothing is written."""
    for batch in (Batch(house, "y", ["none-such"]), Batch(house, "y" * 64)):
        with pytest.raises(InputError):
            batch.record(1)
    assert not (house.root / "projects").exists()


def test_a_config_is_indented_json(house):
    """A piece's config is indented JSON and begins with the seed."""
    (piece,) = Batch(house, "y", ["hard"], {"similarity": [0.2, 0.3]}).record(1)
    text = (piece.path / "config.json").read_text()
    assert json.loads(text) == piece.config()
    assert text.startswith('{\n  "seed": ')
