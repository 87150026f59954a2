"""scripts: a project's own instruments, and everything that keeps one out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from collide import catalog
from collide.catalog import admit, explained, instrument, instruments, knobs
from collide.errors import InputError
from collide.graph.knobs import parse

DUST = '''"""post/dust: specks, so that nothing looks new.

Play it in tests only.
Reads and writes pictures of any size.
"""

from collide.step import Knobs, Limit, Range

DEFAULTS = {
    # how many specks there are
    # low: 0 = none; high: 1 = an attic; typical 0.2
    "dust": 0.2,
}  # fmt: skip

LIMITS: dict[str, Limit] = {"dust": Range(0.0, 1.0)}

NEUTRAL = {"dust": 0.0}


def filters(knobs: Knobs, *, size: tuple[int, int], fps: int, seed: int) -> str:
    """Return the chain."""
    return f"eq=brightness={knobs['dust']}" if knobs["dust"] else ""
'''


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    """No test leaves another's scripts behind."""
    yield
    admit(None)


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """Return the scripts of a project, one in it."""
    folder = tmp_path / "projects" / "x" / "scripts"
    (folder / "post").mkdir(parents=True)
    (folder / "post" / "dust.py").write_text(DUST)
    return folder


def test_a_script_is_an_instrument_among_the_others(scripts: Path) -> None:
    """It has knobs, words, and a place in the chain, and goes when its project does."""
    ours = list(instruments())
    admit(scripts)
    assert list(instruments()) == [*ours, "post/dust"]
    assert knobs()["dust"].owner == "post/dust"
    assert dict(explained("post/dust"))["dust"].startswith("how many specks")
    assert parse("post", "dust,vhs") == "dust,vhs"
    admit(None)
    assert list(instruments()) == ours
    assert "dust" not in knobs()
    with pytest.raises(InputError):
        parse("post", "dust")


def test_reading_it_writes_nothing(scripts: Path) -> None:
    """No __pycache__ lies beside the artist's file."""
    admit(scripts)
    assert [path.name for path in scripts.rglob("*")] == ["post", "dust.py"]


def test_another_text_is_another_version(scripts: Path) -> None:
    """While it is tried nobody has to raise a number for its answers to be asked again."""
    admit(scripts)
    before = instrument("post/dust").VERSION
    admit(scripts)
    assert before == instrument("post/dust").VERSION
    (scripts / "post" / "dust.py").write_text(DUST + "\n# tuned\n")
    admit(scripts)
    assert before != instrument("post/dust").VERSION


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("post/vhs.py", DUST, "post/vhs is one of collide's own, which nothing may stand before"),
        ("post/dust.py", DUST + "\n1 +", "line 24: invalid syntax"),
        ("post/dust.py", DUST + "\nraise OSError('no')", "OSError: no"),
        ("post/dust.py", "from collide.nothing import x\n", "ModuleNotFoundError: No module named"),
        ("post/fog.py", DUST, "its first line must begin with 'post/fog: '"),
        ("post/dust.py", DUST.replace("def filters", "def other"), "it must have exactly one of"),
        ("post/dust.py", DUST.replace(", seed: int", ""), "filters must take knobs, size, fps"),
        ("post/dust.py", DUST.replace('"dust"', '"vhs_bleed"'), "a preset could not say which"),
        ("post/dust.py", DUST.replace('"dust"', '"project"'), "'project' is a word of the verbs"),
    ],
)
def test_what_cannot_be_played_is_said_and_nothing_is_in(
    file: str, text: str, why: str, scripts: Path
) -> None:
    """The file is named, the reason given, and the house stands as it stood."""
    ours = list(instruments())
    (scripts / file).write_text(text)
    with pytest.raises(InputError) as caught:
        admit(scripts)
    assert caught.value.why.startswith(why)
    assert list(instruments()) == ours
    if "two instruments" not in caught.value.what:
        assert caught.value.what == f"projects/x/scripts/{file} cannot be played"


def test_a_link_out_of_the_project_is_not_followed(scripts: Path, tmp_path: Path) -> None:
    """What is read lies in the folder itself."""
    stranger = tmp_path / "stranger.py"
    stranger.write_text(DUST)
    (scripts / "post" / "dust.py").unlink()
    (scripts / "post" / "dust.py").symlink_to(stranger)
    with pytest.raises(InputError) as caught:
        admit(scripts)
    assert caught.value.why == "it is a link out of the project"


def test_only_files_of_a_family_are_read(scripts: Path) -> None:
    """Whatever else lies there is not run."""
    for name in ("loose.py", "other/trap.py", "post/_hidden.py", "post/deep/trap.py"):
        path = scripts / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("raise SystemExit('read')")
    admit(scripts)
    assert "post/dust" in instruments()
    assert catalog.Open.scripts == scripts
