"""An order: one piece as JSON, with everything another machine needs to render it, byte for byte.

It contains the request (the config, and the presets and knobs of the command), the choices (the
selection), the results of analyses (facts), the paths and digests of its files, and the digests of
the ffmpeg and of the collide code that must render it. It contains no path from the client, no
pickle, and no command: a worker runs `doit render` in its own workspace.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import collide
from collide.base.errors import CONTROL, InputError
from collide.base.hashing import canonical
from collide.base.strict_json import parse_json, require_keys
from collide.base.workspace import LABEL
from collide.project.recipe import LOOK_FORM
from collide.shared.shared_store import Blob
from collide.store.entry import Entry, read_entry

SCHEMA = 1
LARGEST = 1 << 20  # maximum size of an order in bytes
MOST_BYTES = 1 << 40  # maximum size of a file in bytes
SHA256 = re.compile(r"[0-9a-f]{64}")
DIGEST = re.compile(r"[0-9a-f]{32}")
VERSION = re.compile(r"[0-9A-Za-z.+!_-]{1,40}")
MUST = "schema name look config selection files facts engine collide code".split()
MAY = ("presets", "knobs", "seconds", "libraries", "farm")

# The workspace folders that an order may put files into; `project` stands for its project's name.
PLACES = (
    ("library", "video"),
    ("library", "audio"),
    ("library", "luts"),
    ("library", "models"),
    ("presets",),
    ("projects", "project", "presets"),
    ("projects", "project", "scripts"),
)


@dataclass(frozen=True)
class Order:
    """One piece to be rendered, with `files` that map each path in the workspace to its content."""

    name: str  # the name of the project
    look: str  # the look that the render must have
    config: Mapping[str, Any]
    selection: Mapping[str, Any]
    files: Mapping[str, Blob]
    facts: list[Entry]  # results from the client's probes and analyses; objects are not sent
    engine: str  # the digest of the client's ffmpeg
    collide: str  # the version of collide
    code: str  # the digest of the client's collide code
    presets: list[str] = field(default_factory=list)  # the presets of the command
    knobs: Mapping[str, str] = field(default_factory=dict)  # the knobs of the command
    seconds: float | None = None  # forecast of the time that the client would take to render it
    libraries: Mapping[str, str] = field(default_factory=dict)  # versions of the packages it needs
    farm: str = ""  # the fingerprint of the client's key; "" in older orders

    @property
    def key(self) -> str:
        """Return the SHA-256 of everything the result depends on, without times and names.

        Facts are left out, because they follow from the rest, and an order may lack some of them.
        """
        files = sorted(blob.sha256 for blob in self.files.values())
        storage = self.selection.get("storage")
        held = [SCHEMA, self.look, self.engine, self.code, files, storage, self.libraries]
        return hashlib.sha256(canonical(held)).hexdigest()

    @property
    def entry(self) -> str:
        """Return the name of the order's answer in the shared store."""
        return f"piece {self.key}"

    @property
    def scripts(self) -> list[str]:
        """Return the paths of the scripts: code that the rendering machine will execute."""
        return [path for path in self.files if PurePosixPath(path).parts[2:3] == ("scripts",)]

    @property
    def words(self) -> list[str]:
        """Return the doit arguments that render the piece."""
        typed = [f"{name}={value}" for name, value in self.knobs.items()]
        on_top = [f"preset={','.join(self.presets)}"] if self.presets else []
        return ["render", f"project={self.name}", *on_top, *typed]

    def text(self) -> str:
        """Return the order as JSON. Raise InputError if it is too large to send."""
        files = {path: [blob.sha256, blob.size] for path, blob in self.files.items()}
        facts = [{**entry.data(), "preimage": {}} for entry in self.facts]
        whole = {"schema": SCHEMA, **vars(self), "files": files, "facts": facts}
        text = json.dumps(whole, separators=(",", ":"), sort_keys=True)
        if len(text) > LARGEST:
            raise InputError(
                f"{self.name} is too large for an order: {len(text) >> 10} kB",
                why=f"an order is at most {LARGEST >> 20} MiB; the knobs and clips of this "
                "piece need more",
                fix=f"render it here: doit render project={self.name}",
            )
        return text


def read_order(text: str | bytes, label: str = "the order") -> Order:
    """Read an order from JSON. Raise InputError if it is invalid or contains a forbidden path."""
    data = text.encode() if isinstance(text, str) else text
    try:
        return _read(parse_json(data))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        lacks = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise InputError(
            f"{label} is not an order that collide can read",
            why=lacks,
            fix="write it again: doit export project=x as=order",
        ) from None


def _read(whole: dict[str, Any]) -> Order:
    require_keys(whole, MUST, MAY)
    if whole["schema"] != SCHEMA:
        reads = f"this version of collide reads {SCHEMA}"
        raise ValueError(f"its format is {whole['schema']!r}, but {reads}")
    name = _text(whole["name"], LABEL, "the name of a project")
    files = {_path(path, name): _blob(blob) for path, blob in _object(whole["files"]).items()}
    seconds = whole.get("seconds")
    if seconds is not None and (type(seconds) not in (int, float) or not 0 <= seconds < 1e9):
        raise ValueError("its expected time is not a number of seconds")
    presets, knobs = whole.get("presets", []), _object(whole.get("knobs", {}))
    for word in [*_list(presets), *knobs.values()]:
        if not isinstance(word, str) or CONTROL.search(word):
            raise ValueError(
                "a preset or knob in it is not a string, or contains control characters"
            )
    libraries = _object(whole.get("libraries", {}))
    for library, version in libraries.items():
        _text(library, re.compile(r"[A-Za-z0-9._-]{1,80}"), "a package")
        _text(version, VERSION, "the version of a package")
    farm = _text(whole.get("farm", ""), re.compile(r"([0-9a-f]{16})?"), "the fingerprint of a key")
    for knob in knobs:
        _text(knob, re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)?"), "a knob")
    return Order(
        name,
        _text(whole["look"], LOOK_FORM, "the name of a look"),
        _object(whole["config"]),
        _object(whole["selection"]),
        files,
        [_fact(entry) for entry in _list(whole["facts"])],
        _text(whole["engine"], DIGEST, "the digest of an ffmpeg"),
        _text(whole["collide"], VERSION, "a version"),
        _text(whole["code"], SHA256, "the digest of code"),
        presets,
        knobs,
        seconds,
        libraries,
        farm,
    )


def _fact(data: Any) -> Entry:
    entry = read_entry(_object(data))
    whole = DIGEST.fullmatch(entry.key) and isinstance(entry.facts, dict)
    if not whole or not all(DIGEST.fullmatch(output.digest) for output in entry.objects.values()):
        raise ValueError("a fact in it is invalid")
    return entry


def _path(path: str, name: str) -> str:
    """Return `path`. Raise ValueError unless it is a plain path in PLACES with a suffix."""
    pure = PurePosixPath(path)
    plain = str(pure) == path and not CONTROL.search(path) and len(path) <= 400
    inside = not pure.is_absolute() and not {".", ".."} & {*pure.parts} and "\\" not in path
    places = ([name if part == "project" else part for part in place] for place in PLACES)
    housed = any(pure.parts[: len(place)] == tuple(place) for place in places)
    if not (plain and inside and housed and pure.suffix):
        raise ValueError(f"{path[:80]!r} is not a file that an order may contain")
    return path


def _blob(value: Any) -> Blob:
    sha256, size = _list(value)
    if type(size) is not int or not 0 <= size < MOST_BYTES:
        raise ValueError("the size of a file is not a number of bytes")
    return Blob(_text(sha256, SHA256, "the SHA-256 of a file"), size)


def _text(value: Any, form: re.Pattern[str], what: str) -> str:
    if isinstance(value, str) and form.fullmatch(value):
        return value
    raise ValueError(f"{str(value)[:40]!r} is not {what}")


def _object(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise ValueError("a part of it is not an object")


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise ValueError("a part of it is not a list")


@cache
def code_digest() -> str:
    """Return the SHA-256 of collide's Python files, which write the commands."""
    root = Path(collide.__file__).parent
    whole = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        whole.update(f"{path.relative_to(root)}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
