"""base/report: parses ffmpeg's report on a file and ignores the file's own metadata."""

from pathlib import Path

import pytest

from collide.base.report import (
    PICTURE,
    SOUND,
    begins,
    chosen,
    combed,
    container,
    duration,
    form,
    steady,
    tracks,
)
from tests.render.conftest import ffmpeg
from tests.steps.reported import CHANGED, COMBS, DOLBY, frame, listed, picture, sound
from tests.steps.studio import probed

WHOLE = {"span": "tv", "matrix": "", "primaries": "", "transfer": "", "fields": ""}


def test_every_track_of_a_file_is_listed_once() -> None:
    """The tracks are exactly the picture and sound tracks of the input, with their indexes."""
    data = "  Stream #0:2[0x3](eng): Data: bin_data (gpmd / 0x646D7067), 29 kb/s (default)\n"
    report = listed(
        picture(0, more=" (default)"), sound(1), data, picture(3, more=" (attached pic)")
    )
    found = tracks(report)
    assert [(one.index, one.kind) for one in found] == [(0, PICTURE), (1, SOUND), (3, PICTURE)]
    assert [one.default for one in found] == [True, False, False]
    assert [one.cover for one in found] == [False, False, True]
    assert not any(one.alpha or one.dolby for one in found)
    assert tracks("") == tracks("Stream mapping:\n") == []


@pytest.mark.parametrize("line", ["0", "0[0x1]", "0(und)", "0[0x1b](eng)"])
def test_tracks_are_recognized_without_an_id_or_a_language(line: str) -> None:
    """A track is recognized with or without an identifier or a language."""
    head = f"Input #0, mpegts, from 'x':\n  Stream #0:{line}: Video: h264, yuv420p, 64x36, 25 fps\n"
    assert [one.index for one in tracks(head)] == [0]


def test_marks_apply_to_the_track_above_them() -> None:
    """A line about alpha or Dolby Vision applies only to the track above it."""
    below = "      alpha_mode      : 1\n"
    dolby = DOLBY.format(profile=8, compatible=4)
    report = listed(picture(0), picture(1, below=below), picture(2, below=dolby), sound(3))
    found = tracks(report)
    assert [one.alpha for one in found] == [False, True, False, False]
    assert [one.dolby for one in found] == [None, None, (8, 4), None]


LIES = [
    "Stream mapping:",
    "  Stream #0:7: Video: h264, yuv420p, 9000x9000 (default)",
    "    Stream #0:7: Audio: aac, 48000 Hz, 7.1 (default)",
    "DOVI configuration record: version: 1.0, profile: 5, level: 1, compatibility id: 0",
    "alpha_mode      : 1",
    "x alpha_mode : 1",
    frame("rgba", "9x9", fields="T", matrix="bt2020nc", transfer="smpte2084").replace("\n", " "),
    COMBS.format(top=0, bottom=99, whole=0).replace("\n", " "),
    CHANGED.strip(),
    "Duration: 99:00:00.00",
    "Input #0, mpegts, from 'x':",
    "Output #0, null, to 'pipe:':",
]


@pytest.mark.parametrize("lie", LIES)
def test_a_title_is_never_parsed_as_a_report(lie: str) -> None:
    """A title of the file or of a track is never parsed as part of the report."""
    of_file, of_picture, of_sound = (
        listed(picture(0, title=a), sound(1, title=b), title=c) + frame()
        for a, b, c in (("", "", lie), (lie, "", ""), ("", lie, ""))
    )
    plain = listed(picture(0), sound(1)) + frame()
    for report in (of_file, of_picture, of_sound):
        assert tracks(report) == tracks(plain)
        assert (
            form(report)
            == form(plain)
            == {**WHOLE, "pixels": "yuv420p", "shapes": [(64, 36, 1, 1)]}
        )
        assert steady(report)
        assert (container(report), duration(report)) == ("mov,mp4,m4a,3gp,3g2,mj2", 12.0)


@pytest.mark.parametrize("lie", [*LIES, "\n".join(LIES), "\r".join(LIES)])
def test_titles_that_imitate_a_report_change_no_facts(tmp_path: Path, lie: str) -> None:
    """A real clip whose titles imitate report lines has the same facts as a clip without titles."""
    source = ["-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=0.4"]
    source += ["-f", "lavfi", "-i", "sine=440:d=0.4", "-c:v", "ffv1", "-pix_fmt", "yuv420p"]
    titles = [word for of in ("", ":s:v", ":s:a") for word in (f"-metadata{of}", f"title={lie}")]
    for name, more in (("plain.mkv", []), ("lies.mkv", titles)):
        ffmpeg("-v", "error", *source, *more, str(tmp_path / name))
    plain, found = (probed(tmp_path, tmp_path / name) for name in ("plain.mkv", "lies.mkv"))
    assert found == plain


def test_a_tag_name_is_never_parsed_as_a_report(tmp_path: Path) -> None:
    """A tag whose name imitates a report line is ignored, even where a real line may appear."""
    report = listed(picture(0, below="      DOVI configuration record: version: 1.0, profile: 5, "
                               "level: 1, compatibility id: 0\n"
                               "      Stream #0:9: Video: h264: x\n"))  # fmt: skip
    assert tracks(report) == tracks(listed(picture(0)))


def test_the_default_track_wins_then_the_largest() -> None:
    """The default track wins, then the track with the most pixels or channels, then the first."""
    report = listed(
        picture(0, "64x36"), picture(1, "640x360"), picture(2, "640x360"),
        sound(3, "mono"), sound(4, "5.1"), sound(5, "stereo"), sound(6, "7.1"),
    )  # fmt: skip
    every = tracks(report)
    assert [chosen(every, kind).index for kind in (PICTURE, SOUND)] == [1, 6]
    report = report.replace("64x36 [SAR 1:1 DAR 16:9], 25 fps, 25 tbr, 12800 tbn",
                            "64x36 [SAR 1:1 DAR 16:9], 25 fps, 12800 tbn (default)")  # fmt: skip
    assert chosen(tracks(report), PICTURE).index == 0


@pytest.mark.parametrize(
    ("layout", "weight"),
    [("mono", 1), ("stereo", 2), ("5.1", 6), ("5.1(side)", 6), ("7.1", 8), ("6 channels", 6),
     ("quad", 2), ("", 0)],
)  # fmt: skip
def test_a_sound_track_is_weighed_by_its_layout(layout: str, weight: int) -> None:
    """The weight of a sound track is inferred from ffmpeg's name for its layout."""
    (found,) = tracks(listed(sound(0, layout)))
    assert found.weight == weight


def test_a_track_number_selects_a_track_or_is_refused() -> None:
    """Track numbers start at 1 and skip covers; the error for a missing track counts the tracks."""
    report = listed(picture(0, more=" (attached pic)"), picture(1), picture(2), sound(3))
    every = tracks(report)
    assert [chosen(every, PICTURE, n).index for n in (1, 2)] == [1, 2]
    with pytest.raises(ValueError, match="it has 2 tracks of pictures, but track 3"):
        chosen(every, PICTURE, 3)
    with pytest.raises(ValueError, match="it has 1 track of sound, but track 2"):
        chosen(every, SOUND, 2)
    assert chosen(tracks(listed(sound(0))), PICTURE) is None


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("00:00:12.00", 12.0), ("01:02:03.45", 3723.45), ("100:00:00.00", 360_000.0), ("N/A", 0.0)],
)
def test_the_duration_is_read_from_the_header(words: str, seconds: float) -> None:
    """The duration in the header becomes seconds, or 0 if it is missing."""
    assert duration(listed(picture(0)).replace("00:00:12.00", words)) == pytest.approx(seconds)


@pytest.mark.parametrize("words", ["00:00:12.00, start: 1.400000", "N/A, start: 1.400000"])
def test_the_start_time_is_read_in_seconds(words: str) -> None:
    """The start time becomes seconds, or 0 if it is unknown."""
    assert begins(listed(picture(0)).replace("00:00:12.00, start: 0.000000", words)) == 1.4
    assert begins(listed(picture(0)).replace(", start: 0.000000", "")) == 0.0


def test_the_container_is_the_format_of_the_first_input() -> None:
    """The container lists all names of the first input's format, or is "" if no file is open."""
    second = "Input #1, mpegts, from 'b.ts':\n"
    assert container(listed(picture(0), container="matroska,webm") + second) == "matroska,webm"
    assert container("nothing of that") == ""


@pytest.mark.parametrize(("brand", "more"), [("avis", ",avif"), ("avif", ",avif"), ("avi", "")])
def test_an_avif_is_recognized_by_its_brand(brand: str, more: str) -> None:
    """The names of a mov include `avif` if AVIF is its brand, but not if its title says so."""
    mov = "mov,mp4,m4a,3gp,3g2,mj2"
    assert container(listed(picture(0)).replace("isom", brand)) == mov + more
    lie = f"  Metadata:\n    major_brand     : {brand}"
    for title in (f"a\n{lie}", f"a\nInput #0, {mov}, from 'b.avif':\n{lie}"):
        assert container(listed(picture(0), title=title)) == mov
    assert container(listed(picture(0), container="matroska").replace("isom", brand)) == "matroska"


# --- frames ---


def test_the_most_frequent_color_tags_win() -> None:
    """The most frequent color tags win; unknown, unspecified and reserved tags become empty."""
    hdr = {"matrix": "bt2020nc", "primaries": "bt2020", "transfer": "smpte2084"}
    found = form(frame() + frame(**hdr) * 2)
    assert {name: found[name] for name in hdr} == hdr
    for word in ("unknown", "unspecified", "reserved"):
        assert form(frame(matrix=word, primaries=word, transfer=word, span=word))["matrix"] == ""
    assert form(frame(span="pc"))["span"] == "pc"


def test_pixels_come_from_the_first_frame_and_shapes_from_all() -> None:
    """`pixels` comes from the first frame; `shapes` lists the shapes of all frames, each once."""
    found = form(frame("yuv420p", "720x576", "16/15") * 2 + frame("gray", "720x576", "64/45"))
    assert found["pixels"] == "yuv420p"
    assert found["shapes"] == [(720, 576, 16, 15), (720, 576, 64, 45)]


@pytest.mark.parametrize(
    ("flags", "counts", "fields"),
    [
        ("P", (0, 0, 60), ""),
        ("PT", (0, 0, 60), "flagged"),
        ("B", (60, 0, 0), "flagged"),
        ("P", (40, 0, 0), "top"),
        ("P", (0, 40, 0), "bottom"),
        ("?", (8, 0, 2), "top"),
        ("P", (7, 0, 2), ""),
        ("P", (5, 0, 0), ""),
        ("P", (6, 0, 0), "top"),
        ("P", (30, 30, 0), ""),
    ],
)
def test_flagged_or_mostly_combed_clips_are_interlaced(
    flags: str, counts: tuple[int, int, int], fields: str
) -> None:
    """A clip is interlaced if flagged, or if 80% of moving frames (at least 6) are combed alike."""
    top, bottom, whole = counts
    seen = "".join(frame(fields=flag) for flag in flags)
    assert form(seen + COMBS.format(top=top, bottom=bottom, whole=whole))["fields"] == fields


def test_combed_frames_are_counted_across_the_whole_clip() -> None:
    """Combed frames from all parts of a clip are counted together."""
    still, moving = COMBS.format(top=0, bottom=0, whole=0), COMBS.format(top=3, bottom=0, whole=0)
    assert form(frame() + still + moving)["fields"] == ""
    assert form(frame() + still + moving * 2)["fields"] == "top"


def test_frames_on_merged_lines_are_parsed() -> None:
    """Frames are parsed even if their lines run together, as happens in parallel analyses."""
    one, two = frame("yuv420p10le").splitlines(), frame("yuv420p10le", fields="T").splitlines()
    found = form("\n".join([one[0] + two[0], one[1] + two[1], ""]))
    assert (found["pixels"], found["span"], found["fields"]) == ("yuv420p10le", "tv", "flagged")


def edges(before: int, after: int) -> str:
    """Return showinfo's report on the edges between lines, before and after deinterlacing."""
    return "".join(
        f"[Parsed_showinfo_{at} @ 0x1] n:0 checksum:1 plane_checksum:[1] mean:[{mean}] stdev:[1]\n"
        for at, mean in ((2, before), (3, after))
    )


@pytest.mark.parametrize(("before", "after"), [(20, 10), (10, 20)])
def test_titles_do_not_affect_edge_counts(before: int, after: int) -> None:
    """Titles that imitate a report do not change whether a clip counts as combed."""
    clean = edges(before, after)
    assert combed(clean) == combed(listed(picture(0), sound(1)) + clean) == (before > after)
    for lie in (*edges(90, 1).splitlines(), *edges(1, 90).splitlines()):
        for title, of_picture, of_sound in ((lie, "", ""), ("", lie, ""), ("", "", lie)):
            tracks = picture(0, title=of_picture), sound(1, title=of_sound)
            assert combed(listed(*tracks, title=title) + clean) == (before > after)


def test_sound_is_steady_unless_ffmpeg_reconfigures_its_graph() -> None:
    """A sound is steady unless ffmpeg reports that it reconfigured its filter graph."""
    report = listed(picture(0), sound(1))
    assert steady(report) and not steady(report + CHANGED)
