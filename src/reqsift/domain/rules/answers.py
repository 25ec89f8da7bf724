"""What the JSON of an answer says of people and of itself, for rules that compare its parts."""

import re
from collections.abc import Iterator, Mapping

from reqsift.domain.findings import Evidence
from reqsift.domain.view import RESPONSE_BODY, View

Record = Mapping[str, object]
_MAX_RECORDS = 150
_PLAIN_ROLES = frozenset(
    [
        "user",
        "member",
        "customer",
        "client",
        "guest",
        "employee",
        "student",
        "listener",
        "reader",
        "viewer",
        "subscriber",
        "buyer",
        "basic",
        "free",
        "patient",
        "tenant",
        "learner",
        "pupil",
        "shopper",
        "player",
        "parent",
        "kunde",
        "mitglied",
        "utilisateur",
        "cliente",
        "usuario",
        "standard",
        "role_user",
        "role_customer",
        "role_member",
        "registered",
        "enduser",
        "end_user",
    ]
)


def records(view: View) -> tuple[tuple[str, Record], ...]:
    """The objects in an answer, outer ones first, each with the name that it stands under."""
    return view.once(_records)


def _records(view: View) -> tuple[tuple[str, Record], ...]:
    found: list[tuple[str, Record]] = []
    waiting: list[tuple[str, object]] = [("", view.response_json)]
    for name, value in waiting:  # grows while it is walked
        if len(found) >= _MAX_RECORDS or len(waiting) > 4 * _MAX_RECORDS:
            break
        if isinstance(value, dict):
            found.append((name, value))
            waiting.extend(
                (key, inner)
                for key, inner in [*value.items()][:60]
                if isinstance(inner, dict | list)
            )
        elif isinstance(value, list):
            waiting.extend((name, inner) for inner in value[:60] if isinstance(inner, dict))
    return tuple(found)


def plain(name: str) -> str:
    """A member's name without the marks in which styles differ, such as `userid`."""
    return name.replace("_", "").replace("-", "").lower()


def roles(of: Record) -> list[str]:
    """The roles that a person or a token has, in lower case."""
    given: list[object] = []
    for name, value in of.items():
        if plain(name) in {
            "role",
            "roles",
            "userrole",
            "authorities",
            "groups",
            "type",
            "usertype",
        }:
            given.extend(value[:20] if isinstance(value, list) else [value])
    return [one.lower() for one in given if isinstance(one, str)]


def is_plain(of: Record) -> bool:
    """Whether all that is known of the roles, which must be something, is that of anybody."""
    known = roles(of)
    return bool(known) and all(one in _PLAIN_ROLES for one in known)


def may_more(of: Record) -> bool:
    """Whether a person or a token has a role beyond that of anybody, or a mark of one."""
    marks = ("admin", "isadmin", "staff", "isstaff", "superuser", "issuperuser", "support")
    marked = any(plain(name) in marks and value is True for name, value in of.items())
    return marked or (bool(roles(of)) and not is_plain(of))


def member(view: View, name: str, value: object = None) -> Evidence | None:
    """Where a member stands in the answer, with its value if that is a word or a number."""
    shown = _shown(value)
    pattern = rf'"{re.escape(name)}"\s{{0,3}}:' + (rf"\s{{0,3}}{shown}" if shown else "")
    found = re.search(pattern, view.body)
    return view.span(RESPONSE_BODY, *found.span()) if found else None


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"?{re.escape(value[:120])}'
    return re.escape(str(value)) if isinstance(value, int) and abs(value) < 10**18 else ""


def number(value: object) -> float | None:
    """A number, also one that is written as text or stands beside its currency."""
    if isinstance(value, dict):
        inner = (value.get(name) for name in ("amount", "value", "cents"))
        value = next((one for one in inner if one is not None), None)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not re.fullmatch(r"-?\d{1,15}(?:\.\d{1,6})?", value):
        return None
    return float(value) if isinstance(value, str | float) or abs(value) < 10**15 else None


def strings(of: Record) -> Iterator[tuple[str, str]]:
    """Names and values of the members of a record that are words or numbers, as text."""
    for name, value in of.items():
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            yield name, str(value)[:200] if isinstance(value, str) else _digits(value)


def _digits(value: int) -> str:
    return str(value) if abs(value) < 10**18 else ""
