"""Made-up contents that look like those of a web shop."""

import random
from collections.abc import Callable, Mapping

Piece = Callable[[str, str, str], str]
"""Three words into a piece of a content."""


def words(dice: random.Random, count: int) -> str:
    return " ".join(
        "".join(dice.choices("etaoinshrdlu", k=dice.randint(3, 9))) for _ in range(count)
    )


def record(dice: random.Random, shape: Mapping[str, str]) -> dict[str, object]:
    """Members by name; a shape is `number`, `price`, `words`, `yes`, or a text that stays."""
    made: dict[str, object] = {}
    for name, kind in shape.items():
        if kind == "number":
            made[name] = dice.randint(1000, 9999)
        elif kind == "price":
            made[name] = round(dice.uniform(1, 99), 2)
        elif kind == "words":
            made[name] = words(dice, 4)
        elif kind == "yes":
            made[name] = True
        else:
            made[name] = kind
    return made


def script(dice: random.Random, size: int) -> str:
    """As a bundler leaves it."""
    return _filled(
        dice,
        size,
        lambda a, b, c: f'function {a}(e,t){{var n=t.{b}||"{c}";return e.map(r=>r.{a}+n)}}',
    )


def style(dice: random.Random, size: int) -> str:
    return _filled(dice, size, lambda a, b, c: f".{a}-{b}>.{c}{{margin:0;color:#1f2937}}\n")


def markup(dice: random.Random, size: int, *, form: str, said: str) -> str:
    """A page with navigation, cards, perhaps a form, and what was searched for, unencoded."""
    head = (
        f"<!doctype html><html><head><title>{words(dice, 3)}</title></head><body><h1>{said}</h1>"
        f"{form}"
    )
    cards = _filled(
        dice,
        size,
        lambda a, b, c: (
            f'<div class="card"><a href="/p/{a}?from=list">{b}</a><p>{c} {a} {b}</p></div>\n'
        ),
    )
    return f"{head}{cards}</body></html>"


def _filled(dice: random.Random, size: int, piece: Piece) -> str:
    pieces: list[str] = []
    length = 0
    while length < size:
        pieces.append(piece(words(dice, 1), words(dice, 1), words(dice, 1)))
        length += len(pieces[-1])
    return "".join(pieces)
