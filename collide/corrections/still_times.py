"""Commands for several stills: times=0.5,1,2, or count=5, spread over the piece."""

from collide.base.filtergraph import number
from collide.corrections.piece_times import length
from collide.corrections.standing_piece import project_of
from collide.syntax.arguments import TypedLine, line

TIMES = "times time seconds frames timestamps positions points moments".split()
COUNTS = "n count number num many pictures images stills".split()  # before a number of stills
MOST_STILLS = 8


def stills(whole: TypedLine, name: str) -> list[str]:
    """Return one still command per time, for times=0.5,1 or count=5, or []."""
    rest, text, roll = whole.without(name), whole.typed[name].strip(), whole.only("project")
    parts = [one.strip() for one in text.split(",")]
    if whole.verb != "still" or "at" in rest:
        return []
    if name in COUNTS and text.isdigit() and 1 < int(text) <= MOST_STILLS:
        whole_length = length(project_of(whole.workspace, rest), rest)
        times = [whole_length * (n + 0.5) / int(text) for n in range(int(text))]
        parts = [number(round(time, 2)) for time in times] if whole_length else []
    elif name not in TIMES or len(parts) < 2:
        return []
    lines = [line(whole.spoken, {**rest, "at": one}) for one in parts]
    others = [f"pictures of other looks: {line(['roll'], {**roll, 'n': text})}"]
    return [*lines, *(others if text.isdigit() and "project" in roll else [])]
