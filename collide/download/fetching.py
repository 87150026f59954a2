"""What is fetched, while it comes: yt-dlp in a process of its own, and the intake behind it."""

import json
import os
import sys
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from collide.base.errors import TaskError
from collide.download.intake import ALREADY_HERE, LEFT_OUT, Intake
from collide.engine.safety import Bounds, certificates
from collide.library.provenance import clean
from collide.run.progress import Line

MAX_SHORT_SIDE = (
    1080  # pixels of the short side, where a site gives the choice: layers are rarely larger
)
HOUR = 3600.0

# Ports of this machine that may be fetched from: for tests, and for nothing else.
LOOPBACK = "COLLIDE_TEST_LOOPBACK"


def fetch(intake: Intake, asked: Mapping[str, Any], *, what: str) -> Counter[str]:
    """Fetch, take in each video as soon as it is whole, and return how many became what.

    Args:
        intake: of the library.
        asked: see collide/download/ytdlp.py.
        what: was typed, for an error.

    Raises:
        TaskError: none came, and why.
    """
    ports = [int(port) for port in os.environ.get(LOOPBACK, "").split(",") if port]
    known = [] if intake.again else intake.provenance.sources()
    said = {**asked, "most": MAX_SHORT_SIDE, "known": known, "loopback": ports}
    bounds = Bounds(seconds=HOUR * (1 + asked["count"]), size=8 << 30, memory=32 << 30)
    env = {**certificates(), "YTDLP_NO_PLUGINS": "1"}
    told = _Told(intake)
    bench = intake.session.state
    with bench.store.workdir() as folder:
        (folder / "asked.json").write_text(json.dumps(said))
        try:
            heard = partial(told.heard, folder)
            bench.engine.work("download.ytdlp", [], cwd=folder, bounds=bounds, env=env, heard=heard)
        except TaskError as error:
            why = error.why.splitlines()[-1]
            if not told.became:
                raise TaskError(f"nothing came of {what}", why=why, fix=mended(why)) from None
            print(f"it went no further: {why}")
        finally:
            told.line.close()
    return told.became


class _Told:
    """What the child tells, line by line, and what is done about it."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.line = intake, Line(sys.stdout)
        self.became: Counter[str] = Counter()

    def heard(self, folder: Path, text: str) -> None:
        """Do what a line asks for: show how far it is, or take a video in."""
        try:
            told = json.loads(text)
        except ValueError:
            return  # a word of somebody else's
        title = clean({"title": told.get("title", "")})["title"]
        if "come" in told:
            whole = f" of {told['whole'] / 1e6:.1f}" if told["whole"] else ""
            self.line.say(f"{told['come'] / 1e6:.1f}{whole} MB  {title}")
        elif "known" in told:
            self.say(ALREADY_HERE, clean({"title": told["known"]})["title"] + ": it came before")
        elif "left" in told:
            self.say(LEFT_OUT, f"{title}: {told['left']}")
        else:
            self.line.close()
            took = self.intake.take(
                folder, told["files"], pieces=told["pieces"], origin=told["said"]
            )
            self.say(*took)

    def say(self, status: str, text: str) -> None:
        """Say, and count, what became of a video."""
        self.line.close()
        self.became[status] += 1
        print(f"{status:<10} {text}")


def mended(why: str) -> str:
    """Return what to do about what yt-dlp says."""
    if "not a public address" in why:
        return "collide fetches from the public network only; copy the file into library/video"
    if "Unsupported URL" in why:
        return "give the page of one video, or the address of the file itself"
    if any(word in why for word in ("Failed to resolve", "timed out", "Connection")):
        return "look at the network: the site did not answer"
    if "youtube" in why.lower():
        return "pip install -U 'yt-dlp[default,deno]', and say deno=true"
    return "look at the network, and at the page in a browser; sites change: pip install -U yt-dlp"
