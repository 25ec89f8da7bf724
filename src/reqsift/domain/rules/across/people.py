"""Who sends an exchange, told apart by credentials; no name is kept, only digests."""

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator

from reqsift.domain.findings import Evidence
from reqsift.domain.jwt import jwts_in
from reqsift.domain.rules.across.form import Names, Sight, Tracker
from reqsift.domain.rules.signals import is_password_name, is_session_name, may_carry_session
from reqsift.domain.sightings import Seen, digest
from reqsift.domain.urls import Param
from reqsift.domain.view import STATUS, View

_KEYS = ("x-api-key", "x-auth-token", "x-access-token")
_USER = (
    *("user", "username", "login", "email", "e-mail", "mail", "account", "userid", "user_id"),
    *("identifiant", "utilisateur", "correo", "usuario", "benutzer", "benutzername", "kennung"),
    *("nutzer", "utente", "uzytkownik", "nazwa"),
)
_TOKENS = ("access_token", "accesstoken", "token", "id_token", "jwt", "auth_token", "sessionid")
_ENTRIES = (
    *("login", "signin", "sign-in", "log-in", "logon", "auth", "session", "token"),
    *("anmeld", "connexion", "entrar", "acceso", "ingresar", "logowanie"),
)
_PROFILE = ("id", "email", "mail", "username", "user_name", "login", "userid", "user_id", "sub")
OWN = re.compile(
    r"/(?:me|self|profile?|my-?account|account|my|mine|current|whoami|session|userinfo|dashboard"
    r"|(?:mein-?)?konto|(?:mon-?)?compte|(?:mi-?)?cuenta|minha-conta|moje-konto)(?:/|\Z)"
)
"""Paths that name whoever asks, not one object."""
_REFUSALS = ("invalid", "incorrect", "wrong", "failed", "denied", "unknown", "not found", "locked")


def credential(view: View) -> str:
    """A digest of what shows who sends the request; empty if nothing does."""
    return view.once(_credential)


def _credential(view: View) -> str:
    scheme, _, value = (view.request_header("authorization") or "").strip().partition(" ")
    if value:
        return digest(_of_token(scheme.lower(), value.strip()))
    for name in _KEYS:
        if key := view.request_header(name):
            return digest("key", key)
    cookie = _session_cookie(view.cookies)
    return digest(_of_token("cookie", cookie.value)) if cookie else ""


def session_value(view: View) -> str:
    """The session or token itself that the request carries; empty if there is none."""
    scheme, _, value = (view.request_header("authorization") or "").strip().partition(" ")
    if value and scheme.lower() == "bearer":
        return value.strip()
    cookie = _session_cookie(view.cookies)
    return cookie.value if cookie else ""


def _session_cookie(cookies: Iterable[Param]) -> Param | None:
    """Of several, the one that is most likely to decide who somebody is."""
    found = [one for one in cookies if len(one.value) > 5 and may_carry_session(one)]
    return min(found, key=_doubt, default=None)


def _doubt(cookie: Param) -> tuple[int, str]:
    name = cookie.name.lower()
    if "sess" in name or name.endswith("sid"):
        return 0, name
    return 1 if is_session_name(name) else 2, name


def _of_token(scheme: str, value: str) -> str:
    """The owner where the token names one: of two tokens of one person, both say the same."""
    if scheme == "basic":
        try:
            return "user " + b64decode(value).partition(b":")[0].decode("utf-8", "replace")
        except ValueError:
            return value
    for token in jwts_in("", value):
        for claim in ("sub", "user_id", "uid", "email"):
            if owner := token.claims.get(claim):
                return f"subject {owner}"
    return value


def came_from_cache(view: View) -> Evidence | None:
    """The header with which a shared cache says that the answer is a kept one."""
    for name in (
        "x-cache",
        "cf-cache-status",
        "x-cache-status",
        "x-varnish-cache",
        "x-proxy-cache",
    ):
        if "hit" in (view.response_header(name) or "").lower():
            return view.response_header_evidence(name)
    age = (view.response_header("age") or "").strip()
    return view.response_header_evidence("age") if age.isdecimal() and age.strip("0") else None


def is_entry(view: View) -> bool:
    """Whether the request is an attempt to log in with a password."""
    path = view.url.path.lower()
    return (
        view.request.method == "POST"
        and any(word in path for word in _ENTRIES)
        and sum(is_password_name(given.name) for given in view.inputs) == 1
    )


def user_name(view: View) -> str:
    """The name that a login was tried with; empty if there is none."""
    for given in view.inputs:
        name = given.name.lower().rpartition("[")[2].strip("]")
        if given.value and (name in _USER or name.endswith(("_email", "_username", "username"))):
            return given.value.strip().lower()
    return ""


def let_in(view: View) -> bool:
    """Whether a login seems to have worked."""
    if view.status in {301, 302, 303, 307}:
        target = (view.response_header("location") or "").lower()
        return not any(word in target for word in ("login", "signin", "error", "fail"))
    if not 200 <= view.status < 300:
        return False
    if view.is_html and "password" in view.lower_body:
        return False
    return not any(word in view.lower_body[:4096] for word in _REFUSALS)


def issued_credentials(view: View) -> list[str]:
    """Digests of the credentials that a response hands out."""
    cookies = [Param(cookie.name, cookie.value) for cookie in view.set_cookies]
    cookie = _session_cookie(cookies)
    found = [digest(_of_token("cookie", cookie.value))] if cookie else []
    answer = view.response_json if view.is_json else None
    for member in (answer, answer.get("data") if isinstance(answer, dict) else None):
        if isinstance(member, dict):
            found += [
                digest(_of_token("bearer", value))
                for name, value in member.items()
                if isinstance(value, str) and name.lower().replace("-", "_") in _TOKENS
            ]
    return found


def _sight_people(view: View) -> Iterator[Sight]:
    if is_entry(view) and let_in(view) and (name := user_name(view)):
        yield from _sight_login(view, name)
    elif view.is_json and view.status == 200 and OWN.search(view.url.path.lower()):
        yield from _sight_profile(view)


def _sight_profile(view: View) -> Iterator[Sight]:
    answer = view.response_json
    member = answer.get("user", answer.get("data", answer)) if isinstance(answer, dict) else None
    who = credential(view)
    # What a cache gave to the wrong one tells of somebody else.
    if who and isinstance(member, dict) and came_from_cache(view) is None:
        known = [str(key) for name, key in member.items() if name.lower() in _PROFILE and key]
        if known:
            names = tuple(digest("name", key.lower()) for key in known)
            yield Sight(key=who, facts=names, evidence=(view.whole(STATUS),))


def _sight_login(view: View, name: str) -> Iterator[Sight]:
    kept = issued_credentials(view)
    if not kept and (carried := _session_cookie(view.cookies)):
        kept = [digest(_of_token("cookie", carried.value))]
    for one in kept:
        yield Sight(key=one, facts=(digest("name", name),), evidence=(view.whole(STATUS),))


PEOPLE = Tracker(kind="person", sight=_sight_people)


def names_of(seen: Iterable[Seen]) -> frozenset[str]:
    """Under which names the owner of a credential is known, from a group of such sightings."""
    return frozenset(name for one in seen for name in one.facts)


def by_person(seen: Iterable[Seen], names: Names) -> list[list[Seen]]:
    """Sightings whose first fact is a credential, divided by who sent them.

    Two credentials with a name in common belong to one person.
    """
    people: list[tuple[set[str], list[Seen]]] = []
    for one in seen:
        marks = {one.facts[0], *names.get(one.facts[0], ())}
        same = [person for person in people if person[0] & marks]
        people = [person for person in people if not person[0] & marks]
        people.append(
            (
                marks.union(*(known for known, _ in same)),
                [*(earlier for _, these in same for earlier in these), one],
            )
        )
    return [these for _, these in people]
