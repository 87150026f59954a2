"""doit download runs the real yt-dlp and fills a library from a local server."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from collide.base.hashing import digest_file
from tests.patience import wait_until
from tests.render.conftest import House, Ran, ffmpeg, make_clip
from tests.render.reading import md5s
from tests.site import Site, serving


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with clips, a page that links two clips, a playlist, and other files."""
    folder = tmp_path_factory.mktemp("site")
    picture = "testsrc2=s=160x90:r=25"
    long = make_clip(folder / "walk.mp4", picture=picture, sound="sine=220", seconds=4)
    make_clip(folder / "rain.mp4", picture="mandelbrot=s=160x90:r=25", seconds=1)
    videos = '<video src="walk.mp4"></video><video><source src="rain.mp4" type="video/mp4"></video>'
    (folder / "page.html").write_text(f"<html><title>A \x1b[2J walk</title>{videos}</html>")
    parts = ["-c:v", "libx264", "-g", "25", "-preset", "ultrafast", "-c:a", "aac"]
    for form, name in (("hls", "some.m3u8"), ("dash", "parts.mpd")):
        cut = ["-hls_time", "1", "-hls_list_size", "0"] if form == "hls" else ["-seg_duration", "1"]
        ffmpeg("-v", "error", "-i", str(long), *parts, "-f", form, *cut, str(folder / name))
    stream = 'BANDWIDTH=800000,RESOLUTION=160x90,CODECS="avc1.42c00d,mp4a.40.2"'
    (folder / "list.m3u8").write_text(f"#EXTM3U\n#EXT-X-STREAM-INF:{stream}\nsome.m3u8\n")
    (folder / "text.mp4").write_text("hello")
    return folder


@pytest.fixture
def site(shown: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Yield a site that serves the folder, at the only private address that is permitted."""
    with serving(shown) as site:
        monkeypatch.setenv("COLLIDE_TEST_LOOPBACK", str(site.port))
        yield site


def videos(house: House) -> set[str]:
    """Return the clips in library/video, without their JSON files."""
    found = (house.root / "library" / "video").iterdir()
    return {path.name for path in found if path.suffix != ".json"}


def ledger(house: House) -> list[dict]:
    """Return the entries of library/provenance.jsonl."""
    path = house.root / "library" / "provenance.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def download(house: House, site: Site, path: str, *words: str, code: int = 0) -> Ran:
    """Download from the site. No partial file may remain, and no escape code may be printed."""
    ran = house.doit("download", f"url={site.url(path)}", *words)
    assert ran.code == code, ran.out
    assert "Traceback" not in ran.out and "\x1b" not in ran.out
    assert not list((house.root / "cache" / "tmp").glob("*"))
    return ran


def test_a_file_is_downloaded_byte_for_byte_and_once(empty_house, site):
    """A downloaded file keeps its bytes; collide adds a JSON file and a ledger entry.

    The file is downloaded a second time only with again=true, even if the clip was deleted.
    """
    ran = download(empty_house, site, "walk.mp4")
    assert "new        walk.mp4  4.0 s  160x90  sound, no license given" in ran.out
    place = empty_house.root / "library" / "video" / "walk.mp4"
    assert place.read_bytes() == (site.folder / "walk.mp4").read_bytes()
    (line,) = ledger(empty_house)
    assert (line["url"], line["id"], line["title"]) == (site.url("walk.mp4"), "walk", "walk")
    assert line["time"].startswith("20") and line["name"] == "walk.mp4"
    page = json.loads(place.with_name("walk.mp4.json").read_text())
    assert page == {name: value for name, value in line.items() if name != "name"}
    assert line["digest"] in (empty_house.root / "cache" / "library.json").read_text()

    assert "walk: it was downloaded before" in download(empty_house, site, "walk.mp4").out
    place.unlink()
    assert "walk: it was downloaded before" in download(empty_house, site, "walk.mp4").out
    assert videos(empty_house) == set(), "a deleted clip is not downloaded again"
    download(empty_house, site, "walk.mp4", "again=true")
    assert videos(empty_house) == {"walk.mp4"}


def test_content_that_is_in_the_library_is_not_added_again(empty_house, site):
    """A clip whose content is already in the library is not added again."""
    own = empty_house.root / "library" / "video" / "mine.mp4"
    own.write_bytes((site.folder / "walk.mp4").read_bytes())
    ran = download(empty_house, site, "walk.mp4")
    assert "known      walk: already here as mine.mp4" in ran.out
    assert videos(empty_house) == {"mine.mp4"}
    download(empty_house, site, "walk.mp4")
    assert site.asked.count("walk.mp4") == 3, "for its type, for the file; then for its type only"


def test_a_page_gives_the_requested_number_of_videos(empty_house, site):
    """collide downloads the requested number of videos from a page, and all of them are usable."""
    download(empty_house, site, "page.html", "count=1")
    assert len(videos(empty_house)) == 1
    download(empty_house, site, "page.html")
    assert len(videos(empty_house)) == 2
    assert {line["url"] for line in ledger(empty_house)} == {site.url("page.html")}
    empty_house.render("num_videos=2", "duration=1")


@pytest.mark.parametrize("name", ["list.m3u8", "parts.mpd"])
def test_the_parts_of_a_video_are_joined_into_one_file(empty_house, site, name, calls):
    """A playlist, or a picture with separate sound, becomes one file with all frames and sound."""
    download(empty_house, site, name)
    (join,) = (argv for argv in calls.argvs() if argv[-1].startswith("joined"))
    assert join[join.index("-c") + 1] == "copy" and "-protocol_whitelist" in join
    assert all("-nostdin" in argv for argv in calls.argvs()), "yt-dlp started none of its own"
    (made,) = videos(empty_house)
    path = empty_house.root / "library" / "video" / made
    assert md5s(path) == md5s(site.folder / "some.m3u8")
    assert len(md5s(path)) == 100
    facts = json.loads((empty_house.root / "cache" / "library.json").read_text())["clips"]
    assert facts[f"library/video/{made}"]["facts"]["audio"] == "aac"


@pytest.mark.parametrize(
    ("path", "words", "why"),
    [
        ("text.mp4", [], "it is not a video"),
        ("rain.mp4", ["min=720"], "it has 160x90 pixels, below min=720"),
    ],
)
def test_a_download_that_is_not_a_clip_is_rejected(empty_house, site, path, words, why):
    """A download that is not a clip or is too small is rejected with a reason."""
    ran = download(empty_house, site, path, *words, code=1)
    assert "left out" in ran.out and why in ran.out
    assert (videos(empty_house), ledger(empty_house)) == (set(), [])


PRIVATE = ["http://10.0.0.1/x.mp4", "http://169.254.169.254/latest", "http://[::1]:9/x.mp4"]


@pytest.mark.parametrize("target", [*PRIVATE, "other"])
def test_a_redirect_to_a_private_address_is_refused(empty_house, site, shown, target):
    """A redirect to a private address or to this machine is refused before any request."""
    with serving(shown) as other:
        site.send_on("on", other.url("walk.mp4") if target == "other" else target)
        ran = download(empty_house, site, "on", code=1)
        assert (
            "is not a public address" in ran.out
            and "ERROR: nothing was downloaded for url=" in ran.out
        )
        assert (other.asked, videos(empty_house)) == ([], set())


def test_private_links_of_pages_and_playlists_are_not_followed(empty_house, site, shown):
    """collide does not follow a page's link or a playlist's fragment to a private address."""
    with serving(shown) as other:
        answer = f'<html><title>x</title><video src="{other.url("walk.mp4")}"></video></html>'
        site.say("inward.html", answer, "text/html")
        head = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n"
        site.say("inward.m3u8", f"{head}{other.url('some0.ts')}\n#EXT-X-ENDLIST\n")
        for path in ("inward.html", "inward.m3u8"):
            assert "is not a public address" in download(empty_house, site, path, code=1).out
        assert (other.asked, videos(empty_house)) == ([], set())


def test_addresses_of_this_machine_are_private(empty_house, site, monkeypatch):
    """Unless COLLIDE_TEST_LOOPBACK is set, an address of this machine is refused."""
    monkeypatch.delenv("COLLIDE_TEST_LOOPBACK")
    assert (
        "127.0.0.1 is not a public address" in download(empty_house, site, "walk.mp4", code=1).out
    )
    assert site.asked == []


def test_a_truncated_download_is_rejected(empty_house, site):
    """A file shorter than the server promised is rejected."""
    half = (site.folder / "walk.mp4").read_bytes()[:20000]
    site.say("broken.mp4", half, "video/mp4", promised=2 * len(half))
    download(empty_house, site, "broken.mp4", code=1)
    assert videos(empty_house) == set()


def test_a_killed_download_adds_nothing(empty_house, site):
    """A killed download adds nothing to the library; the next run deletes its partial file."""
    data = (site.folder / "walk.mp4").read_bytes()
    site.say("slow.mp4", data[:200000], "video/mp4", promised=2 * len(data), stalls=True)
    command = [sys.executable, "-m", "doit", "download", f"url={site.url('slow.mp4')}"]
    env = empty_house.env() | {"COLLIDE_TEST_LOOPBACK": os.environ["COLLIDE_TEST_LOOPBACK"]}
    begun = subprocess.Popen(command, cwd=empty_house.root, env=env, stdout=subprocess.DEVNULL)
    tmp = empty_house.root / "cache" / "tmp"
    wait_until(
        lambda: any(part.stat().st_size for part in tmp.glob("*/*.part")), what="the download"
    )
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    assert (videos(empty_house), ledger(empty_house)) == (set(), [])
    site.answers.clear()
    download(empty_house, site, "walk.mp4")


def together(house: House, site: Site, *paths: str, words: tuple[str, ...] = ()) -> None:
    """Download several files simultaneously, each in its own process."""
    site.hold(*paths, askers=len(paths))
    with ThreadPoolExecutor() as pool:
        running = [pool.submit(house.doit, "download", f"url={site.url(p)}", *words) for p in paths]
    for ran in running:
        assert ran.result().code == 0, ran.result().out


@pytest.mark.parametrize("words", [(), ("again=true",)])
def test_two_simultaneous_downloads_add_a_clip_once(empty_house, site, words):
    """Two simultaneous downloads of the same clip add it once."""
    together(empty_house, site, "walk.mp4", "walk.mp4", words=words)
    assert videos(empty_house) == {"walk.mp4"}
    assert [line["name"] for line in ledger(empty_house)] == ["walk.mp4"]


def test_two_simultaneous_downloads_with_one_name_add_both(empty_house, site, tmp_path):
    """Two simultaneous downloads with the same name add both clips, each with a JSON file."""
    for name in ("walk", "rain"):
        (tmp_path / "two" / name).mkdir(parents=True)
        shutil.copy(site.folder / f"{name}.mp4", tmp_path / "two" / name / "clip.mp4")
    with serving(tmp_path / "two") as two, pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLLIDE_TEST_LOOPBACK", str(two.port))
        together(empty_house, two, "walk/clip.mp4", "rain/clip.mp4")
    folder = empty_house.root / "library" / "video"
    assert videos(empty_house) == {"clip.mp4", "clip-2.mp4"}
    came = {(folder / line["name"]).read_bytes() for line in ledger(empty_house)}
    assert came == {(site.folder / name).read_bytes() for name in ("walk.mp4", "rain.mp4")}
    for path in videos(empty_house):
        page = json.loads((folder / f"{path}.json").read_text())
        assert page["digest"] == digest_file(folder / path)


def test_the_camera_search_page_is_one_file(empty_house):
    """`doit download page=true` writes the camera-search page, which loads no other file."""
    ran = empty_house.doit("download", "page=true")
    assert (ran.code, ran.out) == (0, "open it in a browser: library/camera-search.html\n")
    page = (empty_house.root / "library" / "camera-search.html").read_text()
    assert "DSC_{4}" in page and "<link" not in page and "src=" not in page
