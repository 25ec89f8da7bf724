"""Through the town: what sites tell browsers to do, with one fault each, and without."""

from examples.tour.tape import Tape

BAKERY = "https://bakery.example"
MUSEUM = "https://museum.example"
_FAULT = "security_misconfiguration"


def record(tape: Tape) -> None:
    for part in (_policies, _bakery, _museum):
        part(tape)


def _policies(tape: Tape) -> None:
    for name in ("blog", "maps", "forum", "radio", "tickets", "theatre"):
        tape.visit(f"GET https://{name}.example/", _FAULT)
    tape.visit("GET https://library.example/", _FAULT)
    for name in ("florist", "cinema", "pool"):
        tape.visit(f"GET https://{name}.example/", _FAULT)


def _bakery(tape: Tape) -> None:
    visit = tape.visit
    visit(f"GET {BAKERY}/")
    for path in ("/weather", "/cakes", "/static/jquery-1.8.3.min.js", "/static/angular.min.js"):
        visit(f"GET {BAKERY}{path}", _FAULT)
    visit(f"GET {BAKERY}/order", _FAULT)
    visit(f"GET {BAKERY}/chat", _FAULT)
    visit(f"POST {BAKERY}/guest", origin=BAKERY)
    _open_socket(tape, BAKERY, "https://evil.example", "cors_misconfiguration", "likely:csrf")
    for path in ("/crossdomain.xml", "/clientaccesspolicy.xml"):
        visit(f"GET {BAKERY}{path}", "cors_misconfiguration")


def _museum(tape: Tape) -> None:
    visit = tape.visit
    visit("GET http://www.museum.example/")
    for path in ("/", "/rooms", "/tours", "/weather", "/shop", "/static/jquery-3.7.1.min.js"):
        visit(f"GET {MUSEUM}{path}")
    for path in ("/order", "/chat", "/wasm", "/crossdomain.xml"):
        visit(f"GET {MUSEUM}{path}")
    visit(f"POST {MUSEUM}/guest", origin=MUSEUM)
    for origin in ("https://evil.example", MUSEUM):
        _open_socket(tape, MUSEUM, origin)


def _open_socket(tape: Tape, host: str, origin: str, *labels: str) -> None:
    tape.visit(
        f"GET {host}/live",
        *labels,
        origin=origin,
        upgrade="websocket",
        connection="keep-alive, Upgrade",
        sec_websocket_version="13",
        sec_websocket_key="dGhlIHNhbXBsZSBub25jZQ==",
    )
