"""What the made-up shop answers, and which weaknesses stand in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    method: str
    path: str
    """`{id}` and `{word}` are filled in."""
    weight: int = 10
    status: int = 200
    sends: Mapping[str, str] = field(default_factory=dict)
    """Shape of the request's body; see `bodies.record`."""
    answers: dict[str, str] = field(default_factory=dict)
    """Shape of the answer, or of each element."""
    many: bool = False
    size: int = 3_000
    """Characters of a list, the median."""
    headers: tuple[tuple[str, str], ...] = ()


_CARD = {"title": "words", "price": "price", "image": "/i/hat.webp", "text": "words"}
_BACKEND = (("x-backend", "10.12.4.17:8080"),)

SOUND = (
    Endpoint(method="GET", path="/v2/products?page=2", answers=_CARD, many=True, weight=40),
    Endpoint(method="GET", path="/v2/products/{id}", answers=_CARD, weight=60),
    Endpoint(method="GET", path="/v2/products/{id}/reviews", answers=_CARD, many=True, weight=40),
    Endpoint(method="GET", path="/v2/categories", answers=_CARD, many=True, weight=30, size=6_000),
    Endpoint(method="GET", path="/v2/search?q={word}", answers=_CARD, many=True, weight=50),
    Endpoint(method="GET", path="/v2/suggest?q={word}", answers=_CARD, many=True, weight=50),
    Endpoint(method="GET", path="/v2/config", answers=_CARD, many=True, weight=15, size=12_000),
    Endpoint(method="GET", path="/v2/translations/en", answers=_CARD, many=True, size=16_000),
    Endpoint(method="GET", path="/v2/me", answers={"role": "customer", "city": "words"}),
    Endpoint(
        method="POST",
        path="/v2/login",
        sends={"user": "anna", "password": "open-sesame-42"},
        answers={"result": "welcome"},
        weight=3,
    ),
    Endpoint(method="POST", path="/v2/wishlist", sends={"product": "number"}, status=204),
    Endpoint(method="PUT", path="/v2/cart/items/{id}", sends={"quantity": "number"}, weight=8),
    Endpoint(method="GET", path="/v2/cart", answers=_CARD, many=True, size=900, weight=20),
    Endpoint(method="GET", path="/v2/stores", answers=_CARD, many=True, size=4_000),
)
WEAK = (
    Endpoint(method="GET", path="/v2/orders/{id}", answers={"customerId": "number"} | _CARD),
    Endpoint(method="GET", path="/v2/invoices/{id}", answers={"ownerId": "number"} | _CARD),
    Endpoint(method="GET", path="/v2/returns/{id}", answers={"customerId": "number"}, weight=4),
    Endpoint(method="GET", path="/v2/addresses/{id}", answers={"ownerId": "number"}, weight=4),
    Endpoint(method="GET", path="/v2/offers?debug=true", answers=_CARD, many=True, weight=6),
    Endpoint(method="GET", path="/v2/stock?debug=1", answers={"left": "number"}, weight=4),
    Endpoint(
        method="GET",
        path="/v2/products/{id}/price",
        answers={"price": "price", "purchasePrice": "price"},
        weight=15,
    ),
    Endpoint(
        method="GET",
        path="/v2/reviews/latest",
        answers={"text": "words", "internalNote": "words"},
        many=True,
    ),
    Endpoint(method="GET", path="/v2/people", answers={"passwordHash": "hidden"}, many=True),
    Endpoint(method="GET", path="/v2/checks", answers={"riskScore": "number"}, weight=4),
    Endpoint(method="GET", path="/v2/recommended", answers=_CARD, many=True, headers=_BACKEND),
    Endpoint(method="GET", path="/v2/banners", answers=_CARD, headers=_BACKEND),
    Endpoint(method="GET", path="/v2/status", answers={"node": "web03.corp.internal"}, weight=5),
    Endpoint(method="GET", path="/v2/files?name=../terms.txt", answers={"text": "words"}, weight=3),
    Endpoint(method="GET", path="/v2/leave?to=https%3A%2F%2Fpartner.example%2Fx", weight=3),
    Endpoint(
        method="POST",
        path="/v2/orders",
        sends={"product": "number", "unitPrice": "price"},
        answers={"state": "taken"},
        status=201,
        weight=5,
    ),
    Endpoint(
        method="POST",
        path="/v2/checkout",
        sends={"total": "price", "shippingCost": "price"},
        answers={"state": "paid"},
        weight=4,
    ),
    Endpoint(
        method="PATCH",
        path="/v2/me",
        sends={"name": "words", "role": "admin"},
        answers={"role": "admin"},
        weight=3,
    ),
    Endpoint(
        method="POST",
        path="/v2/people",
        sends={"name": "words", "isAdmin": "yes"},
        status=201,
        weight=2,
    ),
    Endpoint(
        method="POST",
        path="/v2/forgot",
        sends={"user": "words"},
        answers={"error": "no such user"},
        status=404,
        weight=2,
    ),
    Endpoint(
        method="POST",
        path="/graphql/schema",
        sends={"query": "{__schema{types{name}}}"},
        answers=_CARD,
        weight=2,
    ),
)
ENDPOINTS = SOUND + WEAK

_FORM = '<form method="post" action="/newsletter"><input name="mail"><button>Go</button></form>'
PAGES = (
    ("/", ""),
    ("/c/{word}", ""),
    ("/p/{word}", ""),
    ("/p/{word}?from=list", ""),
    ("/account", ""),
    ("/help", _FORM),
    ("/find?q=<b>{word}</b>", ""),
    ("/go?next=https://partner.example/{word}", ""),
)
