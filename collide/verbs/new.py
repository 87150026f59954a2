"""make a project: config.json with a seed of its own, and a page for studio notes"""

from collide.errors import InputError
from collide.graph.project import named
from collide.said import Said, refuse_missing_layers

VARIABLES = {
    "project": "its name; without it, one is given",
    "preset": "presets to begin with: a,b",
}
KNOBS = True
LOOKS = False  # it has none yet


def run(said: Said) -> int:
    """Make it, and say what to type next."""
    project = named(said.house, said.project or said.house.unused_name())
    if project.exists():
        raise InputError(
            f"project {project.name!r} is there already",
            why=f"projects/{project.name}/config.json holds its knobs",
            fix=f"render it: doit render project={project.name}, or choose another name",
        )
    settings = project.drafted({}).settings(said.presets, said.knobs)
    refuse_missing_layers(settings, said.knobs)
    draft = project.draft(said.presets) | said.values()
    project.drafted(draft).make()
    made = f"projects/{project.name}"
    print(f"made {made}/config.json (seed {draft['seed']}) and {made}/README.md, for your notes")
    print(f"next: doit render project={project.name}")
    return 0
