"""What the offline rules cost: `python -m bench.rules [EXCHANGES]`.

Prints microseconds per exchange for each rule, slowest first, and exchanges per second on one core,
over generated exchanges of about 5 KB: a third each of pages, JSON and JavaScript.
"""

import json
import random
import sys
from time import perf_counter

from reqsift.adapters.pages import read_page
from reqsift.domain.captures import Body, Exchange, Header, Request, Response
from reqsift.domain.rules import RULES
from reqsift.domain.rules.offline import analyze
from reqsift.domain.view import View

BODY_BYTES = 4200
HEADERS = (
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("content-security-policy", "default-src 'self'; frame-ancestors 'self'"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("cache-control", "private, no-store"),
    ("server", "nginx"),
    ("vary", "accept-encoding"),
)
ASKED = (
    ("accept", "*/*"),
    ("accept-language", "en-GB,en;q=0.8"),
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("referer", "https://shop.example/items?page=3"),
)


def exchanges(count: int, seed: int = 7) -> list[Exchange]:
    """The same seed makes the same traffic."""
    dice = random.Random(seed)
    words = ["".join(dice.choices("etaoinshrdlu", k=dice.randint(3, 10))) for _ in range(2000)]
    makers = (_page, _data, _script)
    return [_exchange(dice, words, makers[n % 3](dice, words), n) for n in range(count)]


def _exchange(dice: random.Random, words: list[str], made: tuple[str, str], n: int) -> Exchange:
    kind, text = made
    posted = n % 7 == 0
    form = (
        f"name={dice.choice(words)}&csrf_token={dice.getrandbits(128):x}".encode()
        if posted
        else b""
    )
    form_type = "application/x-www-form-urlencoded" if posted else ""
    cookie = ("cookie", f"theme=dark; sessionid={dice.getrandbits(128):x}")
    body = text.encode()
    return Exchange(
        entry_index=n,
        request=Request(
            method="POST" if posted else "GET",
            url=f"https://shop.example/{dice.choice(words)}/{n}?q={dice.choice(words)}&page=2",
            headers=tuple(Header(*pair) for pair in (*ASKED, cookie)),
            body=Body(content=form, mime_type=form_type, size=len(form)),
        ),
        response=Response(
            status=dice.choice((200, 200, 200, 304, 404, 500)),
            headers=tuple(Header(*pair) for pair in (("content-type", kind), *HEADERS)),
            body=Body(content=body, mime_type=kind, size=len(body)),
        ),
    )


def _page(dice: random.Random, words: list[str]) -> tuple[str, str]:
    rows: list[str] = []
    while sum(map(len, rows)) < BODY_BYTES:
        name = " ".join(dice.choices(words, k=6))
        rows.append(
            f'<li class="{dice.choice(words)}"><a href="/items/{dice.randint(1, 9999)}">{name}</a>'
            f'<img src="/static/{dice.choice(words)}.png" alt="{dice.choice(words)}"></li>\n'
        )
    form = (
        f'<form method="post"><input type="hidden" name="csrf" value="{dice.getrandbits(128):x}">'
    )
    head = "<!doctype html><html><head><title>Shop</title></head><body><!-- list -->"
    return "text/html; charset=utf-8", f"{head}{form}</form><ul>{''.join(rows)}</ul></body></html>"


def _data(dice: random.Random, words: list[str]) -> tuple[str, str]:
    rows: list[dict[str, object]] = []
    while len(rows) * 130 < BODY_BYTES:
        number = dice.randint(1, 10**6)
        made = f"2026-03-{dice.randint(1, 28):02}T10:00:00Z"
        name, tags = " ".join(dice.choices(words, k=4)), dice.choices(words, k=3)
        rows.append({"id": number, "name": name, "price": 10.25, "tags": tags, "created": made})
    return "application/json", json.dumps({"items": rows, "next": None})


def _script(dice: random.Random, words: list[str]) -> tuple[str, str]:
    lines: list[str] = []
    while sum(map(len, lines)) < BODY_BYTES:
        a, b, c = dice.choices(words, k=3)
        lines.append(f"function {a}({b},e){{return e.{c}?{b}.{a}('{c}',e):void 0}};var {b}=[1,2];")
    return "application/javascript", "".join(lines)


def main(count: int) -> None:
    made = exchanges(count)
    start = perf_counter()
    found = sum(len(analyze(View(exchange, read_page)).findings) for exchange in made)
    whole = perf_counter() - start
    views = [View(exchange, read_page) for exchange in made]
    for view in views:  # what the rules share is measured on its own
        _ = (view.lower_body, view.inputs, view.jwts, view.is_page, view.cookies, view.set_cookies)
    costs = []
    for rule in RULES:
        start = perf_counter()
        for view in views:
            for _ in rule.check(view):
                pass
        costs.append((1e6 * (perf_counter() - start) / count, rule.id))
    for cost, name in sorted(costs, reverse=True):
        print(f"{cost:8.2f} µs  {name}")
    print(
        f"{sum(cost for cost, _ in costs):8.2f} µs  all {len(RULES)} rules, shared work done before"
    )
    size = sum(len(e.response.body.content) for e in made if e.response) / count
    rate = f"{count / whole:,.0f} exchanges/s on one core"
    print(f"{1e6 * whole / count:8.2f} µs  whole analysis, {rate}")
    print(f"{size:8.0f} bytes of response body on average, {found} findings")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
