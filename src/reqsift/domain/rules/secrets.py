"""Keys and passwords of services that a response hands out."""

import re
from collections import Counter
from collections.abc import Iterator
from math import log2

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.view import RESPONSE_BODY, View

_OWASP = ("A02:2021", "API8:2023")
_WEBHOOK = re.compile(r"hooks\.slack\.com/services/T\w{6,12}/B\w{6,14}/\w{16,32}")
_AI_KEY = re.compile(
    r"sk-(?:(?:ant-|proj-|svcacct-|or-v1-)[\w-]{20,180}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})"
)
_FAMILIES = (
    (None, (
        ("AKIA", "AWS access key", re.compile(r"AKIA(?<!\wAKIA)[A-Z0-9]{16}(?![A-Za-z0-9])")),
        ("ASIA", "AWS session key", re.compile(r"ASIA(?<!\wASIA)[A-Z0-9]{16}(?![A-Za-z0-9])")),
        ("AIza", "Google API key", re.compile(r"AIza[\w-]{35}(?![\w-])")),
        ("hooks.slack.com", "Slack webhook", _WEBHOOK),
        ("SG.", "SendGrid key", re.compile(r"SG\.[\w-]{16,32}\.[\w-]{30,64}")),
        ("hvs.", "Vault token", re.compile(r"hvs\.[\w-]{24,120}")),
        ("AccountKey=", "Azure storage key", re.compile(r"AccountKey=[A-Za-z0-9+/]{80,90}={0,2}")),
        ("twilio", "Twilio key", re.compile(r"\bSK[a-f0-9]{32}\b")),
    )),
    (re.compile(r"-[\w-]{10}"), (
        ("GOCSPX-", "Google client secret", re.compile(r"GOCSPX-[\w-]{20,40}")),
        ("glpat-", "GitLab token", re.compile(r"glpat-[\w-]{20,60}")),
        ("xox", "Slack token", re.compile(r"xox[abeoprs]-[A-Za-z0-9-]{10,120}")),
        ("sk-", "AI provider key", _AI_KEY),
        ("pypi-AgE", "PyPI token", re.compile(r"pypi-AgE[\w-]{50,300}")),
        ("sq0csp-", "Square secret", re.compile(r"sq0csp-[\w-]{43}")),
    )),
    (re.compile(r"_[\w+/=-]{16}"), (
        ("github_pat_", "GitHub token", re.compile(r"github_pat_\w{22,90}")),
        ("ghp_", "GitHub token", re.compile(r"ghp_[A-Za-z0-9]{36}")),
        ("gho_", "GitHub token", re.compile(r"gho_[A-Za-z0-9]{36}")),
        ("ghs_", "GitHub token", re.compile(r"ghs_[A-Za-z0-9]{36}")),
        ("k_live_", "Stripe secret key", re.compile(r"k_live_(?<=[sr]k_live_)[A-Za-z0-9]{16,120}")),
        ("whsec_", "Stripe webhook secret", re.compile(r"whsec_[A-Za-z0-9+/=]{24,80}")),
        ("npm_", "npm token", re.compile(r"npm_[A-Za-z0-9]{36}")),
        ("shpat_", "Shopify token", re.compile(r"shpat_[a-fA-F0-9]{32}")),
        ("dop_v1_", "DigitalOcean token", re.compile(r"dop_v1_[a-f0-9]{64}")),
        ("hf_", "Hugging Face token", re.compile(r"hf_[A-Za-z]{34}(?![A-Za-z])")),
    )),
)  # fmt: skip
"""Forms of keys; each family has a cheap pattern without which none of its keys can occur."""

_PLACEHOLDER = re.compile(
    r"example|your|x{4}|\*{3}|\.{3}|placeholder|redacted|dummy|sample|changeme|insert|<|\$\{|\{\{"
    r"|1234567890|abcdefgh|0{8}",
    re.IGNORECASE,
)


def _provider_key(view: View) -> Iterator[Match]:
    body = view.body
    for needed, keys in _FAMILIES:
        if needed is None or needed.search(body):
            for gate, name, pattern in keys:
                if gate in body:
                    yield from _keys(view, name, pattern)


def _keys(view: View, name: str, pattern: re.Pattern[str]) -> Iterator[Match]:
    for found in pattern.finditer(view.body):
        if _PLACEHOLDER.search(found.group()):
            continue
        browser_key = name == "Google API key"
        if browser_key and "firebase" in view.lower_body:
            return  # documented to be public
        yield Match(
            evidence=(view.span(RESPONSE_BODY, *found.span()),),
            kind=name.lower().replace(" ", "-"),
            proof=65 if browser_key else 92,
            severity=Severity.LOW if browser_key else None,
            detail=f"It has the form of a {name}.",
        )
        return


PROVIDER_KEY = Rule(
    id="provider-key",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Response holds a key of a service",
    description="Whoever sees this response can use the service in the owner's name.",
    remediation="Withdraw the key now, keep its successor on the server, and let the client ask "
    "the server instead.",
    cwe=798,
    owasp=_OWASP,
    check=_provider_key,
)

_PEM = re.compile(r"-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----[^-]{40}")


def _private_key(view: View) -> Iterator[Match]:
    found = _PEM.search(view.body) if "-----BEGIN" in view.body else None
    if found:
        evidence = view.span(RESPONSE_BODY, *found.span())
        yield Match(evidence=(evidence,), kind="pem", proof=92)


PRIVATE_KEY = Rule(
    id="private-key",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.CRITICAL,
    title="Response holds a private key",
    description="With the private key anyone can act as its owner or read what was encrypted to "
    "them.",
    remediation="Replace the key pair, withdraw certificates made with it, and keep keys out of "
    "folders that are served.",
    cwe=321,
    owasp=_OWASP,
    check=_private_key,
)

_AT_HOST = re.compile(r"://[^\s:/@'\"<>\\]{0,64}:([^\s@/'\"<>\\]{3,100})@[\w.-]{1,100}")
_SETTINGS = re.compile(
    r"(?:server|data source|host)=[^;\n\"<]{1,100};[^\n\"<]{0,160}?"
    r"(?:password|pwd)=([^;\"\n<\s]{3,100})",
    re.IGNORECASE,
)


def _connection_string(view: View) -> Iterator[Match]:
    found = _AT_HOST.search(view.body) if "://" in view.body and "@" in view.body else None
    if not found and ("password=" in view.lower_body or "pwd=" in view.lower_body):
        found = _SETTINGS.search(view.body)
    if not found or _PLACEHOLDER.search(found.group(1)) or found.group(1).lower() == "password":
        return
    start = found.start()
    while start > 0 and found.start() - start < 20 and view.body[start - 1].isalnum():
        start -= 1
    evidence = view.span(RESPONSE_BODY, start, found.end())
    yield Match(evidence=(evidence,), kind="connection-string", proof=88)


CONNECTION_STRING = Rule(
    id="connection-string",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Response holds an address with a password",
    description="The text names a server together with the password to enter it.",
    remediation="Change that password, and keep connection settings in the server's environment.",
    cwe=798,
    owasp=_OWASP,
    check=_connection_string,
)

_WORDS = ("secret", "key", "passw", "token")
_BEFORE = re.compile(r"(?:\A|[\s{(,;<\"'.\[])([A-Za-z_-]{0,24})\Z")
_VALUE = re.compile(r"[\w-]{0,24}[\"']?\s{0,5}[:=]\s{0,5}[\"']([^\"'\s<>]{8,120})[\"']")
_SECRET_NAME = re.compile(
    r"secret|(?:api|access|private|service|signing|encryption|master)[_-]?key|passw(?:or)?d"
    r"|(?:auth|partner|service|bearer)[_-]?token",
    re.IGNORECASE,
)
_MAX_WORDS = 200
_PUBLIC = re.compile(
    r"public|publish|site|captcha|search|csrf|maps|pk_|label|hint|text|error|name|url",
    re.IGNORECASE,
)
_ISSUES = re.compile(r"key|token|client|secret|credential|oauth|2fa|totp|mfa", re.IGNORECASE)


def _assigned_secret(view: View) -> Iterator[Match]:
    if not (view.is_script or view.is_html or view.is_json or view.response_type == "text/plain"):
        return
    if _issues_keys(view):
        return
    for start, end, name, value in _assignments(view):
        if _is_secret(name, value):
            evidence = view.span(RESPONSE_BODY, start, end)
            yield Match(evidence=(evidence,), kind="assigned-secret", proof=75)
            return


def _assignments(view: View) -> Iterator[tuple[int, int, str, str]]:
    """Start, end, name and value of what is assigned to a name with a telling word in it."""
    lower = view.lower_body
    body = view.body
    if len(lower) != len(body):  # a rare letter that becomes two: offsets would not fit
        lower = body
    for word in _WORDS:
        at = -1
        for _ in range(_MAX_WORDS):
            at = lower.find(word, at + 1)
            if at < 0:
                break
            value = _VALUE.match(body, at + len(word))
            before = _BEFORE.search(body[max(0, at - 25) : at]) if value else None
            if value and before:
                start = at - len(before.group(1))
                name = body[start : value.start(1)].rstrip("\"': =\t\n")
                yield start, value.end(), name, value.group(1)


def _issues_keys(view: View) -> bool:
    """Whether the request is for a new key, which is rightly shown once."""
    return view.request.method in {"POST", "PUT"} and _ISSUES.search(view.url.path) is not None


def _is_secret(name: str, value: str) -> bool:
    if not _SECRET_NAME.search(name) or _PUBLIC.search(name):
        return False
    if _PLACEHOLDER.search(value) or value.startswith(("pk_", "/", "AIza")):
        return False
    mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return mixed and _entropy(value) >= (2.8 if "passw" in name.lower() else 3.0)


def _entropy(value: str) -> float:
    shares = [count / len(value) for count in Counter(value).values()]
    return -sum(share * log2(share) for share in shares)


ASSIGNED_SECRET = Rule(
    id="secret-in-response",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Script or data holds a secret",
    description="A field named like a secret holds a random-looking value, and it reaches everyone "
    "who loads this response.",
    remediation="Withdraw the secret, and let the server call the other service on the client's "
    "behalf.",
    cwe=798,
    owasp=_OWASP,
    check=_assigned_secret,
)
