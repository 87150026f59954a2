"""Translation of other programs' options, such as `-p x`, `--force` or `--dry-run`."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from collide.catalog import knobs
from collide.corrections.output_words import DRAFTS
from collide.library.folders import CLIP, kind
from collide.project.settings import bare
from collide.syntax.arguments import KINDS, line
from collide.syntax.verb import Verb, declaration, verbs

# A translation that ends with = takes the next word. So does `-n `, the number of tasks that run at
# once, which only render and tasks take. A verb replaces the command's verb; "" drops the option.
OPTIONS = {
    "-p": "project=", "-i": "layer1.clip=", "--input": "layer1.clip=",
    "-m": "name=", "-am": "name=", "--message": "name=",
    "-n": "-n ", "-j": "-n ", "--jobs": "-n ", "--threads": "-n ",
    "--cores": "-n ", "--workers": "-n ",
    "-r": "fps=", "-s": "output_size=", "-t": "duration=",
    "-y": "", "--": "", "--all": "",
    "--parallel": "", "--multithread": "", "--concurrent": "",
    "--dry-run": "plan", "--dryrun": "plan", "--dry": "plan", "--what-if": "plan",
    "-q": "-v 0", "--quiet": "-v 0", "--silent": "-v 0", "--verbose": "-v 2", "--debug": "-v 2",
}  # fmt: skip
# Options that ask to render unchanged results again.
_FORCES = "--force --rebuild --rerender --overwrite --always --fresh --again --no-cache"
FORCES = {"-f", "-B", *_FORCES.split()}
UP_TO_DATE = "it renders whatever has changed, and nothing else is ever out of date"
OPTIONS |= dict.fromkeys(FORCES, "")
OPTIONS |= dict.fromkeys([f"--{word}" for word in (*DRAFTS, "low", "low-quality")], "preview")
# doit's own long options.
OF_DOIT = (
    "always-execute auto-delayed-regex continue db-file dir failure-verbosity file output-file "
    "parallel-type pdb process reporter seek-file single verbosity"
).split()


def translated(verb: str, words: Sequence[str]) -> tuple[list[str], str, list[str]]:
    """Translate a command with foreign options into doit's options, the verb, and its arguments.

    There, a variable is written as --name=value.
    """
    front, left, at = list[str](), list[str](), 0
    first, number, words = verb, "", [part for word in words for part in _apart(word)]
    while at < len(words):
        option, after = _meaning(verb, words[at]), "".join(words[at + 1 : at + 2])
        at += 1
        if option is None:
            word = words[at - 1]
            named = at > 1 and bare(words[at - 2]) in knobs()  # clip b.mp4
            file = "" if named else _file(declaration(verb), word)
            left.append(file or _spelled(word))
        elif option.endswith("=") and after:
            own = re.fullmatch(r"(?:.*/)?projects/([^/]+)/?", after) if "clip" in option else None
            file = f"project={own[1]}" if own else f"{option}{after.rpartition('/')[2]}"
            left.append(f"--{file if 'clip' in option else option + after}")
            at += 1
        elif option in verbs():
            verb = option
        elif option.startswith("-v "):
            front = option.split()
        elif option == "-n " and after.isdigit():
            number = after
            at += 1
    left += _counted(verb, number) if "-n" in words else []
    if number and verb == "render" and not {*left[:1]} & {*verbs()} - {*KINDS}:
        front += ["-n", number]
    left = _numbered(verb, left)
    return front, verb, [word for word in left if verb == first or word != first]


def _meaning(verb: str, word: str) -> str | None:
    """Return an option's entry in OPTIONS, or None; only a render can become a preview."""
    meant = OPTIONS.get(word)
    return "" if meant == "preview" and verb != "render" else meant


def would_run(typed: Mapping[str, str]) -> str:
    """Return the command that, like `make -n`, only prints what would be done."""
    return f"to see what would run: {line(['plan'], typed)}"


def forces(word: str) -> bool:
    """Return whether a word asks to render unchanged results again: --force, rebuild, again."""
    return word in FORCES or f"--{word}" in FORCES


def _counted(verb: str, number: str) -> list[str]:
    """Return -n 2 as the verb's own variable for a count: roll n=2, batch count=2."""
    names = [name for name in ("n", "count") if name in declaration(verb).variables]
    return [f"--{name}={number}" for name in names[:1] if number]


def is_foreign(word: str) -> bool:
    """Return whether a word is another program's option or names a clip."""
    option = _apart(word)[0]
    return (option in OPTIONS and option != "-n") or kind(word) == CLIP


def _apart(word: str) -> list[str]:
    """Return -j8 as -j 8, --jobs=8 as --jobs 8, and any other word unchanged."""
    if found := re.fullmatch(r"(-[jn])([0-9]+)", word):
        return [*found.groups()]
    name, equals, value = word.partition("=")
    takes = name[:2] == "--" and OPTIONS.get(name, "").endswith(("=", " "))
    return [name, value] if takes and equals else [word]


def _numbered(verb: str, words: Sequence[str]) -> list[str]:
    """Assign each clip to its own layer; for `new`, several clips also set num_videos."""
    numbered, count = list[str](), 0
    for word in words:
        count += word.startswith("--layer1.clip=")
        numbered.append(word.replace("--layer1.clip=", f"--layer{max(count, 1)}.clip=", 1))
    return [*numbered, *([f"--num_videos={count}"] if count > 1 and verb == "new" else [])]


def _file(takes: Verb, word: str) -> str:
    """Return a lone path as `--variable=path`, or "" if no variable takes it."""
    folder = "path" in takes.variables and Path(word).is_dir() and word != "library"
    if word[0] == "-" or "://" in word or not ("/" in word or kind(word) or folder):
        return ""
    if "path" in takes.variables:
        return f"--path={word}"
    made = re.match(r"(.*/)?projects/[^/]+/(?!input/)", word)  # rendered by collide
    plays = takes.knobs and not takes.record
    clip = kind(word) == CLIP and plays and not made
    return f"--layer1.clip={word.rpartition('/')[2]}" if clip else ""


def _spelled(word: str) -> str:
    """Return `--blend-mode=add` as `--blend_mode=add`, and `--roll` as `roll`."""
    if word[:2] == "--" and word[2:] in verbs():
        return word[2:]
    name, equals, value = word.partition("=")
    if word[:2] == "--":
        return f"--{name[2:].replace('-', '_')}{equals}{value}"
    return word
