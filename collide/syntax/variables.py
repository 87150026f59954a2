"""Variables of verbs: their limits and descriptions, and the variables that many verbs share.

Each verb declares its variables by name, for parsing, errors, `doit help` and completion.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collide.limits import BadValueError, Checked, Choice, Seconds, Toggle
from collide.text_limits import HOST_AND_PORT, LOOK_NAME, Label, Names, Text

DAY = 86400.0  # seconds: longer than any piece


@dataclass(frozen=True)
class Variable:
    """One variable of a verb."""

    limit: Checked
    about: str  # its purpose: "the minimum length", "whether to …"
    example: str
    default: str | None = None  # the default, as typed
    without: str = ""  # the default in words, if no value can express it
    required: bool = False
    others: Mapping[str, str] = field(default_factory=dict)  # word -> value or verb that it means
    positional: bool = False  # whether its value may be typed without name=

    def read(self, name: str, text: str) -> Any:
        """Check text and return its value; raise BadValueError if it is not allowed."""
        try:
            return self.limit.read(text)
        except ValueError as error:
            # an example of a choice or a name would be arbitrary
            example = "" if isinstance(self.limit, Choice | Label) else self.example
            instead = self.limit.near(text) or example
            raise BadValueError(name, text, error, instead=instead) from None

    @property
    def otherwise(self) -> str:
        """Return the default (as typed or in words), or "" if there is no default."""
        return self.default if self.default is not None else self.without


def toggle(about: str) -> Variable:
    """Return a variable that is true or false, by default false."""
    return Variable(Toggle(), about, "true", default="false")


PROJECT = Variable(Label("project"), "the project", "night-drive")
PRESET = Variable(
    Names("preset", empty=True), "presets to apply on top; later ones win", "ink,vintage-film"
)
LOOK = Variable(LOOK_NAME, "an earlier look, whose knobs and clips are used", "7f3a")
AT = Variable(Seconds(0.0, DAY), "the time to show", "12.5", without="the middle of the piece")
ENGINE = Variable(
    Choice(("new",)),
    "permission to render with a different ffmpeg",
    "new",
    without="refused",
)
FULL = toggle("whether to render each look in full as well")
RECORD = Variable(
    Text("the path of a manifest.json, a look file or a video", of="file"),
    "the record of a look",
    "projects/x/manifest.json",
)

FARM = Variable(
    HOST_AND_PORT,
    "the machine that runs doit farm, whose workers render the pieces; 'none' is this machine",
    "tower",
    without="COLLIDE_FARM, else this machine",
)
FARMED = {
    "farm": FARM,
    "twice": toggle(
        "whether every piece, instead of one in a hundred, is rendered by two workers and compared"
    ),
    "scripts": toggle("whether to send a project's scripts to workers, which run them"),
}

PIECE = {"project": PROJECT, "preset": PRESET, "look": LOOK}
