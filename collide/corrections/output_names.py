"""Lines meant by the name of an output file, typed as for ffmpeg: `export project=x out.mov`."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from collide.base.errors import InputError
from collide.base.pasted_text import label_of
from collide.base.words import nearest
from collide.base.workspace import Workspace
from collide.corrections.shell_words import ffmpeg_word
from collide.library.folders import kind
from collide.project.other_words import CODECS, FORMATS, OTHER_FORMS, OUTPUTS, other_verb
from collide.syntax.arguments import TypedLine, line, verb_module

SUFFIXES = (*OTHER_FORMS, *FORMATS)
WRITES = ("render", "plan", "export", "preview", "still")
PICTURES = ("render", "plan", "still")  # verbs for which out=film.mp4 means another verb


def output_lines(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return the commands meant by a line that ends with the name of a new file, else []."""
    words = [word for word in words if word != verb]
    named = [word for word in words if word in workspace.projects()]
    if "project" not in typed and len(named) == 1:  # export x film.mov
        words = [word for word in words if word not in named]
        typed = {"project": named[0], **typed}
    last = words[-1] if words else ""
    if verb != "export" and label_of(last) in workspace.projects():
        return []  # x.json names the project x
    if verb not in WRITES or len(words) > 1 or not _is_new(workspace, last):
        return []
    name = typed.get("project", "")
    suffix, stem = PurePath(last).suffix.lower().lstrip("."), PurePath(last).stem
    plain = {one: text for one, text in typed.items() if one in ("project", "preset", "look")}
    if verb != "export":
        own = line(["star"], {**{n: v for n, v in plain.items() if n != "preset"}, "name": stem})
        videos = kind(last) and suffix not in ("png", "jpg", "jpeg", "gif") and verb != "still"
        return [f"collide names the file itself: {line([verb], typed)}"] + (
            [f"to keep the video of a look as {stem}.mp4: {own}"] if videos else []
        )
    form = OTHER_FORMS.get(suffix, "")
    if form.startswith("doit "):
        return [f"another verb does that: {line([form.removeprefix('doit ')], plain)}"]
    if suffix in FORMATS and "as" not in typed:
        video = f"projects/{name or 'x'}/output/{name or 'x'}.mp4"
        return [f"convert the video: ffmpeg -i {video} {shlex.quote(last)}"]
    where = f"copy it from projects/{name or '…'}/output after this: "
    return (
        [where + line(["export"], {**typed, "as": typed.get("as", form)})]
        if form or "as" in typed
        else []
    )


def _is_new(workspace: Workspace, word: str) -> bool:
    """Return whether a word names a file that does not exist, and does not resemble a clip's."""
    path = PurePath(word)
    if word[:1] in ("-", "") or "://" in word or path.suffix[1:].lower() not in SUFFIXES:
        return False
    if (workspace.root / word).exists() or Path(word).expanduser().exists():
        return False
    return nearest(path.name, (one.name for one in workspace.library.rglob("*.*"))) is None


def of_output(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for the name or the form of a file that collide names itself; else None."""
    verb, text = whole.verb, whole.typed[name]
    rest = whole.without(name)
    own = f"collide names the file itself: {line(whole.spoken, rest)}"
    if name in OUTPUTS and verb not in PICTURES and "name" not in verb_module(verb).VARIABLES:
        lines = output_lines(whole.workspace, verb, [text], rest) or [own]
        return InputError(error.what, why=error.why, fix="\n".join(lines))
    if name not in CODECS or verb != "listen" or other_verb(name, text)[0]:
        return None
    project = rest.get("project", "x")
    path, suffix = f"projects/{project}/mix.m4a", FORMATS.get(text.lower())
    fix = line(whole.spoken, rest)
    if suffix and suffix != "m4a":
        fix += f"\nthen convert it: {ffmpeg_word()} -i {path} {project}.{suffix}"
    return InputError(error.what, why=f"doit listen always writes {path}", fix=fix)
