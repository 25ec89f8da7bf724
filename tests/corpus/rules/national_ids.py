"""Numbers that states give to people."""

from tests.corpus.rules.exchanges import (
    SCRIPT,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    page,
)

DNIS = ("12345678Z", "87654321X", "00000023T")
NIR = "1 85 05 78 006 084 91"

TABLE: Table = {
    "national-id": Cases(
        noticed=(
            data({"ssn": "219-09-9999"}),
            page("<p>Social security: 219-09-9999</p>"),
            data({"nationalInsuranceNumber": "AB123456C"}),
            data({"dni": "12345678Z"}),
            data({"person": {"nie": "X1234567L"}}),
            data({"nir": NIR}),
            data({"codiceFiscale": "RSSMRA85T10A562S"}),
            page("<td>Steuer-ID</td><td>86 095 742 719</td>"),
            data({"cpf": "529.982.247-25"}),
            data({"aadhaar_number": "2345 6789 0124"}),
            data({"pesel": "44051401359"}),
            data({"bsn": "111222333"}),
            page(
                f"<table><tr><th>DNI</th></tr>{'<tr><td>pad</td></tr>' * 9}"
                + "".join(f"<tr><td>{dni}</td></tr>" for dni in DNIS)
                + "</table>"
            ),
        ),
        silent=(
            data({"part": "219-09-9999"}),
            data({"ssn": "***-**-9999"}),
            data({"ssn": "000-09-1234"}),
            page("<p>The social security number 078-05-1120 came with a wallet</p>"),
            data({"dni": "12345678A"}),
            data({"order": "12345678Z", "name": "Melanie"}),
            data({"cpf": "111.111.111-11"}),
            data({"pesel": "44051401358", "bsn": "111222334"}),
            data({"taxId": "86095742718"}),
            data({"nationalInsuranceNumber": "QQ123456C"}),
            data({"aadhaar_number": "XXXX XXXX 0124", "phone": "234567890123"}),
            exchange(text="ssn='219-09-9999'", kind=SCRIPT),
            exchange(text="bsn of the build: 12-1112223334-a", kind=TEXT),
        ),
    ),
}
