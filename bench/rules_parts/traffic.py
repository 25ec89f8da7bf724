"""Exchanges of about 5 KB as a browser's session has them, for any number of rounds the same."""

import random
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.rules_parts import texts
from reqsift.domain.captures import Body, Exchange, Header, Request, Response

Pairs = tuple[tuple[str, str], ...]
Maker = Callable[[random.Random, texts.Words], texts.Made]

_HOSTS = ("shop.example", "www.shop.example", "blog.example", "bank.example", "wiki.example")
_API_HOSTS = ("api.shop.example", "api.bank.example", "graph.example", "shop.example")
_ASSET_HOSTS = ("cdn.shop.example", "static.example", "assets.bank.example", "fonts.example")
_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36",
)
_SAFE: Pairs = (
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("cache-control", "private, no-store"),
)
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{0}' 'strict-dynamic'; object-src 'none'; "
    "style-src 'self'; img-src 'self' data: https://cdn.shop.example; base-uri 'none'; "
    "frame-ancestors 'self'; form-action 'self'"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of exchange, and how many of a hundred are of it."""

    share: int
    hosts: tuple[str, ...]
    path: str
    answered: Maker | None = None
    sent: Maker | None = None
    statuses: tuple[int, ...] = (200,)
    fetched: tuple[str, str] = ("empty", "cors")
    """As `Sec-Fetch-Dest` and `Sec-Fetch-Mode` say it."""
    method: str = ""


_VISIT = ("document", "navigate")
_SCRIPT, _STYLE, _IMAGE = (("script", "no-cors"), ("style", "no-cors"), ("image", "no-cors"))
KINDS = (
    Kind(22, _HOSTS, "/{0}/{1}?page={2}&q={3}", texts.page, fetched=_VISIT),
    Kind(7, _HOSTS, "/{0}/edit?id={1}", texts.form_page, fetched=_VISIT),
    Kind(19, _API_HOSTS, "/v1/{0}?limit=20&cursor={2}", texts.data),
    Kind(5, _API_HOSTS, "/v1/{0}/{1}", texts.data, texts.sent_data, (200, 201)),
    Kind(2, _API_HOSTS, "/v1/{0}/{1}", None, None, (204,), method="DELETE"),
    Kind(23, _ASSET_HOSTS, "/js/{0}.{1}.js", texts.script, fetched=_SCRIPT),
    Kind(4, _ASSET_HOSTS, "/css/{0}.{1}.css?v={2}", texts.style, fetched=_STYLE),
    Kind(5, _ASSET_HOSTS, "/img/{0}/{1}.png", fetched=_IMAGE),
    Kind(3, _HOSTS, "/{0}/save", None, texts.sent_form, (302, 303), fetched=_VISIT),
    Kind(2, _HOSTS, "/{0}?next=/{3}", None, None, (301, 302, 307), fetched=_VISIT),
    Kind(2, _HOSTS, "/{0}", None, None, (304,), fetched=_VISIT),
    Kind(3, _HOSTS, "/{0}/{1}", texts.error_page, None, (404, 404, 500, 403), fetched=_VISIT),
    Kind(3, _API_HOSTS, "/v2/{0}/{1}", texts.error_data, texts.sent_data, (400, 401, 422, 500)),
)
_PLAN = tuple(kind for kind in KINDS for _ in range(kind.share))


def exchanges(count: int, seed: int = 7) -> list[Exchange]:
    """The same seed makes the same traffic."""
    return list(iterate(count, seed))


def iterate(count: int, seed: int = 7) -> Iterator[Exchange]:
    """The same, one after the other."""
    dice = random.Random(seed)
    known = texts.words(dice)
    plan = list(_PLAN)
    for n in range(count):
        if n % len(plan) == 0:
            dice.shuffle(plan)
        yield _exchange(dice, known, plan[n % len(plan)], n)


def _exchange(dice: random.Random, known: texts.Words, kind: Kind, n: int) -> Exchange:
    host = dice.choice(kind.hosts)
    path = kind.path.format(
        dice.choice(known),
        dice.randint(1, 99999),
        n,
        texts.sentence(dice, known, 2).replace(" ", "+"),
    )
    sent_type, sent = kind.sent(dice, known) if kind.sent else ("", "")
    asked = sent.encode()
    method = kind.method or ("POST" if sent else "GET")
    return Exchange(
        entry_index=n,
        request=Request(
            method=method,
            url=f"https://{host}{path}",
            http_version="HTTP/2",
            headers=_headers(_asked(dice, kind, host, sent_type)),
            body=Body(content=asked, mime_type=sent_type, size=len(asked)),
        ),
        response=_response(dice, known, kind),
        duration_ms=round(dice.expovariate(1 / 80), 3),
    )


def _response(dice: random.Random, known: texts.Words, kind: Kind) -> Response:
    media, content = "", b""
    if kind.answered:
        media, text = kind.answered(dice, known)
        content = text.encode()
    elif kind.fetched is _IMAGE:
        media, content = "image/png", b"\x89PNG\r\n\x1a\n" + dice.randbytes(4000)
    status = dice.choice(kind.statuses)
    told = [*_answered(dice, kind, media)]
    if 300 <= status < 304 or status == 307:
        told.append(("location", f"/{dice.choice(known)}/{dice.randint(1, 9999)}"))
    return Response(
        status=status,
        http_version="HTTP/2",
        headers=_headers(tuple(told)),
        body=Body(content=content, mime_type=media, size=len(content)),
    )


def _asked(dice: random.Random, kind: Kind, host: str, sent_type: str) -> Pairs:
    page = kind.fetched is _VISIT
    told = [
        ("host", host),
        ("user-agent", dice.choice(_AGENTS)),
        ("accept", "text/html,application/xhtml+xml,*/*;q=0.8" if page else "*/*"),
        ("accept-language", "en-GB,en;q=0.8"),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("referer", f"https://{host}/items?page=3"),
        ("sec-fetch-dest", kind.fetched[0]),
        ("sec-fetch-mode", kind.fetched[1]),
        ("sec-fetch-site", "same-origin"),
    ]
    if kind.hosts is not _ASSET_HOSTS:
        told.append(("cookie", _cookies(dice)))
    if kind.hosts is _API_HOSTS and dice.random() < 0.7:
        told.append(("authorization", f"Bearer {_token(dice)}"))
    if sent_type:
        told += [("content-type", sent_type), ("origin", f"https://{host}")]
    return tuple(told)


def _answered(dice: random.Random, kind: Kind, media: str) -> Pairs:
    told = [
        ("date", "Mon, 02 Mar 2026 09:00:00 GMT"),
        ("server", dice.choice(("nginx", "cloudflare", "Apache", "envoy"))),
        ("vary", "accept-encoding, cookie"),
    ]
    if media:
        told.append(("content-type", media))
    if kind.hosts is _ASSET_HOSTS:
        told += [
            ("cache-control", "public, max-age=31536000, immutable"),
            ("etag", f'W/"{dice.getrandbits(64):x}"'),
            ("access-control-allow-origin", "*"),
            *_SAFE[:2],
        ]
    else:
        told += [*_SAFE, ("x-request-id", texts.uuid(dice))]
    if kind.fetched is _VISIT:
        told.append(("content-security-policy", _POLICY.format(f"{dice.getrandbits(64):x}")))
        if dice.random() < 0.3:
            flags = "Path=/; Secure; HttpOnly; SameSite=Lax"
            told.append(("set-cookie", f"sessionid={dice.getrandbits(128):032x}; {flags}"))
    return tuple(told)


def _cookies(dice: random.Random) -> str:
    return (
        f"theme=dark; sessionid={dice.getrandbits(128):032x}; _ga=GA1.2.{dice.randint(1, 10**9)}."
        f"1700000000; consent=yes; csrftoken={dice.getrandbits(128):032x}; lang=en"
    )


def _token(dice: random.Random) -> str:
    claims = f'{{"sub":"{dice.randint(1, 9999)}","iat":1772442000,"exp":1772445600,"aud":"shop"}}'
    parts = (b'{"alg":"RS256","typ":"JWT","kid":"k1"}', claims.encode(), dice.randbytes(256))
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def _headers(pairs: Pairs) -> tuple[Header, ...]:
    return tuple(Header(*pair) for pair in pairs)
