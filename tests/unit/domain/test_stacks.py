import pytest

from reqsift.domain.stacks import Stack, stack_of
from reqsift.domain.view import View
from tests.corpus.rules.exchanges import exchange


def stack(sent: dict[str, str] | None = None, got: dict[str, str] | None = None) -> Stack | None:
    return stack_of(View(exchange(sent=sent, got=got)))


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        ("laravel_session=eyJpdiI6Ik", Stack.LARAVEL),
        ("XSRF-TOKEN=eyJpdiI6Ik1", Stack.LARAVEL),
        ("PHPSESSID=8f2b1c7de04a", Stack.PHP),
        ("JSESSIONID=3B9F3B2C", Stack.SPRING),
        ("SESSION=MDc4ZmYxZjAtYzJmYi00", Stack.SPRING),
        ("connect.sid=s%3Aabc", Stack.EXPRESS),
        ("ASP.NET_SessionId=abc", Stack.ASP_NET),
        (".AspNetCore.Antiforgery.x=abc", Stack.ASP_NET),
        ("csrftoken=abc", Stack.DJANGO),
        ("_shop_session=abc", Stack.RAILS),
        ("session=abc; theme=dark", None),
    ],
)
def test_cookies_tell_the_framework(cookie: str, expected: Stack | None) -> None:
    assert stack(sent={"Cookie": cookie}) is expected
    assert stack(got={"Set-Cookie": f"{cookie}; Path=/"}) is expected


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("X-Powered-By", "Express", Stack.EXPRESS),
        ("X-Powered-By", "ASP.NET", Stack.ASP_NET),
        ("X-Powered-By", "PHP/8.2.1", Stack.PHP),
        ("Server", "Werkzeug/3.0 Python/3.11", Stack.FLASK),
        ("Server", "Microsoft-IIS/10.0", Stack.ASP_NET),
        ("Server", "WSGIServer/0.2 CPython/3.11", Stack.DJANGO),
        ("Server", "nginx/1.25", Stack.NGINX),
        ("Server", "Apache/2.4", Stack.APACHE),
        ("Server", "cloudflare", None),
    ],
)
def test_headers_tell_it_too(header: str, value: str, expected: Stack | None) -> None:
    assert stack(got={header: value}) is expected


def test_the_most_telling_sign_wins() -> None:
    got = {"Server": "nginx", "X-Powered-By": "PHP/8.2"}

    assert stack(got=got) is Stack.PHP
    assert stack(sent={"Cookie": "laravel_session=x"}, got=got) is Stack.LARAVEL
