"""Star names that are taken: `star project=x first`, if first already names an older look."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from collide.base.errors import InputError
from collide.base.workspace import Workspace
from collide.corrections.standing_piece import project_of
from collide.project.look_book import last_look
from collide.project.stars import star_names, unused_name
from collide.syntax.arguments import TypedLine, line
from collide.syntax.verb import declaration


def taken_lines(
    workspace: Workspace, verb: str, words: Sequence[str], typed: Mapping[str, str]
) -> list[str]:
    """Return the commands that keep a look under a name that another look has, or []."""
    if not {"name", "over", "look"} <= {*declaration(verb).variables} or {"name", "off"} & {*typed}:
        return []
    whole, others = TypedLine(workspace, verb, [verb], typed).in_project(words)
    words, typed = words if "project" in typed else others, whole.typed  # star x first
    project, names = project_of(workspace, typed), dict[str, str]()
    with suppress(InputError):
        names = star_names(project) if project.exists() else {}
    if len(words) != 1 or words[0] not in names:
        return []
    name, look = words[0], names[words[0]]
    with suppress(InputError):
        if "look" not in typed and last_look(project).name == look:
            return [f"the last look already has that name: {line(['looks'], typed)}"]
    return [
        f"instead of look {look}: {line([verb], {**typed, 'name': name, 'over': 'true'})}",
        f"keep both: {line([verb], {**typed, 'name': unused_name(name, names)})}",
    ]
