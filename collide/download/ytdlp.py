"""The program that fetches videos with yt-dlp into the working folder, started by programs.py.

    python -m collide.download.ytdlp

It reads asked.json, which contains `queries` (each with a `url`, the `order` of its entries, and
how many to `take`), the total `count`, `least` and `most` pixels of the short side, `longest`
seconds, `known` sources, whether `deno` may be started, and `loopback` ports for tests. It reports
each event as a line of JSON on stdout: `{"come": bytes, "whole": bytes, "title": …}` during a
download, `{"files": …, "pieces": …, "said": …}` at its end, and `{"known": title}` or
`{"left": why, "title": …}` for a video that is skipped.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collide.base.clock import monotonic
from collide.download.sandbox import shut

# The program that runs YouTube's JavaScript. It is outside the sandbox, so it is started only with
# the artist's permission. yt-dlp denies it access to files and the network, and deno enforces that;
# node is never started, because its older versions enforce nothing.
RUNTIME = "deno"

# Accepted stream protocols; many other protocols need an external program or never end.
PROTOCOLS = frozenset("http https m3u8 m3u8_native http_dash_segments".split())

LARGEST = 4 << 30  # the largest size of a file, in bytes
PAGES = ("generic", "html5mediaembed")  # extractors that accept any page; their ids are file names


def main() -> int:
    """Fetch the requested videos; if errors prevent every download, print an error and return 1."""
    request = json.loads(Path("asked.json").read_text())
    sys.modules["curl_cffi"] = None  # type: ignore[assignment] # it connects without an audit event
    sys.dont_write_bytecode = True
    programs = [RUNTIME] if request["deno"] else []
    refusals = shut(Path.cwd(), loopback=request["loopback"], programs=programs)
    fetching = Fetching(request)
    try:
        fetching.run()
    except Exception as error:  # an error in yt-dlp, or in anything that it calls
        fetching.error(f"{type(error).__name__}: {error}")
    troubles = [*fetching.troubles, *refusals]
    if fetching.came or not troubles:
        return 0
    print(troubles[-1], file=sys.stderr)
    return 1


class Fetching:
    """One run of yt-dlp, and the logger that receives its messages."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.request = request
        self.came = self.left = 0  # videos fetched so far; videos still wanted from this query
        self.troubles: list[str] = []
        self._last_report = 0.0

    def run(self) -> None:
        """Run the queries until enough videos have been fetched."""
        from yt_dlp import YoutubeDL
        from yt_dlp.postprocessor.common import PostProcessor
        from yt_dlp.utils import DownloadCancelled

        arrived = self.arrived

        class Arrived(PostProcessor):  # type: ignore[misc]
            """A postprocessor that yt-dlp calls when all files of a video are complete."""

            def run(self, information: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
                if arrived(information):
                    raise DownloadCancelled("enough has come")
                return [], information

        for query in self.request["queries"]:
            self.left = min(query["take"], self.request["count"] - self.came)
            if self.left <= 0:
                return
            with YoutubeDL(self.options(query)) as ydl:
                ydl.add_post_processor(Arrived(ydl), when="after_video")
                try:
                    ydl.extract_info(query["url"])
                except DownloadCancelled:
                    continue

    def options(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """Return yt-dlp's options for a query; yt-dlp does not read a settings file."""
        return {
            "allowed_extractors": ["default"],
            "cachedir": False,
            "color": "never",
            "concurrent_fragment_downloads": 1,
            "continuedl": False,
            "enable_file_urls": False,
            "external_downloader": {"default": "native"},  # otherwise ffmpeg downloads playlists
            "ffmpeg_location": str(Path.cwd()),  # a folder without ffmpeg; collide joins the files
            "fixup": "never",
            "format": self.chosen,
            "ignoreerrors": True,  # a failed video does not end a playlist
            "js_runtimes": {RUNTIME: {}} if self.request["deno"] else {},
            "lazy_playlist": not query["order"],
            "logger": self,
            "match_filter": self.passed_by,
            "max_filesize": LARGEST,
            "noplaylist": True,
            "noprogress": True,
            "nopart": False,
            "outtmpl": {"default": "%(autonumber)s.%(ext)s"},
            "overwrites": True,
            "playlist_items": ",".join(map(str, query["order"])) or None,
            "postprocessors": [],
            "progress_hooks": [self.coming],
            "proxy": "",  # the sandbox could not see the addresses behind a proxy
            "quiet": True,
            "remote_components": [],
            "retries": 3,
            "fragment_retries": 3,
            "extractor_retries": 1,
            "skip_unavailable_fragments": False,  # a clip with gaps is useless
            "socket_timeout": 20,
            "updatetime": False,
            "usenetrc": False,
        }

    def chosen(self, ctx: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the best picture that is not too large, and the best sound if the picture has none.

        A picture's size may be unknown. If every picture is too large, yield the worst picture.
        """
        formats = [f for f in ctx["formats"] if f.get("protocol") in PROTOCOLS]  # the worst first
        pictures = [f for f in formats if f.get("vcodec") != "none"]
        sounds = [f for f in formats if f.get("vcodec") == "none" and f.get("acodec") != "none"]
        fitting = [
            f for f in pictures if (_short(f) or self.request["most"]) <= self.request["most"]
        ]
        for picture in (fitting or pictures[:1])[-1:]:
            yield picture
            if picture.get("acodec") == "none":
                yield from sounds[-1:]

    def passed_by(self, info: Mapping[str, Any], *, incomplete: bool) -> str | None:
        """Report and return why a video is skipped; return None for a video to fetch."""
        seconds, longest = info.get("duration"), self.request["longest"]
        if source(info) in self.request["known"]:
            self._tell(known=_title(info))
            return "it was downloaded before"
        why = None
        if info.get("is_live") or info.get("live_status") in ("is_live", "is_upcoming"):
            why = "it is live and has no end"
        elif longest and seconds and seconds > longest:
            why = f"it is {seconds / 60:.0f} min long"
        elif not incomplete and 0 < _short(info) < self.request["least"]:
            why = f"its short side has {_short(info)} pixels"
        if why:
            self._tell(left=why, title=_title(info))
        return why

    def coming(self, state: Mapping[str, Any]) -> None:
        """Report the received bytes of a file, at most five times a second."""
        if monotonic() - self._last_report > 0.2:
            self._last_report = monotonic()
            whole = state.get("total_bytes") or state.get("total_bytes_estimate") or 0
            come, title = state.get("downloaded_bytes", 0), _title(state["info_dict"])
            self._tell(come=come, whole=int(whole), title=title)

    def arrived(self, info: Mapping[str, Any]) -> bool:
        """Report a video if all its files exist; return whether it is the query's last video."""
        downloads = [d for d in info.get("requested_downloads", ()) if d.get("filepath")]
        files = [
            Path(each["filepath"]).name for each in downloads if Path(each["filepath"]).is_file()
        ]
        if not files or len(files) < len(downloads):
            return False
        pieces = any(
            {**info, **each}.get("protocol") not in ("http", "https") for each in downloads
        )
        self.came, self.left = self.came + 1, self.left - 1
        self._tell(files=files, pieces=pieces, said=source_facts(info))
        return self.left <= 0

    def _tell(self, **words: Any) -> None:
        print(json.dumps(words), flush=True)

    def debug(self, _: str) -> None:
        """Ignore a progress message or a warning from yt-dlp."""

    warning = debug

    def error(self, text: str) -> None:
        """Record an error from yt-dlp."""
        why = text.removeprefix("ERROR: ").partition(" (caused by ")[0]
        self.troubles.append(" ".join(why.split()))


def source_facts(info: Mapping[str, Any]) -> dict[str, str]:
    """Return a video's origin as its site describes it."""
    page = _site(info).lower() in PAGES  # their upload date is only the file's Last-Modified
    words = {
        "url": info.get("webpage_url") or info.get("original_url") or info.get("url"),
        "id": info.get("id"),
        "title": info.get("title"),
        "license": info.get("license"),
        "by": info.get("uploader") or info.get("channel"),
        "published": None if page else info.get("upload_date"),
        "site": _site(info),
        "source": source(info),
    }
    return {name: str(value) for name, value in words.items() if value}


def source(info: Mapping[str, Any]) -> str:
    """Return the permanent name of a video: its site and id.

    If the site is unknown or one of PAGES, return an address instead, or "".
    """
    site = _site(info)
    if site.lower() in ("", *PAGES):
        formats = info.get("formats") or [{}]
        return str(info.get("url") or formats[-1].get("url") or info.get("webpage_url") or "")
    return f"{site} {info.get('id')}"


def _site(info: Mapping[str, Any]) -> str:
    return str(info.get("extractor_key") or info.get("ie_key") or "")


def _short(info: Mapping[str, Any]) -> int:
    """Return the short side in pixels, or the height if the width is unknown, or 0."""
    return int(min(info.get("width") or 0, info.get("height") or 0) or info.get("height") or 0)


def _title(info: Mapping[str, Any]) -> str:
    return str(info.get("title") or info.get("id") or "")[:80]


if __name__ == "__main__":
    sys.exit(main())
