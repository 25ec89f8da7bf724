"""Secrets in addresses."""

from typing import Unpack

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import SCRIPT, Cases, More, Table, data, exchange, page
from tests.corpus.rules.tokens import GOOD as JWT

TOKEN = "8f2b1c7de04a4f6b9a35c1d27e6f0b94"
MAPS = "AIza" + "SyD4qk8Wb2ZtR7vXn1LmE6pUc0HsJg3YfTo"
PIXEL = '<img src="https://stats.test/p.gif">'
KEPT = {"Referrer-Policy": "no-referrer"}
M3U8 = "application/vnd.apple.mpegurl"


def at(path: str, body: str = "", **more: Unpack[More]) -> Exchange:
    return page(body, f"https://shop.example/{path}", **more)


TABLE: Table = {
    "token-in-url": Cases(
        noticed=(
            at(f"orders?access_token={TOKEN}"),
            at(f"v1?api_key={TOKEN}"),
            at(f"reset?token={TOKEN}", PIXEL),
            at(f"report?t={JWT}"),
            data([], f"https://api.shop.example/v1/orders?page=2&auth_token={TOKEN}"),
            exchange(f"wss://chat.shop.example/ws?access_token={JWT}", status=101),
        ),
        silent=(
            at(f"reset?token={TOKEN}"),
            at(f"reset?token={TOKEN}", PIXEL, got=KEPT),
            at("search?token=wool"),
            at(f"maps?api_key={MAPS}"),
            exchange(f"https://cdn.example/a.js?token={TOKEN}", "x", SCRIPT),
            exchange(f"https://video.example/live/a.m3u8?token={TOKEN}", "#EXTM3U", M3U8),
            at(f"logout?id_token_hint={JWT}&post_logout_redirect_uri=/"),
            at(f"authorize?client_id=shop&request={JWT}"),
            at("docs?t=eyJhbGciOiJIUzI1NiJ9"),
        ),
    ),
    "password-in-url": Cases(
        noticed=(
            at("/entrar?usuario=ana&clave=Olivo-1987"),
            at("/login?anvandare=ola&losenord=Fjord-77"),
            at("login?user=anna&password=open-sesame"),
            page(url="https://anna:open@shop.example/"),
            data({"ok": True}, "https://api.shop.example/v1/login?email=a%40b.example&pwd=W0ol!7"),
            at("cgi-bin/auth?username=anna&passwd=wool%20and%20silk"),
        ),
        silent=(
            at("/api/people?password__startswith=pbk"),
            at("/api/people?owner__password__contains=a1"),
            at("/api/tables?clave_primaria=7"),
            at("login?user=anna"),
            at("settings?password="),
            page(url="https://a@shop.example/"),
            at("login?forgot_password=anna"),
            at("account?password_reset=done"),
            at("login?password=***"),
            at("users?has_password=1&passwordless=true"),
        ),
    ),
    "session-in-url": Cases(
        noticed=(
            at(f"basket?PHPSESSID={TOKEN}"),
            at(f"basket;jsessionid={TOKEN.upper()}"),
            at(f"forum/viewtopic.php?f=2&t=17&sid={TOKEN}"),
            at(f"index.cfm?CFID=8812&sessionid={TOKEN}&lang=de"),
        ),
        silent=(
            at("basket?session=summer"),
            at(f"socket.io/?EIO=4&sid={TOKEN}"),
            at("b;a=1"),
            at(f"channel?gsessionid={TOKEN}&SID={TOKEN}&RID=rpc"),
            at("g/collect?_ga=GA1.2&sid=1772442000"),
            at("conference?session=2026-keynote"),
        ),
    ),
}
