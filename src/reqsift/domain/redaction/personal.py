"""Personal data by shape: e-mail addresses, phone numbers, payment cards, bank accounts."""

import re
from collections.abc import Iterator

from reqsift.domain.checksums import is_iban, is_luhn
from reqsift.domain.redaction.secrets import SecretKind
from reqsift.domain.redaction.texts import Hit, places

_MOST_EMAILS = 100_000
_ATS = ("@", "%40", "&#64;", "\\u0040")
_LOCAL = re.compile(r"[A-Za-z0-9._%+?\-]{1,64}\Z")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,6}\.[A-Za-z]{2,24}(?![\w-])")
_FILES = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|css|js|mjs|map|ico|woff2?)\Z", re.IGNORECASE)
_DIGITS = str.maketrans({**dict.fromkeys("123456789", "0"), " ": "-"})
_CARDS = ("0000000000", "0000-0000-0000-", "0000-000000-00000")
_LOCAL_NUMBERS = ("000-00-0000", "000-000-0000", "000.000.0000", ")-000-0000", ")000-0000")
_WINDOW = 24
_CARD = re.compile(
    r"(?<![\d.])(?:\d{13,19}|\d{4}(?:[ -]\d{4}){2}[ -]\d{1,7}|\d{4}[ -]\d{6}[ -]\d{5})(?!\d)"
)
_FREE = r"(?:(?<![\w.-])|(?<=\\[nrt]))"
"""Begins a word, also behind an escaped line break."""
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})\Z|5[1-5]\d{14}\Z|2(?:2[2-9]|[3-6]\d|7[01])\d{13}\Z|2720\d{12}\Z"
    r"|3[47]\d{13}\Z|3(?:0[0-5]|[68]\d)\d{11}\Z|6(?:011|5\d\d|4[4-9]\d)\d{12}\Z|35\d{14}\Z"
)
_ABROAD = re.compile(r"\+\d{1,3}[ .()/\-]{0,2}\d(?:[ .()/\-]{0,2}\d){6,12}(?!\w)")
_LOCAL_PHONE = re.compile(_FREE + r"(?:1[ .-])?\(?\d{3}(?:\) ?|[-. ])\d{3}[-. ]\d{4}(?![\w-]|\.\d)")
_SSN = re.compile(_FREE + r"(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-]|\.\d)")
_IBAN = re.compile(_FREE + r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)")


def personal_data(plain: str) -> Iterator[Hit]:
    """What says who somebody is, or what they pay with.

    Raises:
        ValueError: There are more candidates than can be looked at.
    """
    yield from _emails(plain)
    for found in _ABROAD.finditer(plain):
        yield Hit(*found.span(), SecretKind.PHONE)
    digits = plain.translate(_DIGITS)
    for form in _CARDS:
        for at in places(digits, form):
            yield from _accounts(plain, at, at + len(form))
    for form in _LOCAL_NUMBERS:
        for at in places(digits, form):
            yield from _numbers(plain, at, at + len(form))


def _accounts(plain: str, start: int, end: int) -> Iterator[Hit]:
    """Cards and accounts around a long number."""
    window = max(0, start - _WINDOW), end + _WINDOW
    for found in _CARD.finditer(plain, *window):
        digits = found[0].replace(" ", "").replace("-", "")
        if found.start() < end and _ISSUERS.match(digits) and is_luhn(digits):
            yield Hit(*found.span(), SecretKind.CARD)
    for found in _IBAN.finditer(plain, *window):
        if found.start() < end and is_iban(found[0].replace(" ", "")):
            yield Hit(*found.span(), SecretKind.ACCOUNT)


def _numbers(plain: str, start: int, end: int) -> Iterator[Hit]:
    """Phone and identity numbers that stand free."""
    window = max(0, start - 6), end + 4
    for pattern, kind in ((_SSN, SecretKind.ACCOUNT), (_LOCAL_PHONE, SecretKind.PHONE)):
        for found in pattern.finditer(plain, *window):
            yield Hit(*found.span(), kind)


def _emails(plain: str) -> Iterator[Hit]:
    for sign in _ATS:
        for at in places(plain, sign, _MOST_EMAILS):
            behind = at + len(sign)
            domain = _DOMAIN.match(plain, behind)
            if domain and not _FILES.search(domain[0]):
                local = _LOCAL.search(plain, max(0, at - 64), at)
                if local and local[0]:
                    yield Hit(local.start(), domain.end(), SecretKind.EMAIL)
