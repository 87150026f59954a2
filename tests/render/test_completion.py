"""In a real shell, Tab completes a command, and doit receives the completed words."""

import os
import pty
import shutil
import subprocess
import sys

import pytest

from tests.render.conftest import House
from tests.render.refusals import tree

# A doit that only prints its arguments; READY says that completion is loaded.
PLAYS = """PS1= PS2=; unset HISTFILE; stty -echo
doit() {{ printf '<%s>' "$@"; echo; }}
{before}source {script}; echo REA''DY
"""
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], ""),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -D; "),
}


class Terminal:
    """A shell in a pseudo-terminal."""

    def __init__(self, house: House, words: list[str]) -> None:
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.chdir(house.root)
            os.execvpe(words[0], words, {**house.env(), "TERM": "dumb", "HOME": str(house.root)})

    def say(self, text: str, until: str) -> str:
        """Type a string and return the output up to an expected string."""
        os.write(self.end, text.encode())
        seen = ""
        while until not in seen:
            seen += os.read(self.end, 4096).decode(errors="replace")
        return seen

    def close(self) -> None:
        """End the shell."""
        os.close(self.end)
        os.waitpid(self.pid, 0)


@pytest.fixture(params=SHELLS)
def terminal(request, empty_house):
    """Yield a shell with completion, in a workspace with a clip and a project."""
    words, before = SHELLS[request.param]
    if not shutil.which(words[0]):
        pytest.skip(f"{request.param} is not installed")
    (empty_house.root / "library" / "video" / "a clip.mp4").touch()
    (empty_house.root / "projects" / "fog").mkdir(parents=True)
    (empty_house.root / "projects" / "fog" / "config.json").write_text("{}")
    script = empty_house.root / "completion"
    ran = empty_house.doit("tabcompletion", "--shell", request.param)
    assert ran.code == 0
    script.write_text(ran.out)
    shell = Terminal(empty_house, words)
    shell.say(PLAYS.format(before=before, script=script.name), "READY\r\n")
    yield shell
    shell.close()


def test_tab_completes_verbs_names_and_values(terminal):
    """Tab completes verbs, knobs up to `=`, their values, and knobs after a layer."""
    for typed, words in {
        "doit swee\tproj\tfo\t": "<sweep><project=fog>",
        "doit still layer2.simil\t0.3": "<still><layer2.similarity=0.3>",
        "doit still mode=km\tpost=vhs,anal\tlayer3.fit=blu\t": (
            "<still><mode=kmeans><post=vhs,analog><layer3.fit=blur>"
        ),
        "doit still layer2.clip=a\t": "<still><layer2.clip=a clip.mp4>",
        "doit still layer2.clip=a\\ c\tat=1:05": "<still><layer2.clip=a clip.mp4><at=1:05>",
        "doit nothing=\t": "<nothing=>",
    }.items():
        assert words + "\r\n" in terminal.say(f"{typed}\n", ">\r\n"), typed


def test_completion_writes_no_file_and_starts_no_process(empty_house, calls):
    """Completion does not start ffmpeg, write a file or print errors."""
    before = tree(empty_house.root)
    for line, said in {"doit still mode=k": "kmeans\n", 'doit still mode="': ""}.items():
        done = subprocess.run(
            [sys.executable, "-BP", "-m", "collide.cli.complete", line, "=:"],
            cwd=empty_house.root,
            env=empty_house.env(),
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
    assert (tree(empty_house.root), calls.argvs()) == (before, [])
