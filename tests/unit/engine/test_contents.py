"""contents: the first bytes of a file decide how it is opened."""

from pathlib import Path

import pytest

from collide.engine.contents import ONE_PICTURE, opening

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + bytes(17)
VP8X = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0"
BITMAP = b"BM" + bytes(12) + b"\x28\0\0\0"
PICTURES = {
    PNG + b"\0\0\0\x04IDAT": "png",
    PNG + b"\0\0\0\x02tEXt..\0\0\0\0\0\0\0\x04IDATacTL": "png",
    b"\xff\xd8\xff\xe1": "mjpeg",
    b"RIFF\0\0\0\0WEBPVP8 ": "webp",
    VP8X + b"\x10": "webp",
    BITMAP: "bmp",
    b"II*\0\x08\0\0\0": "tiff",
    b"MM\0*\0\0\0\x08": "tiff",
}
FILMS = {
    PNG + b"\0\0\0\x08acTL": "apng",
    VP8X + b"\x02": "webp_anim",
    b"GIF89a": "gif",
    b"\0\0\0\x01\x67\x64": "h264",
    b"\0\0\x01\x09\xf0": "h264",
    b"\0\0\0\x01\x40\x01": "hevc",
    b"\0\0\x01\xb3\x28": "mpegvideo",
}
OTHERS = [
    b"", b"hello", b"BMovie, a play in three acts", b"ffconcat version 1.0\n", b"<svg/>",
    b"\0\0\0\x20ftypisom", b"\0\0\x01\xba", b"RIFF\0\0\0\0AVI LIST", b"\0\0\0\x01\x41", b"\x89PNG",
]  # fmt: skip


def write_file(folder: Path, head: bytes) -> Path:
    """Write these bytes to a file, padded with zeros unless it is empty, and return its path."""
    path = folder / "named.mp4"
    path.write_bytes(head + bytes(64) * bool(head))
    return path


@pytest.mark.parametrize(("head", "codec"), PICTURES.items(), ids=list(PICTURES.values()))
def test_a_picture_is_opened_by_a_single_picture_demuxer(
    head: bytes, codec: str, tmp_path: Path
) -> None:
    """A picture is opened by a demuxer for a single picture, with the picture's own codec."""
    assert opening(write_file(tmp_path, head)) == (*ONE_PICTURE, codec)
    assert "none" in ONE_PICTURE, "a pattern in a name would open other files"


@pytest.mark.parametrize(("head", "name"), FILMS.items(), ids=list(FILMS.values()))
def test_animations_and_raw_streams_have_their_own_demuxers(
    head: bytes, name: str, tmp_path: Path
) -> None:
    """Animations and raw streams are opened with their own demuxer instead of ffmpeg's guess."""
    assert opening(write_file(tmp_path, head)) == ("-f", name)


@pytest.mark.parametrize("head", OTHERS, ids=range(len(OTHERS)))
def test_other_files_need_no_options(head: bytes, tmp_path: Path) -> None:
    """Other files, such as text that begins like a picture or half a signature, need no options."""
    assert opening(write_file(tmp_path, head)) == ()


def test_a_missing_file_raises_no_error(tmp_path: Path) -> None:
    """A missing file has no options and does not raise an error."""
    assert opening(tmp_path / "gone.png") == ()
