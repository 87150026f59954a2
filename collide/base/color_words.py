"""Colors in other notations: CSS names, three or eight hex digits, `rgb(…)` and `hsl(…)`."""

import colorsys
import re

from collide.base.spoken_number import amount

COLORS = {
    "black": "000000", "white": "FFFFFF", "red": "FF0000", "green": "00FF00", "blue": "0000FF",
    "yellow": "FFFF00", "cyan": "00FFFF", "magenta": "FF00FF", "gray": "808080", "grey": "808080",
    "lime": "00FF00", "aqua": "00FFFF", "fuchsia": "FF00FF", "silver": "C0C0C0", "maroon": "800000",
    "olive": "808000", "navy": "000080", "purple": "800080", "teal": "008080", "orange": "FFA500",
    "pink": "FFC0CB", "brown": "A52A2A", "gold": "FFD700", "violet": "EE82EE", "indigo": "4B0082",
    "turquoise": "40E0D0", "salmon": "FA8072", "coral": "FF7F50", "crimson": "DC143C",
    "darkblue": "00008B", "darkgreen": "006400", "darkred": "8B0000", "lightblue": "ADD8E6",
    "lightgreen": "90EE90", "lightgray": "D3D3D3", "lightgrey": "D3D3D3", "darkgray": "A9A9A9",
    "darkgrey": "A9A9A9", "skyblue": "87CEEB", "hotpink": "FF69B4", "chocolate": "D2691E",
    "lavender": "E6E6FA", "tomato": "FF6347", "limegreen": "32CD32", "forestgreen": "228B22",
    "beige": "F5F5DC", "ivory": "FFFFF0", "khaki": "F0E68C", "tan": "D2B48C",
}  # fmt: skip
_OF_PARTS = re.compile(r"(rgb|hsl)a?\(?([^()]+)\)?|\(?([0-9.%]+(?:[\s,]+[0-9.%]+){2})\)?")


def hex_digits(word: str) -> str | None:
    """Return a lower-case color word as six hex digits, or None if its notation is unknown."""
    if short := re.fullmatch(r"#?([0-9a-f])([0-9a-f])([0-9a-f])", word):
        return "".join(2 * digit for digit in short.groups())
    if opaque := re.fullmatch(r"(?:#|0x)([0-9a-f]{6})[0-9a-f]{2}", word):
        return opaque[1]
    return COLORS.get(re.sub(r"[\s_-]", "", word)) or _of_parts(word)


def _of_parts(word: str) -> str | None:
    """Return the hex digits of a color like `rgb(255, 0, 0)`, `100%,0,0` or `hsl(0, 100%, 50%)`."""
    if not (match := _OF_PARTS.fullmatch(word)):
        return None
    parts = [amount(part) for part in re.split(r"[\s,/]+", (match[2] or match[3]).strip())][:3]
    numbers = [one for one in parts if one]
    if len(numbers) < 3:
        return None
    shares = [value / (100 if unit == "%" else 255) for value, unit in numbers]
    if match[1] == "hsl":
        shares = [value / 100 for value, _ in numbers]
        shares = [*colorsys.hls_to_rgb(numbers[0][0] / 360 % 1, shares[2], shares[1])]
    return "".join(f"{min(255, max(0, round(255 * share))):02x}" for share in shares)
