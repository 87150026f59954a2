"""what a verb does, and the variables it takes: doit help roll"""

from collections.abc import Iterator

from collide.base.errors import InputError, did_you_mean
from collide.cli.arguments import verb_module, verbs
from collide.cli.request import Request
from collide.cli.variables import Variable

VARIABLES: dict[str, Variable] = {}
WORDS = 1


def run(request: Request) -> int:
    """Print the page of one verb; without a word, what there is."""
    if not request.words:
        return int(verb_module("list").run(request))
    (name,) = request.words
    if name not in verbs():
        raise InputError(
            f"no verb named {name!r}",
            why=f"verbs: {', '.join(verbs())}",
            fix=did_you_mean(name, verbs(), otherwise="doit list says what each does"),
        )
    module = verb_module(name)
    print(f"doit {name}: {(module.__doc__ or '').strip()}\n")
    for variable, declared in module.VARIABLES.items():
        print("\n".join(_lines(variable, declared)))
    if getattr(module, "KNOBS", False):
        print("  KNOB=        any knob, for this once\n               which there are: doit knobs")
    return 0


def _lines(name: str, variable: Variable) -> Iterator[str]:
    """Yield what a variable is for, what it takes, and what holds without it."""
    needed = " (required)" if variable.required else ""
    yield f"  {name + '=':<12} {variable.about}{needed}"
    yield f"               takes {variable.limit}"
    without = f"; without it: {variable.otherwise}" if variable.otherwise else ""
    yield f"               {name}={variable.example}{without}"
