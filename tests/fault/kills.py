"""Kill a whole render with kill -9 at a random moment and render again."""

import os
import random
import signal
import subprocess
import time

from tests.fault.conftest import Faulty
from tests.patience import HANGS


class Kills:
    """A workspace whose renders are killed, from a cold cache or with half of the records gone."""

    def __init__(self, house: Faulty, seed: int) -> None:
        self.house, self.dice = house, random.Random(seed)
        self.video = house.video().read_bytes()
        self.hits = self.redone = 0
        self.longest = {True: 6.0, False: 4.0}  # seconds of the last whole render

    def kill(self, *, cold: bool) -> list[str]:
        """Kill a render unless it ends first, render again, and return the faults."""
        house = self.house
        if cold:
            house.cold()
        else:
            self.forget_half()
        began, process = time.monotonic(), house.start("render", "project=x")
        try:
            process.communicate(timeout=self.dice.uniform(0, self.longest[cold]))
            self.longest[cold] = time.monotonic() - began
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=HANGS)
            self.hits += process.returncode == -signal.SIGKILL
        wrong = [f"an ffmpeg that outlives it: {line}" for line in house.running()]
        wrong += [f"damaged: {name}" for name in house.unsound()]
        finished = house.actions()
        ran = house.again()
        keys = {
            done["key"] for done in ran.record["tasks"].values() if done["status"] == "rendered"
        }
        self.redone += len(keys - finished - {""})
        wrong += [f"rendered again: {key}" for key in keys & finished]
        wrong += [f"left over: {path}" for path in house.leftovers()]
        if house.video().read_bytes() != self.video:
            wrong.append("a different video")
        return wrong

    def forget_half(self) -> None:
        """Delete the video and about half of the actions and receipts, but keep the objects."""
        house = self.house
        for path in [
            *(house.root / "cache" / "actions").glob("*/*.json"),
            *(house.root / "cache" / "receipts" / "x").glob("*.json"),
        ]:
            if self.dice.random() < 0.5:
                path.unlink()
        house.video().unlink()
