"""Values that make no sense in trade, and that the server took all the same."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence
from reqsift.domain.stacks import Stack
from reqsift.domain.view import STATUS, View

_COUNTED = re.compile(
    r"^(?:quantity|qty|quantities|amount|unit_?price|price|count|total|nights|seats|tickets"
    r"|(?:z(?:ae|\u00e4)hler)?stand|meter_?reading|menge|anzahl|st(?:ue|\u00fc)ck(?:zahl)?|preis|betrag|summe"
    r"|cantidad|importe|precio|monto|quantit(?:e|\u00e9|a)|montant|prix|importo|prezzo|quantidade|preco"
    r"|aantal|bedrag|prijs|antal|belopp|bel(?:oe|\u00f8)b|pris|ilosc|kwota|cena)$",
    re.IGNORECASE,
)
_REWARD = re.compile(r"^(?:points|punkte|coins|miles|credits|tokens|puntos|punti)$", re.IGNORECASE)
_PASSED_ON = re.compile(
    r"transfer|redeem|gift|send|spend|donate|wallet|exchange|convert|(?:ue|\u00fc)bertrag|einl",
    re.IGNORECASE,
)
"""Where points are paid with; elsewhere a game or a teacher may well take some off."""
_REFUSED_PAGE = re.compile(
    r"class=[\"'][^\"'>]{0,80}(?:is-invalid|invalid-feedback|alert-danger|alert-error|error(?:list|"
    r"-?message)?\b|fehler|field_with_errors|form-error)",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"-\d{1,12}(?:\.\d{1,6})?")
_GIVES_BACK = re.compile(
    r"refund|credit|adjust|correction|return|statement|ledger|journal|booking|expense|transaction"
    r"|stock|inventory|movement|delta|decrement|increment|payout|withdraw|forecast|budget",
    re.IGNORECASE,
)
_REFUSES = re.compile(r'"(?:success|ok|valid)"\s{0,3}:\s{0,3}false|"errors?"\s{0,3}:\s{0,3}["\[{]')


def _negative_amount(view: View) -> Iterator[Match]:
    if view.request.method not in {"POST", "PUT", "PATCH"} or not 200 <= view.status < 300:
        return
    if "-" not in view.request_text + view.url.query or _GIVES_BACK.search(view.url.path):
        return
    for given in view.inputs:
        if given.value[:1] != "-" or not _NEGATIVE.fullmatch(given.value):
            continue
        counted = _COUNTED.match(given.name) or (
            _REWARD.match(given.name) and _PASSED_ON.search(view.url.path)
        )
        if counted and given.value.strip("-0.") and not _refused(view):
            yield Match(
                evidence=(input_evidence(view, given), view.whole(STATUS)),
                kind="negative-amount",
                part=given.part,
                field=given.name,
                proof=70,
            )


def _refused(view: View) -> bool:
    """Whether the answer says no, in words of JSON or beside a field of a page."""
    if view.is_json:
        return _REFUSES.search(view.body[:4000]) is not None
    return view.is_html and _REFUSED_PAGE.search(view.body) is not None


NEGATIVE_AMOUNT = Rule(
    id="negative-amount",
    type=FindingType.BUSINESS_LOGIC,
    severity=Severity.MEDIUM,
    title="Negative amount is accepted",
    description="A negative number of goods or price can turn a payment into a payout.",
    remediation="Check ranges on the server, such as `quantity: int = Field(ge=1, le=100)`, and "
    "compute prices there.",
    fixes={
        Stack.DJANGO: "`PositiveIntegerField(validators=[MinValueValidator(1)])`.",
        Stack.LARAVEL: "`'quantity' => 'required|integer|between:1,100'`.",
        Stack.RAILS: "`validates :quantity, numericality: { in: 1..100 }`.",
        Stack.SPRING: "`@Min(1) @Max(100) int quantity` with `@Valid`.",
        Stack.EXPRESS: "`body('quantity').isInt({ min: 1, max: 100 })`.",
        Stack.ASP_NET: "`[Range(1, 100)] public int Quantity`.",
    },
    cwe=840,
    owasp=("A04:2021", "API6:2023"),
    references=(
        "OWASP Web Security Testing Guide, WSTG-BUSL-01",
        "OWASP Input Validation Cheat Sheet",
    ),
    silent="Refunds, bookings, stock movements and the like, and answers that say no, stay silent; "
    "a cart that counts down by a negative step is a false alarm.",
    check=_negative_amount,
)
