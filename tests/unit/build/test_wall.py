"""wall: what a process behind it cannot do, whoever asks for it, and in whatever words."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from collide.build.wall import refused

BEHIND = """
import os, pathlib, socket, subprocess, sys, urllib.request
from collide.build.wall import shut
port = int(sys.argv[1])
refusals = shut(pathlib.Path("home"), loopback=[{ports}], programs=["true"])
try:
    {act}
    print("done")
except PermissionError as error:
    print(error)
except OSError as error:
    print(type(error).__name__, error)
print(refusals)
"""


@pytest.fixture
def port() -> int:
    """A port of this machine on which somebody listens, and answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()
        server.settimeout(0.05)

        def accept() -> None:
            while not stop.is_set():
                try:
                    server.accept()[0].close()
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1]
        stop.set()
        thread.join()


def behind(folder: Path, port: int, act: str, ports: str = "") -> str:
    """Return what a process behind a wall says of an act."""
    (folder / "home").mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", BEHIND.format(act=act, ports=ports), str(port)],
        cwd=folder,
        env={"PYTHONPATH": ":".join(filter(None, sys.path)), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


CONNECTS = [
    'socket.create_connection(("127.0.0.1", port))',
    'socket.create_connection(("localhost", port))',
    'socket.socket().connect_ex(("127.0.0.1", port))',
    'socket.socket(socket.AF_INET6).connect(("::ffff:127.0.0.1", port))',
    'socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port))',
    'import _socket; _socket.socket().connect(("127.0.0.1", port))',
    'urllib.request.urlopen(f"http://127.0.0.1:{port}/")',
    'socket.socket().connect(("10.0.0.1", 80))',
    'socket.socket().connect(("0.0.0.0", port))',
    'socket.socket(socket.AF_UNIX).connect("/run/docker.sock")',
]


@pytest.mark.parametrize("act", CONNECTS)
def test_nothing_but_the_public_network_is_spoken_to(tmp_path: Path, port: int, act: str) -> None:
    """Before a packet is sent: every way to connect that Python has asks the wall."""
    said = behind(tmp_path, port, act)
    assert "done" not in said
    assert "is not a public address" in said or "is no address of the network" in said
    assert not said.endswith("[]\n"), "what was refused can be told"


def test_a_port_that_is_lent_for_a_test_is_one_port(tmp_path: Path, port: int) -> None:
    """The switch opens this port of this machine, and neither another nor another machine."""
    act = 'socket.create_connection(("127.0.0.1", port))'
    assert "done" in behind(tmp_path, port, act, ports=str(port))
    assert "done" not in behind(tmp_path, port, act, ports=str(port + 1))
    act = 'socket.socket().connect(("10.0.0.1", port))'
    assert "not a public address" in behind(tmp_path, port, act, ports=str(port))


@pytest.mark.parametrize(
    "act",
    [
        'subprocess.run(["/bin/ls"])',
        'os.system("ls")',
        'os.execv("/bin/ls", ["ls"])',
        "os.fork()",
        'os.posix_spawn("/bin/ls", ["ls"], {})',
        'open("outside", "w")',
        'os.open("outside", os.O_WRONLY | os.O_CREAT)',
        'pathlib.Path("home/../outside").write_text("x")',
        'open("home/in", "w").close(); os.rename("home/in", "outside")',
        'os.symlink("/etc", "outside")',
    ],
)
def test_no_program_is_started_and_nothing_is_written_outside(
    tmp_path: Path, port: int, act: str
) -> None:
    """By whatever name: what a stranger's page makes of its reader stays in one folder."""
    said = behind(tmp_path, port, act)
    assert "is started here" in said or "nothing is written there" in said
    assert not (tmp_path / "outside").exists()


def test_what_it_is_for_can_be_done(tmp_path: Path, port: int) -> None:
    """It reads, writes in its folder, and starts what it was told it may."""
    for act in (
        'open("home/in", "w").close(); os.rename("home/in", "home/out")',
        'open("/etc/hostname").read()',
        'subprocess.run(["true"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)',
    ):
        assert behind(tmp_path, port, act).startswith("done")


PRIVATE = """
127.0.0.1 127.8.9.1 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 224.0.0.1
255.255.255.255 198.18.0.1 ::1 :: fe80::1 fe80::1%1 fc00::1 ff02::1 ::ffff:10.0.0.1
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1:: 2002:a00:1:: 2001:db8::1
""".split()


@pytest.mark.parametrize("host", PRIVATE)
def test_an_address_that_is_not_everybodys_is_refused(host: str) -> None:
    """Also where an IPv6 address only stands for it."""
    assert "not a public address" in refused((host, 80))


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_of_the_public_network_is_not(host: str) -> None:
    """Else nothing could ever come."""
    assert refused((host, 443)) == refused((host, 443, 0, 0)) == ""


@pytest.mark.parametrize("address", [("example.com", 80), "/run/x", b"\0x", None, ("8.8.8.8",)])
def test_what_is_no_address_is_refused(address: object) -> None:
    """A name is looked up before the wall is asked; after it, nobody knows to what."""
    assert "no address" in refused(address)
