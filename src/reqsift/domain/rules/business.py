"""Values that make no sense in trade, and that the server took all the same."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence
from reqsift.domain.view import STATUS, View

_COUNTED = re.compile(r"^(?:quantity|qty|amount|unit_?price|price|count|total)$", re.IGNORECASE)
_NEGATIVE = re.compile(r"-\d{1,12}(?:\.\d{1,6})?")
_GIVES_BACK = re.compile(r"refund|credit|adjust|correction|return|statement|ledger", re.IGNORECASE)


def _negative_amount(view: View) -> Iterator[Match]:
    if view.request.method not in {"POST", "PUT", "PATCH"} or not 200 <= view.status < 300:
        return
    if _GIVES_BACK.search(view.url.path):
        return
    for given in view.inputs:
        if given.value[:1] != "-" or not _NEGATIVE.fullmatch(given.value):
            continue
        if _COUNTED.match(given.name) and given.value.strip("-0."):
            yield Match(
                evidence=(input_evidence(view, given), view.whole(STATUS)),
                kind="negative-amount",
                part=given.part,
                field=given.name,
                proof=70,
            )


NEGATIVE_AMOUNT = Rule(
    id="negative-amount",
    type=FindingType.BUSINESS_LOGIC,
    severity=Severity.MEDIUM,
    title="Negative amount is accepted",
    description="A negative number of goods or price can turn a payment into a payout.",
    remediation="Check ranges on the server, such as `quantity: int = Field(ge=1, le=100)`, and "
    "compute prices there.",
    cwe=840,
    owasp=("A04:2021", "API6:2023"),
    check=_negative_amount,
)
