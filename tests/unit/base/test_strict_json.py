"""strict_json: JSON from untrusted sources."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collide.base.errors import InputError
from collide.base.strict_json import DEEPEST, LARGEST, moved_away, parse_json, read_json

WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=8)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | WORDS
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    PLAIN, lambda v: st.lists(v, max_size=3) | st.dictionaries(WORDS, v, max_size=3), max_leaves=6
)


def nested(depth: int) -> bytes:
    """Return an object nested `depth` levels deep, including the outermost level."""
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


@given(st.dictionaries(WORDS, PLAIN | st.lists(PLAIN, max_size=3), max_size=5))
def test_plain_objects_are_read_back_unchanged(value: dict[str, Any]) -> None:
    """A flat object without control characters is read back unchanged, escaped or not."""
    assert parse_json(json.dumps(value).encode()) == value
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=60) | VALUES.map(lambda v: json.dumps(v).encode()))
def test_any_bytes_give_an_object_or_a_reason(data: bytes) -> None:
    """Any bytes become an object or a ValueError with a reason, never another exception."""
    try:
        assert isinstance(parse_json(data), dict)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either outcome is allowed


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": NaN}', "NaN is not a number"),
        ('{"a": -Infinity}', "-Infinity is not a number"),
        ('{"a": 1e999}', "too large"),
        ('{"a": -1e999}', "too large"),
        ('{"a": 1, "a": 2}', "'a' occurs twice"),
        ('{"b": {"a": 1, "a": 1}}', "'a' occurs twice"),
        ('{"a": "x\\u0000"}', "character"),
        ('{"a": "x\\u001b[31m"}', "character"),
        ('{"a\\n": 1}', "character"),
        ('{"a": ["\\u009b2J"]}', "character"),
        ('{"a": "\\ud800"}', "character"),
        ("[1]", "must begin with {"),
        ('"a"', "must begin with {"),
        ("", "it is empty"),
        ('{"a": 1} {"b": 2}', "extra data"),
        ('{"a": 1,}', "."),
        ("{'a': 1}", "."),
        ('{"a": 0x10}', "."),
        ('{"a": ' + "9" * 5000 + "}", "."),
    ],
)
def test_text_that_is_not_plain_json_is_refused_with_a_reason(text: str, why: str) -> None:
    """Hostile or malformed text is refused with the reason."""
    with pytest.raises(ValueError, match=why):
        parse_json(text.encode())


@pytest.mark.parametrize("data", [b'{"a": "\xff"}', '{"a": 1}'.encode("utf-16")])
def test_only_utf_8_is_read(data: bytes) -> None:
    """Bytes that are not UTF-8 are refused, even if their encoding is recognized."""
    with pytest.raises(ValueError, match="UTF-8"):
        parse_json(data)


def test_a_byte_order_mark_is_allowed() -> None:
    """The byte order mark that some editors write is skipped."""
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    "name", ["夏\u3000祭り.mp4", "👩\u200d👧.mp4", "a\u00a0b.mp4", "naïve – x.mov"]
)
def test_names_in_every_script_are_text(name: str) -> None:
    """Wide spaces and joiners, which occur in the names of real clips, are accepted as text."""
    assert parse_json(json.dumps({"name": name}).encode()) == {"name": name}


def test_depth_has_a_limit() -> None:
    """Eight levels of nesting are accepted; nine or a hundred thousand are refused."""
    assert parse_json(nested(DEEPEST))
    for depth in (DEEPEST + 1, 100_000):
        with pytest.raises(ValueError, match="deep"):
            parse_json(nested(depth))


def test_size_has_a_limit() -> None:
    """A one-mebibyte file is read; one byte more is refused."""
    frame = b'{"a": "' + b"x" * (LARGEST - 9) + b'"}'
    assert parse_json(frame)
    with pytest.raises(ValueError, match="larger than 1 MiB"):
        parse_json(frame + b" ")


def test_an_error_calls_a_file_by_its_label(tmp_path: Path) -> None:
    """In the first line of an error and in its fix, a file is called by its label."""
    (tmp_path / "p.json").write_text('{"a":')
    with pytest.raises(InputError) as caught:
        read_json(tmp_path / "p.json", label="preset fog")
    assert caught.value.what == "preset fog is not JSON that collide can read"
    assert caught.value.fix == "open preset fog and fix it there"


@pytest.mark.parametrize("content", [nested(100_000), b"{" + b" " * LARGEST + b"}", b"\xff"])
def test_a_hostile_file_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    """A hostile file raises an InputError, never another exception."""
    (tmp_path / "p.json").write_bytes(content)
    with pytest.raises(InputError):
        read_json(tmp_path / "p.json", label="p")


def test_a_file_larger_than_memory_is_refused_unread(tmp_path: Path) -> None:
    """A one-terabyte file is refused before it is read completely."""
    with (tmp_path / "p.json").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(InputError) as caught:
        read_json(tmp_path / "p.json", label="p")
    assert caught.value.why == "it is larger than 1 MiB"


def test_an_unreadable_path_is_an_input_error(tmp_path: Path) -> None:
    """A folder or a missing file also raises an InputError."""
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(InputError, match="cannot be read"):
            read_json(path, label="p")


def test_an_empty_file_is_filled_by_the_fix(tmp_path: Path) -> None:
    """The fix for an empty file is to write an empty object into the file that the label names."""
    (tmp_path / "p.json").write_text("\n")
    with pytest.raises(InputError) as caught:
        read_json(tmp_path / "p.json", label="presets/a b.json")
    assert (caught.value.why, caught.value.fix) == ("it is empty", "echo '{}' > 'presets/a b.json'")


@pytest.mark.parametrize("text", ["", "[]", "words"])
def test_the_fix_moves_away_a_file_that_only_collide_writes(tmp_path: Path, text: str) -> None:
    """If only collide writes a file, the fix is to move it away, unless a line can be corrected."""
    path, anew = tmp_path / "p.json", moved_away("p.json", "to begin again")
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_json(path, label="p.json", anew=anew)
    assert caught.value.fix == "to begin again: mv p.json p.json.old"
    path.write_text('{"a": 2s}')
    with pytest.raises(InputError) as caught:
        read_json(path, label="p.json", anew=anew)
    assert caught.value.fix.splitlines()[1] == 'line 1 as  {"a": 2}'
