"""Variables of verbs: their limits and meanings, and those that many verbs share.

A verb declares VARIABLES, by name. Parsing, errors, `doit help` and completion derive from that.
"""

from dataclasses import dataclass
from typing import Any

from collide.limits import BadValueError, Checked, Choice, Seconds, Toggle
from collide.text_limits import HOST_AND_PORT, LOOK_NAME, Label, Names, Text

DAY = 86400.0  # seconds: longer than any piece


@dataclass(frozen=True)
class Variable:
    """One variable of a verb."""

    limit: Checked
    about: str  # what it is for, as a noun: "the shortest length"
    example: str
    default: str | None = None  # as it is typed
    without: str = ""  # what holds where it is not typed, and no value could say it
    required: bool = False

    def read(self, name: str, text: str) -> Any:
        """Return the value of a text; BadValueError if it is not allowed."""
        try:
            return self.limit.read(text)
        except ValueError as error:
            instead = self.limit.near(text) or self.example
            raise BadValueError(name, text, error, instead=instead) from None

    @property
    def otherwise(self) -> str:
        """Return its default in words, "" for none."""
        return self.default if self.default is not None else self.without


def toggle(about: str) -> Variable:
    """Return a variable that is true or false, by default false."""
    return Variable(Toggle(), about, "true", default="false")


PROJECT = Variable(Label("project"), "the project", "night-drive")
PRESET = Variable(
    Names("preset", empty=True), "presets on top, the last one counts most", "ink,silk"
)
LOOK = Variable(LOOK_NAME, "an earlier look, whose knobs and clips are taken", "7f3a")
AT = Variable(
    Seconds(0.0, DAY), "the second that is shown", "12.5", without="the middle of the piece"
)
ENGINE = Variable(
    Choice(("new",)), "leave to render with another ffmpeg than before", "new", without="refused"
)
FULL = toggle("whether each is rendered in full as well, so that its video is there at once")
RECORD = Variable(
    Text("the path of a manifest.json, of the file of a look, or of a video", of="file"),
    "the record of a look",
    "projects/x/manifest.json",
)

FARM = Variable(
    HOST_AND_PORT,
    "the machine that runs doit farm, whose workers make the pieces; none for this one",
    "tower",
    without="COLLIDE_FARM, else this machine",
)
FARMED = {
    "farm": FARM,
    "twice": toggle("whether each piece is made by two workers and compared, not one in a hundred"),
    "scripts": toggle("whether scripts of a project may go to workers, which run them"),
}

PIECE = {"project": PROJECT, "preset": PRESET, "look": LOOK}
