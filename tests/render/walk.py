"""A random walk through looks: it changes knobs, evicts objects and checks each forecast."""

import io
import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field

import collide.base.workspace
from collide.cli.request import understand
from collide.store.index import Index
from collide.store.objects import Store
from collide.verbs import plan
from tests.render.conftest import SMALL, House, Ran

# Knobs to change at random; each has few values, so looks recur often.
TURNS: dict[str, list[str]] = {
    "similarity": ["0.25", "0.3", "0.35"],
    "layer2.similarity": ["0.2", "0.3"],
    "softness": ["0", "0.05"],
    "layer1.brightness": ["0", "0.1"],
    "layer3.hue_shift": ["0", "40"],
    "fit": ["cover", "stretch"],
    "layer2.opacity": ["1", "0.7"],
    "crf": ["20", "30"],
    "encoding_preset": ["ultrafast", "superfast"],
    "layer1.pan": ["0", "0.5"],
    "layer3.volume": ["0", "-6"],
    "audio_bitrate": ["96", "128"],
    "loudness_lufs": ["-16", "-20"],
    "duration": ["3", "6", "7.5", "11"],
    "num_videos": ["1", "2", "3"],
    "audio_sources": ["0", "1", "2"],
    "storage": ["raw", "ffv1", "ffvhuff"],
    "chroma": ["420", "444"],
    "mode": ["fixed", "luminance", "kmeans", "dominant", "palette"],
    "kmeans_colors": ["3", "4"],
    "coverage": ["off", "0.3..0.6"],
    "layer3.x": ["0", "0.2"],
    "layer2.scale": ["1", "0.6"],
    "layer2.feather": ["0", "15"],
    "choke": ["0", "4"],
    "layer2.blend_mode": ["normal", "screen"],
    "keyframes": ["2", "3"],
    "preset": ["classic-white", "kmeans-default", "luminance-auto", "classic-white,luminance-auto"],
    "seed": ["7", "8"],
}
WORDS = {"would render": "render", "from the store": "restore", "perhaps": "maybe"}
MAY = {
    "render": {"rendered"},
    "restore": {"restored"},
    "stays": {"kept"},
    "maybe": {"rendered", "restored", "kept"},
}
Said = dict[str, tuple[str, str]]  # task -> verdict, reason


@dataclass
class Walk:
    """A walk through one project, whose steps are determined by the seed."""

    house: House
    seed: int
    turned: dict[str, str] = field(default_factory=dict)
    before: list[dict[str, str]] = field(default_factory=list)
    seen: Counter = field(default_factory=Counter)  # Counts of verdicts and actions.
    out: str = ""  # The output of the last plan.
    stays: int = 0  # How many tasks the plan keeps.

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.store = Store(self.house.root / "cache")

    def step(self, act: str = "", *knobs: str) -> list[str]:
        """Perform one action, plan and render; return the plan's errors.

        Args:
            act: "turn", "go_back", "evict" or "lose"; "" chooses an action at random.
            knobs: the knobs to turn; if there are none, random knobs are turned.
        """
        act = act or self.dice.choices(["turn", "go_back", "evict", "lose"], [6, 2, 3, 1])[0]
        getattr(self, act)(*knobs)
        self.seen[act] += 1
        words = self.words()
        said = self.planned(words)
        ran = self.house.doit("render", "project=x", *words)
        assert ran.code == 0, ran.out
        if said is None:
            self.seen["not chosen"] += 1
            return []
        self.seen.update(verdict for verdict, _ in said.values())
        wrong = self.wrong(said, ran)
        return [f"{act}, typed {' '.join(words)}\n{self.out}", *wrong] if wrong else []

    def words(self) -> list[str]:
        """Return the knobs to type for `doit render` and `doit plan`."""
        small = [word for word in SMALL if word.partition("=")[0] not in self.turned]
        return [*small, *(f"{name}={value}" for name, value in self.turned.items())]

    def turn(self, *knobs: str) -> None:
        """Change or reset the given knobs, or one or two random knobs if there are none."""
        self.before.append(dict(self.turned))
        for name in knobs or self.dice.sample(sorted(TURNS), self.dice.choice([1, 1, 2])):
            now = self.turned.pop(name, None)
            value = self.dice.choice([v for v in (*TURNS[name], None) if v != now])
            if value is not None:
                self.turned[name] = value
        self.fit()

    def fit(self) -> None:
        """Reset knobs of layers that do not exist."""
        layers = int(self.turned.get("num_videos", "3"))
        for name in [n for n in self.turned if re.match(rf"layer[{layers + 1}-9]\.", n)]:
            del self.turned[name]

    def go_back(self) -> None:
        """Return to the knobs of an earlier step."""
        if self.before:
            self.turned = dict(self.dice.choice(self.before))

    def evict(self, *knobs: str) -> None:
        """Delete some objects as if evicted; sometimes also change a knob."""
        share, throw = self.dice.choice([0.1, 0.4, 1.1]), self.dice.random()
        # Draw by digest, because a manifest's bytes contain times and must not affect other draws.
        gone = [d for d, _ in self.store.objects() if random.Random(f"{throw}{d}").random() < share]
        for digest in gone:
            self.store.object(digest).unlink()
        index = Index(self.store)
        index.gone(gone)
        index.notes.close()
        if knobs or self.dice.random() < 0.6:
            self.turn(*knobs)

    def lose(self) -> None:
        """Delete the video or some receipts."""
        if self.dice.random() < 0.5:
            self.house.video().unlink(missing_ok=True)
        else:
            for path in (self.house.root / "cache" / "receipts" / "x").glob("*.json"):
                if self.dice.random() < 0.3 and not path.name.startswith("probe"):
                    path.unlink()

    def planned(self, words: list[str]) -> Said | None:
        """Map each task that runs to the verdict and reason that `doit plan` prints.

        Return None if the clips are not chosen yet.
        """
        typed = dict(word.split("=", 1) for word in ["project=x", *words])
        house, out = collide.base.workspace.Workspace(self.house.root), io.StringIO()
        with redirect_stdout(out):
            assert plan.run(understand(house, "plan", [], typed)) == 0
        self.out = out.getvalue()
        if "chosen yet" in self.out:
            return None
        said = {
            task: (verdict, why)
            for word, verdict in WORDS.items()
            for task, why in listed(self.out, word)
        }
        every = {**WORDS, "up to date": "stays"}  # the last line counts each verdict that occurs
        counted = self.out.partition(" · ")[0]  # the counts may be followed by "perhaps 50 s"
        found = re.findall(rf"({'|'.join(every)}) (\d+)", counted)
        counts = Counter({every[word]: int(number) for word, number in found})
        self.stays = counts.pop("stays", 0)
        assert Counter(verdict for verdict, _ in said.values()) == counts, self.out
        return said

    def wrong(self, said: Said, ran: Ran) -> list[str]:
        """Return a line for each task whose outcome differs from the plan."""
        tasks = ran.record["tasks"].items()
        done = {t: d for t, d in tasks if t != "select" and not t.startswith("probe:")}
        lines = [f"{task}: there is no such task" for task in said.keys() - done.keys()]
        if (count := len(done.keys() - said.keys())) != self.stays:
            lines.append(f"plan counted {self.stays} tasks that stay, but there are {count}")
        for task, became in done.items():
            verdict, why = said.get(task, ("stays", ""))
            if became["status"] in MAY[verdict]:
                continue
            if verdict == "render" and why.endswith(" changes"):
                self.seen["came out the same"] += 1  # the step ran and made the same bytes
                continue
            lines.append(f"{task}: {verdict} in plan, then {became['status']}: {became['why']}")
        return lines


def listed(said: str, word: str) -> Iterator[tuple[str, str]]:
    """Yield the task and reason of each line with a verdict; expand ranges such as stack:0-3."""
    lines = rf"^(\S+?)(?::([^-\s]+)(?:-(\d+))?)? +{word} +(.*)$"
    for kind, first, last, why in re.findall(lines, said, re.MULTILINE):
        numbers = range(int(first), int(last) + 1) if last else [first] if first else []
        yield from ((f"{kind}:{number}", why) for number in numbers)
        if not first:
            yield kind, why
