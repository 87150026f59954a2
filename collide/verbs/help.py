"""what a verb does, an example, and the variables it takes: doit help roll"""

from collections.abc import Iterator, Mapping
from types import ModuleType

from collide.base.errors import InputError, did_you_mean
from collide.catalog import knobs
from collide.cli.arguments import KINDS, line, verb_module, verbs
from collide.cli.guard import LEVELS
from collide.cli.request import Request
from collide.cli.variables import PIECE, Variable
from collide.limits import as_typed

VARIABLES: dict[str, Variable] = {}
WORDS = 1

# What a piece is where nobody says: what a first render costs hangs on these.
MATTER = ("num_videos", "duration", "output_size", "fps")
EXAMPLE = "roll"


def run(request: Request) -> int:
    """Print the page of one verb; without a word, what there is."""
    if not request.words:
        return int(verb_module("list").run(request))
    (name,) = request.words
    if name not in verbs():
        knob = name in knobs()
        raise InputError(
            f"no verb named {name!r}",
            why="it is a knob" if knob else f"verbs: {', '.join(verbs())}",
            fix=f"doit knobs {name}" if knob else _meant(name),
        )
    module = verb_module(name)
    print(f"doit {name}: {(module.__doc__ or '').strip()}\n")
    print(f"for example: {example(name, module)}\n")
    for variable, declared in module.VARIABLES.items():
        print("\n".join(_lines(variable, declared)))
    if getattr(module, "KNOBS", False):
        print("\n".join(_of_knobs()))
    if name == "render":
        print("\n".join(_of_tasks()))
    return 0


def example(name: str, module: ModuleType) -> str:
    """Return a line with the verb that does something, of what it declares."""
    takes: Mapping[str, Variable] = module.VARIABLES
    typed = {"project": "x"} if "project" in takes else {}
    if words := getattr(module, "EXAMPLE", ""):
        return " ".join(["doit", name, words.format(project="project=x")])
    needed = [n for n in takes if takes[n].required] or [n for n in takes if n not in PIECE][:1]
    typed |= {variable: takes[variable].example for variable in needed}
    if getattr(module, "KNOBS", False) and len(typed) < 2:
        typed["similarity"] = "0.3"
    return line([name], typed)


def _meant(name: str) -> str:
    mend = did_you_mean(name, verbs(), otherwise="see what each does: doit list")
    near = mend.partition("'")[2].rstrip("'?")
    return f"{mend} doit help {near}" if near else mend


def _lines(name: str, variable: Variable) -> Iterator[str]:
    """Yield what a variable is for, what it takes, and what holds without it."""
    needed = " (required)" if variable.required else ""
    yield f"  {name + '=':<12} {variable.about}{needed}"
    yield f"               takes {variable.limit}"
    without = f"; without it: {variable.otherwise}" if variable.otherwise else ""
    yield f"               {name}={variable.example}{without}"


def _of_knobs() -> Iterator[str]:
    """Yield that any knob may be typed, and the defaults that decide what a render costs."""
    yield "  KNOB=        any knob, for this once"
    yield "               which there are: doit knobs"
    told = " ".join(f"{name}={as_typed(knobs()[name].default)}" for name in MATTER)
    yield f"               where nobody says: {told}"


def _of_tasks() -> Iterator[str]:
    """Yield doit's own options for a render, and the tasks of one."""
    yield "\noptions of doit stand before the verb"
    yield "  doit -n 2 render project=x       two tasks at a time, not as many as there are cores"
    for level, text in LEVELS.items():
        yield f"  doit -v {level} render project=x       {text}"
    yield f"\na render is made of tasks: {', '.join(KINDS[:-1])}"
    yield "  doit layer:2 project=x           one of them, and what it needs"
    yield "  doit list --all project=x        each of them"
    yield "  doit info layer:2 project=x      what one reads and makes, and why it would run"
