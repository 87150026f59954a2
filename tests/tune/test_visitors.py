"""Access to the page: only from the page itself, on this machine, with its token."""

import http.client
import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.patience import HANGS, running, wait_until
from tests.render.conftest import House
from tests.tune.conftest import Page, config, start


def test_the_page_forbids_inline_scripts_and_other_sites(page: Page) -> None:
    """The page and its files are sent with a policy that forbids inline scripts and other sites."""
    for path, form in (("", "text/html"), ("assets/tune.js", "text/javascript"),
                       ("assets/paper.css", "text/css")):  # fmt: skip
        status, body, headers = page.ask(f"/{page.token}/{path}")
        assert status == 200
        assert headers["Content-Type"].startswith(form)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["Referrer-Policy"] == "no-referrer", "a link would give the token away"
        assert b"<script>" not in body


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},  # a domain name that resolves to 127.0.0.1
        {"Host": "localhost"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_another_site_is_refused(page: Page, house: House, headers: dict[str, str]) -> None:
    """Even with the token, another site can neither read anything nor perform actions."""
    before = config(house)
    assert page.ask(f"/{page.token}/", **headers)[0] == 403
    sent = {"Origin": f"http://{page.place}", **headers}
    assert page.ask(f"/{page.token}/act/keep", b"{}", **sent)[0] == 403
    assert config(house) == before


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "%s/../%s"])
def test_without_the_token_every_path_is_refused(page: Page, token: str) -> None:
    """If the token is missing or wrong, every path is refused in the same way."""
    for path in ("", "news", "assets/tune.js", "video.mp4", "object/00.png"):
        assert page.ask(f"/{token}/{path}")[0] == 403


def test_an_action_needs_an_origin_and_json(page: Page) -> None:
    """An action is refused if it lacks an Origin header or a JSON body."""
    path, origin = f"/{page.token}/act/undo", f"http://{page.place}"
    assert page.ask(path, b"{}")[0] == 403
    line = http.client.HTTPConnection(page.place)
    line.request("POST", path, b"{}", {"Origin": origin, "Content-Type": "text/plain"})
    assert line.getresponse().status == 403
    line.close()
    assert page.ask(path, b"[1]", Origin=origin)[0] == 400
    assert page.ask(path, b"{", Origin=origin)[0] == 400
    assert page.ask(f"/{page.token}/act/undo")[0] == 404, "a link does nothing"


@pytest.mark.parametrize(
    ("size", "status"),
    [("1073741824", 413), ("9" * 30, 413), ("9" * 5000, 413), ("-1", 411), ("", 411), ("²", 411)],
)
def test_an_invalid_body_size_is_refused_before_reading(page: Page, size: str, status: int) -> None:
    """A body with a huge, invalid or missing size is refused unread, and the page continues."""
    line = socket.create_connection(page.place.split(":"), timeout=HANGS)
    heads = [f"Host: {page.place}", f"Origin: http://{page.place}", f"Content-Length: {size}"]
    heads += ["Content-Type: application/json", "", ""]
    rows = [f"POST /{page.token}/act/undo HTTP/1.1", *heads]
    line.sendall("\r\n".join(rows).encode("latin-1"))
    answer = line.recv(65536)
    assert answer.startswith(f"HTTP/1.1 {status}".encode()), answer
    assert b"Connection: close" in answer
    line.close()
    assert page.act("look")


def test_the_server_sends_only_files_of_page_and_store(page: Page, house: House) -> None:
    """The server sends only the page's own files, and files from the store by their digest."""
    for path in (
        "assets/../server.py", "assets/..%2Fserver.py", "object/../../config.json",
        "object/..%2f..%2fprojects.png", "object/%00.png", "../dodo.py",
        "object/" + "a" * 300 + ".png", "assets//etc/passwd", "video.mp4/../../config.json",
    ):  # fmt: skip
        assert page.ask(f"/{page.token}/{path}")[0] == 404, path
    still = page.wait("still", page.act("look")["number"])
    assert page.ask(f"/{page.token}/object/{still['file']}.png")[0] == 200
    assert page.ask(f"/{page.token}/object/{still['file']}.json")[0] == 404


def test_the_page_listens_on_this_machine_only(page: Page) -> None:
    """The page's port is closed on all other addresses of this machine."""
    port = int(page.place.split(":")[1])
    others = {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None)}
    for address in others - {"127.0.0.1", "::1"} | {"127.0.0.2"}:
        with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            socket.create_connection((address, port), timeout=5).close()


def test_ten_thousand_requests_lock_no_client_out(page: Page) -> None:
    """Neither ten thousand requests nor silent connections lock a client out."""
    line = http.client.HTTPConnection(page.place, timeout=HANGS)
    for count in range(10_000):
        if count % 100 == 0:
            line.close()
        line.request("GET", f"/{page.token}/assets/tune.css")
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200
    line.close()
    silent = [socket.create_connection(page.place.split(":")) for _ in range(60)]
    for one in silent:
        one.close()
    wait_until(lambda: _answers(page), what="the page does not come back")
    assert page.act("look")


def _answers(page: Page) -> bool:
    try:
        return page.ask(f"/{page.token}/")[0] == 200
    except OSError:  # too many connections are still open
        return False


def test_a_clip_named_like_a_tag_stays_text(house: House, page: Page) -> None:
    """The page's scripts never insert text as HTML, so a clip named like a tag keeps its name."""
    assets = house.package / "collide" / "tune" / "assets"
    code = "".join(path.read_text() for path in assets.glob("*.js"))
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert way not in code


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_page_ends_with_its_terminal(house: House, how: int) -> None:
    """Whichever signal ends `doit tune`, no process is left, and the port is free again."""
    page = start(house)
    page.listen()
    page.act("turn", knobs={"layer2.saturation": "0.3"})
    page.process.send_signal(how)
    page.process.communicate(timeout=HANGS)
    assert running(house.root) == []
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(page.place.split(":"), timeout=5)


def test_the_page_ends_with_the_process_that_started_it(house: House) -> None:
    """The page ends when the process that started it is killed."""
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'doit', 'tune', 'project=x',"
        " 'open=false'], stdout=subprocess.PIPE, text=True, start_new_session=True)\n"
        "print(child.stdout.readline(), child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    shell = subprocess.Popen(
        [sys.executable, "-c", code], cwd=house.root, env=house.env(),
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert shell.stdout
    told = [shell.stdout.readline(), shell.stdout.readline()]
    child = int(told[1])
    os.kill(child, 0)
    shell.kill()
    shell.communicate()

    def gone() -> bool:
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return True
        return False

    wait_until(gone, what="it serves a page that nobody started")
