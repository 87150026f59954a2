"""make a page of all looks: pictures, videos and knobs, to search, compare and star

The page opens from disk, without a network. Its path is projects/x/gallery/index.html for
project=x, and cache/gallery/index.html for all projects.
"""

import sys
from dataclasses import replace

from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.base.words import several
from collide.cli.request import Request
from collide.project.look_book import files_of
from collide.project.project import Project
from collide.syntax.variables import PROJECT
from collide.syntax.verb import Verb
from collide.views.gallery_page import GalleryProject, about, gallery_page, last_runs

VERB = Verb(
    examples=("{project}",),
    variables={"project": replace(PROJECT, without="all projects")},
    without_project="none",
)


def run(request: Request) -> int:
    """Gather the looks, extract missing pictures, and write the page."""
    content, house = [], request.workspace
    if request.project:
        projects, home = [request.existing()], request.existing().path
        runs = last_runs(house, {request.project})  # the page of all projects does not show graphs
    else:
        every = (Project(house, name) for name in house.projects())
        projects, home, runs = [p for p in every if files_of(p)], house.cache, {}
    folder = home / "gallery"
    if folder.is_symlink():
        raise InputError(
            f"{folder} is a link",
            why="the page and its pictures would be written among the files in another folder",
            fix=f"remove the link: rm {folder}",
        )
    for project in projects:
        try:
            session = request.open(project)
        except InputError as error:
            if request.project:
                raise
            print(f"skipped: {project.name}: {error.what}", file=sys.stderr)
            continue
        with session:
            session.state.require_engine()
            content.append(GalleryProject(session, folder, runs.get(project.name)).data())
    page = gallery_page(request.project or "all looks", content, about(request.catalog))
    write_whole(folder / "index.html", page, lasting=False)
    count = sum(len(one["looks"]) for one in content)
    print(f"{several(count, 'look')}: {folder / 'index.html'}")
    return 0
