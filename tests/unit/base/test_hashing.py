"""hashing: digests of bytes, files and plain data."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.hashing import (
    CHUNK,
    canonical,
    digest,
    digest_file,
    digest_of,
    digests_file,
    sha256_file,
)

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)  # fmt: skip


def test_a_digest_is_the_published_xxh3_128() -> None:
    """The digest of no bytes is the value that xxHash publishes, so others can check digests."""
    assert digest(b"") == "99aa06d3014798d86001c324468d497f"


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_a_file_has_the_digest_of_its_bytes(tmp_path: Path, size: int) -> None:
    """Reading a file in chunks produces the same digest as reading it in one call."""
    data = bytes(range(256)) * (size // 256 + 1)
    (tmp_path / "f").write_bytes(data[:size])
    assert digest_file(tmp_path / "f") == digest(data[:size])


def test_a_missing_file_has_no_digest(tmp_path: Path) -> None:
    """A missing file raises FileNotFoundError instead of counting as empty."""
    with pytest.raises(FileNotFoundError):
        digest_file(tmp_path / "none")


def test_a_sha256_is_the_standard_one(tmp_path: Path) -> None:
    """A file's SHA-256 is standard, so others can check it with their own tools."""
    (tmp_path / "f").write_bytes(b"collide")
    assert sha256_file(tmp_path / "f") == hashlib.sha256(b"collide").hexdigest()


def test_canonical_json_has_one_form() -> None:
    """Canonical JSON sorts names, omits spaces, and escapes non-ASCII letters."""
    assert canonical({"b": [1, 2.5], "a": "é"}) == b'{"a":"\\u00e9","b":[1,2.5]}'


@given(st.dictionaries(st.text(max_size=4), PLAIN, max_size=6))
def test_the_order_of_names_does_not_affect_the_digest(value: dict[str, Any]) -> None:
    """A dictionary filled in a different order has the same digest."""
    assert digest_of(value) == digest_of(dict(reversed(value.items())))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_nan_and_infinity_are_refused(value: float) -> None:
    """NaN and infinity are refused, because JSON has no form for them."""
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": [value]})


@pytest.mark.parametrize(
    ("one", "other"), [(["ab"], ["a", "b"]), ({"a": 1}, {"a": "1"}), (0, False)]
)
def test_different_data_have_different_digests(one: Any, other: Any) -> None:
    """Data that differ only in joining, quoting or type have different digests."""
    assert digest_of(one) != digest_of(other)


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1])
def test_both_digests_of_a_file_come_from_one_read(tmp_path: Path, size: int) -> None:
    """Both digests from one read equal the digests from separate reads."""
    path = tmp_path / "a"
    path.write_bytes(b"x" * size)
    assert digests_file(path) == (digest_file(path), sha256_file(path))
