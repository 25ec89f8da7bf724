"""Files that anyone may have, and pages about security: harmless, and easily taken for a find."""

import base64
import json
import zlib
from collections.abc import Mapping

from examples.shop.catalogue import safe_page
from examples.shop.store import MAPS_KEY, SERVICE_KEY, Shop
from examples.shop.web import Answer, Asked, Handler, data, page, text

YEAR = ("Cache-Control", "public, max-age=31536000, immutable")
FOR_ALL = ("Access-Control-Allow-Origin", "*")


def png(red: int, green: int, blue: int) -> bytes:
    """A picture of 16 by 16 points in one colour."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + kind + content + check

    rows = zlib.compress((b"\0" + bytes((red, green, blue)) * 16) * 16, level=0)
    size = (16).to_bytes(4, "big")
    head = chunk(b"IHDR", size + size + bytes((8, 2, 0, 0, 0)))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def file(kind: str, content: bytes, *headers: tuple[str, str]) -> Answer:
    return Answer(kind=kind, body=content, headers=headers)


LOGO = png(32, 80, 160)
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
FONT = b"wOF2\x00\x01\x00\x00" + bytes(range(256)) * 4
_WORDS = {"password": "Passwort", "passwordHint": "Passwort vergessen?", "token": "Marke"}
_TEXTS = json.dumps(_WORDS, separators=(",", ":"))
APP_JS = (
    '!function(){"use strict";var t={de:' + _TEXTS + ',en:{password:"Password",secret:"Secret '
    'question",apiKey:"API key"}};function n(e,o){return t[e][o]||o}window.i18n=n;var r="0123456789'
    'abcdefABCDEF",i=1772442000123;function u(e){return e.querySelector("input[name=password]")}'
    'window.v="3.4.1",window.build="9f2c6e1d4b7a8053";u(document)}();\n'
)

CDN: dict[str, Answer] = {
    "/app.3f9a1c.js": text(APP_JS, YEAR, FOR_ALL, kind="text/javascript; charset=utf-8"),
    "/vendor.77b0e2.js": text(
        "/*! tiny v2.1.0 | MIT */!function(e){e.eval=null;e.localhost=/^127\\./}(window);\n",
        YEAR,
        kind="text/javascript; charset=utf-8",
    ),
    "/shop.8d1e07.css": text(
        "body{font:16px/1.5 sans-serif}.card-number{letter-spacing:1px}#password{width:20em}\n",
        YEAR,
        kind="text/css; charset=utf-8",
    ),
    "/logo.png": file("image/png", LOGO, YEAR),
    "/sale.png": file("image/png", png(200, 30, 30), YEAR),
    "/hat.webp": file(
        "image/webp", b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\0\0\0\x10\x07\x10\x11\x11", YEAR
    ),
    "/icon.svg": text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle r="4"/></svg>\n',
        YEAR,
        kind="image/svg+xml",
    ),
    "/inter.woff2": file("font/woff2", FONT, YEAR, FOR_ALL),
    "/favicon.ico": file("image/x-icon", b"\0\0\1\0\1\0\1\1\0\0\1\0\x20\0" + bytes(40), YEAR),
    "/about.txt": text("Pictures and fonts of the shop.\n"),
    "/app.webmanifest": data({"name": "Shop", "icons": []}, kind="application/manifest+json"),
    "/data/countries.json": data([{"code": "DE", "name": "Germany"}], FOR_ALL, YEAR),
}

ROBOTS = text("User-agent: *\nDisallow: /account\nDisallow: /admin\n")
SITEMAP = text(
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>'
    "https://safe-shop.example/product/1</loc></url></urlset>\n",
    kind="application/xml",
)
SECURITY_TXT = text("Contact: mailto:security@safe-shop.example\nExpires: 2027-01-01T00:00:00Z\n")

# --- documentation -----------------------------------------------------------------------------

_SAMPLE_JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwi"
    "aWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
)
DOCS: Mapping[str, str] = {
    "/": "<h1>Developer handbook</h1><p>Welcome. The <a href='http://old.example/'>first "
    "edition</a> is still there.</p>",
    "/keys": "<h1>Keys</h1><pre>export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n"
    "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY</pre>",
    "/tokens": "<h1>Tokens</h1><pre>curl -H 'Authorization: Bearer YOUR_ACCESS_TOKEN' "
    f"https://safe-api.example/v1/me</pre><p>A token looks like <code>{_SAMPLE_JWT}</code></p>",
    "/database": "<h1>Database</h1><p>Set DATABASE_URL=postgres://user:password@localhost/shop in "
    "your own environment. If you see <q>You have an error in your SQL syntax</q>, run the "
    "migrations.</p>",
    "/errors": "<h1>Reading errors</h1><p>A Python error begins with <code>Traceback (most recent "
    "call last)</code>; read it from the bottom.</p>",
    "/xss": "<h1>Encoding</h1><p>Never print <code>&lt;script&gt;alert(1)&lt;/script&gt;</code> "
    "as it came.</p>",
    "/network": "<h1>Networks</h1><p>192.0.2.10 and 198.51.100.7 are addresses for examples; "
    "10.0.0.0/8 is private.</p>",
    "/cards": "<h1>Test cards</h1><p>Use XXXX XXXX XXXX 4242. The shop's number is "
    "2026-0000-1234-5678.</p>",
    "/listing": "<h1>Index of topics</h1><ul><li>Keys</li><li>Tokens</li></ul>",
    "/upgrade": "<h1>Upgrade notes</h1><p>Version 4.2 needs nginx 1.26 or newer.</p>",
}


def docs(path: str) -> Handler:
    def show(shop: Shop, _asked: Asked) -> Answer:
        return safe_page(shop, "Handbook", DOCS[path])

    return show


# --- files of the weak shop that tell too much -------------------------------------------------

MAPS_JS_WEAK = text(
    f'var maps = {{ key: "{MAPS_KEY}", zoom: 11 }};\n', kind="text/javascript; charset=utf-8"
)
CHAT_JS_WEAK = text(
    f'const chat = {{ host: "chat.example", clientSecret: "{SERVICE_KEY}" }};\n',
    kind="text/javascript; charset=utf-8",
)
GALLERY_WEAK = page(
    "Gallery",
    '<h1>Gallery</h1><img src="http://cdn.example/sale.png" alt=""><iframe '
    'src="http://maps.example/embed"></iframe><script src="http://cdn.example/gallery.js"></script>',
)
