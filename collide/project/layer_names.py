"""Spellings of a layer's knob: layers2.opacity, L2-opacity, layertwo.opacity.

collide accepts only `layer2.opacity`; the error for any other spelling suggests this form.
"""

import re

from collide.base.spoken_number import NUMBERS, cleaned
from collide.base.words import slips
from collide.catalog import knobs

_BETWEEN = r"[\s._,:;/>\])}-]*"
_HEAD = re.compile(
    rf"(?:layers?|lay|l|videos?|clips?|tracks?|v)?[\s._#\[({{-]*([0-9]{{1,3}}){_BETWEEN}(.*)"
)
_TYPO = re.compile(rf"([a-z]{{2,8}})[\s._#-]*([0-9]{{1,2}}){_BETWEEN}(.+)")
_WORD = re.compile(rf"layers?[\s_-]*({'|'.join(NUMBERS)}){_BETWEEN}(.*)")
_TAIL = re.compile(r"([a-z_]{2,})[\s._,:;/\[(@-]*(?:layer[\s_]*)([0-9]{1,3})[\])]?")
_BASE = re.compile(r"(?:base|background|bottom)(?:[\s_-]?layer)?\.(\w+)")  # layer 1
_NUMBERED = re.compile(r"([a-z_]+?)[\s._#-]*([1-9])")  # similarity.2
_ONE = r"(?:layers?[\s_]*)?[1-9]"
_LIST = re.compile(rf"\s*{_ONE}(?:(?:[\s,&+]|\band\b|\bwith\b)+{_ONE})*\s*")


def layers_of(name: str) -> tuple[list[int], str]:
    """Return the numbers of the layers in a name, and the rest: the knob, in lower case."""
    layers, rest = list[int](), cleaned(name).lower()
    while match := _HEAD.fullmatch(rest) or _WORD.fullmatch(rest):
        layers.append(int(NUMBERS.get(match[1], match[1])))
        rest = match[2]
    if not layers and (match := _BASE.fullmatch(rest)):
        return [1], match[1]
    if not layers and (match := _TAIL.fullmatch(rest)):
        return [int(match[2])], match[1]
    match = None if layers or rest in knobs() else _NUMBERED.fullmatch(rest)
    if match and match[1] in knobs() and knobs()[match[1]].scope != "piece":
        return [int(match[2])], match[1]
    if not layers and (match := _TYPO.fullmatch(rest)) and _means_layer(match[1]):
        return [int(match[2])], match[3]
    return layers, rest


def numbered(text: str) -> list[int]:
    """Return the numbers in a list of layers (`2,3`, `layer2 and layer3`), or [] for other text."""
    words = cleaned(text).lower()
    return [int(one) for one in re.findall("[1-9]", words)] if _LIST.fullmatch(words) else []


def _means_layer(word: str) -> bool:
    """Return whether a word is a typo or an abbreviation of `layer`: `layr`, `lyr`."""
    return word[0] == "l" and (slips(word, "layer") <= 1 or word in ("lyr", "lr", "ly"))
