"""Corrected commands for an output file or folder: `export project=x out.mov`, `to=~/films`.

collide names its files itself, so the commands make the file, then convert or copy it.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from collide.base.errors import InputError
from collide.base.pasted_text import label_of
from collide.base.spoken_number import cleaned
from collide.base.words import nearest, shell_path
from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.corrections.other_verbs import as_form, line_of
from collide.corrections.output_words import (
    FORMATS,
    H264,
    OTHER_FORMS,
    OUTPUTS,
    QUALITY_OF,
    other_verb,
    part_ways,
)
from collide.corrections.shell_words import ffmpeg_words
from collide.corrections.standing_piece import project_of
from collide.library.folders import kind
from collide.project.layer_names import layers_of
from collide.project.other_words import CODECS, other_knobs
from collide.syntax.arguments import TypedLine, line
from collide.syntax.left_out import last_used
from collide.syntax.verb import declaration

SUFFIXES = (*OTHER_FORMS, *FORMATS)
WRITES = ("render", "plan", "export", "preview", "still")
VIDEOS = ("render", "plan")
PICTURES = (*VIDEOS, "still")  # verbs whose out= may need another verb (out=film.mp4)
# Other words for an output file's folder.
_PLACES = "to path folder dir directory dest destination into where location save_to"
PLACES = (*OUTPUTS, *_PLACES.split(), "output_dir", "outdir", "output_path")
# The file that a verb or a form of export writes, below the project's folder.
FILES = {
    "render": "output/{0}.mp4", "still": "still.png", "preview": "preview.mp4",
    "listen": "mix.m4a", "prores4444": "output/{0}-prores4444.mov",
    "h265-10": "output/{0}-h265-10.mp4", "vertical": "output/{0}-vertical.mp4",
    "stems": "output/{0}-stems",
}  # fmt: skip
# With its own palette, a GIF at twelve frames per second looks acceptable.
GIF = "fps=12,scale=480:-2:flags=lanczos,split[a][b];[a]palettegen[p];[b][p]paletteuse"


def output_lines(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return corrections of a command that ends with a new file or a form, or []."""
    words = [word for word in words if word != verb]
    named = [word for word in words if word in workspace.projects()]
    if "project" not in typed and len(named) == 1:  # export x film.mov
        words = [word for word in words if word not in named]
        typed = {"project": named[0], **typed}
    last = words[-1] if words else ""
    if len(words) == 2 and words[0].lstrip("-") in (*PLACES, "o") and words[0][:1] == "-":
        return copied_lines(workspace, [verb], typed, last)
    forms = last.lower().split(",")  # export vertical,stems
    if verb == "export" and len(words) == 1 and all(map(as_form, forms)) and "as" not in typed:
        return [one for form in forms for one in form_lines(workspace, form, typed)]
    if verb != "export" and label_of(last) in workspace.projects():
        return []  # x.json names the project x
    if verb not in WRITES or len(words) > 1 or not _is_new(workspace, last):
        return []
    suffix, stem = PurePath(last).suffix.lower().lstrip("."), PurePath(last).stem
    plain = _plain(typed)
    if verb != "export":
        own = line(["star"], {**{n: v for n, v in plain.items() if n != "preset"}, "name": stem})
        videos = kind(last) and suffix not in ("png", "jpg", "jpeg", "gif") and verb != "still"
        return [f"collide names the file itself: {line([verb], typed)}"] + (
            [f"to keep a look's video as {stem}.mp4: {own}"] if videos else []
        )
    form = OTHER_FORMS.get(suffix, "")
    if form.startswith("doit ") or (suffix in FORMATS and "as" not in typed):
        return form_lines(workspace, suffix, typed, last)
    name = project_of(workspace, typed).name if "project" in typed else "…"
    where = f"copy it from projects/{name}/output after this: "
    return (
        [where + line(["export"], {**typed, "as": typed.get("as", form)})]
        if form or "as" in typed
        else []
    )


def _plain(typed: Mapping[str, str]) -> dict[str, str]:
    return {one: text for one, text in typed.items() if one in ("project", "preset", "look")}


def form_lines(
    workspace: Workspace, form: str, typed: Mapping[str, str], file: str = ""
) -> list[str]:
    """Return the commands that make a form of export, with another verb or ffmpeg if necessary."""
    if form in FORMATS:
        return converted(workspace, form, typed, file)
    meant = OTHER_FORMS.get(form, form)
    if meant.startswith("doit "):
        return [f"another verb does that: {line_of(meant.removeprefix('doit '), [], typed)}"]
    return [line(["export"], {**typed, "as": meant})]


def converted(
    workspace: Workspace, form: str, typed: Mapping[str, str], file: str = ""
) -> list[str]:
    """Return the commands that convert the video to a format that collide does not write.

    Args:
        file: the name of the new file, if one is given.
    """
    suffix = FORMATS[form]
    places = [name for name, text in typed.items() if name in PLACES and _is_place(text)]
    if places and not file:  # format=gif to=~/films
        name = project_of(workspace, typed, last_used(workspace) or "x").name
        file = str(PurePath(cleaned(typed[places[0]]), f"{name}.{suffix}"))
    typed = {name: text for name, text in typed.items() if name not in places}
    turn = f" -vf {shlex.quote(GIF)}" if suffix == "gif" else ""
    return _with_ffmpeg(workspace, typed, suffix, turn, file)


def _with_ffmpeg(
    workspace: Workspace, typed: Mapping[str, str], suffix: str, turn: str, file: str = ""
) -> list[str]:
    """Return the ffmpeg command that converts the video, preceded by a render if necessary.

    Args:
        turn: ffmpeg's options that convert the video.
    """
    name = project_of(workspace, typed, last_used(workspace) or "x").name
    video = f"projects/{name}/{FILES['render'].format(name)}"
    away = bool(file) and not Path(file).expanduser().parent.is_dir()
    make = f"mkdir -p {shell_path(str(PurePath(file).parent))} && " if away else ""
    command = f"{make}{ffmpeg_words()} -i {video}{turn} {shell_path(file or f'{name}.{suffix}')}"
    if (workspace.root / video).exists() and not {*typed} - {"project"}:
        return [f"convert the video: {command}"]
    first = line(["render"], {"project": name, **typed})
    return [f"render it first: {first}", f"then convert the video: {command}"]


def copied_lines(
    workspace: Workspace, spoken: Sequence[str], typed: Mapping[str, str], place: str
) -> list[str]:
    """Return the commands that write the verb's file and copy the file to a path, or []."""
    verb, form = spoken[0], typed.get("as", "")
    made = FILES.get(form) if verb == "export" and form else FILES.get(verb)
    if verb == "export" and not form:  # the video itself
        verb, spoken, made = "render", ["render"], FILES["render"]
    suffix = PurePath(place).suffix.lower().lstrip(".")
    if verb in VIDEOS and suffix in FORMATS:
        return converted(workspace, suffix, typed, place)
    if verb in VIDEOS and OTHER_FORMS.get(suffix) in FILES:  # final.mov
        spoken, form = ["export"], OTHER_FORMS[suffix]
        typed, made = {**typed, "as": form}, FILES[form]
    last = last_used(workspace)
    if not made or not (last or typed.get("project")):
        return []
    name = project_of(workspace, typed, last).name
    copies = "cp -r" if form == "stems" else "cp"
    place = place if PurePath(place).suffix else f"{place.rstrip('/')}/"  # a folder
    folder = place if place[-1] == "/" else str(PurePath(place).parent)
    if not Path(folder).expanduser().is_dir():
        copies = f"mkdir -p {shell_path(folder)} && {copies}"
    path = f"projects/{name}/{made.format(name)}"
    return [
        f"collide names the file itself: {line(spoken, typed)}",
        f"then copy it: {copies} {path} {shell_path(place)}",
    ]


def _is_new(workspace: Workspace, word: str) -> bool:
    """Return whether a word names a missing file but does not resemble a clip's name."""
    path = PurePath(word)
    if path.parts[:1] == ("library",) or word[:1] in ("-", "") or "://" in word:
        return False
    if path.suffix[1:].lower() not in SUFFIXES:
        return False
    if (workspace.root / word).exists() or Path(word).expanduser().exists():
        return False
    return nearest(path.name, (one.name for one in workspace.library.rglob("*.*"))) is None


def _is_place(text: str) -> bool:
    """Return whether a value names a folder, or a file with its folder."""
    word = cleaned(text)
    return word[:1] in ("~", "/", ".") or "/" in word or word.lower() == "desktop"


def _with_form(whole: TypedLine, name: str) -> tuple[TypedLine, str]:
    """Return the command and the name to correct.

    In an export with a format and a path, format=mov becomes as=, and the name is the path's.
    """
    forms = {n: OTHER_FORMS.get(text.lower(), "") for n, text in whole.typed.items() if n in CODECS}
    places = [n for n, text in whole.typed.items() if n in PLACES and _is_place(text)]
    [form, *more] = [*forms.values()] or [""]
    if whole.verb != "export" or form not in FILES or more or not places:
        return whole, name
    rest = {n: text for n, text in whole.typed.items() if n not in forms}
    return replace(whole, typed={**rest, "as": form}), places[0]


def of_output(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for the name or format of a file that collide names itself, or None."""
    whole, name = _with_form(whole, name)
    verb, text, rest = whole.verb, whole.typed[name], whole.without(name)
    named = name == "name" and "name" not in declaration(verb).variables and bool(kind(text))
    placed = (name in PLACES and _is_place(text)) or named
    if placed and (lines := copied_lines(whole.workspace, whole.spoken, rest, cleaned(text))):
        return error.fixed(*lines)
    own = f"collide names the file itself: {line(whole.spoken, rest)}"
    if placed and verb in WRITES:
        return error.fixed(own)
    if name in OUTPUTS and verb not in PICTURES and "name" not in declaration(verb).variables:
        lines = output_lines(whole.workspace, verb, [text], rest) or [own]
        return error.fixed(*lines)
    form = text.lower() if name in CODECS else PurePath(text).suffix.lower().lstrip(".")
    if name in (*CODECS, *OUTPUTS) and form in FORMATS and verb in (*VIDEOS, "export"):
        lines = converted(whole.workspace, form, rest, "" if name in CODECS else text)
        return error.fixed(*lines)
    if name not in CODECS or verb != "listen" or other_verb(name, text)[0]:
        return None
    project = project_of(whole.workspace, rest, "x").name
    path, suffix = f"projects/{project}/mix.m4a", FORMATS.get(text.lower())
    lines = [line(whole.spoken, rest)]
    if suffix and suffix != "m4a":
        lines.append(f"then convert it: {ffmpeg_words()} -i {path} {project}.{suffix}")
    return error.because(f"doit listen always writes {path}", *lines)


def as_other_verb(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer another verb's variable, a codec or an effect without a knob, or return None."""
    rest = whole.without(name)
    other, takes = other_verb(name, whole.typed[name])
    if other and not takes.keys() & declaration(whole.verb).variables.keys():
        kept = {one: text for one, text in rest.items() if one == "project" or not takes}
        formless = (whole.verb, whole.typed.get("as")) == ("export", None)
        named = other == "star" and output_lines(
            whole.workspace, whole.verb, [whole.typed[name]], rest
        )
        if takes or other != "render" or formless:
            return error.fixed(*(named or [line([other], {**kept, **takes})]))
        why = f"{H264}, so there is nothing to choose"
        return error.because(why, f"leave it out: {line(whole.spoken, rest)}")
    if part_ways(layers_of(name)[1], whole.typed[name]) and "knob" in error.what:
        return _in_ways(whole, name, error)
    own = other or other_knobs(name, whole.typed[name])
    if name in CODECS and not own and "knob" in error.what:
        return error.because(H264, "see the other forms of a video: doit help export")
    return None


def _in_ways(whole: TypedLine, name: str, error: InputError) -> InputError:
    """Return the error for a request that knobs fulfil in part, with a command for each way."""
    rest, form = whole.without(name), whole.typed.get("as", "")
    crf = QUALITY_OF.get(form, "crf")
    if name == "bitrate" and not crf:
        fix = f"leave it out: {line(whole.spoken, rest)}"
        return error.because(f"no knob sets the quality of as={form}", fix)
    spoken, lines = whole.spoken if form or whole.verb != "export" else ["render"], list[str]()
    layers, single = layers_of(name)
    head = f"layer{layers[0]}." if layers and layers[0] > 1 else ""
    for about, knobs in part_ways(single, whole.typed[name]):
        piece = [one for one in knobs if shipped().knobs[one].scope == "piece"]
        own = {one if one in piece else head + one: text for one, text in knobs.items()}
        own = {crf if one == "crf" else one: text for one, text in own.items()}
        lines.append(f"{about}: {line(spoken, {**rest, **own})}")
    return error.fixed(*lines)
