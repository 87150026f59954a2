"""A workspace that runs `doit tune`, and a client that sends the page's requests."""

import http.client
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from collide.base.hashing import digest_file
from tests.patience import HANGS
from tests.render.conftest import CONFIG, House, built, make_clips

SMALL = {"output_size": "256x144", "fps": 10, "duration": 6, "min_resolution": 0}


@dataclass
class Page:
    """A running `doit tune`, and the news that a page receives from it."""

    house: House
    process: subprocess.Popen[str]
    address: str
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _news: "Queue[tuple[str, dict[str, Any]]]" = field(default_factory=Queue)

    @property
    def place(self) -> str:
        """Return the page's host and port."""
        return self.address.split("/")[2]

    @property
    def token(self) -> str:
        """Return the page's token."""
        return self.address.split("/")[3]

    def ask(
        self, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes, dict[str, str]]:
        """Send a request (a POST if it has a body) and return the status, body and headers."""
        typed = {"Host": self.place, **headers}
        typed |= {"Content-Type": "application/json"} if body is not None else {}
        line = http.client.HTTPConnection(self.place, timeout=HANGS)
        try:
            line.request("GET" if body is None else "POST", path, body, typed)
            answer = line.getresponse()
            return answer.status, answer.read(), dict(answer.headers)
        finally:
            line.close()

    def act(self, name: str, **body: Any) -> dict[str, Any]:
        """Perform an action as the page would, check that it succeeds, and return the response."""
        status, told = self.tried(name, **body)
        assert status == 200, told
        return told

    def tried(self, name: str, **body: Any) -> tuple[int, dict[str, Any]]:
        """Try an action as the page would and return the status and the response."""
        origin = {"Origin": f"http://{self.place}"}
        sent = json.dumps(body).encode()
        status, told, _ = self.ask(f"/{self.token}/act/{name}", sent, **origin)
        return status, json.loads(told or b"{}")

    def listen(self) -> None:
        """Start receiving news."""
        line = http.client.HTTPConnection(self.place, timeout=HANGS)
        line.request("GET", f"/{self.token}/news", headers={"Host": self.place})
        answer = line.getresponse()
        assert answer.status == 200

        def hear() -> None:
            kind = ""
            for row in answer:
                text = row.decode().strip()
                if text.startswith("event: "):
                    kind = text.removeprefix("event: ")
                elif text.startswith("data: "):
                    self._news.put((kind, json.loads(text.removeprefix("data: "))))

        threading.Thread(target=hear, daemon=True).start()

    def wait(self, kind: str, number: int | None = None) -> dict[str, Any]:
        """Return the next event of the given kind for a request, or for any if `number` is None."""
        return self.wait_for_any([kind], number)[1]

    def wait_for_any(
        self, kinds: Collection[str], number: int | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Return the next news of one of the `kinds` for a request, or for any if `number` is None.

        Fail if trouble is reported for this request instead.
        """
        while True:
            heard = self._news.get(timeout=HANGS)
            self.heard.append(heard)
            of = number in (None, heard[1].get("of"))
            if heard[0] in kinds and of:
                return heard
            if heard[0] == "trouble" and of:
                raise AssertionError(heard[1])

    def turned(self, **knobs: str | None) -> dict[str, Any]:
        """Turn knobs, such as `layer2_similarity=0.3`, and return the news of the exact still."""
        named = {n.replace("_", ".", 1) if n[:5] == "layer" else n: v for n, v in knobs.items()}
        number = self.act("turn", knobs=named)["number"]
        return self.wait("still", number)

    def still(self, *words: str) -> str:
        """Run `doit still` and return its picture's digest."""
        assert self.house.doit("still", "project=x", *words).code == 0
        return digest_file(self.house.root / "projects" / "x" / "still.png")

    def end(self) -> str:
        """End the command as Ctrl-C does and return its output."""
        self.process.send_signal(2)
        out, _ = self.process.communicate(timeout=HANGS)
        return out


@pytest.fixture(scope="session")
def rendered_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with four clips, whose project x was rendered once."""
    clips = make_clips(tmp_path_factory.mktemp("clips"))
    house = built(tmp_path_factory.mktemp("tuned"), clips)
    write_config(house, **SMALL)
    return house.root


@pytest.fixture
def house(tmp_path: Path, rendered_once: Path) -> House:
    """Return a copy of the workspace that was rendered once."""
    new = House.__new__(House)
    new.root = tmp_path / "house"
    shutil.copytree(rendered_once, new.root, symlinks=True)
    return new


@pytest.fixture
def page(house: House) -> Iterator[Page]:
    """Start `doit tune project=x`, collect its news, and yield its page."""
    started = start(house)
    started.listen()
    yield started
    if started.process.poll() is None:
        started.process.kill()
        started.process.communicate()


def start(house: House, *words: str) -> Page:
    """Start `doit tune` and return its page once the server is ready."""
    argv = [sys.executable, "-m", "doit", "tune", "project=x", "open=false", *words]
    process = subprocess.Popen(
        argv, cwd=house.root, env=house.env(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout
    told = ""
    for line in process.stdout:
        told += line
        if "http://" in line:
            return Page(house, process, line.split()[-1])
    raise AssertionError(told)


def write_config(house: House, **knobs: Any) -> None:
    """Write the usual config of project x, with some knobs changed."""
    path = house.root / "projects" / "x" / "config.json"
    path.write_text(json.dumps({**CONFIG, **knobs}))


def config(house: House) -> dict[str, Any]:
    """Return the config of project x."""
    return dict(json.loads((house.root / "projects" / "x" / "config.json").read_text()))
