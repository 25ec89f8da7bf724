"""Requests that another site could make."""

from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    data,
    exchange,
    page,
    sent_json,
)

COOKIE = {"Cookie": "sessionid=5c1de7f0a94b"}
URL = "https://shop.example/account/email"
POST = '<form method="post" action="/account/email"><input name="email"></form>'
SAFE = POST.replace("<input", '<input type="hidden" name="csrf_token" value="x"><input')
LAX = {"Set-Cookie": "sessionid=5c1de7f0a94b; SameSite=Lax"}

TABLE: Table = {
    "csrf-unproven-post": Cases(
        noticed=(
            page(url=URL, form="email=a@b.example", sent=COOKIE, status=303),
            page(url=URL, form="x", form_type="multipart/form-data; boundary=b", sent=COOKIE),
        ),
        silent=(
            page(url=URL, form="email=a@b.example&csrf_token=f00", sent=COOKIE),
            page(url=URL, form="email=a@b.example", sent={**COOKIE, "X-CSRF-Token": "f00"}),
            page(url=URL, form="email=a@b.example", sent=COOKIE, status=403),
            page(url=URL, form="email=a@b.example"),
            page(url=URL, form="email=a@b.example", sent=COOKIE, got=LAX),
            data({}, URL, sent=COOKIE, **sent_json({"email": "a@b.example"})),
            page(url="https://shop.example/login", form="user=anna", sent=COOKIE),
        ),
    ),
    "csrf-form-without-token": Cases(
        noticed=(page(POST, sent=COOKIE), page(SAFE + POST, sent=COOKIE)),
        silent=(
            page(SAFE, sent=COOKIE),
            page(POST),
            page(POST.replace("post", "get"), sent=COOKIE),
            page(POST.replace("/account/email", "/login"), sent=COOKIE),
            page(POST.replace("/account/email", "https://pay.test/x"), sent=COOKIE),
            exchange(
                text=f'<html><head><meta name="csrf-token" content="x"></head>{POST}', sent=COOKIE
            ),
        ),
    ),
    "csrf-change-by-get": Cases(
        noticed=(
            page(url="https://shop.example/orders/delete?id=7", sent=COOKIE, status=302),
            page(url="https://shop.example/admin?action=delete&id=7", sent=COOKIE),
        ),
        silent=(
            page(url="https://shop.example/orders?id=7", sent=COOKIE),
            page(url="https://shop.example/orders/delete?id=7"),
            page(POST, "https://shop.example/orders/delete?id=7", sent=COOKIE),
            page(url="https://shop.example/orders/delete?id=7&token=f00", sent=COOKIE),
        ),
    ),
}
