"""Errors that tell too much, and pages that only speak of errors."""

from tests.corpus.rules.exchanges import (
    SCRIPT,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    page,
)

PYTHON = 'Traceback (most recent call last):\n  File "/srv/shop/app.py", line 12, in view'
JAVA = "java.lang.NullPointerException\n\tat com.shop.Basket.add(Basket.java:42)"
NODE = "TypeError: x\n    at add (/app/src/basket.js:10:5)"
PHP = "<b>Warning</b>: include(a.php): failed in <b>/var/www/a.php</b> on line <b>3</b>"
LOGIN = "https://shop.example/login"

TABLE: Table = {
    "stack-trace": Cases(
        noticed=(
            exchange(text=PYTHON, kind=TEXT, status=500),
            data({"error": PYTHON}),
            exchange(text=JAVA, kind=TEXT, status=500),
            data({"error": NODE}, status=500),
            page(PHP),
            exchange(text="goroutine 1 [running]:\nmain.main()", kind=TEXT, status=500),
            exchange(text="app/a.rb:3:in `show'", kind=TEXT, status=500),
            exchange(text="at A() in C:\\src\\a.cs:line 4", kind=TEXT, status=500),
        ),
        silent=(
            page("<p>begins with <code>Traceback (most recent call last)</code></p>"),
            exchange(text=PYTHON, kind=SCRIPT),
            data({"error": "internal error", "id": "7f3a"}, status=500),
            page("<p>We met at noon, see app.js for more on line ordering</p>", status=500),
        ),
    ),
    "file-path-in-error": Cases(
        noticed=(
            page("cannot read /var/www/shop/index.php", status=500),
            exchange(text="no such file /srv/shop/data/x", kind=TEXT, status=404),
            data({"error": r"C:\inetpub\shop\Default.aspx failed"}, status=500),
        ),
        silent=(
            page("cannot read /var/www/shop/index.php"),
            page("Not found: /products/17", status=404),
        ),
    ),
    "account-enumeration": Cases(
        noticed=(
            page("No such user", LOGIN, form="user=bob&password=x", status=401),
            data({"error": "Password is incorrect"}, LOGIN, form="u=1", status=401),
            data({"error": "user not found"}, LOGIN, form="u=1", status=404),
        ),
        silent=(
            page("E-mail or password is wrong.", LOGIN, form="u=1", status=401),
            data({"error": "Invalid credentials"}, LOGIN, form="u=1", status=401),
            page("User not found", "https://shop.example/users/7", status=404),
            page("Unknown user or wrong password", LOGIN, form="u=1", status=401),
        ),
    ),
}
