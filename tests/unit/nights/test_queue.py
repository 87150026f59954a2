"""queue: which pieces are started or skipped, and how long each is expected to take."""

import io
from types import SimpleNamespace

import pytest

from collide.base.errors import InputError, TaskError
from collide.nights import queue as machine
from collide.nights.child_render import FAILED, LATER, RENDERED, REUSED, Outcome
from collide.nights.queue import GRACE, Many
from collide.project.project import Project
from collide.run.progress import Ticker
from collide.run.record import RunRecord

HOUR = 3600.0


class FakeForecast:
    """A forecast of tasks from their durations; None stands for a kind of task that never ran."""

    def __init__(self, *seconds: float | None) -> None:
        self.guesses = [SimpleNamespace(seconds=s) for s in seconds]
        self.seconds = sum(s or 0.0 for s in seconds)

    def wall(self, workers: int) -> float:
        """Return the sum of all seconds, because tasks run one after another here."""
        return self.seconds

    def of(self, *verdicts: str) -> list:
        """Return all guesses for the verdict `render`, and [] for other verdicts."""
        return self.guesses if "render" in verdicts else []


@pytest.fixture
def played(house, monkeypatch):
    """Return a function that renders pieces with given forecasts and advances the clock."""
    clock = [0.0]

    def play(pieces: dict, *, until: float = 8 * HOUR, real: float = 1.0) -> Many:
        def look_ahead(project, *_):
            if isinstance(pieces[project.name], Exception):
                raise pieces[project.name]
            return pieces[project.name]

        def render_apart(project, on_progress, expected, limit, **_):
            took = pieces[project.name].seconds * real
            clock[0] += min(took, limit)
            on_progress("40%")
            if took > limit:
                return Outcome(project.name, FAILED, f"the render was stopped after {limit:.0f} s")
            return Outcome(project.name, RENDERED, seconds=took, expected=expected)

        monkeypatch.setattr(machine, "look_ahead", look_ahead)
        monkeypatch.setattr(machine, "render_apart", render_apart)
        many = Many(RunRecord("y", []), until=until, clock=lambda: clock[0])
        for left, name in reversed(list(enumerate(reversed(pieces)))):
            many.play(Project(house, name), left=left)
        return many

    return play


def test_an_exception_fails_only_its_own_piece(played):
    """An exception fails only its own piece; other pieces are rendered, and the exit code is 1."""
    bad = InputError("no clips", why="none", fix="copy some")
    many = played({"a": bad, "b": TaskError("x", why="y", fix="z"), "c": OSError(5, "I/O error"),
                   "d": ValueError("a bug"), "e": FakeForecast(10)})  # fmt: skip
    assert [o.status for o in many.outcomes] == [FAILED] * 4 + [RENDERED]
    assert "no clips\n  why  none\n  fix  copy some" in many.outcomes[0].why
    assert "internal error in collide: ValueError: a bug" in many.outcomes[3].why
    assert many.run.code() == 1
    assert many.line().startswith("5 pieces: made 1, reused 0, failed 4 · ")


def test_a_piece_that_cannot_end_in_time_is_not_started(played):
    """A piece too long for the time before the deadline is not started; a shorter piece is."""
    many = played(
        {"a": FakeForecast(2 * HOUR), "b": FakeForecast(7 * HOUR), "c": FakeForecast(HOUR)}
    )
    assert [o.status for o in many.outcomes] == [RENDERED, LATER, RENDERED]
    assert many.outcomes[1].why.startswith("it takes about 7 h, and only ")
    assert many.run.code() == 0
    assert "b" not in many.run.tasks


def test_forecasts_are_scaled_by_the_first_error(played):
    """If the first piece takes twice its forecast, the forecasts of later pieces are doubled."""
    many = played({"a": FakeForecast(2 * HOUR), "b": FakeForecast(3 * HOUR)}, real=2.0)
    assert many.outcomes[1].status == LATER
    assert many.outcomes[1].expected == 6 * HOUR


def test_a_restored_piece_does_not_change_the_pace(played):
    """A restored piece does not change how forecasts are corrected."""
    many = played(
        {"a": FakeForecast(0.002), "b": FakeForecast(HOUR)}, real=300.0, until=9 * HOUR * 300
    )
    assert many.outcomes[1].expected == HOUR


def test_a_piece_without_history_is_expected_to_take_the_mean(played):
    """A piece that was never timed is expected to take the average time of earlier pieces."""
    many = played({"a": FakeForecast(None), "b": FakeForecast(HOUR), "c": FakeForecast(None, 5)})
    assert [o.expected for o in many.outcomes] == [None, HOUR, HOUR / 2]
    over = played({"a": FakeForecast(None)}, until=-1.0)
    assert over.outcomes[0].status == LATER
    assert over.outcomes[0].why == "the deadline has passed"


@pytest.mark.parametrize(("hours", "status"), [(1.0, RENDERED), (0.05, RENDERED), (-0.001, LATER)])
def test_a_short_night_tries_a_piece_without_history(played, hours, status):
    """If no piece was ever timed, even a short night tries one, but not after its deadline."""
    assert played({"a": FakeForecast(None)}, until=hours * HOUR).outcomes[0].status == status


def test_no_piece_without_history_starts_at_the_very_end(house, played, monkeypatch):
    """A minute before the deadline, a piece that was never timed is not started."""
    many = played({})
    many.clock = lambda: 8 * HOUR - 60
    monkeypatch.setattr(machine, "look_ahead", lambda *_: FakeForecast(None))
    outcome = many.play(Project(house, "a"), left=0)
    assert outcome.status == LATER
    assert outcome.why == "no timing history, and only 60 s left"


def test_a_piece_without_history_needs_time_for_the_longest(played):
    """A piece that was never timed is not started if the longest piece so far would not fit."""
    many = played(
        {"a": FakeForecast(4 * HOUR), "b": FakeForecast(HOUR), "c": FakeForecast(None)}
    )  # after a and b, 3 h are left
    assert [o.status for o in many.outcomes] == [RENDERED, RENDERED, LATER]


def test_a_piece_is_stopped_after_the_grace_period(played):
    """A piece that runs past the deadline is stopped after the grace period, with a reason."""
    many = played({"a": FakeForecast(HOUR)}, real=10.0)
    (outcome,) = many.outcomes
    assert outcome.status == FAILED
    assert many.clock() == 8 * HOUR + GRACE
    assert outcome.why.endswith(
        "the deadline has passed; the next render continues from the finished tasks"
    )


def test_a_piece_that_is_up_to_date_starts_no_process(house, played, monkeypatch):
    """An up-to-date piece keeps its look and its video without starting a process."""
    project = Project(house, "a")
    project.video.parent.mkdir(parents=True)
    project.video.write_bytes(b"video")
    (project.path / "manifest.json").write_text('{"look": "395e12c4"}')
    outcome = played({"a": FakeForecast()}).outcomes[0]
    assert (outcome.status, outcome.look, outcome.bytes) == (REUSED, "395e12c4", 5)
    assert "projects/a/output/a.mp4" in outcome.line()


def test_progress_shows_the_pieces_and_the_time_left(played, capsys, monkeypatch):
    """Progress lines show the piece, its percentage, the number left, and the time if known."""
    monkeypatch.setattr(Ticker, "tell", lambda self, text: print("told", text))
    played({"a": FakeForecast(60), "b": FakeForecast(60), "c": FakeForecast(60)})
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("told")]
    assert "told a 40% · 2 to come" in told
    assert "told b 40% · 1 to come, about 60 s for all of them" in told


def test_a_log_gets_at_most_one_line_a_minute(monkeypatch):
    """If there is no terminal, at most one progress line is printed per minute."""
    at = [0.0]
    monkeypatch.setattr("collide.run.progress.monotonic", lambda: at[0])
    ticker = Ticker(io.StringIO())
    for at[0] in range(0, 150, 10):
        ticker.tell("far")
    ticker.say("done")
    assert ticker.stream.getvalue() == "  far\n  far\ndone\n"


def test_the_time_left_is_divided_by_the_machines(played):
    """The more machines can render the remaining pieces, the shorter the time left."""
    many = played({"a": FakeForecast(60.0)})
    assert many.still(4) == " · 4 to come, about 4 min for all of them"
    assert many.still(4, 2) == " · 4 to come, about 2 min for all of them"
    assert many.still(1, 2) == " · 1 to come, about 60 s for all of them"
    assert many.still(0) == ""
