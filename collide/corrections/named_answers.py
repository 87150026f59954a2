"""Answers to variables that the verb does not take: exclude=, strength=, a night's at=.

Each function in NAMED_ANSWERS returns the error for one such variable, with the nearest commands.
For any other name, it returns None.
"""

import re
from dataclasses import replace

from collide.base.errors import InputError
from collide.base.words import joined, shell_path
from collide.catalog import shipped
from collide.corrections.answers import answer
from collide.corrections.clip_names import clip_named
from collide.corrections.corrected_lines import way_lines
from collide.corrections.output_words import OTHER_FORMS, QUALITY_OF
from collide.corrections.piece_values import ways
from collide.corrections.shell_words import added, on_disk
from collide.corrections.standing_piece import project_of, standing
from collide.corrections.step_counts import as_ends
from collide.corrections.word_values import other_variable, reads
from collide.library.folders import kind
from collide.project.other_words import other_knobs
from collide.project.plain_values import NO, YES
from collide.project.settings import bare
from collide.syntax.arguments import ALL, TypedLine, line
from collide.syntax.left_out import last_used
from collide.syntax.verb import declaration

BEGINS = ("at", "start", "begin", "from", "when", "after", "start_at", "begin_at")
EXCLUDES = "exclude excluding without skip except omit ignore avoid ban not remove delete".split()
STRENGTHS = "strength amount intensity level wet mix dry_wet effect_strength".split()
PERMANENT = "keep save permanent persist store remember write".split()


def as_begin(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Return the error for the hour at which a night starts, with a line for cron, or None."""
    hour = re.fullmatch(r"([01]?[0-9]|2[0-3])(?:[:.h]?([0-5][0-9]))?h?", whole.typed[name].strip())
    if whole.verb != "night" or name not in BEGINS or not hour:
        return None
    takes = declaration("night").variables
    rest = {n: reads(takes[n], t) or t if n in takes else t for n, t in whole.without(name).items()}
    now, root = line(whole.spoken, rest), shell_path(str(whole.workspace.root))
    cron = f"{int(hour[2] or 0)} {int(hour[1])} * * * cd {root} && .venv/bin/{now}"
    return error.because(
        "a night begins immediately; cron begins it later",
        f"now: {now}",
        f"each night, as a line for crontab -e: {cron}",
    )


def as_exclusion(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer a request to leave out a clip (exclude=a.mp4), or return None."""
    text = whole.typed[name]
    if name not in EXCLUDES or not declaration(whole.verb).knobs or text in ("", *YES, *NO):
        return None
    project = project_of(whole.workspace, whole.typed, last_used(whole.workspace) or "_")
    clip, rest = clip_named(text, project) or text.rpartition("/")[2], whole.without(name)
    if not kind(clip):
        return None
    now = standing(project, rest)
    layers = [n for n, pick in now.picks.items() if pick.short == clip]
    takes = dict[str, str]()
    for n in layers:
        fixed = now.settings.of("clip", n).value != "any"  # then the dice do not choose
        take = {f"layer{n}.take": str(int(now.value(f"layer{n}.take")) + 1)}
        takes |= {f"layer{n}.clip": "any"} if fixed else take
    layered = joined([*map(str, layers)])
    another = f"a new choice for layer {layered}: {line(whole.spoken, {**rest, **takes})}"
    unused = f"{clip} plays in no layer: {line(whole.spoken, rest)}"
    return error.because(
        f"no knob leaves a clip out; clips in projects/{project.name}/input/ are chosen first",
        another if layers else unused,
        "to name a clip (layer2.clip=…): doit clips",
    )


def as_strength(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer a strength for an effect (preset=vhs strength=50%) with knobs, or return None."""
    chain = [*whole.typed.get("post", "").split(","), *whole.typed.get("preset", "").split(",")]
    effects = [one for one in chain if f"post/{one}" in shipped().instruments]
    if name not in STRENGTHS or not declaration(whole.verb).knobs or not effects:
        return None
    see = [f"the knobs of {one}: {line(['knobs', one], {})}" for one in effects]
    again = f"at its own strength: {line(whole.spoken, whole.without(name))}"
    why = "an effect has no single strength, but a knob for each part of it"
    return error.because(why, *see, again)


def as_request(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer a request in plain language (cache path=/media/disk, clean all=true), or None."""
    text = whole.typed[name]
    if text.lower() in NO:
        return None
    words = [*whole.spoken[1:], name, *([] if text.lower() in YES else [text])]
    found = answer(replace(whole, spoken=words, typed=whole.without(name)))
    return found and error.because(found.why, found.fix)


def as_download(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer the download of a local file, or a limit that only `clips` takes, or return None."""
    text, takes = whole.typed[name], declaration("download").variables
    listed, limits = declaration("clips").variables, dict[str, str]()
    own = name not in listed and other_variable(name, text, takes, whole.typed)
    if whole.verb != "download" or own:
        return None
    if on_disk(text) and (lines := added(whole.workspace, text)):
        return error.because("the file is on this machine already", *lines)
    others = {n: t for n, t in whole.typed.items() if n not in takes}
    for one, value in others.items():
        limits |= other_variable(one, value, listed, limits)
    if len(limits) < len(others):
        return None
    rest = {n: t for n, t in whole.typed.items() if n in takes}
    away = joined([f"{one}=" for one in others])
    search = f"leave out {away}: {line(whole.spoken, rest)}"
    listing = f"afterwards, list only those: {line(['clips'], limits)}"
    return error.because(f"a search cannot be limited by {away}", search, listing)


def as_quality(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer a quality for an export that ignores crf (as=prores quality=hq), or return None."""
    typed = whole.typed.get("as", "").lower()
    form = OTHER_FORMS.get(typed, typed)
    if whole.verb != "export" or form not in QUALITY_OF or "crf" not in other_knobs(name, "20"):
        return None
    rest, knob = {**whole.without(name), "as": form}, QUALITY_OF[form]
    if not knob:
        again = f"leave it out: {line(whole.spoken, rest)}"
        return error.because(f"no knob sets the quality of as={form}", again)
    why, project = f"{knob} sets its quality", project_of(whole.workspace, whole.typed)
    asked = replace(whole, typed={**whole.typed, "as": form})
    if found := ways(knob, whole.typed[name], "quality", project, rest):  # quality=high
        return error.because(why, *way_lines(asked, name, found))
    return error.because(why, line(whole.spoken, {**rest, knob: whole.typed[name]}))


def as_all_looks(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer a request for a sheet of several looks (looks=all, looks=1,2), or return None."""
    text = whole.typed[name].lower()
    own = name in ("looks", "cells") and (text in (*ALL, *YES) or "," in text)
    if whole.verb != "sheet" or not own:
        return None
    fix = f"pictures of all looks: {line(['gallery'], whole.only('project'))}"
    return error.because("a sheet shows one look with several presets", fix)


def as_permanent(whole: TypedLine, name: str, error: InputError) -> InputError | None:
    """Answer a request to keep the knobs of one run (keep=true) with `doit set`, or return None."""
    takes, rest = declaration(whole.verb), whole.without(name)
    held = {
        n: text for n, text in rest.items() if n in ("preset", "look") or bare(n) in shipped().knobs
    }
    if (
        name not in PERMANENT
        or whole.typed[name].lower() not in YES
        or not takes.knobs
        or whole.verb == "tune"
    ):
        return None
    if takes.unsets or not held or whole.verb == "sweep":
        kept = (
            f"what doit {whole.verb} sets is kept anyway"
            if takes.unsets
            else "what it renders is kept anyway"
        )
        return error.because(kept, line(whole.spoken, rest))
    left = {n: text for n, text in rest.items() if n not in held}
    set_line = line(["set"], {**whole.only("project"), **held})
    why = "a knob in the command applies to this run only"
    return error.because(why, set_line, line(whole.spoken, left))


NAMED_ANSWERS = (
    as_begin, as_exclusion, as_strength, as_request, as_download, as_quality,
    as_all_looks, as_permanent, as_ends,
)  # fmt: skip
