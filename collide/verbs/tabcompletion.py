"""complete commands in bash and zsh with the Tab key: source <(doit tabcompletion --shell bash)

Put this line into ~/.bashrc; with --shell zsh, put it into ~/.zshrc after compinit. Tab then
completes verbs, variables, knobs, and their values: modes, presets, projects, looks and clips.
"""

import shlex
import sys

from collide.cli.request import Request
from collide.syntax.verb import Verb

VERB = Verb(examples=("--shell bash",))

SCRIPTS = {
    "bash": """\
# Completion of doit: source <(doit tabcompletion --shell bash)
_collide_doit() {{
    local one line=${{COMP_LINE:0:COMP_POINT}}
    COMPREPLY=()
    while IFS= read -r one; do
        [[ $one != *[!a-zA-Z0-9_.,:=/+-]* ]] || printf -v one %q "$one"
        [[ $one == *[=./] ]] || one+=' '
        COMPREPLY+=("$one")
    done < <({python} -BP -m collide.cli.complete "$line" "$COMP_WORDBREAKS" 2>/dev/null)
}}
complete -o nospace -F _collide_doit doit
""",
    "zsh": """\
#compdef doit
# Completion of doit: source <(doit tabcompletion --shell zsh)
_collide_doit() {{
    local -a all
    local line="${{(j: :)words[1,CURRENT-1]}} $PREFIX"
    all=("${{(@f)$({python} -BP -m collide.cli.complete "$line" 2>/dev/null)}}")
    compadd -S '' -- "${{(@M)all:#*[=./]}}"
    compadd -- "${{(@)${{(@)all:#*[=./]}}:#}}"
}}
if [[ $funcstack[1] == _doit ]]; then _collide_doit; else compdef _collide_doit doit; fi
""",
}


def run(_: Request, shell: str = "bash") -> int:
    """Print a completion script, which calls this Python."""
    print(SCRIPTS[shell].format(python=shlex.quote(sys.executable)), end="")
    return 0
