"""blend/logbook: writes the ingredients of a video to two JSON files."""

import json
from pathlib import Path

from collide.blend import logbook

MANIFEST = {"look": "1a2b3c4d", "tasks": {"mux": {"key": "k", "facts": {"ü": None}}}}
LOOK = {"look": "1a2b3c4d", "recipe": {"collide": 1}}


def test_both_files_contain_the_given_data(tmp_path: Path) -> None:
    """Both files record the given data; only the manifest records the durations, which vary."""
    answer = logbook.analyze(
        {}, folder=tmp_path, manifest=MANIFEST, look=LOOK, seconds={"mux": 1.5}
    )
    assert answer == {"look": "1a2b3c4d"}
    manifest, look = (tmp_path / name for name in ("manifest.json", "look.json"))
    assert json.loads(manifest.read_bytes()) == {**MANIFEST, "seconds": {"mux": 1.5}}
    assert json.loads(look.read_bytes()) == LOOK
    assert all(path.read_text().endswith("}\n") for path in (manifest, look))
