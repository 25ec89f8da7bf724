"""Personal data by shape: e-mail addresses, phone numbers, payment cards, bank accounts."""

import re
from collections.abc import Iterator

from reqsift.domain.redaction.secrets import SecretKind
from reqsift.domain.redaction.shapes import Hit

_AT = re.compile(r"(?<=[\w+])(?:@|%40|&#64;|\\u0040)(?=[A-Za-z0-9])")
_LOCAL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}\Z")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,6}\.[A-Za-z]{2,24}(?![\w-])")
_FILES = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|css|js|mjs|map|ico|woff2?)\Z", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w.])\d(?:[ -]?\d){12,18}(?![\w-])(?!\.\d)")
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})\Z|5[1-5]\d{14}\Z|2(?:2[2-9]|[3-6]\d|7[01])\d{13}\Z|2720\d{12}\Z"
    r"|3[47]\d{13}\Z|3(?:0[0-5]|[68]\d)\d{11}\Z|6(?:011|5\d\d|4[4-9]\d)\d{12}\Z|35\d{14}\Z"
)
_PHONE = re.compile(
    r"(?<![\w.+])\+\d{1,3}[ .()\-]{0,2}\d(?:[ .()\-]{0,2}\d){6,12}(?![\w])"
    r"|(?<![\w.\-])(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\w-])"
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")


def personal_data(text: str) -> Iterator[Hit]:
    """What says who somebody is, or what they pay with."""
    yield from _emails(text)
    for found in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if _ISSUERS.match(digits) and _luhn(digits):
            yield Hit(*found.span(), SecretKind.CARD)
    if "+" in text or "-" in text or "." in text:
        for found in _PHONE.finditer(text):
            yield Hit(*found.span(), SecretKind.PHONE)
        for found in _SSN.finditer(text):
            yield Hit(*found.span(), SecretKind.ACCOUNT)
    for found in _IBAN.finditer(text):
        if _is_iban(found[0].replace(" ", "")):
            yield Hit(*found.span(), SecretKind.ACCOUNT)


def _emails(text: str) -> Iterator[Hit]:
    for at in _AT.finditer(text):
        local = _LOCAL.search(text, max(0, at.start() - 64), at.start())
        domain = _DOMAIN.match(text, at.end())
        if local and domain and local[0] and not _FILES.search(domain[0]):
            yield Hit(local.start(), domain.end(), SecretKind.EMAIL)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_iban(account: str) -> bool:
    if not 15 <= len(account) <= 34:
        return False
    moved = account[4:] + account[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
