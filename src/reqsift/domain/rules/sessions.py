"""Sessions that reach too many hosts, live too long or can be guessed."""

import re
from base64 import b64decode
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from reqsift.domain.cookies import SetCookie
from reqsift.domain.findings import FindingType, Scope, Severity
from reqsift.domain.rules.cookies import GUIDE, OWASP, RFC, matched, sessions
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import issued_sessions, site
from reqsift.domain.stacks import Stack
from reqsift.domain.view import View

_SHARED_LOGIN = re.compile(r"(?:login|auth|sso|accounts?|id|idp|identity|passport)[0-9-]*\.")


def _for_all_subdomains(view: View) -> Iterator[Match]:
    host = view.url.host.partition(":")[0]
    for cookie in sessions(view):
        domain = cookie.attributes.get("domain", "").lstrip(".").lower()
        if not _reaches_others(host, domain) or _SHARED_LOGIN.match(host):
            continue
        main = host in {domain, f"www.{domain}"}
        yield matched(
            cookie,
            "wide-domain",
            f"It is set by {host[:80]} and goes to every host under {domain[:80]}.",
            Severity.INFO if main else None,
            less=30 if main else 15,
        )


def _reaches_others(host: str, domain: str) -> bool:
    """Whether browsers take `domain` from `host` and then send the cookie to more hosts."""
    registered = "." in domain and len(domain) >= len(site(host)) and not domain[-1].isdigit()
    return registered and (host == domain or host.endswith(f".{domain}"))


COOKIE_FOR_ALL_SUBDOMAINS = Rule(
    id="cookie-for-all-subdomains",
    type=FindingType.SESSION_COOKIE_FLAGS,
    severity=Severity.LOW,
    title="Session cookie is sent to all subdomains",
    description="Every host under the named domain receives the session and can replace it, so "
    "that the weakest of them, or one that is abandoned, gives it away.",
    remediation="Leave `Domain` out; the cookie then stays with its host. Better, name it "
    "`__Host-session`.",
    fixes={
        Stack.DJANGO: "`SESSION_COOKIE_DOMAIN = None`.",
        Stack.FLASK: "`SESSION_COOKIE_DOMAIN=None` in `app.config`.",
        Stack.EXPRESS: "leave `cookie.domain` out of `session({...})`.",
        Stack.SPRING: "drop `server.servlet.session.cookie.domain`.",
        Stack.LARAVEL: "`SESSION_DOMAIN=null` in `.env`.",
        Stack.PHP: '`session.cookie_domain = ""` in `php.ini`.',
        Stack.RAILS: "no `domain: :all` in `session_store`.",
        Stack.ASP_NET: "leave `options.Cookie.Domain` unset.",
    },
    cwe=1275,
    owasp=OWASP,
    references=(RFC, GUIDE),
    silent="It says nothing of hosts that log in for all others (`login.`, `auth.`, `sso.`); where "
    "the hosts share one login on purpose it may be meant.",
    scope=Scope.HOST,
    check=_for_all_subdomains,
)

_DAY = 86_400
_MOST_DAYS = 90
_KEPT = re.compile(r"remember|persist|keep|stay|trust|device|refresh|known", re.IGNORECASE)


def _long_lived(view: View) -> Iterator[Match]:
    for cookie in sessions(view):
        days = 0 if _KEPT.search(cookie.name) else _lifetime(view, cookie)
        if days > _MOST_DAYS:
            detail = f"It is kept for about {min(days, 99_999):.0f} days."
            yield matched(cookie, "long-lived", detail, less=20)


def _lifetime(view: View, cookie: SetCookie) -> float:
    """Days that a browser keeps the cookie, as far as the answer tells; 0 if it does not."""
    age = cookie.attributes.get("max-age", "")
    if age:
        return int(age) / _DAY if age.isdecimal() and len(age) < 16 else 0
    if "expires" not in cookie.attributes:
        return 0
    started = view.exchange.started_at
    try:
        until = parsedate_to_datetime(cookie.attributes["expires"]).timestamp()
        since = started.timestamp() if started and started.tzinfo else None
        if since is None:
            since = parsedate_to_datetime(view.response_header("date") or "").timestamp()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return 0
    return (until - since) / _DAY


SESSION_COOKIE_LONG_LIVED = Rule(
    id="session-cookie-long-lived",
    type=FindingType.SESSION_COOKIE_FLAGS,
    severity=Severity.INFO,
    title="Session cookie is kept for months",
    description="Whoever uses the same device later, or copies the cookie once, stays logged in.",
    remediation="Let it end with the browser or after hours, as by `Max-Age=28800`, end the "
    "session on the server too, and offer a separate `remember me`.",
    fixes={
        Stack.DJANGO: "`SESSION_COOKIE_AGE = 28800`.",
        Stack.FLASK: "`PERMANENT_SESSION_LIFETIME=timedelta(hours=8)`.",
        Stack.EXPRESS: "`cookie: { maxAge: 8 * 3600 * 1000 }`.",
        Stack.SPRING: "`server.servlet.session.timeout=8h` without a cookie `max-age`.",
        Stack.LARAVEL: "`SESSION_LIFETIME=480` in `.env`.",
        Stack.PHP: "`session.cookie_lifetime = 0` in `php.ini`.",
        Stack.RAILS: "`session_store :cookie_store, expire_after: 8.hours`.",
        Stack.ASP_NET: "`options.ExpireTimeSpan = TimeSpan.FromHours(8)`.",
    },
    cwe=613,
    owasp=("A07:2021",),
    references=(GUIDE,),
    silent="It says nothing of cookies that are named after remembering, devices or refreshing; "
    "the server may end the session much earlier.",
    scope=Scope.HOST,
    check=_long_lived,
)

_READABLE = re.compile(r"[\x20-\x7e]{4,200}")
_SPOKEN = re.compile(
    r"(?:user|uid|id|admin|role|name)[\"']?[:=]|^[\w.@-]{2,60}:[\w.@-]+$", re.IGNORECASE
)


def _guessable_session(view: View) -> Iterator[Match]:
    for cookie in issued_sessions(view):
        value = unquote(cookie.value.strip('"'))
        if value.isdecimal() and 3 <= len(value) <= 10:
            detail = "Its value is a short number."
        elif _is_readable(value):
            detail = "Its value is only encoded and says whose session it is."
        else:
            continue
        yield matched(cookie, "guessable", detail)


def _is_readable(value: str) -> bool:
    if not 8 <= len(value) <= 400 or "." in value:
        return False
    try:
        text = b64decode(value + "=" * (-len(value) % 4), validate=True).decode("ascii")
    except ValueError:
        return False
    return _READABLE.fullmatch(text) is not None and _SPOKEN.search(text) is not None


GUESSABLE_SESSION = Rule(
    id="guessable-session-id",
    type=FindingType.AUTHENTICATION,
    severity=Severity.HIGH,
    title="Session identifier can be guessed",
    description="A session is only as safe as its identifier is hard to guess; this one is not "
    "random.",
    remediation="Use at least 128 random bits from the system's generator, such as "
    "`secrets.token_urlsafe(32)`, and keep the user on the server side.",
    fixes={
        Stack.FLASK: "`login_user(user)` of Flask-Login instead of a cookie of your own.",
        Stack.EXPRESS: "`express-session`, whose identifiers are random and signed.",
        Stack.PHP: "`session_start()` and `session_regenerate_id(true)` after the login.",
    },
    cwe=330,
    owasp=("A07:2021", "API2:2023"),
    references=(GUIDE, "NIST SP 800-63B"),
    silent="It says nothing of signed values and of cookies that are not named as a session; a "
    "short number may be a code that expires at once.",
    scope=Scope.HOST,
    check=_guessable_session,
)
