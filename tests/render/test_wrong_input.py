"""Invalid input causes a three-part error and exit code 3 before anything changes.

refused/*.txt list commands and their answers. The cases here first need a broken file.
"""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.render.conftest import House
from tests.render.refusals import answered, filled, lines_of, pasted, write

TEXTS = Path(__file__).parent / "refused"
UNMADE = ("doit render project=a-b",)  # commands for a project that does not exist yet


def spoken() -> Iterator[object]:
    """Yield each command in the text files with its answer."""
    for path in sorted(TEXTS.glob("*.txt")):
        for block in ("\n" + path.read_text()).split("\n$ doit ")[1:]:
            said, _, text = block.partition("\n")
            yield pytest.param(said, text, id=f"{path.stem}: {said}")


@pytest.fixture(scope="module")
def still(rendered) -> House:
    """Return the rendered workspace itself, which no test may change."""
    house = House.__new__(House)
    house.root = rendered
    return house


@pytest.fixture
def fresh(empty_house) -> House:
    """Return a workspace with a project x and nothing else, not even a cache."""
    write(empty_house, "projects/x/config.json", json.dumps({"seed": 7}))
    return empty_house


@pytest.mark.parametrize(("said", "text"), list(spoken()))
def test_invalid_input_is_refused_before_any_effect(still, said, text):
    """An invalid word, name or value causes a three-part error and changes nothing.

    doit accepts each command in the fix if it is pasted.
    """
    answer = answered(still, *shlex.split(said))
    assert answer == filled(text)
    for one in lines_of(answer):
        if one not in UNMADE:
            pasted(still, one)


@pytest.mark.parametrize(("said", "text"), list(spoken())[::12])
def test_a_separate_process_prints_the_same_answers(still, said, text):
    """A separate process prints the same answers.

    Only every twelfth answer is checked, because each takes time.
    """
    assert answered(still, *shlex.split(said), run=House.doit) == filled(text)


@pytest.mark.parametrize(
    "typed",
    [
        "render layer3=off project={}",
        "render mirror=true project={}",
        "still frame=last project={}",
        "still layer2.width=64 project={}",
        "render as=gif project={}",
        "export to=~/films project={}",
        "preview to=~/films project={}",
        "listen as=mp3 project={}",
        "-o film.mp4 render project={}",
    ],
)
def test_a_project_name_never_becomes_a_path(fresh, typed):
    """A project name such as ../outside never becomes a path.

    No fix names a file outside the projects, and a config there does not change the errors.
    """
    words = shlex.split(typed.format("../outside"))
    before = answered(fresh, *words)
    config = {"seed": 7, "num_videos": 2, "output_size": "64x36", "duration": 1}
    write(fresh, "outside/config.json", json.dumps(config))
    assert "outside/" not in before
    assert answered(fresh, *words) == before


@pytest.mark.parametrize(
    ("typed", "fix"),
    [
        ("''", "doit"),
        ("still project=x ''", "doit still project=x"),
        ("set '' project=x crf=20 ''", "doit set project=x crf=20"),
    ],
)
def test_an_empty_word_is_refused(fresh, typed, fix):
    """An empty word, for which doit itself would print a traceback, is refused by collide.

    The fix is the command without the empty word.
    """
    assert answered(fresh, *shlex.split(typed), run=House.doit) == (
        "ERROR: the command contains an empty word\n"
        '  why  a shell variable is probably not set, as in doit still project=x "$KNOB"\n'
        f"  fix  {fix}"
    )


def test_only_plan_accepts_a_missing_project(fresh):
    """`doit plan` plans a missing project, names the existing projects, and creates nothing."""
    write(fresh, "library/video/a.mp4", "not scanned yet")
    project, here, clips, estimate = answered(fresh, "plan", "project=y", code=0).splitlines()
    assert project == "project y does not exist yet; planned as if it did"
    assert here == "projects here: x"
    assert clips.startswith("y: its 3 clips are not chosen yet; everything would be rendered: ")
    assert estimate.endswith(" (estimated from size and length)")


NOT_JSON = """ERROR: {file} is not JSON that collide can read
  why  {why}
  fix  open {file} and fix it there"""


@pytest.mark.parametrize("file", ["projects/x/config.json", "presets/blend/mine.json"])
@pytest.mark.parametrize(
    ("data", "why"),
    [
        ('{\n  "crf": 20\n  "fps": 12\n}', "line 2: a comma is missing at its end"),
        ('{\n  "crf": 20,\n  "fps": 12,\n}', "line 3, column 12: a comma with no value after it"),
        (
            "{'crf': 20}",
            """line 1, column 2: names and strings need double quotes: "a", not 'a'""",
        ),
        ('{"crf": NaN}', "line 1: NaN is not a number; crf takes a whole number from 0 to 51"),
        ('{"similarity": 1e999}', "1e999 is too large"),
        ('{"seed": ' + "9" * 5000 + "}", "999999999999… is too large"),
        ('{"crf": 20, "crf": 21}', "'crf' occurs twice"),
        ('{"crf": ' + "[" * 9 + "]" * 9 + "}", "it is nested deeper than 8 levels"),
        ('{"crf": ' + "[" * 90000 + "]" * 90000 + "}", "it is nested deeper than 8 levels"),
        ('{"crf": "' + "x" * (1 << 20) + '"}', "it is larger than 1 MiB"),
        (b'{"crf": 20,\n "clip": "\xff"}', "line 2 contains a byte that is not UTF-8"),
        ('{"clip": "a\\u001b[2J"}', "a string in it contains a control character"),
        ("[20]", "it must begin with { and end with }"),
    ],
    ids="broken comma quote nan inf digit twice nested deep large latin signs list".split(),
)
def test_a_file_that_is_not_plain_json_is_named(fresh, file, data, why):
    """If a file is not plain JSON, the error names the file and usually the position."""
    write(fresh, file, data)
    words = ["preset=mine"] if "mine" in file else []
    for verb in ("render", "why"):
        assert answered(fresh, verb, "project=x", *words) == NOT_JSON.format(file=file, why=why)


@pytest.mark.parametrize("file", ["projects/x/config.json", "projects/x/presets/post/mine.json"])
@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"simlarity": 0.3}, """no knob named 'simlarity'
  why  none of the {KNOBS} has that name
  fix  did you mean 'similarity'?"""),
        ({"similarity": "volume=0.3,ladspa=file=/x"},
         """similarity=volume=0.3,ladspa=file=/x is not a valid value
  why  similarity takes a number from 0.001 to 1
  fix  see: doit knobs similarity"""),
        ({"mode": ["fixed"]}, """mode=["fixed"] is not a valid value
  why  mode takes one value, not a range: one of {MODES}
  fix  for instance mode=fixed; see: doit knobs mode"""),
        ({"crf": None}, """crf=null is not a valid value
  why  crf takes a whole number from 0 to 51
  fix  see: doit knobs crf"""),
        ({"clip": "../../etc/passwd"}, """clip=../../etc/passwd is not a valid value
  why  clip takes the name of a file, or the end of its path
  fix  see: doit knobs clip"""),
        ({"layer1.similarity": 0.3}, """layer 1 has no 'similarity'
  why  layer 1 is the base: nothing is below it, and it fills the frame
  fix  set it for a layer above, for instance layer2.similarity=…"""),
    ],
    ids="unknown graph list null path base".split(),
)  # fmt: skip
def test_the_error_for_a_knob_in_a_file_names_the_file(fresh, file, data, text):
    """An error about a knob in a file begins with the file's name."""
    write(fresh, file, json.dumps(data))
    words = ["preset=mine"] if "mine" in file else []
    text = filled(f"ERROR: {file}: {text}")
    if not words:  # the fix for a config is a command
        text = re.sub(r"for instance (\S+); see: .*", r"doit set project=x \1", text)
        text = re.sub(r"see: doit knobs (\S+)$", rf"{SET} \1=", text)
        text = text.replace("did you mean 'similarity'?", f"{SET} simlarity= similarity=0.3")
        base = "  fix  set it for a layer above, for instance layer2.similarity=…"
        gone = 'settings without a counterpart, removed: "layer1.similarity": 0.3'
        text = text.replace(base, f"       {gone}\n  fix  {SET} layer1.similarity=")
    elif data == {"mode": ["fixed"]}:  # for a preset, the fix shows the corrected entry of the file
        write_it = f'open {file} and write\n       "mode": "fixed"'
        text = re.sub(r"for instance mode=fixed; see: .*", write_it, text)
    assert answered(fresh, "render", "project=x", *words) == text


SET = "doit set project=x"
ODD_FILES = {
    "preset": ("config.json", {"preset": "fog"}, ["render"], """config.json: no preset named 'fog'
  why  there are {PRESETS}
  fix  doit set project=x preset="""),
    "presets": ("config.json", {"preset": 3}, ["render"], """config.json: \
preset=3 is not a valid value
  why  preset takes a name, or a list of names
  fix  doit set project=x preset="""),
    "history": ("history.json", {"configs": 3}, ["undo"], ""),
    "selection": ("selection.json", {"draws": [{"layer": 1}]}, ["render"], """selection.json \
is not a selection that collide can read
  why  a draw or a threshold in it is incomplete, or its storage is unknown
  fix  to have the clips chosen again: \
mv projects/x/selection.json projects/x/selection.json.old"""),
}  # fmt: skip


@pytest.mark.parametrize("case", ODD_FILES)
def test_json_of_the_wrong_shape_is_refused(fresh, case):
    """A JSON file with the wrong shape causes an error and is not changed."""
    name, data, words, text = ODD_FILES[case]
    write(fresh, f"projects/x/{name}", json.dumps(data))
    text = filled(f"ERROR: projects/x/{text}") if text else """ERROR: nothing to undo in 'x'
  why  its history has no earlier config.json; knobs in a command are not saved
  fix  doit render project=x
       earlier looks: doit looks project=x"""  # fmt: skip
    assert answered(fresh, *words, "project=x") == text


def test_an_ambiguous_preset_name_is_refused(fresh):
    """If two families have a preset with the same name, the error names both families."""
    write(fresh, "presets/audio/classic-white.json", "{}")
    assert answered(fresh, "render", "project=x", "preset=classic-white") == (
        "ERROR: two presets are called 'classic-white'\n"
        "  why  one is in blend, one in audio\n"
        "  fix  rename one of them, for instance presets/audio/classic-white.json"
    )


def test_a_cache_of_an_older_version_is_refused(fresh):
    """A cache with an older layout is refused; the fix is the command that moves it aside."""
    write(fresh, "cache/version", "0")
    for verb in ("render", "why", "plan"):
        assert answered(fresh, verb, "project=x") == (
            "ERROR: HOUSE/cache was created by a different version of collide\n"
            "  why  its layout is '0'; this version reads '1'\n"
            "  fix  move it aside: mv HOUSE/cache HOUSE/cache.old\n"
            "       or set COLLIDE_CACHE to another folder"
        )


@pytest.mark.parametrize("verb", ["plan", "render"])
@pytest.mark.parametrize(
    ("clip", "fix"),
    [
        ("trian.mp4", "doit set project=x layer2.clip=train.mp4"),
        ("C:\\clips\\qqqq.mp4",
         "let the dice choose layer2.clip: doit set project=x layer2.clip=any"),
        ("{ELSEWHERE}/qqqq.mp4",
         "let the dice choose layer2.clip: doit set project=x layer2.clip=any\n"
         "       add the folder to the library: doit scan path={ELSEWHERE}"),
        ("train.mp4, rain.mp4", "doit set project=x layer2.clip=train.mp4 layer3.clip=rain.mp4\n"
         "       doit set project=x layer2.clip=train.mp4\n"
         "       doit set project=x layer2.clip=rain.mp4"),
    ],
    ids=["typo", "windows", "elsewhere", "several"],
)  # fmt: skip
def test_a_config_with_a_missing_clip_is_refused_with_a_fix(fresh, tmp_path, verb, clip, fix):
    """`plan` and `render` refuse a config with a missing clip, or with several clips for a layer.

    The fix consists of commands that set a clip or add its folder to the library.
    """
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    clip, fix = (text.replace("{ELSEWHERE}", str(folder)) for text in (clip, fix))
    for name in ("train", "rain"):
        write(fresh, f"library/video/{name}.mp4", "x")
    write(fresh, "projects/x/config.json", json.dumps({"seed": 7, "layer2.clip": clip}))
    said = answered(fresh, verb, "project=x")
    what = "layer2.clip takes one clip, not 2\n" if "," in clip else "no clip named "
    assert said.startswith(f"ERROR: projects/x/config.json: {what}")
    assert said.endswith(f"\n  fix  {fix}")
