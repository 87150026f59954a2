"""`python -m collide` plays an instrument by hand, and --show prints its commands."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from collide.__main__ import main
from collide.base.errors import InputError
from collide.by_hand.acts import ALONE
from collide.catalog import instruments
from tests.model import write_model
from tests.render.conftest import ffmpeg, make_clip
from tests.render.reading import raw

pytestmark = pytest.mark.usefixtures("at_home")

PICTURE, HELD, SOUND, VIDEO = "out.mp4", "out.mov", "out.wav", ["-i", "@", "-i", "b.mp4"]

# Instruments whose arguments or output differ from the defaults of `call`.
CALLS: dict[str, tuple[list[str], str]] = {
    "source/keyframe": (["-i", "@"], "out.png"),
    "source/select": (VIDEO, ""),
    "source/glance": (["-i", "@"], "out.jpg"),
    "source/frame": (["-i", "@"], "out.mkv"),
    "blend/key": (["-i", "@", "--mode", "fixed"], HELD),
    "blend/matte": (["-i", "@", "-i", "b.mp4"], HELD),
    "blend/edge": (["-i", "@", "--mode", "fixed", "--feather", "30"], HELD),
    "blend/prores": (["-i", "@"], HELD),
    "blend/place": (["-i", "@", "--scale", "0.5", "--output_size", "128x72"], "out.mkv"),
    "blend/lay": ([*VIDEO, "--opacity", "0.5"], PICTURE),
    "blend/stack": ([*VIDEO, "-i", "b.mp4"], PICTURE),
    "blend/mux": (["-i", "b.mp4", "-i", "b.mp4"], PICTURE),
    "audio/mix": (["-i", "@", "-i", "@"], SOUND),
    "audio/loudness": (["-i", "@"], "out.m4a"),
    "audio/listen": (["-i", "@"], "out.m4a"),
}
ANSWERS = ("source/probe", "source/sound", "audio/hear")
NAMES = [name for name in instruments() if name not in (*ALONE, "source/matte")]


def call(name: str) -> tuple[list[str], str]:
    """Return the arguments that play an instrument, and its output file."""
    family = name.partition("/")[0]
    written = {"blend": PICTURE, "post": PICTURE, "audio": SOUND}.get(family, "")
    answers = name in ANSWERS or hasattr(instruments()[name], "analyze")
    words, out = CALLS.get(name, (["-i", "@"], "" if answers else written))
    return [name, *("a clip.mp4" if word == "@" else word for word in words)], out


def kinds(path: Path) -> set[str]:
    """Return the kinds of streams in a file."""
    said = ffmpeg("-i", str(path), "-c", "copy", "-f", "null", "-")
    return {kind for kind in ("Video", "Audio") if f": {kind}:" in said.split("Output #0")[0]}


@pytest.mark.parametrize("name", NAMES)
def test_every_instrument_plays_alone_and_shows_its_commands(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An instrument writes its file or prints its result.

    The commands from --show write the same bytes, unless they depend on a measurement.
    """
    words, out = call(name)
    if not out:
        assert main(words) == 0
        said = capsys.readouterr().out
        assert json.loads(said)
        return
    made, pasted = tmp_path / out, tmp_path / "pasted" / out
    assert main([*words, "-o", str(made)]) == 0
    assert made.stat().st_size > 500
    if name.startswith(("blend/", "post/")) and name != "blend/mux":
        assert kinds(made) == {"Video", "Audio"}, "the sound of the clip is kept"
    pasted.parent.mkdir()
    capsys.readouterr()
    assert main([*words, "-o", str(pasted), "--show"]) == 0
    page = capsys.readouterr().out
    assert not list(pasted.parent.iterdir()), "nothing was rendered"
    if "# the remaining commands depend on" in page:
        assert name in ("audio/loudness", "audio/listen")
        return
    subprocess.run(["bash", "-e"], input=page, text=True, capture_output=True, check=True)
    assert pasted.read_bytes() == made.read_bytes()


@pytest.mark.parametrize("name", ALONE)
def test_an_instrument_that_cannot_play_alone_is_refused(name: str) -> None:
    """An instrument that cannot play alone is refused, and the error suggests a fix."""
    with pytest.raises(InputError) as caught:
        main([name, "-i", "a clip.mp4", "-o", "out.mp4"])
    assert caught.value.what == f"{name} cannot be played by hand"
    assert caught.value.fix


def test_show_stops_at_an_analysis(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If a command depends on an analysis, --show ends there and says so."""
    words = ["blend/key", "-i", "a clip.mp4", "-o", str(tmp_path / "k.mov"), "--mode", "kmeans"]
    assert main([*words, "--show"]) == 0
    assert capsys.readouterr().out.strip().endswith("depend on the result in frames.png")
    assert main(words) == 0
    assert (tmp_path / "k.mov").exists()


def test_a_missing_model_gives_its_download_command(tmp_path: Path) -> None:
    """If a model is missing, the error suggests the command that downloads it."""
    with pytest.raises(InputError) as caught:
        main(["source/matte", "-i", "b.mp4", "-o", str(tmp_path / "m.mp4")])
    assert "doit model name=u2netp" in caught.value.fix


def test_a_subject_is_cut_out_and_background_colors_printed(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """blend/matte cuts out a subject with the masks that source/matte writes.

    modes/rembg prints the colors of the background. --show prints the command that makes the masks.
    """
    write_model(folder / "library" / "models" / "tiny.onnx")
    disc = "geq=lum='255*lt(hypot(X-64,Y-36),18)':cb=128:cr=128"
    clip = str(
        make_clip(tmp_path / "d.mp4", picture=f"color=black:s=128x72:r=10,{disc}", seconds=1)
    )
    film, cut = tmp_path / "m.mp4", tmp_path / "cut.mkv"
    tiny = ["--rembg_model", "tiny"]
    assert main(["source/matte", "-i", clip, "-o", str(film), *tiny, "--matte_rate", "5"]) == 0
    assert main(["blend/matte", "-i", clip, "-i", str(film), "-o", str(cut)]) == 0
    form = ["-vf", "alphaextract,format=gray", "-f", "rawvideo"]
    alpha = np.frombuffer(raw("-i", str(cut), *form), np.uint8).reshape(-1, 72, 128)
    assert alpha[:, 36, 64].min() > 200 and alpha[:, 4, 4].max() < 50
    capsys.readouterr()
    assert (
        main(["modes/rembg", "-i", clip, "--rembg_use", "colors", "--rembg_colors", "1", *tiny])
        == 0
    )
    assert json.loads(capsys.readouterr().out)["colors"][0] < "0x303030"
    assert main(["source/matte", "-i", clip, "-o", str(film), *tiny, "--show"]) == 0
    assert "collide.engine.masks" in capsys.readouterr().out


def test_a_key_accepts_a_random_mode(tmp_path: Path) -> None:
    """blend/key accepts mode=random with a list of random_modes."""
    out = tmp_path / "k.mkv"
    words = ["blend/key", "-i", "b.mp4", "-o", str(out), "--mode", "random"]
    assert main([*words, "--random_modes", "dominant,palette"]) == 0
    assert out.exists()


def test_the_same_arguments_write_the_same_bytes(tmp_path: Path) -> None:
    """The same arguments write the same bytes, and a different seed writes different bytes."""
    made = []
    for at, more in enumerate(([], [], ["--seed", "77"])):
        out = tmp_path / f"{at}.mp4"
        assert main(["post/vhs", "-i", "b.mp4", "-o", str(out), *more]) == 0
        made.append(out.read_bytes())
    assert made[0] == made[1] != made[2]


def test_presets_projects_and_flags_change_the_command(
    folder: Path, tmp_path: Path, capsys
) -> None:
    """A project's config, a preset and a flag each change the command."""
    project = folder / "projects" / "x"
    project.mkdir(parents=True, exist_ok=True)
    (project / "config.json").write_text('{"seed": 5, "vhs_bleed": 0.9, "vhs_wave": 0.0}')
    pages = {}
    for name, more in {
        "plain": [],
        "project": ["--project", "x"],
        "preset": ["--project", "x", "--preset", "camcorder"],
        "flag": ["--project", "x", "--preset", "camcorder", "--vhs_noise", "0.9"],
    }.items():
        words = ["post/vhs", "-i", "b.mp4", "-o", str(tmp_path / "o.mp4"), "--show", *more]
        assert main(words) == 0
        pages[name] = capsys.readouterr().out
    assert len(set(pages.values())) == 4


def test_the_help_of_an_instrument_lists_its_knobs(capsys: pytest.CaptureFixture[str]) -> None:
    """An instrument's help shows its docstring and lists its own knobs first.

    Without arguments, collide lists all instruments.
    """
    assert main(["post/vhs", "--help"]) == 0
    said = capsys.readouterr().out
    assert "a red coat drags its red a hand behind" in said
    assert said.index("--vhs_bleed 0.5") < said.index("--crf 20")
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert all(f"  {name}: " in listed for name in instruments())


def test_an_instrument_needs_no_workspace(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an empty folder, an instrument needs no workspace and writes only its output file."""
    clip, before = str(folder / "a clip.mp4"), {*folder.rglob("*")}
    monkeypatch.chdir(tmp_path)
    assert main(["post/vhs", "-i", clip, "-o", "o.mkv"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["o.mkv"]
    assert {*folder.rglob("*")} == before


SPECKS = '''"""blend/specks: a script that says after which instrument it is played."""

from collide.instrument import Knobs, Limit, Range

DEFAULTS = {
    # how dark it gets
    # low: 0 = as it was; high: 1 = night
    # typical 0.5
    "specks": 0.5,
}

LIMITS: dict[str, Limit] = {"specks": Range(0.0, 1.0)}
PER_LAYER = ("specks",)
AFTER = "blend/AFTER"


def filters(knobs: Knobs) -> str:
    return f"eq=brightness=-{knobs['specks']}"
'''


@pytest.mark.parametrize("after", ["pace", "look", "key", "fit", "place"])
def test_a_new_instrument_needs_no_registration_to_play_alone(
    after: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script with AFTER plays once, and its knob is a flag."""
    project = f"after-{after}"
    script = folder / "projects" / project / "scripts" / "blend" / "specks.py"
    script.parent.mkdir(parents=True)
    (script.parents[2] / "config.json").write_text("{}")
    script.write_text(SPECKS.replace('AFTER"', f'{after}"'))
    words = ["blend/specks", "--project", project, "-i", "b.mp4", "-o", str(tmp_path / "o.mkv")]
    light = []
    for dark in ("0", "1"):
        assert main([*words, "--specks", dark]) == 0
        form = ["-vf", "format=gray", "-f", "rawvideo"]
        light.append(np.frombuffer(raw("-i", words[-1], *form), np.uint8).mean())
    assert light[1] < light[0] / 2
    capsys.readouterr()
    assert main([*words, "--show"]) == 0
    assert capsys.readouterr().out.count("eq=brightness=-0.5") == 1
