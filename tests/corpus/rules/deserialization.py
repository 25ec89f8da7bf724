"""Serialized objects in the hands of the client."""

import base64
import json
import zlib
from dataclasses import replace
from urllib.parse import quote

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import Cases, Table, data, exchange, page, sent_json

JAVA = "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA"
PHP = 'O:4:"User":1:{s:4:"name";s:4:"anna";}'
PICKLE = "gASVFgAAAAAAAAB9lCiMBHVzZXKUjARhbm5hlHUu"  # {"user": "anna"}
RUBY = "BAh7B0kiD3Nlc3Npb25faWQGOgZFVEkiATUGOwBU"
DOTNET = "AAEAAAD/////AQAAAAAAAAAMAgAAAEZTeXN0ZW0uV2ViLCBWZXJzaW9uPTQuMC4wLjA="
STREAM = b"\xac\xed\x00\x05sr\x00\x11java.util.HashMap"
BINARY = "application/octet-stream"
ZIPPED = base64.b64encode(zlib.compress(STREAM + b"x" * 40)).decode()
DIGEST = "--9f2c5b1e0d7a4c3b8e6f1a2d3c4b5a6978871625"

# A pair of a number as text and null, as ASP.NET writes it; behind it a MAC, or nothing.
STATE = b"\xff\x01\x0f\x0f\x05\x0a-142098527\x64\x64"
PLAIN = base64.b64encode(STATE).decode()
SIGNED = base64.b64encode(STATE + bytes(range(100, 132))).decode()
OLD_MAC = base64.b64encode(STATE + bytes(range(80, 100))).decode()
NESTED = base64.b64encode(
    b"\xff\x01\x10\x64\x16\x02\x02\x81\x01\x67\x18\x01\x1e\x04Text\x05\x02Hi"
).decode()
SEALED = "Zt8aX3mCq0Yd1vN7uKp5Rw2LsE9oBhJfTgVi4kxyAz6QMWnHUcDrPlO+SbGeIjFt"
PROTOCOL_0 = "cposix\nsystem\n(S'id'\ntR."
SHOP = "https://shop.example/Basket.aspx"


UID = "uid=1001(app) gid=1001(app) groups=1001(app)"


def in_base64(value: object) -> str:
    """JSON as cookies often carry it."""
    return base64.b64encode(json.dumps(value).encode()).decode()


def in_base64_text(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def state(value: str, more: str = "") -> Exchange:
    """A page of Web Forms."""
    field = f'<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{value}" />'
    form = f'<form method="post" action="./Basket.aspx" id="form1">{field}{more}</form>'
    return page(form, SHOP, got={"X-AspNet-Version": "4.0.30319"})


READER = "System.Web.UI.ObjectStateFormatter.Deserialize(String inputString) +12"


def answered(message: str, stack: str) -> Exchange:
    """An error after a view state that tells nothing by itself."""
    body = f"__VIEWSTATE={quote(SIGNED, safe='')}&q=1"
    return page(f"<h2>{message}</h2><pre>{stack}</pre>", SHOP, form=body, status=500)


def sent(body: bytes, kind: str) -> Exchange:
    """A call whose body is no text."""
    seen = page(form=body, form_type=kind)
    header = next(iter(page(got={"Content-Type": kind}).response.headers[1:]))  # type: ignore[union-attr]
    return replace(seen, request=replace(seen.request, headers=(header,)))


TABLE: Table = {
    "serialized-object": Cases(
        noticed=(
            data(
                {"error": "bad save"},
                status=500,
                **sent_json({"state": in_base64_text(PROTOCOL_0)}),
            ),
            data({"ok": True}, **sent_json({"state": in_base64_text("(dp0\nS'gold'\np1\nI7\ns.")})),
            page(sent={"Cookie": f"prefs={JAVA}"}),
            page(form=f"state={JAVA}"),
            page(got={"Set-Cookie": f"state={JAVA}; Path=/"}),
            data({}, **sent_json({"state": PHP})),
            data({}, **sent_json({"$type": "System.IO.FileInfo, System.IO"})),
            page(form="rO0", form_type="application/x-java-serialized-object"),
            page(sent={"Cookie": f"user={quote(PHP, safe='')}"}),
            page(sent={"Cookie": f"cart={PICKLE}"}),
            page(got={"Set-Cookie": f"_shop_session={RUBY}{DIGEST}; path=/; HttpOnly"}),
            page(form=f"__STATE={quote(DOTNET, safe='')}"),
            page(f'<input name="javax.faces.ViewState" type="hidden" value="{JAVA}" />'),
            sent(STREAM, BINARY),
            sent(b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00K\x01.", BINARY),
            page(form=f"d={quote(ZIPPED, safe='')}"),
            page(form="state=gASVEwAAAAAAAAB9lIwEY2FydJRdlChLAUs"),  # cut off
            page(form="d=aced0005737200116a6176612e7574696c2e486173684d6170"),
            data({}, **sent_json({"@type": "com.sun.rowset.JdbcRowSetImpl", "n": 1})),
            page(form="a: !!javax.script.ScriptEngineManager []", form_type="application/yaml"),
            data({}, **sent_json({"profile": '{"f":"_$$ND_FUNC$$_function(){}"}'})),
            page(sent={"Cookie": f"u={in_base64({'rce': '_$$ND_FUNC$$_function(){}'})}"}),
            page(sent={"Cookie": f"c={in_base64({'py/object': 'app.Cart', 'n': 2})}"}),
            page(form=f"s={in_base64({'$type': 'Shop.Cart, Shop', 'n': 2})}"),
            data({}, **sent_json({"py/reduce": [{"py/type": "os.system"}]})),
            data({"ok": 1}, **sent_json({"conf": "!!python/object/new:os.system [ls]"})),
            data(
                {"error": "while constructing a Python object: cannot find module x"},
                status=500,
                form="conf=!!python/object:x.Y {}",
            ),
            data({"out": UID}, **sent_json({"doc": "a: !ruby/object:Gem::Installer x"})),
        ),
        silent=(
            data(
                {"ok": True},
                **sent_json({"state": in_base64_text("custom socks\nin wool\nfor me")}),
            ),
            page(sent={"Cookie": f"u={in_base64({'name': 'ND_FUNC'})}"}),
            page(sent={"Cookie": f"u={in_base64({'py': 'object'})}.{'x' * 27}"}),
            page("<p>Saved</p>", form="post=Never+load+!!python/object:os.system+from+users"),
            data(
                {"error": "could not determine a constructor for the tag"},
                status=400,
                **sent_json({"conf": "!!python/object/new:os.system [ls]"}),
            ),
            data({"error": "bad"}, status=400, **sent_json({"conf": "!!python/object:x.Y {}"})),
            page(sent={"Cookie": "prefs=eyJ0aGVtZSI6ImRhcmsifQ"}),
            page(form="state=a:b:c"),
            data({}, **sent_json({"$type": "a"})),
            data({}, **sent_json({"$type": "app.bsky.feed.post", "text": "Hello"})),
            data({}, **sent_json({"@context": "https://schema.org", "@type": "Person"})),
            data({}, **sent_json({"@type": "type.googleapis.com/google.rpc.ErrorInfo"})),
            data({}, **sent_json({"filter": {"name": {"$type": "string"}}})),
            page(sent={"Cookie": "t=gAAAAABlq1l7P3m0ZQ8r6dWmYq9vTzXc2hN5kLbEoGs4uJfRw1aVi0pH"}),
            page(sent={"Cookie": "session=.eJwlzjEOwjAMAMC_eGaIHSe2-5nKcWzRtaUT4u9UYr3pPrDn"}),
            page(sent={"Cookie": "id=gAJkq7Wm2PzXv1Rt5Ls8YbNc0HdFgQeU"}),  # chance
            page(sent={"Cookie": "z=eJwrSS0u0VFIzs8tKEotLk5NUSjPL8pJAQBXSgf5"}),
            sent(b"\x00\x01\x02\x03PNG", BINARY),
        ),
    ),
    "viewstate-without-mac": Cases(
        noticed=(
            state(PLAIN),
            state(NESTED),
            state(PLAIN, '<input type="hidden" name="__VIEWSTATEGENERATOR" value="CA0B0334" />'),
            page(url=SHOP, form=f"__EVENTTARGET=&__VIEWSTATE={quote(PLAIN, safe='')}&q=1"),
            answered("Unable to cast object of type 'System.Data.DataSet' to type 'X'", READER),
            answered("[TargetInvocationException: Exception thrown by the target]", READER),
        ),
        silent=(
            answered("Validation of viewstate MAC failed. InvalidCastException", READER),
            answered("Unable to cast object of type 'System.Int32' to type 'X'", "at Cart.Add()"),
            answered("The state information is invalid for this page", READER),
            state(SIGNED),
            state(OLD_MAC),
            state(SEALED),
            state(PLAIN, '<input type="hidden" name="__VIEWSTATEENCRYPTED" value="" />'),
            state(PLAIN[:12]),
            state(""),
            page(url=SHOP, form=f"__VIEWSTATE={quote(SIGNED, safe='')}"),
            exchange(SHOP, f'name="__VIEWSTATE" value="{PLAIN}"', "text/plain"),
        ),
    ),
}
