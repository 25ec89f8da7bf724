"""A chart of costs per item over the number of items, as SVG, drawn by hand."""

from collections.abc import Mapping, Sequence
from math import log10

_WIDTH, _HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 600, 40, 250
_COLOURS = ("#2563eb", "#b45309")
_STEPS = 5

Line = Mapping[int, float]
"""Milliseconds per item, by the number of items."""


def chart(title: str, lines: Mapping[str, Line]) -> str:
    sizes = sorted({size for line in lines.values() for size in line})
    top = _ceiling(max(value for line in lines.values() for value in line.values()))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{title}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        *_axes(sizes, top),
    ]
    for number, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        points = [(_x(size, sizes), _y(line[size], top)) for size in sorted(line)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(f'<text x="{_LEFT + number * 270}" y="22" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _axes(sizes: Sequence[int], top: float) -> list[str]:
    parts = []
    for step in range(_STEPS + 1):
        value = top * step / _STEPS
        y = _y(value, top)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:.2f}</text>')
    for size in sizes:
        x = _x(size, sizes)
        parts.append(f'<text x="{x:.1f}" y="{_BOTTOM + 20}" text-anchor="middle">{size:,}</text>')
    middle = (_LEFT + _RIGHT) // 2
    parts.append(f'<text x="{middle}" y="{_BOTTOM + 40}" text-anchor="middle">items</text>')
    return parts


def _ceiling(value: float) -> float:
    """The next fifth or tenth above it."""
    step = float(10 ** (len(str(int(value))) - 1)) / 10 * _STEPS
    return (int(value / step) + 1) * step


def _x(size: int, sizes: Sequence[int]) -> float:
    low, high = log10(sizes[0]), log10(sizes[-1])
    return _LEFT + (_RIGHT - _LEFT) * (log10(size) - low) / (high - low)


def _y(value: float, top: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * value / top
