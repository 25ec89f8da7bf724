"""What redaction costs: `python -m bench.redaction`.

Prints milliseconds of CPU to find and mask the secrets of typical exchanges of 10 KB, and of bodies
of 10 MB, ordinary and hostile ones.
"""

import json
import random
from base64 import b64encode
from collections.abc import Callable
from time import process_time

from reqsift.domain.captures import Body, Exchange, Header, Request, Response
from reqsift.domain.redaction import Secret, masked, secrets_in
from reqsift.domain.view import View

SMALL, LARGE = 10_000, 10_000_000
_ASKED = (
    ("host", "shop.example"),
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("accept", "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8"),
    ("accept-language", "en-GB,en;q=0.8"),
    ("referer", "https://shop.example/items?page=3"),
    ("cookie", "theme=dark; sessionid=4f1c9e0b7a2d8c3e5f6a; _ga=GA1.2.1402334.1700000000"),
    ("authorization", "Bearer 7Qm2xV9bT4kLw8Zs1Nf6"),
)
_ANSWERED = (
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("content-security-policy", "default-src 'self'; frame-ancestors 'self'"),
    ("cache-control", "private, no-store"),
    ("etag", 'W/"5f3c-18c2a9b7d10"'),
    ("set-cookie", "cart=9b1c7f42d08e; Path=/; HttpOnly; Secure"),
    ("date", "Tue, 14 Nov 2023 22:13:20 GMT"),
)


def exchange(body: str, mime_type: str) -> Exchange:
    content = body.encode()
    return Exchange(
        entry_index=0,
        request=Request(
            method="GET",
            url="https://shop.example/api/items/17?page=2&sort=name&token=0fb91a7c3d5e2468",
            headers=tuple(Header(*pair) for pair in _ASKED),
        ),
        response=Response(
            status=200,
            headers=tuple(Header(*pair) for pair in (("content-type", mime_type), *_ANSWERED)),
            body=Body(content=content, mime_type=mime_type, size=len(content)),
        ),
    )


def data(size: int, dice: random.Random) -> str:
    """A list of records, one in ten of them with an e-mail address."""
    records = []
    length = 0
    while length < size:
        record = {
            "id": dice.randrange(10**6),
            "uuid": f"{dice.getrandbits(32):08x}-1f2e-4c3b-9a7d-{dice.getrandbits(48):012x}",
            "title": _words(dice, 6),
            "price": round(dice.uniform(1, 99), 2),
            "updated": f"2026-03-{dice.randint(10, 28)}T12:{dice.randint(10, 59)}:00Z",
            "image": f"/static/{_words(dice, 1)}.{dice.getrandbits(64):016x}.webp",
            "seller": f"{_words(dice, 1)}@mail.example" if dice.random() < 0.1 else None,
        }
        records.append(record)
        length += len(json.dumps(record)) + 2
    return json.dumps({"items": records, "next": None})[:size]


def page(size: int, dice: random.Random) -> str:
    """A page with links, a form and scripts."""
    form = '<form><input type="hidden" name="csrf_token" value="b3e1f9a27c4d"></form>'
    pieces = [f"<!doctype html><html><head><title>Shop</title></head><body>{form}"]
    length = len(pieces[0])
    while length < size:
        piece = (
            f'<div class="card" id="c{dice.randrange(9999)}"><a href="/items/{dice.randrange(999)}'
            f'?from=list">{_words(dice, 4)}</a><p>{_words(dice, 14)}</p></div>\n'
        )
        pieces.append(piece)
        length += len(piece)
    return "".join(pieces)[:size]


def _words(dice: random.Random, count: int) -> str:
    return " ".join(
        "".join(dice.choices("etaoinshrdlu", k=dice.randint(3, 9))) for _ in range(count)
    )


def large_bodies(dice: random.Random) -> dict[str, str]:
    """By what they are; the hostile ones repeat what a careless pattern would stumble on."""
    binary = dice.randbytes(LARGE * 3 // 4)
    hostile = ("a", "=", '"', ".", "@", "1", "-", "A", " ", "<", "%40", "a.", "a@", "a=", "1 ")
    words = ("token", "key=", '"key":"', "://", "bearer ", "eyJ", "-----BEGIN", "pass ", "4111 ")
    return {
        "JSON": data(LARGE, dice),
        "HTML": page(LARGE, dice),
        "base64": b64encode(binary).decode(),
        "base64, in lines": "\n".join(
            b64encode(binary[n : n + 57]).decode() for n in range(0, len(binary), 57)
        ),
        **{f"only {one!r}": one * (LARGE // len(one)) for one in (*hostile, *words)},
    }


def cost(made: Exchange, rounds: int) -> float:
    """Milliseconds of CPU, the least of some rounds, each with a fresh view."""

    def placeholder(secret: Secret) -> str:
        return f"<{secret.kind.value}_1>"

    def once() -> float:
        view = View(made)
        start = process_time()
        masked(view, secrets_in(view), placeholder)
        return (process_time() - start) * 1000

    return min(_repeated(once, rounds))


def _repeated(measure: Callable[[], float], rounds: int) -> list[float]:
    return [measure() for _ in range(rounds)]


def main() -> None:
    dice = random.Random(7)
    small = {
        "JSON": exchange(data(SMALL, dice), "application/json"),
        "HTML": exchange(page(SMALL, dice), "text/html"),
    }
    for name, made in small.items():
        print(f"10 KB {name:<24} {cost(made, 300):>10.2f} ms", flush=True)
    for name, body in large_bodies(dice).items():
        made = exchange(body, "text/plain")
        print(f"10 MB {name:<24} {cost(made, 1):>10.0f} ms", flush=True)


if __name__ == "__main__":
    main()
