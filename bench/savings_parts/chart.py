"""A chart of horizontal bars from 0 to 100 per cent, as SVG, drawn by hand."""

from collections.abc import Mapping

_WIDTH, _LEFT, _RIGHT, _TOP = 640, 210, 590, 60
_BAR, _GAP = 14, 12
_COLOURS = ("#2563eb", "#b45309")


def bars(title: str, series: Mapping[str, Mapping[str, float]]) -> str:
    """Draw one bar for each name and series; values are per cent; one may be missing."""
    names = list(dict.fromkeys(name for values in series.values() for name in values))
    group = _BAR * len(series) + _GAP
    height = _TOP + group * len(names) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{title}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="10" y="20">{title}</text>',
    ]
    for per_cent in range(0, 101, 20):
        x = _x(per_cent)
        parts.append(f'<path d="M{x:.1f} {_TOP - 6}V{height - 34}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{height - 16}" text-anchor="middle">{per_cent}</text>')
    for place, (label, values) in enumerate(series.items()):
        colour = _COLOURS[place % len(_COLOURS)]
        parts.append(f'<text x="{10 + 240 * place}" y="42" fill="{colour}">{label}</text>')
        for row, name in enumerate(names):
            if name not in values:
                continue
            y = _TOP + group * row + _BAR * place
            end = _x(values[name])
            parts.append(
                f'<rect x="{_LEFT}" y="{y}" width="{end - _LEFT:.1f}" height="{_BAR - 2}" '
                f'fill="{colour}"/>'
            )
            parts.append(f'<text x="{end + 5:.1f}" y="{y + 10}">{values[name]:.1f}</text>')
    for row, name in enumerate(names):
        middle = _TOP + group * row + _BAR * len(series) / 2
        parts.append(f'<text x="{_LEFT - 8}" y="{middle + 4:.1f}" text-anchor="end">{name}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _x(per_cent: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * per_cent / 100
