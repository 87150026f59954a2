"""Records from earlier versions can still be opened, and their pictures are unchanged."""

import re
import shutil
from pathlib import Path

import pytest

from tests.reference.conftest import Frozens
from tests.reference.reading import piece
from tests.reference.records import FOLDER, RECORDS, opened, write
from tests.render.conftest import House

FILE = "records.json"
MOST = 100_000  # the largest size of a record, in bytes


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory, library: Path) -> House:
    """Return another user's workspace: the same clips with different names, and no cache."""
    house = House(tmp_path_factory.mktemp("elsewhere"))
    shutil.copytree(library, house.root / "library", dirs_exist_ok=True)
    folder = house.root / "library" / "video"
    (folder / "trip").mkdir()
    for clip in [path for path in folder.iterdir() if path.is_file()]:
        clip.rename(folder / "trip" / f"their {clip.name}")
    assert house.doit("scan").code == 0
    return house


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_gives_the_same_pictures(
    request: pytest.FixtureRequest, elsewhere: House, frozen: Frozens, keys: bool, name: str
) -> None:
    """In another workspace, a record gives the same pictures, and the same look if not `idle`."""
    if frozen(FILE).freezing and not (FOLDER / name).exists():
        write(request.getfixturevalue("home"), name)
    ran = elsewhere.doit("identify", f"file={FOLDER / name}")
    assert ran.code == 0, ran.out
    (look,) = re.findall(r": look ([0-9a-f]{8}), of ", ran.out)
    project = opened(elsewhere, name, look)
    found = piece(elsewhere, project, keys=keys)
    assert (found["look"] == look) is not RECORDS[name].idle
    frozen(FILE).same(name, found)


def test_every_record_is_opened(frozen: Frozens) -> None:
    """Every record is small, and a test opens it."""
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert sizes.keys() == RECORDS.keys()
    assert max(sizes.values()) < MOST
    frozen(FILE).holds(RECORDS)
