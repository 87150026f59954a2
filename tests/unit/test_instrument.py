"""instrument: a loudness report, and the names that instruments may import."""

import pytest

from collide import instrument
from collide.instrument import measured, rms_levels

REPORT = """
[Parsed_ebur128_0 @ 0x1] Summary:

  Integrated loudness:
    I:         {loud} LUFS
    Threshold: -33.2 LUFS

  Loudness range:
    LRA:         4.1 LU
    Threshold: -43.0 LUFS
    LRA low:   -26.0 LUFS
    LRA high:  -21.9 LUFS

  True peak:
    Peak:       {peak} dBFS
"""


@pytest.mark.parametrize(
    ("loud", "peak", "found"),
    [
        ("-23.0", "-5.7", (-23.0, -5.7)),
        ("-69.9", "-60.0", (-69.9, -60.0)),
        ("-70.0", "-inf", (None, None)),
        ("-70.0", "-65.1", (None, None)),
        ("-inf", "-inf", (None, None)),
        ("nan", "-inf", (None, None)),
        ("3.4", "6.0", (3.4, 6.0)),
    ],
)
def test_a_loudness_report_is_read(
    loud: str, peak: str, found: tuple[float | None, float | None]
) -> None:
    """A report gives the integrated loudness and the true peak, both None for silence."""
    assert measured(REPORT.format(loud=loud, peak=peak)) == found


def test_the_last_of_several_reports_counts() -> None:
    """The last of several reports counts, because a name or tag may look like a report."""
    text = REPORT.format(loud="-3.0", peak="-1.0") + REPORT.format(loud="-23.0", peak="-5.7")
    assert measured(text) == (-23.0, -5.7)


@pytest.mark.parametrize("text", ["", "  I: LUFS", "    I:         -23.0 LUFS\n"])
def test_without_a_report_there_is_no_loudness(text: str) -> None:
    """Text without a report raises an error instead of counting as silence."""
    with pytest.raises(ValueError, match="no loudness"):
        measured(text)


def test_every_importable_name_exists_and_is_listed_once() -> None:
    """Every name that an instrument may import exists and is listed once."""
    assert len(set(instrument.__all__)) == len(instrument.__all__)
    assert all(hasattr(instrument, name) for name in instrument.__all__)


def test_a_silent_or_empty_channel_has_no_level():
    """Only finite levels are numbers: astats reports -inf for silence, and nan for no samples."""
    report = "".join(f"RMS level dB: {level}\n" for level in ("-20.100000", "-inf", "nan"))
    assert rms_levels(report) == [-20.1, None, None]
