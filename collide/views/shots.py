"""The picture of a look: one frame out of the middle of its finished video, kept in the store; of a
look that was never rendered, the frame that a sweep or a roll showed of it.

Cut once, it is found by its key: a hundred looks are shown again without a process. It is for
looking at many; how one frame is before the encoder says `doit still`.
"""

from io import BytesIO
from pathlib import Path

from collide.base.errors import DiskError, TaskError
from collide.base.files import write_whole
from collide.catalog import shipped
from collide.project.look_file import Look
from collide.run.build_state import BuildState
from collide.run.perform import ask
from collide.store.step import Input, Step, command_job

LARGE, SMALL = 960, 240  # pixels from side to side
ROLE = "shot.jpg"


def shot(
    state: BuildState, look: Look, width: int = LARGE, *, copy: Path | None = None
) -> Path | None:
    """Return the picture of a look as a JPEG in the store; None where its video is not here.

    It is read whole, as all that leaves the store is: a damaged one is cut out again.

    Args:
        bench: with an engine that was asked for its parts.
        look: a look that was rendered.
        width: LARGE or SMALL.
        copy: its video outside of the store, where there is one.
    """
    step = _step(look, width)
    known = state.store.find(state.key_of(step.job({}, {})))
    made = state.store.verified(known.objects[ROLE].digest) if known else None
    if made:
        return made
    video = (state.store.verified(look.video) if look.video else None) or copy
    if video is None:
        return None
    try:
        entry = ask(state, step, video, whole=True)
    except DiskError:
        raise
    except TaskError:
        return None  # a video of another time, that this engine does not read: it is not shown
    return state.store.object(entry.objects[ROLE].digest)


def seen(state: BuildState, look: Look, target: Path) -> bool:
    """Lay the frame that a sweep or a roll showed of a look at `target`, as wide as LARGE.

    Returns:
        whether it could: the frame may be evicted, or never have been looked at.
    """
    path = state.store.verified(look.still) if look.still else None
    if path is None:
        return False
    from PIL import Image

    data = BytesIO()
    with Image.open(path) as picture:
        high = round(LARGE * picture.height / picture.width)
        whole = picture.convert("RGB").resize((LARGE, high), Image.Resampling.LANCZOS)
    whole.save(data, "JPEG", quality=90)
    write_whole(target, data.getvalue(), lasting=False)
    return True


def _step(look: Look, width: int) -> Step:
    """Return the step that cuts the picture out."""
    data = look.recipe.data
    middle = data["frames"] / data["piece"]["fps"] / 2
    given, inputs = {"at": middle, "width": width}, {"@video": Input(look.video)}
    job = command_job(shipped(), "source/frame", {}, given, shape="shot", inputs=inputs)
    return Step(f"shot:{look.name}", lambda _results, _log: job)
