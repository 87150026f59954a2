"""A copy of collide without one of its rooms, as if a user had deleted the folder."""

import shutil
from pathlib import Path

from tests.house.rooms import CODE

# This hides an editable installation, which would still find the room in the original folder.
ALONE = """
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "Editable" not in repr(finder)]
"""


def package_without(room: str, folder: Path) -> Path:
    """Copy collide without a room into a folder; return the folder for use as PYTHONPATH."""
    left = shutil.ignore_patterns("__pycache__")
    shutil.copytree(CODE, folder / "collide", ignore=left)
    shutil.rmtree(folder / "collide" / room, ignore_errors=True)  # the room may be absent already
    (folder / "sitecustomize.py").write_text(ALONE)
    return folder
