"""Through the bank and its proper twin: cookies, forms, tokens, and what goes into addresses."""

from examples.shop.bank import CARD, FRESH, IBANS, STALE
from examples.tour.tape import Sent, Tape, as_json

WEAK, SAFE = "https://bank.example", "https://safe-bank.example"
_PAYMENT = {"to": IBANS[1], "amount": "25.00", "currency": "EUR", "text": "Rent"}


def record(tape: Tape) -> None:
    for part in (_cookies, _forms, _changes, _tokens, _addresses, _people):
        part(tape, WEAK, weak=True)
        part(tape, SAFE, weak=False)
    _challenges(tape)


def _cookies(tape: Tape, host: str, *, weak: bool) -> None:
    told = ("session_cookie_flags",) if weak else ()
    for where in ("widget", "portal", "remember"):
        send = as_json(user="anna", password="open-sesame-42") if weak else as_json(on=True)
        tape.visit(f"POST {host}/api/start/{where}", *told, send=send, origin=host)
    tape.cookies.pop(host.removeprefix("https://"))


def _forms(tape: Tape, host: str, *, weak: bool) -> None:
    by_get = ("authentication", "likely:info_disclosure")
    tape.visit(f"GET {host}/login", *(by_get if weak else ()))
    tape.visit(f"GET {host}/desk", *(("info_disclosure",) if weak else ()))


def _changes(tape: Tape, host: str, *, weak: bool) -> None:
    send = as_json(user="anna", password="open-sesame-42")
    tape.visit(f"POST {host}/api/login", send=send, origin=host)
    token = tape.visit(f"GET {host}/api/me").header("x-csrf-token")
    path = f"POST {host}/api/transfers"
    payment = as_json(**_PAYMENT)
    if weak:
        tape.visit(path, "likely:csrf", send=payment)
        tape.visit(path, "csrf", send=Sent("text/plain;charset=UTF-8", payment.content))
    else:
        tape.visit(path, send=payment, origin=host, x_csrf_token=token)
        tape.visit(path, send=payment, origin=host)
        tape.visit(path, send=payment, authorization=f"Bearer {FRESH}")


def _tokens(tape: Tape, host: str, *, weak: bool) -> None:
    told = ("jwt_weak",) if weak else ()
    tape.visit(f"GET {host}/api/balance", *told, authorization=f"Bearer {STALE}")
    tape.visit(f"GET {host}/api/balance", authorization=f"Bearer {FRESH}")


def _addresses(tape: Tape, host: str, *, weak: bool) -> None:
    asked = {"iban": IBANS[0], "card": CARD, "ssn": "219-09-9999"}
    for name, value in asked.items():
        if weak:
            tape.visit(f"GET {host}/api/check?{name}={value}", "info_disclosure")
        else:
            send = as_json(**{name: value})
            tape.visit(f"POST {host}/api/check", send=send, authorization=f"Bearer {FRESH}")
    tape.visit(f"GET {host}/branches?city=Berlin&zip=10115")


def _people(tape: Tape, host: str, *, weak: bool) -> None:
    told = ("info_disclosure",) if weak else ()
    for path in ("customers", "accounts", "tax"):
        tape.visit(f"GET {host}/api/{path}", *told, authorization=f"Bearer {FRESH}")


def _challenges(tape: Tape) -> None:
    for path in ("/printers", "/files"):
        bare = "hint:security_misconfiguration"
        tape.visit(f"GET http://intranet.bank.example{path}", "authentication", bare)
        tape.visit(f"GET https://intranet.safe-bank.example{path}")
