"""What pages load: content that others can change on its way or at its source."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Scope, Severity
from reqsift.domain.pages import Element
from reqsift.domain.rules.csp import page_policies
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import foreign_host, is_loopback, site
from reqsift.domain.urls import parse_url
from reqsift.domain.view import RESPONSE_BODY, View

_CLEAR_OWASP = ("A02:2021", "API8:2023")
_MAX_LINKS = 200
_MAX_TAG = 400
_PARSED = frozenset({"script", "iframe", "link", "object", "embed", "form", "base"})
_PASSIVE = frozenset({"img", "audio", "video", "source"})
_TAG = re.compile(rf"<({'|'.join(sorted(_PARSED | _PASSIVE))})\b", re.IGNORECASE)
_LOADS = re.compile(r"\b(?:src|href|data|action)\s{0,3}=\s{0,3}[\"']?$", re.IGNORECASE)


def _insecure_links(view: View) -> Iterator[tuple[str, Evidence]]:
    """The tags of an HTTPS page that load from or send to a plain HTTP URL."""
    if not view.is_html or not view.url.secure or view.status >= 400:
        return
    links = list(_links(view.body))
    if links and not _upgrades(view):
        parsed = {element.start for element in view.page.of(*_PARSED)}
        for tag, start, end in links:
            if start in parsed if tag in _PARSED else not _is_comment(view.body, start):
                yield tag, view.span(RESPONSE_BODY, start, end)


def _links(body: str) -> Iterator[tuple[str, int, int]]:
    """What looks like such a tag: its name and place, up to the end of the host."""
    start = 0
    for _ in range(_MAX_LINKS):
        start = body.find("http://", start)
        if start < 0:
            return
        tag, opening = _tag_of(body, start)
        end = start + len("http://")
        host = parse_url(body[start : start + 120].partition(body[start - 1])[0]).host
        if tag and host and not is_loopback(host):
            yield tag, opening, end + len(host)
        start = end


def _upgrades(view: View) -> bool:
    """Whether a policy makes browsers ask for HTTPS instead."""
    return any("upgrade-insecure-requests" in policy.directives for policy in page_policies(view))


def _is_comment(body: str, start: int) -> bool:
    return body.rfind("<!--", 0, start) > body.rfind("-->", 0, start)


def _tag_of(body: str, start: int) -> tuple[str, int]:
    """The tag whose attribute holds the URL at `start`, and its place; empty if none loads it."""
    before = body[max(0, start - _MAX_TAG) : start]
    opening = before.rfind("<")
    if opening < 0 or ">" in before[opening:] or not _LOADS.search(before[-12:]):
        return "", 0
    found = _TAG.match(before, opening)
    if not found:
        return "", 0
    name, place = found.group(1).lower(), start - len(before) + opening
    whole = body[place : start + _MAX_TAG].partition(">")[0].lower()
    return ("", 0) if name == "link" and "stylesheet" not in whole else (name, place)


def _mixed_content(view: View) -> Iterator[Match]:
    for tag, evidence in _insecure_links(view):
        if tag in _PASSIVE:
            yield Match(evidence=(evidence,), kind="passive", proof=80, severity=Severity.INFO)
        elif tag != "form":
            yield Match(evidence=(evidence,), kind="active", proof=90)


MIXED_CONTENT = Rule(
    id="mixed-content",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.MEDIUM,
    title="HTTPS page loads content over plain HTTP",
    description="What is loaded unencrypted can be replaced on its way and then acts, or is seen, "
    "as part of the secure page.",
    remediation="Load everything from `https://` URLs, and send `Content-Security-Policy: "
    "upgrade-insecure-requests`.",
    cwe=319,
    owasp=_CLEAR_OWASP,
    references=("W3C Mixed Content", "W3C Upgrade Insecure Requests"),
    silent="It says nothing of mere links, of tags in comments or scripts, of this machine itself, "
    "and of pages whose policy upgrades such requests to HTTPS.",
    check=_mixed_content,
)


def _insecure_form_action(view: View) -> Iterator[Match]:
    for tag, evidence in _insecure_links(view):
        if tag == "form":
            fields = next(
                (f.fields for f in view.page.forms if f.element.start == evidence.offset), ()
            )
            asks = any(field.kind == "password" for field in fields)
            severity = Severity.HIGH if asks else None
            yield Match(evidence=(evidence,), kind="form-to-http", proof=90, severity=severity)


INSECURE_FORM_ACTION = Rule(
    id="insecure-form-action",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.MEDIUM,
    title="Form of an HTTPS page is sent over plain HTTP",
    description="What the user types looks protected by the page's lock but leaves unencrypted.",
    remediation="Let the form's action be an `https://` URL or a path.",
    cwe=319,
    owasp=_CLEAR_OWASP,
    references=("W3C Mixed Content", "OWASP Transport Layer Security Cheat Sheet"),
    silent="It says nothing of forms in comments or scripts, and of pages whose policy upgrades "
    "requests to HTTPS.",
    check=_insecure_form_action,
)


PUBLIC_CDNS = frozenset(
    {
        "ajax.aspnetcdn.com", "ajax.googleapis.com", "cdn.bootcdn.net", "cdn.datatables.net",
        "cdn.jsdelivr.net", "cdnjs.cloudflare.com", "code.angularjs.org", "code.jquery.com",
        "maxcdn.bootstrapcdn.com", "netdna.bootstrapcdn.com", "stackpath.bootstrapcdn.com",
        "unpkg.com",
    }
)  # fmt: skip
"""Hosts of public libraries, which anybody's pages load."""
_UNPINNABLE = frozenset(
    {
        "addthis.com", "adobedtm.com", "adyen.com", "amazon-adsystem.com", "arkoselabs.com",
        "authorize.net", "bing.com", "braintreegateway.com", "braintree-api.com", "calendly.com",
        "clarity.ms", "cloudflareinsights.com", "cookiebot.com", "cookielaw.org", "cookiepro.com",
        "criteo.com", "criteo.net", "crisp.chat", "datadoghq-browser-agent.com", "disqus.com",
        "doubleclick.net", "drift.com", "facebook.net", "fontawesome.com", "fullstory.com",
        "google-analytics.com", "google.com", "googleadservices.com", "googlesyndication.com",
        "googletagmanager.com", "gstatic.com", "hcaptcha.com", "hotjar.com", "hs-scripts.com",
        "hsforms.net", "hubspot.com", "instagram.com", "intercom.io", "intercomcdn.com",
        "klarna.com", "klaviyo.com", "licdn.com", "livechatinc.com", "mapbox.com", "mollie.com",
        "mxpnl.com", "newrelic.com", "nr-data.net", "onetrust.com", "optimizely.com", "osano.com",
        "paypal.com", "paypalobjects.com", "pinimg.com", "plausible.io", "recaptcha.net",
        "segment.com", "sentry-cdn.com", "shopify.com", "squareup.com", "stripe.com",
        "tawk.to", "tiktok.com", "trustpilot.com", "twitter.com", "typekit.net", "usercentrics.eu",
        "virtualearth.net", "vimeo.com", "yandex.ru", "youtube.com", "zdassets.com", "zendesk.com",
    }
)  # fmt: skip
"""Sites whose loaders change without notice: tags, consent, maps, payment, captchas, chats."""
_VARYING = frozenset({"challenges.cloudflare.com", "fonts.googleapis.com", "maps.googleapis.com"})
_OWN_STORES = (
    ".akamaihd.net", ".akamaized.net", ".amazonaws.com", ".azureedge.net", ".azurefd.net",
    ".b-cdn.net", ".blob.core.windows.net", ".cloudfront.net", ".fastly.net",
)  # fmt: skip
"""Where sites keep their own files under a host of somebody else."""
_VERSION = re.compile(r"[@/._-]v?\d{1,4}\.\d{1,4}(?:\.\d{1,6})?|[._-][0-9a-f]{8,64}\.")
_FAR = re.compile(r"=\s{0,3}[\"']?(?:[Hh][Tt][Tt][Pp][Ss]?:)?//")
_SCRIPT_TYPES = frozenset({"", "module", "text/javascript", "application/javascript"})


def _missing_sri(view: View) -> Iterator[Match]:
    if not view.is_page or not view.url.secure or not _FAR.search(view.body):
        return
    told: set[str] = set()
    for element in view.page.of("script", "link")[:_MAX_LINKS]:
        address = _loaded(element)
        host = foreign_host(view, address) if address and not address.startswith("http:") else ""
        if host and host not in told and not _is_left_alone(view, host):
            told.add(host)
            versioned = _VERSION.search(parse_url(address).path) is not None
            public = host in PUBLIC_CDNS
            yield Match(
                evidence=(view.span(RESPONSE_BODY, element.start, element.end),),
                kind="missing-sri",
                field=host,
                proof=80 if public and versioned else 60 if public or versioned else 45,
                severity=None if public or versioned else Severity.INFO,
                detail="" if versioned else "The address names no version: pin one first.",
            )


def _loaded(element: Element) -> str:
    """The address of a script or style that is run without its hash being compared."""
    if element.get("integrity"):
        return ""
    if element.tag == "script":
        return element.get("src") if element.get("type").lower() in _SCRIPT_TYPES else ""
    return element.get("href") if "stylesheet" in element.get("rel").lower().split() else ""


def _is_left_alone(view: View, host: str) -> bool:
    """Whether a host's files cannot be pinned, or seem to be the page owner's own."""
    if is_loopback(host) or host in _VARYING or host.endswith(_OWN_STORES):
        return True
    own = site(view.url.host).partition(".")[0]
    return host not in PUBLIC_CDNS and (site(host) in _UNPINNABLE or (len(own) > 3 and own in host))


MISSING_SRI = Rule(
    id="missing-sri",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Script or style of another site is loaded without a hash",
    description="Whoever takes over that host can change the file, and with it every page that "
    "loads it; a hash in the tag makes browsers refuse a changed file.",
    remediation='Host the file yourself, or pin it: `<script src="https://cdn.jsdelivr.net/npm/'
    'vue@3.4.21/dist/vue.global.prod.js" integrity="sha384-{hash}" crossorigin="anonymous">`.',
    cwe=353,
    owasp=("A08:2021",),
    references=("W3C Subresource Integrity", "OWASP Third Party JavaScript Management Cheat Sheet"),
    silent="It says nothing of hosts of the same site or owner, of plain HTTP (mixed content), and "
    "of services whose loaders change without notice: tags, maps, payment, captchas, chats.",
    scope=Scope.HOST,
    check=_missing_sri,
)
