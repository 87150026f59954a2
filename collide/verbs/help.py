"""explain a verb, with examples and the variables it takes: doit help roll

With other words, such as `doit help slow motion`, it lists the tasks, knobs, effects and presets
that mention them.
"""

from collections.abc import Iterator

from collide.base.errors import InputError, did_you_mean
from collide.base.words import few, nearest
from collide.base.workspace import Workspace
from collide.catalog import knobs, shipped
from collide.cli.guard import LEVELS
from collide.cli.request import Request
from collide.corrections.other_verbs import as_form, main_verbs, meant_verbs
from collide.corrections.topics import related
from collide.limits import as_typed
from collide.project import presets
from collide.project.project import SKETCH
from collide.project.settings import PINNED, bare
from collide.syntax.arguments import KINDS, line
from collide.syntax.left_out import last_used
from collide.syntax.variables import FARMED, PIECE, Variable
from collide.syntax.verb import Verb, declaration, verb_module, verbs

SENTENCE = 30  # the maximum number of words in a request

VERB = Verb(
    examples=("roll", "black and white"),
    words=SENTENCE,
)

# These defaults decide how long a first render takes.
MATTER = ("num_videos", "duration", "output_size", "fps")
FEW = 4  # the maximum number of verbs to list for a variable
STUDIO = {"engine", *FARMED}  # variables that are rarely needed, or only for several machines


def run(request: Request) -> int:
    """Print the list of verbs, a verb's help, or the lines that mention other words."""
    if not request.words:
        return int(verb_module("list").run(request))
    name, *more = request.words
    if name in verbs() and not more:
        print("\n\n".join(filter(None, _page(name, request.workspace))))
        return 0
    if not (found := _mentioned(request)):
        raise _unknown(request)
    print("\n".join(found))
    return 0


def _unknown(request: Request) -> InputError:
    """Return the error for words that nothing mentions, or for a word that is not a verb."""
    name, *more = request.words
    if more:
        return InputError(
            f"nothing mentions {' '.join(request.words)!r}",
            why="no task, verb, knob, effect or preset contains these words",
            fix="list the verbs: doit list\nlist the knobs: doit knobs",
        )
    knob, advice = name in knobs(), _advice(request.workspace, name)
    kind = "knob" if knob else "preset" if "presets" in advice else ""
    short = f"{name} is a {kind}" if kind else "doit list prints all verbs"
    return InputError(
        f"no verb named {name!r}",
        why=main_verbs() if advice.startswith("see ") else short,
        fix=f"doit knobs {name}" if knob else advice,
    )


def _mentioned(request: Request) -> list[str]:
    """Return a heading and the lines that mention the words; [] if there is a better answer."""
    text = " ".join(request.words)
    if not request.words[1:] and not _advice(request.workspace, text).startswith("see "):
        return []
    found = related(request.workspace, text, last_used(request.workspace))
    return [f"what mentions {text!r}:", *(f"  {one}" for one in found)] if found else []


def _page(verb: str, workspace: Workspace) -> Iterator[str]:
    """Yield the paragraphs of a verb's help, some of which are empty."""
    takes = declaration(verb)
    title, _, more = (verb_module(verb).__doc__ or "").strip().partition("\n")
    yield f"doit {verb}: {title}"
    yield "for example: " + "\n             ".join(examples(verb))
    yield more.strip()
    lines = [f"  {word:<12} {about}" for word, about in takes.subcommands.items()]
    pages: dict[bool, list[str]] = {False: [], True: []}
    for variable, declared in takes.variables.items():
        without = declared.otherwise
        if variable == "project":
            without = _without_project(verb, without, last_used(workspace))
        pages[variable in STUDIO] += _lines(variable, declared, without)
    yield "\n".join([*lines, *pages[False], *(_of_knobs() if takes.knobs else ())])
    if pages[True]:
        yield "\n".join(["rarely needed, or for several machines", *pages[True]])
    if verb == "render":
        yield "\n".join(_of_tasks()).strip()


def examples(verb: str) -> list[str]:
    """Return a verb's own examples or an example built from its variables."""
    takes = declaration(verb)
    if takes.examples:
        return [f"doit {verb} {words.format(project='project=x')}" for words in takes.examples]
    typed = {"project": "x"} if "project" in takes.variables else {}
    needed = [name for name, one in takes.variables.items() if one.required]
    needed = needed or [name for name in takes.variables if name not in PIECE][:1]
    typed |= {name: takes.variables[name].example for name in needed}
    if takes.knobs and len(typed) < 2:
        typed["similarity"] = "0.3"
    return [line([verb], typed)]


def _advice(workspace: Workspace, name: str) -> str:
    if PINNED.fullmatch(name) and bare(name) in knobs():
        return line(["knobs", name], {})
    own = [verb for verb in verbs() if name in declaration(verb).variables]
    if own and name not in knobs() and not meant_verbs([name])[0]:
        verb = "render" if "render" in own else own[0]
        of = few([f"doit {one}" for one in own]) if len(own) <= FEW else f"{len(own)} verbs"
        return f"a variable of {of}: {line(['help', verb], {})}"
    if name in presets.names([workspace.root / "presets"]):
        return f"what each preset does: {line(['list', 'presets'], {})}"
    other = next((one.verb for one in meant_verbs([name])[0]), "export" if as_form(name) else "")
    if other and name not in knobs():
        return f"did you mean {other!r}? {line(['help', other], {})}"
    owners = {part for owner in shipped().instruments for part in (owner, *owner.split("/"))}
    if name in knobs() or name in owners:
        return line(["knobs", name], {})
    if not nearest(name, verbs()) and (near := nearest(name, {*knobs(), *owners})):
        return f"did you mean {near!r}? {line(['knobs', near], {})}"
    mend = did_you_mean(name, verbs(), otherwise="see what each does: doit list")
    near = mend.partition("'")[2].rstrip("'?")
    return f"{mend} doit help {near}" if near else mend


def _without_project(verb: str, otherwise: str, last: str) -> str:
    """Return the project that a verb uses by default, in words."""
    if not declaration(verb).leaves_out({}):
        return otherwise
    used = f"the project used last ({last})" if last else "the project used last"
    return f"{used}, or {otherwise}" if otherwise else used


def _lines(name: str, variable: Variable, otherwise: str) -> Iterator[str]:
    """Yield the purpose of a variable, its values, and its default."""
    needed = " (required)" if variable.required else ""
    yield f"  {name + '=':<12} {variable.about}{needed}"
    yield f"               takes {variable.limit}"
    without = f"; without it: {otherwise}" if otherwise else ""
    yield f"               {name}={variable.example}{without}"


def _of_knobs() -> Iterator[str]:
    yield "  KNOB=        any knob, such as similarity=0.3"
    yield "               to list them: doit knobs"
    defaults = " ".join(f"{name}={as_typed(knobs()[name].default)}" for name in MATTER)
    yield f"               defaults: {defaults}"
    yield f"               (a new project begins with duration={SKETCH} in its config.json)"


def _of_tasks() -> Iterator[str]:
    """Yield the lines about doit's own options and a render's tasks."""
    yield "\ndoit options go before the verb"
    yield "  doit -n 2 render project=x       two tasks at a time instead of one per core"
    for level, text in LEVELS.items():
        yield f"  doit -v {level} render project=x       {text}"
    yield f"\na render consists of tasks: {', '.join(KINDS[:-1])}"
    yield "  doit layer:2 project=x           one task and the tasks it needs"
    yield "  doit list --all project=x        all tasks"
    yield "  doit info layer:2 project=x      one task: its inputs, its results, why it would run"
