"""json_slips: mistakes in hand-written JSON, with their position, reason and corrected line."""

import json

import pytest

from collide.base.json_slips import as_object, by_form
from collide.base.strict_json import NotJsonError, parse_json


def refused(text: str) -> NotJsonError:
    """Return the error that parsing the text raises."""
    with pytest.raises(NotJsonError) as caught:
        parse_json(text.encode())
    return caught.value


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("2s", "2"),
        ("1min", "60"),
        ("0.2..0.4", '"0.2..0.4"'),
        ("[0.2..0.4]", "[0.2, 0.4]"),
        ("0xFF0000", '"0xFF0000"'),
        ("#ff0000", '"#ff0000"'),
        (".3", "0.3"),
        ("+3", "3"),
        ("007", "7"),
        ("720p", '"720p"'),
        ("1280x720", '"1280x720"'),
        ("0,3", "0.3"),
        ("0.2, 0.4", "[0.2, 0.4]"),
        ("True", "true"),
        ("FALSE", "false"),
        ("screen", '"screen"'),
        ("“screen”", '"screen"'),
        ("-6 dB", '"-6 dB"'),
        ("2s // slow", "2 // slow"),
    ],
)
def test_the_fix_contains_the_corrected_line(value: str, right: str) -> None:
    """The fix for an invalid line shows the corrected line with its original comma."""
    error = refused(f'{{\n  "a": 1,\n  "b": {value},\n  "c": 2\n}}')
    comma = "" if "//" in value else ","
    assert error.fix == f'open {{file}} and write\nline 3 as  "b": {right}{comma}'.replace(
        "2 // slow", "2 // slow,"
    )
    assert str(error).startswith("line 3, column ")


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("layer2.opacity=0.5", '"layer2.opacity": 0.5'),
        ('"layer2.opacity=0.5"', '"layer2.opacity": 0.5'),
        ("blend_mode=screen", '"blend_mode": "screen"'),
        ("fps: 25", '"fps": 25'),
        ('"fps" = 25', '"fps" : 25'),
    ],
)
def test_a_typed_knob_is_corrected_to_json(line: str, right: str) -> None:
    """name=value and unquoted names are corrected to a quoted name and a colon."""
    error = refused(f'{{\n"a": 1,\n{line}\n}}')
    assert error.fix == f"open {{file}} and write\nline 3 as  {right}"
    assert parse_json(f'{{\n"a": 1,\n{right}\n}}'.encode())


@pytest.mark.parametrize("sign", ["\u00a0", "\u2003", "\u200b", "\ufeff", "\u2028"])
def test_an_odd_space_is_reported_with_its_place(sign: str) -> None:
    """An invisible or unusual space is reported with its position and its code point."""
    error = refused(f'{{\n{sign}"a": 1\n}}')
    assert str(error).startswith("line 2, column 1: there is a ")
    assert f"(U+{ord(sign):04X}): type a plain space" in str(error)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            '{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> b\n}',
            "lines 2 to 6 are a git conflict",
        ),
        ('"seed": 1,\n"fps": 3', "it must begin with { and end with }"),
        ("seed: 1\nfps: 3", "it must begin with { and end with }"),
        ('{"a": 1,\n"b": NaN}', "line 2: NaN is not a number"),
        ('{"NaN": 1,\n"b":\n-Infinity}', "line 3: -Infinity is not a number"),
        ('{"a": nan}', "line 1, column 7: nan is not a number"),
        ('{"a": "x\n}', "line 1, column 9: a string lacks its closing quote"),
    ],
)
def test_uncorrectable_mistakes_have_their_own_errors(text: str, why: str) -> None:
    """A git conflict, missing braces, NaN and an open quote each cause a specific error."""
    with pytest.raises(ValueError, match=r".") as caught:
        parse_json(text.encode())
    assert str(caught.value).startswith(why)


@pytest.mark.parametrize("path", [r"C:\Users\mdn.mp4", r"C:\temp\new.mp4", r"D:\ufo.mp4"])
def test_a_windows_path_is_corrected_to_slashes(path: str) -> None:
    """A Windows path is corrected to slashes, since a backslash begins an escape in JSON."""
    error = refused(f'{{\n"clip": "{path}"\n}}')
    assert error.fix.endswith('line 2 as  "clip": "' + path.replace("\\", "/") + '"')


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_wrong_encoding_is_named_and_converted(encoding: str) -> None:
    """If a file is not UTF-8, the error names its encoding, and the fix is an iconv command."""
    with pytest.raises(NotJsonError) as caught:
        parse_json('{"a": 1}'.encode(encoding))
    name = encoding[:6].upper()
    assert str(caught.value) == f"it is saved as {name}, but JSON must be UTF-8"
    assert f"iconv -f {encoding.upper().replace('-LE', 'LE').replace('-BE', 'BE')}" in (
        caught.value.fix
    )


def test_all_lines_are_corrected_at_once() -> None:
    """The fix shows all invalid lines of a text corrected; with them, the text is valid JSON."""
    text = '{\n"a": True,\n"b": 2s,\n"post": None\n}'
    lines = text.split("\n")
    for row in refused(text).fix.split("\n")[1:]:
        number = int(row.removeprefix("without ").split()[1])
        lines[number - 1] = row.partition(" as  ")[2] if " as " in row else ""
    assert json.loads("\n".join(lines)) == {"a": True, "b": 2}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("crf: 20\nsimilarity = .3\n", {"crf": 20, "similarity": 0.3}),
        ("---\n# slow\nmode: 'fixed'  # by hand\nfade_in: 2s", {"mode": "fixed", "fade_in": 2}),
        ('"crf": 20,\n"fps": 12,', {"crf": 20, "fps": 12}),
        ("similarity: [0.2, 0.4]", {"similarity": [0.2, 0.4]}),
        ("layer2:\n  opacity: 0.3", None),
        ("[layer2]\nopacity = 0.3", None),
        ("crf: 20\ncrf: 21", None),
        ("layer2: {opacity: 0.3}", None),
        ("a word", None),
        ("", None),
    ],
)
def test_lines_without_braces_become_an_object(text: str, value: object) -> None:
    """Lines of names and values, as in YAML, become JSON; groups and duplicates do not."""
    written = as_object(text, by_form)
    assert (json.loads(written) if written else None) == value


@pytest.mark.parametrize(
    ("text", "last", "right"),
    [
        ('{\n"a": 1,\n"b": 2\n', "}", '"b": 2}'),
        ('{\n"a": 1,\n"b": 2,\n', "}", '"b": 2}'),
        ('{\n"a": 1,\n"b": [1, "}"', "}", '"b": [1, "}"]}'),
        ('{\n"a": 1,\n"b": tru', "", '"b": "tru"}'),
    ],
)
def test_a_truncated_text_gets_its_closing_brackets(text: str, last: str, right: str) -> None:
    """If a file ends too early, the fix shows its last line with the closing brackets."""
    error = refused(text)
    assert error.fix == f"open {{file}} and write\nline 3 as  {right}"
    assert not last or str(error).endswith(f": the file ends before its last {last}")


@pytest.mark.parametrize("text", ['{"a":', '{"a"', '{"a": "b'])
def test_a_text_that_ends_without_a_value_gets_no_line(text: str) -> None:
    """If a value or a closing quote is missing at the end, no line is suggested."""
    assert "write" not in refused(text).fix
