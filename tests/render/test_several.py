"""project=a,b,c renders each project as if it were alone."""

import json

import pytest

from tests.render.conftest import House, Ran

SMALL = {"num_videos": 1, "output_size": "128x72", "fps": 10, "duration": 1, "min_resolution": 0}


@pytest.fixture(scope="module")
def two(tmp_path_factory, clips) -> House:
    """Return a workspace with two small rendered projects, a and b."""
    root = tmp_path_factory.mktemp("several")
    house = House(root)
    for clip in clips.iterdir():
        (root / "library" / "video" / clip.name).hardlink_to(clip)
    for number, name in enumerate("ab"):
        (root / "projects" / name).mkdir(parents=True)
        config = {**SMALL, "seed": number, "mode": "fixed"}
        (root / "projects" / name / "config.json").write_text(json.dumps(config))
    assert house.doit("render", "project=a,b").code == 0
    return house


def both(two: House, *words: str, after: tuple[str, ...] = ()) -> tuple[Ran, list[dict]]:
    """Render both projects; return the run and the records of the two renders."""
    before = two.records()
    ran = two.doit(*words, "render", "project=a,b", *after)
    records = [json.loads(path.read_text()) for path in two.records() - before]
    return ran, [one for one in records if one["project"] in ("a", "b")]


def test_typed_knobs_apply_to_each_project(two):
    """A knob in the command applies to each project; the same command then finds nothing to do."""
    ran, _ = both(two, after=("crf=30",))
    assert ran.code == 0, ran.out
    for name in "ab":
        manifest = json.loads((two.root / "projects" / name / "manifest.json").read_text())
        assert manifest["recipe"]["piece"]["crf"] == 30
    ran, records = both(two, after=("crf=30",))
    *_, first, second, summary = ran.out.splitlines()
    assert [first, second] == [f"to keep it: doit set project={name} crf=30" for name in "ab"]
    assert "made 0, reused 2" in summary
    assert records == []


def test_options_of_doit_apply_to_each_render(two):
    """-a also runs projects that are up to date.

    doit accepts its other options together with -a.
    """
    assert both(two)[1] == [] or both(two)[1] == []  # the first call may render what a knob changed
    ran, records = both(two, "-a")
    assert ran.code == 0, ran.out
    assert {one["project"] for one in records} == {"a", "b"}
    ran, records = both(two, "-a", "-n", "1", "--failure-verbosity", "1")
    assert ran.code == 0, ran.out
    assert len(records) == 2


def test_level_two_prints_the_commands_of_each_project(two):
    """With -v 2, the output lists both projects' ffmpeg commands; with -v 0, it has one line."""
    ran, _ = both(two, "-v", "2", after=("crf=31",))
    assert ran.code == 0, ran.out
    assert ran.out.count("-crf 31") >= 2
    quiet, _ = both(two, "-v", "0")
    assert len(quiet.out.strip().splitlines()) == 1


def test_lines_of_projects_go_to_the_output_option(two, tmp_path):
    """With -o FILE, the projects' lines go into the file and the summary goes to the terminal."""
    ran, _ = both(two, "-o", str(tmp_path / "log.txt"))
    assert ran.code == 0, ran.out
    assert {line.split()[0] for line in (tmp_path / "log.txt").read_text().splitlines()} == {*"ab"}
    assert ran.out.startswith("2 pieces: ")


@pytest.mark.parametrize("option", [("-s",), ("-r", "json"), ("--pdb",)])
def test_an_option_for_a_single_project_is_refused(two, option):
    """An option for one project is refused with several projects; the fix is to name a project."""
    ran, records = both(two, *option)
    assert ran.code == 3, ran.out
    assert ran.out.startswith(f"ERROR: {' '.join(option)} applies to one piece only\n")
    assert records == []
    mend = ran.out.rpartition("fix  doit ")[2].split()
    assert mend == [*option, "render", "project=a"]
    if option != ("--pdb",):
        assert two.doit(*mend).code == 0


def test_an_option_for_a_single_project_is_refused_with_a_farm(two):
    """If an option for a single project is used with a farm, the fix is to use no farm."""
    ran = two.doit("-s", "render", "project=a", "farm=tower", "crf=30")
    assert ran.out.rpartition("fix  doit ")[2].split() == ["-s", "render", "project=a", "crf=30"]
