"""Personal data in addresses, where history, logs and other sites see them."""

import re
from collections.abc import Iterator

from reqsift.domain.checksums import is_iban, is_luhn
from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence
from reqsift.domain.stacks import Stack
from reqsift.domain.urls import Param
from reqsift.domain.view import URL, View

_GATE = re.compile(
    r"card|\bpan=|cvv|cvc|iban|ssn|social|national|passport|tax|birth|dob|=[A-Z]{2}\d\d[A-Z0-9+%]{11}|(?:@|%40)[\w.-]{1,80}\.\w",
    re.IGNORECASE,
)
_SOUGHT = re.compile(
    r"^(?:q|query|search|s|term|terms|keywords?|filter|text|suggest|prefix)$", re.IGNORECASE
)
_LOOKS_UP = re.compile(r"/(?:search|suggest|autocomplete|lookup)\b", re.IGNORECASE)
_CARD = re.compile(r"card|^pan$|^cc(?:_?num|$)", re.IGNORECASE)
_CARD_CODE = re.compile(r"^(?:card_?)?(?:cvv2?|cvc2?|security_?code)$", re.IGNORECASE)
_NATIONAL = re.compile(
    r"^(?:ssn|social_?security(?:_?(?:no|number))?|national_?(?:id|insurance)(?:_?(?:no|number))?"
    r"|passport(?:_?(?:id|no|number))?|tax_?(?:id|number)|nino|personnummer)$",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"^(?:user_?)?(?:dob|birth_?da(?:te|y)|date_?of_?birth|geburtsdatum)$", re.IGNORECASE
)
_IBAN = re.compile(r"[A-Z]{2}\d\d[A-Z0-9]{11,30}", re.ASCII)
_DATE = re.compile(r"(?:19|20)\d\d[-/.]?\d\d[-/.]?\d\d|\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d", re.ASCII)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
_NAME = re.compile(
    r"^(?:(?:first|last|full|given|family|sur|customer)[_-]?name|[fl]name|name|vorname|nachname)$",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"^(?:phone(?:_?number)?|mobile|tel|street|address(?:_?1|_?line_?1)?|zip|postal_?code)$",
    re.IGNORECASE,
)


def _personal_data(view: View) -> Iterator[Match]:
    query = view.url.query
    if not query or view.request.method != "GET" or not _GATE.search(query):
        return
    given = [pair for pair in view.query if pair.value and not _SOUGHT.match(pair.name)]
    for pair in given:
        if kind := _kind(*pair):
            yield _match(view, pair, kind)
    person = [] if _LOOKS_UP.search(view.url.path) else _person(given)
    if person:
        yield Match(
            evidence=tuple(input_evidence(view, Input(URL, *pair)) for pair in person),
            kind="person",
            field=person[0].name,
            proof=75,
        )


def _match(view: View, pair: Param, kind: str) -> Match:
    severe = {"card": Severity.HIGH, "card-code": Severity.HIGH, "birth": Severity.LOW}
    return Match(
        evidence=(input_evidence(view, Input(URL, *pair)),),
        kind=kind,
        field=pair.name,
        proof=70 if kind == "birth" else 88,
        severity=severe.get(kind),
    )


def _kind(name: str, value: str) -> str:
    """What of a person a parameter holds by itself; empty if nothing."""
    bare = value.replace(" ", "").replace("-", "")
    if _CARD.search(name) and _is_card(bare):
        return "card"
    if _CARD_CODE.match(name) and value.isdecimal() and len(value) in {3, 4}:
        return "card-code"
    if _IBAN.fullmatch(bare) and is_iban(bare):
        return "iban"
    digits = sum(c.isdecimal() for c in bare)
    if _NATIONAL.match(name) and digits >= 6 and len(bare) <= 14 and bare.isalnum():
        return "national-id"
    return "birth" if _BIRTH.match(name) and _DATE.fullmatch(value) else ""


def _is_card(digits: str) -> bool:
    if not (digits.isascii() and digits.isdecimal() and 13 <= len(digits) <= 19):
        return False
    return digits[0] in "3456" and is_luhn(digits)


def _person(given: list[Param]) -> list[Param]:
    """An e-mail address together with the name or place of its owner; empty if not both."""
    mails = [pair for pair in given if "@" in pair.value and _MAIL.fullmatch(pair.value)]
    names = [pair for pair in given if _NAME.match(pair.name) and _is_spoken(pair.value)]
    places = [pair for pair in given if _PLACE.match(pair.name) and len(pair.value) > 3]
    return [*mails[:1], *(names or places)[:2]] if mails and (names or places) else []


def _is_spoken(value: str) -> bool:
    """Whether it reads as a name of a person, no code or flag."""
    return 2 <= len(value) <= 80 and all(c.isalpha() or c in " .'-" for c in value)


PERSONAL_DATA_IN_URL = Rule(
    id="personal-data-in-url",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Personal data in the address",
    description="Addresses are kept in browser history, server and proxy logs, and are sent to "
    "other sites as Referer; so is what this one tells of a person.",
    remediation='Send it in the body of a POST: `<form method="post">`, or name the record by an '
    "identifier that says nothing.",
    fixes={
        Stack.DJANGO: '`<form method="post">{% csrf_token %}` and `request.POST`.',
        Stack.FLASK: "`request.form` instead of `request.args`.",
        Stack.EXPRESS: "`router.post(...)` and `req.body` instead of `req.query`.",
        Stack.SPRING: "`@PostMapping` with `@RequestBody` instead of `@RequestParam`.",
        Stack.LARAVEL: "`Route::post(...)` and `$request->post(...)`.",
        Stack.PHP: "`$_POST` instead of `$_GET`.",
        Stack.RAILS: "`form_with method: :post`, and `config.filter_parameters`.",
        Stack.ASP_NET: "`[HttpPost]` with `[FromBody]` instead of `[FromQuery]`.",
    },
    cwe=598,
    owasp=("A04:2021", "API3:2023"),
    references=("GDPR Article 32", "OWASP User Privacy Protection Cheat Sheet"),
    silent="It says nothing of search boxes, of an e-mail address alone and of numbers whose check "
    "digits are wrong; a card number of a payment service's test set is told all the same.",
    check=_personal_data,
)
