"""star a look, so that it is never evicted; name=first also keeps its video in output/

Without look=, it stars the last look; look=7f3a stars that look, look=7f3a,91bc several looks, and
off=true unstars them. The gallery shows the stars. A starred cell of a sheet has no video yet: it
is kept from its first render on.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from collide.base.errors import InputError
from collide.base.files import copy_out, refuse_locked
from collide.cli.request import Request
from collide.library.library import Library
from collide.plan.exports import ENCODERS
from collide.project.look_book import Look, files_of, find_look, last_look, pinned_looks
from collide.project.project import Project
from collide.project.sheets import NUMBER
from collide.project.stars import pin_of, star, star_names, unname, unstar, unused_name
from collide.run.session import Session
from collide.store.entry import Entry
from collide.store.eviction import make_way, reserve
from collide.store.leases import pin
from collide.store.objects import Store
from collide.syntax.arguments import line
from collide.syntax.variables import PROJECT, Variable, toggle
from collide.syntax.verb import Verb
from collide.text_limits import Label, Names

VERB = Verb(
    examples=("{project} name=first",),
    variables={
        "project": PROJECT,
        "look": Variable(Names("look"), "the looks", "7f3a,91bc", without="the last"),
        "name": Variable(
            Label("video"),
            "the kept video's name",
            "first",
            without="no copy",
            positional=True,
        ),
        "over": toggle("whether to replace another look's video of that name"),
        "off": toggle("whether to unstar the looks, so that they can be evicted again"),
    },
)


def run(request: Request) -> int:
    """Star or unstar the looks."""
    project, signs = request.existing(), request.value("look", ())
    if request.value("off"):
        store, name = Store(request.workspace.cache), request.value("name") or ""
        if not signs and _unnamed(project, name.removesuffix(".mp4")):
            return 0
        for prefix in signs or [star_names(project).get(name.removesuffix(".mp4"), name)]:
            _unpin(project, store, prefix)
        return 0
    looks = [find_look(project, prefix) for prefix in signs] or [last_look(project)]
    copy = _copy(request, project, looks)
    for look in looks:
        _pinned(request, project, look, copy)
    if not signs and (note := _outdated(request, project, looks[0])):
        print(note)
    return 0


def _outdated(request: Request, project: Project, look: Look) -> str:
    """Return a note if config.json has changed since the render and makes another look, or "".

    The look is starred already, so there is no note if the look or the project cannot be read.
    """
    config = project.path / "config.json"
    try:
        if not config.exists() or config.stat().st_mtime <= find_look(project, look.name).when:
            return ""
        plan = request.open(project).plan_known()
    except InputError:
        return ""
    if plan and plan.piece.look == look.name:
        return ""
    render = f"doit render project={project.name}"
    return f"{project.name} has changed since; to star it as it is now, first render it: {render}"


def _unnamed(project: Project, name: str) -> bool:
    """Remove a name of a look that has other names; return False if it has no other name."""
    names = star_names(project)
    others = [one for one, look in names.items() if look == names.get(name) and one != name]
    if name not in names or not others:
        return False
    unname(project, name)
    print(f"look {names[name]} is no longer called {name}, but is still starred as {others[0]}")
    if (copy := project.video.with_name(f"{name}.mp4")).exists():
        print(f"its video is kept: projects/{project.name}/output/{copy.name}")
    return True


def _pinned(request: Request, project: Project, look: Look, copy: Path | None) -> None:
    """Star and pin a look, copy its video to `copy` if given, and list evicted tasks.

    A look that was never rendered is starred but not pinned.

    Raises:
        InputError: the video of a look that must be copied or kept is not in the store.
    """
    kept = look.kept  # the knobs it was rendered with
    session = request.open(project, look=look, knobs=kept)
    plan, store = session.plan_known(), session.state.store
    entries = session.stored_entries(plan) if plan else {}
    if not plan or len(entries) < len(plan.steps) - 1:  # minus 1, since `record` stores no entry
        if not look.video and copy is None:
            _wanted(project, look)
            return
        missing = next((t for t in plan.steps if t not in entries), "it") if plan else "it"
        raise _again(request, look, f"{missing} was never rendered with this cache and ffmpeg")
    objects = {o.digest for entry in entries.values() for o in entry.objects.values()}
    (video,) = entries["mux"].objects.values()
    if copy:
        _refuse_taken(request, session.state.library, copy, video.digest)
    with closing(session.state.lease) as lease:  # prevents eviction until the look is pinned
        lease.take(objects)
        source = store.verified(video.digest) or _taken_back(session, entries["mux"])
        if source is None:
            raise _again(request, look, "it has been evicted or damaged since it was rendered")
        if copy:  # copy first: if that fails, the look must not be starred
            copy_out(source, copy)
        pin(store, pin_of(project, look.name), objects)
        star(project, look.name, name=copy.stem if copy else "")
    print(f"look {look.name} is starred: its video and all its results are never evicted")
    for text in _away(entries, store):
        print(text)
    if not copy:
        _bring_back(project, look, source)
    else:
        print(f"its video: projects/{project.name}/output/{copy.name}")
        print(f"to return to this look: doit set project={project.name} look={copy.stem}")


def _taken_back(session: Session, mux: Entry) -> Path | None:
    """Copy a look's evicted video from output/ back into the store and return its path there.

    Return None if no file in output/ has the same bytes.
    """
    state, (video,) = session.state, mux.objects.values()
    every = (path for path in session.project.video.parent.glob("*.mp4") if path.is_file())
    sized = (path for path in every if path.stat().st_size == video.size)
    path = next((one for one in sized if state.library.content(one) == video.digest), None)
    if path is None:
        return None
    make_way(state.index, video.size)
    with state.store.workdir() as folder:
        copy_out(path, folder / path.name)
        reserve(state.index, state.lease, mux)
        state.store.adopt(folder / path.name)
    return state.store.verified(video.digest)


def _bring_back(project: Project, look: Look, source: Path) -> None:
    """Copy a starred look's video to output/ again for each of its names that lacks a file."""
    names = [name for name, one in star_names(project).items() if one == look.name]
    for path in (project.video.with_name(f"{name}.mp4") for name in names):
        if not path.exists():
            copy_out(source, path)
            place = f"projects/{project.name}/output/{path.name}"
            print(f"its video was missing and was written again: {place}")


def _wanted(project: Project, look: Look) -> None:
    """Star a look that was never rendered (such as a sweep's cell), for its first render to pin."""
    star(project, look.name)
    print(f"look {look.name} is starred but was never rendered, so it has nothing to keep yet")
    print(f"to render it and keep it: doit render project={project.name} look={look.name}")


def _again(request: Request, look: Look, why: str) -> InputError:
    again = f"doit render project={request.project} look={look.name}"
    why = why if look.video else "a cell of a sheet has a picture, but no video yet"
    return InputError(
        f"the video of look {look.name} is not in the store",
        why=why,
        fix=f"render it{' again' if look.video else ''}: {again}\nthen: {request.line()}",
    )


def _away(produced: dict[str, Entry], store: Store) -> Iterator[str]:
    if away := [task for task, entry in produced.items() if not store.complete(entry)]:
        listing = ", ".join(away[:8]) + (f" and {len(away) - 8} more" if len(away) > 8 else "")
        yield f"already evicted: {len(away)} of its {len(produced)} tasks ({listing})"
        yield "they are rendered again, and then kept, when a render needs them"


def _copy(request: Request, project: Project, looks: list[Look]) -> Path | None:
    """Return the path to copy the video to, or None if `name=` is unset; refuse unusable names."""
    name: str | None = request.value("name")
    if name is None:
        return None
    name = name.removesuffix(".mp4")
    if name in (project.name, *(f"{project.name}-{form}" for form in ENCODERS)):
        what = "the last video rendered" if name == project.name else "what doit export writes"
        raise InputError(
            f"a starred video cannot be called {name!r}",
            why=f"output/{name}.mp4 is {what}",
            fix=f"use name={project.name}-first",
            turns=[{"name": f"{project.name}-first"}],
        )
    if NUMBER.fullmatch(name):  # look=3 would still refer to a cell
        raise InputError(
            f"a starred video cannot be called {name!r}",
            why="a number refers to a cell of the last sheet",
            fix="use a name with a letter:",
            turns=[{"name": f"take-{name}"}],
        )
    if len(looks) > 1:
        raise InputError(
            f"{len(looks)} videos cannot all be called {name!r}",
            why="each look needs its own name",
            fix=f"star them one at a time: doit star project={project.name} look={looks[0].name} "
            f"name={name}",
        )
    copy = project.video.with_name(f"{name}.mp4")
    _refuse_other(request, project, looks[0], copy)
    refuse_locked(copy)  # refuse before anything is pinned
    return copy


def _refuse_other(request: Request, project: Project, look: Look, copy: Path) -> None:
    """Refuse the name of another look's star, even if the look has no video yet to compare."""
    owner, looks = star_names(project).get(copy.stem, look.name), files_of(project)
    if owner == look.name or request.value("over") or not copy.exists():
        return
    if look.video and owner in looks and find_look(project, owner).video == look.video:
        return
    own = {**request.turned, "look": look.name}
    ways = {
        "to keep both": {**own, "name": unused_name(copy.stem, star_names(project))},
        f"instead of look {owner}": {**own, "over": "true"},
    }
    render = line(["render"], {"project": project.name, "look": look.name})
    first = f"first, because it has no video yet: {render}\n"
    lines = [f"{about}: {line(['star'], typed)}" for about, typed in ways.items()]
    raise InputError(
        f"there is another video called {copy.stem!r}",
        why=f"output/{copy.name} is the video of look {owner}",
        fix=first * (not look.video) + "\n".join(lines),
    )


def _refuse_taken(request: Request, library: Library, copy: Path, video: str) -> None:
    """Refuse to overwrite a different video of that name, unless `over=true`."""
    if copy.exists() and not request.value("over") and library.content(copy) != video:
        raise InputError(
            f"there is another video called {copy.stem!r}",
            why=f"output/{copy.name} is a different look's video",
            fix=f"choose another name\nor replace it: {request.line(over='true')}",
        )


def _unpin(project: Project, store: Store, prefix: str) -> None:
    every = {*pinned_looks(project, store), *star_names(project).values()}
    looks = sorted(look for look in every if look.startswith(prefix))
    if len(looks) != 1:
        raise InputError(
            f"which look of {project.name} should be unstarred?",
            why=f"starred: {', '.join(looks)}" if looks else "no starred look matches",
            fix="\n".join(
                f"doit star project={project.name} look={look} off=true" for look in looks
            )
            or f"see the starred looks: doit looks project={project.name}",
        )
    names = [name for name, look in star_names(project).items() if look == looks[0]]
    unstar(project, store, looks[0])
    print(f"look {looks[0]} is no longer starred")
    for copy in (project.video.with_name(f"{name}.mp4") for name in names):
        if copy.exists():
            print(f"its video is kept: projects/{project.name}/output/{copy.name}")
