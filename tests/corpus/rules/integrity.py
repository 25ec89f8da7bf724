"""What pages load: over plain HTTP, or from others without a hash."""

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    page,
)
from tests.corpus.rules.transport import FIELD, PLAIN

UPGRADE = {"Content-Security-Policy": "upgrade-insecure-requests"}
INSECURE = '<script src="http://cdn.example/a.js"></script>'
PINNED = 'integrity="sha384-9ndCyUaIbzAi2FUVXJi0CjmCapSmO7SnpJef0486qhLnuZ2cdeRhO02iuK6FUUVM"'


def script(source: str, rest: str = "") -> Exchange:
    return page(f'<script src="{source}" {rest}></script>')


TABLE: Table = {
    "mixed-content": Cases(
        noticed=(
            page(INSECURE),
            page("<link rel=stylesheet href='http://cdn.example/a.css'>"),
            page("<img src=http://cdn.example/a.png>"),
            page('<iframe title="map" src="http://maps.example/embed?q=a&amp;z=3"></iframe>'),
            page('<base href="http://shop.example/"><script src="a.js"></script>'),
            page("<!-- new --><object data='http://cdn.example/a.swf'></object>"),
        ),
        silent=(
            page('<script src="https://cdn.example/a.js"></script>'),
            page('<a href="http://cdn.example/">there</a>'),
            page('<link rel="canonical" href="http://shop.example/">'),
            page('<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
            page(INSECURE, PLAIN),
            page("<p>src=http://cdn.example/a.js</p>"),
            page(f"<!-- {INSECURE} -->"),
            page("<!--[if lt IE 9]><img src='http://cdn.example/old.png'><![endif]-->"),
            page(INSECURE, got=UPGRADE),
            page("<textarea>" + INSECURE.replace("</script>", "") + "</textarea>"),
            page("<script>var s = '<script src=\"http://cdn.example/a.js\">'</script>"),
        ),
    ),
    "insecure-form-action": Cases(
        noticed=(
            page('<form action="http://shop.example/pay" method="post">'),
            page("<form method=post action=http://shop.example/pay>" + FIELD),
            page('<form action="http://search.shop.example/find"><input name="q"></form>'),
            page(
                "<FORM METHOD='POST' ACTION='http://news.test/subscribe'><input name=mail></FORM>"
            ),
        ),
        silent=(
            page('<form action="/pay">'),
            page('<form action="https://shop.example/pay">'),
            page('<form action="http://shop.example/pay">', PLAIN),
            page('<form action="http://shop.example/pay">', got=UPGRADE),
            page('<!-- <form action="http://shop.example/pay"> -->'),
            page('<form action="http://localhost:8080/pay">'),
            page('<form action="/go"><input name="to" value="http://blog.test/"></form>'),
        ),
    ),
    "missing-sri": Cases(
        noticed=(
            script("https://cdn.jsdelivr.net/npm/vue@3.4.21/dist/vue.global.prod.js"),
            script("//code.jquery.com/jquery-3.7.1.min.js", 'crossorigin="anonymous"'),
            page(
                '<link rel="stylesheet" href="https://stackpath.bootstrapcdn.com/bootstrap/4.5.2/'
                'css/bootstrap.min.css">'
            ),
            script("https://unpkg.com/htmx.org"),
            script("https://static.partner.test/lib.js"),
            script("https://widgets.reviews.test/app.3f9a1c77.js", 'type="module"'),
        ),
        silent=(
            script("https://cdn.jsdelivr.net/npm/vue@3.4.21/dist/vue.global.prod.js", PINNED),
            script("https://static.shop.example/app.3f9a1c77.js"),
            script("/assets/app.js"),
            script("http://cdn.partner.test/print.js"),
            script("https://www.googletagmanager.com/gtag/js?id=G-1"),
            script("https://js.stripe.com/v3/"),
            script("https://maps.googleapis.com/maps/api/js?key=AIza"),
            script("https://challenges.cloudflare.com/turnstile/v0/api.js"),
            script("https://d1a2b3c4.cloudfront.net/app.3f9a1c77.js"),
            script("https://cdn.shop-static.test/app.js"),
            script("https://unpkg.com/mustache@4.2.0", 'type="text/x-template"'),
            page('<link href="https://fonts.googleapis.com/css2?family=Inter" rel="stylesheet">'),
            page('<link rel="preconnect" href="https://unpkg.com">'),
            page('<!-- <script src="https://unpkg.com/vue@3.4.21"></script> -->'),
            page('<a href="https://unpkg.com/vue@3.4.21/vue.js">Vue</a>'),
            page('<script src="https://unpkg.com/vue@3.4.21"></script>', status=500),
        ),
    ),
}
