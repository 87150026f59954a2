"""A sheet that compares starred looks as two versions of ffmpeg render them: projects/x/engine.png.

The old picture comes from the look's stored video, and the new picture is a still of the same
moment. Looks that have no stored picture or video are omitted; looks that fail or do not fit on the
sheet are named. The render that follows is not affected.
"""

from collections.abc import Iterator
from dataclasses import replace

from collide.base.errors import CollideError
from collide.base.words import joined
from collide.cli.request import Request
from collide.project.look_book import find_look, pinned_looks
from collide.project.project import Project
from collide.store.objects import Store
from collide.views.contact_sheet import Picture, frame, scaled, sheet
from collide.views.look_picture import shot

WIDE = 480  # the width of a picture, in pixels
MOST = 12  # the maximum number of looks on the sheet; each takes as long as a still


def starred_by_both(request: Request, project: Project) -> Iterator[str]:
    """Write the sheet of a project's starred looks (if any) and yield lines about it.

    Raises:
        OSError: the sheet cannot be written.
    """
    pictures, failed = list[Picture](), list[str]()
    looks = sorted(pinned_looks(project, Store(request.workspace.cache)))
    for name in looks[:MOST]:
        try:
            pictures += _pair(request, project, name)
        except CollideError:
            failed.append(name)
    if pictures:
        sheet(pictures, project.path / "engine.png", columns=2)
        count = len(pictures) // 2
        yours = "your starred look" if count == 1 else f"{count} of your starred looks"
        yours = f"your {count} starred looks" if 1 < count == len(looks) else yours
        path = f"projects/{project.name}/engine.png"
        yield f"{yours} with the old and the new ffmpeg: {path}"
    if beyond := looks[MOST:]:
        yield f"not drawn, because the sheet has room for only {MOST}: {joined(beyond)}"
    if failed:
        yield f"not shown, because a picture failed: {joined(failed)}"


def _pair(request: Request, project: Project, name: str) -> list[Picture]:
    """Return the old and the new picture of a look, or [] if there is no old picture."""
    look, plain = find_look(project, name), replace(request, variables={}, raw={}, knobs={})
    with plain.open(project, look=look, say=lambda _: None).aside("engine") as session:
        session.records = None
        path = shot(session.state, look, WIDE)
        if path is None:
            return []
        old = scaled(path, WIDE)
        plan = session.plan_now(keep=False)
        piece = plan.piece
        new = frame(session, plan, piece.seconds_of(piece.frames // 2), width=WIDE)
    return [Picture(f"{name} as it is", old), Picture(f"{name} by the new ffmpeg", new)]
