"""Keys and passwords of services that a response hands out."""

import re
from collections import Counter
from collections.abc import Iterator
from math import log2

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.provider_keys import PLACEHOLDER
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, View

_OWASP = ("A02:2021", "API8:2023")
_GUIDE = "OWASP Secrets Management Cheat Sheet"
_PEM = re.compile(
    r"-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----(?:\\{1,2}[nr]|\s){0,6}"
    r"(?:[A-Z][A-Za-z-]{2,20}: [^\n\\]{1,100}(?:\\{1,2}[nr]|\s){1,6}){0,4}[A-Za-z0-9+/=]{30}"
)
_MOST_BEGINNINGS = 50
_SERVICE_ACCOUNT = re.compile(r'"type"\s{0,3}:\s{0,3}"service_account"')


def _key_in(text: str) -> re.Match[str] | None:
    at = text.find("-----BEGIN")
    for _ in range(_MOST_BEGINNINGS):
        if at < 0:
            break
        if found := _PEM.match(text, at):
            return found
        at = text.find("-----BEGIN", at + 10)
    return None


def _private_key(view: View) -> Iterator[Match]:
    found = _key_in(view.body) if "-----BEGIN" in view.body else None
    if not found or PLACEHOLDER.search(view.body, found.start() + 10, found.end() + 200):
        return
    evidence = view.span(RESPONSE_BODY, *found.span())
    if account := _SERVICE_ACCOUNT.search(view.body):
        yield Match(
            evidence=(evidence, view.span(RESPONSE_BODY, *account.span())),
            kind="service-account",
            proof=96,
            detail="It is the key file of a Google service account.",
        )
    else:
        locked = "ENCRYPTED" in found.group()
        severity = Severity.MEDIUM if locked else None
        yield Match(evidence=(evidence,), kind="pem", proof=92, severity=severity)


PRIVATE_KEY = Rule(
    id="private-key",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.CRITICAL,
    title="Response holds a private key",
    description="With the private key anyone can act as its owner or read what was encrypted to "
    "them.",
    remediation="Replace the key pair, withdraw certificates made with it, and keep keys out of "
    "folders that are served.",
    fixes={
        Stack.NGINX: "`location ~ \\.(?:pem|key|p12)$ { return 404; }`.",
        Stack.APACHE: '`<FilesMatch "\\.(?:pem|key|p12)$">Require all denied</FilesMatch>`.',
    },
    cwe=321,
    owasp=_OWASP,
    references=(_GUIDE, "OWASP Key Management Cheat Sheet"),
    silent="Certificates, public keys, shortened keys in manuals and code that handles keys stay "
    "silent; a key made for tests is a false alarm.",
    check=_private_key,
)

_AT_HOST = re.compile(r"://[^\s:/@'\"<>\\]{0,64}:([^\s@/'\"<>\\]{3,100})@[\w.-]{1,100}")
_SETTINGS = re.compile(
    r"(?:server|data source|host)=[^;\n\"<]{1,100};[^\n\"<]{0,160}?"
    r"(?:password|pwd)=([^;\"\n<\s]{3,100})",
    re.IGNORECASE,
)


_NO_PASSWORD = frozenset({"password", "passwd", "pass", "pwd", "secret", "port", "token", "key"})
_MANUAL_HOST = re.compile(r"@(?:[\w-]{1,40}\.){0,2}example\.(?:com|org|net)\b")


def _connection_string(view: View) -> Iterator[Match]:
    found = _AT_HOST.search(view.body) if "://" in view.body and "@" in view.body else None
    if not found and ("password=" in view.lower_body or "pwd=" in view.lower_body):
        found = _SETTINGS.search(view.body)
    if not found or PLACEHOLDER.search(found.group(1)) or _MANUAL_HOST.search(found.group()):
        return
    if found.group(1).lower() in _NO_PASSWORD or found.group(1)[0] in "$%{[(":
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
    fixes={
        Stack.DJANGO: "`DATABASES = {'default': env.db()}`, and `DEBUG = False`.",
        Stack.LARAVEL: "`DB_PASSWORD` in `.env` outside the public folder, and `APP_DEBUG=false`.",
        Stack.SPRING: "`spring.datasource.password=${DB_PASSWORD}`.",
        Stack.RAILS: "`url: <%= ENV['DATABASE_URL'] %>` in `config/database.yml`.",
        Stack.ASP_NET: "`ConnectionStrings__Default` as a variable of the environment.",
    },
    cwe=798,
    owasp=_OWASP,
    references=(_GUIDE,),
    silent="Placeholders such as `user:password@host`, variables and hosts of manuals stay silent.",
    check=_connection_string,
)

_WORST = Severity.CRITICAL
_WORDS = ("secret", "key", "passw", "token")
_BEFORE = re.compile(r"(?:\A|[\s{(,;<\"'.\[])([A-Za-z_-]{0,24})\Z")
_VALUE = re.compile(r"[\w-]{0,24}[\"']?\s{0,5}[:=]\s{0,5}[\"']([^\"'\s<>]{8,120})[\"']")
_BARE = re.compile(r"[\w-]{0,24}[ \t]{0,5}[:=][ \t]{0,5}([^\s\"'<>]{6,120})[ \t\r]{0,5}(?=\n|\Z)")
"""As files of settings write it, without quotes."""
_SECRET_NAME = re.compile(
    r"secret|(?:api|access|private|service|signing|encryption|master)[_-]?key|passw(?:or)?d"
    r"|(?:auth|partner|service|bearer)[_-]?token",
    re.IGNORECASE,
)
_MAX_WORDS = 200
_PUBLIC = re.compile(
    r"public|publish|site|captcha|search|csrf|maps|pk_|label|hint|text|error|name|url|placeholder"
    r"|message|title|help|pattern|regex|policy|strength|selector|endpoint|header|param|translation",
    re.IGNORECASE,
)
_ISSUES = re.compile(
    r"key|token|client|secret|credential|oauth|2fa|totp|mfa|login|regist|session", re.IGNORECASE
)
_WORDY = re.compile(r"[a-z][A-Za-z]{0,40}(?:[-_.:/][A-Za-z]{1,40}|[-_.:/]\d{1,3}){1,12}")
"""Names of settings and texts, such as `at-least-8-characters`."""


def _assigned_secret(view: View) -> Iterator[Match]:
    if not (view.is_script or view.is_html or view.is_json or view.response_type == "text/plain"):
        return
    if _issues_keys(view):
        return
    for token in view.jwts if view.is_script or view.is_html else ():
        if token.part == RESPONSE_BODY and token.claims.get("role") == "service_role":
            evidence = view.span(RESPONSE_BODY, token.start, token.start + len(token.text))
            yield Match(evidence=(evidence,), kind="service-role", proof=95, severity=_WORST)
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
        for _ in range(_MAX_WORDS) if word in lower else ():
            at = lower.find(word, at + 1)
            if at < 0:
                break
            value = _VALUE.match(body, at + len(word))
            if value is None and view.response_type == "text/plain":
                value = _BARE.match(body, at + len(word))
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
    if PLACEHOLDER.search(value) or value.startswith(("pk_", "/", "AIza", "http", "sk_test_")):
        return False
    if _WORDY.fullmatch(value):
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
    fixes={
        Stack.EXPRESS: "Read `process.env.API_SECRET` on the server; bundlers copy variables with "
        "`NEXT_PUBLIC_`, `VITE_` or `REACT_APP_` into scripts.",
        Stack.DJANGO: "Keep settings out of templates and serializers; list `fields` one by one.",
        Stack.LARAVEL: "`protected $hidden = ['api_secret'];` in the model.",
        Stack.SPRING: "`@JsonIgnore` on the property, and `${API_SECRET}` from the environment.",
        Stack.RAILS: "`Rails.application.credentials`, and `as_json(only: [...])`.",
        Stack.ASP_NET: "`[JsonIgnore]` on the property, and user secrets or Key Vault.",
    },
    cwe=798,
    owasp=_OWASP,
    references=(_GUIDE,),
    silent="Publishable keys, placeholders, words instead of random characters, and the answer "
    "that issues a new key stay silent.",
    check=_assigned_secret,
)

_NOTED_WORDS = ("passw", "pwd", "api", "secret", "login")
_NOTED = re.compile(
    r"(?:passw(?:or)?d|passwort|pwd|api[ _-]?key|(?:client[ _-]?)?secret(?:[ _-]?key)?)[\"']?"
    r"\s{0,3}(?:[:=]|is | (?-i:(?=\S{0,30}[a-z])(?=\S{0,30}[A-Z])(?=\S{8})))\s{0,3}"
    r"[\"'`]?([^\s\"'`<>,;()]{6,80})"
    r"|log ?in\s{0,3}[:=]?\s{0,3}\w{2,30}\s{0,3}/\s{0,3}(\w{6,30})\b",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(
    r"sha-?\d|md5|base\d\d|pbkdf2|utf-?\d|[hre]s\d{3}|aes|argon2|oauth2|(?:var)?char\d|int\d"
    r"|\d{1,3}[-a-z]*\Z|https?:|[./]",
    re.IGNORECASE,
)
_LINE_COMMENT = re.compile(r"(?:^|[\s;{}),])//[^\n]{0,300}\Z")


def _secret_in_comment(view: View) -> Iterator[Match]:
    if not (view.is_html or view.is_script) or not any(w in view.lower_body for w in _NOTED_WORDS):
        return
    lower, body = view.lower_body, view.body
    if len(lower) != len(body):  # offsets would not fit
        lower = body
    for word in _NOTED_WORDS:
        at = -1
        for _ in range(_MAX_WORDS) if word in lower else ():
            at = lower.find(word, at + 1)
            if at < 0:
                break
            noted = _NOTED.match(body, at)
            start = _comment_start(view, at) if noted and _is_noted(noted) else -1
            if noted and start >= 0:
                evidence = view.span(RESPONSE_BODY, max(start, noted.start() - 80), noted.end())
                yield Match(evidence=(evidence,), kind="secret-in-comment", proof=75)
                return


def _is_noted(noted: re.Match[str]) -> bool:
    value = noted.group(1) or noted.group(2)
    mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    useless = PLACEHOLDER.search(value) or _NO_SECRET.match(value) or _WORDY.fullmatch(value)
    return mixed and not useless and _entropy(value) >= 2.2


def _comment_start(view: View, at: int) -> int:
    """Where the comment around a place begins; -1 if it is in none."""
    body, low = view.body, max(0, at - 2000)
    start = body.rfind("<!--", low, at) if view.is_html else -1
    if start >= 0 and body.find("-->", start, at) < 0 and "-->" in body[at : at + 4000]:
        return start
    if view.is_html and body.rfind("<script", low, at) <= body.rfind("</script", low, at):
        return -1
    start = body.rfind("/*", low, at)
    opens = start == 0 or body[start - 1] in " \t\r\n;{}),("
    if start >= 0 and opens and body.find("*/", start + 2, at) < 0:
        return start
    line = body.rfind("\n", max(0, at - 300), at) + 1
    found = _LINE_COMMENT.search(body[max(line, at - 300) : at])
    return max(line, at - 300) + found.start() if found else -1


SECRET_IN_COMMENT = Rule(
    id="secret-in-comment",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Comment holds a password or a key",
    description="Comments in pages and scripts reach every visitor, and this one names a "
    "credential with its value.",
    remediation="Change the credential, and strip comments when building, for example with "
    "`terser --comments false`.",
    fixes={
        Stack.DJANGO: "`{# note #}` instead of `<!-- note -->`: it stays on the server.",
        Stack.RAILS: "`<%# note %>` instead of `<!-- note -->`.",
        Stack.LARAVEL: "`{{-- note --}}` instead of `<!-- note -->`.",
        Stack.PHP: "`<?php /* note */ ?>` instead of `<!-- note -->`.",
        Stack.ASP_NET: "`@* note *@` instead of `<!-- note -->`.",
        Stack.SPRING: "`<!--/* note */-->` (Thymeleaf) instead of `<!-- note -->`.",
    },
    cwe=615,
    owasp=("A05:2021",),
    references=(_GUIDE, "OWASP Web Security Testing Guide, WSTG-INFO-05"),
    silent="Comments about password fields, types, hashes and placeholders stay silent; only a "
    "value that looks chosen or random counts.",
    check=_secret_in_comment,
)
