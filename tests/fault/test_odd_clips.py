"""Odd media work, or are refused with a clear message; in both cases, they do no harm."""

import pytest

from collide.engine.programs import find_engine
from tests.fault import odd_bytes, odd_clips
from tests.fault.judged import Yard, good_clip, groups, write_odd


@pytest.fixture(scope="session")
def whole(tmp_path_factory) -> bytes:
    """Return the bytes of an ordinary clip."""
    return good_clip(tmp_path_factory.mktemp("good")).read_bytes()


@pytest.fixture
def yard(tmp_path):
    """Yield a watched workspace with an empty library."""
    yard = Yard(tmp_path)
    yield yard
    yard.close()


def judge(yard: Yard, names: list[str], whole: bytes) -> set[str]:
    """Scan and render the files together with a whole clip; return the files that work."""
    (yard.library / "whole.mp4").write_bytes(whole)
    wrong = yard.scan()
    good = yard.usable(names)
    assert yard.usable(["whole.mp4"]), "a whole clip among them is none the worse"
    failed: set[str] = set()
    for group in groups([*good, "whole.mp4"]):
        bad, more = yard.play(group)
        failed, wrong = failed | bad, wrong + more
    assert not wrong, "\n".join(wrong)
    assert "whole.mp4" not in failed
    return set(good) - failed


@pytest.mark.parametrize("family", odd_clips.FAMILIES)
def test_odd_media_render_or_are_rejected(yard, family, whole):
    """Every kind of file that this ffmpeg can make gives its expected facts and does no harm.

    A kind with expected facts can also be rendered.
    """
    engine, kinds = find_engine(), odd_clips.FAMILIES[family]
    able = {name: odd for name, odd in kinds.items() if all(map(engine.encodes, odd.encoders))}
    assert len(able) > len(kinds) // 2, "an engine that makes most of them"
    for name, odd in able.items():
        write_odd(yard.library, name, odd)
    works = judge(yard, list(able), whole)
    wrong = [
        f"{name} does not play" for name, odd in able.items() if odd.works and name not in works
    ]
    for name, odd in able.items():
        facts = yard.facts.get(name, {}).get("facts", {})
        for fact, value in odd.works.items():
            right = pytest.approx(value, abs=0.1) if fact == "seconds" else value
            wrong += [] if facts.get(fact) == right else [f"{name}: {fact} {facts.get(fact)}"]
    assert not wrong


@pytest.mark.parametrize("family", odd_bytes.FAMILIES)
def test_false_headers_and_text_files_do_no_harm(yard, family, whole):
    """Every kind in `odd_bytes.py` is accepted or refused without harm; text files are refused."""
    kinds = odd_bytes.FAMILIES[family]
    odd_bytes.write_bytes(yard.library, kinds, whole, yard.canary.path, yard.listener.port)
    works = judge(yard, list(kinds), whole)
    assert family != "texts" or not works, "a text file is not a clip"


def test_no_clip_name_does_harm(yard, whole):
    """Names in any alphabet, with control characters or invalid text, do no harm."""
    assert odd_bytes.write_names(yard.library, whole) > 20
    names = sorted(path.name for path in yard.library.iterdir())
    assert judge(yard, [name for name in names if name.isprintable()], whole)
    for words in (["clips"], ["clips", "page=true"], ["clips", "sort=used"], ["scan"]):
        ran = yard.house.doit(*words)
        assert (ran.code, yard.trouble(ran)) == (0, []), words
