"""what can be done here, by what it is for, beginning with where to begin"""

from collections.abc import Iterator

from collide.cli.arguments import verb_module, verbs
from collide.cli.request import Request
from collide.cli.variables import PROJECT
from collide.project import presets
from collide.project.project import named

VARIABLES = {"project": PROJECT}
WORDS = 99

BEGIN = {
    "doit new project=x": "a project of ten seconds, out of the clips in library/video",
    "doit roll project=x n=12": "twelve throws of the dice, on one sheet; take one with look=5",
    "doit tune project=x": "a page to turn knobs on",
    "doit render project=x": "the video; no footage yet? doit render project=demo",
}

GROUPS = {
    "make": "new render preview listen export",
    "many": "batch night farm work",
    "look": "still sheet gallery debug",
    "tune": "tune watch knobs set undo redo roll sweep plan why",
    "keep": "looks star diff save-preset identify replay prove",
    "clips": "scan clips download model",
    "store": "cache clean doctor",
    "help": "list help info tabcompletion",
}


def run(request: Request) -> int:
    """Print where to begin, the verbs by group, the presets and the projects."""
    print("usage: doit VERB project=x knob=value …\n\nbegin here")
    for text, what in BEGIN.items():
        print(f"  {text:<26} {what}")
    for group, members in grouped().items():
        print(f"\n{group}")
        for verb in members:
            print(f"  {verb:<13} {(verb_module(verb).__doc__ or '').partition(chr(10))[0]}")
    print("\ndoit help VERB: its variables, and an example; doit knobs: what can be turned")
    for text in _presets(request):
        print(text)
    projects = request.workspace.projects()
    print("\nprojects: " + (", ".join(projects) or "none yet; try: doit render project=demo"))
    return 0


def grouped() -> dict[str, list[str]]:
    """Return the verbs by what they are for; one that is in no group stands under `more`."""
    groups = {name: [v for v in words.split() if v in verbs()] for name, words in GROUPS.items()}
    known = {verb for members in groups.values() for verb in members}
    more = [verb for verb in verbs() if verb not in known]
    return {**groups, **({"more": more} if more else {})}


def _presets(request: Request) -> Iterator[str]:
    """Yield each preset that is offered, by family, with the line about it."""
    home = request.workspace
    own = [named(home, request.project).path / "presets"] if request.project else []
    offered = presets.listed([*own, home.root / "presets"])
    for family in presets.FAMILIES:
        found = [name for name, path in offered.items() if path.parent.name == family]
        if found:
            yield f"\npresets of {family}:"
        for name in found:
            yield f"  preset={name:<16} {presets.about(offered[name])}".rstrip()
