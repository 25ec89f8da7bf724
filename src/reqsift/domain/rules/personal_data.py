"""Personal and secret data that responses hold without need."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence, is_password_name
from reqsift.domain.view import RESPONSE_BODY, View

_OWASP = ("A02:2021", "API3:2023")
_CARD_GATES = ("card", '"pan"', "credit", "payment", "visa")
_CARD = re.compile(
    r"(?<![\w.-])[3-6]\d{3}([ -]?)\d{4}\1\d{4}\1\d{1,7}(?![\w.-])|(?<![\w.-])3[47]\d{13}(?![\w.-])"
)
_MAX_CARDS = 200
_SANDBOX = re.compile(r"\btest[ -]?(?:card|number|payment)s?\b|\bsandbox\b", re.IGNORECASE)
_SAMPLES = frozenset(
    {
        "4242424242424242",
        "4111111111111111",
        "4012888888881881",
        "4000056655665556",
        "5555555555554444",
        "5105105105105100",
        "378282246310005",
        "371449635398431",
        "6011111111111117",
        "3566002020360505",
    }
)
"""The numbers that payment services publish for tests."""


def _readable(view: View) -> bool:
    return view.is_json or view.is_html or view.response_type in {"text/plain", "text/csv", ""}


def _card_number(view: View) -> Iterator[Match]:
    if not _readable(view) or not any(gate in view.lower_body for gate in _CARD_GATES):
        return
    for count, found in enumerate(_CARD.finditer(view.body)):
        digits = found.group().replace(" ", "").replace("-", "")
        if count >= _MAX_CARDS:
            return
        if (
            _is_issued(digits)
            and _luhn(digits)
            and not (digits in _SAMPLES and _SANDBOX.search(view.body))
        ):
            evidence = view.span(RESPONSE_BODY, *found.span())
            yield Match(evidence=(evidence,), kind="card-number", proof=88)
            return


def _is_issued(digits: str) -> bool:
    """Whether length and first digits belong to a known card network."""
    length, first = len(digits), int(digits[:4])
    visa = digits[0] == "4" and length in {13, 16, 19}
    mastercard = length == 16 and (5100 <= first <= 5599 or 2221 <= first <= 2720)
    amex = length == 15 and digits[:2] in {"34", "37"}
    other = length == 16 and (digits[:2] in {"35", "65"} or first == 6011)
    return visa or mastercard or amex or other


def _luhn(digits: str) -> bool:
    doubled = (int(d) * 2 if odd else int(d) for odd, d in _from_right(digits))
    return len(set(digits)) > 1 and sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _from_right(digits: str) -> Iterator[tuple[bool, str]]:
    return ((index % 2 == 1, digit) for index, digit in enumerate(reversed(digits)))


CARD_NUMBER = Rule(
    id="card-number",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Response holds a full card number",
    description="A full number can be used to pay; showing it where the last four digits would do "
    "breaks payment rules.",
    remediation='Send only the last digits: `{"card": "**** **** **** 1111"}`.',
    cwe=359,
    owasp=_OWASP,
    check=_card_number,
)

_SSN_TAIL = re.compile(r"-(?<=\d-)\d\d-\d{4}(?![\w-])")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")


def _national_id(view: View) -> Iterator[Match]:
    tail = _SSN_TAIL.search(view.body) if _readable(view) and "-" in view.body else None
    if tail is None or not ("ssn" in view.lower_body or "social" in view.lower_body):
        return
    found = _SSN.search(view.body, max(0, tail.start() - 3))
    if found:
        evidence = view.span(RESPONSE_BODY, *found.span())
        yield Match(evidence=(evidence,), kind="ssn", proof=85)


NATIONAL_ID = Rule(
    id="national-id",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Response holds a social security number",
    description="Such numbers serve to steal identities and cannot be changed.",
    remediation="Send it only where it is indispensable, and masked: `***-**-1120`.",
    cwe=359,
    owasp=_OWASP,
    check=_national_id,
)

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
    cwe=200,
    owasp=_OWASP,
    check=_password_hash,
)


def _password_echo(view: View) -> Iterator[Match]:
    if view.response is None or view.is_asset:
        return
    for given in view.inputs:
        if len(given.value) < 6 or not is_password_name(given.name) or "hash" in given.name.lower():
            continue
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


PASSWORD_ECHO = Rule(
    id="password-echo",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Response repeats the password",
    description="A password that comes back is kept by caches and logs, and often shows that it "
    "is stored readable.",
    remediation="Never send a password back; store only a slow hash such as Argon2id.",
    cwe=200,
    owasp=_OWASP,
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
    cwe=201,
    owasp=("A01:2021", "API3:2023"),
    check=_inner_field,
)
