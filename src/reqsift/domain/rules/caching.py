"""Private responses that a cache may keep and give to somebody else."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import has_credentials, issued_sessions, private_data
from reqsift.domain.stacks import Stack
from reqsift.domain.view import URL, View

_CONTROL = "cache-control"
_REFERENCES = ("RFC 9111", "OWASP Session Management Cheat Sheet")
_NO_STORE = {
    Stack.DJANGO: "`@cache_control(no_store=True, private=True)`, or `@never_cache`.",
    Stack.FLASK: '`response.headers["Cache-Control"] = "no-store"` in `@app.after_request`.',
    Stack.EXPRESS: '`res.set("Cache-Control", "no-store")`.',
    Stack.SPRING: "`CacheControl.noStore()`; keep the default headers of Spring Security.",
    Stack.LARAVEL: "the middleware `cache.headers:no_store`.",
    Stack.RAILS: "`no_store` in the controller.",
    Stack.ASP_NET: "`[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]`.",
    Stack.NGINX: '`add_header Cache-Control "no-store" always;`, and no `expires` there.',
    Stack.APACHE: '`Header always set Cache-Control "no-store"`.',
}


def _cacheable_private(view: View) -> Iterator[Match]:
    if view.request.method != "GET" or view.status != 200 or view.is_asset:
        return
    control = (view.response_header(_CONTROL) or "").lower()
    if "no-store" in control or "private" in control or "no-cache" in control:
        return
    invited = "public" in control or "s-maxage" in control or "max-age" in control
    if not has_credentials(view) or _is_stale(view, control, invited=invited):
        return
    private = private_data(view)
    if private:
        yield Match(
            evidence=(view.response_header_evidence(_CONTROL), private),
            kind="cacheable" if invited else "not-forbidden",
            part="response.headers[cache-control]",
            proof=85 if invited else 60,
            severity=Severity.MEDIUM if invited else Severity.LOW,
        )


def _is_stale(view: View, control: str, *, invited: bool) -> bool:
    """Whether older headers, or a lifetime of zero, forbid what Cache-Control does not."""
    if invited:
        return "public" not in control and "max-age=0" in control
    old = f"{view.response_header('pragma')} {view.response_header('expires')}".lower()
    return "no-cache" in old or old.endswith((" 0", " -1")) or "1970" in old


CACHEABLE_PRIVATE = Rule(
    id="cacheable-private-data",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Private data may be kept by caches",
    description="A response to a logged-in user holds private data, but nothing keeps shared "
    "caches or the browser's disk from storing it.",
    remediation="Send `Cache-Control: no-store` with personal responses.",
    fixes=_NO_STORE,
    cwe=525,
    owasp=("A04:2021", "API8:2023"),
    references=_REFERENCES,
    silent="It says nothing where any header forbids it (`no-store`, `private`, `no-cache`, "
    "`Pragma`, `Expires`), of requests without a login, and of scripts, styles and images.",
    check=_cacheable_private,
)


def _shared_session(view: View) -> Iterator[Match]:
    control = (view.response_header(_CONTROL) or "").lower()
    if "public" not in control and "s-maxage" not in control:
        return
    for cookie in issued_sessions(view):
        yield Match(
            evidence=(view.response_header_evidence(_CONTROL), cookie.evidence),
            kind="session-in-shared-cache",
            field=cookie.name,
            proof=80,
        )


SHARED_SESSION = Rule(
    id="session-in-shared-cache",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.HIGH,
    title="A shared cache may hand out one user's session to others",
    description="The response sets a session cookie and invites shared caches to keep it.",
    remediation="Send `Cache-Control: no-store` wherever a session cookie is set.",
    fixes=_NO_STORE,
    cwe=524,
    owasp=("A05:2021", "API8:2023"),
    references=_REFERENCES,
    silent="It says nothing of cookies that carry no session, and of one that is being deleted.",
    check=_shared_session,
)

_STATIC = re.compile(
    r"\.(?:css|js|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|mp4|pdf)\Z", re.IGNORECASE
)
_HIT = re.compile(r"(?:^|[\s,=_-])hit\b", re.IGNORECASE)
_CACHE_HEADERS = ("x-cache", "cf-cache-status", "x-cache-status", "x-proxy-cache", "cdn-cache")


def _deceived_cache(view: View) -> Iterator[Match]:
    if view.request.method != "GET" or view.status != 200 or not _STATIC.search(view.url.path):
        return
    control = (view.response_header(_CONTROL) or "").lower()
    hit = next((n for n in _CACHE_HEADERS if _HIT.search(view.response_header(n) or "")), "")
    hit = hit or ("age" if (view.response_header("age") or "0").strip("0").isdigit() else "")
    invited = "public" in control or "s-maxage" in control
    if not (view.is_page or view.is_json) or not (hit or (invited and has_credentials(view))):
        return
    if private := private_data(view):
        header = hit or _CONTROL
        yield Match(
            evidence=(view.whole(URL), private, view.response_header_evidence(header)),
            kind="deceived-cache",
            part="response.headers[cache-control]",
            proof=85 if hit else 72,
        )


DECEIVED_CACHE = Rule(
    id="private-page-under-static-name",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Shared cache keeps a private page because it is named like a file",
    description="The address ends like that of a style or a picture, the server sent somebody's "
    "private page for it, and a shared cache keeps it for everyone who asks next.",
    remediation="Answer `404` to addresses with a surplus ending, send `Cache-Control: no-store` "
    "with private pages, and let the cache go by the content type instead of the ending.",
    fixes=_NO_STORE,
    cwe=525,
    owasp=("A05:2021", "API8:2023"),
    references=("RFC 9111", "OWASP Web Security Testing Guide, WSTG-ATHN-06"),
    silent="Real files, pages that no cache kept or may keep, and pages without anything private "
    "stay silent.",
    check=_deceived_cache,
)
