"""The pages that people open from the disk: small files of HTML, CSS and JavaScript, put together.

One page is one file, and asks for nothing but pictures and videos beside it. A place in a page
is `$name`; what is put there is HTML already, made by `tag` or `text`, and data for its script
goes through `data`. Names of clips and presets come from strangers: no other way leads in.
"""

import html
import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

HERE = Path(__file__).parent / "assets"


def page(name: str, *, title: str, script: str = "", **parts: str) -> bytes:
    """Return a page.

    Args:
        name: of its HTML file here, which is its body.
        title: of the page, a text.
        script: of its JavaScript files here, in order, by name: "a.js b.js".
        parts: HTML for the places in it.
    """
    read = (HERE / "paper.css", HERE / f"{name}.css")
    style = "\n".join(path.read_text(encoding="utf-8") for path in read if path.exists())
    code = "\n".join((HERE / file).read_text(encoding="utf-8") for file in script.split())
    named = {"title": text(title), "script": code, **parts}
    body = _filled(f"{name}.html", named)
    return _filled("shell.html", {"title": named["title"], "style": style, "body": body}).encode()


def _filled(file: str, parts: Mapping[str, str]) -> str:
    return Template((HERE / file).read_text(encoding="utf-8")).substitute(parts)


def text(value: object) -> str:
    """Return a text as HTML shows it, in an element or in an attribute."""
    return html.escape(str(value))


def tag(name: str, *inside: str, **attributes: object) -> str:
    """Return an element; `class_` is class, and an attribute that is None is left out.

    Args:
        name: of the element.
        inside: HTML.
        attributes: texts.
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{''.join(inside)}</{name}>"


def data(value: Any) -> str:
    """Return plain data as it can stand inside a script element: nothing in it can end that."""
    written = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
