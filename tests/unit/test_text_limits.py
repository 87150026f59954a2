"""text_limits: text is read as a value, or refused with a valid value nearby if there is one."""

from typing import Any

import pytest

from collide.limits import Checked, Choice, Range, Seconds, Several, Toggle
from collide.text_limits import (
    ADDRESS,
    LOOK_NAME,
    Color,
    Label,
    Names,
    Size,
    Text,
)
from collide.unit_limits import CLOCK, UNTIL, Bytes


@pytest.mark.parametrize(
    ("limit", "text", "value"),
    [
        (Range(0, 9), " 7 ", 7),
        (Seconds(0.0, 90.0), "1:05", 65.0),
        (Seconds(0.0, 90.0), "12.5", 12.5),
        (Toggle(), "True", True),
        (CLOCK, "07:00", "07:00"),
        (CLOCK, "7:05", "7:05"),
        (Bytes(), "20G", 20_000_000_000),
        (Bytes(), "1.5 MB", 1_500_000),
        (Bytes(), "0", 0),
        (Names("preset"), "a, b,,a", ("a", "b", "a")),
        (Names("preset", empty=True), "", ()),
        (Label("project"), "night-drive_2.b", "night-drive_2.b"),
        (LOOK_NAME, "7f3a", "7f3a"),
        (ADDRESS, "https://example.org/a?b=c", "https://example.org/a?b=c"),
        (Text("a path"), " a .mp4", " a .mp4"),
    ],
)
def test_typed_text_is_read_as_its_value(limit: Checked, text: str, value: Any) -> None:
    """Text is read as a value: 1:05 as a time, 20G as disk space, and a,b as two names."""
    assert limit.read(text) == value


@pytest.mark.parametrize(
    ("limit", "text", "near"),
    [
        *((Range(1, 9), text, near) for text, near in [("0", "1"), ("12", "9"), ("x", None)]),
        (Range(1, 9), "2.5", "2"),
        (Range(0.5, 9.0), "0.1", "0.5"),
        (Seconds(0.0, 90.0), "5:00", "90"),
        *((CLOCK, text, None) for text in ("", "7", "24:00", "07:60", "07:00:00", "noon")),
        *((UNTIL, t, n) for t, n in [("7", "7:00"), ("7.30", "7:30"), ("24", "0:00"), ("", None)]),
        (ADDRESS, "www.x.org/a", "https://www.x.org/a"),
        (Color(), "red", "0xFF0000"),
        (Color(), "#abc", "0xAABBCC"),
        (Color(), "#aabbccff", "0xAABBCC"),
        (Color(), "rgb(255, 0, 0)", "0xFF0000"),
        (Color(), "rgb(0%, 100%, 0%)", "0x00FF00"),
        (Color(), "hsl(240, 100%, 50%)", "0x0000FF"),
        (Color(), "255,128,0", "0xFF8000"),
        (Color(), "orange", "0xFFA500"),
        *((Size(), t, "1280x720") for t in ("720p", "1280*720", "1280", "HD", "1280:720")),
        (Label("project"), "projects/x/config.json", "x"),
        (Range(0.0, 1.0), "30%", "0.3"),
        (Range(0, 51), "23%", "23"),
        (Seconds(0.0, 90.0), "1.5s", "1.5"),
        (Seconds(0.0, 90.0), "00:00:05", "5"),
        (Seconds(0.0, 90.0), "500ms", "0.5"),
        *((Bytes(), text, None) for text in ("", "much", "-1G", "20X", "G", "1e3G")),
        (Bytes(), "20", "20G"),  # a limit of 20 bytes would empty the store
        *((Names("preset"), text, None) for text in ("", ",")),
        *((UNTIL, t, n) for t, n in [("25:00", "1:00"), ("7pm", "19:00"), ("12am", "0:00")]),
        *((Bytes(), t, f"{t[0]}G") for t in ("5 gb", "5GiB", "5g")),
        *((Label("x"), t, n) for t, n in [("nächte", "nachte"), ("a" * 63 + "-b-c", "a" * 63)]),
        *((Size(), t, n) for t, n in [("16:9", "1280x720"), ("9:16", "720x1280")]),
        *((Label("x"), t, n) for t, n in [("../../x", "x"), ("a/b c", "a-b-c"), (".x", "x")]),
        *((Label("x"), text, None) for text in ("", ".", "夜", "Ночь")),
        (Label("x"), "x" * 65, "x" * 64),
        *((LOOK_NAME, text, None) for text in ("", "7f3a/x", "../7f3a", "7f 3a")),
        *((ADDRESS, t, None) for t in ("", "x", "file:///x", "https://", "http://[")),
        *((Toggle(), t, n) for t, n in [("yes", "true"), ("off", "false"), ("maybe", None)]),
        *(
            (Toggle(), t, n)
            for t, n in [('"true"', "true"), ("“False”", "false"), ("=true", "true")]
        ),
        (Choice(("name", "long")), "lng", "long"),
        (Choice(("name", "long")), "q", None),
        (Several(("a", "bee")), "bea,a,bee", "bee,a"),
        (Size(), "9x9001", "16x8192"),
    ],
)
def test_a_refused_text_may_be_near_a_valid_value(
    limit: Checked, text: str, near: str | None
) -> None:
    """For refused text, a limit suggests a valid value, or nothing if no value is near."""
    with pytest.raises(ValueError, match=r"^takes "):
        limit.read(text)
    assert limit.near(text) == near
    if near is not None:
        limit.read(near)
