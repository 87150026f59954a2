"""Extra clip folders besides library/video, listed in library/roots.json.

Only a person could restore the list, so it is not in the cache, which may be deleted at any time.
"""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from shlex import quote

from collide.base.errors import CONTROL, InputError
from collide.base.files import write_whole
from collide.base.strict_json import read_json
from collide.base.words import nearest
from collide.base.workspace import Workspace
from collide.library.folders import HOMES, kind
from collide.store.locks import held_inside

LABEL = "library/roots.json"
_FOLDER = re.compile(r"""(?<![\w/.~])(?:[A-Za-z]:)?[~/][^"',;\[\]{}\n]*""")  # any folder in a text


class Roots:
    """The extra folders of one workspace; each change is applied to the current file."""

    def __init__(self, workspace: Workspace) -> None:
        self._root, self.path = workspace.root, workspace.root / LABEL

    def folders(self, once: Sequence[str] = ()) -> list[str]:
        """Return the folders; if the file is missing, return those of an old library.json (`once`).

        Raises:
            InputError: the file is not a list of folders, for example after an edit by hand.
        """
        if not self.path.exists():
            return [root for root in once if not CONTROL.search(root)]
        listed = read_json(self.path, label=LABEL, anew=_anew).get("roots")
        if not isinstance(listed, list) or not all(isinstance(root, str) for root in listed):
            raise InputError(
                f"{LABEL} is not a list of folders",
                why='its form is {"roots": ["/media/disk"]}',
                fix=_anew(self.path.read_text(errors="replace")),
            )
        return listed

    def change(self, once: Sequence[str], changed: Callable[[list[str]], list[str]]) -> list[str]:
        """Apply `changed` to the folders, store the result if it is new, and return it.

        If `changed` raises an error, nothing is written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with held_inside(self.path.parent):
            before = self.folders(once)
            after = changed(before)
            if after != before or (after and not self.path.exists()):
                write_whole(self.path, (json.dumps({"roots": after}, indent=1) + "\n").encode())
        return after

    def no_folder(self, path: Path, added: Sequence[str]) -> InputError:
        """Return the error for a path that is not a folder, given the extra folders in `added`."""
        beside = [one.name for one in path.parent.glob("*/")] if not path.exists() else []
        near = nearest(path.name, beside)
        why = "scan reads a folder of clips, with its subfolders"
        return InputError(
            f"path={path} is not a folder",
            why=why if path.exists() else f"there is no folder {path}; is its disk mounted?",
            fix=f"did you mean {near!r}?" if near else self._home(path, added),
            turns=[{"path": str(path.with_name(near))}] if near else [],
        )

    def _home(self, path: Path, added: Sequence[str]) -> str:
        """Return the fix for a path that is not a folder: a command or a sentence."""
        home = HOMES.get(kind(path), "") if path.is_file() else ""
        if not home:
            clips, sounds = HOMES.values()
            return f"give a folder; single clips go into {clips}, sounds into {sounds}"
        scanned = [*(self._root / one for one in HOMES.values()), *map(Path, added)]
        if any(path.resolve().is_relative_to(one.resolve()) for one in scanned):
            return "its folder is scanned already: doit scan"
        make = "" if (self._root / home).is_dir() else f"mkdir -p {home} && "
        return f"{make}cp {quote(str(path))} {home}/ && doit scan"


def removals(added: Sequence[str]) -> str:
    """Return the commands that remove the added folders, or a sentence if no folder was added."""
    every = [f"doit scan path={quote(root)} off=true" for root in added]
    return "\n".join(every) or "no folder was added; see all clips: doit clips"


def _anew(text: str) -> str:
    """Return the fix for an invalid file: rewrite it with the folders in its text or move it."""
    named = [one.strip() for one in _FOLDER.findall(text)]
    right = json.dumps({"roots": named or ["/media/disk"]}, ensure_ascii=False)
    away = f"or move it away and add the folders again: mv {LABEL} {LABEL}.old"
    return f"open {LABEL} and write  {right}\n{away}"
