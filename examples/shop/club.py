"""A rowing club's site: how sessions begin, live and end; once careless, once with care."""

from html import escape

from examples.shop.account import STRICT_COOKIE
from examples.shop.catalogue import safe_page
from examples.shop.store import Shop
from examples.shop.web import Answer, Asked, Handler, Route, data, page, problem, redirect

PASSWORDS = {"anna@rowing.example": "open-sesame-42", "ben@rowing.example": "harbour-gate-81"}
_COOKIE = "__Host-sid"
_LIMIT = 5


# --- logging in --------------------------------------------------------------------------------


def log_in(*, careful: bool) -> Handler:
    """By JSON: the careless one says which half was wrong, and lets anyone guess for ever."""
    failures: dict[str, int] = {}

    def answer(shop: Shop, asked: Asked) -> Answer:
        email = str(asked.data().get("email"))
        right = PASSWORDS.get(email)
        if careful and failures.get(email, 0) >= _LIMIT:
            wait = (("Retry-After", "300"), ("RateLimit", '"login";r=0;t=300'))
            return problem(429, "Too many attempts, try again later", *wait)
        if right and asked.data().get("password") == right:
            cookie = f"{_COOKIE}={shop.log_in(email)}; {STRICT_COOKIE}"
            return data({"ok": True}, ("Set-Cookie", cookie))
        failures[email] = failures.get(email, 0) + 1
        if careful:
            left = _LIMIT - failures[email]
            return problem(
                401, "E-mail or password is wrong", ("RateLimit", f'"login";r={left};t=300')
            )
        if right:
            return data({"error": "WRONG_PASSWORD", "message": "Wrong password."}, status=401)
        unknown = {"error": "USER_NOT_FOUND", "message": "There is no member with this e-mail."}
        return data(unknown, status=401)

    return answer


def forgotten(*, careful: bool) -> Handler:
    """The careless one has the same words for all, yet tells by a flag who is a member."""

    def answer(_shop: Shop, asked: Asked) -> Answer:
        known = careful or asked.data().get("email") in PASSWORDS
        text = {"message": "If there is such a member, a mail is on its way."}
        return data(text | ({} if careful else {"queued": known}), status=202)

    return answer


def form(shop: Shop, asked: Asked) -> Answer:
    """The log-in page gives a session to the visitor already."""
    visitor = asked.cookie(_COOKIE) or shop.token("visitor")
    body = (
        '<form method="post" action="/login"><input type="hidden" name="csrf_token" value="'
        f'{shop.csrf(visitor)}"><input name="email" type="email" autocomplete="username">'
        '<input name="password" type="password" autocomplete="current-password">'
        "<button>Log in</button></form>"
    )
    cookie = ("Set-Cookie", f"{_COOKIE}={visitor}; {STRICT_COOKIE}")
    return safe_page(shop, "Log in", body, cookie)


def submit(*, careful: bool) -> Handler:
    """The careless one keeps the visitor's session and only writes a name into it."""

    def answer(shop: Shop, asked: Asked) -> Answer:
        visitor = asked.cookie(_COOKIE)
        email = asked.field("email")
        right = asked.field("csrf_token") == shop.csrf(visitor)
        if not right or asked.field("password") != PASSWORDS.get(email):
            return problem(403, "Please try again")
        if careful:
            cookie = f"{_COOKIE}={shop.log_in(email)}; {STRICT_COOKIE}"
            return redirect("/member", ("Set-Cookie", cookie), status=303)
        shop.sessions[visitor] = email
        return redirect("/member", status=303)

    return answer


# --- being logged in ---------------------------------------------------------------------------


def member(shop: Shop, asked: Asked) -> Answer:
    email = shop.sessions.get(asked.cookie(_COOKIE), "")
    if not email:
        return redirect("/login")
    body = f"<h1>Hello {escape(email)}</h1><p>Next outing: Saturday, 7:30.</p>"
    return safe_page(shop, "Members", body)


def settings(*, careful: bool) -> Handler:
    """The careless form token is the same for all members."""

    def show(shop: Shop, asked: Asked) -> Answer:
        session = asked.cookie(_COOKIE)
        if session not in shop.sessions:
            return redirect("/login")
        token = shop.csrf(session if careful else "rowing club")
        body = (
            '<h1>Settings</h1><form method="post" action="/settings"><input type="hidden" '
            f'name="csrf_token" value="{token}"><input name="boat" value="Heron">'
            "<button>Save</button></form>"
        )
        return safe_page(shop, "Settings", body)

    return show


def save(*, careful: bool) -> Handler:
    def answer(shop: Shop, asked: Asked) -> Answer:
        session = asked.cookie(_COOKIE)
        token = shop.csrf(session if careful else "rowing club")
        if session not in shop.sessions or asked.field("csrf_token") != token:
            return problem(403, "Please try again")
        return redirect("/settings", status=303)

    return answer


def me(shop: Shop, asked: Asked) -> Answer:
    email = shop.sessions.get(asked.cookie(_COOKIE), "")
    if not email:
        return problem(401, "Log in first", ("WWW-Authenticate", 'Cookie realm="club"'))
    name = {"anna@rowing.example": "Anna Berg"}.get(email, "Ben Okafor")
    token = ("X-CSRF-Token", shop.csrf(asked.cookie(_COOKIE)))
    return data({"name": name, "email": email, "boat": "Heron", "fees": "paid"}, token)


def log_out(*, careful: bool) -> Handler:
    """The careless one only tells the browser to forget the cookie."""

    def answer(shop: Shop, asked: Asked) -> Answer:
        session = asked.cookie(_COOKIE)
        if asked.header("x-csrf-token") != shop.csrf(session):
            return problem(403, "Form token missing")
        if careful:
            shop.sessions.pop(session, None)
        gone = ("Set-Cookie", f"{_COOKIE}=; Max-Age=0; {STRICT_COOKIE}")
        return Answer(status=204, headers=(gone, ("Clear-Site-Data", '"cookies", "storage"')))

    return answer


# --- pages -------------------------------------------------------------------------------------

_NONCE = "cm93aW5nLWNsdWItMjAyNg"


def _same_nonce(_shop: Shop, title: str, body: str, *headers: tuple[str, str]) -> Answer:
    """A page whose script has a nonce, as it should, but the one of every other page."""
    policy = (
        f"default-src 'self'; script-src 'nonce-{_NONCE}' 'strict-dynamic'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    script = f'<script nonce="{_NONCE}" src="/static/club.js"></script>'
    return page(title, f"{body}\n{script}", ("Content-Security-Policy", policy), *headers)


def site(*, careful: bool) -> dict[str, Route]:
    """All routes of one of the two sites."""

    def plain(title: str, body: str) -> Handler:
        show = safe_page if careful else _same_nonce
        return lambda shop, _: show(shop, title, body)

    return {
        "GET /": plain("Rowing club", "<h1>Rowing club Heron</h1><p>Since 1911.</p>"),
        "GET /outings": plain("Outings", "<h1>Outings</h1><p>Saturday 7:30, Sunday 9:00</p>"),
        "GET /boats": plain("Boats", "<h1>Boats</h1><ul><li>Heron</li><li>Teal</li></ul>"),
        "GET /login": form,
        "POST /login": submit(careful=careful),
        "GET /member": member,
        "GET /settings": settings(careful=careful),
        "POST /settings": save(careful=careful),
        "POST /api/login": log_in(careful=careful),
        "POST /api/forgotten": forgotten(careful=careful),
        "GET /api/me": me,
        "POST /api/logout": log_out(careful=careful),
    }
