"""Find out what listens where no farm with this key answers, and suggest a fix.

A TLS handshake without a client certificate shows the server's certificate; nothing else is sent.
"""

import re
import socket
import ssl
from contextlib import suppress
from enum import Enum
from pathlib import Path

from collide.base.errors import InputError
from collide.farm.farm_place import Place
from collide.farm.networks import network_addresses
from collide.shared.farm_key import CERTIFICATE, NAME, give_line, swap_line

PATIENCE = 2.0  # seconds for each answer
LOCAL = re.compile(r"localhost|127\.[0-9.]+|::1")
PRINTED = "use the address that doit farm prints on its machine; do not change the key"


class Listener(Enum):
    """What listens at an address; each value completes a sentence that begins with "there"."""

    OURS = "is the store or a worker of the farm, but not its scheduler"
    OTHERS = "is a farm with a different key"
    TLS = "is another program, whose certificate is not a farm's"
    PLAIN = "is another program, which does not speak TLS"
    REFUSED = "is nothing listening"
    NOTHING = "is no answer"


def who_listens(place: Place, key: Path, patience: float = PATIENCE) -> Listener:
    """Return what listens at an address and whether a farm there has the same key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        line = socket.create_connection((place.host, place.port), timeout=patience)
    except ConnectionRefusedError:
        return Listener.REFUSED
    except OSError:
        return Listener.NOTHING
    try:
        with line, context.wrap_socket(line) as tls:
            certificate = tls.getpeercert(binary_form=True) or b""
    except TimeoutError:  # the machine is busy
        return Listener.NOTHING
    except OSError:  # this includes SSLError, raised if there is no TLS
        return Listener.PLAIN
    if NAME.encode() not in certificate:
        return Listener.TLS
    return Listener.OURS if certificate == _certificate(key) else Listener.OTHERS


def stranger(place: Place, key: Path) -> InputError:
    """Return the error for an address that cut the connection or has a different certificate."""
    listener = who_listens(place, key)
    if listener is not Listener.OTHERS:
        store = f"if that is its store, type {Place(place.host, place.port - 1).typed}; otherwise "
        fix = f"{store if listener is Listener.OURS else ''}{PRINTED}"
        return InputError(
            f"no farm answers at {place.typed}", why=f"there {listener.value}", fix=fix
        )
    return InputError(
        f"the farm at {place.typed} has a different key",
        why=f"its certificate does not belong to {key}",
        fix=f"if the key of {place.host} is older, fetch it; the key here is kept as "
        f".old:\n{swap_line(key, place.host)}\n"
        "if the key here is older, end that farm and copy this key there:\n"
        f"{give_line(key, place.host)}",
    )


def refuse_other(place: Place, key: Path) -> None:
    """Raise InputError if another program, another farm or a farm's store listens at an address."""
    listener = who_listens(place, key)
    # its scheduler may be slow, or this is the store of a farm, whose scheduler is one port below
    if listener is Listener.OURS:
        before = Place(place.host, place.port - 1)
        if who_listens(before, key) is not Listener.OURS:
            return
    if listener not in (Listener.REFUSED, Listener.NOTHING):
        raise stranger(place, key)


def elsewhere(place: Place, key: Path) -> str:
    """Return where this machine's farm listens, if a loopback address was given.

    Return "" if a different kind of address was given, or this machine does not run this farm.
    """
    if not LOCAL.fullmatch(place.host):
        return ""
    with suppress(OSError, ImportError):
        for address in network_addresses():
            there = Place(address, place.port)
            if who_listens(there, key) is Listener.OURS:
                return there.typed
    return ""


def _certificate(key: Path) -> bytes:
    """Return the certificate in a key file as DER, or b"" if the file contains no certificate."""
    match = CERTIFICATE.search(key.read_text("ascii", "replace")) if key.exists() else None
    return ssl.PEM_cert_to_DER_cert(match[0]) if match else b""
