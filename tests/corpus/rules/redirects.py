"""Redirects to where the client says."""

from urllib.parse import quote

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    exchange,
    page,
)

EVIL = "https://evil.example/login"
LINK = f"https://shop.example/?u={EVIL}"


def led(target: str, location: str, path: str = "go?to=") -> Exchange:
    url = f"https://shop.example/{path}{quote(target, safe='')}"
    return exchange(url, status=302, got={"Location": location})


TABLE: Table = {
    "open-redirect": Cases(
        noticed=(
            led(EVIL, EVIL),
            led("//evil.example/x", "//evil.example/x"),
            led("evil.example", "https://evil.example/"),
            page(f'<meta http-equiv="refresh" content="0;url={EVIL}">', LINK),
            page(f"<script>location.href = '{EVIL}'</script>", LINK),
            page(f'<script>window.location.replace("{EVIL}");</script>', LINK),
            page("<script>top.location='https:\\/\\/evil.example\\/login'</script>", LINK),
            page(
                '<meta content="3; URL=https://evil.example/?a=1&amp;b=2" http-equiv="refresh">',
                "https://shop.example/?u=" + quote("https://evil.example/?a=1&b=2"),
            ),
            page(url=LINK, got={"Refresh": f"0; url={EVIL}"}),
        ),
        silent=(
            led(EVIL, "/"),
            led(EVIL, "/login?next=" + quote(EVIL)),
            led("/account", "https://shop.example/account"),
            led("https://www.shop.example/", "https://www.shop.example/"),
            led("x", "https://partner.example/"),
            led(EVIL, EVIL, "authorize?client_id=1&redirect_uri="),
            page(f'<a href="{EVIL}">there</a>', LINK),
            page(f"<script>var s = {{'location': '{EVIL}'}};</script>", LINK),
            page(f'<meta property="og:url" content="{EVIL}">', LINK),
            page(f"<script>if (back === '{EVIL}') location.reload();</script>", LINK),
            page('<meta http-equiv="refresh" content="5"><p>' + EVIL + "</p>", LINK),
            led(EVIL, EVIL, "logout?client_id=1&post_logout_redirect_uri="),
            led(EVIL, EVIL, "go?sig=7f3a&to="),
            exchange(
                "https://sync.ads.example/pixel?redir=https%3A%2F%2Fbeacon.example%2Fmatch.gif",
                sent={"Referer": "https://news.example/", "Accept": "image/webp,*/*;q=0.8"},
                status=302,
                got={"Location": "https://beacon.example/match.gif?id=7"},
            ),
        ),
    ),
}
