"""Translation of ffmpeg's options, such as `-ss 3 -t 5 -vf scale=640:360`, into knobs and verbs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from collide.base.errors import InputError
from collide.base.spoken_number import amount
from collide.catalog import knobs
from collide.corrections.output_words import H264, OTHER_FORMS, QUALITY_OF, WAYS
from collide.corrections.piece_times import part_lines
from collide.library.folders import kind
from collide.syntax.arguments import line
from collide.syntax.verb import declaration, verbs

TIMES = ("-ss", "-to", "-t")
OF_PICTURES = ("-c:v", "-vcodec", "-codec:v")
CODECS = (*OF_PICTURES, "-c", "-codec")
FILTERS = ("-vf", "-filter:v", "-lavfi", "-filter_complex")
NOTES = {
    "-b:v": "crf sets the picture quality", "-pix_fmt": "chroma sets the color resolution",
    "-c:a": "audio_bitrate sets the sound quality", "-map": "layers are stacked",
    "-acodec": "audio_bitrate sets the sound quality", "-af": "sound has its own knobs",
}  # fmt: skip
KNOBS = {
    "-r": "fps", "-s": "output_size", "-crf": "crf", "-preset": "encoding_preset",
    "-b:a": "audio_bitrate",
}  # fmt: skip
HUE = {"h": "hue_shift", "s": "saturation"}  # the settings of the filter hue
# Only ffmpeg takes these options. Other options, such as -i and -t, count only with one of them.
OWN = ("-ss", "-to", *OF_PICTURES, *FILTERS, *NOTES, "-preset", "-b:a", "-an")


@dataclass
class _Read:
    """A command's ffmpeg options, translated."""

    knobs: dict[str, str] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    filtered: bool = False  # whether a filter was typed
    form: str = ""  # the form of an export
    rated: bool = False  # whether -b:v, the picture bitrate, was given


def of_ffmpeg(argv: Sequence[str]) -> InputError | None:
    """Return the error for a command with options that only ffmpeg takes, or None.

    Return None for a download, because its options belong to yt-dlp.
    """
    if not {*argv} & {*OWN} or argv[:1] == ["download"]:
        return None
    read, words, foreign = _Read(), list[str](), list[str]()
    items = iter(argv)
    for word in items:
        if word == "-an":
            foreign.append(word)
            read.knobs["sound"] = "off"
        elif word in (*OWN, *TIMES, *KNOBS, *CODECS, "-i"):
            value = next(items, "")
            foreign += [word, value]
            _take(read, word, value)
        else:
            words.append(word)
    typed = dict(word.split("=", 1) for word in words if "=" in word)
    spoken = [word for word in words if "=" not in word]
    read.notes += [f"the video is in projects/…/output/, not in {w}" for w in spoken if kind(w)]
    verb = spoken[0] if spoken[:1] and spoken[0] in verbs() else "render"
    return InputError(
        f"doit does not understand {' '.join(foreign)!r}",
        why="; ".join(["that is another program's option", *read.notes]),
        fix="\n".join(_lines(verb, typed, read)),
    )


def _take(read: _Read, option: str, value: str) -> None:
    """Translate an option and its value into `read`."""
    found = amount(value)
    if option in TIMES:
        read.times[option] = found[0] if found else 0.0
    elif option in KNOBS:
        read.knobs[KNOBS[option]] = value
    elif option == "-i":
        path = PurePath(value)
        own = path.parent.name == "projects"
        read.knobs |= {"project": path.name} if own else {"layer1.clip": path.name}
    elif option in CODECS:
        read.form = OTHER_FORMS.get(value.lower(), "")
        read.notes += [f"{option} {value}: {H264}"] if read.form in ("", "doit render") else []
    elif option in FILTERS:
        for part in value.split(","):
            sets = _of_filter(part.strip())
            read.knobs |= sets
            read.filtered = True
            read.notes += [] if sets else [f"{part}: filters are knobs here (doit knobs)"]
    else:
        read.rated = read.rated or option == "-b:v"
        read.notes.append(f"{option}: {NOTES[option]}")


def _of_filter(text: str) -> dict[str, str]:
    """Return the knobs that a filter sets: its size, or what has a knob's name (fps=12)."""
    if text.startswith("scale="):
        return {"output_size": "x".join(re.findall(r"[=:]([0-9]+)", text)[:2])}
    own = HUE if text.startswith("hue=") else {}
    found = [(own.get(name, name), v) for name, v in re.findall(r"(\w+)=([-0-9.]+)", text)]
    return {name: v for name, v in found if name in knobs()}


def _lines(verb: str, typed: Mapping[str, str], read: _Read) -> list[str]:
    """Return the intended commands: for an export, a part of the piece, or the whole piece.

    A codec can stand for an export, and times for a part. A picture bitrate yields two commands
    with different crf values.
    """
    whole = {**typed, **(read.knobs if declaration(verb).knobs else {})}
    if read.form and not read.form.startswith("doit "):
        quality = QUALITY_OF.get(read.form) or "crf"
        whole = {quality if name == "crf" else name: text for name, text in whole.items()}
        return [line(["export"], {**whole, "as": read.form})]
    if not (read.knobs or read.times or read.rated) and read.filtered:
        return [f"see the knobs, by family: {line(['knobs'], {})}"]
    begun = read.times.get("-ss")
    length = read.times.get("-t", read.times.get("-to", 0.0) - (begun or 0.0))
    rated = WAYS["bitrate"] if read.rated and declaration(verb).knobs else ()
    ways = [f"{about}: {line([verb], {**whole, **knobs})}" for about, knobs in rated]
    return part_lines(verb, whole, begun, length) or ways or [line([verb], whole)]
