"""Searching and reading: SQL injection and reflected input, each beside its proper twin."""

import sqlite3
from html import escape

from examples.shop.store import Shop
from examples.shop.web import Answer, Asked, data, page, redirect, table

# --- search ------------------------------------------------------------------------------------


def search_weak(shop: Shop, asked: Asked) -> Answer:
    term = asked.arg("q")
    try:
        rows = shop.db.execute(
            f"SELECT id, name, price FROM products WHERE name LIKE '%{term}%'"
        ).fetchall()
    except sqlite3.Error as error:
        return _database_error(error)
    script = f"<script>var lastSearch = '{term}';</script>"
    form = f'<form action="/search"><input name="q" value="{term}"></form>'
    return page("Search", f"<h1>Results for {term}</h1>\n{form}\n{script}\n{_list(rows)}")


def search_safe(shop: Shop, asked: Asked) -> Answer:
    term = escape(asked.arg("q"))
    rows = shop.db.execute(
        "SELECT id, name, price FROM products WHERE name LIKE ?", (f"%{asked.arg('q')}%",)
    ).fetchall()
    form = f'<form action="/search"><input name="q" value="{term}"></form>'
    return safe_page(shop, "Search", f"<h1>Results for {term}</h1>\n{form}\n{_list(rows)}")


# --- one product -------------------------------------------------------------------------------


def product_weak(shop: Shop, asked: Asked) -> Answer:
    try:
        row = shop.db.execute(
            f"SELECT name, price FROM products WHERE id = {asked.arg('id')}"
        ).fetchone()
    except sqlite3.Error as error:
        return _database_error(error)
    return page(
        "Product", f"<h1>{row[0]}</h1><p>{row[1]:.2f} EUR</p>" if row else "<p>Sold out</p>"
    )


def product_safe(shop: Shop, asked: Asked) -> Answer:
    row = shop.db.execute(
        "SELECT name, price FROM products WHERE id = ?", (asked.parts["id"],)
    ).fetchone()
    if not row:
        return safe_missing(shop, asked)
    return safe_page(shop, row[0], f"<h1>{escape(row[0])}</h1><p>{row[1]:.2f} EUR</p>")


# --- reviews -----------------------------------------------------------------------------------


def reviews_weak(_shop: Shop, asked: Asked) -> Answer:
    author = asked.arg("author")
    return page("Reviews", f"<h1>Reviews by {author}</h1><p>{author} wrote nothing yet.</p>")


def reviews_safe(shop: Shop, asked: Asked) -> Answer:
    author = escape(asked.arg("author"))
    return safe_page(shop, "Reviews", f"<h1>Reviews by {author}</h1><p>Nothing yet.</p>")


def not_found_weak(_shop: Shop, asked: Asked) -> Answer:
    return page("Not found", f"<h1>404</h1><p>No {asked.arg('page')} here.</p>", status=404)


# --- leaving for another page ------------------------------------------------------------------


def go_weak(_shop: Shop, asked: Asked) -> Answer:
    return redirect(asked.arg("to") or asked.arg("url"))


def go_safe(shop: Shop, asked: Asked) -> Answer:
    target = asked.arg("to")
    if not target.startswith("/") or target.startswith(("//", "/\\")):
        return safe_page(shop, "Refused", "<h1>That link leads elsewhere</h1>", status=400)
    return redirect(target)


# --- the API's search --------------------------------------------------------------------------


def api_search_weak(shop: Shop, asked: Asked) -> Answer:
    try:
        rows = shop.db.execute(
            f"SELECT id, name FROM products ORDER BY {asked.arg('sort')}"
        ).fetchall()
    except sqlite3.Error as error:
        return data({"error": f"sqlite3.{type(error).__name__}: {error}"}, status=500)
    return data({"items": [{"id": i, "name": name} for i, name in rows]})


def api_search_safe(shop: Shop, asked: Asked) -> Answer:
    order = {"name": "name", "price": "price"}.get(asked.arg("sort"), "id")
    number = max(1, int(asked.arg("page") or 1))
    rows = shop.db.execute(
        f"SELECT id, name FROM products ORDER BY {order} LIMIT 2 OFFSET ?", (2 * (number - 1),)
    ).fetchall()
    items = [{"id": i, "name": name, "sku": f"{4539578763621487 + i}"} for i, name in rows]
    return data({"items": items, "page": number, "pages": 2, "total": 4, "next": None})


# --- pages -------------------------------------------------------------------------------------


def safe_page(
    shop: Shop, title: str, body: str, *headers: tuple[str, str], status: int = 200
) -> Answer:
    """A page whose only script carries the nonce that its policy names."""
    nonce = shop.token("nonce")
    script = f'<script nonce="{nonce}" src="/static/shop.js"></script>'
    policy = (
        f"default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    return page(
        title, f"{body}\n{script}", ("Content-Security-Policy", policy), *headers, status=status
    )


def safe_missing(shop: Shop, _asked: Asked) -> Answer:
    return safe_page(shop, "Not found", "<h1>Page not found</h1>", status=404)


def _list(rows: list[tuple[object, ...]]) -> str:
    return table(("Id", "Name", "Price"), rows)


def _database_error(error: sqlite3.Error) -> Answer:
    message = escape(f"sqlite3.{type(error).__name__}: {error}", quote=False)
    return page("Error", f"<h1>Internal error</h1>\n<pre>{message}</pre>", status=500)
