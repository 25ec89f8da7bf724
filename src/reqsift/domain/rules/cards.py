"""Numbers that money is moved with, told by their checksums."""

import re
from collections.abc import Iterator
from itertools import islice

from reqsift.domain.checksums import is_iban, is_luhn
from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, View

_OWASP = ("A02:2021", "API3:2023")
_CARD_GATES = ("card", '"pan"', "payment", "visa")
_CARD = re.compile(
    # What stands before is looked at behind the first digit: the search then skips to digits.
    r"[3-6](?<![\w.-].)(?:\d{3}([ -]?)\d{4}\1\d{4}\1\d{1,7}"
    r"|(?<=3)[47](?:\d{13}|\d\d([ -])\d{6}\2\d{5}))(?![\w.-])"
)
_MAX_CARDS = 200
_PUBLISHED = (
    "4242424242424242 4000056655665556 4000002500003155 4000000000000002 4000000000009995 "
    "5555555555554444 2223003122003222 5200828282828210 5105105105105100 378282246310005 "
    "371449635398431 6011111111111117 6011000990139424 3056930009020004 36227206271667 "
    "3566002020360505 6200000000000005 4111111111111111 4012888888881881 4222222222222 "
    "4005519200000004 4009348888881881 4012000033330026 4012000077777777 4217651111111119 "
    "4500600000000061 4000111111111115 4000000000003220 4000002760003184 5454545454545454 "
    "5424000000000015 2223000048400011 2222400070000005 30569309025904 38520000023237 "
    "3530111333300000 370000000000002 5100000010001004 4007000000027 6011000000000012"
)
"""The numbers that payment services publish for tests."""
_SAMPLES = frozenset(_PUBLISHED.split())


def _readable(view: View) -> bool:
    return view.is_json or view.is_html or view.response_type in {"text/plain", "text/csv", ""}


def _card_number(view: View) -> Iterator[Match]:
    if not _readable(view) or not any(gate in view.lower_body for gate in _CARD_GATES):
        return
    for found in islice(_CARD.finditer(view.body), _MAX_CARDS):
        digits = found.group().replace(" ", "").replace("-", "")
        if _is_issued(digits) and is_luhn(digits) and digits not in _SAMPLES:
            evidence = view.span(RESPONSE_BODY, *found.span())
            yield Match(evidence=(evidence,), kind="card-number", proof=88)
            return


def _is_issued(digits: str) -> bool:
    """Whether length and first digits belong to a known card network."""
    length, first = len(digits), int(digits[:4])
    visa = digits[0] == "4" and length in {13, 16, 19}
    mastercard = length == 16 and (5100 <= first <= 5599 or 2221 <= first <= 2720)
    amex = length == 15 and digits[:2] in {"34", "37"}
    jcb = length == 16 and 3528 <= first <= 3589
    discover = length == 16 and (digits[:2] == "65" or first == 6011 or 6440 <= first <= 6499)
    return visa or mastercard or amex or jcb or discover


_FIXES = {
    Stack.DJANGO: "A serializer field such as `last4 = SerializerMethodField()`.",
    Stack.SPRING: "`@JsonIgnore` on the number, and a getter for its last digits.",
    Stack.LARAVEL: "`protected $hidden = ['number', 'iban'];` in the model.",
    Stack.RAILS: "`as_json(only: [:id, :last4])`.",
    Stack.EXPRESS: "`{ number: { type: String, select: false } }` in the schema.",
    Stack.ASP_NET: "`[JsonIgnore]` on the property.",
}

CARD_NUMBER = Rule(
    id="card-number",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Response holds a full card number",
    description="A full number can be used to pay; showing it where the last four digits would do "
    "breaks payment rules.",
    remediation='Send only the last digits: `{"card": "**** **** **** 1111"}`.',
    fixes=_FIXES,
    cwe=359,
    owasp=_OWASP,
    references=("PCI DSS 4.0, Requirement 3.4", "ISO/IEC 7812"),
    silent="Masked numbers, numbers that payment services publish for tests, and digits that fail "
    "the check digit or belong to no network stay silent.",
    check=_card_number,
)

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_COUNTRIES = (
    "AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BR:29 CH:21 CR:22 CY:28 CZ:24 DE:22 "
    "DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HR:21 "
    "HU:28 IE:22 IL:23 IS:26 IT:27 JO:30 KW:30 KZ:20 LB:28 LI:21 LT:20 LU:20 LV:21 MC:27 MD:24 "
    "ME:22 MK:19 MR:27 MT:31 MU:30 NL:18 NO:15 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 SA:24 "
    "SE:24 SI:19 SK:24 SM:27 TN:24 TR:26 UA:29 VA:22 XK:20"
)
_LENGTHS = dict(pair.split(":") for pair in _COUNTRIES.split())
_SEVERAL = 3


def _bank_accounts(view: View) -> Iterator[Match]:
    if "iban" not in view.lower_body or not _readable(view) or not 200 <= view.status < 300:
        return
    seen: dict[str, re.Match[str]] = {}
    for found in islice(_IBAN.finditer(view.body), _MAX_CARDS):
        number = found.group().replace(" ", "")
        if _is_account(number):
            seen.setdefault(number, found)
    if len(seen) >= _SEVERAL:
        places = list(seen.values())[:_SEVERAL]
        yield Match(
            evidence=tuple(view.span(RESPONSE_BODY, *place.span()) for place in places),
            kind="bank-accounts",
            proof=80,
            detail=f"It holds {len(seen)} of them, each with the right check digits.",
        )


def _is_account(number: str) -> bool:
    """Whether length and check digits fit the country."""
    return _LENGTHS.get(number[:2]) == str(len(number)) and is_iban(number)


BANK_ACCOUNTS = Rule(
    id="bank-accounts",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Response holds several full bank account numbers",
    description="Account numbers of several people in one answer serve for forged debits and "
    "invoices.",
    remediation='Send only what the screen shows: `{"iban": "DE** **** **** 3000"}`.',
    fixes=_FIXES,
    cwe=359,
    owasp=_OWASP,
    references=("ISO 13616", "OWASP User Privacy Protection Cheat Sheet"),
    silent="One or two numbers, such as one's own account and that of the shop, wrong check "
    "digits and masked numbers stay silent.",
    check=_bank_accounts,
)
