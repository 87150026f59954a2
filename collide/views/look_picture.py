"""The picture of a look: the middle frame of its video, or the frame from its sweep or roll.

A video's frame is kept in the store, so showing a hundred looks again does not start a process.
"""

from io import BytesIO
from pathlib import Path

from collide.base.errors import DiskError, TaskError
from collide.base.files import write_whole
from collide.catalog import shipped
from collide.instrument import exact
from collide.project.look_book import Look
from collide.run.build_state import BuildState
from collide.run.perform import ask
from collide.store.step import Input, Step, command_job
from collide.views.contact_sheet import scaled

LARGE, MEDIUM = 960, 640  # width in pixels, in a gallery and in a report
ROLE = "shot.jpg"


def shot(
    state: BuildState, look: Look, width: int = LARGE, *, copy: Path | None = None
) -> Path | None:
    """Return the picture of a look as a JPEG in the store, or None if it cannot be extracted.

    A damaged picture is extracted again. `copy` is a copy of the video outside the store.
    """
    data = look.recipe.data
    middle = float(data["frames"] / exact(data["piece"]["fps"]) / 2)
    arguments, inputs = {"at": middle, "width": width}, {"@video": Input(look.video)}
    job = command_job(shipped(), "source/frame", {}, arguments, shape="shot", inputs=inputs)
    step = Step(f"shot:{look.name}", lambda _results, _log: job)
    stored = state.store.find(state.key_of(step.job({}, {})))
    picture = state.store.verified(stored.objects[ROLE].digest) if stored else None
    if picture:
        return picture
    video = (state.store.verified(look.video) if look.video else None) or copy
    if video is None:
        return None
    try:
        entry = ask(state, step, video, whole=True)
    except DiskError:
        raise
    except TaskError:
        return None  # this engine cannot read the old video
    return state.store.object(entry.objects[ROLE].digest)


def seen(state: BuildState, look: Look, target: Path) -> bool:
    """Write a look's frame from a sweep or roll to `target`, as wide as LARGE.

    Return False if the frame was evicted, damaged, or never rendered.
    """
    path = state.store.verified(look.still) if look.still else None
    if path is None:
        return False
    data = BytesIO()
    scaled(path, LARGE).save(data, "JPEG", quality=90)
    write_whole(target, data.getvalue(), lasting=False)
    return True
