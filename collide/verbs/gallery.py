"""one page of all looks: pictures, videos, knobs, A and B, search, and stars to pin

It opens from the disk and asks for nothing. With project=x it is projects/x/gallery/index.html,
else cache/gallery/index.html shows every project that has looks.
"""

import sys
from dataclasses import replace

from collide.base.errors import InputError
from collide.base.files import write_whole
from collide.cli.request import Said
from collide.cli.variables import PROJECT
from collide.project.look_book import files_of
from collide.project.project import Project
from collide.views.gallery_data import Shown, about, last_runs
from collide.views.gallery_page import gallery_page

VARIABLES = {"project": replace(PROJECT, without="all projects")}


def run(said: Said) -> int:
    """Gather what is known, cut out the pictures that are missing, and write the page."""
    projects = [said.existing()] if said.project else _all(said)
    folder = projects[0].path / "gallery" if said.project else said.house.cache / "gallery"
    # of one piece; a page of all of them has no room for their graphs
    runs = last_runs(said.house, {said.project}) if said.project else {}
    told = []
    if folder.is_symlink():
        raise InputError(
            f"{folder} is a link",
            why="the page and its pictures would be laid where it leads, among other files",
            fix=f"take the link away: rm {folder}",
        )
    for project in projects:
        try:
            session = said.open(project)
        except InputError as error:
            if said.project:
                raise
            print(f"left out: {project.name}: {error.what}", file=sys.stderr)
            continue
        with session:
            session.bench.require_engine()
            told.append(Shown(session, folder, runs.get(project.name)).data())
    title = said.project or "all looks"
    write_whole(
        folder / "index.html", gallery_page(title, told, about(said.catalog)), lasting=False
    )
    count = sum(len(one["looks"]) for one in told)
    print(f"{count} looks: {folder / 'index.html'}")
    return 0


def _all(said: Said) -> list[Project]:
    known = (Project(said.house, name) for name in said.house.projects())
    return [project for project in known if files_of(project)]
