"""what a render would do, and why; nothing is rendered

Knobs count as if they were typed to render: doit plan project=x similarity=0.35
"""

from collide.cli.request import Request
from collide.cli.summary import unplanned_message
from collide.cli.variables import PIECE
from collide.engine.machine import cores
from collide.project.project import named
from collide.run.forecast import Guess, folded, predict
from collide.store.eviction import gb
from collide.store.reasons import sentence

VARIABLES = PIECE
KNOBS = True

WORDS_FOR = {
    "render": "would render",
    "restore": "from the store",
    "maybe": "perhaps",
    "keep": "stays",
}


def run(request: Request) -> int:
    """Print each task that would do something, and count the rest."""
    project = named(request.workspace, request.project) if request.project else request.existing()
    if project.exists():
        session = request.open(project)
    else:
        session = request.open(project.drafted(project.draft(request.presets)), presets=False)
        print(f"project {project.name} is not there yet; planned as if it were made")
    plan = session.plan_known()
    if plan is None:
        print(unplanned_message(session))
        return 0
    forecast = predict(session.state, plan)
    for guess in folded(forecast.of("render", "restore", "maybe")):
        print(_line(guess))
    counts = ", ".join(f"{word} {len(forecast.of(v))}" for v, word in WORDS_FOR.items())
    if len(forecast.of("keep")) < len(plan.steps):
        unknown = any(guess.seconds is None for guess in forecast.of("render"))
        least = "at least" if unknown else "about"
        counts += f" · {least} {_time(forecast.wall(cores()))}, {gb(forecast.bytes)}"
    print(counts)
    path, seconds = forecast.critical()
    if path:
        shown = " → ".join(guess.task for guess in folded(forecast.guesses[t] for t in path))
        print(f"one must wait for the other, about {_time(seconds)}: {shown}")
    return 0


def _line(guess: Guess) -> str:
    cost = f"{_time(guess.seconds):>8} {gb(guess.bytes):>9}" if guess.verdict != "restore" else ""
    why = sentence(guess.why, guess.task)
    return f"{guess.task:<12} {WORDS_FOR[guess.verdict]:<14} {cost:<18}  {why}".rstrip()


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
