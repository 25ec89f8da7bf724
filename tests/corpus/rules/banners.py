"""Versions, inner names and comments."""

from tests.corpus.rules.exchanges import (
    SCRIPT,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    page,
)

WORDPRESS = '<html><head><meta name="generator" content="WordPress 6.4.2"></head></html>'
HUGO = '<html><head><meta name="generator" content="Hugo"></head></html>'

TABLE: Table = {
    "version-banner": Cases(
        noticed=(
            page(got={"Server": "Apache/2.4.7 (Ubuntu)"}),
            page(got={"X-Powered-By": "PHP/8.1.2"}),
            page(got={"X-AspNet-Version": "4.0.30319"}),
            data({}, got={"Server": "nginx/1.18.0"}),
            exchange(text=WORDPRESS),
        ),
        silent=(
            page(got={"Server": "nginx"}),
            page(got={"X-Powered-By": "Express"}),
            page(),
            page(got={"Server": "awselb/2.0"}),
            page(got={"Server": "Microsoft-HTTPAPI/2.0"}, status=404),
            exchange(text=HUGO),
            page("<p>Made with WordPress 6.4.2 and no generator</p>"),
        ),
    ),
    "internal-address": Cases(
        noticed=(
            page(got={"X-Backend-Server": "web03.corp.internal"}),
            data({"upstream": "10.12.4.17"}),
            page("<p>see http://192.168.4.9/wiki</p>"),
            exchange(status=302, got={"Location": "http://172.20.1.8:8080/login"}),
            page(got={"Set-Cookie": "BIGipServershop_pool=285216778.36895.0000; path=/"}),
        ),
        silent=(
            data({"checked": "10.8.4.3", "ok": True}, "https://shop.example/ping?host=10.8.4.3"),
            page("<p>10.0.0.0/8 is private, as is 192.168.0.0/16</p>"),
            data({"upstream": "10.12.4.17"}, "http://10.12.4.9/status"),
            data({"version": "10.12.4.17.2", "price": 10.25}),
            exchange(text="a.internal = b", kind=SCRIPT),
            data({"ip": "192.0.2.10"}),
            page(got={"Set-Cookie": "BIGipServershop_pool=!f81c0a97d52e4b6e; path=/"}),
            page(got={"Set-Cookie": "BIGipServershop_pool=134744072.36895.0000; path=/"}),
            exchange(text="release 10.4.2.1 of the app", kind=TEXT),
        ),
    ),
    "telling-comment": Cases(
        noticed=(
            page("<!-- TODO: this skips the auth check -->"),
            page("<!-- FIXME sql injection possible here, see ticket 812 -->"),
            page("<!-- hack: bypass the permission for the demo -->"),
            page("<div><!--\n  TODO(ben): escape the name before release\n--></div>"),
        ),
        silent=(
            page("<!-- password field -->"),
            page("<!-- TODO: nicer fonts -->"),
            page("<p>TODO: this skips the auth check</p>"),
            page("<!-- never closed, TODO: skips the auth check"),
            page("<!-- Author: the design team; admin menu ends here -->"),
            page("<!--[if IE]><p>An old browser is no secure browser</p><![endif]-->"),
        ),
    ),
}
