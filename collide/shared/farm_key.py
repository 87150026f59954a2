"""The farm's key: one file with mode 600, which seals entries and authenticates machines.

It contains a private key and a self-signed certificate. Only its holders can run code on the farm's
workers, and other machines accept only results that its holders write to the shared store.
"""

import base64
import hashlib
import hmac
import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from collide.base.errors import InputError

if TYPE_CHECKING:
    import ssl

PLACE = "~/.config/collide/farm.pem"
MAKE = "doit farm key=true"
PRIVATE = re.compile(
    r"-----BEGIN PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----", re.ASCII
)
CERTIFICATE = re.compile(
    r"-----BEGIN CERTIFICATE-----\s+[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----"
)
NAME = "collide farm"  # the name in the certificate
LARGEST = 1 << 16  # maximum size of the file in bytes
OTHERS = 0o077  # the permission bits of the group and of others


def farm_key_path() -> Path:
    """Return the farm key's path: COLLIDE_FARM_KEY, or a file in the user's home."""
    return Path(os.environ.get("COLLIDE_FARM_KEY") or PLACE).expanduser()


def key_line(path: Path, there: str = "THAT-MACHINE") -> str:
    """Return the command that copies this machine's key to its usual path on another machine."""
    folder = PLACE.removeprefix("~/").rpartition("/")[0]
    target = f"{there}:{PLACE.removeprefix('~/')}"
    return f"ssh {there} mkdir -p -m 700 {folder} && scp -p {quote(str(path))} {target}"


def fetch_line(path: Path, host: str = "HOST") -> str:
    """Return the command that copies the key from the machine `host` to this machine."""
    folder, source = quote(str(path.parent)), f"{host}:{PLACE.removeprefix('~/')}"
    return f"mkdir -p -m 700 {folder} && scp -p {source} {quote(str(path))}"


def swap_line(path: Path, host: str) -> str:
    """Return the command that sets this machine's key aside and fetches the key of `host`."""
    return f"mv {quote(str(path))} {quote(f'{path}.old')} && {fetch_line(path, host)}"


def give_line(path: Path, host: str) -> str:
    """Return the command that sets the key of `host` aside and replaces it with this key."""
    there = PLACE.removeprefix("~/")
    return f"ssh {host} mv {there} {there}.old; {key_line(path, host)}"


@dataclass(frozen=True)
class FarmKey:
    """A farm's key in memory, whose content never appears in a repr, log, record or page."""

    path: Path
    _secret: bytes

    def __repr__(self) -> str:
        return f"FarmKey({str(self.path)!r})"

    @classmethod
    def read(cls, path: Path | None = None, host: str = "") -> "FarmKey":
        """Read the key in a file, by default at `farm_key_path`.

        Args:
            path: the file.
            host: the machine that holds the key, if known.

        Raises:
            InputError: the file is missing, unreadable, readable by others, or not a key.
        """
        place = path or farm_key_path()
        text = _read(place, host)
        private, data = PRIVATE.search(text), b""
        if private and CERTIFICATE.search(text):
            with suppress(ValueError):  # the base64 padding may be wrong
                data = base64.b64decode("".join(private[1].split()))
        if not data:
            raise InputError(
                f"{place} is not a farm key",
                why="it must contain a private key and a certificate",
                fix=f"copy it from the machine that made it:\n{fetch_line(place, host or 'HOST')}",
            )
        return cls(place, hashlib.sha256(b"collide: the seal of a farm\0" + data).digest())

    @classmethod
    def make(cls, path: Path | None = None) -> "FarmKey":
        """Write a new key (by default at `farm_key_path`) and return it.

        Raises:
            InputError: a key already exists, the folder cannot be written, or the package
                `cryptography` is missing.
        """
        place = path or farm_key_path()
        text = _new_pem()
        half = place.with_name(f".{place.name}-{os.getpid()}")
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(text)
            os.link(half, place)  # never replaces an existing key
        except FileExistsError:
            raise InputError(
                f"{place} already exists",
                why="a farm whose key is replaced no longer recognizes its machines and entries",
                fix="use this key or move it away first: "
                f"mv {quote(str(place))} {quote(f'{place}.old')}",
            ) from None
        except OSError as error:
            raise InputError(
                f"{place} cannot be written",
                why=error.strerror or str(error),
                fix="export COLLIDE_FARM_KEY=~/farm.pem, then run again: " + MAKE,
            ) from None
        finally:
            half.unlink(missing_ok=True)
        return cls.read(place)

    @property
    def sign(self) -> str:
        """Return the key's public fingerprint: 16 hexadecimal digits, the same in all copies."""
        return self.seal(b"the sign of a farm")[:16]

    def seal(self, data: bytes) -> str:
        """Return the seal of `data`: its HMAC-SHA-256 as 64 hexadecimal digits."""
        return hmac.new(self._secret, data, hashlib.sha256).hexdigest()

    def is_sealed(self, data: bytes, seal: str) -> bool:
        """Return whether `seal` is this key's seal of `data`, compared in constant time."""
        return hmac.compare_digest(self.seal(data).encode(), seal.encode(errors="replace"))

    def server_context(self) -> "ssl.SSLContext":
        """Return the TLS context of a server that accepts only holders of the key."""
        import ssl

        return self._context(ssl.PROTOCOL_TLS_SERVER)

    def client_context(self) -> "ssl.SSLContext":
        """Return the TLS context of a client that accepts only holders of the key.

        The host name is not checked, because the certificate belongs to the farm, not to a machine.
        """
        import ssl

        return self._context(ssl.PROTOCOL_TLS_CLIENT)

    def _context(self, side: int) -> "ssl.SSLContext":
        import ssl

        context = ssl.SSLContext(side)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_REQUIRED
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_verify_locations(cafile=str(self.path))
            context.load_cert_chain(str(self.path))
        except (OSError, ValueError) as error:  # this includes SSLError
            raise InputError(
                f"{self.path} is not a farm key",
                why=f"its key and its certificate do not match: {error}",
                fix="copy it from the machine that made it",
            ) from None
        return context


def _read(place: Path, host: str) -> str:
    """Return a key file's text, or "" if it is not a regular file.

    Raise InputError if the file is missing or unreadable, or if others may read it.
    """
    try:
        handle = os.open(place, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        raise InputError(
            "there is no farm key on this machine",
            why=f"all machines of a farm share one key, and {place} does not exist",
            fix=f"copy it from the machine that has it:\n{fetch_line(place, host or 'HOST')}"
            + ("" if host else f"\nmake a key only if no machine has one yet: {MAKE}"),
        ) from None
    except OSError as error:
        raise InputError(
            f"{place} cannot be read",
            why=error.strerror or str(error),
            fix=f"see who can read it: ls -l {quote(str(place))}",
        ) from None
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        return ""
    with os.fdopen(handle, "rb") as file:
        if status.st_mode & OTHERS:
            raise InputError(
                f"others can read the farm's key: {place}",
                why=f"its mode is {stat.S_IMODE(status.st_mode):o}; whoever has the key can run "
                "code on every worker",
                fix=f"chmod 600 {quote(str(place))}",
            )
        return file.read(LARGEST).decode("ascii", "replace")


def _new_pem() -> bytes:
    """Return a new private key on the curve P-256 and its certificate, as PEM."""
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError:
        raise InputError(
            "a farm key cannot be made here",
            why="the package cryptography, which makes it, is not installed",
            fix="pip install -c constraints.txt -e '.[farm]'\n"
            "or copy the key from another machine in the farm",
        ) from None
    from datetime import UTC, datetime

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    # the dates protect nothing, and a machine whose clock is wrong must be able to join
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2200, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    text: bytes = private + certificate.public_bytes(serialization.Encoding.PEM)
    return text
