"""Changes to a rendered piece, as plain data.

A change consists of one or more steps; the result of the last step is frozen. A step is the words
after `doit render`, or an exclamation mark and an action in test_incremental.py.
"""

CONFIG = {
    "num_videos": 3,
    "audio_sources": 2,
    "layer1.clip": "bars.mkv",
    "layer2.clip": "paper.mkv",
    "layer3.clip": "sky.mkv",
    "layer1.sound": "on",
    "layer3.sound": "on",
    "layer2.similarity": 0.3,
    "layer3.similarity": 0.25,
    "mode": "fixed",
}

CHANGES = {
    "nothing": ("",),
    "a key of one layer": ("layer3.similarity=0.15",),
    "a key of another layer": ("layer2.similarity=0.25",),
    "the size of the file": ("crf=30",),
    "the place of a sound": ("layer3.pan=0.9",),
    "a bed": ("audio_beds=1 bed1=rain.wav",),
    "longer": ("duration=8",),
    "a fourth layer": ("num_videos=4 layer4.clip=card.avi",),
    "other colors": ("mode=kmeans kmeans_colors=3",),
    "another mode that finds the same": (
        "mode=luminance luminance_key=grey luminance_target=lights luminance_threshold=1.0",
    ),
    "how it is laid": ("layer2.blend_mode=screen layer3.opacity=0.5",),
    "how fast it runs": ("layer2.speed=0.5",),
    "another seed": ("seed=8",),
    "a preset": ("preset=luminance-auto",),
    "another storage": ("storage=ffv1",),
    "a knob of an effect": (
        "post=color-grade,feedback,analog",
        "post=color-grade,feedback,analog flicker=0.1",
    ),
    "back again": ("layer3.similarity=0.15 crf=33 layer3.pan=-1", ""),
    "a value into the config": ("layer3.similarity=0.15", "!set layer3.similarity=0.15", ""),
    "a clip gets another name": ("!rename paper.mkv", ""),
    "an object that is read is gone": ("!evict layer:2", "layer3.similarity=0.15"),
    "the cache is gone": ("!forget", ""),
}
