"""Numbers that states give to people, told by their checksum and by a word beside them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import has_credentials
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, View

_MOST = 100
_NEAR = 60
_SEVERAL = 3


def _always(_: str) -> bool:
    return True


def _is_spanish(text: str) -> bool:
    number = text[:-1].translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == text[-1]


def _is_french(text: str) -> bool:
    number = text[:-2].replace("2A", "19").replace("2B", "18")
    return 97 - int(number) % 97 == int(text[-2:])


_ODD = (
    1,
    0,
    5,
    7,
    9,
    13,
    15,
    17,
    19,
    21,
    2,
    4,
    18,
    20,
    11,
    3,
    6,
    8,
    12,
    14,
    16,
    10,
    22,
    25,
    24,
    23,
)
_PLACES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _is_italian(text: str) -> bool:
    total = 0
    for index, sign in enumerate(text[:15]):
        place = int(sign) if sign.isdigit() else _PLACES.index(sign)
        total += place if index % 2 else _ODD[place]
    return _PLACES[total % 26] == text[15]


def _is_german(text: str) -> bool:
    counts = sorted(text[:10].count(digit) for digit in set(text[:10]))
    if counts[-1] not in {2, 3} or counts[-2] > 1:
        return False
    product = 10
    for digit in text[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(text[10])


def _is_brazilian(text: str) -> bool:
    if len(set(text)) == 1:
        return False
    for length in (9, 10):
        total = sum(int(d) * (length + 1 - i) for i, d in enumerate(text[:length]))
        if total * 10 % 11 % 10 != int(text[length]):
            return False
    return True


_TURNS = (
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)


def _dihedral(left: int, right: int) -> int:
    """The product of two moves of a regular pentagon."""
    if left < 5:
        return (left + right) % 5 if right < 5 else 5 + (left + right) % 5
    return 5 + (left - right) % 5 if right < 5 else (left - right) % 5


def _is_indian(text: str) -> bool:
    """Whether the checksum of Verhoeff fits."""
    check = 0
    for index, digit in enumerate(reversed(text)):
        turned = int(digit)
        if index % 8:
            turned = int(_TURNS[index % 8 - 1][turned])
        check = _dihedral(check, turned)
    return check == 0


def _is_polish(text: str) -> bool:
    total = sum(int(d) * int(w) for d, w in zip(text[:10], "1379137913", strict=True))
    month, day = int(text[2:4]) % 20, int(text[4:6])
    return -total % 10 == int(text[10]) and 1 <= month <= 12 and 1 <= day <= 31


def _is_dutch(text: str) -> bool:
    total = sum(int(d) * w for d, w in zip(text, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return total % 11 == 0 and len(set(text)) > 1


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of number."""

    name: str
    gates: tuple[str, ...]
    """Lower-case words without one of which the number is not looked for."""
    words: re.Pattern[str]
    """A word that, close before a number, says what it is."""
    form: re.Pattern[str]
    fits: Callable[[str], bool]
    """Whether the checksum is right; separators are taken out before."""


_AFTER = r"(?:_?(?:num[a-z]{0,8}|n[or]|code|id|value))?(?![a-z])"


def _kind(
    name: str, gates: tuple[str, ...], words: str, form: str, fits: Callable[[str], bool]
) -> _Kind:
    return _Kind(
        name,
        gates,
        re.compile(rf"(?<![a-z])(?:{words}){_AFTER}", re.IGNORECASE),
        re.compile(rf"(?<![\w.-])(?:{form})(?![\w-]|\.\d)"),
        fits,
    )


_KINDS = (
    _kind(
        "US social security number",
        ("ssn", "social"),
        r"ssn|social.{0,3}security",
        r"(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}",
        lambda text: text not in {"078051120", "123456789"},
    ),
    _kind(
        "British national insurance number",
        ("nino", "insurance"),
        r"nino|national.{0,3}insurance",
        r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]",
        _always,
    ),
    _kind(
        "Spanish DNI or NIE",
        ("dni", "nie", "nif"),
        r"dni|nie|nif",
        r"\d{8}-?[A-HJ-NP-TV-Z]|[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]",
        _is_spanish,
    ),
    _kind(
        "French social security number",
        ("nir", "social", "_secu"),
        r"nir|s.curit..?.{0,3}sociale|num(?:ero)?_secu",
        r"[12] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d",
        _is_french,
    ),
    _kind(
        "Italian codice fiscale",
        ("fiscal",),
        r"codice.{0,3}fiscale|cod\.? ?fisc\.?|fiscal.{0,3}code",
        r"[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]",
        _is_italian,
    ),
    _kind(
        "German tax id",
        ("steuer", "tax_id", "taxid", "idnr"),
        r"steuer.{0,22}(?:id|nummer)|tax.?id|id-?nr",
        r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}",
        _is_german,
    ),
    _kind("Brazilian CPF", ("cpf",), "cpf", r"\d{3}\.?\d{3}\.?\d{3}-?\d\d", _is_brazilian),
    _kind(
        "Indian Aadhaar number",
        ("aadha",),
        r"aadhaa?r",
        r"[2-9]\d{3}([ -]?)\d{4}\1\d{4}",
        _is_indian,
    ),
    _kind("Polish PESEL", ("pesel",), "pesel", r"\d{11}", _is_polish),
    _kind("Dutch BSN", ("bsn",), "bsn", r"\d{9}", _is_dutch),
)


def _national_id(view: View) -> Iterator[Match]:
    if not (view.is_json or view.is_html or view.response_type in {"text/plain", "text/csv", ""}):
        return
    lower = view.lower_body
    for kind in _KINDS:
        if any(gate in lower for gate in kind.gates) and _is_named(lower, kind):
            yield from _found(view, kind)


def _is_named(lower: str, kind: _Kind) -> bool:
    """Whether a text speaks of a kind of number."""
    for gate in kind.gates:
        at = lower.find(gate) if gate in lower else -1
        for _ in range(_MOST):
            if at < 0:
                break
            if kind.words.search(lower, max(0, at - 12), at + 30):
                return True
            at = lower.find(gate, at + 1)
    return False


def _found(view: View, kind: _Kind) -> Iterator[Match]:
    seen: dict[str, re.Match[str]] = {}
    named = None
    for found in islice(kind.form.finditer(view.body), _MOST):
        number = re.sub(r"[ .-]", "", found.group())
        if kind.fits(number):
            seen.setdefault(number, found)
            before = view.body[max(0, found.start() - _NEAR) : found.start()]
            named = named or (found if kind.words.search(before) else None)
    first = named or next(iter(seen.values()), None)
    if first is None or not (named or len(seen) >= _SEVERAL):
        return
    own = len(seen) == 1 and has_credentials(view)
    yield Match(
        evidence=(view.span(RESPONSE_BODY, *first.span()),),
        kind=kind.name.lower().replace(" ", "-"),
        proof=85 if named else 75,
        severity=Severity.MEDIUM if own else None,
        detail=f"It has the form and the context of a {kind.name}.",
    )


NATIONAL_ID = Rule(
    id="national-id",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Response holds a number that a state gave to a person",
    description="Such numbers serve to steal identities and cannot be changed.",
    remediation="Send it only where it is indispensable, and masked: `***-**-1120`.",
    fixes={
        Stack.DJANGO: "`fields = ('id', 'name')` in the serializer, without the number.",
        Stack.SPRING: "`@JsonIgnore` on the property.",
        Stack.LARAVEL: "`protected $hidden = ['ssn'];` in the model.",
        Stack.RAILS: "`as_json(except: [:ssn])`, and `encrypts :ssn`.",
        Stack.EXPRESS: "`{ ssn: { type: String, select: false } }` in the schema.",
        Stack.ASP_NET: "`[JsonIgnore]` on the property.",
    },
    cwe=359,
    owasp=("A02:2021", "API3:2023"),
    references=("GDPR Article 87", "NIST SP 800-122", "OWASP User Privacy Protection Cheat Sheet"),
    silent="Numbers without a word that says what they are, with a wrong checksum or masked, stay "
    "silent; the page of the person concerned may be meant to show it.",
    check=_national_id,
)
