"""Pages that people open from disk, assembled from small HTML, CSS and JavaScript files.

A page is a single file and loads only pictures and videos from disk. `$name` is a placeholder in a
page. Names of clips and presets are untrusted: they are inserted only through `tag` and `text`; in
scripts, only through `data`.
"""

import html
import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

HERE = Path(__file__).parent / "assets"


def page(name: str, *, title: str, script: str = "", **parts: str) -> bytes:
    """Return the page whose body is assets/NAME.html, with `parts` (HTML or JSON) filled in.

    `script` lists JavaScript files in assets/, in order: "a.js b.js".
    """
    read = (HERE / "paper.css", HERE / "parts.css", HERE / f"{name}.css")
    style = "\n".join(path.read_text(encoding="utf-8") for path in read if path.exists())
    code = "\n".join(['"use strict";', *(_read(file) for file in script.split())])
    named = {"title": text(title), "script": code, **parts}
    body = _filled(f"{name}.html", named)
    return _filled("shell.html", {"title": named["title"], "style": style, "body": body}).encode()


def _read(file: str) -> str:
    return (HERE / file).read_text(encoding="utf-8")


def _filled(file: str, parts: Mapping[str, str]) -> str:
    return Template((HERE / file).read_text(encoding="utf-8")).substitute(parts)


def text(value: object) -> str:
    """Escape a value for an element or an attribute."""
    return html.escape(str(value))


def tag(name: str, *inside: str, **attributes: object) -> str:
    """Return an HTML element with `class_` as its class, and without attributes that are None."""
    attrs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{attrs}>{''.join(inside)}</{name}>"


def data(value: Any) -> str:
    """Return plain data as JSON that cannot close the script element around it."""
    written = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
