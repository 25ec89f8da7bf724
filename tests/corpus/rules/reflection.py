"""Input that comes back unencoded, by the place where it stands."""

from urllib.parse import quote

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    SCRIPT,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    page,
)

SCRIPTED = "<script>alert(1)</script>"


def searched(value: str, body: str) -> Exchange:
    return page(body, f"https://shop.example/search?q={quote(value)}")


TABLE: Table = {
    "reflected-input": Cases(
        noticed=(
            searched(SCRIPTED, f"<p>Results for {SCRIPTED}</p>"),
            searched('" onfocus=alert(1) x="', '<input value="" onfocus=alert(1) x="">'),
            searched("';alert(1)//", "<script>var q = '';alert(1)//';</script>"),
            page(f"<p>{SCRIPTED}</p>", form=f"q={quote(SCRIPTED)}"),
            searched("' OR '1'='1", "<p>' OR '1'='1</p><script>var q='' OR '1'='1';</script>"),
        ),
        silent=(
            searched(SCRIPTED, "<p>Results for &lt;script&gt;alert(1)&lt;/script&gt;</p>"),
            searched("wool socks", "<p>Results for wool socks</p>"),
            searched("it's wool", "<p>Results for it's wool</p>"),
            searched("it's wool", '<input value="it\'s wool">'),
            data({"q": SCRIPTED}, f"https://shop.example/s?q={quote(SCRIPTED)}"),
        ),
    ),
    "stored-script": Cases(
        noticed=(page(f"<li>{SCRIPTED}</li>"), page("<img src=x onerror=alert(1)>")),
        silent=(
            page("<li>&lt;script&gt;alert(1)&lt;/script&gt;</li>"),
            page("<script>function f(){ alert('Saved'); }</script>"),
            searched(SCRIPTED, f"<p>{SCRIPTED}</p>"),
            exchange(text=SCRIPTED, kind=TEXT),
        ),
    ),
    "dom-script-sink": Cases(
        noticed=(
            page("<script>out.innerHTML = decodeURI(location.hash)</script>"),
            exchange(text="document.write('<b>'+location.search)", kind=SCRIPT),
        ),
        silent=(
            exchange(text="out.textContent = location.hash", kind=SCRIPT),
            exchange(text="out.innerHTML = DOMPurify.sanitize(location.hash)", kind=SCRIPT),
            exchange(text="if (location.hash) { go(); } out.innerHTML = 'x'", kind=SCRIPT),
        ),
    ),
}
