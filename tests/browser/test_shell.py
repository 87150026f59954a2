"""In a command that a page offers, a shell reads any file name as one plain word."""

import shlex
import subprocess
from pathlib import Path

from collide.base.files import write_whole
from collide.catalog import shipped
from collide.views.clips_page import clips_page
from collide.views.gallery_page import about, gallery_page
from tests.browser.conftest import Open
from tests.browser.test_clips_page import row
from tests.browser.test_gallery import RUN, look


def test_a_copied_name_runs_nothing_in_a_shell(tmp_path: Path, open_page: Open) -> None:
    """A shell reads the copied name of a clip as exactly one word and runs nothing."""
    name = '$(touch pwned) it\'s `touch pwned`; "50%" \\ !!.mp4'
    rows = [row(name, "a")]
    write_whole(tmp_path / "index.html", clips_page(rows, {}, root=tmp_path, folder=tmp_path))
    page = open_page(tmp_path / "index.html").page
    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == shlex.quote(f"clip={name}"), "as collide's own lines are"
    assert page.inner_text("#count") == f"copied: {copied}"
    said = ["/bin/sh", "-c", f"printf '%s' layer2.{copied}"]
    done = subprocess.run(said, cwd=tmp_path, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"layer2.clip={name}", "")
    assert not (tmp_path / "pwned").exists()


def test_each_word_of_a_command_stays_one_shell_word(tmp_path: Path, open_page: Open) -> None:
    """Whatever the name of a project or clip, a shell reads each word of a command as one word."""
    name, knob = "$(touch pwned) it's", "layer2.clip=`touch pwned`.mp4"
    told = {"name": name, "looks": [look(1, still=None)], "run": RUN | {"words": ["render", knob]}}
    (tmp_path / "index.html").write_bytes(gallery_page("x", [told], about(shipped())))
    page = open_page(tmp_path / "index.html").page
    assert page.locator("#run code").text_content() == shlex.join(["doit", "render", knob])
    page.get_by_role("button", name="star 01abcdef").click()
    words = [f"project={name}", "look=01ab"]
    assert page.locator("#line").inner_text() == shlex.join(["doit", "star", *words])
    page.locator(".card").click()
    assert page.locator(".how code").inner_text() == shlex.join(["doit", "debug", *words])
    page.get_by_role("button", name="copy its command").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == shlex.join(["doit", "render", *words])
