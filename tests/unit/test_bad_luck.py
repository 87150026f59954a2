"""Rare errors, such as a missing program, a script that ends Python, or a damaged picture."""

import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from collide.base.errors import CollideError, InputError, TaskError
from collide.base.workspace import Workspace
from collide.download import intake
from collide.engine import programs
from collide.nights import child_render
from collide.run import demo, perform, play
from collide.tune.draft import Draft
from collide.tune.tuner import ACTS, Tuner
from collide.views import clips_page


def has_three_parts(error: CollideError) -> bool:
    """Return whether an error has its three parts."""
    return all((error.what, error.why, error.fix))


def test_without_ffmpeg_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """If no ffmpeg is configured, bundled or on PATH, the error suggests a pip command."""
    monkeypatch.delenv("COLLIDE_FFMPEG", raising=False)
    monkeypatch.setattr(programs, "which", lambda _: None)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(InputError) as caught:
        programs.find_program()
    assert caught.value.what == "no ffmpeg found"
    assert caught.value.fix == "pip install imageio-ffmpeg"


def test_missing_photographs_name_their_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """If scikit-learn, whose photographs the demo uses, is missing, the error names it."""
    monkeypatch.setattr(demo, "find_spec", lambda _: None)
    with pytest.raises(InputError) as caught:
        demo._photograph("flower.jpg")
    assert caught.value.what == "the photograph flower.jpg is missing"
    assert "scikit-learn" in caught.value.fix


def test_a_script_that_exits_becomes_an_error(
    house: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """exit() in a project's script becomes an error that names the scripts folder."""

    def ended(*_: Any, **__: Any) -> None:
        raise SystemExit(7)

    monkeypatch.setattr(child_render, "open_session", ended)
    with pytest.raises(TaskError) as caught:
        child_render.look_ahead(SimpleNamespace(workspace=house, name="x"))
    assert caught.value.what == "a script of x ends the program"
    assert caught.value.why == "it calls exit(7)"
    assert "projects/x/scripts" in caught.value.fix


def test_a_download_that_is_too_small_is_refused(tmp_path: Path) -> None:
    """A download is refused if its shorter side is below the minimum; the error gives its size."""
    facts = {"width": 64, "height": 36, "fps": 25.0, "seconds": 2.0, "sound": False, "frames": 50}
    probe = SimpleNamespace(probe=lambda *_: facts)
    some = SimpleNamespace(session=SimpleNamespace(clips=probe), least=37)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake.Clip, "of", lambda told: SimpleNamespace(**told))
        with pytest.raises(TaskError) as caught:
            intake.Intake._probed(some, tmp_path / "a.mp4", "a" * 64)
        some.least = 36
        assert intake.Intake._probed(some, tmp_path / "a.mp4", "a" * 64).height == 36
    assert caught.value.what == "it is too small"
    assert "64x36" in caught.value.why


def test_an_object_rendered_again_differently_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If an evicted object is rendered again with different bytes, the step that reads it fails."""
    again: list[str] = []
    store = SimpleNamespace(verified=lambda _: None, root=tmp_path)
    lease = SimpleNamespace(take=lambda _: None)
    results = {"layer:1": SimpleNamespace(objects={})}
    state = SimpleNamespace(
        store=store, lease=lease, steps={"layer:1": "the step"}, results=lambda: results,
        index=SimpleNamespace(lost=lambda digest: True),
    )  # fmt: skip
    source = SimpleNamespace(task="layer:1", digest="a" * 64, role="", path=None)
    monkeypatch.setattr(perform, "_again", lambda _state, step, _lost: again.append(step))
    with pytest.raises(TaskError) as caught:
        perform.opened_input(state, source)
    assert again == ["the step"]
    assert caught.value.what == "rendering layer:1 again produced different bytes"


def test_an_instrument_without_an_answer_names_its_step() -> None:
    """An error in an analysis names the step and gives the original message as the reason."""
    work = SimpleNamespace(step=SimpleNamespace(task="color:2"))
    error = play._Work.no_answer(work, ValueError("no frame is left"))
    assert (error.what, error.why) == ("color:2 gave no answer", "no frame is left")


def test_a_warning_about_our_own_files_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If ffmpeg reports an error in a file of collide's own, the step fails despite exit code 0."""
    engine = SimpleNamespace(run=lambda *_, **__: "[nut] damaged frame\n", path=Path("ffmpeg"))
    store = SimpleNamespace(root=tmp_path)
    state = SimpleNamespace(engine=engine, store=store, on_command=None)
    path = tmp_path / "a.nut"
    path.touch()
    source = SimpleNamespace(trusted=True, path=path, demuxer="")
    work = SimpleNamespace(
        state=state, job=SimpleNamespace(size=0, work=1), step=SimpleNamespace(task="stack:0"),
        sources={"@a": source}, folder=tmp_path, commands=0, seen=None,
    )  # fmt: skip
    monkeypatch.setattr(play, "lists_of", lambda *_: {})
    with pytest.raises(TaskError) as caught:
        play._ran(work, ("-i", "@a", "b.nut"))
    assert caught.value.what == "stack:0: ffmpeg reported errors in files that collide wrote"
    assert "damaged frame" in caught.value.why


def test_a_damaged_strip_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clip's damaged picture raises an error instead of appearing on the clips page."""
    entry = SimpleNamespace(objects={"strip.jpg": SimpleNamespace(digest="a")}, facts={})
    monkeypatch.setattr(clips_page, "ask", lambda *_, **__: entry)
    monkeypatch.setattr(clips_page, "glance_step", lambda *_: None)
    state = SimpleNamespace(store=SimpleNamespace(verified=lambda _: None))
    with pytest.raises(TaskError) as caught:
        clips_page._signature_of(SimpleNamespace(state=state), "d", None, Path("a.mp4"))
    assert caught.value.what == "its picture is damaged"


@pytest.mark.parametrize(
    ("act", "body", "rendering", "what"),
    [
        ("dance", {}, None, "there is no action 'dance'"),
        ("keep", {}, None, "there is nothing to keep"),
        ("render", {}, object(), "a render is running"),
        ("turn", {"knobs": 3}, None, "is malformed"),
    ],
)
def test_the_tuner_refuses_impossible_requests(
    act: str, body: dict[str, Any], rendering: object, what: str, house: Workspace
) -> None:
    """The tuner refuses an unknown action, a needless keep, a second render or a malformed body."""
    tuner = Tuner.__new__(Tuner)
    tuner._lock = threading.RLock()
    tuner._rendering = rendering
    tuner.history = SimpleNamespace(now=Draft())
    tuner._request = SimpleNamespace(existing=lambda: None, workspace=house)
    assert act in ACTS or act == "dance"
    with pytest.raises(InputError) as caught:
        tuner.act(act, body)
    assert what in caught.value.what
    assert has_three_parts(caught.value)
