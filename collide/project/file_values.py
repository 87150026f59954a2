"""JSON for knob values in notations that JSON lacks: 2s, 0.2..0.4, 720p."""

import json
from typing import Any

from collide.base.errors import InputError
from collide.base.json_slips import ToJson, by_form, json_value
from collide.base.spoken_number import amount, cleaned, ends
from collide.catalog import Catalog
from collide.instrument import Range
from collide.limits import BadValueError, as_typed
from collide.project.settings import current, parse, takes


def meant_by(catalog: Catalog) -> ToJson:
    """Return a function that maps a knob and its text to JSON, and to limits for invalid text."""

    def to_json(name: str, text: str) -> tuple[str, str]:
        knob = catalog.knobs.get(current(name))
        value = by_form(name, text)[0]
        if knob is None:
            return value, ""
        limits = f"{name} takes {knob.limit}"
        if not value:
            none = takes(name, "none", catalog)
            return ('"none"', "") if none and cleaned(text).lower() == "none" else ("", limits)
        if takes(name, json.loads(value), catalog):
            return value, ""
        near = _near(name, text, catalog)
        return (json_value(name, near) if near else value), limits

    return to_json


def _near(name: str, text: str, catalog: Catalog) -> str:
    """Return the valid value nearest to `text` (as typed), or "" if no value is near."""
    limit = catalog.knobs[current(name)].limit
    if not isinstance(limit, Range):
        return limit.near(text) or ""
    try:
        parse(name, text, catalog)
        return text
    except BadValueError as error:
        return error.instead if all(map(amount, ends(text))) else ""
    except InputError:
        return ""


def listed(value: Any) -> str:
    """Join a list's values with commas; return any other value as typed."""
    return ",".join(map(as_typed, value)) if isinstance(value, list) else as_typed(value)
