"""Personal and inner data in responses."""

from tests.corpus.rules.exchanges import (
    SCRIPT,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    page,
    sent_json,
)
from tests.corpus.rules.tokens import jwt

BCRYPT = "$2b$12$" + "Q9xVt3mLk0uYw7ZrNfHc2eJ5sPdA8gBiKoTlUqXyRvWzEn1MhC4aG"
DJANGO = "pbkdf2_sha256$" + "600000$q8Wb2ZtR7vXn$1LmE6pUc0HsJg3YfTo9xT2mLw8RbN5cYd7HfJ1sGpA4="
SHADOW = "$6$" + "q8Wb2ZtR$" + "7vXn1LmE6pUc0HsJg3YfTo9xT2mLw8RbN5cYd7"
MD5 = "5f4dcc3b5aa765d61d8327deb882cf99"

TABLE: Table = {
    "password-hash": Cases(
        noticed=(
            data({"hash": BCRYPT}),
            data({"password": MD5}),
            page(f"<td>{BCRYPT}</td>"),
            data({"users": [{"id": 7, "password": DJANGO}]}),
            exchange(text=f"anna:{SHADOW}:19000:0:99999", kind=TEXT),
        ),
        silent=(
            data({"etag": MD5}),
            data({"price": "$2", "password": "***"}),
            page("$2b$12$"),
            data({"password_hash": None, "file_md5": MD5}),
            exchange(text=f"const sample='{BCRYPT}'", kind=SCRIPT),
            page("<p>Prices from $1$ to $5$ in the text of a book</p>"),
        ),
    ),
    "password-echo": Cases(
        noticed=(
            data(
                {"token": jwt(sub="anna", pw="Wool-Socks-7")},
                "https://shop.example/login",
                **sent_json({"user": "anna", "password": "Wool-Socks-7"}),
            ),
            data({"user": "anna", "password": "open-sesame"}, form="password=open-sesame"),
            page("<p>Your password:</p><b>open-sesame</b>", form="new_password=open-sesame"),
            page('<input type="password" value="open-sesame">', form="pwd=open-sesame", status=422),
            exchange(
                text='{"login":"anna","passwort":"open-sesame"}',
                kind="application/json",
                form='{"login":"anna","passwort":"open-sesame"}',
                form_type="application/json",
            ),
        ),
        silent=(
            data(
                {"token": jwt(sub="anna", team="Wool")},
                "https://shop.example/login",
                **sent_json({"user": "anna", "password": "Wool-Socks-7"}),
            ),
            data({"user": "anna"}, form="password=open-sesame"),
            page("<p>changes take place</p>", form="password=change"),
            data({"error": "wrong"}, form="password=open-sesame", status=401),
            data({"user": "anna"}, form="password=anna"),
            page("<p>An open-sesame story</p>", form="password=open-sesame"),
        ),
    ),
    "secret-field": Cases(
        noticed=(
            data({"id": 7, "reset_token": "f81c0a97d5"}),
            data({"users": [{"password": "summer2024"}]}),
            data({"card": {"cvv": 123}}),
            data({"user": {"email": "anna@mail.example", "passwordSalt": "q8Wb2ZtR7v"}}),
            data([{"id": 1, "security_answer": "Rosalind"}]),
        ),
        silent=(
            data({"password": "******"}),
            data({"password": "required"}),
            data({"password": None, "salt": ""}),
            data({"otp_secret": "JBSWY3DP"}, "https://a.example/v1/2fa/enrol"),
            data({"password": "too_short"}, status=422),
            data({"schema": {"password": {"type": "string", "minLength": 8}}}),
            exchange(text='{"password": "summer2024"}', kind=SCRIPT),
        ),
    ),
}
