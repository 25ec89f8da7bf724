"""Answers whose links are made of a host name that the client sent."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import foreign_host, is_loopback
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, View

_LOCATION = "response.headers[location]"
_HEADERS = ("x-forwarded-host", "x-host", "x-original-host", "x-forwarded-server", "forwarded")
_NAME = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}(?::\d{1,5})?\Z")
_FORWARDED = re.compile(r"\bhost=\"?([\w.:-]{1,255})", re.IGNORECASE)
_INNER = (".internal", ".local", ".lan", ".svc", ".cluster.local", ".test", ".localhost")
_SHARED = re.compile(r"\bpublic\b|\bs-maxage=[1-9]|\bmax-age=[1-9]", re.IGNORECASE)


def _reflected_host(view: View) -> Iterator[Match]:
    if view.response is None or not 200 <= view.status < 500 or view.is_asset:
        return
    for header in _HEADERS:
        if (sent := view.request_header(header)) and (host := _foreign(view, header, sent)):
            yield from _shown(view, header, host)
    sent = view.request_header("host")
    if sent and sent.lower() != view.url.host and (host := _foreign(view, "host", sent)):
        yield from _shown(view, "host", host)


def _foreign(view: View, header: str, sent: str) -> str:
    """The host name in a header, if it belongs to others than who was asked."""
    if header == "forwarded":
        told = _FORWARDED.search(sent)
        sent = told.group(1) if told else ""
    host = sent.split(",")[0].strip().lower()
    if not _NAME.match(host) or not _is_public(view.url.host):
        return ""  # what stands before the server tells it the name that visitors use
    if not foreign_host(view, f"https://{host}/") or _is_own(view, host):
        return ""
    return host


def _is_public(host: str) -> bool:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    if is_loopback(host) or "." not in name or name.endswith(_INNER):
        return False
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return True
    return False


def _is_own(view: View, host: str) -> bool:
    """Whether the page that asked stands on that host: then it is the one people know."""
    pages = (view.request_header("origin"), view.request_header("referer"))
    return any(page and f"//{host}" in page.lower() for page in pages)


def _shown(view: View, header: str, host: str) -> Iterator[Match]:
    location = view.response_header("location") or ""
    part = f"request.headers[{header}]"
    cached = _is_shared(view)
    if re.match(rf"(?:https?:)?//{re.escape(host)}(?:[/:?#]|\Z)", location, re.IGNORECASE):
        proof, kind, shown = 88, "location", view.whole(_LOCATION)
    elif link := _in_body(view, host):
        proof, kind, shown = 80, "link", link
    else:
        return
    yield Match(
        evidence=(shown, view.whole(part)),
        kind=kind,
        part=part,
        proof=proof,
        detail="The answer may be stored by shared caches, which spreads it." if cached else "",
        severity=Severity.HIGH if cached else None,
    )


def _is_shared(view: View) -> bool:
    control = view.response_header("cache-control") or ""
    stored = _SHARED.search(control) is not None and "private" not in control.lower()
    return stored or "hit" in (view.response_header("x-cache") or "").lower()


def _in_body(view: View, host: str) -> Evidence | None:
    if host not in view.lower_body:
        return None
    name = re.escape(host)
    pattern = (
        rf"\b(?:href|src|action|content)\s{{0,3}}=\s{{0,3}}[\"']?(?:https?:)?//{name}(?![\w.-])"
        if view.is_html
        else rf"[\"'>](?:https?:)?(?:\\?/){{2}}{name}(?![\w.-])"
    )
    found = re.compile(pattern, re.IGNORECASE).search(view.body)
    return view.span(RESPONSE_BODY, *found.span()) if found else None


HOST_REFLECTED = Rule(
    id="host-header-reflected",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.MEDIUM,
    title="Links of the answer lead to a host that the request named",
    description="The server believes a header about its own name. Mails to reset a password, "
    "redirects and cached pages can then lead to a stranger's host.",
    remediation="Build absolute links from a configured name such as "
    "`BASE_URL=https://shop.example`, and let the proxy overwrite `X-Forwarded-Host`.",
    fixes={
        Stack.DJANGO: "`ALLOWED_HOSTS = ['shop.example']` and `USE_X_FORWARDED_HOST = False`.",
        Stack.FLASK: "`TRUSTED_HOSTS`, and `ProxyFix(app, x_host=0)`.",
        Stack.EXPRESS: "`app.set('trust proxy', 'loopback')`, and no `req.hostname` in links.",
        Stack.SPRING: "`server.forward-headers-strategy=none` unless the proxy sets them.",
        Stack.LARAVEL: "the middleware `TrustHosts`, and `TrustProxies` for known addresses.",
        Stack.RAILS: "`config.hosts << 'shop.example'`.",
        Stack.ASP_NET: '`"AllowedHosts": "shop.example"`, and `KnownProxies`.',
        Stack.NGINX: "`proxy_set_header X-Forwarded-Host $host;` and a server for other names.",
    },
    cwe=644,
    owasp=("A05:2021", "API8:2023"),
    references=("OWASP WSTG-INPV-17", "CWE-644"),
    silent="It says nothing where the capture was taken behind a proxy, so that the address is an "
    "inner one, where the name belongs to the same site or to the page that asked, or where it "
    "only stands in text.",
    check=_reflected_host,
)
