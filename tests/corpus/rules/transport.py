"""What travels unencrypted."""

from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    data,
    page,
    sent_json,
)

PLAIN = "http://shop.example/login"
FIELD = '<form method="post"><input type="password" name="p"></form>'
COOKIE = {"Cookie": "sessionid=5c1de7f0a94b"}
BASIC = {"Authorization": "Basic YW5uYTpvcGVu"}

TABLE: Table = {
    "credentials-in-clear": Cases(
        noticed=(
            page(url=PLAIN, form="user=anna&password=open-sesame"),
            page(url=PLAIN, sent=BASIC),
            data({}, PLAIN, sent={"Authorization": "Bearer abc"}),
            data({}, PLAIN, **sent_json({"user": "anna", "password": "open"})),
            page(url=PLAIN, status=401, got={"WWW-Authenticate": "Basic realm=x"}),
        ),
        silent=(
            page(form="user=anna&password=open-sesame"),
            page(url="http://localhost:8080/login", form="password=open"),
            page(url=PLAIN, form="user=anna&password="),
            page(url=PLAIN),
        ),
    ),
    "session-in-clear": Cases(
        noticed=(page(url=PLAIN, sent=COOKIE), page(url=PLAIN, got={"Set-Cookie": "sid=5c1de7f0"})),
        silent=(
            page(sent=COOKIE),
            page(url=PLAIN, sent={"Cookie": "theme=dark; _ga=1"}),
            page(url="http://127.0.0.1:8000/", sent=COOKIE),
        ),
    ),
    "password-form-in-clear": Cases(
        noticed=(page(FIELD, PLAIN), page(FIELD.replace('"', ""), PLAIN)),
        silent=(page(FIELD), page("<p>password</p>", PLAIN), page(FIELD, "http://localhost/")),
    ),
    "mixed-content": Cases(
        noticed=(
            page('<script src="http://cdn.example/a.js"></script>'),
            page("<link rel=stylesheet href='http://cdn.example/a.css'>"),
            page("<img src=http://cdn.example/a.png>"),
        ),
        silent=(
            page('<script src="https://cdn.example/a.js"></script>'),
            page('<a href="http://cdn.example/">there</a>'),
            page('<link rel="canonical" href="http://shop.example/">'),
            page('<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
            page('<script src="http://cdn.example/a.js"></script>', PLAIN),
            page("<p>src=http://cdn.example/a.js</p>"),
        ),
    ),
    "insecure-form-action": Cases(
        noticed=(
            page('<form action="http://shop.example/pay" method="post">'),
            page("<form method=post action=http://shop.example/pay>" + FIELD),
        ),
        silent=(
            page('<form action="/pay">'),
            page('<form action="https://shop.example/pay">'),
            page('<form action="http://shop.example/pay">', PLAIN),
        ),
    ),
    "basic-auth": Cases(
        noticed=(page(sent=BASIC), data([], sent=BASIC)),
        silent=(
            page(url=PLAIN, sent=BASIC),
            data({}, "https://id.example/oauth/token", sent=BASIC),
            page(sent={"Authorization": "Bearer abc"}),
        ),
    ),
}
