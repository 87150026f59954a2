"""Commands for values without a name (`roll x 12` becomes roll project=x n=12).

Each value is assigned to a variable whose limit accepts it. The commands are printed, never run.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from collide.base.pasted_text import address_of
from collide.base.words import joined
from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.corrections.assigned_words import Assignment, is_task
from collide.corrections.degree_words import degree_lines, layer_in
from collide.corrections.foreign_options import forces, translated
from collide.corrections.output_names import output_lines
from collide.corrections.phrases import one_word, phrase
from collide.corrections.shell_words import AWAY, added, copied_first, on_disk
from collide.corrections.taken_names import taken_lines
from collide.corrections.topics import related
from collide.library.folders import kind
from collide.project.layer_names import numbered
from collide.project.settings import bare
from collide.syntax.arguments import TypedLine, line
from collide.syntax.left_out import last_used
from collide.syntax.verb import MANY, declaration
from collide.text_limits import Labels

CELLS = "cell look number nr no version variant picture".split()  # words before a cell's number


def meant_lines(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return the commands that a verb and arguments without name= may stand for, or []."""
    for read in (output_lines, taken_lines, degree_lines, _topic_lines, _layer_lines):
        if lines := read(workspace, verb, words, typed):
            return lines
    words, pairs = phrase(verb, words, typed, workspace.projects())
    if pairs != typed and not words:
        return [line([verb], pairs)]
    typed = pairs
    own = [word for word in words if word in workspace.projects()][: "project" not in typed]
    if word := one_word(verb, [word for word in words if word not in own]):
        return [line([verb, word], {**typed, **dict(zip(["project"], own, strict=False))})]
    if lines := _download_lines(workspace, verb, words, typed):
        return lines
    takes = declaration(verb).variables
    rest = [word for word in words if word in takes or word.lstrip("-").lower() not in AWAY]
    if len(rest) < len(words) and (lines := away_lines(workspace, verb, rest, typed)):
        return lines
    whole = " ".join(words)  # a path that contains a space
    if len(words) > 1 and "path" in takes and Path(whole).exists():
        return [line([verb], {**typed, "path": whole})]
    return _translated(workspace, verb, words, typed)


def _layer_lines(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return the commands for several layers (debug x layer2,3), or []."""
    whole, others = TypedLine(workspace, verb, [verb], typed).in_project(words)
    return [] if "layer" in typed else each_layer(verb, " ".join(others), whole.typed)


def each_layer(verb: str, text: str, typed: Mapping[str, str]) -> list[str]:
    """Return a command for all layers and one for each, for a layer= that takes one; or []."""
    variable = declaration(verb).variables.get("layer")
    layers = numbered(text)
    if variable is None or not variable.without or len(layers) < 2:
        return []
    every = f"{variable.without}: {line([verb], typed)}"
    each = [line([verb], {**typed, "layer": f"{n}"}) for n in dict.fromkeys(layers) if n != 1]
    return [every, *each]


def _topic_lines(
    workspace: Workspace, verb: str, words: Sequence[str], _: Mapping[str, str]
) -> list[str]:
    """Return the commands for a topic of several words (knobs green screen), or []."""
    alone, known = [word for word in words if word not in workspace.projects()], shipped().knobs
    plain = all(re.fullmatch(r"[a-z]+", word) and word not in known for word in alone)
    if verb != "knobs" or len(alone) < 2 or not plain or layer_in(words) or "layer" in alone:
        return []
    text = " ".join(alone)
    if not related(workspace, text, ""):
        return []
    return [f"what mentions {text}: {line(['help', *alone], {})}"]


def _translated(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return the commands for arguments, after translating other programs' options."""
    force = verb == "render" and any(map(forces, words))
    front, own, own_words = translated(verb, words)
    if own != verb and (each := _one_each(own, typed)):  # render project=x,y --dry-run
        return [one for pairs in each for one in _translated(workspace, verb, words, pairs)]
    lines = _meant(workspace, own, own_words, typed)
    few = len(own_words) <= declaration(own).words
    if not lines and few and not _options(own_words) and (own, own_words) != (verb, [*words]):
        lines = [line(own_words if own == "render" and own_words else [own, *own_words], typed)]
    lines = [one.replace("doit", " ".join(["doit", *front]), 1) for one in lines]
    lines = copied_first(workspace, words, lines)
    return forced_lines(workspace, typed, lines[0]) if force and lines else lines


def _one_each(verb: str, typed: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the variables for each project if several are given for a verb that takes one."""
    names = typed.get("project", "").split(",")
    variable = declaration(verb).variables.get("project")
    if len(names) < 2 or variable is None or isinstance(variable.limit, Labels):
        return []
    return [{**typed, "project": name.strip()} for name in names if name.strip()]


def forced_lines(workspace: Workspace, typed: Mapping[str, str], render: str) -> list[str]:
    """Return the commands for a request to render unchanged work again."""
    found = re.search(r" project=(\S+)", render)
    name = found[1] if found else typed.get("project") or last_used(workspace)
    lines, own = [f"render what has changed: {render}"], {"project": name}
    if name and "," not in name:
        lines.append(f"render it all again and compare: {line(['prove'], own)}")
        lines.append(
            f"delete its files, but not their results in the store: {line(['clean'], own)}"
        )
    return lines


def away_lines(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return the commands that make a verb remove something, or [] if it cannot.

    Args:
        words: the names to remove, without the word for the removal; may be empty.
    """
    takes, off = declaration(verb), {**typed, "off": "true"}
    if "off" in takes.variables:
        if len(words) == 1 and "path" in takes.variables:
            return [line([verb], {**off, "path": words[0]})]
        return _meant(workspace, verb, words, off) if words else [line([verb], off)]
    knobs = [name.strip() for word in words for name in word.split(",")]
    if takes.unsets and knobs and {*map(bare, knobs)} <= {*shipped().knobs}:
        return [line([verb], {**typed, **dict.fromkeys(knobs, "")})]
    return []


def _download_lines(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return one download command per address, or [] for a single address that the verb takes.

    A command is corrected if it names several addresses or yt-dlp options, or if its verb takes no
    url=. The variables of download are kept. If files are given instead of addresses, return the
    commands that add the files to the library.
    """
    read = Assignment(workspace, verb, typed, dict(typed))
    found = [one for word in words if "://" in word and (one := address_of(word))]
    files = [word for word in words if on_disk(word)]
    if files and not found and (verb == "download" or (verb == "scan" and all(map(kind, words)))):
        return [one for word in files for one in added(workspace, word)]
    others = [word for word in words if "://" not in word and not word.isdigit()]
    if not found and _options(words) and "url" in typed and verb == "download":
        return [line([verb], {n: text for n, text in typed.items() if n in read.takes.variables})]
    if len(found) < 2 and not others and "url" in read.takes.variables:
        return []
    read.take_pairs(words)
    kept = {n: text for n, text in read.turned.items() if n not in ("url", "search")}
    return [line(["download"], {**(kept if verb == "download" else {}), "url": u}) for u in found]


def _options(words: Sequence[str]) -> bool:
    return any(word.startswith("-") for word in words)


def _meant(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    read = Assignment(workspace, verb, typed, dict(typed))
    texts = [line([verb], {**typed, **whole}) for whole in read.continued(words)]
    if texts and ("count" in typed or not all(word.isdigit() for word in words)):
        return texts
    left = read.take_project(read.take_values(read.take_pairs(words)))
    if read.turned == dict(typed):
        several = read.takes.words == 1 and not _options(left)
        alone = [word for word in left[:4] if word not in read.takes.variables]
        phrase = verb == "knobs" and len(alone) > 1 and not {*alone} <= {*shipped().knobs}
        words = [" ".join(alone), *alone] if phrase else alone
        return [line([verb, word], typed) for word in words] if several else []
    if _options(left):
        return []
    fits_in = is_task if read.takes.words == MANY else lambda word: word in left[: read.takes.words]
    kept, out = [w for w in left if fits_in(w)], [w for w in left if not fits_in(w)]
    others = [word for word in out if word.lower() not in CELLS]
    cell = "look" not in typed and read.turned.get("look", "").isdigit()
    if (layer_in(words) and {"layer", "layers"} & {*out}) or (others and cell):
        return []  # the number of a layer, or a number in a sentence, is rarely a cell's
    text = line(kept if verb == "render" and kept else [verb, *kept], read.turned)
    return [*texts, f"without {joined(out)}: {text}" if out else text]
