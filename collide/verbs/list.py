"""what can be done here, a line each"""

from collide.cli.arguments import KINDS, verb_module, verbs
from collide.cli.request import Request
from collide.cli.variables import PROJECT
from collide.project import presets
from collide.project.project import named

VARIABLES = {"project": PROJECT}
WORDS = 99

FIRST = (
    "render still preview listen watch roll sweep plan why knobs set undo redo new debug scan "
    "clips download model looks star diff save-preset sheet identify replay prove gallery batch "
    "night cache clean export doctor help tabcompletion list"
).split()


def run(request: Request) -> int:
    """Print the verbs, the tasks, and how knobs are turned."""
    known = [*(v for v in FIRST if v in verbs()), *(v for v in verbs() if v not in FIRST)]
    print("usage: doit VERB project=x knob=value …\n")
    for verb in known:
        print(f"  {verb:<13} {(verb_module(verb).__doc__ or '').partition(chr(10))[0]}")
    print("\na render is made of tasks: " + ", ".join(KINDS[:-1]))
    print("  doit list --all project=x        each of them")
    print("  doit info layer:2 project=x      what one reads and makes, and why it would run")
    print("  doit -n 2 render project=x       two at a time")
    print("  doit -v 2 render project=x       with each command as it runs; -v 0: errors, a total")
    _say_presets(request)
    projects = request.workspace.projects()
    print("\nprojects: " + (", ".join(projects) or "none yet; try: doit render project=demo"))
    return 0


def _say_presets(request: Request) -> None:
    """Print each preset that is offered, by family, with the line about it."""
    home = request.workspace
    own = [named(home, request.project).path / "presets"] if request.project else []
    offered = presets.listed([*own, home.root / "presets"])
    for family in presets.FAMILIES:
        found = [name for name, path in offered.items() if path.parent.name == family]
        if found:
            print(f"\npresets of {family}:")
        for name in found:
            print(f"  preset={name:<16} {presets.about(offered[name])}".rstrip())
