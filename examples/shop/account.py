"""Logging in, sessions, forms and orders: the careless way and the proper way."""

from html import escape

from examples.shop.catalogue import safe_page
from examples.shop.store import NOW, Shop
from examples.shop.web import Answer, Asked, data, page, problem, redirect

STRICT_COOKIE = "Path=/; Secure; HttpOnly; SameSite=Lax"
_PASSWORD = "open-sesame-42"

# --- log in ------------------------------------------------------------------------------------


def login_form_weak(_shop: Shop, asked: Asked) -> Answer:
    return page(
        "Log in", f'<form method="post" action="/login">{_fields(asked.arg("user"))}</form>'
    )


def login_form_safe(shop: Shop, asked: Asked) -> Answer:
    visitor = asked.cookie("__Host-pre") or shop.token("visitor")
    return safe_page(
        shop,
        "Log in",
        f'<form method="post" action="/login">{_token(shop, visitor)}{_fields("")}</form>',
        ("Set-Cookie", f"__Host-pre={visitor}; {STRICT_COOKIE}"),
    )


def login_weak(shop: Shop, asked: Asked) -> Answer:
    if asked.field("password") != _PASSWORD:
        return page("Log in", "<p>Wrong password for this e-mail address.</p>", status=401)
    session = shop.log_in(asked.field("user"))
    return redirect(asked.arg("next") or "/account", ("Set-Cookie", f"sessionid={session}; Path=/"))


def login_safe(shop: Shop, asked: Asked) -> Answer:
    if asked.field("csrf_token") != shop.csrf(asked.cookie("__Host-pre")):
        return safe_page(shop, "Refused", "<p>Please load the form again.</p>", status=403)
    if asked.field("password") != _PASSWORD:
        return safe_page(shop, "Log in", "<p>E-mail or password is wrong.</p>", status=401)
    session = shop.log_in(asked.field("user"))
    return redirect(
        "/account", ("Set-Cookie", f"__Host-sid={session}; {STRICT_COOKIE}"), status=303
    )


def logout_weak(_shop: Shop, _asked: Asked) -> Answer:
    return redirect(
        "/", ("Set-Cookie", "sessionid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    )


def logout_safe(shop: Shop, asked: Asked) -> Answer:
    refused = _refused(shop, asked)
    if refused:
        return refused
    shop.sessions.pop(asked.cookie("__Host-sid"), None)
    gone = ("Set-Cookie", f"__Host-sid=; Max-Age=0; {STRICT_COOKIE}")
    return redirect("/", gone, ("Clear-Site-Data", '"cookies", "storage"'), status=303)


# --- the account -------------------------------------------------------------------------------


def account_weak(_shop: Shop, asked: Asked) -> Answer:
    body = (
        "<h1>Hello Anna Berg</h1><p>anna.berg@mail.example, +49 30 5550134, 4 Mill Lane</p>"
        '<form method="post" action="/account/email"><input name="email">'
        "<button>Save</button></form>"
    )
    if asked.arg("print"):
        body += '<script src="http://cdn.example/print.js"></script>'
    return page("Your account", body, ("Cache-Control", "public, max-age=600"))


def account_safe(shop: Shop, asked: Asked) -> Answer:
    session = asked.cookie("__Host-sid")
    if session not in shop.sessions:
        return redirect("/login?next=/account")
    form = f'<form method="post" action="/account/email">{_token(shop, session)}'
    body = f'<h1>Hello Anna Berg</h1>{form}<input name="email"><button>Save</button></form>'
    return safe_page(shop, "Your account", body)


def change_weak(_shop: Shop, _asked: Asked) -> Answer:
    return redirect("/account?saved=1", status=303)


def change_safe(shop: Shop, asked: Asked) -> Answer:
    return _refused(shop, asked) or redirect("/account?saved=1", status=303)


def upload_safe(shop: Shop, asked: Asked) -> Answer:
    session = asked.cookie("__Host-sid")
    token = shop.csrf(session).encode()
    known = session in shop.sessions and token in asked.body
    if not known or b"Content-Type: image/png" not in asked.body:
        return problem(400, "Only PNG pictures")
    return redirect("/account?saved=1", status=303)


def cart_safe(shop: Shop, asked: Asked) -> Answer:
    session = asked.cookie("__Host-sid")
    if asked.method != "GET" and asked.header("x-csrf-token") != shop.csrf(session):
        return problem(403, "Form token missing")
    return data({"items": [{"id": 1, "quantity": 2}], "total": "19.00", "updatedAt": NOW * 1000})


def reset_weak(_shop: Shop, _asked: Asked) -> Answer:
    return page(
        "New password",
        '<form method="post" action="/account/password"><input name="new" type="password"></form>'
        '<img src="https://stats.example/pixel.gif" alt="">',
    )


# --- orders ------------------------------------------------------------------------------------


def order_weak(shop: Shop, asked: Asked) -> Answer:
    row = shop.db.execute("SELECT * FROM orders WHERE id = ?", (asked.parts["id"],)).fetchone()
    number, customer, item, total, street = row
    return page(
        f"Order {number}",
        f"<h1>Order {number}</h1><p>{customer}, {street}</p><p>{item}: {total:.2f} EUR</p>",
    )


def orders_safe(shop: Shop, asked: Asked) -> Answer:
    if asked.cookie("__Host-sid") not in shop.sessions:
        return redirect("/login?next=/orders")
    items = "<li>Order 2026030209004711 of 2 March: 19.00 EUR</li>"
    return safe_page(shop, "Your orders", f"<h1>Your orders</h1><ul>{items}</ul>")


# --- helpers -----------------------------------------------------------------------------------


def _refused(shop: Shop, asked: Asked) -> Answer | None:
    """The proper hosts' answer to a form without a session or its token; None if all is well."""
    session = asked.cookie("__Host-sid")
    if session not in shop.sessions:
        return redirect("/login")
    if asked.field("csrf_token") != shop.csrf(session):
        return safe_page(shop, "Refused", "<p>Please load the form again.</p>", status=403)
    return None


def _fields(user: str) -> str:
    return (
        f'<input name="user" value="{escape(user)}"><input name="password" type="password">'
        "<button>Log in</button>"
    )


def _token(shop: Shop, session: str) -> str:
    return f'<input type="hidden" name="csrf_token" value="{shop.csrf(session)}">'
