"""Personal data by shape: e-mail addresses, phone numbers, payment cards, bank accounts."""

import re
from collections.abc import Iterator

from reqsift.domain.redaction.secrets import SecretKind
from reqsift.domain.redaction.shapes import Hit

_MOST_HITS = 100_000
_ATS = ("@", "%40", "&#64;", "\\u0040")
_LOCAL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}\Z")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,6}\.[A-Za-z]{2,24}(?![\w-])")
_FILES = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|css|js|mjs|map|ico|woff2?)\Z", re.IGNORECASE)
# They begin with a digit, without a look at what is before: that makes the search quick.
_NUMBER = re.compile(r"\d[\d .()-]{7,}+(?!\w)")
_AMONG_NUMBERS = re.compile(r"(?<!\d)(?:\d{13,19}|\d{4}(?:[ -]\d{4}){2}[ -]\d{1,7})(?!\d)")
_LONGEST = 28
_CARD = re.compile(r"\d(?:[ -]?\d){12,18}\Z")
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})\Z|5[1-5]\d{14}\Z|2(?:2[2-9]|[3-6]\d|7[01])\d{13}\Z|2720\d{12}\Z"
    r"|3[47]\d{13}\Z|3(?:0[0-5]|[68]\d)\d{11}\Z|6(?:011|5\d\d|4[4-9]\d)\d{12}\Z|35\d{14}\Z"
)
_ABROAD = re.compile(r"\d{1,3}[ .()\-]{0,2}\d(?:[ .()\-]{0,2}\d){6,12}\Z")
_DOMESTIC = re.compile(r"\(?\d{3}(?:\) ?|[-.])\d{3}[-.]\d{4}\Z")
_SSN = re.compile(r"(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\Z")
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)")


def personal_data(text: str) -> Iterator[Hit]:
    """What says who somebody is, or what they pay with.

    Raises:
        ValueError: There are more candidates than can be looked at.
    """
    yield from _emails(text)
    for found in _NUMBER.finditer(text):
        yield from _numbers(text, found.start(), found[0].rstrip(" .()-"))
    for found in _IBAN.finditer(text):
        free = not text[max(0, found.start() - 1) : found.start()].isalnum()
        if free and _is_iban(found[0].replace(" ", "")):
            yield Hit(*found.span(), SecretKind.ACCOUNT)


def _numbers(text: str, start: int, number: str) -> Iterator[Hit]:
    """Of one number, or of several in a row."""
    if len(number) <= _LONGEST:
        if (kind := _kind(text, start, number)) is not None:
            signed = text[max(0, start - 1) : start] == "+"
            yield Hit(start - signed, start + len(number), kind)
        return
    for found in _AMONG_NUMBERS.finditer(number):
        if _is_card(found[0]):
            yield Hit(start + found.start(), start + found.end(), SecretKind.CARD)


def _is_card(number: str) -> bool:
    digits = number.replace(" ", "").replace("-", "")
    return _ISSUERS.match(digits) is not None and _luhn(digits)


def _kind(text: str, start: int, number: str) -> SecretKind | None:
    """What a number is that stands free in a text."""
    before = text[max(0, start - 1) : start]
    if before.isalnum() or before in {"_", "."}:
        return None
    if before == "+":
        return SecretKind.PHONE if _ABROAD.match(number) else None
    if before == "-":
        return None
    if _CARD.match(number):
        return SecretKind.CARD if _is_card(number) else None
    if _SSN.match(number):
        return SecretKind.ACCOUNT
    return SecretKind.PHONE if _DOMESTIC.match(number) else None


def _emails(text: str) -> Iterator[Hit]:
    for sign in _ATS:
        at = text.find(sign)
        for _ in range(_MOST_HITS):
            if at < 0:
                break
            behind = at + len(sign)
            domain = _DOMAIN.match(text, behind)
            if domain and not _FILES.search(domain[0]):
                local = _LOCAL.search(text, max(0, at - 64), at)
                if local and local[0]:
                    yield Hit(local.start(), domain.end(), SecretKind.EMAIL)
            at = text.find(sign, behind)
        else:
            raise ValueError(f"too many places with {sign!r}")


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
