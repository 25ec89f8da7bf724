"""Secrets in addresses."""

from typing import Unpack

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    SCRIPT,
    Cases,
    More,
    Table,
    exchange,
    page,
)

TOKEN = "8f2b1c7de04a4f6b9a35c1d27e6f0b94"
MAPS = "AIza" + "SyD4qk8Wb2ZtR7vXn1LmE6pUc0HsJg3YfTo"
PIXEL = '<img src="https://stats.test/p.gif">'
KEPT = {"Referrer-Policy": "no-referrer"}


def at(path: str, body: str = "", **more: Unpack[More]) -> Exchange:
    return page(body, f"https://shop.example/{path}", **more)


TABLE: Table = {
    "token-in-url": Cases(
        noticed=(
            at(f"orders?access_token={TOKEN}"),
            at(f"v1?api_key={TOKEN}"),
            at(f"reset?token={TOKEN}", PIXEL),
        ),
        silent=(
            at(f"reset?token={TOKEN}"),
            at(f"reset?token={TOKEN}", PIXEL, got=KEPT),
            at("search?token=wool"),
            at(f"maps?api_key={MAPS}"),
            exchange(f"https://cdn.example/a.js?token={TOKEN}", "x", SCRIPT),
        ),
    ),
    "password-in-url": Cases(
        noticed=(
            at("login?user=anna&password=open-sesame"),
            page(url="https://anna:open@shop.example/"),
        ),
        silent=(
            at("login?user=anna"),
            at("settings?password="),
            page(url="https://a@shop.example/"),
        ),
    ),
    "session-in-url": Cases(
        noticed=(at(f"basket?PHPSESSID={TOKEN}"), at(f"basket;jsessionid={TOKEN.upper()}")),
        silent=(at("basket?session=summer"), at(f"socket.io/?EIO=4&sid={TOKEN}"), at("b;a=1")),
    ),
}
