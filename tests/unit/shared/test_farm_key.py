"""farm_key: a file with mode 600 whose holders seal entries and connect by TLS."""

import os
import shlex
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.shared.farm_key import FarmKey, farm_key_path


@pytest.fixture
def key(tmp_path: Path) -> FarmKey:
    """Return a new key."""
    return FarmKey.make(tmp_path / "keys" / "farm.pem")


def test_a_new_key_has_mode_600_and_accepts_its_own_seals(key: FarmKey) -> None:
    """A new key (mode 600) is alone in its folder; when read back, it accepts its own seals."""
    assert key.path.stat().st_mode & 0o777 == 0o600
    assert list(key.path.parent.iterdir()) == [key.path]
    assert FarmKey.read(key.path).is_sealed(b"x", key.seal(b"x"))
    assert not key.is_sealed(b"y", key.seal(b"x"))
    assert not key.is_sealed(b"x", "é")


def test_a_key_is_never_replaced(key: FarmKey) -> None:
    """A second key at the same path is refused, and the first key is unchanged."""
    before = key.path.read_bytes()
    with pytest.raises(InputError, match="already exists"):
        FarmKey.make(key.path)
    assert key.path.read_bytes() == before
    assert list(key.path.parent.iterdir()) == [key.path]


def test_different_keys_make_different_seals(key: FarmKey, tmp_path: Path) -> None:
    """Different keys make different seals."""
    other = FarmKey.make(tmp_path / "other.pem")
    assert other.seal(b"x") != key.seal(b"x")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_that_others_may_read_is_refused(key: FarmKey, mode: int) -> None:
    """A key that others may read is refused, and the suggested chmod corrects its mode."""
    key.path.chmod(mode)
    with pytest.raises(InputError) as refused:
        FarmKey.read(key.path)
    assert refused.value.what == f"others can read the farm's key: {key.path}"
    assert refused.value.why.startswith(f"its mode is {mode:o}; ")
    assert refused.value.fix == f"chmod 600 {key.path}"
    subprocess.run(shlex.split(refused.value.fix), check=True)
    assert FarmKey.read(key.path).is_sealed(b"x", key.seal(b"x"))


def test_without_its_package_no_key_is_made(tmp_path: Path, monkeypatch) -> None:
    """If the package cryptography is missing, no key is made; the fix is to install the package."""
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(InputError) as refused:
        FarmKey.make(tmp_path / "keys" / "farm.pem")
    assert refused.value.what == "a farm key cannot be made here"
    assert "cryptography" in refused.value.why
    assert refused.value.fix.startswith("pip install -c constraints.txt -e '.[farm]'\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "rubbish", "half", "no certificate", "a letter less"])
def test_an_invalid_key_file_is_refused(key: FarmKey, text: str) -> None:
    """An empty or truncated key, a key without its certificate, and any other text are refused."""
    whole = key.path.read_text()
    texts = {
        "half": whole[: len(whole) // 2],
        "no certificate": whole.split("-----BEGIN CERT")[0],
        "a letter less": whole.replace("M", "", 1),  # the base64 of the key is too short
    }
    key.path.write_text(texts.get(text, text))
    with pytest.raises(InputError, match="is not a farm key"):
        FarmKey.read(key.path)


def test_a_folder_in_place_of_the_key_is_refused(tmp_path: Path) -> None:
    """A folder where the key should be is refused with an error message."""
    with pytest.raises(InputError):
        FarmKey.read(tmp_path)
    with pytest.raises(InputError, match="there is no farm key"):
        FarmKey.read(tmp_path / "none")


def test_the_repr_of_a_key_contains_only_its_path(key: FarmKey) -> None:
    """A key's repr, which tracebacks print, shows only its path."""
    assert repr(key) == f"FarmKey({str(key.path)!r})"


def test_one_variable_sets_the_path_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key's path is COLLIDE_FARM_KEY; the default is a file in the user's home."""
    monkeypatch.setenv("COLLIDE_FARM_KEY", "~/a.pem")
    assert farm_key_path() == Path.home() / "a.pem"
    monkeypatch.delenv("COLLIDE_FARM_KEY")
    assert farm_key_path() == Path.home() / ".config" / "collide" / "farm.pem"


def talk(server: ssl.SSLContext, client: ssl.SSLContext) -> str:
    """Return a server's greeting to a client, or the name of the client's error."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            with server.wrap_socket(theirs, server_side=True) as peer:
                peer.sendall(b"hello")
        except OSError:
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(ours, server_hostname="any") as peer:
            return peer.recv(5).decode() or "closed"
    except OSError as error:
        return type(error).__name__
    finally:
        ours.close()
        thread.join()


def test_only_holders_of_the_key_talk_to_each_other(key: FarmKey, tmp_path: Path) -> None:
    """Clients and servers with a different key and clients without a key are rejected."""
    other = FarmKey.make(tmp_path / "other.pem")
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    nobody.check_hostname, nobody.verify_mode = False, ssl.CERT_NONE
    assert talk(key.server_context(), key.client_context()) == "hello"
    assert talk(key.server_context(), other.client_context()) != "hello"
    assert talk(other.server_context(), key.client_context()) != "hello"
    assert talk(key.server_context(), nobody) != "hello"


def test_a_key_with_the_wrong_certificate_is_refused(key: FarmKey, tmp_path: Path) -> None:
    """A key with the wrong certificate is refused when a connection needs it."""
    other = FarmKey.make(tmp_path / "other.pem").path.read_text()
    mixed = key.path.read_text().split("-----BEGIN CERT")[0]
    key.path.write_text(mixed + "-----BEGIN CERT" + other.split("-----BEGIN CERT")[1])
    with pytest.raises(InputError, match="is not a farm key"):
        FarmKey.read(key.path).client_context()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere; run the tests as a user")
def test_an_unwritable_folder_is_reported(tmp_path: Path) -> None:
    """An unwritable folder causes an error message instead of a traceback."""
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"):
        FarmKey.make(tmp_path / "keys" / "farm.pem")
    tmp_path.chmod(0o700)
