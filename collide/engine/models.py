"""The model files, library/models/NAME.onnx, which `doit model` downloads."""

from pathlib import Path

from collide.base.errors import InputError
from collide.base.words import nearest, shell_path
from collide.base.workspace import Workspace
from collide.engine.masks import PLAIN
from collide.store.digests import Memo
from collide.store.step import Input

WITHOUT = "fixed, palette, luminance, dominant and kmeans"  # modes without a model


def folder(workspace: Workspace) -> Path:
    """Return the folder with the model files."""
    return workspace.root / "library" / "models"


def available(workspace: Workspace) -> dict[str, Path]:
    """Map the names of the available models to their paths."""
    return {path.stem: path for path in sorted(folder(workspace).glob("*.onnx")) if path.is_file()}


def find_model(workspace: Workspace, memo: Memo, name: str) -> Input:
    """Return a model as an input; raise InputError if it is missing.

    The name only selects a file: the input is identified by the file's content.
    """
    here = available(workspace)
    if name not in here:
        there = "the folder has " + ", ".join(here) if here else "there is no model yet"
        bare = Path(name).name.removesuffix(".onnx")
        near = name if name in PLAIN else nearest(bare, (*here, *PLAIN))
        fix = f"copy it there: cp {shell_path(name.removesuffix('.onnx'))}.onnx library/models/"
        if near in PLAIN and near not in here:
            fix = f"download it once: doit model name={near}"
        raise InputError(
            f"the model {name!r} is missing",
            why=f"rembg needs it in library/models, as {name}.onnx; {there}",
            fix=f"{fix}\nor use a mode that needs no model: {WITHOUT}",
            meant=(name, near) if near and near != name else None,
        )
    path = here[name]
    return Input(memo.digest(path), path.stat().st_size, path=path)
