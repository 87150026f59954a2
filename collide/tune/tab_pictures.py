"""The pictures on a page's tabs: each layer's colors at the time of a still.

The pictures are rendered after the still, long before the moving preview replaces them. For a
still, the colors of a layer that is cut along a matte are not rendered, so the tab of such a layer
waits for the moving preview.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from collide.catalog import shipped
from collide.project.layers import Layer
from collide.run.build_state import BuildState
from collide.run.perform import passing
from collide.store.step import Results, Step, command_job, made_by

WIDTH = 148  # pixels; twice the width on a tab


class TabPictures:
    """The pictures sent so far, each replaced if its layer's clip or start changes."""

    def __init__(self) -> None:
        self._pictures: dict[int, dict[str, Any]] = {}

    def news(self, state: BuildState, layers: list[Layer]) -> list[dict[str, Any]]:
        """Return each picture with the number, clip and start of its layer, as JSON data."""
        results = state.results()
        for layer in layers:
            entry = {"number": layer.number, **shows(layer)}
            before = self._pictures.get(layer.number)
            if before and before.items() >= entry.items():
                continue
            self._pictures.pop(layer.number, None)
            if f"look:{layer.number}" in results:
                picture = b64encode(_picture(state, results, layer.number)).decode()
                self._pictures[layer.number] = {
                    **entry,
                    "picture": f"data:image/jpeg;base64,{picture}",
                }
        return [self._pictures[o.number] for o in layers if o.number in self._pictures]


def shows(layer: Layer) -> Mapping[str, Any]:
    """Return the clip and start of a layer, for a page to compare."""
    return {"clip": layer.pick.name, "start": round(layer.start, 3)}


def _picture(state: BuildState, results: Results, number: int) -> bytes:
    inputs = {"@video": made_by(results, f"look:{number}", "look.nut", "nut")}
    arguments = {"at": 0.0, "width": WIDTH}
    job = command_job(shipped(), "source/frame", {}, arguments, shape="shot", inputs=inputs)
    return passing(state, Step(f"tab:{number}", lambda _results, _log: job))["shot.jpg"]
