"""Numbers that money is moved with."""

from tests.corpus.rules.exchanges import (
    SCRIPT,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    page,
)

# Made up: the check digits are right, the accounts are nobody's.
VISA = "45395787" + "63621486"
MASTER = "52342109" + "87654326"
AMEX = "3742510" + "18720018"
SAMPLE = "4111" + "1111" * 3
IBANS = (
    "DE89 3704 0044 0532 0130 00",
    "GB29NWBK60161331926819",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
)
HOLDERS = [{"holder": name, "iban": iban} for name, iban in zip("ABCD", IBANS, strict=True)]

TABLE: Table = {
    "card-number": Cases(
        noticed=(
            data({"card": VISA}),
            page(f"<td>Card</td><td>{VISA[:4]} {VISA[4:8]} {VISA[8:12]} {VISA[12:]}</td>"),
            data({"payment": {"number": MASTER, "expires": "11/27"}}),
            exchange(text=f"name,card\nanna,{AMEX}\n", kind="text/csv"),
        ),
        silent=(
            data({"card": "**** **** **** 1111"}),
            data({"card": VISA[:-1] + "2"}),
            data({"card": SAMPLE}),
            page("<p>Pay with the test card 4242 4242 4242 4242</p>"),
            exchange(text=f"card={VISA}", kind=SCRIPT),
            data({"cardId": f"x{VISA}"}),
            data({"time": 1772442000123, "card": "gold"}),
            data({"giftcard": "6222" + "0212" * 3}),
        ),
    ),
    "bank-accounts": Cases(
        noticed=(
            data(HOLDERS),
            data({"accounts": HOLDERS[:3]}, sent={"Authorization": "Bearer f81c0a97d52e"}),
            page("<th>IBAN</th>" + "".join(f"<tr><td>{iban}</td></tr>" for iban in IBANS)),
            exchange(text="holder;iban\n" + "\n".join(f"x;{i}" for i in IBANS), kind="text/csv"),
        ),
        silent=(
            data({"iban": IBANS[0]}),
            page(f"<p>Please pay to IBAN {IBANS[0]} or, from Britain, {IBANS[1]}.</p>"),
            data([{"iban": IBANS[0]}] * 5),
            data([{"iban": iban[:-1] + "7"} for iban in IBANS]),
            data([{"iban": f"DE** **** **** {n}"} for n in range(3000, 3009)]),
            exchange(text="iban=" + ",".join(IBANS), kind=SCRIPT),
            exchange(text="SKUs: " + " ".join(IBANS), kind=TEXT),
        ),
    ),
}
