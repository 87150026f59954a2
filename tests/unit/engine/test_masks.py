"""masks: rembg's real loading and inference, in a separate process, with a tiny model."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from collide.base.errors import TaskError
from collide.engine.programs import find_engine
from collide.engine.safety import Bounds
from tests.model import write_model

HIGH, WIDE = 36, 64


def masks(folder: Path, model: Path, *frames: np.ndarray, name: str = "u2netp") -> np.ndarray:
    """Return each frame's mask, computed as the engine does."""
    (folder / "frames.rgb").write_bytes(b"".join(frame.tobytes() for frame in frames))
    words = [str(model), name, f"{WIDE}x{HIGH}", "frames.rgb", "masks.gray"]
    work = partial(find_engine().work, cwd=folder, bounds=Bounds(), watch=TOLD.append)
    report = work("engine.masks", words, env={"NUMBA_DISABLE_JIT": "1"})
    made = np.fromfile(folder / "masks.gray", np.uint8).reshape(-1, HIGH, WIDE)
    counts = json.loads(report.splitlines()[-1])
    assert counts == {"masks": len(frames), "empty": sum(not mask.any() for mask in made)}
    return made


TOLD: list[int] = []  # numbers of finished frames, as reported by progress


def frame(left: int | None) -> np.ndarray:
    """Return a black picture, with a bright square that starts at `left` if it is given."""
    picture = np.zeros((HIGH, WIDE, 3), np.uint8)
    if left is not None:
        picture[10:26, left : left + 16] = 230
    return picture


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a tiny model's file."""
    return write_model(tmp_path_factory.mktemp("models") / "u2netp.onnx")


def test_the_mask_follows_the_subject(tmp_path: Path, model: Path) -> None:
    """Each frame has a mask, bright on the square and dark around it; progress is reported."""
    TOLD.clear()
    made = masks(tmp_path, model, frame(20), frame(28))
    for mask, left in zip(made, (20, 28), strict=True):
        assert mask[14:22, left + 4 : left + 12].min() > 200
        assert mask[:, : left - 6].max() < 60 and mask[:4].max() < 60
    assert TOLD == [1, 2]


def test_without_a_subject_the_mask_is_empty(tmp_path: Path, model: Path) -> None:
    """A frame without a subject has an empty mask; rembg would stretch faint traces to white."""
    made = masks(tmp_path, model, frame(24), frame(None), frame(24))
    assert [int(mask.max()) for mask in made] == [255, 0, 255]


@pytest.mark.parametrize(("constant", "grey"), [(0.9, 255), (0.2, 0)])
def test_a_constant_model_gives_a_constant_mask(tmp_path: Path, constant: float, grey: int) -> None:
    """A constant output makes an all-white or all-black mask; rembg alone would divide by zero."""
    flat = write_model(tmp_path / "models" / "u2netp.onnx", constant=constant)
    assert (masks(tmp_path, flat, frame(24)) == grey).all()


def test_a_custom_model_is_read_as_a_u2net(tmp_path: Path, model: Path) -> None:
    """A model that rembg does not know by name is loaded as custom and makes the same masks."""
    own = masks(tmp_path, model, frame(24), name="my dancers")
    assert (own == masks(tmp_path, model, frame(24))).all()


def test_two_runs_give_equal_masks_and_leave_nothing_behind(tmp_path: Path, model: Path) -> None:
    """Two runs make the same masks and leave no compiled cache, home folder or link behind."""
    first = masks(tmp_path, model, frame(24), frame(30))
    assert (masks(tmp_path, model, frame(24), frame(30)) == first).all()
    assert {path.name for path in tmp_path.iterdir()} == {"frames.rgb", "masks.gray"}


def test_a_file_that_is_not_a_model_is_reported(tmp_path: Path) -> None:
    """The error for a file that is not a model quotes the loader's own message."""
    (tmp_path / "bad.onnx").write_bytes(b"no model at all")
    with pytest.raises(TaskError) as caught:
        masks(tmp_path, tmp_path / "bad.onnx", frame(24))
    assert caught.value.why.startswith("it failed with exit code 1\nInvalidProtobuf")
