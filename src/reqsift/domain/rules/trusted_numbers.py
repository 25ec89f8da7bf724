"""Numbers of the client that an answer itself shows to have won over the server's."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.answers import Record, member, number, plain, records
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, URL, View

_WORTH = re.compile(r"price|fare|amount|cost|total|fee|score|points|reward", re.IGNORECASE)
_OURS = re.compile(r"list|catalog|quote|server|regular|comput|expected|correct|calculat")
_WON = re.compile(r"charged|paid|recorded|billed|applied|accepted|final|stored")
_BY_CLIENT = re.compile(
    r'"\w{0,20}source"\s{0,3}:\s{0,3}"(?:client|request|user|browser)\w{0,20}"', re.IGNORECASE
)
_EXPLAINED = ("discount", "coupon", "voucher", "promo", "rebate", "rabatt", "sale", "voided")


def _client_number(view: View) -> Iterator[Match]:
    if (
        not view.is_json
        or not 200 <= view.status < 300
        or view.request.method in {"HEAD", "DELETE"}
    ):
        return
    lower = view.lower_body
    if "refund" in view.url.path.lower():
        yield from _refunded(view)
    given = [one for one in view.inputs if _WORTH.search(one.name)]
    if not given or not _WON.search(lower) or not _OURS.search(lower):
        return
    if any(word in lower for word in _EXPLAINED):
        return
    for _, record in records(view)[:40]:
        if match := _won(view, record, given):
            yield match
            return


def _won(view: View, record: Record, given: list[Input]) -> Match | None:
    """The client's number beside the server's in one record, if the client's was taken."""
    numbers = {name: number(value) for name, value in record.items() if _WORTH.search(name)}
    ours = next((n for n in numbers if _OURS.search(plain(n)) and not _WON.search(plain(n))), "")
    theirs = next((n for n in numbers if _WON.search(plain(n)) and n != ours), "")
    right, won = numbers.get(ours), numbers.get(theirs)
    sent = next((one for one in given if won is not None and number(one.value) == won), None)
    if right is None or won is None or sent is None or not _is_gain(theirs, right, won):
        return None
    shown, proper = member(view, theirs), member(view, ours)
    if shown is None or proper is None:
        return None
    told = _BY_CLIENT.search(view.body)
    more = (view.span(RESPONSE_BODY, *told.span()),) if told else ()
    return Match(
        evidence=(proper, shown, input_evidence(view, sent), *more),
        kind="client-number",
        part=sent.part,
        field=sent.name,
        proof=85 if told else 70,
    )


def _is_gain(name: str, right: float, won: float) -> bool:
    """Whether the client gains so much that no discount or rounding explains it."""
    if "score" in name.lower() or "point" in name.lower() or "reward" in name.lower():
        return won > right >= 0
    return 0 <= won < right / 2


def _refunded(view: View) -> Iterator[Match]:
    """More is given back than was paid."""
    if view.request.method not in {"POST", "PUT"} or "refunded" not in view.lower_body:
        return
    for _, record in records(view)[:40]:
        names = {plain(name): name for name in record}
        back = next((names[n] for n in ("amountrefunded", "refundedamount") if n in names), "")
        paid = next(
            (names[n] for n in ("amountcaptured", "amountpaid", "amount") if n in names), ""
        )
        given_back, was_paid = number(record.get(back)), number(record.get(paid))
        if given_back and was_paid and 0 < was_paid < given_back:
            shown, proper = member(view, back), member(view, paid)
            if shown and proper:
                evidence = (proper, shown, view.whole(URL))
                yield Match(evidence=evidence, kind="refund", field=back, proof=82)
                return


CLIENT_NUMBER_WON = Rule(
    id="client-number-won",
    type=FindingType.BUSINESS_LOGIC,
    severity=Severity.HIGH,
    title="Server takes the client's price or score instead of its own",
    description="The answer holds both numbers, and the one that counts is what the client sent, "
    "or more is given back than was paid.",
    remediation="Take ids and quantities from clients, and compute prices, scores and limits on "
    "the server: `total = sum(catalog[i.sku].price * i.qty for i in items)`.",
    fixes={
        Stack.DJANGO: "`price = Product.objects.get(sku=sku).price`, never from `request.data`.",
        Stack.LARAVEL: "`Product::findOrFail($id)->price`, never `$request->price`.",
        Stack.RAILS: "`Product.find(params[:id]).price`, and no `:price` in `permit`.",
        Stack.SPRING: "no price in the request's record; read it by its repository.",
        Stack.EXPRESS: "`(await Product.findById(id)).price`, never `req.body.price`.",
        Stack.ASP_NET: "no `Price` in the input class; read it by its `DbContext`.",
    },
    cwe=602,
    owasp=("A04:2021", "API6:2023"),
    references=("OWASP Web Security Testing Guide, WSTG-BUSL-02", "CWE-602"),
    silent="Answers that speak of a discount, prices of more than half the list price, and numbers "
    "that the client did not send stay silent.",
    check=_client_number,
)
