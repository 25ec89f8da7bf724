"""Harmless values that look like secrets, each in a place where it is usual."""

import json
import random
import string
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from reqsift.domain.captures import Exchange, Header
from tests.corpus.places import exchange

_SEED = 20260306
_EACH = 8
_HEX = "0123456789abcdef"
_ALNUM = string.ascii_letters + string.digits
_JSON, _HTML, _SCRIPT = "application/json", "text/html", "text/javascript"


def look_alikes() -> list[tuple[Exchange, str]]:
    """Exchanges, each with a value that may leave; the same ones each time."""
    chance = random.Random(_SEED)
    return [*_drawn(chance), *_written()]


def _drawn(chance: random.Random) -> Iterator[tuple[Exchange, str]]:
    for place, make in _DRAWN:
        for _ in range(_EACH):
            value = make(chance)
            yield place(value), value


def _written() -> Iterator[tuple[Exchange, str]]:
    for name, value in _FIELDS:
        text = json.dumps({"id": 7, name: value, "state": "open"})
        yield exchange(answered=(text, _JSON)), f'"{name}": {json.dumps(value)}'
    for text in _SENTENCES:
        yield exchange(answered=(f"<p>{text}</p>", _HTML)), text
    for text in _CODE:
        yield exchange(answered=(f"(function(){{{text}}})()", _SCRIPT)), text
    for name, value in _HEADERS:
        yield exchange(answer_headers=(Header(name, value),)), value
    for pair in _QUERIES:
        yield exchange(url=f"https://shop.example/find?page=2&{pair}&sort=date"), pair


def _in_json(name: str) -> Callable[[str], Exchange]:
    return lambda value: exchange(answered=(json.dumps({name: value, "state": "open"}), _JSON))


def _in_header(name: str) -> Callable[[str], Exchange]:
    return lambda value: exchange(answer_headers=(Header(name, value),))


def _in_query(name: str) -> Callable[[str], Exchange]:
    return lambda value: exchange(url=f"https://shop.example/find?{name}={value}&page=2")


def _in_path(value: str) -> Exchange:
    return exchange(url=f"https://shop.example/orders/{value}/lines")


def _in_page(before: str, after: str) -> Callable[[str], Exchange]:
    return lambda value: exchange(answered=(f"<body>{before}{value}{after}</body>", _HTML))


def _hex(length: int) -> Callable[[random.Random], str]:
    return lambda chance: "".join(chance.choices(_HEX, k=length))


def _uuid(chance: random.Random) -> str:
    return str(UUID(bytes=chance.randbytes(16), version=4))


def _integrity(chance: random.Random) -> str:
    return f"sha384-{b64encode(chance.randbytes(48)).decode()}"


def _moment(chance: random.Random) -> str:
    return (
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(10**7))
    ).isoformat()


def _number(first: int, last: int) -> Callable[[random.Random], str]:
    return lambda chance: str(chance.randrange(first, last))


def _no_card(chance: random.Random) -> str:
    """An order's number of sixteen digits that fails the check of Luhn."""
    while _luhn(number := "4" + "".join(chance.choices(string.digits, k=15))):
        pass
    return number


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _chunk(chance: random.Random) -> str:
    return f"/assets/main.{''.join(chance.choices(_HEX, k=20))}.js"


def _asset(chance: random.Random) -> str:
    return f"/static/css/theme-{''.join(chance.choices(_ALNUM, k=8))}.css"


def _version(chance: random.Random) -> str:
    return f"{chance.randrange(20)}.{chance.randrange(60)}.{chance.randrange(400)}-rc.1+build.417"


def _picture(chance: random.Random) -> str:
    return "data:image/png;base64,iVBORw0KGgo" + b64encode(chance.randbytes(120)).decode()


def _trace(chance: random.Random) -> str:
    return f"00-{_hex(32)(chance)}-{_hex(16)(chance)}-01"


_DRAWN = (
    (_in_json("id"), _uuid),
    (_in_json("order_id"), _uuid),
    (_in_path, _uuid),
    (_in_query("item"), _uuid),
    (_in_header("X-Request-Id"), _uuid),
    (_in_header("X-Correlation-ID"), _hex(32)),
    (_in_header("traceparent"), _trace),
    (_in_header("ETag"), lambda chance: f'W/"{_hex(32)(chance)}"'),
    (_in_header("Last-Modified"), lambda _: "Thu, 05 Mar 2026 10:00:01 GMT"),
    (_in_header("X-Build"), _hex(40)),
    (_in_json("sha256"), _hex(64)),
    (_in_json("commit"), _hex(40)),
    (_in_json("checksum"), _hex(32)),
    (_in_json("created_at"), _moment),
    (_in_json("timestamp"), _number(1_760_000_000_000, 1_790_000_000_000)),
    (_in_json("order"), _no_card),
    (_in_json("version"), _version),
    (_in_json("sku"), lambda chance: f"SKU-{chance.randrange(10**6, 10**7)}-BLUE-XL"),
    (_in_json("price"), lambda chance: f"{chance.randrange(10**4)}.{chance.randrange(10, 100)}"),
    (_in_json("colour"), lambda chance: f"#{_hex(6)(chance)}"),
    (_in_json("buildId"), lambda chance: "".join(chance.choices(_ALNUM, k=21))),
    (_in_json("_id"), _hex(24)),
    (_in_json("etag"), _hex(32)),
    (_in_query("v"), _hex(20)),
    (_in_query("t"), _number(1_760_000_000, 1_790_000_000)),
    (_in_query("order"), _number(10**11, 10**12)),
    (_in_page('<script src="', '"></script>'), _chunk),
    (_in_page('<link rel="stylesheet" href="', '">'), _asset),
    (_in_page('<script src="/a.js" integrity="', '"></script>'), _integrity),
    (_in_page('<img alt="" src="', '">'), _picture),
    (_in_page('<div class="css-', ' grid">'), _hex(12)),
)

_FIELDS: tuple[tuple[str, object], ...] = (
    ("key", "blue-shirt"),
    ("key", "summer"),
    ("key", 17),
    ("key", "product.title.short"),
    ("key", "5f0c1a7e-3f6c-4c1a-9b1d-0d8a2f5b7c11"),
    ("primaryKey", 5),
    ("foreignKey", "customer_id"),
    ("sortKey", "created_at"),
    ("partition_key", "europe"),
    ("i18nKey", "checkout.title"),
    ("keyboard", "qwertz-105-keys-2026"),
    ("keywords", "garden,summer,blue-2026"),
    ("keyframes", "spin-360deg-forever"),
    ("author", "Ada Lovelace the 1st"),
    ("authors", "A1-B2-Writers-Group-2026"),
    ("authority", "City of Utrecht 2026"),
    ("authenticated", True),
    ("auth_method", "password"),
    ("auth_type", "oauth2"),
    ("tokenize", "whitespace-v2-unicode61"),
    ("tokenizer", "cl100k_base_2023_version"),
    ("token_type", "Bearer"),
    ("token_count", 1834),
    ("max_tokens", 4096),
    ("tokens_used", 120934),
    ("password", ""),
    ("password", None),
    ("password", True),
    ("password_required", True),
    ("password_min_length", 12),
    ("password_hint", "the usual one"),
    ("passwordLabel", "Choose a password"),
    ("passenger", "Charles Babbage 1791"),
    ("passport_required", False),
    ("passing_score", "80-of-100-points"),
    ("compass", "north-by-northwest-12"),
    ("secret", False),
    ("secretary", "Grace Hopper 1906-1992"),
    ("session_count", 12),
    ("session_timeout", 3600),
    ("sessions", 3),
    ("obsession", "coffee-and-2-cakes"),
    ("csrf_enabled", True),
    ("csrf_header_name", "X-CSRF-Token"),
    ("public_key", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7Jx1"),
    ("publicKey", "ssh-ed25519"),
    ("pinned", True),
    ("pinColor", "#aa2233"),
    ("shipping", "express-24h-europe"),
    ("signal", "strong-5-of-5-bars"),
    ("signup_url", "/signup?plan=team-2026"),
    ("design", "classic-2026-blue-large"),
    ("hash", "#section-2-delivery"),
    ("hashtag", "#summer2026forever"),
    ("phone_required", False),
    ("mobile", True),
    ("monkey", "capuchin-0042-brazil"),
    ("turkey", "roasted-12-pounds-2026"),
    ("hotkey", "ctrl+shift+k"),
    ("side", "left-then-right-12"),
    ("resident", "since-2019-in-utrecht"),
    ("credits", 250),
    ("is_admin", False),
    ("total", 1234567890),
)
_SENTENCES = (
    "Your password must have at least 12 characters.",
    "Forgot your password? Reset it here.",
    "Password: required",
    "The token expires after 15 minutes.",
    "A session ends when you close the browser.",
    "Basic knowledge of gardening is enough.",
    "The bearer of this letter may enter.",
    "Call between 9.00 and 17.30 on 2026-03-05.",
    "Version 10.15.7 was released on 05.03.2026.",
    "Serial 978-3-16-148410-0 is a book.",
    "Served by 192.168.10.24 in 0.123456789 seconds.",
    "Follow @reqsift or write to the desk @ noon.",
    "The secret of good bread is time.",
    "Key: value pairs are kept in order.",
)
_CODE = (
    "var token=getToken();",
    "var password=document.getElementById('pw').value;",
    "this.session=null;",
    "const key=event.key;",
    "if(key==='Enter')submit();",
    "let csrfToken=readCookie(name);",
    "function tokenize(text){return text.split(' ')}",
    "sessionStorage.setItem('theme','dark');",
    "auth:function(){return state.user}",
    "return{password:e.password,token:t.token};",
    "Object.keys(map).forEach(visit);",
    "switch(key){case'ArrowLeft':break}",
    "headers['X-CSRF-Token']=token;",
    "import('@scope/package@1.2.3');",
)
_HEADERS = (
    ("Cache-Control", "public, max-age=31536000, immutable"),
    ("X-Powered-By", "Express 4.18.2"),
    ("X-Cache-Key", "/orders/17/nl-NL/desktop"),
    ("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ("Surrogate-Key", "product-17 category-3 home"),
    ("Access-Control-Allow-Headers", "Authorization, X-Api-Key, X-CSRF-Token"),
    ("WWW-Authenticate", 'Bearer realm="orders"'),
    ("X-RateLimit-Reset", "1772704801"),
    ("Server", "nginx/1.25.3"),
    ("CF-RAY", "8a1b2c3d4e5f6a7b-AMS"),
    ("Alt-Svc", 'h3=":443"; ma=86400'),
    ("X-Frame-Options", "SAMEORIGIN"),
)
_QUERIES = (
    "key=blue-shirt",
    "keyword=garden+chair+2026",
    "author=lovelace",
    "token_type=bearer",
    "sessions=12",
    "utm_campaign=summer-2026-newsletter-nl",
    "sid=12",
    "pin=true",
    "sort_key=created_at",
    "grant_type=password",
    "response_type=token",
    "scope=openid+profile+orders.read",
)
