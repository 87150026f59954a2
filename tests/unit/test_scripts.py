"""scripts: a project's own instruments, and the reasons why a script is refused."""

import sys
from pathlib import Path

import pytest

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.catalog import Catalog, instruments, shipped
from collide.project.project import Project
from collide.project.settings import parse

DUST = '''"""post/dust: specks, so that nothing looks new.

Play it in tests only.
Reads and writes pictures of any size.
"""

from collide.instrument import Knobs, Limit, Range

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


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """Return the scripts folder of a project, with one script."""
    folder = tmp_path / "projects" / "x" / "scripts"
    (folder / "post").mkdir(parents=True)
    (folder / "post" / "dust.py").write_text(DUST)
    return folder


def opened(scripts: Path) -> Catalog:
    """Return the catalog of the project that has these scripts."""
    return shipped().with_scripts(scripts)


def test_a_script_is_an_instrument_among_the_others(scripts: Path) -> None:
    """Only its project's catalog gives a script knobs, explanations and a place in the chain."""
    catalog = opened(scripts)
    assert list(catalog.instruments) == [*instruments(), "post/dust"]
    assert catalog.knobs["dust"].owner == "post/dust"
    assert catalog.own("post/dust", {"dust": 1, "crf": 2}) == {"dust": 1}
    assert catalog.explained("post/dust")["dust"].startswith("how many specks")
    assert parse("post", "dust,vhs", catalog) == "dust,vhs"
    assert "dust" not in shipped().knobs
    with pytest.raises(InputError):
        parse("post", "dust")


def test_a_script_that_imports_the_contract_by_its_old_name_plays(
    scripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script may import the contract as collide.step, the old name of collide.instrument."""
    monkeypatch.delitem(sys.modules, "collide.step", raising=False)
    old = DUST.replace("from collide.instrument", "from collide.step")
    (scripts / "post" / "dust.py").write_text(old)
    play = opened(scripts).instrument("post/dust")
    assert play.filters({"dust": 0.5}, size=(16, 16), fps=24, seed=1) == "eq=brightness=0.5"


def test_open_projects_keep_scripts_of_the_same_name_apart(tmp_path: Path) -> None:
    """Two open projects, with different scripts of the same name, each play their own script."""
    texts = {"x": DUST, "y": DUST.replace('"dust": 0.2', '"dust": 0.7').replace("eq=", "lut=")}
    for name, text in texts.items():
        folder = tmp_path / "projects" / name / "scripts" / "post"
        folder.mkdir(parents=True)
        (folder / "dust.py").write_text(text)
    x, y = (Project(Workspace(tmp_path), name) for name in texts)
    told = {"size": (16, 16), "fps": 24, "seed": 1}
    for _ in range(2):
        for project, value, plays in ((x, 0.2, "eq="), (y, 0.7, "lut=")):
            knobs = project.settings([], {"post": "dust"}).piece()
            assert knobs["dust"] == value
            play = project.settings([], {}).catalog.instrument("post/dust")
            assert play.filters(knobs, **told).startswith(plays)
    assert x.drafted({}).catalog is x.catalog


def test_a_catalog_cannot_be_changed(scripts: Path) -> None:
    """An open catalog cannot be changed and still has a script whose file was deleted."""
    catalog = opened(scripts)
    (scripts / "post" / "dust.py").unlink()
    assert "post/dust" in catalog.instruments
    with pytest.raises(TypeError):
        catalog.instruments["post/other"] = catalog.instruments["post/dust"]  # type: ignore[index]
    with pytest.raises(TypeError):
        del catalog.knobs["dust"]  # type: ignore[attr-defined]


def test_reading_a_script_writes_nothing(scripts: Path) -> None:
    """Reading a script writes nothing next to it, not even a __pycache__."""
    opened(scripts)
    assert [path.name for path in scripts.rglob("*")] == ["post", "dust.py"]


def test_a_changed_text_changes_the_version(scripts: Path) -> None:
    """A script with changed text has a different VERSION, so its steps run again."""
    before = opened(scripts).instrument("post/dust").VERSION
    assert before == opened(scripts).instrument("post/dust").VERSION
    (scripts / "post" / "dust.py").write_text(DUST + "\n# tuned\n")
    assert before != opened(scripts).instrument("post/dust").VERSION


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("post/vhs.py", DUST, "post/vhs is built into collide and cannot be overridden"),
        ("post/dust.py", DUST + "\n1 +", "line 24: invalid syntax"),
        ("post/dust.py", DUST + "\nraise OSError('no')", "OSError: no"),
        ("post/dust.py", "from collide.nothing import x\n", "ModuleNotFoundError: No module named"),
        ("post/fog.py", DUST, "its first line must begin with 'post/fog: '"),
        ("post/dust.py", DUST.replace("def filters", "def other"), "it must have exactly one of"),
        ("post/dust.py", DUST.replace(", seed: int", ""), "filters must take knobs, size, fps"),
        ("blend/dust.py", DUST.replace("post/", "blend/"), "nothing would play it: in blend/"),
        ("source/dust.py", DUST.replace("post/", "source/"), "a project cannot have its own"),
        ("post/dust.py", DUST.replace('"dust"', '"vhs_bleed"'), "a preset could refer to either"),
        ("post/dust.py", DUST.replace('"dust"', '"project"'), "'project' is a word that verbs use"),
    ],
)
def test_an_unplayable_script_is_reported(file: str, text: str, why: str, scripts: Path) -> None:
    """The error names the unplayable script, or both owners of a knob, and gives the reason."""
    (scripts / file).parent.mkdir(exist_ok=True)
    (scripts / file).write_text(text)
    with pytest.raises(InputError) as caught:
        opened(scripts)
    assert caught.value.why.startswith(why)
    owners = "two instruments own the knob 'vhs_bleed': post/vhs and post/dust"
    assert caught.value.what in (f"projects/x/scripts/{file} cannot be played", owners)


def test_a_link_out_of_the_project_is_not_followed(scripts: Path, tmp_path: Path) -> None:
    """A link in scripts/ that points outside the project is refused."""
    stranger = tmp_path / "stranger.py"
    stranger.write_text(DUST)
    (scripts / "post" / "dust.py").unlink()
    (scripts / "post" / "dust.py").symlink_to(stranger)
    with pytest.raises(InputError) as caught:
        opened(scripts)
    assert caught.value.why == "it is a link to a file outside the project"


def test_only_files_of_a_family_are_read(scripts: Path) -> None:
    """Only Python files directly in a family's folder run, unless their name begins with _."""
    for name in ("loose.py", "other/trap.py", "post/_hidden.py", "post/deep/trap.py"):
        path = scripts / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("raise SystemExit('read')")
    assert list(opened(scripts).instruments) == [*instruments(), "post/dust"]
