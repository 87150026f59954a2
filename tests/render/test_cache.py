"""doit cache prints statistics, stays within its limit, and finds damage."""

import re
from types import SimpleNamespace

import pytest

from collide.base.hashing import digest_file
from collide.verbs import render
from tests.render.refusals import answered
from tests.render.test_store import held, set_cache_limit


def test_cache_stats_describe_the_store(house, monkeypatch):
    """`doit cache stats` lists bytes by kind and project, the limit, hits and starred looks."""
    set_cache_limit(monkeypatch, 5e9)
    house.render("crf=30")
    house.render()
    assert house.doit("star", "project=x").code == 0
    ran = house.doit("cache", "stats")
    assert ran.code == 0
    lines = ran.out.splitlines()
    first = lines[0].removeprefix(str(house.root / "cache"))
    assert re.fullmatch(r": [\d.]+ MB of 5\.0 GB; set by COLLIDE_CACHE_MAX_GB", first)
    for line in (r"  layer +\d+ objects +[\d.]+ MB", r"  x +\d+ objects +[\d.]+ MB"):
        assert re.search(rf"^{line}$", ran.out, re.MULTILINE), ran.out
    assert re.search(r"^[1-9]\d* cache hits? saved \d+ s of rendering$", ran.out, re.M)
    assert re.search(r"^starred looks keep [\d.]+ MB$", ran.out, re.M)
    assert lines[-1] == "a higher limit: export COLLIDE_CACHE_MAX_GB=10"
    assert house.doit("cache").out == ran.out
    assert re.search(r"^  mux +1 object  +", ran.out, re.MULTILINE) or " 1 objects" not in ran.out
    assert re.search(r"^to shrink it: doit cache gc keep=[1-9]0*[MG]$", ran.out, re.MULTILINE)


def test_gc_stays_within_its_limit(house):
    """`doit cache gc` prints the bytes freed, obeys its limit, and empties quarantine and tmp."""
    before = held(house)
    assert before > 2_000_000
    (house.root / "cache" / "quarantine" / "old").write_bytes(b"damaged once")
    ran = house.doit("cache", "gc", "keep=1M")
    assert re.fullmatch(
        r"[\d.]+ MB freed, [\d.]+ [kM]B remain; deleted results can be rendered again\n",
        ran.out,
    )
    assert 0 < held(house) <= 1_000_000
    for name in ("quarantine", "locks", "tmp"):
        assert not list((house.root / "cache" / name).iterdir())
    ran = house.doit("cache", "gc")
    assert ran.out.startswith("0 bytes freed")


def test_gc_does_not_create_a_missing_cache(empty_house):
    """`doit cache gc` reports a missing cache as empty and does not create it."""
    ran = empty_house.doit("cache", "gc")
    assert (ran.code, "is empty: there is nothing to free" in ran.out) == (0, True), ran.out
    assert not (empty_house.root / "cache").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gc", "keep=much"], "keep=much is not a valid value"),
        (["gc", "keep=20"], "keep=20 is not a valid value"),
        (["gc", "keep=-1G"], "keep=-1G is not a valid value"),
        (["stats", "keep=1G"], "keep= applies only to doit cache gc"),
        (["20G"], "doit cache does not know '20G'"),
        (["clear"], "doit cache does not understand 'clear'"),
        (["gc", "project=x"], "doit cache has no variable 'project'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_invalid_cache_argument_is_refused(house, words, said):
    """`doit cache` refuses an invalid argument with exit code 3 and deletes nothing."""
    assert answered(house, "cache", *words).startswith(f"ERROR: {said}\n")


def test_verify_finds_damage_that_a_render_repairs(house):
    """`doit cache verify` quarantines a damaged object and deletes an unreadable action.

    The next render that needs the object restores its bytes.
    """
    video = house.video().read_bytes()
    digest = house.manifest()["tasks"]["layer:2"]["objects"]["cut-000.nut"]
    path = house.object(digest)
    stamp, data = path.stat(), bytearray(path.read_bytes())
    data[len(data) // 2] ^= 16
    path.chmod(0o644)
    path.write_bytes(data)
    action = next((house.root / "cache" / "actions").glob("*/*.json"))
    action.write_bytes(action.read_bytes()[:-3])
    ran = house.doit("cache", "verify")
    assert ran.code == 1
    assert f"damaged    {digest}: moved to quarantine; rendered again when needed\n" in ran.out
    assert f"unreadable {action.name}: deleted; rebuilt when needed\n" in ran.out
    assert re.search(r"\d+ objects?, [\d.]+ MB, \d+ actions? read: 2 damaged\n$", ran.out)
    assert "layer:2" in house.render("layer3.similarity=0.2").rendered
    assert (digest_file(path), path.stat().st_size) == (digest, stamp.st_size)
    house.render()
    assert house.video().read_bytes() == video
    ran = house.doit("cache", "verify")
    assert ran.code == 0
    assert re.fullmatch(r"\d+ objects?, [\d.]+ MB, \d+ actions? read: no damage found\n", ran.out)


def test_a_render_reports_when_the_store_passes_ten_gigabytes(monkeypatch):
    """If a render takes the store past a multiple of 10 GB, it prints sizes and two commands."""
    monkeypatch.setattr(render, "limit", lambda *_: SimpleNamespace(bytes=25 * 10**9))

    def lines(held: int, rendered: int) -> list[str]:
        tasks = {
            "layer:1": SimpleNamespace(status="rendered", bytes=rendered),
            "layer:2": SimpleNamespace(status="restored", bytes=10**10),
        }
        state = SimpleNamespace(index=SimpleNamespace(held=lambda: held, store=None))
        run = SimpleNamespace(tasks=tasks)
        return [*render._grown(SimpleNamespace(state=state, run=run))]

    assert lines(10**10 - 1, 10**9) == lines(10**10 + 5, 5) == lines(10**10, 0) == []
    assert lines(10**10, 1) == [
        "the store holds 10.0 GB; at 25.0 GB it frees space automatically",
        "to see its contents: doit cache stats; to shrink it: doit cache gc keep=5G",
    ]
    assert lines(2 * 10**10 + 3, 4)[0].startswith("the store holds 20.0 GB; ")
