"""Keys that responses hand out; placeholders and public keys are none."""

from tests.corpus.rules.exchanges import (
    SCRIPT,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    page,
)

# Made up, and joined here so that no line looks like a key of anyone.
AWS = "AKIA" + "Q3EGT7RZ2LMN5XWV"
GITHUB = "ghp" + "_" + "Zk3vQ9xT2mLw8RbN5cYd7HfJ1sGpA4uEoK6i"
STRIPE = "sk" + "_live_" + "9fK2mQ7xWv4TzR8bNc3Yd6Hj"
PUBLIC = "pk" + "_live_" + "9fK2mQ7xWv4TzR8bNc3Yd6Hj"
SLACK = "xox" + "b-" + "2918374650-Qm7xWvTzR8bN"
MAPS = "AIza" + "SyD4qk8Wb2ZtR7vXn1LmE6pUc0HsJg3YfTo"
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEA7bq4xq2m8v3k9Yw5t1z0" * 3
SECRET = "f81c0a97" + "d52e4b6ea3097c1d"

TABLE: Table = {
    "provider-key": Cases(
        noticed=(
            exchange(text=f"var k='{AWS}'", kind=SCRIPT),
            data({"token": GITHUB}),
            page(f"<script>pay('{STRIPE}')</script>"),
            data({"hook": SLACK}),
            exchange(text=f"load('{MAPS}')", kind=SCRIPT),
        ),
        silent=(
            page("<code>AKIA" + "IOSFODNN7EXAMPLE</code>"),
            exchange(text=f"var k='{PUBLIC}'", kind=SCRIPT),
            exchange(text="ghp" + "_" + "x" * 36, kind=TEXT),
            exchange(text=f"firebase.initializeApp('{MAPS}')", kind=SCRIPT),
            exchange(text=f"ZZ{AWS}", kind=TEXT),
        ),
    ),
    "private-key": Cases(
        noticed=(exchange(text=PEM, kind=TEXT), data({"key": PEM})),
        silent=(
            exchange(text="-----BEGIN CERTIFICATE-----\nMIIE", kind=TEXT),
            page("<p>It begins with -----BEGIN " + "PRIVATE KEY-----</p>"),
        ),
    ),
    "connection-string": Cases(
        noticed=(
            data({"db": "postgres://shop:" + "Kestrel9x@db01:5432/shop"}),
            exchange(text="Server=db01;Database=shop;Password=Kestrel9x;", kind=TEXT),
        ),
        silent=(
            page("DATABASE_URL=postgres://user:password@localhost/shop"),
            page('<a href="https://shop.example/@anna">anna</a>'),
            data({"db": "postgres://user:your-password@host/db"}),
        ),
    ),
    "secret-in-response": Cases(
        noticed=(
            exchange(text=f"const cfg={{apiSecret:'{SECRET}'}}", kind=SCRIPT),
            data({"client_secret": SECRET}),
            exchange(text=f"API_KEY = '{SECRET}'", kind=TEXT),
        ),
        silent=(
            data({"publishable_api_key": SECRET}),
            data({"secret": "your-secret-here"}),
            exchange(text="labels={passwordHint:'AtLeast8Characters'}", kind=SCRIPT),
            data({"api_key": SECRET}, "https://a.example/v1/keys", form="name=x"),
            data({"csrf_token": SECRET, "key": SECRET}),
        ),
    ),
}
