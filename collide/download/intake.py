"""The intake of downloads, which runs yt-dlp in a child process and keeps each new video."""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any

from collide.base.clock import utc_text
from collide.base.errors import TaskError
from collide.base.files import copy_out
from collide.base.hashing import digest_file
from collide.base.media import Clip, plainly
from collide.engine.safety import Bounds, Source, certificates, spelled
from collide.instrument import BITEXACT
from collide.library.provenance import Provenance, clean, write_page
from collide.run.progress import Line
from collide.run.session import Session
from collide.store.locks import held

MAX_SHORT_SIDE = 1080  # pixels; a larger picture is fetched only if every picture is larger
HOUR = 3600.0

# An environment variable with the local ports that tests may fetch from.
LOOPBACK = "COLLIDE_TEST_LOOPBACK"

# Codecs that are joined into MP4; other codecs are joined into Matroska, which accepts all.
PICTURES = frozenset("h264 hevc av1 vp9 mpeg4".split())
SOUNDS = frozenset("aac mp3 opus ac3".split())

# The suffix of a file, by its first bytes, because its name is untrusted.
MAGIC = {
    b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png",
    b"\x1a\x45\xdf\xa3": ".mkv", b"RIFF": ".avi", b"OggS": ".ogv", b"FLV\x01": ".flv",
    b"GIF8": ".gif", b"\x47": ".ts", b"\x30\x26\xb2\x75": ".wmv", b"\x00\x00\x01\xba": ".mpg",
}  # fmt: skip

NEW, ALREADY_HERE, LEFT_OUT = "new", "known", "left out"


class Intake:
    """The intake of downloaded videos into library/video."""

    def __init__(self, session: Session, *, least: int, again: bool) -> None:
        """Accept videos whose short side has at least `least` pixels.

        If `again` is true, accept even videos that were downloaded before and deleted.
        """
        self.session, self.least, self.again = session, least, again
        self.provenance = Provenance(session.workspace)
        self.line, self.became = Line(sys.stdout), Counter[str]()

    def on_line(self, folder: Path, text: str) -> None:
        """Handle a line from the child: print progress or a skipped video, or keep a video."""
        try:
            event = json.loads(text)
        except ValueError:
            return  # collide did not write this line
        title = clean({"title": event.get("title", "")})["title"]
        if "come" in event:
            whole = f" of {event['whole'] / 1e6:.1f}" if event["whole"] else ""
            self.line.say(f"{event['come'] / 1e6:.1f}{whole} MB  {title}")
        elif "known" in event:
            self._say(
                ALREADY_HERE,
                clean({"title": event["known"]})["title"] + ": it was downloaded before",
            )
        elif "left" in event:
            self._say(LEFT_OUT, f"{title}: {event['left']}")
        else:
            self.line.close()
            files, pieces, origin = event["files"], event["pieces"], event["said"]
            self._say(*self.take(folder, files, pieces=pieces, origin=origin))

    def _say(self, status: str, text: str) -> None:
        """Print and count the outcome of a video."""
        self.line.close()
        self.became[status] += 1
        print(f"{status:<10} {text}")

    def take(
        self, folder: Path, files: Sequence[str], *, pieces: bool, origin: Mapping[str, str]
    ) -> tuple[str, str]:
        """Take a video in; return NEW, ALREADY_HERE or LEFT_OUT, and the text to print about it.

        Args:
            folder: a private folder; the files in it are deleted.
            files: the names of the files in the folder: a video, or its picture and its sound.
            pieces: whether they arrived in fragments, so that even a single file must be remuxed.
            origin: the site's own description of the video, which is untrusted.
        """
        title = clean(origin).get("title", "")
        paths = [folder / name for name in files]
        try:
            whole = self._joined(folder, paths) if pieces or len(paths) > 1 else paths[0]
            with held(self.session.state.store.ready() / "locks" / "intake"):
                self.provenance = Provenance(self.session.workspace)  # the ledger may have grown
                return self._taken(whole, title, origin)
        except TaskError as error:
            return LEFT_OUT, f"{title}: {plainly(error.why)}"
        finally:
            for path in (*paths, *folder.glob("joined.*")):
                path.unlink(missing_ok=True)

    def _taken(self, path: Path, title: str, origin: Mapping[str, str]) -> tuple[str, str]:
        """Keep a video with new content under an unused name; the caller holds a lock."""
        digest = digest_file(path)
        if here := self._file_with(digest):
            if origin.get("source") not in self.provenance.sources():
                self.provenance.add(digest, here, origin)  # record this source too
            return ALREADY_HERE, f"{title}: already here as {here.name}"
        clip = self._probed(path, digest)
        place = self._place(origin, path)
        record = {**origin, "time": utc_text()}
        # a kill between these lines leaves an origin file without a clip, or a clip that the next
        # download recognizes by its content
        write_page(place, digest, record)
        copy_out(path, place)
        self.provenance.add(digest, place, record)
        return NEW, f"{place.name}  {clip_line(clip)}, {origin.get('license', 'no license given')}"

    def _joined(self, folder: Path, paths: Sequence[Path]) -> Path:
        """Copy the picture and any sound into one file, with collide's engine; return its path."""
        facts = self.session.clips.probe(paths[0], digest_file(paths[0]))
        fits = facts["video"] in PICTURES and (facts["audio"] or "aac") in SOUNDS
        output, form = ("joined.mp4", "mp4") if fits else ("joined.mkv", "matroska")
        names = [f"@part{number}" for number in range(len(paths))]
        opened = [word for name in names for word in ("-i", name)]
        maps = ["-map", "0:V:0", "-map", f"{len(paths) - 1}:a:0?"]
        argv = [*opened, *maps, "-c", "copy", *BITEXACT, "-f", form, output]
        sources = {n: Source(path, trusted=False) for n, path in zip(names, paths, strict=True)}
        command = spelled(self.session.state.engine.path, argv, sources)
        self.session.state.engine.run(command, cwd=folder, bounds=Bounds(seconds=600))
        return folder / output

    def _file_with(self, digest: str) -> Path | None:
        """Return the file with this content, or None if the content is new.

        Unless `again` is true, a file that has since been deleted also counts.
        """
        if here := self.session.state.library.place(digest):
            return here
        for name in self.provenance.names(digest):
            place = self.session.workspace.library / Path(name).name
            # the file arrived after the last scan, or it was deleted
            if not self.again or (place.is_file() and digest_file(place) == digest):
                return place
        return None

    def _probed(self, path: Path, digest: str) -> Clip:
        """Return a video's facts; raise TaskError if it is unreadable or too small."""
        clip = Clip.of(self.session.clips.probe(path, digest))
        if min(clip.width, clip.height) < self.least:
            raise TaskError(
                "it is too small",
                why=f"it has {clip.width}x{clip.height} pixels, below min={self.least}",
                fix="lower min=",
            )
        return clip

    def _place(self, origin: Mapping[str, str], path: Path) -> Path:
        """Return an unused path for a clip, from its title and id in shell-safe characters."""
        title, name = _slug(origin.get("title", ""), 40), _slug(origin.get("id", ""), 20)
        stem = title if name in title else f"{title}-{name}".strip("-")
        start, suffix = self.session.workspace.library / (stem or "clip"), _suffix(path)
        ends = chain([""], (f"-{number}" for number in count(2)))
        places = (start.with_name(f"{start.name}{end}{suffix}") for end in ends)
        return next(place for place in places if not place.exists())


def clip_line(clip: Clip) -> str:
    """Return a description of a clip: its length, size, sound and unusual traits."""
    turned = ", turned" if clip.rotated else ""
    words = ["sound" if clip.audio else "silent", *clip.traits]
    length = "still" if clip.still else f"{clip.seconds:.1f} s"
    return f"{length}  {clip.width}x{clip.height}{turned}  {', '.join(words)}"


def _slug(text: str, most: int) -> str:
    return re.sub(r"[^\w.]+", "-", text)[:most].strip("-._")


def _suffix(path: Path) -> str:
    if path.name.startswith("joined"):
        return path.suffix
    with path.open("rb") as file:
        head = file.read(64)
    if b"webm" in head:
        return ".webm"
    if head[8:12] == b"WEBP":
        return ".webp"
    return next((suffix for magic, suffix in MAGIC.items() if head.startswith(magic)), ".mp4")


def fetch(intake: Intake, request: Mapping[str, Any], *, what: str) -> Counter[str]:
    """Fetch videos, add each to the library when it is complete, and count the outcomes.

    Args:
        request: the request to the child, see ytdlp.py.
        what: the request as it was typed, for error messages.

    Raises:
        TaskError: the child failed before any video was fetched or skipped.
    """
    ports = [int(port) for port in os.environ.get(LOOPBACK, "").split(",") if port]
    sources = [] if intake.again else intake.provenance.sources()
    full_request = {**request, "most": MAX_SHORT_SIDE, "known": sources, "loopback": ports}
    # processor time is limited, but real time is not: a slow download continues while data arrives
    hours = HOUR * (1 + request["count"])
    bounds = Bounds(hours, size=8 << 30, memory=32 << 30, patience=HOUR, talks=True)
    env = {**certificates(), "YTDLP_NO_PLUGINS": "1"}
    state = intake.session.state
    with state.store.workdir() as folder:
        (folder / "asked.json").write_text(json.dumps(full_request))
        try:
            on_output = partial(intake.on_line, folder)
            state.engine.work(
                "download.ytdlp", [], cwd=folder, bounds=bounds, env=env, on_output=on_output
            )
        except TaskError as error:
            why = error.why.splitlines()[-1]
            if not intake.became:
                raise TaskError(
                    f"nothing was downloaded for {what}", why=why, fix=suggestion(why, what)
                ) from None
            print(f"stopped: {why}")
        finally:
            intake.line.close()
    return intake.became


def suggestion(why: str, what: str) -> str:
    """Return a suggested fix for an error from yt-dlp on `what`, the request as it was typed."""
    if "not a public address" in why:
        return "collide fetches from the public network only; copy the file into library/video"
    if "Unsupported URL" in why:
        return "give a single video's page, or the file's own address"
    if any(word in why for word in ("Failed to resolve", "timed out", "Connection")):
        return "check the network: the site did not answer"
    if "truncated" in why or "Incomplete" in why:
        return "give the whole address: a part of it is missing"
    if "youtube" in why.lower():
        again = f"doit download {what}" + ("" if "deno=" in what else " deno=true")
        return f"pip install -U 'yt-dlp[default,deno]' && {again}"
    return "check the network and the page; yt-dlp may be out of date: pip install -U yt-dlp"
