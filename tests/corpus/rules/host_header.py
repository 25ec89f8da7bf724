"""Links made of a host name that the client sent."""

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import SCRIPT, Cases, Headers, Table, data, exchange, page

EVIL = {"X-Forwarded-Host": "evil.example"}
BASE = '<link rel="canonical" href="https://evil.example/page">'
PUBLIC = {"Cache-Control": "public, max-age=600", "X-Cache": "HIT"}


def moved(sent: Headers, location: str, url: str = "https://shop.example/old") -> Exchange:
    return exchange(url, sent=sent, status=302, got={"Location": location})


TABLE: Table = {
    "host-header-reflected": Cases(
        noticed=(
            moved(EVIL, "https://evil.example/new"),
            page(BASE, sent=EVIL),
            page('<script src="//evil.example/app.js"></script>', sent=EVIL, got=PUBLIC),
            moved({"Forwarded": "for=192.0.2.1;host=evil.example;proto=https"}, "//evil.example/n"),
            moved({"Host": "evil.example"}, "http://evil.example/login"),
            data({"next": "https://evil.example/v1/x?page=2"}, sent=EVIL),
            page('<form action="https://evil.example:8443/login">', sent=EVIL),
        ),
        silent=(
            moved(EVIL, "https://shop.example/new"),
            page(BASE.replace("evil", "shop"), sent=EVIL),
            page(BASE, sent={"X-Forwarded-Host": "evil.example.org"}),
            page(BASE, "http://localhost:8080/page", sent=EVIL),
            page(BASE, "http://10.0.3.7/page", sent=EVIL),
            page(BASE, "http://web.default.svc/page", sent=EVIL),
            page(BASE, sent=EVIL | {"Referer": "https://evil.example/cart"}),
            page("<p>evil.example is not a known shop</p>", sent=EVIL),
            moved({"X-Forwarded-Host": "www.shop.example"}, "https://www.shop.example/new"),
            exchange(text='u = "https://evil.example/a"', kind=SCRIPT, sent=EVIL),
            page('<a href="/go?to=https://evil.example/">x</a>', sent=EVIL),
            moved({"Host": "shop.example:443"}, "https://shop.example/new"),
        ),
    ),
}
