"""what a render would do, and why; nothing is rendered

Knobs count as if they were typed to render: doit plan project=x similarity=0.35
"""

from collide.graph.project import named
from collide.predict import predict
from collide.said import Said
from collide.summary import made_of

VARIABLES = {"project": "which piece", "preset": "presets, in order: a,b"}
KNOBS = True

WORDS_FOR = {
    "render": "would render",
    "restore": "from the store",
    "maybe": "perhaps",
    "keep": "stays",
}


def run(said: Said) -> int:
    """Print each task that would do something, and count the rest."""
    project = named(said.house, said.project) if said.project else said.existing()
    if project.exists():
        session = said.open(project)
    else:
        session = said.open(project.drafted(project.draft(said.presets)), presets=False)
        print(f"project {project.name} is not there yet; planned as if it were made")
    plan = session.plan_known()
    if plan is None:
        print(made_of(session))
        return 0
    counts = dict.fromkeys(WORDS_FOR, 0)
    for guess in predict(session.bench, plan):
        counts[guess.verdict] += 1
        if guess.verdict != "keep":
            print(f"{guess.task:<12} {WORDS_FOR[guess.verdict]:<14}  {guess.why}".rstrip())
    print(", ".join(f"{WORDS_FOR[verdict]} {count}" for verdict, count in counts.items()))
    return 0
