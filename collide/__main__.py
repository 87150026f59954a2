"""python -m collide FAMILY/NAME: one instrument, played by hand on files that are named."""

import sys
from collections.abc import Sequence
from pathlib import Path

from collide.build.key import Input
from collide.desk.guard import guarded
from collide.errors import InputError
from collide.graph.lent import lent_files
from collide.graph.project import existing, named
from collide.hand.acts import act
from collide.hand.solo import Solo
from collide.hand.stage import Later, Page, Stage
from collide.hand.words import Asked, help_of, read, refuse_loss, refuse_strange_flags, values
from collide.house import House
from collide.step import lent
from collide.work.session import Session, open_session


def main(words: Sequence[str]) -> int:
    """Do what was said, and return the exit code.

    Raises:
        InputError: it cannot be meant; nothing was started.
    """
    asked, house = read(words), House(Path.cwd())
    if not (house.root / "dodo.py").exists():
        raise InputError(
            "this is not the folder of collide",
            why=f"there is no dodo.py in {house.root}, beside which presets and projects lie",
            fix="go there first, and name the files by their whole paths",
        )
    project = existing(house, asked.project) if asked.project else named(house, "_")
    if asked.name:
        project.catalog.instrument(asked.name)
    if asked.helps or not asked.name:
        print(help_of(asked.name, project.catalog))
        return 0
    refuse_strange_flags(asked, project.catalog)
    refuse_loss(asked)
    post = {"post": asked.name.partition("/")[2]} if asked.name.startswith("post/") else {}
    with open_session(
        house, project, presets=asked.presets, typed={**asked.knobs, **post}, words=list(words)
    ) as session:
        session.bench.require_engine()
        print(_played(asked, session))
    return 0


def _played(asked: Asked, session: Session) -> str:
    """Return what is to be said: an answer, where a file is, or a page of commands."""
    bench, settings = session.bench, session.settings
    files = {
        lent(knob, file.name): Input(file.digest, path=file.path)
        for knob, file in lent_files(settings, bench.library).items()
    }
    fps = settings.of("fps")
    rate = None if fps.origin == "default" else int(fps.value)
    with bench.store.workdir() as folder:
        stage = Page(bench, folder) if asked.shows else Stage(bench, folder)
        places = asked.inputs, asked.output
        solo = Solo(
            stage,
            asked.name,
            *places,
            values(asked, settings),
            asked.layer,
            rate,
            files,
            settings.catalog,
        )
        try:
            said = act(solo)
        except Later as later:
            return f"{stage}\n# what follows is written with {later}"
        return str(stage) or said


if __name__ == "__main__":
    sys.exit(guarded(lambda _: main(sys.argv[1:])))
