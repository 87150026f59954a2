"""what a verb does, and what can be said with it: doit help roll"""

from collide.desk.said import Said
from collide.desk.words import verb_module, verbs
from collide.errors import InputError, did_you_mean

VARIABLES: dict[str, str] = {}
WORDS = 1


def run(said: Said) -> int:
    """Print the page of one verb; without a word, what there is."""
    if not said.words:
        return int(verb_module("list").run(said))
    (name,) = said.words
    if name not in verbs():
        raise InputError(
            f"no verb named {name!r}",
            why=f"verbs: {', '.join(verbs())}",
            fix=did_you_mean(name, verbs(), otherwise="doit list says what each does"),
        )
    module = verb_module(name)
    print(f"doit {name}: {(module.__doc__ or '').strip()}\n")
    for variable, text in module.VARIABLES.items():
        print(f"  {variable + '=':<10} {text}")
    if getattr(module, "KNOBS", False):
        print(f"  {'look=':<10} a look of the project, by the first signs of its name")
        print(f"  {'KNOB=':<10} any knob, for this once: doit knobs lists them")
    return 0
