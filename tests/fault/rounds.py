"""Eight simultaneous renders of projects that share layers, while gc runs."""

import json
import threading
import time
from collections import Counter

from collide.base.hashing import digest_file
from tests.fault.conftest import Faulty
from tests.patience import HANGS

# The knobs of each project. y has the same layers as x; z has only some of them.
PROJECTS = {"x": {}, "y": {"crf": 31}, "z": {"layer1.hue_shift": 30}}
LINES = ["x", "y", "z", "x", "y", "x", "x", "z"]


class Rounds:
    """A workspace with several projects, rendered simultaneously from a cold cache."""

    def __init__(self, house: Faulty) -> None:
        self.house = house
        for name, knobs in PROJECTS.items():
            house.project(name, **knobs)
            assert house.doit("render", f"project={name}").code == 0
        self.videos = {name: digest_file(house.video(name)) for name in PROJECTS}
        self.once = 0  # the number of keys that were rendered

    def round(self, *, keep: str = "") -> list[str]:
        """Run all commands in LINES simultaneously from a cold cache and return the faults.

        Args:
            keep: the cache size for gc, or "" for the usual limit; only then is it a fault if a key
                was rendered twice.
        """
        house = self.house
        house.cold()
        known = house.records()
        ended = threading.Event()
        gc = threading.Thread(target=self.collect, args=(ended, keep))
        running = [house.start("render", f"project={name}") for name in LINES]
        gc.start()
        late = time.monotonic() + HANGS
        said = [process.communicate(timeout=late - time.monotonic())[0] for process in running]
        ended.set()
        gc.join()
        wrong = [text for text, p in zip(said, running, strict=True) if p.returncode]
        records = [json.loads(path.read_text()) for path in house.records() - known]
        keys = Counter(
            done["key"]
            for record in records
            for done in record["tasks"].values()
            if done["status"] == "rendered" and done["key"]
        )
        self.once += len(keys)
        if not keep:
            wrong += [f"{key} was rendered {n} times" for key, n in keys.items() if n > 1]
        for name, video in self.videos.items():
            wrong += (
                [] if digest_file(house.video(name)) == video else [f"{name}: a different video"]
            )
        wrong += [f"damaged: {name}" for name in house.unsound()]
        return wrong + [f"left over: {path}" for path in house.leftovers()]

    def collect(self, ended: threading.Event, keep: str) -> None:
        """Run gc repeatedly until the renders end."""
        while not ended.wait(0.2):
            ran = self.house.doit("cache", "gc", *([f"keep={keep}"] if keep else []))
            assert ran.code == 0, ran.out
