"""A note on a piece with more layers than there are clips, before a render refuses it."""

from collections.abc import Iterator, Mapping

from collide.base.words import several
from collide.library.folders import CLIP, kind
from collide.project.project import Project
from collide.project.settings import Settings, Window


def clips_there(project: Project) -> int:
    """Return how many files in library/video and a project's input/ look like clips."""
    places = (project.workspace.library, project.path / "input")
    return sum(kind(path.name) == CLIP for place in places for path in place.rglob("*.*"))


def over_clips(project: Project, settings: Settings, typed: Mapping[str, str]) -> Iterator[str]:
    """Yield a note if num_videos in the command needs more clips than there are.

    A layer with its own `clip=` is not counted, because such a layer may repeat a clip.
    """
    count = settings.of("num_videos").value
    if not typed.get("num_videos") or isinstance(count, Window):
        return
    own = [n for n in range(1, count + 1) if f"layer{n}.clip" in settings.explicit]
    there = clips_there(project)
    if 0 < there < count - len(own):
        yield (
            f"{count} layers need more than the {several(there, 'clip')} in library/video and "
            f"projects/{project.name}/input; with all of them: "
            f"doit set project={project.name} num_videos={there}"
        )
