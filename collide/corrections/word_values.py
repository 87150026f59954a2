"""Match a word to the verb's variable that takes it, and convert it to a valid value.

The limits of a verb's variables decide which of them takes a number, a time, an address, a file,
a look or a name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from collide.base.errors import InputError
from collide.base.pasted_text import path_of
from collide.catalog import shipped
from collide.limits import Choice, Range, Toggle
from collide.project import presets
from collide.project.look_book import files_of
from collide.project.other_words import OUTPUT_SIZE
from collide.project.plain_values import YES
from collide.project.project import Project
from collide.project.reroll import PARTS
from collide.project.settings import MOST_LAYERS
from collide.project.sheets import ONLY_NUMBER, sheets_of
from collide.project.stars import star_names
from collide.syntax.variables import Variable
from collide.text_limits import Text

MOST_COUNTED = 1000  # a variable with a higher limit, such as a port, does not take a count
LONE = ("post", "blend_mode")  # knobs that a lone word can set
UNCLEAR = ("none", "any", "normal")  # ambiguous words for those knobs

# Names that people put before a word, although the word needs no name.
WORD_NAMES = (
    "name search find filter query q word words text title contains match knob verb task topic "
    "clip file"
).split()

# Synonyms: each word in a row stands for the variable in that row that a verb declares.
ALIKE = tuple(
    frozenset(row.split())
    for row in (
        "project name piece title",
        "preset presets extends inherits parent template style theme",
        "count n number num max most pool pieces many limit times top total",
        "url link address href uri source src site page from",
        "search query find term q words",
        "until end stop by till to time finish",
        "at time t second when frame moment from",
        "from begin start ss in offset",
        "for length dur long last t frames",
        "file manifest path record input video in from name",
        "from file look path record",
        "look version of id hash star",
        "a look version star old left from one",
        "b look2 other new right to with against two",
        "name as title called label",
        "as form format type codec to into kind",
        "keep size limit max lock hold",
        "host address server machine farm",
        "path folder dir directory file add include import library footage media",
        "layer number n",
        "shortest longest length duration long dur seconds",
        "shortest longer min_length min_duration minimum_length",
        "longest shorter max_length max_duration maximum_length",
        "shortest min",
        "min height resolution least minimum pixels",
        "slots threads jobs cores workers parallel processes",
        "idle timeout wait",
    )
)


def fits(project: Project, free: Mapping[str, Variable], word: str) -> Iterator[tuple[str, str]]:
    """Yield the free variables that a word may set, each with its value, the likeliest first.

    Args:
        project: the command's project, which may not exist.
        free: the variables without a value so far.
    """
    if "project" in free and _exactly("project", free["project"], word, project):
        yield "project", word
    for name, one in (
        free.items() if "look" in free else ()
    ):  # debug x 2: a number is more likely a layer than a look
        value = word.removeprefix(name)
        counts = isinstance(one.limit, Range) and one.limit.whole and one.limit.high < MOST_COUNTED
        if counts and value.isdigit() and _read(one, value):
            yield name, value
    yield from _loosely(free, word, looks=True)  # a number is more likely a look than a time
    for required in (True, False):
        some = [(name, one) for name, one in free.items() if one.required == required]
        for read in (_exactly, _nearly):
            for name, one in some:
                if value := read(name, one, word, project):
                    yield name, value
    yield from _loosely(free, word, looks=False)


def _loosely(free: Mapping[str, Variable], word: str, *, looks: bool) -> Iterator[tuple[str, str]]:
    """Yield the free positional variables that accept a word.

    If `looks`, yield the variables for looks; otherwise, yield all others.
    """
    for name, one in free.items():
        if one.positional and looks == (one.limit.of == "look"):
            value = reads(one, word) if word[0] != "-" and word not in free else ""
            if value:
                yield name, value


def _exactly(name: str, variable: Variable, word: str, project: Project) -> str:
    """Return the value if a word is plainly valid for a variable, or ""."""
    limit, of = variable.limit, variable.limit.of
    if isinstance(limit, Toggle):
        return "true" if word == name else ""
    if of and not variable.required:
        return word if is_known(variable, word, project) else ""
    if word[0] == "-" or (isinstance(limit, Text) and not variable.required):
        return ""
    if of == "file" and word in project.workspace.projects():
        return f"projects/{word}/manifest.json"
    return word if _read(variable, word) else ""


def knob_of(word: str) -> str:
    """Return the knob that a lone word may set (post for vhs, output_size for 4k), or ""."""
    if OUTPUT_SIZE.fullmatch(word):
        return "output_size"
    known = shipped().knobs
    choices = (name for name in LONE if word in getattr(known[name].limit, "words", ()))
    return next(choices, "") if word not in UNCLEAR else ""


def is_known(variable: Variable, word: str, project: Project) -> bool:
    """Return whether each name in a list exists or looks like a name of the variable's kind."""
    of = variable.limit.of
    known = _known(of, project)
    return all(part in known or _is_one(of, part) for part in word.split(","))


def _nearly(_: str, variable: Variable, word: str, __: Project) -> str:
    """Return the number, address or choice that a word resembles, or ""."""
    limit = variable.limit
    if isinstance(limit, Toggle) or limit.of:
        return ""
    if word[:1].isdigit() or (isinstance(limit, Text | Choice) and limit.near(word)):
        return reads(variable, word) if not isinstance(limit, Text) or limit.near(word) else ""
    return ""


def _known(of: str, project: Project) -> Iterable[str]:
    """Return the known names of the given kind."""
    workspace = project.workspace
    if of == "project":
        return workspace.projects()
    if of == "preset":
        return presets.names(project.shelves)
    if of == "look":
        begun = (name[:n] for name in files_of(project) for n in range(2, len(name) + 1))
        names = {one for one in begun if not ONLY_NUMBER.fullmatch(one)}
        sheets = sheets_of(project) if project.exists() else []
        cells = range(1, len(sheets[-1].cells) + 1) if sheets else ()
        return {*names, *star_names(project), *map(str, cells)}
    return shipped().knobs if of == "knob" else PARTS if of == "part" else ()


def _is_one(of: str, word: str) -> bool:
    """Return whether a word looks like a name of one kind (a path, a look, a layer)."""
    if of == "file":
        return bool(path_of(word)) or word.endswith(".json")
    if of == "look":
        return bool(re.fullmatch(r"(?=.*[0-9])(?=.*[a-f])[0-9a-f]{4,8}", word))
    return of in ("part", "knob") and bool(re.fullmatch(rf"layer[1-{MOST_LAYERS}](\.\w+)?", word))


def _read(variable: Variable, word: str) -> bool:
    with suppress(InputError, OverflowError):  # 400 digits are too large for a float
        variable.read("", word)
        return True
    return False


def reads(variable: Variable, text: str) -> str:
    """Return a value that the variable accepts, corrected if necessary, or ""."""
    near = variable.limit.near(text) or variable.others.get(text.strip().lower(), "")
    return next((one for one in (text, text.strip(), near) if one and _read(variable, one)), "")


def twins(
    name: str, right: str, variables: Mapping[str, Variable], typed: Mapping[str, str]
) -> list[str]:
    """Return the other variables that the name may stand for, with the same limit as `right`."""
    rows = [row for row in ALIKE if {name, right} <= row]
    limit = variables[right].limit if right in variables else None
    alike = [one for one, variable in variables.items() if variable.limit is limit]
    return [one for one in alike for row in rows if one in row and one not in (right, *typed)]


def other_variable(
    name: str, text: str, variables: Mapping[str, Variable], typed: Mapping[str, str]
) -> dict[str, str]:
    """Return the variable that a synonym stands for, with a value that it accepts, or {}.

    If the name is a variable's own, in any case, its value is kept even if it is not valid.
    """
    single, text = name.strip().lower(), text.strip()
    if text.lower() in YES:  # dark=true, unused=true
        words = ((n, one, one.others.get(single, single)) for n, one in variables.items())
        for one, variable, word in words:
            named = single in (*getattr(variable.limit, "words", ()), *variable.others)
            if named and one not in typed and _read(variable, word):
                return {one: word}
    if single in variables and single not in typed:
        return {single: reads(variables[single], text) or text}
    rows = [row for row in ALIKE if single in row]
    own, each = [n for n, one in variables.items() if one.limit.of == "look"], text.split(",")
    if single in ("look", "looks") and len(own) == len(each) > 1:  # diff looks=1,2
        return dict(zip(own, each, strict=True))
    free = [
        (one, variable)
        for required in (True, False)
        for row in rows
        for one, variable in variables.items()
        if one in row and one not in typed and variable.required == required
    ]
    exact = next((one for one, variable in free if _read(variable, text)), "")
    if exact:
        return {exact: text}
    return next(({one: v} for one, variable in free if (v := reads(variable, text))), {})
