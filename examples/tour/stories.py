"""Weaknesses that only show over several exchanges, each told twice: as it is, and as it should be.

The exchange that gives it away is labelled as sure; those it has to be compared with are hints.
"""

import re

from examples.shop.clinic import ANNA_LETTER, BEN_LETTER, REPORTS
from examples.tour.tape import Seen, Tape, as_json, form

CLINIC, SAFE_CLINIC = "https://clinic.example", "https://safe-clinic.example"
CLUB, SAFE_CLUB = "https://club.example", "https://safe-club.example"
_ANNA = {"email": "anna@rowing.example", "password": "open-sesame-42"}
_BEN = {"email": "ben@rowing.example", "password": "harbour-gate-81"}


def record(tape: Tape) -> None:
    _clinic(tape, CLINIC, "idor", "broken_access_control", "info_disclosure")
    _clinic(tape, SAFE_CLINIC)
    for part in (_new_session, _log_out, _form_token):
        part(tape, CLUB, "authentication", "csrf")
        part(tape, SAFE_CLUB)
    for told in (_names, _nonces, _guesses):
        told(tape, CLUB, weak=True)
        told(tape, SAFE_CLUB, weak=False)


def record_forms(tape: Tape) -> None:
    """Anna and Ben send the form that both have opened before."""
    for host, told in ((CLUB, ["csrf"]), (SAFE_CLUB, [])):
        for who in ("anna", "ben"):
            tape.become(who)
            certainty = "" if who == "ben" else "likely:"
            labels = [f"{certainty}{kind}" for kind in told]
            token = _csrf(tape.visit(f"GET {host}/settings", *labels))
            send = form(csrf_token=token, boat="Teal")
            tape.visit(f"POST {host}/settings", *labels, send=send, origin=host)
    tape.become("anna")


# --- who may read what -------------------------------------------------------------------------


def _clinic(tape: Tape, host: str, *kinds: str) -> None:
    """Anna, then Ben, then somebody without an account."""
    foreign, open_to_all, shared = ([kind] for kind in kinds) if kinds else ([], [], [])
    cached = [*shared, *(f"likely:{kind}" for kind in ("security_misconfiguration",) if shared)]
    tape.become("anna")
    _clinic_log_in(tape, host, "open-sesame-42")
    tape.visit(f"GET {host}/api/letters/{ANNA_LETTER}", *_hints(foreign))
    tape.visit(f"GET {host}/api/invoices/open", *_hints(open_to_all))
    tape.visit(f"GET {host}/api/profile", *cached)
    tape.visit(f"GET {host}/api/doctors")
    tape.become("ben")
    _clinic_log_in(tape, host, "harbour-gate-81")
    tape.visit(f"GET {host}/api/letters/{BEN_LETTER}", *_hints(foreign))
    tape.visit(f"GET {host}/api/letters/{ANNA_LETTER}", *foreign)
    tape.visit(f"GET {host}/api/profile", *cached)
    tape.visit(f"GET {host}/api/doctors")
    tape.become("nobody")
    tape.visit(f"GET {host}/api/invoices/open", *open_to_all)
    tape.visit(f"GET {host}/api/reports/{REPORTS[0]}", *_hints(open_to_all))
    tape.visit(f"GET {host}/api/reports/{REPORTS[1]}", *open_to_all)
    tape.visit(f"GET {host}/api/letters/{ANNA_LETTER}")
    for slug in ("lemonade-for-hot-days", "sleep-better-in-summer"):
        tape.visit(f"GET {host}/api/magazine/{slug}")
    tape.visit(f"GET {host}/api/doctors")
    tape.visit(f"GET {host}/api/opening-hours")
    tape.become("anna")


def _clinic_log_in(tape: Tape, host: str, password: str) -> None:
    send = as_json(user=tape.who, password=password)
    tape.visit(f"POST {host}/api/session", send=send, origin=host)


# --- sessions ----------------------------------------------------------------------------------


def _new_session(tape: Tape, host: str, *kinds: str) -> None:
    """The id of the session before the log-in is that of the session after it."""
    kept = kinds[:1]
    seen = tape.visit(f"GET {host}/login", *_hints(kept))
    send = form(csrf_token=_csrf(seen), **_ANNA)
    tape.visit(f"POST {host}/login", *kept, send=send, origin=host, referer=f"{host}/login")
    tape.visit(f"GET {host}/member", *(f"likely:{kind}" for kind in kept))


def _log_out(tape: Tape, host: str, *kinds: str) -> None:
    """The cookie of before the log-out is tried again."""
    tape.become("ben")
    tape.visit(f"POST {host}/api/login", send=as_json(**_BEN), origin=host)
    cookie = "__Host-sid=" + tape.cookies[host.removeprefix("https://")]["__Host-sid"]
    token = tape.visit(f"GET {host}/api/me").header("x-csrf-token")
    tape.visit(f"POST {host}/api/logout", *_hints(kinds[:1]), x_csrf_token=token, origin=host)
    tape.visit(f"GET {host}/api/me", *kinds[:1], cookie=cookie)
    tape.become("anna")


def _form_token(tape: Tape, host: str, *kinds: str) -> None:
    """Anna and Ben open the same form."""
    told = kinds[1:]
    tape.visit(f"GET {host}/settings", *(f"likely:{kind}" for kind in told))
    tape.become("ben")
    tape.visit(f"POST {host}/api/login", send=as_json(**_BEN), origin=host)
    tape.visit(f"GET {host}/settings", *told)
    tape.become("anna")


# --- guessing ----------------------------------------------------------------------------------


def _names(tape: Tape, host: str, *, weak: bool) -> None:
    """A stranger's name and a member's, with a wrong password each, and both have forgotten it."""
    tape.become("nobody")
    for path in ("login", "forgotten"):
        for email in ("nora@rowing.example", "anna@rowing.example"):
            kind = "likely:" if (path == "login") == email.startswith("anna") else ""
            told = (f"{kind}authentication",) if weak else ()
            word = {"password": "autumn-2025"} if path == "login" else {}
            send = as_json(email=email, **word)
            tape.visit(f"POST {host}/api/{path}", *told, send=send, origin=host)


def _guesses(tape: Tape, host: str, *, weak: bool) -> None:
    tape.become("nobody")
    words = "spring summer autumn winter heron teal rowing sculls oars eights river boat cox lake"
    for number, word in enumerate(words.split() if weak else words.split()[:7], 1):
        told = ("" if number == 14 else "likely:" if number >= 10 else "hint:") + "rate_limiting"
        send = as_json(email="ben@rowing.example", password=f"{word}2026")
        labels = (told, "likely:authentication") if weak else ()
        tape.visit(f"POST {host}/api/login", *labels, send=send, origin=host)
    tape.become("anna")


def _nonces(tape: Tape, host: str, *, weak: bool) -> None:
    tape.become("nobody")
    for path in ("/", "/outings", "/boats"):
        kind = "likely:" if path == "/" else ""
        told = (f"{kind}security_misconfiguration",) if weak else ()
        tape.visit(f"GET {host}{path}", *told)


# --- helpers -----------------------------------------------------------------------------------


def _hints(kinds: tuple[str, ...] | list[str]) -> list[str]:
    return [f"hint:{kind}" for kind in kinds]


def _csrf(page: Seen) -> str:
    found = re.search(rb'name="csrf_token" value="(\w+)"', page.body)
    return found.group(1).decode() if found else ""
