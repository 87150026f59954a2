"""sandbox: what sandboxed code can and cannot do."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from collide.download.sandbox import refused
from tests.patience import HANGS

BEHIND = """
import os, pathlib, socket, subprocess, sys, urllib.request
from collide.download.sandbox import shut
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
    """Yield a port of this machine that accepts connections and closes them without an answer."""
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
    """Run the code in `act` in a sandboxed process and return its output."""
    (folder / "home").mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", BEHIND.format(act=act, ports=ports), str(port)],
        cwd=folder,
        env={"PYTHONPATH": ":".join(filter(None, sys.path)), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=HANGS,
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
def test_only_the_public_network_can_be_reached(tmp_path: Path, port: int, act: str) -> None:
    """The sandbox refuses a connection to any address that is not public, however it is opened."""
    said = behind(tmp_path, port, act)
    assert "done" not in said
    assert "is not a public address" in said or "is not a network address" in said
    assert not said.endswith("[]\n"), "the refusal is recorded"


def test_the_exception_for_tests_permits_one_local_port(tmp_path: Path, port: int) -> None:
    """The exception for tests permits one local port and no other port or machine."""
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
        'os.mkdir("outside")',
        'import sqlite3; sqlite3.connect("outside")',
        'import sqlite3; sqlite3.connect("file:outside", uri=True)',
        'os.open("outside", os.O_WRONLY | os.O_CREAT, dir_fd=os.open(".", os.O_RDONLY))',
    ],
)
def test_other_programs_and_writes_outside_are_refused(tmp_path: Path, port: int, act: str) -> None:
    """Sandboxed code starts only allowed programs and writes only into its folder."""
    said = behind(tmp_path, port, act)
    assert "is not allowed" in said
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    "act",
    [
        'os.remove("theirs/file")',
        'os.remove("theirs/link")',
        'os.rmdir("theirs/empty")',
        'os.truncate("theirs/file", 0)',
        'os.chmod("theirs/file", 0o777)',
        'os.chmod(open("theirs/file").fileno(), 0o777)',
        'os.chown("theirs/file", os.getuid(), os.getgid())',
        'os.utime("theirs/file", (0, 0))',
        'os.utime("theirs/../theirs/file", (0, 0))',
        'os.setxattr("theirs/file", "user.x", b"x")',
        'os.rename("theirs/file", "home/file")',
        'os.replace("theirs/file", "home/file")',
        'os.link("theirs/file", "home/file")',
        'os.symlink("../theirs", "home/way"); os.remove("home/way/file")',
        'os.remove("file", dir_fd=os.open("theirs", os.O_RDONLY))',
        'import shutil; shutil.rmtree("theirs")',
        'import shutil; shutil.move("theirs/file", "home/file")',
    ],
)
def test_nothing_outside_the_folder_can_be_changed(tmp_path: Path, port: int, act: str) -> None:
    """Sandboxed code cannot delete, move, link or change anything outside its folder."""
    theirs = tmp_path / "theirs"
    (theirs / "empty").mkdir(parents=True)
    (theirs / "file").write_text("the artist's")
    (theirs / "link").symlink_to("../home/in")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "in").write_text("fetched")

    def stats() -> list[tuple]:
        found = [path.lstat() for path in sorted(theirs.rglob("*"))]
        return [(s.st_ino, s.st_mode, s.st_nlink, s.st_size, s.st_mtime_ns) for s in found]

    before = stats()
    said = behind(tmp_path, port, act)
    assert "is not allowed" in said
    assert stats() == before and len(before) == 3


def test_the_intended_operations_are_allowed(tmp_path: Path, port: int) -> None:
    """Sandboxed code can read, write in its own folder, and start allowed programs."""
    for act in (
        'open("home/in", "w").close(); os.rename("home/in", "home/out")',
        'os.mkdir("home/new"); os.rmdir("home/new")',
        'open("home/in", "w").close(); os.utime("home/in"); os.remove("home/in")',
        'open("/etc/hostname").read(); os.listdir("/etc")',
        'subprocess.run(["true"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)',
    ):
        assert behind(tmp_path, port, act).startswith("done")


PRIVATE = """
127.0.0.1 127.8.9.1 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 224.0.0.1
255.255.255.255 198.18.0.1 ::1 :: fe80::1 fe80::1%1 fc00::1 ff02::1 ::ffff:10.0.0.1
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1:: 2002:a00:1:: 2001:db8::1
::127.0.0.1 ::ffff:0:127.0.0.1 64:ff9b:1::7f00:1 fec0::1 5f00::1 4000::1 100::1
2001:0:7f00:1:0:0:f7f7:f7f7 2001:0:808:808:0:0:80ff:fffe
""".split()


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_address_is_refused(host: str) -> None:
    """The sandbox refuses every address that is not public, even if it is embedded in IPv6."""
    assert "not a public address" in refused((host, 80))


PUBLIC = """
8.8.8.8 2606:4700::1111 64:ff9b::808:808 ::ffff:8.8.8.8 2002:808:808:: 2001:0:808:808:0:0:f7f7:f7f7
""".split()


@pytest.mark.parametrize("host", PUBLIC)
def test_a_public_address_is_allowed(host: str) -> None:
    """The sandbox allows public addresses."""
    assert refused((host, 443)) == refused((host, 443, 0, 0)) == ""


@pytest.mark.parametrize("address", [("example.com", 80), "/run/x", b"\0x", None, ("8.8.8.8",)])
def test_an_invalid_address_is_refused(address: object) -> None:
    """The sandbox refuses host names, paths and malformed addresses, since it checks only IPs."""
    assert "is not a network address" in refused(address)
