"""The forms in which a picture or a sound is written by hand, by the suffix of the file."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from collide.catalog import instrument
from collide.errors import InputError
from collide.hand.solo import Solo
from collide.step import BITEXACT, PLAIN, RATE, STORAGE, Argv, graph, sound

PICTURES = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska", ".nut": "nut"}
SOUNDS = {".wav": "wav", ".m4a": "mp4"}


def form(solo: Solo, allowed: Iterable[str]) -> str:
    """Return the suffix of the file that is wanted.

    Raises:
        InputError: no file is, or one in another form.
    """
    forms = list(allowed)
    if solo.output is None:
        raise InputError(
            f"{solo.name} writes a file", why="there is no -o", fix=f"say -o NAME{forms[0]}"
        )
    found = solo.output.suffix.lower()
    if found not in forms:
        raise InputError(
            f"{solo.name} cannot write {solo.output.name}",
            why=f"it writes {', '.join(forms)}",
            fix=f"say -o {solo.output.stem}{forms[0]}",
        )
    return found


def wanted(solo: Solo, name: str) -> None:
    """Refuse an output in another form than that of `name`, the file an instrument writes.

    Raises:
        InputError: another form, or none, is wanted.
    """
    form(solo, [Path(name).suffix])


def picture(
    solo: Solo, chains: Sequence[str], *, opened: Argv, heard: int, keyed: bool = False
) -> Argv:
    """Return the command that writes a finished picture, and the sound of its clip.

    Args:
        chains: end in `[v]`.
        opened: opens every input.
        heard: the number of the input whose sound it is.
        keyed: whether the picture has holes.

    Raises:
        InputError: the form that is wanted has no place for holes.
    """
    suffix = form(solo, PICTURES)
    if keyed and suffix == ".mp4":
        raise InputError(
            f"{solo.output} cannot hold what is transparent",
            why=f"{solo.name} leaves holes, and MP4 has no place for them",
            fix="say -o NAME.mov, for an editor, or -o NAME.mkv, without loss",
        )
    loud, more = voice(solo, suffix, heard)
    return [
        *(*opened, "-filter_complex", graph(*chains, *loud), "-map", "[v]"),
        *("-frames:v", str(solo.frames), *_coded(solo, suffix, keyed), *more, *BITEXACT),
        *("-f", PICTURES[suffix], f"made{suffix}"),
    ]


def _coded(solo: Solo, suffix: str, keyed: bool) -> Argv:
    if suffix in (".nut", ".mkv"):
        return STORAGE["ffvhuff" if suffix == ".nut" else "ffv1"]
    if keyed:  # ProRes 4444 is what editors open with its holes
        return ["-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"]
    coded: Argv = instrument("blend/encode").coded({**solo.knobs, "fps": solo.fps})
    return coded


def voice(solo: Solo, suffix: str, heard: int) -> tuple[list[str], Argv]:
    """Return the chain of the clip's own sound, and how it is written; nothing of a silent one."""
    if not solo.clip.audio:
        return [], []
    samples = round(solo.frames * RATE / solo.fps)
    made = sound(samples, solo.clip.channels, speed=solo.speed)
    coded = ["-c:a", "pcm_s16le"]
    if suffix in (".mp4", ".mov"):
        coded = ["-c:a", "aac", "-b:a", f"{solo.knobs['audio_bitrate']}k"]
    return [f"[{heard}:a:0]{made}[a]"], ["-map", "[a]", *coded, "-ar", str(RATE)]


def sounding(solo: Solo, chain: str) -> Argv:
    """Return the command that plays a chain on a sound and writes it."""
    suffix = form(solo, SOUNDS)
    coded = ["-c:a", "pcm_f32le"] if suffix == ".wav" else ["-c:a", "aac", "-b:a", "192k"]
    played = [*PLAIN, "-i", "@clip", "-map", "0:a:0", "-af", chain or "anull", *coded]
    return [*played, *BITEXACT, "-f", SOUNDS[suffix], f"made{suffix}"]
