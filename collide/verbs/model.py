"""fetch a model for mode=rembg, once: doit model name=u2netp

It goes to library/models; a model of your own is copied there by hand, as NAME.onnx.
"""

import os
import sys
from pathlib import Path

from collide.build import engine as door
from collide.build import models
from collide.build.masks import PLAIN
from collide.build.safety import Bounds
from collide.build.store import Store
from collide.errors import InputError, TaskError, did_you_mean
from collide.files import copy_out
from collide.hashing import digest_file
from collide.said import Said

VARIABLES = {"name": "which model"}

# What a download may need to know of this machine.
NETWORK = (
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
)  # fmt: skip


def run(said: Said) -> int:
    """Fetch the model, unless it is here, and say what it is.

    Raises:
        InputError: no model is called that.
        TaskError: it could not be fetched.
    """
    name, here = said.variables.get("name", ""), models.known(said.house)
    if name not in (*PLAIN, *here):
        raise InputError(
            f"no model is called {name!r}" if name else "fetch which model?",
            why=f"there are {', '.join(PLAIN)}\nhere: {', '.join(here) or 'none yet'}",
            fix=did_you_mean(
                name, PLAIN, otherwise="doit model name=u2netp, small and good for people"
            ),
        )
    folder = models.folder(said.house)
    if name not in here:
        _fetch(name, folder / f"{name}.onnx", said.open_house().bench.store)
    path = folder / f"{name}.onnx"
    size = path.stat().st_size / 1e6
    was = "is here already" if name in here else "was fetched"
    print(f"{name} {was}: library/models/{name}.onnx, {size:.1f} MB, digest {digest_file(path)}")
    return 0


def _fetch(name: str, place: Path, store: Store) -> None:
    """Fetch a model into a private folder, and copy it to its place when it is whole."""
    live = sys.stdout.isatty()

    def heard(line: str) -> None:
        if line.startswith("bytes=") and live:
            print(f"\r{name}: {int(line[6:]) / 1e6:.1f} MB", end="", flush=True)

    print(f"fetching {name} from where rembg keeps its models")
    known = {word: os.environ[word] for both in NETWORK for word in (both, both.lower())
             if word in os.environ}  # fmt: skip
    with store.workdir() as folder:
        try:
            bounds = Bounds(seconds=7200, size=8 << 30, memory=16 << 30)
            env = {**known, "NUMBA_DISABLE_JIT": "1"}
            door.work("fetch", [name], cwd=folder, bounds=bounds, env=env, heard=heard)
        except TaskError as error:
            raise TaskError(
                f"the model {name} could not be fetched",
                why=error.why,
                fix="look at the network and say it again, or copy the file yourself, as "
                f"library/models/{name}.onnx",
            ) from None
        finally:
            print("\r" if live else "", end="")
        copy_out(folder / "model.onnx", place)
