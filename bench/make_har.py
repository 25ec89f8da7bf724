"""Writes a HAR of any size, as varied as real traffic: `python -m bench.make_har PATH ENTRIES`."""

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

HOSTS = ("shop.example", "api.shop.example", "cdn.shop.example", "id.example", "ads.example")
SECTIONS = ("items", "users", "orders", "search", "cart", "static/js", "static/css", "images")
KINDS = ("text/html; charset=utf-8", "application/json", "application/javascript")
START = datetime(2026, 1, 1, tzinfo=UTC)
BODY_BYTES = 2600
REPEATED = 0.05  # of the bodies, like an error page or an empty list


def write_har(path: Path, entries: int, seed: int = 7) -> None:
    """Write `entries` entries of about 5 KB each; the same seed gives the same file."""
    dice = random.Random(seed)
    words = ["".join(dice.choices("etaoinshrdlu", k=dice.randint(3, 10))) for _ in range(3000)]
    common = [_body(dice, words, kind) for kind in KINDS for _ in range(3)]
    with path.open("w", encoding="utf-8") as file:
        file.write('{"log":{"version":"1.2","creator":{"name":"make_har","version":"1"},"pages":[]')
        file.write(',"entries":[')
        for number in range(entries):
            file.write("," if number else "")
            json.dump(_entry(dice, words, common, number), file, ensure_ascii=False)
        file.write("]}}")


def _entry(dice: random.Random, words: list[str], common: list[str], number: int) -> object:
    host, section = dice.choice(HOSTS), dice.choice(SECTIONS)
    kind = number % len(KINDS)
    text = dice.choice(common) if dice.random() < REPEATED else _body(dice, words, KINDS[kind])
    url = f"https://{host}/{section}/{dice.randint(1, 9999)}?n={number}&q={dice.choice(words)}"
    return {
        "startedDateTime": (START + timedelta(milliseconds=40 * number)).isoformat(),
        "time": round(dice.expovariate(1 / 80), 3),
        "_initiator": {"type": "script"},
        "request": _request(dice, words, url, host),
        "response": {
            "status": dice.choice((200, 200, 200, 200, 304, 404, 500)),
            "statusText": "",
            "httpVersion": "http/2.0",
            "headers": [
                {"name": "content-type", "value": KINDS[kind]},
                {"name": "etag", "value": f'W/"{dice.getrandbits(64):x}"'},
                {"name": "set-cookie", "value": f"sid={dice.getrandbits(128):x}; Path=/; Secure"},
                *_headers(dice, words, 6),
            ],
            "cookies": [],
            "content": {"size": len(text.encode()), "mimeType": KINDS[kind], "text": text},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"blocked": 0.5, "send": 0.1, "wait": 30.2, "receive": 1.4, "ssl": -1},
    }


def _request(dice: random.Random, words: list[str], url: str, host: str) -> dict[str, object]:
    request: dict[str, object] = {
        "method": "GET",
        "url": url,
        "httpVersion": "http/2.0",
        "headers": [
            {"name": ":authority", "value": host},
            {"name": "user-agent", "value": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101"},
            {"name": "cookie", "value": f"sid={dice.getrandbits(128):x}; theme=dark"},
            *_headers(dice, words, 6),
        ],
        "queryString": [{"name": "q", "value": "x"}],
        "cookies": [],
        "headersSize": -1,
        "bodySize": 0,
    }
    if dice.random() < 0.15:
        text = json.dumps({dice.choice(words): dice.choice(words) for _ in range(6)})
        request |= {"method": "POST", "bodySize": len(text)}
        request["postData"] = {"mimeType": "application/json", "text": text}
    return request


def _headers(dice: random.Random, words: list[str], count: int) -> list[dict[str, str]]:
    return [
        {"name": f"x-{dice.choice(words)}", "value": " ".join(dice.choices(words, k=4))}
        for _ in range(count)
    ]


def _body(dice: random.Random, words: list[str], kind: str) -> str:
    said = " ".join(dice.choices(words, k=BODY_BYTES // 9))
    if "json" in kind:
        parts = said.split(" ")
        return json.dumps([{"id": len(part), "name": part, "ok": True} for part in parts[::4]])
    if "html" in kind:
        return f"<!doctype html>\n<title>é {said[:20]}</title>\n<p>{said}</p>\n"
    return f'"use strict";\nconst words = "{said}".split(" ");\nexport default words;\n'


if __name__ == "__main__":
    write_har(Path(sys.argv[1]), int(sys.argv[2]))
