"""Which framework or server answered, as far as the exchange tells: for advice that fits."""

import re
from enum import StrEnum

from reqsift.domain.view import View


class Stack(StrEnum):
    """What a server is built with, by the name that people know it by."""

    ASP_NET = "ASP.NET"
    DJANGO = "Django"
    EXPRESS = "Express"
    FLASK = "Flask"
    LARAVEL = "Laravel"
    PHP = "PHP"
    RAILS = "Rails"
    SPRING = "Spring"
    NGINX = "nginx"
    APACHE = "Apache"


_COOKIES = (
    (re.compile(r"\b(?:laravel_session|xsrf-token=eyJpdiI6)", re.IGNORECASE), Stack.LARAVEL),
    (re.compile(r"\b(?:PHPSESSID|ci_session)=", re.IGNORECASE), Stack.PHP),
    (re.compile(r"\bJSESSIONID=|\bSESSION=[0-9A-Za-z-]{20}", re.IGNORECASE), Stack.SPRING),
    (re.compile(r"\bconnect\.sid=", re.IGNORECASE), Stack.EXPRESS),
    (re.compile(r"\bASP\.NET_SessionId|\.AspNetCore\.", re.IGNORECASE), Stack.ASP_NET),
    (re.compile(r"\b(?:csrftoken|django_language)=", re.IGNORECASE), Stack.DJANGO),
    (re.compile(r"\b_[a-z]{1,30}_session=", re.IGNORECASE), Stack.RAILS),
)
_POWERED = (
    ("express", Stack.EXPRESS),
    ("asp.net", Stack.ASP_NET),
    ("php", Stack.PHP),
    ("phusion", Stack.RAILS),
)
_SERVERS = (
    ("werkzeug", Stack.FLASK),
    ("microsoft-iis", Stack.ASP_NET),
    ("kestrel", Stack.ASP_NET),
    ("wsgiserver", Stack.DJANGO),
    ("nginx", Stack.NGINX),
    ("apache", Stack.APACHE),
)


def stack_of(view: View) -> Stack | None:
    """The most telling sign wins: cookies, then `X-Powered-By`, then `Server`."""
    cookies = f"{view.request_header('cookie')}\n{view.response_header('set-cookie')}"
    for pattern, stack in _COOKIES:
        if pattern.search(cookies):
            return stack
    for header, signs in (("x-powered-by", _POWERED), ("server", _SERVERS)):
        value = (view.response_header(header) or "").lower()
        for sign, stack in signs:
            if sign in value:
                return stack
    return None
