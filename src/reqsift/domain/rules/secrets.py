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
_KEYS = (
    ("AKIA", "AWS access key", re.compile(r"AKIA(?<![A-Z0-9]AKIA)[A-Z0-9]{16}(?![A-Za-z0-9])")),
    ("ASIA", "AWS session key", re.compile(r"ASIA(?<![A-Z0-9]ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])")),
    ("AIza", "Google API key", re.compile(r"AIza[\w-]{35}(?![\w-])")),
    ("GOCSPX-", "Google client secret", re.compile(r"GOCSPX-[\w-]{20,40}")),
    ("github_pat_", "GitHub token", re.compile(r"github_pat_\w{22,90}")),
    ("ghp_", "GitHub token", re.compile(r"ghp_[A-Za-z0-9]{36}")),
    ("gho_", "GitHub token", re.compile(r"gho_[A-Za-z0-9]{36}")),
    ("ghs_", "GitHub token", re.compile(r"ghs_[A-Za-z0-9]{36}")),
    ("glpat-", "GitLab token", re.compile(r"glpat-[\w-]{20,60}")),
    ("xox", "Slack token", re.compile(r"xox[abeoprs]-[A-Za-z0-9-]{10,120}")),
    ("hooks.slack.com", "Slack webhook", _WEBHOOK),
    ("k_live_", "Stripe secret key", re.compile(r"k_live_(?<=[sr]k_live_)[A-Za-z0-9]{16,120}")),
    ("whsec_", "Stripe webhook secret", re.compile(r"whsec_[A-Za-z0-9+/=]{24,80}")),
    ("SG.", "SendGrid key", re.compile(r"SG\.[\w-]{16,32}\.[\w-]{30,64}")),
    ("sk-", "AI provider key", _AI_KEY),
    ("npm_", "npm token", re.compile(r"npm_[A-Za-z0-9]{36}")),
    ("pypi-AgE", "PyPI token", re.compile(r"pypi-AgE[\w-]{50,300}")),
    ("shpat_", "Shopify token", re.compile(r"shpat_[a-fA-F0-9]{32}")),
    ("dop_v1_", "DigitalOcean token", re.compile(r"dop_v1_[a-f0-9]{64}")),
    ("hf_", "Hugging Face token", re.compile(r"hf_[A-Za-z]{34}(?![A-Za-z])")),
    ("AccountKey=", "Azure storage key", re.compile(r"AccountKey=[A-Za-z0-9+/]{80,90}={0,2}")),
    ("twilio", "Twilio key", re.compile(r"\bSK[a-f0-9]{32}\b")),
    ("hvs.", "Vault token", re.compile(r"hvs\.[\w-]{24,120}")),
    ("sq0csp-", "Square secret", re.compile(r"sq0csp-[\w-]{43}")),
)  # fmt: skip
_PLACEHOLDER = re.compile(
    r"example|your|x{4}|\*{3}|\.{3}|placeholder|redacted|dummy|sample|changeme|insert|<|\$\{|\{\{"
    r"|1234567890|abcdefgh|0{8}",
    re.IGNORECASE,
)


def _provider_key(view: View) -> Iterator[Match]:
    body = view.body
    for gate, name, pattern in _KEYS:
        if gate not in body:
            continue
        for found in pattern.finditer(body):
            if _PLACEHOLDER.search(found.group()):
                continue
            browser_key = gate == "AIza"
            if browser_key and "firebase" in view.lower_body:
                continue  # documented to be public
            yield Match(
                evidence=(view.span(RESPONSE_BODY, *found.span()),),
                kind=name.lower().replace(" ", "-"),
                confidence=65 if browser_key else 92,
                severity=Severity.LOW if browser_key else None,
                detail=f"It has the form of a {name}.",
            )
            break


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
        yield Match(evidence=(evidence,), kind="pem", confidence=92)


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
    yield Match(evidence=(evidence,), kind="connection-string", confidence=88)


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

_GATES = (
    "secret",
    "api_key",
    "apikey",
    "api-key",
    "access_key",
    "accesskey",
    "private_key",
    "service_key",
    "servicekey",
    "password",
    "partnertoken",
    "auth_token",
    "authtoken",
)
_ASSIGNED = re.compile(
    r"(?:secret|api[_-]?key|access[_-]?key|private[_-]?key|service[_-]?key|password|passwd"
    r"|(?:auth|partner|service|bearer)[_-]?token)"
    r"(\w{0,24})[\"']?\s{0,5}[:=]\s{0,5}[\"']([^\"'\s<>]{8,120})[\"']",
    re.IGNORECASE,
)
_PUBLIC = re.compile(
    r"public|publish|site|captcha|search|csrf|maps|pk_|label|hint|text|error|name|url",
    re.IGNORECASE,
)
_ISSUES = re.compile(r"key|token|client|secret|credential|oauth|2fa|totp|mfa", re.IGNORECASE)


def _assigned_secret(view: View) -> Iterator[Match]:
    if not (view.is_script or view.is_html or view.is_json or view.response_type == "text/plain"):
        return
    if not any(gate in view.lower_body for gate in _GATES) or _issues_keys(view):
        return
    for found in _ASSIGNED.finditer(view.body):
        before = view.body[max(0, found.start() - 16) : found.start()]
        name = before[len(before) - _tail(before) :] + found.group().partition(":")[0]
        if _is_secret(name.partition("=")[0], found.group(2)):
            yield Match(
                evidence=(view.span(RESPONSE_BODY, found.start() - _tail(before), found.end()),),
                kind="assigned-secret",
                confidence=75,
            )
            return


def _tail(text: str) -> int:
    """How many characters at the end of `text` still belong to a name."""
    return len(text) - len(text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"))


def _issues_keys(view: View) -> bool:
    """Whether the request is for a new key, which is rightly shown once."""
    return view.request.method in {"POST", "PUT"} and _ISSUES.search(view.url.path) is not None


def _is_secret(name: str, value: str) -> bool:
    if _PUBLIC.search(name) or _PLACEHOLDER.search(value) or value.startswith(("pk_", "/", "AIza")):
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
