"""Personal and inner data in responses."""

from tests.corpus.rules.exchanges import (
    SCRIPT,
    Cases,
    Table,
    data,
    exchange,
    page,
)

VISA = "4111" + "1111" * 3
BCRYPT = "$2b$12$" + "Q9xVt3mLk0uYw7ZrNfHc2eJ5sPdA8gBiKoTlUqXyRvWzEn1MhC4aG"
MD5 = "5f4dcc3b5aa765d61d8327deb882cf99"

TABLE: Table = {
    "card-number": Cases(
        noticed=(data({"card": VISA}), page(f"<td>Card</td><td>{VISA[:4]} 1111 1111 1111</td>")),
        silent=(
            data({"card": "**** **** **** 1111"}),
            data({"card": VISA[:-1] + "2"}),
            exchange(text=f"card={VISA}", kind=SCRIPT),
            data({"cardId": f"x{VISA}"}),
            data({"time": 1772442000123, "card": "gold"}),
        ),
    ),
    "national-id": Cases(
        noticed=(data({"ssn": "219-09-9999"}), page("<p>Social security: 219-09-9999</p>")),
        silent=(
            data({"part": "219-09-9999"}),
            data({"ssn": "***-**-9999"}),
            data({"ssn": "000-09-1234"}),
        ),
    ),
    "password-hash": Cases(
        noticed=(data({"hash": BCRYPT}), data({"password": MD5}), page(f"<td>{BCRYPT}</td>")),
        silent=(data({"etag": MD5}), data({"price": "$2", "password": "***"}), page("$2b$12$")),
    ),
    "password-echo": Cases(
        noticed=(
            data({"user": "anna", "password": "open-sesame"}, form="password=open-sesame"),
            page("<p>Your password:</p><b>open-sesame</b>", form="new_password=open-sesame"),
        ),
        silent=(
            data({"user": "anna"}, form="password=open-sesame"),
            page("<p>changes take place</p>", form="password=change"),
            data({"error": "wrong"}, form="password=open-sesame", status=401),
        ),
    ),
    "secret-field": Cases(
        noticed=(
            data({"id": 7, "reset_token": "f81c0a97d5"}),
            data({"users": [{"password": "summer2024"}]}),
            data({"card": {"cvv": 123}}),
        ),
        silent=(
            data({"password": "******"}),
            data({"password": "required"}),
            data({"password": None, "salt": ""}),
            data({"otp_secret": "JBSWY3DP"}, "https://a.example/v1/2fa/enrol"),
            data({"password": "too_short"}, status=422),
        ),
    ),
}
