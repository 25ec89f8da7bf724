"""Passwords and personal data where they do not belong."""

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import HTML, Cases, Headers, Table, data, exchange, page

FIELD = '<input type="password" name="password" autocomplete="current-password">'
GET = f'<form method="get" action="/login"><input name="user">{FIELD}</form>'
POST = GET.replace('"get"', '"post"')
MD5 = 'Digest realm="shop", qop="auth", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c0", opaque="5ccc"'
SHA = MD5.replace("Digest ", "Digest algorithm=SHA-256, ")
NTLM = "TlRMTVNTUAACAAAADAAMADgAAAAFgomi"
CARD = "4556737586899855"
IBAN = "DE89370400440532013000"


def filled(value: str, form: str = POST) -> Exchange:
    return page(form.replace('name="password"', f'name="password" value="{value}"'))


def issued(cookie: str) -> Exchange:
    return page(url="https://shop.example/login", got={"Set-Cookie": cookie})


def refused(challenge: str, url: str = "https://shop.example/dav/") -> Exchange:
    return exchange(url, "<h1>401</h1>", status=401, got={"WWW-Authenticate": challenge})


def at(query: str, path: str = "checkout", sent: Headers | None = None) -> Exchange:
    return page(url=f"https://shop.example/{path}?{query}", sent=sent)


TABLE: Table = {
    "password-form-by-get": Cases(
        noticed=(
            exchange(
                "https://shop.example/entrar?usuario=ana&clave=Olivo-1987",
                status=302,
                got={"Location": "/", "Set-Cookie": "s=9c31b9b46a6a06246cba0cf9; Secure"},
            ),
            exchange(
                "https://shop.example/entrar?user=ola&pwd=Fjord-77x",
                status=302,
                got={"Location": "/", "Set-Cookie": "s=9c31b9b46a6a06246cba0cf9; Secure"},
            ),
            page(GET),
            page(GET.replace('method="get"', "METHOD=GET")),
            page(GET.replace('method="get" ', "")),
            page(f"<form action=register.php>{FIELD}{FIELD}<button>Go</button></form>"),
        ),
        silent=(
            exchange(
                "https://shop.example/entrar?user=ola&pwd=Fjord-77x",
                status=302,
                got={"Location": "/", "X-A": "b"},
            ),
            exchange(
                "https://shop.example/entrar?user=ola&next=home",
                status=302,
                got={"Location": "/", "Set-Cookie": "s=9c31b9b46a6a06246cba0cf9; Secure"},
            ),
            page(POST),
            page(GET.replace("<form", '<form onsubmit="return login(this)"')),
            page(GET.replace('method="get" action="/login"', "")),
            page(GET.replace('method="get"', '@submit.prevent="login"')),
            page(GET.replace('method="get"', 'method="dialog"')),
            page(GET.replace('type="password"', 'type="search"')),
            page(GET, status=404),
            page(f"<!-- {GET} -->"),
            page('<form method="get" action="/search"><input name="password_help"></form>' + POST),
        ),
    ),
    "password-prefilled": Cases(
        noticed=(
            filled("Wool&amp;Silk-7".replace("&amp;", "+")),
            filled("hunter22"),
            filled("s3cr3t!", GET),
            page(POST.replace("<input type", "<input value='Tr0ub4dor' type")),
        ),
        silent=(
            page(POST),
            filled(""),
            filled("********"),
            filled("••••••••"),
            filled("{{ password }}"),
            filled("&lt;%= pw %&gt;"),
            filled("password"),
            page(POST.replace('name="user"', 'name="user" value="anna-7"')),
        ),
    ),
    "password-in-cookie": Cases(
        noticed=(
            issued("password=wool-and-silk; Path=/"),
            issued("user_pass=5f4dcc3b5aa765d61d8327deb882cf99; Max-Age=2592000"),
            issued("PWD=hunter22; HttpOnly; Secure"),
            issued("lang=de\nremember_password=W0ol!7; expires=Wed, 01 Apr 2026 09:00:00 GMT"),
        ),
        silent=(
            issued("password=; Max-Age=0"),
            issued("password=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT"),
            issued("password_expires=2026-06-01; Path=/"),
            issued("passport_session=5c1de7f0a94b; Path=/"),
            issued("pass=true"),
            issued("wp-postpass_5c1de7f0=%24P%24B7; Path=/"),
        ),
    ),
    "personal-data-in-url": Cases(
        noticed=(
            at(f"card_number={CARD}&exp=12%2F28&cvv=123"),
            at(f"to={IBAN}&amount=250", "transfer"),
            at("firstName=Anna&lastName=Berg&email=anna.berg%40mail.example", "register"),
            at("ssn=219-09-9999&dob=1984-05-17", "apply"),
            data({}, "https://api.shop.example/v1/quote?birthdate=17.05.1984&zip=10115"),
            at("email=anna@mail.example&phone=%2B49301234567", "callback"),
        ),
        silent=(
            at("q=anna.berg%40mail.example&name=Anna", "users"),
            at("email=anna.berg%40mail.example", "unsubscribe"),
            at("card_number=4556737586899856", "pay"),
            at("card=visa&cardholder=1", "pay"),
            at("iban=DE00370400440532013000", "check"),
            at("email=anna%40mail.example&name=Anna", "admin/search"),
            at("email=5f4dcc3b5aa765d61d8327deb882cf99%40h&name=id-77"),
            at("national=1&social=facebook&birth=yes"),
            page(url="https://shop.example/checkout", form=f"card_number={CARD}&cvv=123"),
        ),
    ),
    "weak-auth-scheme": Cases(
        noticed=(
            refused(MD5),
            refused('Digest realm="cam", nonce="8f2b1c7d"', "http://cam.shop.example/"),
            refused("NTLM", "http://intranet.shop.example/"),
            refused(f"Negotiate {NTLM}", "http://intranet.shop.example/"),
            refused(f'Basic realm="shop"\n{MD5}'),
        ),
        silent=(
            refused(SHA),
            refused(f"{SHA}\n{MD5}"),
            refused("Negotiate\nNTLM"),
            refused("Negotiate", "http://intranet.shop.example/"),
            refused('Bearer realm="api", error="invalid_token"'),
            refused("NTLM", "http://localhost:8080/"),
            exchange("https://shop.example/", "<p>x</p>", HTML, got={"WWW-Authenticate": MD5}),
        ),
    ),
}
