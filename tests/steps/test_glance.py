"""source/glance: the strip shows the clip, and the signature depends on the clip's content."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from collide.base.media import Clip
from collide.engine.programs import find_engine
from collide.library.likeness import Signature, groups
from collide.source import glance
from tests.steps.samples import CLIP
from tests.steps.studio import probed, render

MOVING = "mandelbrot=s=320x180:r=10:start_scale=2:end_scale=0.2:end_pts=60"


def made(folder: Path, name: str, picture: str, *words: str, seconds: float = 4) -> Path:
    """Make a clip in its own folder and return its path."""
    path = folder / name / "clip.mp4"
    path.parent.mkdir()
    command = [str(find_engine().path), "-v", "error", "-f", "lavfi", "-i", picture]
    subprocess.run([*command, "-t", str(seconds), *words, "-pix_fmt", "yuv420p", path], check=True)
    return path


def looked(clip: Path) -> tuple[Clip, list[str], np.ndarray]:
    """Return the facts of a clip, its signature, and its strip as RGB pixels."""
    folder = clip.parent
    facts = probed(folder, clip)
    render(folder, glance.command({}, clip=facts, whole="", colors=""), clip=clip)
    signature = glance.answer({"signs.gray": folder / "signs.gray"})["signature"]
    return facts, signature, np.asarray(Image.open(folder / "strip.jpg").convert("RGB"))


def test_the_strip_has_five_frames_in_order_of_time(tmp_path: Path) -> None:
    """If a clip brightens steadily, its strip's five frames have the clip's greys at five times."""
    facts, signature, strip = looked(
        made(tmp_path, "g", "color=s=320x180:r=10,geq=lum='T*60':cb=128:cr=128")
    )
    assert strip.shape[0] == glance.HIGH and strip.shape[1] % len(glance.PLACES) == 0
    grey = strip.reshape(glance.HIGH, len(glance.PLACES), -1, 3).mean(axis=(0, 2, 3))
    expected = [(place * facts.seconds * 60 - 16) * 255 / 219 for place in glance.PLACES]
    assert grey == pytest.approx(expected, abs=8)
    assert signature == [""] * 5, "a flat frame has no signature"


def test_a_copy_joins_the_group_of_its_clip(tmp_path: Path) -> None:
    """A smaller, brighter, highly compressed copy joins its clip's group; another clip does not."""
    looks = {
        "a": looked(made(tmp_path, "a", MOVING)),
        "b": looked(made(tmp_path, "b", MOVING + ",scale=160:90,eq=brightness=0.05", "-crf", "36")),
        "c": looked(made(tmp_path, "c", "testsrc2=s=320x180:r=10")),
    }
    near = groups(
        {name: Signature(clip.seconds, signs) for name, (clip, signs, _) in looks.items()}
    )
    assert near == {"a": "a", "b": "a"}


@pytest.mark.parametrize("size", ["640x90", "90x640", "98x98"])
def test_strip_pictures_keep_the_shape_of_the_clip(tmp_path: Path, size: str) -> None:
    """Each picture of a strip keeps the shape of its clip, up to a maximum width."""
    facts, _, strip = looked(made(tmp_path, "s", f"testsrc2=s={size}:r=10", seconds=1))
    wide = strip.shape[1] / len(glance.PLACES)
    assert wide <= glance.WIDEST
    assert wide == glance.WIDEST or wide == pytest.approx(
        glance.HIGH * facts.width / facts.height, abs=2
    )


def test_a_clip_of_one_frame_repeats_it_five_times(tmp_path: Path) -> None:
    """A one-frame clip has five identical signatures, which are not empty."""
    _, signature, _ = looked(made(tmp_path, "one", "testsrc2=s=160x90:r=10", seconds=0.1))
    assert len(set(signature)) == 1 and signature[0]


def test_a_missing_frame_is_an_error(tmp_path: Path) -> None:
    """Missing frames are an error, because the signature would not describe the clip."""
    (tmp_path / "signs.gray").write_bytes(b"\0" * 100)
    with pytest.raises(ValueError, match="some of its frames"):
        glance.answer({"signs.gray": tmp_path / "signs.gray"})


def test_strip_frames_are_deinterlaced_and_color_converted() -> None:
    """Each frame is deinterlaced, chosen, and converted to BT.709 before it is scaled."""
    argv = glance.command({}, clip=CLIP, whole="bwdif", colors="lut3d=file=pq.cube")
    chains = argv[argv.index("-filter_complex") + 1].split(";")
    for at in range(len(glance.PLACES)):
        one = f"[{at}:V:0]bwdif,trim=end_frame=1,lut3d=file=pq.cube,setpts=0,split[p{at}][q{at}]"
        assert one in chains
