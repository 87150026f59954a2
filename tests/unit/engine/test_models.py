"""models: looked up by name among the files there are, named by their content."""

import pytest

from collide.base.errors import InputError
from collide.base.hashing import digest_file
from collide.base.workspace import Workspace
from collide.engine.models import available, find_model
from collide.store.digests import Memo
from tests.model import write_model


@pytest.fixture
def memo(house: Workspace) -> Memo:
    """Return the digests of a house."""
    return Memo(house.cache / "memo.db")


def test_a_model_is_its_content(house: Workspace, memo: Memo) -> None:
    """The input carries the digest of the file's bytes, and its place."""
    path = write_model(house.root / "library" / "models" / "u2netp.onnx")
    found = find_model(house, memo, "u2netp")
    assert (found.digest, found.size, found.path) == (digest_file(path), path.stat().st_size, path)


@pytest.mark.parametrize("name", ["u2netp", "../u2netp", "u2netp.onnx", "U2NETP", "*"])
def test_a_model_that_is_not_there_is_refused_in_three_lines(
    house: Workspace, memo: Memo, name: str
) -> None:
    """Where it was looked for, how it is fetched, and which modes need none; a name is no path."""
    write_model(house.root / "library" / "u2netp.onnx")
    write_model(house.root / "library" / "models" / "mine.onnx")
    with pytest.raises(InputError) as caught:
        find_model(house, memo, name)
    assert str(caught.value) == (
        f"the model {name!r} is not here\n"
        f"  why  mode=rembg looked for it in library/models, as {name}.onnx; there is mine\n"
        f"  fix  fetch it, once: doit model name={name}\n"
        "       or take a mode that needs no model: fixed, palette, luminance, dominant and kmeans"
    )


def test_only_files_are_models(house: Workspace, memo: Memo) -> None:
    """A folder of that name is none; without any the error says so."""
    (house.root / "library" / "models" / "u2netp.onnx").mkdir(parents=True)
    assert available(house) == {}
    with pytest.raises(InputError, match="is not here") as caught:
        find_model(house, memo, "u2netp")
    assert caught.value.why.endswith("; there is no model yet")
