"""The clips of a project: chosen, located and probed before the render is planned."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from collide.base.errors import DiskError, InputError, TaskError, barred
from collide.base.hashing import digest_of
from collide.base.media import PLAINLY, Sound, plainly
from collide.base.packets import WIDEST_GAP
from collide.engine.safety import Source, spelled
from collide.instrument import Clip, Knobs
from collide.library.examine import ProbeMark
from collide.library.folders import CLIP, SOUND, kind, name_of
from collide.library.scan_diff import ScanReport
from collide.library.temper import summary
from collide.plan.planner import probe_step, shots_step
from collide.project.project import Project
from collide.project.selection import BED, Pick, Selection, slots
from collide.project.selection_file import keeps
from collide.run.build_state import BuildState
from collide.run.clip_analysis import watched
from collide.run.foreseen_clips import Foreseen, facts_of, foresee, lost_file
from collide.run.perform import ask
from collide.run.play import bounds_of
from collide.run.progress import Line
from collide.run.record import Done
from collide.run.runner import Runner
from collide.store.entry import Entry
from collide.store.step import Step

Say = Callable[[str], None]
PROBES = {CLIP: "source/probe", SOUND: "source/sound"}  # by kind of file


@dataclass
class Clips:
    """The clips of one open project, with methods to choose, locate and probe them."""

    project: Project
    state: BuildState
    selection: Selection
    runner: Runner
    say: Say
    notes: list[str] = field(default_factory=list)  # printed at the end of the run
    changes: list[str] = field(default_factory=list)  # notes from `foreseen`
    probes: dict[str, Step] = field(default_factory=dict)  # probe steps of the chosen files

    def chosen(self, layers: Sequence[Mapping[str, Any]], piece: Mapping[str, Any]) -> list[Pick]:
        """Return the clips of the layers and the sounds of the beds, at their current paths.

        Choose the files and starts that are not chosen yet. A lost file keeps its recorded path.

        Raises:
            InputError: no file fits, the engine lacks a part, or `shots` cannot find a clip.
        """
        library, wanted, seconds = self.state.library, slots(layers, piece), piece["duration"]
        library.take_over_roots()
        if None not in self.selection.find(wanted):
            self.state.require_engine()
        else:
            if library.has_files():
                self.state.require_engine()
            self.scan()
        drawn = self.selection.find(wanted, begun=False)
        stands = [pick and self._current_pick(pick) for pick in drawn]
        for slot, pick, one in zip(wanted, drawn, stands, strict=True):
            if pick and one and pick.digest != one.digest:
                self.notes += self.selection.begin_again(slot, library, seconds, pick.digest)
        if None in self.selection.find(wanted):
            self.notes += self.selection.choose(wanted, library, seconds, self.shots)
            self.notes += self.selection.notes
            self.state.require_engine()
        picks = zip(stands, self.selection.find(wanted), strict=True)
        return [replace(one or pick, start=pick.start) for one, pick in picks if pick]

    @property
    def _root(self) -> Path:
        return self.project.workspace.root

    def remembered(
        self, layers: Sequence[Mapping[str, Any]], piece: Mapping[str, Any]
    ) -> list[Pick | None]:
        """Return the draw of each layer, then of each bed, with None for a missing draw."""
        return self.selection.find(slots(layers, piece))

    def all_chosen(self, layers: Sequence[Mapping[str, Any]], piece: Mapping[str, Any]) -> bool:
        """Return whether each layer and bed has a file, even if its start is not chosen yet."""
        return self.selection.has_files(slots(layers, piece))

    def foreseen(self, layers: Sequence[Mapping[str, Any]], piece: Mapping[str, Any]) -> Foreseen:
        """Return the selection as a render would leave it; see foreseen_clips.py."""
        wanted, seconds = slots(layers, piece), piece["duration"]
        later = foresee(self.state, self.selection, wanted, seconds, self._moved)
        self.changes = later.notes
        return later

    def shots(self, digest: str) -> Sequence[Sequence[float]]:
        """Return the shots of a clip, detected once; if detection fails, add a note and return ().

        A successful detection is recorded as a task.

        Raises:
            InputError: the clip is missing and was never analyzed; its start must not be guessed.
            DiskError: the disk is full or failing.
        """
        library, line = self.state.library, Line(sys.stdout)
        name, clip, entry = library.called(digest), library.facts(digest), None
        try:
            if clip is not None:
                with watched(self.state, line, f"detecting the shots of {name}"):
                    entry = self._at_once(shots_step(digest, clip), trial=True)
        except DiskError:
            raise
        except TaskError as error:
            why = plainly(error.why)
            self.notes.append(f"no shots were detected in {name}, so it begins anywhere: {why}")
            return ()
        finally:
            line.close()
        if entry is None:
            raise self._unseen(name or f"the clip {digest[:8]}")
        library.remember({digest: {"shots": summary(entry.facts)}})
        result: Sequence[Sequence[float]] = entry.facts["shots"]
        return result

    def _unseen(self, name: str) -> InputError:
        return InputError(
            f"the shots of {name} are unknown",
            why="it was never analyzed; it was deleted or changed, or its disk is not plugged in",
            fix="bring it back\nor let layers begin anywhere: start_in=any",
        )

    def _current_pick(self, pick: Pick) -> Pick:
        """Return a pick with the current name and digest of its clip; note any change or loss."""
        library = self.state.library
        record, stands = None, pick.name in library.contents["clips"]
        if stands and library.content(self._root / pick.name) == pick.digest:
            return pick  # keep its name, even if copies exist elsewhere
        if library.place(pick.digest) is None:
            pick = self._last_called(pick)
            record = library.contents["clips"].get(pick.name)
            self.scan()
        path = library.place(pick.digest)
        if path is None:
            new = self._changed(pick)
            if not {CLIP, SOUND} & new.keys():
                library.sought[pick.digest] = pick.name
                lost = "cannot be read" if barred(self._root / pick.name) else "is missing"
                text = f"its {pick.file} {pick.name} {lost}; its stored results are used"
                self.notes.append(f"{pick}: {text}")
                return pick
            same = record and record.get("digest") == new["digest"]  # the file is as last scanned
            why = "do not match selection.json" if same else "changed"
            self.notes.append(f"{pick}: the bytes of {pick.name} {why}")
            self.selection.follow(pick.digest, new["digest"], pick.name)
            return replace(pick, digest=new["digest"])
        name = name_of(self.project.workspace, path)
        if name != pick.name and "/" in pick.name:  # a bare name comes from a look and stays
            self.notes.append(self._moved(pick, name))
            self.selection.follow(pick.digest, pick.digest, name)
        return replace(pick, name=name)

    def _last_called(self, pick: Pick) -> Pick:
        """Return a pick with its clip's name from the last scan, if that file still exists."""
        name = self.state.library.called(pick.digest)
        there = "/" in pick.name and name and (self._root / name).exists()
        return replace(pick, name=name) if there else pick

    def _moved(self, pick: Pick, name: str) -> str:
        """Return the note about a clip whose name differs from the name in selection.json.

        If somebody wrote another file's name there, the note suggests a command to use that file.
        """
        if not (self._root / pick.name).is_file():
            return f"{pick}: {pick.name} is now called {name}"
        knob = f"layer{pick.layer}.clip" if pick.of != BED else f"bed{pick.layer}"
        return keeps(self.project.name, str(pick), knob, name, pick.short)

    def _changed(self, pick: Pick) -> Mapping[str, Any]:
        """Return the record of the file at a clip's path, or {}; ignore files chosen by `look=`."""
        of_look = any(draw["digest"] == pick.digest for draw in self.selection.look_draws)
        stands = (self._root / pick.name).exists() and not of_look
        clips: Mapping[str, Any] = self.state.library.contents["clips"]
        return clips.get(pick.name, {}) if stands else {}

    def probed(self, pick: Pick, knobs: Knobs) -> Clip | Sound:
        """Return the facts of a chosen file; raise InputError if they cannot be obtained.

        `knobs` are the knobs of its layer, which may select other tracks; a bed ignores them.
        """
        bed, step = pick.of == BED, _probe(pick, knobs)
        self.probes[step.task] = step
        if entry := self._at_once(step):
            if bed:
                return Sound.of(entry.facts)
            clip = Clip.of(entry.facts)
            if clip.mute:
                self.notes.append(f"{pick} is silent: the sound of {pick.name} {clip.mute}")
            return clip
        if facts := self.recalled(pick, knobs):
            return facts
        raise lost_file(pick, self.project)

    def recalled(
        self, pick: Pick, knobs: Knobs, instead: Mapping[str, str] = {}
    ) -> Clip | Sound | None:
        """Return the facts of a chosen clip or sound, if they are in the store or the library.

        Otherwise, return the facts of the bytes that the file had before; `instead` maps new
        digests to old digests. Return None if the earlier facts are unknown too.
        """
        if pick.of != BED and (entry := self._stored(_probe(pick, knobs))):
            return Clip.of(entry.facts)
        if facts := facts_of(self.state, pick.of, pick.digest):
            return facts
        old = instead.get(pick.digest)
        return self.recalled(replace(pick, digest=old), knobs) if old else None

    def heard(self, step: Step) -> Mapping[str, Any] | None:
        """Return a sound's loudness, measured if necessary, or None if it cannot be measured."""
        try:
            entry = self._at_once(step, trial=True)
        except TaskError:
            return None  # its task and everything downstream will fail and report why
        return entry.facts if entry else None

    def heard_before(self, step: Step) -> Mapping[str, Any] | None:
        """Return the loudness of a sound if it was measured before, otherwise None."""
        return entry.facts if (entry := self._stored(step)) else None

    def _stored(self, step: Step) -> Entry | None:
        """Return the stored result of a step that depends on nothing, or None."""
        return self.state.store.find(self.state.key_of(step.job({}, {})))

    def _at_once(self, step: Step, *, trial: bool = False) -> Entry | None:
        """Run a step if necessary and return its result, or None if its clip is gone."""
        state = self.state
        if state.receipt(step.task) is not None and state.fresh(step):
            self.runner.record.add(Done(step.task, "kept"))
        elif state.store.find(state.key(step)) or all(map(state.library.place, step.clips)):
            self.runner.run(step, trial=trial)
        else:
            return None
        return state.results()[step.task]

    def scan(self, *, reports: bool = False) -> ScanReport:
        """Scan the library, show progress, and return the result.

        Unless `reports` is true, the next `doit scan` reports the changes that this scan finds.
        """
        library = self.state.library
        if library.contents and library.damaged:
            self.say("cache/library.json was damaged and is rebuilt")
        line = Line(sys.stdout)
        try:
            report = library.scan(
                self.probe,
                lambda done, whole, name: line.say(f"clip {done} of {whole}: {name}"),
                marks=self.marks(),
                reports=reports,
            )
        finally:
            line.close()
        lost = library.left_out(self.project.name)
        skipped = (f"skipped {name}: {why}" for name, why in lost.items())
        self.notes += [note for note in skipped if note not in self.notes]
        return report

    def marks(self) -> dict[str, ProbeMark]:
        """Map each kind of file to the identity of its current probe."""
        return {what: probe_mark(self.state, by) for what, by in PROBES.items()}

    def probe(self, path: Path, digest: str) -> dict[str, Any]:
        """Return the facts of a file with this digest; raise TaskError if the probe fails."""
        what = kind(path) or CLIP
        held = Sound if what == SOUND else Clip
        step = probe_step(digest, by=PROBES[what])
        return held.of(ask(self.state, step, path).facts).facts()


def _probe(pick: Pick, knobs: Knobs) -> Step:
    if pick.of == BED:
        return probe_step(pick.digest, by=PROBES[SOUND])
    return probe_step(pick.digest, by=PROBES[CLIP], knobs=knobs)


def probe_mark(state: BuildState, by: str) -> ProbeMark:
    """Return the identity of the probe `by` (see ProbeMark).

    The facts depend on the probe's VERSION. Which files are refused, and why, also depends on the
    engine, its options, its time and size limits for a file, and the wording of the reasons.
    """
    version = f"{by} {state.catalog.instrument(by).VERSION}"
    options = spelled(Path(), ["-i", "@clip"], {"@clip": Source(Path(), trusted=False)})
    bounds = repr(bounds_of(1 << 30, size=1 << 20))
    identity = [state.engine_digest, version, options, WIDEST_GAP, bounds, PLAINLY]
    return ProbeMark(version, f"{version} {digest_of(identity)[:12]}")
