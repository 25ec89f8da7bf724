"""Through the proper twins and other harmless hosts: nothing here is worth reporting.

Much of it looks as if it were: encoded markup, refused attacks, example keys, long numbers.
"""

import re
from urllib.parse import quote

from examples.shop.assets import CDN, DOCS, LOGO
from examples.shop.store import good_claims, jwt
from examples.tour.tape import Seen, Tape, as_json, form, multipart, xml

SHOP = "https://safe-shop.example"
API = "https://safe-api.example"
ID = "https://id.example"
AUTH = f"Bearer {jwt(good_claims('anna'))}"
_OWN = "0b7c4c1e-52f4-4f0d-9d61-7a5be1b0a2c9"


def record(tape: Tape) -> None:
    for part in (_reading, _logging_in, _account, _api_reading, _api_writing, _api_refusals):
        part(tape)
    for part in (_back_office, _static_files, _handbook, _status):
        part(tape)


# --- safe-shop.example -------------------------------------------------------------------------


def _reading(tape: Tape) -> None:
    visit = tape.visit
    visit(f"GET {SHOP}/")
    for path in ("/static/shop.css", "/static/shop.js", "/favicon.ico", "/robots.txt"):
        visit(f"GET {SHOP}{path}")
    for path in ("/sitemap.xml", "/.well-known/security.txt", "/old-socks", "/theme"):
        visit(f"GET {SHOP}{path}")
    terms = ("socks", "socks'", "' OR '1'='1", "<script>alert(1)</script>", '"><img src=x>')
    for term in terms:
        visit(f"GET {SHOP}/search?q={quote(term)}")
    for number in ("1", "2", "3", "99"):
        visit(f"GET {SHOP}/product/{number}")
    visit(f"GET {SHOP}/reviews?author={quote('<b>Anna</b>')}")
    visit(f"GET {SHOP}/go?to=/product/2")
    visit(f"GET {SHOP}/go?to={quote('https://evil.example/', safe='')}")
    visit(f"GET {SHOP}/not-here")
    visit(f"HEAD {SHOP}/")
    visit(f"GET {SHOP}/static/shop.css", if_none_match='"c1"')
    visit(f"GET {SHOP}/static/shop.js", if_none_match='"j1"')


def _logging_in(tape: Tape) -> None:
    visit = tape.visit
    visit(f"GET {SHOP}/account")
    token = _csrf(visit(f"GET {SHOP}/login?next=/account"))
    for password in ("open-sesame-41", "open-sesame-42"):
        fields = form(csrf_token=token, user="anna", password=password)
        visit(f"POST {SHOP}/login", send=fields, origin=SHOP)
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    visit(
        f"GET {ID}/authorize?response_type=code&client_id=safe-shop&state=af0ifjsldkj"
        f"&nonce=n-0S6_WzA2Mj&code_challenge={challenge}&code_challenge_method=S256"
    )
    visit(f"GET {SHOP}/callback?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj")
    grant = form(
        grant_type="authorization_code", code="SplxlOBeZQQYbYS6WxSbIA", code_verifier="dBjft"
    )
    visit(f"POST {ID}/token", send=grant)
    visit(f"POST {ID}/token", send=form(grant_type="authorization_code", code="used"))
    visit(f"GET {ID}/.well-known/openid-configuration")
    visit(f"GET {ID}/jwks.json")


def _account(tape: Tape) -> None:
    visit = tape.visit
    token = _csrf(visit(f"GET {SHOP}/account"))
    visit(f"GET {SHOP}/orders")
    visit(
        f"POST {SHOP}/account/email",
        send=form(csrf_token=token, email="anna@mail.example"),
        origin=SHOP,
    )
    visit(f"GET {SHOP}/account?saved=1")
    visit(f"POST {SHOP}/account/email", send=form(email="anna@mail.example"), origin=SHOP)
    visit(f"POST {SHOP}/account/avatar", send=multipart({"csrf_token": token}, LOGO), origin=SHOP)
    visit(f"GET {SHOP}/cart")
    visit(f"PUT {SHOP}/cart/1", send=as_json(quantity=2), x_csrf_token=token, origin=SHOP)
    visit(f"PUT {SHOP}/cart/1", send=as_json(quantity=3), origin=SHOP)
    visit(f"DELETE {SHOP}/cart/1", x_csrf_token=token, origin=SHOP)
    visit(f"POST {SHOP}/logout", send=form(csrf_token=token), origin=SHOP)


# --- safe-api.example --------------------------------------------------------------------------


def _api_reading(tape: Tape) -> None:
    visit = tape.visit
    visit(f"GET {API}/v1/me", authorization=AUTH)
    visit(f"GET {API}/v1/me", origin=SHOP, authorization=AUTH)
    visit(f"GET {API}/v1/me", origin="https://evil.example", authorization=AUTH)
    for origin in (SHOP, "https://evil.example"):
        visit(f"OPTIONS {API}/v1/me", origin=origin, access_control_request_method="PATCH")
    for query in ("page=1", "page=2", "page=1&sort=price", "page=1&sort=name%27"):
        visit(f"GET {API}/v1/products?{query}")
    for path in (f"/v1/payments/{_OWN}", "/v1/orders", f"/v1/orders/{_OWN}", "/v1/avatar"):
        visit(f"GET {API}{path}", authorization=AUTH)
    visit(f"GET {API}/v1/policy")
    visit(f"HEAD {API}/v1/products?page=1")
    visit(f"GET {API}/v1/files?name=2026-0142.txt", authorization=AUTH)
    visit(f"POST {API}/graphql", send=as_json(query="{product(id:1){id name}}"), authorization=AUTH)


def _api_writing(tape: Tape) -> None:
    visit = tape.visit
    visit(f"POST {API}/v1/orders", send=as_json(id=1, quantity=2), authorization=AUTH)
    visit(f"POST {API}/v1/orders", send=as_json(id=1, quantity=-5), authorization=AUTH)
    visit(f"PATCH {API}/v1/me", send=as_json(name="Anna B."), authorization=AUTH)
    visit(
        f"PATCH {API}/v1/me",
        send=as_json(name="Anna", role="admin", is_admin=True),
        authorization=AUTH,
    )
    visit(f"DELETE {API}/v1/orders/{_OWN}", authorization=AUTH)
    visit(f"PUT {API}/v1/stock/1", send=as_json(amount=4), authorization=AUTH)
    products = "<products><product><name>Felt hat</name></product></products>"
    visit(f"POST {API}/v1/import", send=xml(products), authorization=AUTH)


def _api_refusals(tape: Tape) -> None:
    visit = tape.visit
    visit(f"GET {API}/v1/me")
    visit(f"GET {API}/v1/admin/users", authorization=AUTH)
    visit(f"GET {API}/v1/orders/6f1de0a4-88a1-4c5c-9a51-3f0e1c2b7d10", authorization=AUTH)
    visit(f"GET {API}/v1/files?name=../../etc/passwd", authorization=AUTH)
    inside = quote("http://169.254.169.254/latest/meta-data/", safe="")
    visit(f"GET {API}/v1/fetch?url={inside}", authorization=AUTH)
    entity = '<!DOCTYPE p [<!ENTITY f SYSTEM "file:///etc/passwd">]><name>&f;</name>'
    visit(f"POST {API}/v1/import", send=xml(entity), authorization=AUTH)
    visit(f"POST {API}/graphql", send=as_json(query="{__schema{types{name}}}"), authorization=AUTH)
    visit(f"GET {API}/v1/labels", authorization=AUTH)
    visit(f"GET {API}/v1/nothing", authorization=AUTH)
    visit(f"POST {API}/v1/login", send=as_json(user="anna", password="spring2026"))


# --- the other proper hosts --------------------------------------------------------------------


def _back_office(tape: Tape) -> None:
    tape.visit("GET https://safe-admin.example/users")
    tape.visit("GET https://safe-admin.example/login?next=/users")
    tape.visit("GET https://safe-admin.example/console")
    tape.visit("POST https://safe-admin.example/mails/preview", send=form(subject="{{7*7}}"))


def _static_files(tape: Tape) -> None:
    for path in CDN:
        tape.visit(f"GET https://cdn.example{path}", referer=f"{SHOP}/")
    tape.visit("GET https://cdn.example/inter.woff2", origin=SHOP)
    tape.visit("HEAD https://cdn.example/logo.png")
    tape.visit("GET https://cdn.example/app.3f9a1c.js.map")


def _handbook(tape: Tape) -> None:
    for path in DOCS:
        tape.visit(f"GET https://docs.example{path}")


def _status(tape: Tape) -> None:
    for path in ("/healthz", "/readyz", "/status.json", "/pixel.gif"):
        tape.visit(f"GET https://status.example{path}")
    tape.visit("POST https://status.example/beacon", send=as_json(page="/", ms=412))
    tape.visit("HEAD https://status.example/healthz")


def _csrf(page: Seen) -> str:
    found = re.search(rb'name="csrf_token" value="(\w+)"', page.body)
    if not found:
        raise ValueError("the page has no form token")
    return found.group(1).decode()
