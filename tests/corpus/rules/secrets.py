"""Secrets that responses hand out; placeholders and words are none."""

from tests.corpus.rules.exchanges import (
    FORM,
    SCRIPT,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    page,
)
from tests.corpus.rules.tokens import jwt

# Made up, and joined here so that no line looks like a key of anyone.
BEGIN = "-----BEGIN RSA " + "PRIVATE KEY-----"
PEM = BEGIN + "\n" + "MIIEowIBAAKCAQEA7bq4xq2m8v3k9Yw5t1z0" * 3
LOCKED = (
    BEGIN + "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,9F\n\n" + "q8Wb2ZtR7vXn1LmE6pUc" * 4
)
ACCOUNT = {"type": "service_account", "project_id": "shop", "private_key": PEM + "\n"}
SECRET = "f81c0a97" + "d52e4b6ea3097c1d"
SECRET64 = "q8Wb2ZtR7v" + "Xn1LmE6pUc0HsJ=="

TABLE: Table = {
    "private-key": Cases(
        noticed=(
            exchange(text=PEM, kind=TEXT),
            data({"key": PEM}),
            data(ACCOUNT, "https://shop.example/firebase-adminsdk.json"),
            exchange(text=LOCKED, kind="application/x-pem-file"),
        ),
        silent=(
            exchange(text="-----BEGIN CERTIFICATE-----\nMIIE", kind=TEXT),
            page("<p>It begins with -----BEGIN " + "PRIVATE KEY-----</p>"),
            exchange(
                text=f"var p='{BEGIN}\\n'+btoa(String.fromCharCode(...new a(k)))", kind=SCRIPT
            ),
            page(f"<pre>{BEGIN}\nMIIEowIBAAKCAQEA7bq4xq2m8v3k9Yw5...\n</pre>"),
            data({"key": "-----BEGIN PUBLIC KEY-----\n" + "MIIEowIBAAKCAQEA7bq4xq2m8v3k9" * 2}),
        ),
    ),
    "connection-string": Cases(
        noticed=(
            data({"db": "postgres://shop:" + "Kestrel9x@db01:5432/shop"}),
            exchange(text="Server=db01;Database=shop;Password=Kestrel9x;", kind=TEXT),
            exchange(text="MONGO=mongodb+srv://app:" + "q8Wb2ZtR@c0.mongodb.net/shop", kind=TEXT),
            page("<td>amqp://worker:" + "rabbit-77-run@queue:5672//</td>", status=500),
        ),
        silent=(
            page("DATABASE_URL=postgres://user:password@localhost/shop"),
            page('<a href="https://shop.example/@anna">anna</a>'),
            data({"db": "postgres://user:your-password@host/db"}),
            exchange(text="DATABASE_URL=postgres://shop:${DB_PASSWORD}@db01/shop", kind=TEXT),
            page("<code>https://anna:kestrel9@www.example.com/</code>"),
            page('<link href="https://fonts.shop.example/css2?family=Inter:wght@400;700">'),
        ),
    ),
    "secret-in-response": Cases(
        noticed=(
            exchange(text="[db]\nuser = shop\npassword = Kestrel_9x!\n[mail]\n", kind=TEXT),
            exchange(
                text=f"window.env={{KEY:'{jwt(role='service_role')}'}};",
                kind=SCRIPT,
            ),
            exchange(text=f"const cfg={{apiSecret:'{SECRET}'}}", kind=SCRIPT),
            data({"client_secret": SECRET}),
            exchange(text=f"API_KEY = '{SECRET}'", kind=TEXT),
            page(f'<script>window.__ENV = {{"JWT_SECRET":"{SECRET64}"}}</script>'),
            data({"smtp": {"host": "mail01", "password": "Kestrel-9x-Hill"}}),
        ),
        silent=(
            exchange(text="[db]\nuser = shop\npassword = ${DB_PASSWORD_7}\n", kind=TEXT),
            exchange(text="The secret: 7 spoons of sugar, and password managers.", kind=TEXT),
            exchange(text=f"window.env={{KEY:'{jwt(role='anon')}'}};", kind=SCRIPT),
            data({"publishable_api_key": SECRET}),
            data({"secret": "your-secret-here"}),
            exchange(text="labels={passwordHint:'AtLeast8Characters'}", kind=SCRIPT),
            data({"api_key": SECRET}, "https://a.example/v1/keys", form="name=x"),
            data({"csrf_token": SECRET, "key": SECRET}),
            data({"password": "errors.password.length-8"}),
            exchange(text="i18n={apiKeyPlaceholder:'Paste2Here4Please'}", kind=SCRIPT),
            exchange(text="cfg={secret_key:'aaaaaaaa1111'}", kind=SCRIPT),
            data({"api_key": SECRET}, "https://a.example/login", form="user=anna", form_type=FORM),
        ),
    ),
    "secret-in-comment": Cases(
        noticed=(
            page("<!-- test login: demo / summer2024 -->"),
            page("<!-- password: Kestrel9 -->"),
            page("<!-- staging: user deploy, password Kestrel-Nest-19, ask Ben -->"),
            exchange(text="// api key: q8Wb2ZtR7vXn1LmE\nrun()", kind=SCRIPT),
            exchange(text="/*\n * staging, password = 'hunter2-hill'\n */\nrun()", kind=SCRIPT),
            page("<script>\n  // client secret is f81c0a97d52e\n  go()\n</script>"),
        ),
        silent=(
            page("<!-- password field -->"),
            page("<!-- password input2 and api key field1 come here -->"),
            page("<!-- never closed, password: Kestrel9"),
            page("<p>password: Kestrel9</p>"),
            page("<!-- password: at-least-8-characters -->"),
            exchange(text="// password: string\n// secret: base64url\nrun()", kind=SCRIPT),
            exchange(text="/* @param {string} password: the user's */ f()", kind=SCRIPT),
            exchange(text="fetch(u,{headers:{accept:'*/*'}});x={password:'Kestrel9'}", kind=SCRIPT),
            exchange(text="u='https://a.example/?password=Kestrel9'", kind=SCRIPT),
            exchange(text="// api_key: your-api-key-1\nrun()", kind=SCRIPT),
        ),
    ),
}
