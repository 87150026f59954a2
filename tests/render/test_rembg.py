"""mode=rembg works in whole renders, with rembg's real loader and a model made for the tests."""

import json

import numpy as np
import pytest

from tests.model import write_model
from tests.render.conftest import House, make_clip
from tests.render.reading import one_command, raw, stacked

# A bright disc that swings over black, from side to side and back in three seconds.
DISC = "geq=lum='255*lt(hypot(X-80-40*sin(T*2.1),Y-45),18)':cb=128:cr=128"
SWINGS = f"color=black:s=160x90:r=20,{DISC}"
# The grey layer lies over plain blue, so the visible blue shows how opaque the layer is.
MATTE = ("layer2.clip=disc.mp4", "layer2.mode=rembg", "color_shift=false", "layer2.start=0",
         "layer1.clip=blue.mp4", "layer1.start=0")  # fmt: skip

# A short piece needs a single task for masks; rembg takes a second to start in each task.
SHORT = (*MATTE, "duration=3")

OF_THE_OUTLINE = (
    "matte_softness=0.8", "matte_shift=0.3", "layer2.choke=3", "layer2.feather=40",
    "layer2.opacity=0.5", "layer2.x=0.2",
)  # fmt: skip
SHARES = {"presence", "stack:0", "encode:0", "mux", "record"}


@pytest.fixture
def masked(house: House) -> House:
    """Return a workspace with a model, a clip with a moving subject, and a two-layer project."""
    write_model(house.root / "library" / "models" / "u2netp.onnx")
    folder = house.root / "library" / "video"
    make_clip(folder / "disc.mp4", picture=SWINGS, seconds=7)
    make_clip(folder / "blue.mp4", picture="color=blue:s=128x72:r=10", sound="sine=220", seconds=9)
    config = house.root / "projects" / "x" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "num_videos": 2}))
    return house


def alphas(house: House) -> np.ndarray:
    """Return the alpha of layer 2 per column, from 0 to 1, with one row per frame.

    The alpha follows from the stack's blue plane, where the base has the maximum, the layer 128.
    """
    tasks = house.manifest()["tasks"]
    parts = [tasks[f"stack:{n}"]["objects"]["stack.nut"] for n in range(2) if f"stack:{n}" in tasks]
    seen = np.concatenate([blues(house, part) for part in parts])
    below = blues(house, tasks["layer:1"]["objects"]["look-000.nut"]).max()
    return ((below - seen) / (below - 128)).mean(axis=1).repeat(2, axis=1)


def blues(house: House, digest: str) -> np.ndarray:
    """Return the blue (U) plane of each frame of an object."""
    form = ["-vf", "extractplanes=u", "-f", "rawvideo"]
    data = raw("-f", "nut", "-i", str(house.object(digest)), *form)
    return np.frombuffer(data, np.uint8).reshape(-1, 36, 64).astype(float)


def test_a_mode_without_its_model_is_refused_before_any_task(house: House) -> None:
    """If its model is missing, mode=rembg is refused before any task runs.

    The error names the models folder, the command that downloads the model, and modes that need no
    model.
    """
    before = house.video().read_bytes()
    ran = house.doit("render", "project=x", "mode=rembg", "rembg_model=u2net")
    assert ran.code == 3 and not ran.record
    assert "library/models, as u2net.onnx" in ran.out
    assert "doit model name=u2net\n" in ran.out
    assert "needs no model: fixed, palette, luminance, dominant and kmeans" in ran.out
    assert house.video().read_bytes() == before
    assert house.doit("plan", "project=x", "mode=random", "random_modes=rembg").code == 3


def test_the_mask_follows_the_subject(masked: House) -> None:
    """The opaque part follows the moving subject within one mask interval."""
    ran = masked.render(*MATTE, "matte_rate=10")
    seen = alphas(masked)
    assert len(seen) == 60
    columns = np.arange(128) + 0.5
    middles = (seen * columns).sum(axis=1) / seen.sum(axis=1)
    there = 64 + 32 * np.sin(np.arange(60) / 10 * 2.1)
    assert np.abs(middles - there).max() < 4
    assert {"matte:2.0", "matte:2.1", "color:2", "layer:2"} <= ran.rendered
    assert masked.manifest()["tasks"]["color:2"]["facts"] == {"matte": "background"}
    assert masked.render(*MATTE, "matte_rate=10").rendered == set()


@pytest.mark.parametrize("speed", [0.5, 2])
def test_a_matte_keeps_the_speed_of_its_layer(masked: House, speed: float) -> None:
    """The opaque part still follows the subject if the layer is slower or faster."""
    masked.render(*SHORT, "matte_rate=10", f"layer2.speed={speed}")
    seen = alphas(masked)
    middles = (seen * (np.arange(128) + 0.5)).sum(axis=1) / seen.sum(axis=1)
    there = 64 + 32 * np.sin(np.arange(30) / 10 * speed * 2.1)
    assert np.abs(middles - there).max() < 4 + 3 * speed


def test_a_mask_lasts_until_the_next_mask(masked: House) -> None:
    """With two masks and ten frames a second, each mask lasts five frames."""
    masked.render(*SHORT, "matte_rate=2")
    seen = alphas(masked).round(3)
    assert all((seen[k] == seen[k - k % 5]).all() for k in range(30))
    assert len({row.tobytes() for row in seen}) == 6


def test_foreground_and_background_mattes_add_up(masked: House) -> None:
    """The mattes of foreground and background add up to the whole picture."""
    masked.render(*SHORT)
    stays = alphas(masked)
    ran = masked.render(*SHORT, "rembg_target=foreground", "matte_shift=0")
    assert ran.rendered == {"color:2", *SHARES}, "the stored masks do not depend on the side"
    assert np.abs(stays + alphas(masked) - 1).max() < 0.02


@pytest.mark.parametrize("knob", OF_THE_OUTLINE)
def test_outline_edge_and_position_render_no_layer(masked: House, knob: str) -> None:
    """The stack applies outline, edge and position to unchanged masks, so no layer is rendered."""
    masked.render(*SHORT)
    before = masked.manifest()["tasks"]["layer:2"]["objects"], alphas(masked)
    assert masked.render(*SHORT, knob).rendered == SHARES
    assert masked.manifest()["tasks"]["layer:2"]["objects"] == before[0]
    assert np.abs(alphas(masked) - before[1]).max() > 0.02, "its effect is visible"


def test_color_knobs_do_not_change_the_masks(masked: House) -> None:
    """The model sees the clip's own pixels, so color knobs do not change the masks."""
    graded = (*SHORT, "layer2.color_shift=true")
    masked.render(*graded)
    before = masked.manifest()["tasks"]["layer:2"]["objects"]
    ran = masked.render(*graded, "layer2.brightness=0.1")
    assert ran.rendered == {"layer:2", *SHARES} - {"presence"}
    after = masked.manifest()["tasks"]["layer:2"]["objects"]
    assert {n for n in before if before[n] == after[n]} == {n for n in before if n[:3] == "cut"}


def test_a_longer_piece_computes_only_new_masks(masked: House) -> None:
    """In a longer piece, only the masks of new segments are computed."""
    masked.render(*MATTE, "duration=5")
    ran = masked.render(*MATTE, "duration=7")
    assert {task for task in ran.rendered if task.startswith("matte")} == {"matte:2.1"}


def test_one_command_gives_the_same_frames(masked: House) -> None:
    """The exported command makes the segments' frames, even if a matte loops with its layer."""
    words = (*MATTE, "duration=9", "layer2.speed=1.7")
    masked.render(*words)
    small = ["output_size=128x72", "fps=10", "min_resolution=0"]
    assert one_command(masked, *words, *small) == stacked(masked)


def test_a_model_with_new_content_computes_new_masks(masked: House) -> None:
    """If a model's content changes, the masks are computed again, even if its name is the same."""
    masked.render(*SHORT)
    model = masked.root / "library" / "models" / "u2netp.onnx"
    ran = masked.render(*SHORT)
    assert ran.rendered == set()
    write_model(model, constant=0.9)
    ran = masked.render(*SHORT)
    assert {"matte:2.0", "layer:2"} <= ran.rendered
    assert "the model's content" in ran.record["tasks"]["matte:2.0"]["why"]
    assert "hides what is below" in ran.out


def test_a_clip_without_a_subject_is_reported(masked: House) -> None:
    """If the model finds no subject, the layer is empty, and the output says so."""
    write_model(masked.root / "library" / "models" / "u2netp.onnx", constant=0.1)
    ran = masked.render(*SHORT)
    assert "has no subject in 100% of the analyzed pictures" in ran.out
    assert masked.manifest()["clips"][1]["coverage"] == 1.0


def test_the_masks_select_the_side_whose_colors_are_keyed(masked: House) -> None:
    """With rembg_use=colors, the masks select the side whose colors are keyed."""
    ran = masked.render(*SHORT, "rembg_use=colors", "rembg_colors=1", "similarity=0.2")
    assert {"keyframe:2", "matte:2", "color:2", "layer:2"} <= ran.rendered
    (color,) = masked.manifest()["tasks"]["color:2"]["facts"]["colors"]
    assert max(bytes.fromhex(color[2:])) < 12
    seen = alphas(masked)
    assert 0.03 < seen.mean() < 0.2, "the disc is left"
    ran = masked.render(
        *SHORT, "rembg_use=colors", "rembg_target=foreground", "rembg_colors=1", "similarity=0.2"
    )
    assert "matte:2" in ran.tasks("kept")
    assert alphas(masked).mean() > 0.8, "the disc is the hole"


def test_an_invalid_model_fails_its_task_with_a_message(masked: House) -> None:
    """If a model is invalid, its task fails with the loader's message.

    The error suggests the command that downloads the model again.
    """
    (masked.root / "library" / "models" / "u2netp.onnx").write_bytes(b"not a model")
    ran = masked.doit(
        "render", "project=x", "output_size=128x72", "fps=10", "min_resolution=0", *SHORT
    )
    assert ran.code == 1
    assert "matte:2.0: the model u2netp produced no masks" in ran.out
    assert "InvalidProtobuf" in ran.out and "doit model name=u2netp" in ran.out
    assert "Traceback" not in ran.out
    assert ran.record["tasks"]["matte:2.0"]["status"] == "failed"


# --- doit model ---


def test_an_installed_model_is_not_downloaded_again(masked: House) -> None:
    """`doit model` prints the path and digest of an installed model and downloads nothing."""
    ran = masked.doit("model", "name=u2netp")
    assert ran.code == 0
    assert "u2netp is here already: library/models/u2netp.onnx" in ran.out and "digest" in ran.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "doit model needs name="),
        (["name=u2nep"], "did you mean 'u2netp'?"),
        (["name=../../x"], "no model is called '../../x'"),
    ],
)
def test_an_unknown_model_is_refused(house: House, words: list[str], told: str) -> None:
    """`doit model` refuses a missing or unknown name and lists the valid names."""
    ran = house.doit("model", *words)
    assert ran.code == 3 and told in ran.out and "isnet-general-use" in ran.out


def test_a_network_failure_gives_a_message_and_no_partial_file(house: House, monkeypatch) -> None:
    """If the network fails, `doit model` exits with 1, prints why and leaves no partial file."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    ran = house.doit("model", "name=u2netp")
    assert ran.code == 1
    assert "the model u2netp could not be fetched" in ran.out and "ProxyError" in ran.out
    assert "library/models/u2netp.onnx" in ran.out and "Traceback" not in ran.out
    assert not (house.root / "library" / "models").exists()
    assert not list((house.root / "cache" / "tmp").iterdir())
