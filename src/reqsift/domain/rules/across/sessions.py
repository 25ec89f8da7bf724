"""The life of a session or token: from login to logout."""

import re
from collections.abc import Iterator, Sequence

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.across.form import (
    MOST_MEMBERS,
    CaptureRule,
    Names,
    Sight,
    Story,
    Tracker,
    numbers,
)
from reqsift.domain.rules.across.people import OWN, is_entry, let_in, session_value
from reqsift.domain.rules.signals import personal, private_data
from reqsift.domain.sightings import Seen, digest
from reqsift.domain.stacks import Stack
from reqsift.domain.view import STATUS, View

_LOGOUT = re.compile(
    r"/(?:log-?_?out|sign-?_?out|logoff|abmelden|d[eé]connexion|cerrar-?sesion|salir|sair|wyloguj"
    r"|uitloggen|esci)(?:[/.]|\Z)",
    re.IGNORECASE,
)
_ENDED = re.compile(r"/(?:sessions?|auth|tokens?)(?:/|\Z)", re.IGNORECASE)
_OUT, _ENTERED, _USED = "logout", "login", "used"
_UNDER_WAY_MS = 1000
"""A request that was sent within this time of the logout may have been under way already."""


def _event(view: View) -> tuple[str, Evidence | None]:
    """What happens to the session of the request, and the proof."""
    path = view.url.path
    ends = view.request.method == "DELETE" and _ENDED.search(path)
    if (_LOGOUT.search(path) or ends) and 200 <= view.status < 400:
        return _OUT, view.whole(STATUS)
    if is_entry(view) and let_in(view):
        return _ENTERED, view.whole(STATUS)
    if view.status == 200 and (proof := private_data(view) or personal(view)):
        return _USED, proof
    if view.status == 200 and OWN.search(path.lower()) and not _asks_to_log_in(view):
        return _USED, view.whole(STATUS)
    return "", None


def _asks_to_log_in(view: View) -> bool:
    return view.is_asset or "password" in view.lower_body or "login" in view.lower_body[:4096]


def _where(view: View, value: str) -> Evidence | None:
    return view.quote("request.headers[authorization]", value) or view.quote(
        "request.headers[cookie]", value
    )


def _sight_sessions(view: View) -> Iterator[Sight]:
    value = session_value(view)
    event, proof = _event(view) if len(value) > 7 else ("", None)
    carried = _where(view, value) if proof else None
    if proof is None or carried is None:
        return
    started = view.exchange.started_at
    renewed = any(cookie.value and cookie.value != value for cookie in view.set_cookies)
    yield Sight(
        key=digest(view.url.host, value),
        facts=(
            event,
            str(int(started.timestamp() * 1000)) if started else "",
            "renewed" if renewed else "",
        ),
        evidence=(carried, proof),
    )


SESSIONS = Tracker(kind="session", sight=_sight_sessions)


def _judge_logout(seen: Sequence[Seen], _: Names) -> Iterator[Story]:
    out: Seen | None = None
    after: list[Seen] = []
    for one in seen:
        if one.facts[0] == _OUT:
            out = out or one
        elif one.facts[0] == _ENTERED:
            out, after = None, []
        elif out and _is_later(one, out):
            after.append(one)
    if out and after:
        yield Story(
            members=after[:MOST_MEMBERS],
            kind="used-after-logout",
            proof=85,
            detail=f"Request {numbers([out])} ended this session; it still opened private data in "
            f"{numbers(after)}.",
        )


def _is_later(one: Seen, than: Seen) -> bool:
    mine, other = one.facts[1], than.facts[1]
    return not (mine and other) or int(mine) > int(other) + _UNDER_WAY_MS


TOKEN_AFTER_LOGOUT = CaptureRule(
    id="token-after-logout",
    type=FindingType.AUTHENTICATION,
    severity=Severity.MEDIUM,
    title="Session still works after logout",
    description="The logout ended the session in the browser only; whoever holds the old cookie or "
    "token stays logged in.",
    remediation="End the session on the server at logout; keep a list of ended tokens until they "
    "expire, or keep their lives short.",
    fixes={
        Stack.DJANGO: "`logout(request)`, which flushes the session.",
        Stack.EXPRESS: "`req.session.destroy(done)`.",
        Stack.PHP: "`session_destroy();` beside deleting the cookie.",
        Stack.RAILS: "`reset_session`.",
        Stack.SPRING: "`.logout(l -> l.invalidateHttpSession(true))`.",
        Stack.ASP_NET: "`Session.Abandon();`, and revoke the authentication ticket.",
        Stack.LARAVEL: "`$request->session()->invalidate();`.",
    },
    cwe=613,
    owasp=("A07:2021", "API2:2023"),
    references=("OWASP Session Management Cheat Sheet", "NIST SP 800-63B"),
    silent="It stays silent where the answers after the logout hold no private data, and for what "
    "was sent within a second of it.",
    tracker=SESSIONS,
    judge=_judge_logout,
)


def _judge_rotation(seen: Sequence[Seen], _: Names) -> Iterator[Story]:
    for place, one in enumerate(seen):
        if one.facts[0] != _ENTERED or one.facts[2]:
            continue
        before = [other for other in seen[:place] if other.facts[0] == _USED]
        after = [other for other in seen[place + 1 :] if other.facts[0] == _USED]
        if after and not before:
            yield Story(
                members=[one],
                kind="not-rotated",
                proof=82,
                detail="The session was sent along with the login and is the one that opens "
                f"private data afterwards, in {numbers(after)}.",
            )
            return


SESSION_NOT_ROTATED = CaptureRule(
    id="session-not-rotated",
    type=FindingType.AUTHENTICATION,
    severity=Severity.MEDIUM,
    title="Session keeps its id at login",
    description="Whoever plants or learns the session id before the login, in a shared browser or "
    "by a link, is logged in with the user afterwards.",
    remediation="Issue a new session id at every login and end the old one.",
    fixes={
        Stack.DJANGO: "`login(request, user)`, which cycles the session key.",
        Stack.EXPRESS: "`req.session.regenerate(done)` before the user is put into it.",
        Stack.PHP: "`session_regenerate_id(true);`.",
        Stack.RAILS: "`reset_session` before `session[:user_id] = user.id`.",
        Stack.SPRING: "`.sessionManagement(s -> s.sessionFixation().migrateSession())`.",
        Stack.LARAVEL: "`$request->session()->regenerate();`.",
        Stack.ASP_NET: "`SessionIDManager` with a new id, and a fresh authentication cookie.",
    },
    cwe=384,
    owasp=("A07:2021", "API2:2023"),
    references=("OWASP Session Management Cheat Sheet",),
    silent="It stays silent where the session had opened private data before the login, which is "
    "then a confirmation of somebody who is logged in.",
    tracker=SESSIONS,
    judge=_judge_rotation,
)
