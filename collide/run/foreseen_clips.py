"""The clips that a render would find, predicted for verbs that only read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from collide.base.errors import InputError, barred
from collide.base.media import Sound
from collide.instrument import Clip
from collide.library.examine import ProbeMark
from collide.library.foreseen_scan import as_scanned, located
from collide.library.library import Library
from collide.library.renamed_folder import renamed_folder
from collide.plan.planner import shots_step
from collide.project.project import Project
from collide.project.selection import BED, Pick, Selection, Slot
from collide.run.build_state import BuildState


@dataclass(frozen=True)
class Foreseen:
    """A selection as a render would leave it, without draws for new slots."""

    selection: Selection
    picks: Sequence[Pick | None]  # the file for each slot, or None if unknown
    notes: list[str] = field(default_factory=list)
    # for changed files that are not probed yet: new digest -> old digest
    instead: dict[str, str] = field(default_factory=dict)


def foresee(
    state: BuildState,
    selection: Selection,
    wanted: Sequence[Slot],
    seconds: float,
    moved: Callable[[Pick, str], str],
) -> Foreseen:
    """Return the selection of a piece of `seconds` as a render would leave it.

    Files that moved or changed are followed, except the files of a look (`look=`), and `moved`
    returns the note about each new name. Draws that lack a start get a start, unless a clip would
    have to be analyzed first; in that case, no draw changes.
    """
    library, later = state.library, selection.later()
    look_digests = {draw["digest"] for draw in selection.look_draws}
    notes, instead = list[str](), dict[str, str]()
    for slot, pick in zip(wanted, later.find(wanted, begun=False), strict=True):
        if pick is None or pick.digest in look_digests:
            continue
        name, new = located(library, pick.name, pick.digest)
        later.follow(pick.digest, new, name)
        if name != pick.name:
            notes.append(moved(pick, name))
        if new == pick.digest:
            notes += [note for note in _unread(library, pick, name) if note not in notes]
            continue
        notes.append(f"{pick}: the bytes of {pick.name} changed")
        if facts_of(state, pick.of, new):
            notes += later.begin_again(slot, library, seconds, pick.digest)
        else:
            instead[new] = pick.digest
            text = "its length and size are assumed unchanged"
            notes.append(f"until {pick.short} is probed, {text}")
    with suppress(LookupError):
        trial = later.later()
        drawn = [slot for slot in wanted if trial.has_files([slot])]
        trial.choose(drawn, library, seconds, partial(known_shots, state))
        later = trial
    return Foreseen(later, later.find(wanted), notes, instead)


def _unread(library: Library, pick: Pick, name: str) -> Iterator[str]:
    """Yield a note if a clip is unreadable or if its folder was renamed."""
    path = library.workspace.root / name
    if error := barred(path):
        yield f"{pick}: {error.what}: {error.fix}"
    elif not path.exists() and (renamed := renamed_folder(library)):
        yield renamed.line


def lost_file(pick: Pick, project: Project) -> InputError:
    """Return the error for a chosen file that is missing or cannot be read."""
    knob = f"bed{pick.layer}" if pick.of == BED else f"layer{pick.layer}.clip"
    another = f"set another: doit set project={project.name} {knob}=…"
    if shut := barred(project.workspace.root / pick.name):
        return InputError(
            f"the {pick.file} of {pick} cannot be read",
            why=f"{pick.name}: {shut.why}",
            fix=f"{shut.fix}\nor {another}",
        )
    return InputError(
        f"the {pick.file} of {pick} is missing",
        why=f"{pick.name} was deleted or changed, or its disk is not plugged in",
        fix=f"bring it back\nor {another}",
    )


def facts_of(state: BuildState, of: str, digest: str) -> Clip | Sound | None:
    """Return the known facts of a clip, or of a sound if `of` is BED."""
    return state.library.sound(digest) if of == BED else state.library.facts(digest)


def known_shots(state: BuildState, digest: str) -> Sequence[Sequence[float]]:
    """Return the shots of a clip, or () if the clip is unknown.

    Raises:
        LookupError: the shots are not detected yet.
    """
    clip = state.library.facts(digest)
    if clip is None:
        return ()
    entry = state.store.find(state.key_of(shots_step(digest, clip).job({}, {})))
    if entry is None:
        raise LookupError(digest)
    result: Sequence[Sequence[float]] = entry.facts["shots"]
    return result


def refuse_choice(
    state: BuildState,
    selection: Selection,
    wanted: Sequence[Slot],
    seconds: float,
    marks: Mapping[str, ProbeMark],
) -> None:
    """Raise the InputError that a render would raise when it chooses the files of `wanted`.

    No error is raised if the library contains no clips yet, if a clip would have to be analyzed
    first, or if a scan would have to read a file first, because that file may fit.
    """
    library = as_scanned(state.library, marks)
    if library and (library.has_files() or renamed_folder(library)):
        with suppress(LookupError):
            selection.later().choose(wanted, library, seconds, partial(known_shots, state))
