"""Publish repeatedly; each time, kill the process at another system call, or make that call fail.

strace injects the faults, even into calls that Python cannot count, such as sqlite's page writes.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fault.publishing import MEMORY, broken, in_a_child, unhealed

CHANGES = (
    "mkdir", "write", "pwrite64", "sendfile", "ftruncate", "fsync", "fdatasync", "chmod", "rename",
    "link", "unlink",
)  # fmt: skip
ONCE = "import sys; from pathlib import Path; from tests.fault.publishing import publish;" + (
    "sys.exit(publish(Path(sys.argv[1]), 'b'))"
)


def possible() -> bool:
    """Return whether strace is installed and permitted."""
    if not shutil.which("strace"):
        return False
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True)
    return tried.returncode == 0


def every_syscall(state: str, what: str) -> tuple[int, list[str]]:
    """Publish once for each system call in CHANGES; return the count and the faults."""
    wrong: list[str] = []
    count = 0
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        first, root = Path(folder) / "first", Path(folder) / "root"
        first.mkdir()
        if state == "full":
            assert in_a_child(first, "a") == 0
        # a message that cannot be printed does no harm, so `write` is killed but never fails
        for name in (name for name in CHANGES if what == "KILL" or name != "write"):
            for at in range(1, 1000):
                shutil.copytree(first, root)
                code, hit = _struck(root, name, at, what)
                place = f"{state}, {what} at {name} {at}"
                if hit:
                    count += 1
                    wrong += [f"{place}: {text}" for text in broken(root, code)]
                    wrong += [f"{place}, rerun: {text}" for text in unhealed(root)]
                shutil.rmtree(root)
                if not hit:
                    break
    return count, wrong


def _struck(root: Path, name: str, at: int, what: str) -> tuple[int, bool]:
    """Publish with a fault at one call; return the exit code and whether the fault occurred."""
    blow = "signal=KILL" if what == "KILL" else f"error={what}"
    log = root.with_name("strace")
    command = ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={name}"]
    command += ["-e", f"inject={name}:{blow}:when={at}", sys.executable, "-c", ONCE, str(root)]
    with (root / "said").open("w") as said:
        code = subprocess.run(
            command, stdout=said, stderr=said, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        ).returncode
    return code, code == -9 or "(INJECTED)" in log.read_text()
