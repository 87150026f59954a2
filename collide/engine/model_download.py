"""The program that downloads one of rembg's models, with rembg's own code, as `model.onnx`.

    python -m collide.engine.model_download NAME

It prints the number of bytes received so far, twice a second.
"""

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path


def main(words: Sequence[str]) -> int:
    """Download the named model into the working folder; return an exit code."""
    (name,) = words
    home = Path("home").resolve()
    home.mkdir()
    os.environ |= dict.fromkeys(("HOME", "TMPDIR", "U2NET_HOME"), str(home))
    done = threading.Event()
    progress = threading.Thread(target=_print_progress, args=(home / "models", done))
    progress.start()
    try:
        from rembg.sessions import sessions_class

        (session,) = (cls for cls in sessions_class if cls.name() == name)
        os.replace(session.download_models(), "model.onnx")
    except (Exception, SystemExit) as error:
        print(f"\n{type(error).__name__}: {error}".replace("\n", " ").strip(), file=sys.stderr)
        return 1
    finally:
        done.set()
        progress.join()  # Python aborts if a thread still holds stdout when it shuts down
    return 0


def _print_progress(folder: Path, done: threading.Event) -> None:
    while not done.wait(0.5):
        come = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        print(f"bytes={come}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
