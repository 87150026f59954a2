"""The tasks of a piece, in dependency order; collide/ contains the code behind them.

Try:
  doit render project=demo           the piece: only what changed is rendered
  doit render project=demo crf=28    the same with one knob turned, for this run only
  doit plan project=demo fps=12      what turning a knob would render; nothing is rendered
  doit knobs similarity project=demo what a knob does and its current value
  doit list                          everything else

Each function receives the tasks of the open project (collide/cli/tasks.py).
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - older versions get an error, not a traceback
    print(
        "ERROR: collide needs Python 3.11 or newer\n"
        "  why  this is Python {}.{}\n"
        "  fix  rm -rf .venv, then the install command in README.md with python3.11".format(
            *sys.version_info
        ),
        file=sys.stderr,
    )
    sys.exit(3)


def task_footage(tasks):
    """make the demo's own clips"""
    yield from tasks.of("footage")


def task_probe(tasks):
    """read the real contents of each chosen clip"""
    yield from tasks.of("probe")


def task_select(tasks):
    """choose a clip for each layer, once"""
    return tasks.select()


def task_levels(tasks):
    """measure how dark and how light each clip is, once for all projects"""
    yield from tasks.of("levels")


def task_keyframe(tasks):
    """take a few frames of the part that a layer shows, to find its colors"""
    yield from tasks.of("keyframe")


def task_matte(tasks):
    """find the subject of a clip, five seconds at a time"""
    yield from tasks.of("matte")


def task_color(tasks):
    """find the colors that become windows"""
    yield from tasks.of("color")


def task_layer(tasks):
    """trim, color and scale one clip and store its colors and any cut"""
    yield from tasks.of("layer")


def task_presence(tasks):
    """measure how much of each layer is open and how much of the picture shows it"""
    return tasks.one("presence")


def task_hear(tasks):
    """measure how loud each sound is, to replace a silent one"""
    yield from tasks.of("hear")


def task_audio(tasks):
    """bring each sound to its level and its place in the stereo image"""
    yield from tasks.of("audio")


def task_mix(tasks):
    """add up the sounds"""
    return tasks.one("mix")


def task_loudness(tasks):
    """bring the mix to its loudness, without clipping"""
    return tasks.one("loudness")


def task_stack(tasks):
    """lay the layers on top of each other, five seconds at a time"""
    yield from tasks.of("stack")


def task_plate(tasks):
    """make the pictures that an effect loops over the piece (such as grain), once"""
    yield from tasks.of("plate")


def task_post(tasks):
    """play the effects of the chain on the finished picture"""
    yield from tasks.of("post")


def task_encode(tasks):
    """make each segment small enough to send"""
    yield from tasks.of("encode")


def task_mux(tasks):
    """join picture and sound into output/x.mp4, with the recipe inside"""
    return tasks.one("mux")


def task_record(tasks):
    """write the manifest and the look file"""
    return tasks.one("record")


def task_render(tasks):
    """render the piece: all of the above that changed"""
    return tasks.everything()
