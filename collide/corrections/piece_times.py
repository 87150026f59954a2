"""Times within a piece, parsed into seconds (50%, frame 45, 00:00:02:12, end), and examples."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from math import ceil

from collide.base.clock import unix_time
from collide.base.errors import InputError
from collide.base.filtergraph import number
from collide.base.frame_rate import exact
from collide.base.pasted_text import from_now
from collide.base.spoken_number import TIMES, amount, cleaned, ends, frames_of
from collide.base.words import several
from collide.base.workspace import Workspace
from collide.limits import Seconds
from collide.project.look_book import files_of
from collide.project.project import Project
from collide.project.settings import Settings, takes
from collide.syntax.arguments import TypedLine, line
from collide.syntax.left_out import last_used
from collide.syntax.variables import Variable
from collide.syntax.verb import declaration
from collide.unit_limits import UNTIL

# Times as fractions of the length; the end is the start of the last frame.
PLACES = {
    **dict.fromkeys("start begin beginning first".split(), 0.0),
    **dict.fromkeys("middle mid half center centre".split(), 0.5),
    **dict.fromkeys("end last ending finish".split(), 1.0),
}
BARELY = 1.1  # a start from 1 to this number is a fraction that is slightly too large, not a time
# Other names for the start and the end of a part, in seconds.
BEGUN, ENDS = ("from", "in", "begin", "ss"), ("to", "end", "until", "till", "out", "stop")
# Other names for a night's duration, each with the unit of a bare number.
HOURS = {"hours": "h", "hour": "h", "minutes": "min", "for": "h", "duration": "h"}


def length(project: Project, typed: Mapping[str, str]) -> float:
    """Return a piece's length in seconds with the command's settings, or 0.0 if unknown."""
    settings = _settings(project, typed) if project.exists() else None
    return float(settings.piece()["duration"]) if settings else 0.0


def rate(project: Project, typed: Mapping[str, str]) -> float:
    """Return the frame rate of a piece with the command's settings, or of a new piece."""
    settings = _settings(project, typed) or Settings(catalog=project.catalog)
    return float(exact(settings.of("fps").value))


def _settings(project: Project, typed: Mapping[str, str]) -> Settings | None:
    own = {name: typed[name] for name in ("seed", "duration", "fps") if name in typed}
    own = {name: text for name, text in own.items() if takes(name, text, project.catalog)}
    for words in (own, {}):  # the command's settings may themselves be refused
        with suppress(InputError):
            return project.settings([], words)
    return None


def second_of(text: str, project: Project, typed: Mapping[str, str]) -> str:
    """Convert a time in a piece (50%, 45f, end) to seconds as text, or return ""."""
    word = re.sub(r"^(?:the|at)\s+|\s+frame$", "", cleaned(text).lower())
    share = re.fullmatch(r"(\d{1,3})\s*%", word)
    if counted := frames_of(word, rate(project, typed)):
        return number(counted[1])
    if not share and word not in PLACES:
        return ""
    part = min(int(share[1]), 100) / 100 if share else PLACES[word]
    whole = length(project, typed)
    last = whole - 1 / rate(project, typed)  # the start of the last frame
    second = ceil(1000 * min(whole * part, last) - 0.001) / 1000  # rounded up to stay in the frame
    return number(second) if whole else ""


def counted_as(text: str, project: Project, typed: Mapping[str, str]) -> str:
    """Describe a time in frames (`12 frames at 30 fps`), or return "" for any other time."""
    fps = rate(project, typed)
    found = frames_of(text, fps)
    return f"{several(found[0], 'frame')} at {round(fps, 3):g} fps" if found and found[0] else ""


def part_of(typed: Mapping[str, str]) -> tuple[float | None, float]:
    """Return the start (or None) and the length (or 0) of the requested part, in seconds."""
    first = next((typed[n] for n in (*BEGUN, "start") if n in typed), "")
    if part := span_of(first):  # from=1-2
        return float(part["from"]), float(part["for"])
    begun = amount(first)
    end = amount(next((typed[n] for n in ENDS if n in typed), ""))
    length = end[0] - (begun[0] if begun else 0.0) if end else 0.0
    return (begun[0] if begun else None), max(0.0, length)


def span_of(text: str) -> dict[str, str]:
    """Parse a range of seconds (1-2) as a start and a length, or return {} for other text."""
    found = [amount(part) for part in ends(text)]
    times = [one[0] * TIMES.get(one[1], 1.0) for one in found if one and one[1] in ("", *TIMES)]
    if len(times) != len(found) or len(times) != 2 or not 0 <= times[0] < times[1]:
        return {}
    return {"from": number(times[0]), "for": number(round(times[1] - times[0], 6))}


def part_lines(
    verb: str, typed: Mapping[str, str], begun: float | None, length: float
) -> list[str]:
    """Return the commands for a part of a piece, or [] if neither a start nor a length is given.

    Args:
        begun: the start in seconds, None if it is not given.
        length: the length in seconds, 0 if it is not given.
    """
    span = {} if begun is None else {"from": number(begun)}
    span |= {"for": number(round(length, 6))} if length > 0 else {}
    if not span:
        return []
    if "for" in declaration(verb).variables:
        return [line([verb], {**typed, **span})]
    if "at" in declaration(verb).variables and begun is not None:
        return [line([verb], {**typed, "at": span["from"]})]
    lines = [f"render a part: {line(['preview'], {**typed, **span})}"]
    if begun is not None:
        lines.append("where a layer begins in its clip: doit knobs start")
    if length > 0:
        whole = line([verb], {**typed, "duration": span["for"]})
        lines.append(f"change the piece's length: {whole}")
    return lines


def as_time(whole: TypedLine, name: str) -> list[str]:
    """Return the commands for start= in seconds, or [] for a fraction or another knob."""
    found = amount(whole.typed[name]) if name == "start" else None
    if not found or found[0] <= BARELY or found[1] not in ("", *TIMES):
        return []
    lines = part_lines(whole.verb, whole.without("start"), found[0] * TIMES.get(found[1], 1.0), 0.0)
    shares = "where a layer begins, as a fraction of its clip: doit knobs start"
    return [*[one for one in lines if "doit knobs" not in one], shares]


def as_hours(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for a duration given instead of a time of day, or None."""
    found, variables = amount(whole.typed[name]), declaration(whole.verb).variables
    until = next((one for one, variable in variables.items() if variable.limit is UNTIL), "")
    if name not in HOURS or not until or not found or found[1] not in ("", *TIMES):
        return None
    now = datetime.fromtimestamp(unix_time())
    time = from_now(f"{number(found[0])}{found[1] or HOURS[name]}", now)
    fix = line(whole.spoken, {**whole.without(name), until: time})
    return error.fixed(f"in that time: {fix}") if time else None


def example_of(
    workspace: Workspace, variable: Variable, typed: Mapping[str, str], verb: str = ""
) -> str:
    """Return an example that suits the project (a look, a manifest, a time, a name), or ""."""
    of, known = variable.limit.of, workspace.projects()
    name = typed.get("project", "") or last_used(workspace)
    name = name if name in known else known[0] if len(known) == 1 else ""
    if of == "look" and name:
        return next(iter(files_of(Project(workspace, name))), "")
    if of == "file" and name and (workspace.root / f"projects/{name}/manifest.json").exists():
        return f"projects/{name}/manifest.json"
    of_piece = "project" in declaration(verb or "render").variables
    if isinstance(variable.limit, Seconds) and name and of_piece:
        # the variable's example may be after the piece's end
        whole = length(Project(workspace, name), {})
        return f"{whole / 2:g}" if 0 < whole < variable.limit.read(variable.example) else ""
    return name if of == "project" and not declaration(verb or "render").creates else ""
