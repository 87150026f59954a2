"""download a model for mode=rembg: doit model name=u2netp

The model is saved in library/models. To use a model of your own, copy it there as NAME.onnx.
"""

import sys
from pathlib import Path

from collide.base.errors import TaskError, mistyped
from collide.base.files import copy_out
from collide.base.hashing import digest_file
from collide.base.words import shell_path
from collide.cli.request import Request
from collide.engine import models
from collide.engine.masks import PLAIN
from collide.engine.safety import Bounds, certificates, proxies
from collide.run.build_state import BuildState
from collide.run.progress import Line
from collide.syntax.variables import Variable
from collide.syntax.verb import Verb
from collide.text_limits import Text

USUAL = "small and good at finding people: doit model name=u2netp"
MODELS = Text(f"one of {', '.join(PLAIN)}, or the name of a file in library/models")
VERB = Verb(variables={"name": Variable(MODELS, "the model", "u2netp", required=True)})


def run(request: Request) -> int:
    """Fetch the model if library/models lacks it, and print its name, size and digest."""
    name, here = request.value("name"), models.available(request.workspace)
    own = name if name.endswith(".onnx") else f"{name}.onnx"
    if name not in (*PLAIN, *here):
        raise mistyped(
            f"no model is called {name!r}",
            name,
            PLAIN,
            why=f"to download: {', '.join(PLAIN)}\nhere: {', '.join(here) or 'none yet'}",
            otherwise=f"to use your own, copy it: cp {shell_path(own)} library/models/\n{USUAL}",
        )
    path = models.folder(request.workspace) / f"{name}.onnx"
    if name not in here:
        _fetch(name, path, request.open_house().state)
    size = path.stat().st_size / 1e6
    was = "is here already" if name in here else "was fetched"
    print(f"{name} {was}: library/models/{name}.onnx, {size:.1f} MB, digest {digest_file(path)}")
    return 0


def _fetch(name: str, place: Path, state: BuildState) -> None:
    """Fetch a model into a temporary folder and copy it to the path `place` when it is complete."""
    line = Line(sys.stdout)

    def report(text: str) -> None:
        if text.startswith("bytes="):
            line.say(f"{name}: {int(text[6:]) / 1e6:.1f} MB")

    print(f"fetching {name} from rembg's model server")
    env = {**certificates(), **proxies(), "NUMBA_DISABLE_JIT": "1"}
    # on a slow network this may take hours: it fails only if no data arrives
    bounds = Bounds(7200, size=8 << 30, memory=16 << 30, patience=3600, talks=True)
    program = "engine.model_download"
    with state.store.workdir() as folder:
        try:
            state.engine.work(program, [name], cwd=folder, bounds=bounds, env=env, on_output=report)
        except TaskError as error:
            raise TaskError(
                f"the model {name} could not be fetched",
                why=error.why,
                fix="check the network and try again, or copy the file yourself, as "
                f"library/models/{name}.onnx",
            ) from None
        finally:
            line.close()
        copy_out(folder / "model.onnx", place)
