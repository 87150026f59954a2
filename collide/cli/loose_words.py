"""The line that is meant by words without a name, as `roll x 12`, and by other names, as `n=20`.

No verb lists its lines: the limits of its VARIABLES tell which of them a number, a time, an
address, a file, a look or a name can be. A line is only printed, never run.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from collide.base.errors import InputError
from collide.base.pasted_text import address_of, label_of, path_of
from collide.base.words import nearest
from collide.base.workspace import Workspace
from collide.catalog import shipped
from collide.cli.arguments import KINDS, line, verb_module
from collide.cli.foreign_options import translated
from collide.cli.left_out import BEGINS
from collide.cli.variables import Variable
from collide.limits import Choice, Toggle
from collide.project import presets
from collide.project.look_book import files_of
from collide.project.project import Project
from collide.project.reroll import PARTS
from collide.project.settings import MOST_LAYERS, bare
from collide.text_limits import LABEL, Labels, Text

# Words for one thing: of those in a row, a verb is meant to have the one that it declares.
ALIKE = tuple(
    frozenset(row.split())
    for row in (
        "count n number num max most pool pieces many amount limit times top total",
        "url link address href uri source src site page from",
        "search query find term q words",
        "until end stop by till to time finish",
        "at time t second when frame moment from",
        "from begin start ss in offset",
        "for length dur long last t",
        "file manifest path record input video in from name",
        "from file look path record",
        "look version of id hash",
        "project name piece title",
        "name as title called label",
        "as form format type codec to into kind",
        "keep size limit max lock hold",
        "host address server machine farm",
        "path folder dir directory file",
        "layer number n",
    )
)


def meant_lines(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return the lines that a verb with loose words may stand for; none where nothing is near."""
    front, own, own_words = translated(verb, words)
    lines = _meant(workspace, own, own_words, typed)
    plain = len(own_words) <= getattr(verb_module(own), "WORDS", 0) and "-" not in _signs(own_words)
    if not lines and plain and (own, own_words) != (verb, [*words]):
        lines = [line(own_words if own == "render" and own_words else [own, *own_words], typed)]
    return [one.replace("doit", " ".join(["doit", *front]), 1) for one in lines]


def _signs(words: Sequence[str]) -> str:
    return "".join(word[:1] for word in words)


def _meant(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    module = verb_module(verb)
    addresses = [found for word in words if "://" in word and (found := address_of(word))]
    if addresses and (len(addresses) > 1 or "url" not in module.VARIABLES):
        return [line(["download"], {"url": one}) for one in addresses]
    turned, left = _named(workspace, verb, words, typed)
    turned, left = _filled(workspace, verb, left, turned)
    takes = getattr(module, "WORDS", 0)
    left = left if takes < 2 else [w for w in left if w.partition(":")[0] in KINDS]  # tasks
    if turned == dict(typed):
        several = takes == 1 and not any(word[0] == "-" for word in left)
        alone = [word for word in left[:4] if word not in module.VARIABLES]
        return [line([verb, word], typed) for word in alone] if several else []
    if any(word[0] == "-" for word in left):
        return []
    kept = left[:takes]
    return [line([verb, *kept] if verb != "render" or not kept else kept, turned)]


def _named(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Return the line with `similarity 0.4` and `--project x` as variables, and the other words."""
    module = verb_module(verb)
    knobs = shipped().knobs if getattr(module, "KNOBS", False) else {}
    takes, turned, left, at = {*module.VARIABLES, *knobs}, dict(typed), list[str](), 0
    families = {part for owner in shipped().instruments for part in (owner, *owner.split("/"))}
    words_alone = {*knobs, *families} if getattr(module, "WORDS", 0) == 1 else set[str]()
    while at < len(words):
        name, equals, value = words[at].lstrip("-").partition("=")
        after = words[at + 1] if at + 1 < len(words) else ""
        project = words[at] in workspace.projects() and "project" not in turned
        pair = after and after[0] != "-" and not project and after not in words_alone
        if bare(name) in takes and (equals or pair):
            turned[name] = value if equals else after
            at += 1 if equals else 2
        else:
            left.append(words[at])
            at += 1
    return turned, left


def _filled(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Return the line with each word in the variable that it can be, and the words that are none's.

    A variable that the verb cannot do without comes first; a name is a project's at last.
    """
    variables: Mapping[str, Variable] = verb_module(verb).VARIABLES
    turned, left = dict(typed), list[str]()
    tasks = {*KINDS} if getattr(verb_module(verb), "WORDS", 0) > 1 else set[str]()
    for word in words:
        if word.partition(":")[0] in tasks:
            left.append(word)
            continue
        free = {name: one for name, one in variables.items() if name not in turned}
        found = next(_fits(workspace, free, word, turned), None)
        more = isinstance(getattr(variables.get("project"), "limit", None), Labels)
        if more and "project" not in typed and not found and word in workspace.projects():
            found = "project", f"{turned['project']},{word}"
        found = found or _goes_on(variables, word, turned, typed)
        if found:
            turned[found[0]] = found[1]
        else:
            left.append(word)
    if left and "project" in variables and "project" not in turned:
        plain = [w for w in left if w[0] != "-" and ":" not in w and w not in tasks]
        for word in plain[:1]:
            name, known = label_of(word), workspace.projects()
            near = name if name in known else nearest(name, known)
            if meant := near or (name if verb in BEGINS else ""):
                turned["project"] = meant
                left.remove(word)
    return turned, left


def _goes_on(
    variables: Mapping[str, Variable],
    word: str,
    turned: Mapping[str, str],
    typed: Mapping[str, str],
) -> tuple[str, str] | None:
    """Return the text that a loose word began, with the next word of it: red, cars."""
    for name, one in variables.items():
        text = f"{turned.get(name, '')} {word}"
        if one.loose and name in turned and name not in typed and reads(one, text) == text:
            return name, text
    return None


def _fits(
    workspace: Workspace, free: Mapping[str, Variable], word: str, turned: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield each free variable that a word may be meant for, and its value, the likeliest first."""
    project = Project(workspace, _label(turned.get("project", "")))
    if "project" in free and _exactly("project", free["project"], word, project):
        yield "project", word
    for required in (True, False):
        some = [(name, one) for name, one in free.items() if one.required == required]
        for read in (_exactly, _nearly):
            for name, one in some:
                if value := read(name, one, word, project):
                    yield name, value
    for name, one in free.items():
        if one.loose and word[0] != "-" and word not in free and (value := reads(one, word)):
            yield name, value


def _exactly(name: str, variable: Variable, word: str, project: Project) -> str:
    """Return a word that is plainly a value of a variable, "" if it is not."""
    limit, of = variable.limit, str(getattr(variable.limit, "of", ""))
    if isinstance(limit, Toggle):
        return "true" if word == name else ""
    if of and not variable.required:
        known = _known(of, project)
        return word if all(part in known or _is_one(of, part) for part in word.split(",")) else ""
    if word[0] == "-" or (isinstance(limit, Text) and not variable.required):
        return ""
    if of == "file" and word in project.workspace.projects():
        return f"projects/{word}/manifest.json"
    return word if _read(variable, word) else ""


def _nearly(_: str, variable: Variable, word: str, __: Project) -> str:
    """Return the value that a word means in another form: a number, an address, one of a few."""
    limit = variable.limit
    if isinstance(limit, Toggle) or str(getattr(limit, "of", "")):
        return ""
    if word[:1].isdigit() or (isinstance(limit, Text | Choice) and limit.near(word)):
        return reads(variable, word) if not isinstance(limit, Text) or limit.near(word) else ""
    return ""


def _known(of: str, project: Project) -> Iterable[str]:
    """Return the names of a kind."""
    workspace = project.workspace
    if of == "project":
        return workspace.projects()
    if of == "preset":
        return presets.names([project.path / "presets", workspace.root / "presets"])
    if of == "look":
        return {name[:n] for name in files_of(project) for n in range(2, len(name) + 1)}
    return PARTS if of == "part" else ()


def _is_one(of: str, word: str) -> bool:
    """Return whether a word has the form of a kind: the path of a file, a look, a layer."""
    if of == "file":
        return bool(path_of(word)) or word.endswith(".json")
    if of == "look":
        return bool(re.fullmatch(r"(?=.*[0-9])(?=.*[a-f])[0-9a-f]{4,8}", word))
    return of == "part" and bool(re.fullmatch(rf"layer[1-{MOST_LAYERS}](\.\w+)?", word))


def _read(variable: Variable, word: str) -> bool:
    with suppress(InputError, OverflowError):  # a size of 400 digits is no float
        variable.read("", word)
        return True
    return False


def reads(variable: Variable, text: str) -> str:
    """Return a text that a variable takes: this one, or what is meant by it; "" for none."""
    near = variable.limit.near(text) or variable.others.get(text.strip().lower(), "")
    return next((one for one in (text, text.strip(), near) if one and _read(variable, one)), "")


def other_variable(
    name: str, text: str, variables: Mapping[str, Variable], typed: Mapping[str, str]
) -> dict[str, str]:
    """Return the variable that another word for it means, with a value that it takes; else {}."""
    single, text = name.strip().lower(), text.strip()
    if single in variables and single not in typed:
        return {single: reads(variables[single], text) or text}
    rows = [row for row in ALIKE if single in row]
    for required in (True, False):
        for row in rows:
            for one, variable in variables.items():
                fits = one in row and one not in typed and variable.required == required
                if fits and (value := reads(variable, text)):
                    return {one: value}
    return {}


def _label(name: str) -> str:
    return name if LABEL.fullmatch(name) else "_"


def file_line(text: str) -> str:
    """Return what a path means where an address is wanted: the file is copied. "" for no path."""
    path = path_of(text)
    return f"cp {quoted(path)} library/video/" if path else ""


def quoted(path: str) -> str:
    """Return a path as a shell takes it; ~ stays what it is."""
    return (
        path if path.startswith("~/") and shlex.quote(path[2:]) == path[2:] else shlex.quote(path)
    )
