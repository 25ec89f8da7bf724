"""Personal and secret data that responses hold without need."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence, is_password_name
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, View

_OWASP = ("A02:2021", "API3:2023")
_FIXES = {
    Stack.DJANGO: "`fields = ('id', 'name', 'email')` in the serializer, never `'__all__'`.",
    Stack.SPRING: "`@JsonIgnore` on the property, or a record of its own for the answer.",
    Stack.LARAVEL: "`protected $hidden = ['password', 'reset_token'];` in the model.",
    Stack.RAILS: "`as_json(only: [:id, :name, :email])`.",
    Stack.EXPRESS: "`{ password: { type: String, select: false } }` in the schema.",
    Stack.ASP_NET: "`[JsonIgnore]` on the property, or a class for the answer.",
    Stack.PHP: "`SELECT id, name, email` instead of `SELECT *`.",
}
_STRONG_HASH = re.compile(
    r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$v=\d{1,3}\$|\$[156y]\$[^$\s\"<]{1,40}\$[./\w]{20}"
    r"|pbkdf2_sha\d{1,3}\$\d{4,9}\$"
)
_HASH_MARK = re.compile(r"\$(?=[2156y][abxy]?\$|argon2|\d{4,9}\$)")
_HEX_HASH = re.compile(
    r"[\"'](?:password|passwd|pass|pwd|password_?hash|pass_?hash|hash(?:ed)?_?password)[\"']"
    r"\s{0,3}:\s{0,3}[\"'](?:[a-f0-9]{32}|[a-f0-9]{40}|[a-f0-9]{64}|[a-f0-9]{128})[\"']",
    re.IGNORECASE,
)


def _password_hash(view: View) -> Iterator[Match]:
    if view.is_asset or "/.htpasswd" in view.url.path:
        return
    found = None
    if "$" in view.body:
        found = _STRONG_HASH.search(view.body) if _HASH_MARK.search(view.body) else None
    if found is None and ("pass" in view.lower_body or "pwd" in view.lower_body):
        found = _HEX_HASH.search(view.body)
    if found:
        evidence = view.span(RESPONSE_BODY, *found.span())
        yield Match(evidence=(evidence,), kind="password-hash", proof=90)


PASSWORD_HASH = Rule(
    id="password-hash",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Response holds a password hash",
    description="Hashes can be tried out offline until the password is found.",
    remediation="Choose the fields that leave the server one by one; never serialize a whole "
    "database row.",
    fixes=_FIXES,
    cwe=200,
    owasp=_OWASP,
    references=("OWASP Password Storage Cheat Sheet", "CWE-916"),
    silent="A digest elsewhere, such as an ETag, a masked field, and the mark of a hash without "
    "the rest stay silent; a made-up hash in a manual is a false alarm.",
    check=_password_hash,
)


def _password_echo(view: View) -> Iterator[Match]:
    if view.response is None or view.is_asset:
        return
    for given in view.inputs:
        if len(given.value) < 6 or not is_password_name(given.name) or "hash" in given.name.lower():
            continue
        yield from _in_token(view, given)
        quoted = (f'"{given.value}"', f"'{given.value}'", f">{given.value}<", f" {given.value}\n")
        for text in quoted if given.value in view.body else ():
            if evidence := view.quote(RESPONSE_BODY, text):
                yield Match(
                    evidence=(evidence, input_evidence(view, given)),
                    kind="password-echo",
                    field=given.name,
                    proof=88,
                )
                break


def _in_token(view: View, given: Input) -> Iterator[Match]:
    """The password in a token of the response, which whoever holds it can read."""
    for token in view.jwts:
        if token.part.startswith("response.") and given.value in token.claims.values():
            yield Match(
                evidence=(
                    view.span(token.part, token.start, token.start + len(token.text)),
                    input_evidence(view, given),
                ),
                kind="password-in-token",
                field=given.name,
                proof=92,
                detail="It stands in the claims of a token, which are only encoded.",
            )
            return


PASSWORD_ECHO = Rule(
    id="password-echo",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Response repeats the password",
    description="A password that comes back is kept by caches and logs, and often shows that it "
    "is stored readable.",
    remediation="Never send a password back; store only a slow hash such as Argon2id.",
    fixes=_FIXES,
    cwe=200,
    owasp=_OWASP,
    references=("OWASP Password Storage Cheat Sheet", "OWASP Authentication Cheat Sheet"),
    silent="Short passwords, failed logins and words that merely hold the same letters stay "
    "silent; a generated password that is shown once is a false alarm.",
    check=_password_echo,
)

_INNER_FIELD = re.compile(
    r'"(?:password|passwd|password_?salt|salt|reset_?token|password_?reset_?token|otp_?secret'
    r'|totp_?secret|mfa_?secret|two_?factor_?secret|security_?answer|cvv2?|cvc|pin_?code)"'
    r'\s{0,3}:\s{0,3}(?:"(?!\*|x{3}|"|[^"]{0,40}(?:required|must|invalid|password|short|match))'
    r'[^"\s]{3,200}"|\d{3,10}\b)',
    re.IGNORECASE,
)
_INNER_WORDS = ("passw", "salt", "reset", "secret", "answer", "cvv", "cvc", "pin")
_ENROLS = re.compile(r"mfa|2fa|totp|otp|factor|i18n|locale|schema|openapi|swagger", re.IGNORECASE)


def _inner_field(view: View) -> Iterator[Match]:
    if not view.is_json or not 200 <= view.status < 300:
        return
    if not any(word in view.lower_body for word in _INNER_WORDS) or _ENROLS.search(view.url.path):
        return
    found = _INNER_FIELD.search(view.body)
    if found and not _HEX_HASH.match(found.group()):
        evidence = view.span(RESPONSE_BODY, *found.span())
        yield Match(evidence=(evidence,), kind="inner-field", proof=78)


INNER_FIELD = Rule(
    id="secret-field",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Response holds a field that should stay inside",
    description="Passwords, salts, reset tokens and the like are of use to the server alone.",
    remediation="List the fields that may leave, such as `{id, name, email}`, instead of sending "
    "the whole record.",
    fixes=_FIXES,
    cwe=201,
    owasp=("A01:2021", "API3:2023"),
    references=("OWASP API Security Top 10, API3", "OWASP Mass Assignment Cheat Sheet"),
    silent="Masked and empty values, messages about such fields, and enrolment into a second "
    "factor, which must show its secret once, stay silent.",
    check=_inner_field,
)
