"""one page of all looks: pictures, videos, knobs, A and B, search, and stars to pin

It opens from the disk and asks for nothing. With project=x it is projects/x/gallery/index.html,
else cache/gallery/index.html shows every project that has looks.
"""

import sys
from dataclasses import replace

from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.cli.request import Request
from collide.cli.variables import PROJECT
from collide.project.look_book import files_of
from collide.project.project import Project
from collide.views.gallery_data import GalleryProject, about, last_runs
from collide.views.gallery_page import gallery_page

VARIABLES = {"project": replace(PROJECT, without="all projects")}


def run(request: Request) -> int:
    """Gather what is known, cut out the pictures that are missing, and write the page."""
    projects = [request.existing()] if request.project else _all(request)
    folder = (
        projects[0].path / "gallery" if request.project else request.workspace.cache / "gallery"
    )
    # of one piece; a page of all of them has no room for their graphs
    runs = last_runs(request.workspace, {request.project}) if request.project else {}
    told = []
    if folder.is_symlink():
        raise InputError(
            f"{folder} is a link",
            why="the page and its pictures would be laid where it leads, among other files",
            fix=f"take the link away: rm {folder}",
        )
    for project in projects:
        try:
            session = request.open(project)
        except InputError as error:
            if request.project:
                raise
            print(f"left out: {project.name}: {error.what}", file=sys.stderr)
            continue
        with session:
            session.state.require_engine()
            told.append(GalleryProject(session, folder, runs.get(project.name)).data())
    title = request.project or "all looks"
    write_whole(
        folder / "index.html", gallery_page(title, told, about(request.catalog)), lasting=False
    )
    count = sum(len(one["looks"]) for one in told)
    print(f"{count} looks: {folder / 'index.html'}")
    return 0


def _all(request: Request) -> list[Project]:
    known = (Project(request.workspace, name) for name in request.workspace.projects())
    return [project for project in known if files_of(project)]
