"""one_word: the fix joins words that a space has split and splits words that ran together."""

import shlex

import pytest

from collide.base.errors import InputError
from collide.corrections.one_word import refuse_apart


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("set project = x", "set project=x"),
        ("set layer2 .opacity=0.5", "set layer2.opacity=0.5"),
        ("set layer2. opacity=0.5", "set layer2.opacity=0.5"),
        ("set post=vhs, analog", "set post=vhs,analog"),
        ("set similarity=0.2 .. 0.4", "set similarity=0.2..0.4"),
        ("set layer2.clip=my clip.mp4", "set 'layer2.clip=my clip.mp4'"),
        ("new project=my film", "new 'project=my film'"),
        ("cache gc keep=5 GB", "cache gc keep=5GB"),
        ("set loudness_lufs=-23 LUFS", "set loudness_lufs=-23LUFS"),
        ("still at=frame 30", "still at=frame30"),
        ("set project=x,opacity=0.5", "set project=x opacity=0.5"),
        ("plan similarity: 0.3", "plan similarity=0.3"),
        ("plan similarity : 0.3", "plan similarity=0.3"),
        ("render layer2.opacity:0.5", "render layer2.opacity=0.5"),
        ("render post:vhs", "render post=vhs"),
        ("plan similarity=0.2 to 0.4", "plan similarity=0.2..0.4"),
        ("plan similarity=between 0.2 and 0.4", "plan similarity=0.2..0.4"),
        ("preview from=1 to 2", "preview from=1 to=2"),
        ("plan layer 2 opacity 0.5", "plan layer2.opacity=0.5"),
        ("plan layer2 opacity=0.5", "plan layer2.opacity=0.5"),
        ("plan layer2 opacity=0.5 x=0 crf=9", "plan layer2.opacity=0.5 layer2.x=0 crf=9"),
        ("plan layer2.hue_shift -20", "plan layer2.hue_shift=-20"),
        ("plan hue_shift -20", "plan hue_shift=-20"),
        ("roll keep=layer 2", "roll keep=layer2"),
        ("set swap=layer 1 and layer 2", "set swap=layer1,layer2"),
        ("sweep similarity=0.2..0.4 4 steps", "sweep similarity=0.2..0.4:4"),
        ("set 'layer2: opacity 50%, scale 60%'", "set layer2.opacity=50% layer2.scale=60%"),
        ("set 'opacity 0.5'", "set opacity 0.5"),
        ("roll keep=layer2, audio", "roll keep=layer2,audio"),
        ("set post=vhs analog", "set post=vhs,analog"),
        ("set 'opacity=0.5, x=0.2'", "set opacity=0.5 x=0.2"),
        ("set 'clip=a b.mp4 start=0.2'", "set 'clip=a b.mp4' start=0.2"),
        ("set project=x:opacity=0.5;fps=12", "set project=x opacity=0.5 fps=12"),
    ],
)
def test_words_are_joined_or_split_as_meant(typed: str, meant: str) -> None:
    """If words are split or joined by mistake, the fix is the command with them corrected."""
    with pytest.raises(InputError) as refused:
        refuse_apart(shlex.split(typed))
    assert refused.value.fix == f"doit {meant}"


@pytest.mark.parametrize(
    "typed",
    [
        "clips 'scale 2'",
        "download 'opacity 2 tutorial'",
        "new 'volume 2'",
        "set project=x similarity= layer2.opacity=0.3",
        "render project=x layer:2",
        "render project=x post:3",
        "render project=x layer:* audio:bed1 hear:[1-2]",
        "knobs similarity project=x",
        "debug x 2",
        "scan path=C:/clips",
        "download url=https://x.org/?a=1&seed=2",
        "clips rain min=100",
        "sweep project=x crf=20,30 layer2.opacity=0.2..0.5:3",
        "new project=x preset=ink",
    ],
)
def test_a_correct_command_stays_unchanged(typed: str) -> None:
    """A correct command is not refused, and its words do not change."""
    words = shlex.split(typed)
    refuse_apart(words)
    assert words == shlex.split(typed)


def test_a_path_with_spaces_is_joined_if_it_exists(tmp_path) -> None:
    """A path with spaces is joined if it then names an existing folder."""
    (tmp_path / "my clips of June").mkdir()
    with pytest.raises(InputError) as refused:
        refuse_apart(["scan", f"path={tmp_path}/my", "clips", "of", "June"])
    assert shlex.split(refused.value.fix)[2:] == [f"path={tmp_path}/my clips of June"]
    refuse_apart(["scan", f"path={tmp_path}/my", "sounds"])


def test_a_project_after_a_knob_is_not_its_value(tmp_path, monkeypatch) -> None:
    """The fix joins a project's name to the knob before it only if project= is also given."""
    (tmp_path / "projects" / "fog").mkdir(parents=True)
    (tmp_path / "projects" / "fog" / "config.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    refuse_apart(["knobs", "layer2.similarity", "fog"])
    for words in (["layer2.similarity", "0.3"], ["layer2.similarity", "fog", "project=fog"]):
        with pytest.raises(InputError):
            refuse_apart(["set", *words])
