"""list the basic commands, all verbs, presets and projects; doit list presets explains presets"""

import textwrap
from collections.abc import Iterator
from pathlib import Path

from collide.cli.request import Request
from collide.project import presets
from collide.project.project import named
from collide.project.stray_presets import FAMILIES
from collide.syntax.variables import PROJECT
from collide.syntax.verb import MANY, Verb, purpose, verbs

VERB = Verb(
    variables={"project": PROJECT},
    words=MANY,
    without_project="none",
)
WIDE = 110  # characters per line
STUDIO = "for studios: many pieces, many machines, proofs"

BEGIN = {
    "doit scan": "look at the clips in library/video; none yet? doit render project=demo",
    "doit new project=x": "make a ten-second project from these clips",
    "doit roll project=x n=12": "roll the dice: twelve looks, numbered on one sheet",
    "doit set project=x look=4": "take the fourth look",
    "doit tune project=x": "turn its knobs on a page with sliders",
    "doit render project=x": "render the video",
    "doit star project=x name=first": "keep it",
}

GROUPS = {
    "make": "new render preview listen export",
    "tune": "roll set tune sweep knobs undo redo watch plan why",
    "look": "still sheet gallery debug",
    "keep": "star looks diff save-preset",
    "clips": "scan clips download model",
    "store": "cache clean doctor",
    "help": "list help tabcompletion",
    STUDIO: "batch night farm work replay prove identify info",
}


def run(request: Request) -> int:
    """Print the overview; for `doit list presets`, print what each preset does."""
    if request.words == ["presets"]:
        print("\n".join(_presets(request)).strip())
        return 0
    print("usage: doit VERB project=x knob=value …\n\nbegin here")
    for text, what in BEGIN.items():
        print(f"  {text:<{max(map(len, BEGIN))}}  {what}")
    for group, members in grouped().items():
        print(f"\n{group}")
        for verb in members if group != STUDIO else ():
            print(f"  {verb:<13} {purpose(verb)}")
        if group == STUDIO:
            print(f"  {', '.join(members)}")
    print(
        "\npresets, typed as preset=ink or preset=ink,vintage-film; descriptions: doit list presets"
    )
    for text in _named(request):
        print(text)
    print("\ndoit help VERB: examples and variables; doit knobs: all knobs")
    print("doit help slow motion: search tasks, knobs, effects and presets for any words")
    projects = request.workspace.projects()
    print("\nprojects: " + (", ".join(projects) or "none yet; try: doit render project=demo"))
    return 0


def grouped() -> dict[str, list[str]]:
    """Map each group to its verbs, and `more` to the verbs that GROUPS does not list."""
    groups = {name: [v for v in words.split() if v in verbs()] for name, words in GROUPS.items()}
    in_groups = {verb for members in groups.values() for verb in members}
    more = [verb for verb in verbs() if verb not in in_groups]
    return {**groups, **({"more": more} if more else {})}


def _named(request: Request) -> Iterator[str]:
    for family, files in _families(request).items():
        names = ", ".join(files)
        yield textwrap.fill(
            f"  {family:<6} {names}", WIDE, subsequent_indent=" " * 9, break_on_hyphens=False
        )


def _families(request: Request) -> dict[str, dict[str, Path]]:
    """Map each family to its listed presets, as a map from name to file."""
    home = request.workspace
    own = [named(home, request.project).path / "presets"] if request.project else []
    offered = presets.listed([*own, home.root / "presets"]).items()
    families = {
        family: {name: path for name, path in offered if path.parent.name == family}
        for family in FAMILIES
    }
    return {family: files for family, files in families.items() if files}


def _presets(request: Request) -> Iterator[str]:
    for family, offered in _families(request).items():
        yield f"\npresets of {family}:"
        for name, path in offered.items():
            yield f"  preset={name:<16} {presets.about(path)}".rstrip()
