"""Requests that another site could make."""

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    TEXT,
    Cases,
    Headers,
    Table,
    data,
    exchange,
    page,
    sent_json,
)

COOKIE = {"Cookie": "sessionid=5c1de7f0a94b"}
LARAVEL = {"Cookie": "XSRF-TOKEN=eyJpdiI6IkJ; laravel_session=eyJpdiI6IjN0"}
URL = "https://shop.example/account/email"
API = "https://shop.example/api/me"
CART = "https://shop.example/api/cart/items"
POST = '<form method="post" action="/account/email"><input name="email"></form>'
SAFE = POST.replace("<input", '<input type="hidden" name="csrf_token" value="x"><input')
LAX = {"Set-Cookie": "sessionid=5c1de7f0a94b; SameSite=Lax"}
PASSWORDS = "<form action=/me><input type=password name=new><input type=password name=again></form>"
ITEM = '{"sku":"WOOL-7","quantity":2}'
GRAPHQL = "https://shop.example/graphql"


def call(url: str = CART, body: str = ITEM, kind: str = TEXT, **headers: str) -> Exchange:
    sent: Headers = {**COOKIE, **{name.replace("_", "-"): text for name, text in headers.items()}}
    return data({"ok": True}, url, form=body, form_type=kind, sent=sent)


def json_call(url: str = CART, sent: Headers = COOKIE, status: int = 200) -> Exchange:
    body = sent_json({"sku": "WOOL-7", "quantity": 2})
    return data({"ok": True}, url, sent=sent, status=status, **body)


def posted(form: str, path: str, sent: Headers = COOKIE) -> Exchange:
    return page(url=f"https://shop.example/{path}", form=form, sent=sent, status=302)


TABLE: Table = {
    "csrf-unproven-post": Cases(
        noticed=(
            page(url=URL, form="email=a@b.example", sent=COOKIE, status=303),
            page(url=URL, form="x", form_type="multipart/form-data; boundary=b", sent=COOKIE),
            posted("old=wool&password=wool-7&password2=wool-7", "account/password"),
            posted("amount=250&to=DE89370400440532013000", "transfers"),
            data({"ok": 1}, "https://shop.example/ajax/vote", form="id=7&up=1", sent=COOKIE),
        ),
        silent=(
            page(url=URL, form="email=a@b.example&csrf_token=f00", sent=COOKIE),
            page(url=URL, form="email=a@b.example", sent={**COOKIE, "X-CSRF-Token": "f00"}),
            page(url=URL, form="email=a@b.example", sent=COOKIE, status=403),
            page(url=URL, form="email=a@b.example"),
            page(url=URL, form="email=a@b.example", sent=COOKIE, got=LAX),
            data({}, URL, sent=COOKIE, **sent_json({"email": "a@b.example"})),
            page(url="https://shop.example/login", form="user=anna", sent=COOKIE),
            posted("form_key=pB4kq2&qty=1", "checkout/cart/add"),
            posted("sesskey=Yk1vZcJt7b&id=7", "course/edit.php"),
            posted("javax.faces.ViewState=-77:31&f:name=Anna", "profile.xhtml"),
        ),
    ),
    "csrf-unproven-json": Cases(
        noticed=(
            call(),
            call(URL, '{"email":"a@b.example"}', "text/plain;charset=UTF-8"),
            json_call(),
            json_call("https://shop.example/api/v1/profile", LARAVEL, 204),
            call(GRAPHQL, '{"query":"mutation { addItem(sku: 7) { id } }"}', "application/json"),
        ),
        silent=(
            json_call(sent={**COOKIE, "X-CSRF-Token": "f00"}),
            json_call(sent={**COOKIE, "X-Shop-Client": "web"}),
            json_call(sent={**COOKIE, "Authorization": "Bearer 8f2b1c7d"}),
            json_call(sent={}),
            json_call(status=403),
            json_call("https://shop.example/api/login"),
            json_call("https://shop.example/api/v1/session"),
            json_call("https://shop.example/api/products/search"),
            call(body='{"sku":7,"_csrf":"f00"}'),
            call("https://shop.example/rum/events"),
            call(body="quantity=2"),
            call(GRAPHQL, '{"query":"query Cart { cart { id } }"}', "application/json"),
            data({}, CART, sent=COOKIE, got=LAX, **sent_json({"sku": 7})),
        ),
    ),
    "csrf-form-without-token": Cases(
        noticed=(
            page(POST, sent=COOKIE),
            page(SAFE + POST, sent=COOKIE),
            page(PASSWORDS, sent=COOKIE),
            page(POST.replace("post", "POST").replace('"', "'"), sent=LARAVEL),
            page("<meta name=google-site-verification content=x1>" + POST, sent=COOKIE),
            page("<form method=post data-note='>'><textarea name=bio></textarea>", sent=COOKIE),
        ),
        silent=(
            page(SAFE, sent=COOKIE),
            page(POST),
            page(POST.replace("post", "get"), sent=COOKIE),
            page(POST.replace("/account/email", "/login"), sent=COOKIE),
            page(POST.replace("/account/email", "https://pay.test/x"), sent=COOKIE),
            page(POST.replace("/account/email", "/newsletter/subscribe"), sent=COOKIE),
            exchange(
                text=f'<html><head><meta name="csrf-token" content="x"></head>{POST}', sent=COOKIE
            ),
            page(f"<script>window.csrf='f00'</script>{POST}", sent=COOKIE),
            page(f"<!-- {POST} -->", sent=COOKIE),
            page(f"<script>let t = `{POST}`</script>", sent=COOKIE),
            page(POST.replace("/account/email", ""), "https://shop.example/login", sent=COOKIE),
            page(POST.replace("name=", "name='_wpnonce' value='1'><input name="), sent=COOKIE),
        ),
    ),
    "csrf-change-by-get": Cases(
        noticed=(
            page(url="https://mail.example/?_task=prefs&_action=save-filter&_to=x", sent=COOKIE),
            page(url="https://shop.example/konto/kuendigen?confirm=ja", sent=COOKIE),
            page(url="https://shop.example/subscription/cancel?sure=1", sent=COOKIE),
            page(url="https://shop.example/orders/delete?id=7", sent=COOKIE, status=302),
            page(url="https://shop.example/admin?action=delete&id=7", sent=COOKIE),
            data({"ok": True}, "https://shop.example/api/users/17/promote", sent=COOKIE),
            page(url="https://shop.example/me?password=wool-7&password2=wool-7", sent=COOKIE),
            data({"phone_updated": True}, f"{API}/phone/update?to=4930555", sent=COOKIE),
            data({"status": "address removed"}, f"{API}/address/remove?n=2", sent=COOKIE),
        ),
        silent=(
            page(url="https://mail.example/?_task=prefs&_action=edit-filter&_id=7", sent=COOKIE),
            page(url="https://shop.example/?action=save", sent=COOKIE),
            page(url="https://shop.example/age?confirm=yes", sent=COOKIE),
            page(POST, "https://shop.example/subscription/cancel?sure=1", sent=COOKIE),
            page(url="https://shop.example/orders?id=7", sent=COOKIE),
            page(url="https://shop.example/orders/delete?id=7"),
            page(POST, "https://shop.example/orders/delete?id=7", sent=COOKIE),
            page(url="https://shop.example/orders/delete?id=7&token=f00", sent=COOKIE),
            page(url="https://shop.example/help/delete-account/12", sent=COOKIE),
            page(url="https://shop.example/orders/delete?id=7", sent=COOKIE, status=405),
            page(url="https://shop.example/orders/deleted?page=2", sent=COOKIE),
            data({"phone_updated": True}, f"{API}/phone?n=2", sent=COOKIE),
            data({"updatedAt": "2026-03-01"}, f"{API}/phone/update?n=2", sent=COOKIE),
        ),
    ),
}
