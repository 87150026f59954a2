"""Real renders: the store obeys its limit and keeps stars; evicted results are rendered again."""

import json
import re
import threading

import pytest

from collide.base.hashing import digest_file
from collide.store.index import Index
from collide.store.leases import alone
from collide.store.objects import Store
from tests.render.conftest import SMALL
from tests.render.refusals import answered

LOOKS = [["fit=stretch"], ["layer1.brightness=0.1", "layer2.contrast=1.2"], ["chroma=420"]]


def held(house) -> int:
    """Return the total size of all objects, in bytes."""
    return sum(path.stat().st_size for path in (house.root / "cache" / "objects").glob("*/*"))


def objects(house) -> set[str]:
    """Return the digests of all objects in the last look's manifest."""
    tasks = house.manifest()["tasks"].values()
    return {digest for task in tasks for digest in task["objects"].values()}


def set_cache_limit(monkeypatch, size: float) -> int:
    """Set the cache limit to a number of bytes and return that number."""
    monkeypatch.setenv("COLLIDE_CACHE_MAX_GB", f"{size / 1e9:.9f}")
    return round(size)


class Watched:
    """The largest total size of the objects, sampled about every 10 ms."""

    def __init__(self, house) -> None:
        self.house, self.most, self.looks = house, 0, 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.01):
            with alone(Store(self.house.root / "cache")):  # no eviction while counting
                self.most, self.looks = max(self.most, held(self.house)), self.looks + 1


# --- the limit ---


def test_the_limit_holds_at_all_times(house, monkeypatch):
    """Renders never exceed a limit below the size of two looks.

    A second render of the first look makes the same video.
    """
    video = digest_file(house.video())
    most = set_cache_limit(monkeypatch, held(house) * 1.6)
    with Watched(house) as watched:
        for look in LOOKS:
            ran = house.doit("-n", "2", "render", "project=x", *SMALL, *look)
            assert ran.code == 0, ran.out
        house.render()
    assert most / 2 < watched.most <= most
    assert watched.looks > 50
    assert digest_file(house.video()) == video
    assert Index(Store(house.root / "cache")).total() == held(house)


def test_evicted_results_are_rendered_again_on_demand(house):
    """After everything is evicted, repeating the render still finds nothing to do.

    After a knob changes, the evicted inputs are rendered again, byte for byte, and the reason
    says so.
    """
    tasks, video = house.manifest()["tasks"], house.video().read_bytes()
    ran = house.doit("cache", "gc", "keep=0")
    assert ran.code == 0, ran.out
    assert held(house) == 0
    assert house.render().tasks("rendered", "restored") == set()
    ran = house.render("crf=30")
    stacks = {f"stack:{n}" for n in range(2)}
    assert {"layer:1", "layer:2", "layer:3", *stacks, "encode:0", "mux"} <= ran.rendered
    assert "it was evicted, and a later step reads it" in ran.out
    assert "damaged" not in ran.out
    for task in ("layer:1", "layer:2", "layer:3", *stacks):
        for digest in tasks[task]["objects"].values():
            assert digest_file(house.object(digest)) == digest
    house.render()
    assert house.video().read_bytes() == video


def test_a_render_that_cannot_fit_is_refused_before_it_starts(house, monkeypatch):
    """A render that cannot fit is refused before it starts, and the error lists sizes and fixes.

    The fix suggests smaller layers only if they would fit.
    """
    house.render()  # verify each clip now, so the next run writes nothing
    set_cache_limit(monkeypatch, 2e6)
    said = answered(house, "render", "project=x", *SMALL, "fit=stretch")
    sizes = re.search(r"it adds (\d+\.\d) MB to ([\d.]+ [kM]B) that must be kept", said)
    assert sizes, said
    adds = float(sizes[1])
    assert adds > 1
    higher = re.search(r"MAX_GB=([\d.]+)\n", said)
    assert higher and float(higher[1]) * 1000 > adds
    assert said == (
        f"ERROR: this render does not fit: it adds {sizes[1]} MB to {sizes[2]} that must be kept\n"
        "  why  the cache limit is 2.0 MB: set by COLLIDE_CACHE_MAX_GB\n"
        f"  fix  a higher limit: export COLLIDE_CACHE_MAX_GB={higher[1]}\n"
        "       or another disk: export COLLIDE_CACHE=/media/disk/cache"
    )
    stays = float(sizes[2].split()[0]) * (1 if "MB" in sizes[2] else 1e-3)
    set_cache_limit(monkeypatch, (adds + stays) * 0.8e6)
    smaller = "make layers smaller but slower to read: doit set project=x storage=ffv1"
    assert smaller in answered(house, "render", "project=x", *SMALL, "fit=stretch")


# --- stars ---


def test_a_starred_look_is_never_evicted(house, monkeypatch):
    """The objects of a starred look are kept; a later render of the look makes at most a record."""
    video = house.video().read_bytes()
    ran = house.doit("star", "project=x", "name=first")
    look, starred = house.manifest()["look"], objects(house)
    assert ran.out == (
        f"look {look} is starred: its video and all its results are never evicted\n"
        "its video: projects/x/output/first.mp4\n"
        "to return to this look: doit set project=x look=first\n"
    )
    set_cache_limit(monkeypatch, held(house) * 2.1)
    for knobs in LOOKS:
        house.render(*knobs)
    assert all(house.object(digest).exists() for digest in starred)
    assert house.doit("cache", "gc", "keep=0").code == 0
    assert {path.name for path in (house.root / "cache" / "objects").glob("*/*")} == starred
    assert house.render().rendered <= {"record"}
    assert house.video().read_bytes() == video
    assert house.video("x").with_name("first.mp4").read_bytes() == video
    ran = house.doit("star", "project=x", "off=true")
    assert ran.out == (
        f"look {look} is no longer starred\nits video is kept: projects/x/output/first.mp4\n"
    )
    assert house.doit("cache", "gc", "keep=0").code == 0
    assert held(house) == 0


def test_a_look_without_its_video_cannot_be_starred(house):
    """`doit star` refuses an unknown look and a look whose video is gone.

    If the video is missing, the fix is the command that renders it again.
    """
    assert house.doit("cache", "gc", "keep=0").code == 0
    house.video().unlink()
    look = house.manifest()["look"]
    assert answered(house, "star", "project=x") == (
        f"ERROR: the video of look {look} is not in the store\n"
        "  why  it has been evicted or damaged since it was rendered\n"
        f"  fix  render it again: doit render project=x look={look}\n"
        "       then: doit star project=x"
    )
    said = answered(house, "star", "project=x", "look=zz")
    assert said.startswith("ERROR: x has no look 'zz'\n")
    said = answered(house, "star", "project=x", "off=true")
    assert "no starred look matches" in said


def test_any_look_can_be_starred_by_its_name(house):
    """Starring an older look pins all its objects and lists evicted tasks.

    Two looks cannot have the same name.
    """
    first, video = house.manifest()["look"], house.video().read_bytes()
    mine = objects(house)
    house.render("crf=30", "layer2.contrast=1.2")
    second = house.manifest()["look"]
    gone = house.manifest()["tasks"]["layer:2"]["objects"]
    ran = house.doit("star", f"look={first[:6]}", "name=old")
    assert ran.code == 0, ran.out
    assert ran.out == (
        f"look {first} is starred: its video and all its results are never evicted\n"
        "its video: projects/x/output/old.mp4\n"
        "to return to this look: doit set project=x look=old\n"
    )
    assert house.video().with_name("old.mp4").read_bytes() == video
    for digest in gone.values():
        house.object(digest).unlink()
    ran = house.doit("star", f"look={first[:6]},{second}")
    assert "already evicted: 1 of its 20 tasks (layer:2)\n" in ran.out, ran.out
    ran = house.doit("looks", "project=x")
    lines = ran.out.splitlines()
    assert lines[0].split()[0] == second and lines[1].split()[0] == first
    assert re.search(r"starred +video here +crf 20 → 30, layer2.contrast 0.9096 → 1.2", lines[0])
    assert lines[1].endswith("the first")
    assert house.doit("cache", "gc", "keep=0").code == 0
    assert mine <= {path.name for path in (house.root / "cache" / "objects").glob("*/*")}
    ran = house.doit("star", "project=x", f"look={first},{second}", "off=true")
    assert ran.out == (
        f"look {first} is no longer starred\nits video is kept: projects/x/output/old.mp4\n"
        f"look {second} is no longer starred\n"
    )
    said = answered(house, "star", "project=x", f"look={first},{second}", "name=both")
    assert said.startswith("ERROR: 2 videos cannot all be called 'both'\n")


def test_a_damaged_pin_stops_eviction(house, monkeypatch):
    """A damaged pin stops eviction, because its content is unknown; the error suggests a fix."""
    assert house.doit("star", "project=x").code == 0
    (pin,) = (house.root / "cache" / "pins").iterdir()
    pin.write_bytes(pin.read_bytes().replace(b"0", b"1", 1))
    before = held(house)
    said = answered(house, "cache", "gc", "keep=0")
    assert said.startswith(f"ERROR: HOUSE/cache/pins/{pin.name} cannot be read\n")
    assert "delete the pin and star that look again: rm HOUSE" in said
    assert held(house) == before
    ran = house.doit("cache", "verify")
    assert ran.code == 1 and pin.name in ran.out


# --- the folder ---


def test_delivered_files_share_no_inode_with_the_store(house):
    """Delivered files are copies, so no editor can write into an object."""
    assert house.doit("star", "project=x", "name=kept").code == 0
    stored = [path.stat() for path in (house.root / "cache" / "objects").glob("*/*")]
    assert len(stored) > 10
    assert {found.st_nlink for found in stored} == {1}
    inside = {(found.st_dev, found.st_ino) for found in stored}
    others = [p for p in house.root.rglob("*") if p.is_file() and "objects" not in p.parts]
    assert not inside & {(p.stat().st_dev, p.stat().st_ino) for p in others}


@pytest.mark.parametrize(
    "words",
    [["render"], ["plan"], ["why"], ["star"], ["cache", "gc"], ["cache", "verify"]],
    ids=" ".join,
)
def test_a_store_of_a_different_version_is_refused(house, words):
    """Verbs neither read nor change a cache from a different version."""
    if words == ["render"]:
        house.render()
        house.render()  # from now on, a render would use the stamp
    (house.root / "cache" / "version").write_text("2")
    project = [] if words[0] == "cache" else ["project=x"]
    small = SMALL if words[0] in ("render", "plan", "why") else []
    said = answered(house, *words, *project, *small)
    assert said.startswith("ERROR: HOUSE/cache was created by a different version of collide\n")
    assert "mv HOUSE/cache HOUSE/cache.old" in said


def test_a_plan_names_the_step_that_reads_an_evicted_result(house):
    """`doit plan` names the step that reads an evicted result and leaves no record."""
    assert house.doit("cache", "gc", "keep=0").code == 0
    words = [*SMALL, "crf=30"]
    ran = house.doit("plan", "project=x", *words)
    assert re.search(
        r"^layer:2 +would render .* it was evicted, and stack \d reads it$", ran.out, re.M
    )
    assert re.search(
        r"^stack:0-1 +would render .* it was evicted, and encode reads it$", ran.out, re.M
    )
    record = json.loads(sorted(house.records())[-1].read_text())
    assert record["words"][0] == "render", "plan leaves no record"
