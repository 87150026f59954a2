"""A stand-in for a model: 3 kB of real ONNX whose subject is anything bright near the middle.

rembg loads it like any other model. It serves to test the pipeline, not the quality of masks.
The bytes are written by hand (in protobuf, a field is its number, its kind and its value), because
the package that writes protobuf is large.
"""

import math
import struct
from pathlib import Path
from typing import Any

SIDE = 320  # pixels on each side of a U2-Net's input
INTS, FLOAT = 7, 1  # type numbers in onnx.proto


def write_model(path: Path, *, constant: float | None = None) -> Path:
    """Write the model and return its path.

    Args:
        constant: the value of every pixel in every mask, or None to analyze each picture.
    """
    bell = [math.exp(-((((i + 0.5) / SIDE - 0.5) * 4) ** 2)) for i in range(SIDE)]
    # the light as rembg normalizes it, smoothed and multiplied by the nearness to the middle
    nodes = [
        _node("Conv", ["image", "weights"], "light", kernel_shape=[1, 1]),
        _node("AveragePool", ["light"], "soft", kernel_shape=[9, 9], pads=[4, 4, 4, 4]),
        _node("Mul", ["soft", "rows"], "upright"),
        _node("Mul", ["upright", "columns"], "near"),
        _node("Sub", ["near", "floor"], "above"),
        _node("Mul", ["above", "slope"], "steep"),
        _node("Sigmoid", ["steep"], "mask"),
    ]
    slope, floor = (30.0, 0.1)
    if constant is not None:
        bell, slope, floor = [0.0] * SIDE, 1.0, -math.log(constant / (1 - constant))
    tensors = [
        _tensor("weights", [1, 3, 1, 1], [0.0687, 0.1602, 0.0163]),
        _tensor("rows", [1, 1, SIDE, 1], bell),
        _tensor("columns", [1, 1, 1, SIDE], bell),
        _tensor("floor", [1], [floor]),
        _tensor("slope", [1], [slope]),
    ]
    graph = b"".join(_field(1, node) for node in nodes) + _field(2, "fixture")
    graph += b"".join(_field(5, tensor) for tensor in tensors)
    graph += _field(11, _value("image", [1, 3, SIDE, SIDE]))
    graph += _field(12, _value("mask", [1, 1, SIDE, SIDE]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_field(1, 8) + _field(7, graph) + _field(8, _field(2, 13)))
    return path


def _number(value: int) -> bytes:
    """Return a whole number as a protobuf varint, seven bits per byte."""
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + _number(rest) if rest else bytes([low])


def _field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return _number(number << 3) + _number(value)
    data = value.encode() if isinstance(value, str) else value
    return _number(number << 3 | 2) + _number(len(data)) + data


def _node(kind: str, inputs: list[str], output: str, **attributes: list[int]) -> bytes:
    made = b"".join(_field(1, name) for name in inputs) + _field(2, output) + _field(4, kind)
    return made + b"".join(_field(5, _ints(*item)) for item in attributes.items())


def _ints(name: str, values: list[int]) -> bytes:
    return _field(1, name) + b"".join(_field(8, value) for value in values) + _field(20, INTS)


def _tensor(name: str, shape: list[int], values: list[float]) -> bytes:
    dims = b"".join(_field(1, side) for side in shape)
    return dims + _field(2, FLOAT) + _field(8, name) + _field(9, _floats(values))


def _floats(values: list[Any]) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)


def _value(name: str, shape: list[int]) -> bytes:
    dims = b"".join(_field(1, _field(1, side)) for side in shape)
    return _field(1, name) + _field(2, _field(1, _field(1, FLOAT) + _field(2, dims)))
