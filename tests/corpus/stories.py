"""What several exchanges tell together, and what only looks like it: in the capture's order."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import FORM, JSON, data, exchange, page, sent_json

ANNA = "5c1de7f0a94b4be2a90d8c3f61b7e2aa"
BEN = "9d3300c1f2ab4c11b7e64b1c0d5e8f77"
API = "https://api.shop.example"
WEB = "https://shop.example"
ORDER = {"id": 1041, "email": "anna@mail.example", "total": 118.5, "address": {"street": "Elm 4"}}
OTHER_ORDER = {**ORDER, "id": 1042, "email": "ben@mail.example"}
# Header {"alg":"HS256"}, claims {"sub":"anna"} and {"sub":"ben"}.
ANNAS_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm5hIiwiZXhwIjoxNzcyNDQ1NjAwfQ.c2lnbmF0dXJl"
ANNAS_NEXT_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm5hIiwiZXhwIjoxNzcyNDQ5MjAwfQ.c2lnbmF0dXJm"
BENS_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJiZW4iLCJleHAiOjE3NzI0NDU2MDB9.c2lnbmF0dXJn"


@dataclass(frozen=True, slots=True)
class Tales:
    """For one rule: captures that it must notice, and near misses; each with its members."""

    noticed: Sequence[tuple[Sequence[Exchange], Sequence[int]]]
    """A capture, and the places of the exchanges that show it."""
    silent: Sequence[Sequence[Exchange]]


def told(*exchanges: Exchange) -> tuple[Exchange, ...]:
    """The exchanges as a capture: one place and ten seconds after the other."""
    return tuple(
        replace(
            one,
            entry_index=place,
            started_at=one.started_at and one.started_at + timedelta(seconds=10 * place),
        )
        for place, one in enumerate(exchanges)
    )


def cookie(session: str) -> dict[str, str]:
    return {"Cookie": f"sessionid={session}; theme=dark"}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def order(number: int, who: Mapping[str, str] | None = None, **got: str) -> Exchange:
    """An order of Anna."""
    value = {**ORDER, "id": number}
    return data(value, f"{API}/v1/orders/{number}", sent=who, got=got)


def url(number: int) -> str:
    return f"{API}/v1/orders/{number}"


def mine(who: Mapping[str, str] | None = None, email: str = "anna@mail.example") -> Exchange:
    """The profile of whoever asks."""
    return data({"name": "A", "email": email, "phone": "555"}, f"{API}/v1/me", sent=who)


def refused(url: str, status: int = 401, who: Mapping[str, str] | None = None) -> Exchange:
    return exchange(url, '{"error": "unauthorized"}', JSON, status=status, sent=who)


def login(
    name: str,
    answer: str = "",
    status: int = 302,
    *,
    sends: str = "",
    gets: str = "",
    **more: str,
) -> Exchange:
    """A form login; `sends` and `gets` are session ids."""
    got = {"Location": "/account"} if status == 302 else {}
    if gets:
        got["Set-Cookie"] = f"sessionid={gets}; Path=/; HttpOnly; Secure; SameSite=Lax"
    return page(
        answer or "<p>Welcome</p>",
        f"{WEB}/login",
        form=f"username={name}&password=hunter2-{name}",
        form_type=FORM,
        status=status,
        sent=cookie(sends) if sends else None,
        got=got | more,
    )


def account(session: str) -> Exchange:
    body = "<h1>Your account</h1><p>anna@mail.example, phone 555-0101</p>"
    return page(body, f"{WEB}/account", sent=cookie(session))


def logout(session: str) -> Exchange:
    got = {"Location": "/", "Set-Cookie": "sessionid=; Max-Age=0; Path=/"}
    return page("", f"{WEB}/logout", status=302, sent=cookie(session), got=got)


def api_logout(token: str) -> Exchange:
    return exchange(
        f"{API}/v1/logout", "{}", JSON, method="POST", sent=bearer(token), **sent_json({})
    )


def api_login(name: str, token: str = "", error: str = "", status: int = 200) -> Exchange:
    answer = {"access_token": token} if token else {"error": error}
    asked = sent_json({"email": name, "password": "hunter2"})
    return exchange(f"{API}/v1/auth/login", json.dumps(answer), JSON, status=status, **asked)


def forgotten(name: str, status: int = 202, **answer: object) -> Exchange:
    url = f"{API}/v1/password/forgotten"
    return data(answer, url, status=status, **sent_json({"email": name}))


def with_policy(path: str, nonce: str, **got: str) -> Exchange:
    policy = f"script-src 'nonce-{nonce}' 'strict-dynamic'; object-src 'none'; base-uri 'none'"
    return page("<h1>Shop</h1>", f"{WEB}{path}", got={"Content-Security-Policy": policy} | got)


def changed(session: str, token: str, path: str = "/account/email") -> Exchange:
    form = f"email=a%40b.example&csrf_token={token}"
    return page("", f"{WEB}{path}", form=form, status=303, sent=cookie(session))


def settings(session: str, token: str) -> Exchange:
    field = f'<input type="hidden" name="csrf_token" value="{token}">'
    return page(f"<form method=post>{field}</form>", f"{WEB}/settings", sent=cookie(session))


def failed(count: int, **more: str) -> list[Exchange]:
    said = "<form method=post><p>Name or password is wrong.</p><input type=password></form>"
    return [login("anna", said, 200, **more) for _ in range(count)]


HIT = {"X-Cache": "HIT", "Cache-Control": "public, max-age=600"}
WRONG = "<form method=post><p>Name or password is wrong.</p><input type=password></form>"
NO_USER = WRONG.replace("Name or password is wrong.", "No account with this name was found.")
NO_PASSWORD = WRONG.replace("Name or password is wrong.", "The password is incorrect.")

STORIES: Mapping[str, Tales] = {
    "object-served-to-several-users": Tales(
        noticed=(
            (told(order(1041, bearer(ANNAS_JWT)), order(1041, bearer(BENS_JWT))), (1,)),
            (
                told(
                    login("anna", gets=ANNA),
                    login("ben", gets=BEN),
                    order(1041, cookie(ANNA)),
                    order(1041, cookie(BEN)),
                ),
                (3,),
            ),
        ),
        silent=(
            told(order(1041, bearer(ANNAS_JWT)), order(1041, bearer(ANNAS_NEXT_JWT))),
            told(
                login("anna", gets=ANNA),
                order(1041, cookie(ANNA)),
                logout(ANNA),
                login("anna", gets=BEN),
                order(1041, cookie(BEN)),
            ),
            told(
                order(1041, bearer(ANNAS_JWT)),
                refused(f"{API}/v1/orders/1041", 404, bearer(BENS_JWT)),
            ),
            told(mine(bearer(ANNAS_JWT)), mine(bearer(BENS_JWT), "ben@mail.example")),
            told(
                data({"id": 7, "title": "Shoe"}, f"{API}/v1/items/7", sent=bearer(ANNAS_JWT)),
                data({"id": 7, "title": "Shoe"}, f"{API}/v1/items/7", sent=bearer(BENS_JWT)),
            ),
        ),
    ),
    "unauthenticated-twin": Tales(
        noticed=(
            (told(order(1041, bearer(ANNAS_JWT)), order(1041)), (1,)),
            (told(mine(), mine(cookie(ANNA))), (0,)),
        ),
        silent=(
            told(order(1041, bearer(ANNAS_JWT)), refused(f"{API}/v1/orders/1041")),
            told(order(1041), order(1041)),
            told(
                data({"id": 7, "title": "Shoe"}, f"{API}/v1/items/7", sent=bearer(ANNAS_JWT)),
                data({"id": 7, "title": "Shoe"}, f"{API}/v1/items/7"),
            ),
            told(
                mine(bearer(ANNAS_JWT)),
                data({"name": "", "email": "", "guest": True}, f"{API}/v1/me"),
            ),
        ),
    ),
    "private-answer-from-shared-cache": Tales(
        noticed=(
            (
                told(
                    mine(bearer(ANNAS_JWT)),
                    data(
                        {"name": "A", "email": "anna@mail.example", "phone": "555"},
                        f"{API}/v1/me",
                        sent=bearer(BENS_JWT),
                        got=HIT,
                    ),
                ),
                (1,),
            ),
            (told(order(1041, cookie(ANNA)), order(1041, Age="31")), (1,)),
        ),
        silent=(
            told(order(1041, bearer(ANNAS_JWT)), order(1041, bearer(ANNAS_JWT), **HIT)),
            told(
                mine(bearer(ANNAS_JWT)),
                data({"email": "ben@mail.example"}, f"{API}/v1/me", sent=bearer(BENS_JWT), got=HIT),
            ),
            told(order(1041, bearer(ANNAS_JWT)), order(1041, bearer(BENS_JWT), Age="0")),
        ),
    ),
    "mixed-authentication": Tales(
        noticed=(
            (told(refused(f"{API}/v1/orders/1041"), order(1042), order(1043)), (1, 2)),
            (
                told(
                    order(1042),
                    exchange(
                        f"{API}/v1/orders/1041", "", status=302, got={"Location": "/login?next=/"}
                    ),
                ),
                (0,),
            ),
        ),
        silent=(
            told(refused(f"{API}/v1/orders/1041"), order(1042, bearer(ANNAS_JWT))),
            told(order(1041), order(1042)),
            told(
                refused(f"{API}/v1/items/1"),
                data({"id": 2, "title": "Shoe"}, f"{API}/v1/items/2"),
            ),
        ),
    ),
    "sequential-identifiers": Tales(
        noticed=(
            (told(*(order(1041 + n, cookie(ANNA)) for n in range(5))), (0, 1, 2, 3, 4)),
            (
                told(
                    *(
                        data(ORDER, f"{API}/invoice?invoiceId={70 + 3 * n}", sent=cookie(ANNA))
                        for n in range(6)
                    )
                ),
                (0, 1, 2, 3, 4, 5),
            ),
        ),
        silent=(
            told(*(order(1041 + n, cookie(ANNA)) for n in range(3))),
            told(*(order(1041 + n * n * 90_000, cookie(ANNA)) for n in range(6))),
            told(*(order(1041, cookie(ANNA)) for _ in range(8))),
            told(
                *(
                    data({"id": n, "title": "Shoe"}, f"{API}/v1/items/{n}", sent=cookie(ANNA))
                    for n in range(8)
                )
            ),
        ),
    ),
    "objects-of-several-owners": Tales(
        noticed=(
            (
                told(
                    login("u1@mail.example", gets=ANNA),
                    *(
                        data({**ORDER, "email": f"u{n}@mail.example"}, url(n), sent=cookie(ANNA))
                        for n in (1, 2, 3)
                    ),
                ),
                (2, 3),
            ),
            (
                told(
                    *(
                        data({**ORDER, "id": n, "email": f"u{n}@mail.example"}, url(n), sent=who)
                        for n, who in ((7, cookie(ANNA)), (8, cookie(ANNA)), (9, cookie(ANNA)))
                    )
                ),
                (0, 1, 2),
            ),
            (
                told(
                    *(
                        data(
                            {"email": f"{name}@mail.example", "phone": "555"},
                            f"{API}/v2/customers?customer_id={n}",
                            sent=bearer(ANNAS_JWT),
                        )
                        for n, name in enumerate(("anna", "ben", "anna", "zoe"))
                    )
                ),
                (0, 1, 3),
            ),
        ),
        silent=(
            told(
                login("u1@mail.example", gets=ANNA),
                *(
                    data({**ORDER, "email": f"u{n}@mail.example"}, url(n), sent=cookie(ANNA))
                    for n in (1, 1, 2)
                ),
            ),
            told(*(order(n, cookie(ANNA)) for n in range(1041, 1047))),
            told(
                *(
                    data(
                        {**ORDER, "email": f"u{n}@mail.example"}, url(n), sent=cookie(f"{ANNA}{n}")
                    )
                    for n in range(6)
                )
            ),
            told(
                *(
                    data(
                        {**ORDER, "email": f"u{n}@mail.example"},
                        f"{API}/admin/orders/{n}",
                        sent=cookie(ANNA),
                    )
                    for n in range(6)
                )
            ),
        ),
    ),
    "token-after-logout": Tales(
        noticed=(
            (told(account(ANNA), logout(ANNA), account(ANNA)), (2,)),
            (told(mine(bearer(ANNAS_JWT)), api_logout(ANNAS_JWT), mine(bearer(ANNAS_JWT))), (2,)),
        ),
        silent=(
            told(account(ANNA), logout(ANNA), page("<form>", f"{WEB}/login", sent=cookie(ANNA))),
            told(account(ANNA), logout(ANNA), login("anna", gets=BEN), account(BEN)),
            told(mine(bearer(ANNAS_JWT)), api_logout(ANNAS_JWT), refused(f"{API}/v1/me", 401)),
            (  # both were under way at the same moment
                replace(api_logout(ANNAS_JWT), entry_index=0),
                replace(mine(bearer(ANNAS_JWT)), entry_index=1),
            ),
            told(account(ANNA), logout(ANNA), login("anna", sends=ANNA), account(ANNA)),
        ),
    ),
    "session-not-rotated": Tales(
        noticed=(
            (told(login("anna", sends=ANNA), account(ANNA)), (0,)),
            (
                told(
                    login("anna", sends=ANNA),
                    page("<h1>Hello anna@mail.example</h1>", f"{WEB}/member", sent=cookie(ANNA)),
                ),
                (0,),
            ),
            (
                told(
                    page("<form>", f"{WEB}/login", sent=cookie(ANNA)),
                    login("anna", WRONG, 200, sends=ANNA),
                    login("anna", sends=ANNA),
                    account(ANNA),
                ),
                (2,),
            ),
        ),
        silent=(
            told(login("anna", sends=ANNA, gets=BEN), account(BEN)),
            told(account(ANNA), login("anna", sends=ANNA), account(ANNA)),
            told(login("anna", WRONG, 200, sends=ANNA), account(ANNA)),
            told(login("anna", sends=ANNA), page("<h1>Shop</h1>", sent=cookie(ANNA))),
            told(login("anna", sends=ANNA), page("<h1>Welcome to us</h1>", sent=cookie(ANNA))),
        ),
    ),
    "login-answers-differ": Tales(
        noticed=(
            (told(login("anna", NO_PASSWORD, 200), login("zoe", NO_USER, 200)), (0, 1)),
            (
                told(
                    api_login("a@b.example", error="Unknown e-mail address", status=404),
                    api_login("anna@mail.example", error="Wrong password", status=401),
                ),
                (0, 1),
            ),
        ),
        silent=(
            told(login("anna", WRONG, 200), login("zoe", WRONG, 200)),
            told(
                api_login("a@b.example", error="Login of a@b.example failed", status=401),
                api_login(
                    "anna@mail.example", error="Login of anna@mail.example failed", status=401
                ),
            ),
            told(
                login("anna", WRONG, 200),
                login("anna", NO_USER.replace("with this name", "any more"), 200),
                login("zoe", WRONG, 200),
            ),
            told(
                login("zoe", WRONG, 200),
                login("anna", "<p>Too many tries, the account is locked.</p>", 429),
            ),
            told(login("anna", gets=ANNA), login("zoe", WRONG, 200)),
        ),
    ),
    "recovery-answers-differ": Tales(
        noticed=(
            (
                told(forgotten("a@b.example", queued=False), forgotten("z@b.example", queued=True)),
                (0, 1),
            ),
            (
                told(
                    forgotten("a@b.example", message="A mail is on its way."),
                    forgotten("z@b.example", message="Unknown address.", status=404),
                ),
                (0, 1),
            ),
        ),
        silent=(
            told(forgotten("a@b.example", queued=True), forgotten("z@b.example", queued=True)),
            told(
                *(
                    forgotten(name, message=f"If {name} is known, a mail is on its way.")
                    for name in ("a@b.example", "z@b.example")
                )
            ),
            told(
                forgotten("a@b.example", message="A mail is on its way."),
                forgotten("z@b.example", message="Too many requests", status=429),
            ),
        ),
    ),
    "logins-not-limited": Tales(
        noticed=(
            (told(*failed(12)), tuple(range(12))),
            (
                told(
                    *(
                        api_login(f"u{n}@mail.example", error="invalid credentials", status=401)
                        for n in range(15)
                    )
                ),
                tuple(range(15)),
            ),
        ),
        silent=(
            told(*failed(5)),
            told(*failed(11), login("anna", "<p>Too many tries, wait.</p>", 429)),
            told(*failed(12, **{"X-RateLimit-Remaining": "3"})),
            told(*(login("anna", gets=f"{ANNA}{n}") for n in range(12))),
        ),
    ),
    "csp-nonce-reused": Tales(
        noticed=(
            (told(with_policy("/", "q1w2e3r4t5"), with_policy("/cart", "q1w2e3r4t5")), (0, 1)),
            (
                told(
                    with_policy("/", "abc", Date="Mon, 02 Mar 2026 09:00:00 GMT"),
                    with_policy("/", "abc", Date="Mon, 02 Mar 2026 09:05:00 GMT"),
                ),
                (0, 1),
            ),
        ),
        silent=(
            told(with_policy("/", "q1w2e3r4t5"), with_policy("/cart", "z9y8x7w6v5")),
            told(with_policy("/", "q1w2e3r4t5"), with_policy("/", "q1w2e3r4t5")),
            told(with_policy("/", "abc"), with_policy("/cart", "abc", Age="120")),
        ),
    ),
    "csrf-token-shared": Tales(
        noticed=(
            (
                told(
                    changed(ANNA, "d41d8cd98f00b204"), changed(BEN, "d41d8cd98f00b204", "/address")
                ),
                (0, 1),
            ),
            (told(settings(ANNA, "d41d8cd98f00b204"), settings(BEN, "d41d8cd98f00b204")), (0, 1)),
            (
                told(
                    *(
                        exchange(
                            f"{API}/v1/cart",
                            "{}",
                            JSON,
                            sent={**cookie(who), "X-CSRF-Token": "static-token-1"},
                            **sent_json({"item": 7}),
                        )
                        for who in (ANNA, BEN)
                    )
                ),
                (0, 1),
            ),
        ),
        silent=(
            told(changed(ANNA, "d41d8cd98f00b204"), changed(ANNA, "d41d8cd98f00b204")),
            told(changed(ANNA, "d41d8cd98f00b204"), changed(BEN, "9e107d9d372bb682")),
            told(
                login("anna", gets=ANNA),
                login("anna", gets=BEN),
                changed(ANNA, "d41d8cd98f00b204"),
                changed(BEN, "d41d8cd98f00b204"),
            ),
        ),
    ),
}
