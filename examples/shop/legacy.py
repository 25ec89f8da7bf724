"""`legacy.shop.example`: plain HTTP and twenty years of habits; and what replaced some of them."""

import base64
import re
import sqlite3
from html import escape

from examples.shop.store import FILES, Shop
from examples.shop.web import Answer, Asked, data, page, problem, redirect, text

# --- log-in ------------------------------------------------------------------------------------

LOGIN_FORM = page(
    "Log in",
    '<form method="post" action="/login.php"><input name="user"><input name="password" '
    'type="password"><button>Log in</button></form>',
)


def login(shop: Shop, asked: Asked) -> Answer:
    session = shop.log_in(asked.field("user"))
    return redirect("/home.php", ("Set-Cookie", f"PHPSESSID={session[:26]}; path=/"))


def stats(_shop: Shop, asked: Asked) -> Answer:
    if not asked.header("authorization").startswith("Basic "):
        challenge = ("WWW-Authenticate", 'Basic realm="Statistics"')
        return page("Log in", "<h1>401 Unauthorized</h1>", challenge, status=401)
    return page("Statistics", "<h1>Visits</h1><p>1,204 this week</p>")


def session_in_url(_shop: Shop, _asked: Asked) -> Answer:
    return page("Your basket", "<h1>Basket</h1><p>2 pairs of wool socks</p>")


# --- SQL ---------------------------------------------------------------------------------------


def article(shop: Shop, asked: Asked) -> Answer:
    """A real SQLite query and failure; only the wording is that of the host's old database."""
    number = asked.arg("id")
    try:
        row = shop.db.execute(f"SELECT name FROM products WHERE id = '{number}'").fetchone()
    except sqlite3.Error:
        near = escape(f"'{number}''", quote=False)
        message = (
            "You have an error in your SQL syntax; check the manual that corresponds to your "
            f"MySQL server version for the right syntax to use near '{near}' at line 1"
        )
        return page("Old shop", f"<b>Fatal error</b>: mysqli_sql_exception: {message}", status=500)
    return page("Article", f"<h1>{row[0] if row else 'No such article'}</h1>")


def guestbook(_shop: Shop, asked: Asked) -> Answer:
    return page("Guest book", f"<h1>Thank you</h1><blockquote>{asked.field('text')}</blockquote>")


# --- XML ---------------------------------------------------------------------------------------

_ENTITY = re.compile(r'<!ENTITY\s+(\w+)\s+SYSTEM\s+"file:///([\w./]+)"\s*>')


def import_weak(_shop: Shop, asked: Asked) -> Answer:
    """Resolves external entities, from the make-believe file tree."""
    xml = asked.body.decode(errors="replace")
    for name, path in _ENTITY.findall(xml):
        xml = xml.replace(f"&{name};", FILES.get(path, ""))
    items = re.findall(r"<name>(.*?)</name>", xml, re.DOTALL)
    lines = "".join(f"<item>{escape(item)}</item>" for item in items)
    return text(f"<imported>{lines}</imported>", kind="application/xml")


def import_safe(_shop: Shop, asked: Asked) -> Answer:
    if b"<!DOCTYPE" in asked.body or b"<!ENTITY" in asked.body:
        return problem(400, "Document types are not allowed")
    return data({"imported": asked.body.count(b"<name>")}, status=201)


# --- objects in cookies ------------------------------------------------------------------------


def preferences(_shop: Shop, asked: Asked) -> Answer:
    """Speaks of its cookie as PHP's `unserialize` would; nothing is ever unserialised."""
    stored = base64.b64decode(asked.cookie("prefs") or "").decode(errors="replace")
    if stored and not stored.endswith("}"):
        return page(
            "Preferences",
            "<b>Notice</b>: unserialize(): Error at offset 18 of 34 bytes in "
            "<b>/var/www/html/legacy/prefs.php</b> on line <b>9</b>",
            status=500,
        )
    fresh = base64.b64encode(b'O:5:"Prefs":1:{s:4:"lang";s:2:"de";}').decode()
    return page("Preferences", "<h1>Saved</h1>", ("Set-Cookie", f"prefs={fresh}; path=/"))


def java_state(_shop: Shop, _asked: Asked) -> Answer:
    state = "rO0ABXNyABJleGFtcGxlLnNob3AuU3RhdGUAAAAAAAAAAQIAAUkABHN0ZXB4cAAAAAI="
    form = f'<form method="post"><input type="hidden" name="state" value="{state}"></form>'
    return page("Step 2 of 3", f"<h1>Delivery</h1>{form}")


# --- the rest ----------------------------------------------------------------------------------

HOME = page(
    "Old shop",
    "<h1>The old shop</h1><p>Since 2004.</p><!-- TODO remove test account before launch -->",
)
SOCKS = page("Socks", "<h1>Socks</h1><ul><li>Wool</li><li>Cotton</li></ul>")
ASPX = page("Cart", "<h1>Cart</h1>", ("X-AspNet-Version", "4.0.30319"), ("X-Powered-By", "ASP.NET"))
