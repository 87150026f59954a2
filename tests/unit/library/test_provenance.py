"""provenance: the origin of clips is never lost, and untrusted text does no harm."""

import json
import threading
from pathlib import Path

import pytest

from collide.base.workspace import Workspace
from collide.library.provenance import MAX_TEXT, Provenance, clean, write_page

TOLD = {"url": "https://x/1", "title": "rain", "source": "Youtube 1", "license": "CC BY"}


def test_a_recorded_origin_is_known_to_the_next_run(house: Workspace) -> None:
    """A clip's origin is recorded under its digest, with the clip's file name."""
    Provenance(house).add("d1", Path("library/video/rain.mp4"), TOLD)
    known = Provenance(house)
    assert (known.names("d1"), known.names("d2")) == (["rain.mp4"], [])
    assert known.sources() == ["Youtube 1"]
    assert known.all() == {"d1": {"digest": "d1", "name": "rain.mp4", **TOLD}}


def test_both_sources_of_a_clip_are_listed(house: Workspace) -> None:
    """A clip's first origin is kept, but both sources are listed, so neither is fetched again."""
    ledger = Provenance(house)
    ledger.add("d1", Path("rain.mp4"), TOLD)
    ledger.add("d1", Path("rain.mp4"), {"title": "again", "source": "Vimeo 2"})
    for known in (ledger, Provenance(house)):
        assert known.all()["d1"] == {"digest": "d1", "name": "rain.mp4", **TOLD}
        assert known.sources() == ["Youtube 1", "Vimeo 2"]


@pytest.mark.parametrize(
    "torn", [b"{", b'{"digest": "d', b"[]\n", b"\xff\xfe\n", b"7\n", b"[" * 9999]
)
def test_a_torn_line_affects_no_other_line(house: Workspace, torn: bytes) -> None:
    """A line that a kill left incomplete does not affect the lines before and after it."""
    ledger = Provenance(house)
    ledger.add("d1", Path("a.mp4"), TOLD)
    with ledger.path.open("ab") as file:
        file.write(torn)
    Provenance(house).add("d2", Path("b.mp4"), TOLD)
    assert set(Provenance(house).all()) == {"d1", "d2"}


def test_simultaneous_lines_do_not_mix(house: Workspace) -> None:
    """Lines that are added at the same time are all written intact."""

    def add(who: int) -> None:
        for number in range(20):
            Provenance(house).add(f"{who}-{number}", Path("a.mp4"), {"title": "x" * 400})

    threads = [threading.Thread(target=add, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Provenance(house).all()) == 80


def test_foreign_text_becomes_one_harmless_line(house: Workspace) -> None:
    """Untrusted text cannot clear the screen, start a new line, or fill the disk."""
    told = {"title": "a\x1b[2Jb\nc\u2028d\ud800", "license": "x" * 9999}
    assert clean(told) == {"title": "a[2Jbcd", "license": "x" * MAX_TEXT}
    Provenance(house).add("d1", Path("a.mp4"), told)
    assert len(Provenance(house).path.read_text().splitlines()) == 1


def test_a_clip_has_its_page_beside_it(tmp_path: Path) -> None:
    """A clip's origin file is named after the clip's whole name and records digest and origin."""
    write_page(tmp_path / "rain.mp4", "d1", TOLD)
    assert json.loads((tmp_path / "rain.mp4.json").read_text()) == {"digest": "d1", **TOLD}
