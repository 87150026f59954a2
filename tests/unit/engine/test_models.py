"""models: a model is found by its name in a folder and identified by its content."""

import pytest

from collide.base.errors import InputError
from collide.base.hashing import digest_file
from collide.base.workspace import Workspace
from collide.engine.models import available, find_model
from collide.store.digests import Memo
from tests.model import write_model


@pytest.fixture
def memo(house: Workspace) -> Memo:
    """Return the cache of digests of a workspace."""
    return Memo(house.cache / "memo.db")


def test_a_model_is_identified_by_its_content(house: Workspace, memo: Memo) -> None:
    """A model's input has the digest, size and path of its file."""
    path = write_model(house.root / "library" / "models" / "u2netp.onnx")
    found = find_model(house, memo, "u2netp")
    assert (found.digest, found.size, found.path) == (digest_file(path), path.stat().st_size, path)


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        *((name, "download it once: doit model name=u2netp")
          for name in ("u2netp", "../u2netp", "u2netp.onnx", "U2NETP")),
        ("*", "copy it there: cp '*'.onnx library/models/"),
        ("ours", "copy it there: cp ours.onnx library/models/"),
    ],
)  # fmt: skip
def test_a_missing_model_is_refused_in_three_lines(
    house: Workspace, memo: Memo, name: str, fix: str
) -> None:
    """The error for a missing model names the searched folder and the modes that need no model.

    A download is suggested only for a model that can be downloaded, and a name is never a path.
    """
    write_model(house.root / "library" / "u2netp.onnx")
    write_model(house.root / "library" / "models" / "mine.onnx")
    with pytest.raises(InputError) as caught:
        find_model(house, memo, name)
    assert str(caught.value) == (
        f"the model {name!r} is missing\n"
        f"  why  rembg needs it in library/models, as {name}.onnx; the folder has mine\n"
        f"  fix  {fix}\n"
        "       or use a mode that needs no model: fixed, palette, luminance, dominant and kmeans"
    )


def test_only_files_are_models(house: Workspace, memo: Memo) -> None:
    """A folder with a model's name is not a model, and the error says that no model exists yet."""
    (house.root / "library" / "models" / "u2netp.onnx").mkdir(parents=True)
    assert available(house) == {}
    with pytest.raises(InputError, match="is missing") as caught:
        find_model(house, memo, "u2netp")
    assert caught.value.why.endswith("; there is no model yet")
