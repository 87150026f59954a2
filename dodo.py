"""What doit can do here, in the order it happens; how it is done lives in collide/.

Try:
  doit render project=demo           the piece: only what changed is rendered
  doit render project=demo crf=28    one knob turned, for this once
  doit plan project=demo fps=12      what a knob would cost; nothing is rendered
  doit knobs similarity              what a knob does, and what it is now
  doit list                          everything else

Each function is given the tasks of the project that was opened (collide/cli/tasks.py).
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older one gets one line, not a traceback
    print("ERROR: collide needs Python 3.11 or newer: python3.11 -m venv .venv", file=sys.stderr)
    sys.exit(3)


def task_footage(tasks):
    """make the demo's own clips"""
    yield from tasks.of("footage")


def task_probe(tasks):
    """ask each chosen clip what it really holds"""
    yield from tasks.of("probe")


def task_select(tasks):
    """choose a clip for each layer, once"""
    return tasks.select()


def task_levels(tasks):
    """measure how dark and how light a clip is, once for all projects"""
    yield from tasks.of("levels")


def task_keyframe(tasks):
    """take a few frames of the part that is used"""
    yield from tasks.of("keyframe")


def task_matte(tasks):
    """find the subject of a clip, five seconds at a time"""
    yield from tasks.of("matte")


def task_color(tasks):
    """find the colors that become windows"""
    yield from tasks.of("color")


def task_layer(tasks):
    """cut, turn, key and size one clip, with its alpha"""
    yield from tasks.of("layer")


def task_presence(tasks):
    """count how much of the picture each layer has for itself"""
    return tasks.one("presence")


def task_hear(tasks):
    """measure how loud each sound is; a silent one gives its place to the next"""
    yield from tasks.of("hear")


def task_audio(tasks):
    """take the sound of a layer to its place in the room"""
    yield from tasks.of("audio")


def task_mix(tasks):
    """lay the sounds on top of each other"""
    return tasks.one("mix")


def task_loudness(tasks):
    """bring the mix to its loudness, and never clip"""
    return tasks.one("loudness")


def task_stack(tasks):
    """lay the layers on top of each other, five seconds at a time"""
    yield from tasks.of("stack")


def task_plate(tasks):
    """make what is laid over every picture, grain for one, once"""
    yield from tasks.of("plate")


def task_post(tasks):
    """play the effects of the chain on the finished picture"""
    yield from tasks.of("post")


def task_encode(tasks):
    """make each segment small enough to send"""
    yield from tasks.of("encode")


def task_mux(tasks):
    """join picture and sound into output/x.mp4, its recipe inside"""
    return tasks.one("mux")


def task_record(tasks):
    """write the manifest, and the recipe of this look"""
    return tasks.one("record")


def task_render(tasks):
    """the piece: all of the above, as far as it changed"""
    return tasks.everything()
