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
PHP_TRACE = "#0 /var/www/shop/Cart.php(88): Shop\\Cart->total(NULL)\n#1 {main}"
SCALA = "\tat controllers.Cart.$anonfun$add$1(Cart.scala:31)"
KOTLIN = "java.lang.IllegalStateException: x\n\tat com.shop.CartKt.add(Cart.kt:17)"
CORE = "System.InvalidOperationException: x\n   at Shop.Cart.Add() in /src/Shop/Cart.cs:line 17"
BARE = "   at System.Web.Mvc.ControllerActionInvoker.InvokeAction(ControllerContext c, String n)"
WHITELABEL = (
    "<h1>Whitelabel Error Page</h1><p>This application has no explicit mapping for /error</p>"
    "<div>There was an unexpected error (type=Internal Server Error, status=500).</div>"
)
ELIXIR = "** (KeyError) key :id not found\n    (shop 0.3.1) lib/shop/cart.ex:18: Shop.Cart.add/2"
LOGIN = "https://shop.example/login"
SPRING = {
    "timestamp": "2026-03-02T09:00:00.000+00:00",
    "status": 500,
    "error": "Internal Server Error",
    "path": "/v1/orders/7",
}
LARAVEL = {
    "message": "Undefined variable $cart",
    "exception": "ErrorException",
    "file": "/var/www/shop/app/Cart.php",
    "line": 18,
    "trace": [{"file": "/var/www/shop/vendor/laravel/Handle.php", "line": 254}],
}
WEB_API = {
    "Message": "An error has occurred.",
    "ExceptionMessage": "Object reference not set to an instance of an object.",
    "ExceptionType": "System.NullReferenceException",
}
JERSEY = [{"className": "com.shop.Cart", "methodName": "add", "lineNumber": 42}]

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
            exchange(text=CORE, kind=TEXT, status=500),
            exchange(text=BARE, kind=TEXT, status=500),
            exchange(text=SCALA, kind=TEXT, status=500),
            exchange(text=KOTLIN, kind=TEXT, status=500),
            exchange(text=ELIXIR, kind=TEXT, status=500),
            exchange(text=PHP_TRACE, kind=TEXT, status=500),
            page(WHITELABEL + f"<div style='white-space:pre-wrap;'>{JAVA}</div>", status=500),
            exchange(text="thread 'main' (71) panicked at src/cart.rs:4:5:", kind=TEXT, status=500),
            exchange(text="No such cart at /srv/cgi/cart.pl line 12.", kind=TEXT, status=500),
            exchange(text="/src/shop/cart.go:42 +0x1d", kind=TEXT, status=500),
            page("terminate called after throwing an instance of 'std::bad_alloc'", status=500),
            page("<pre>\tat cfcart.runPage(D:\\web\\cart.cfm:12)</pre>", status=500),
            exchange(text="    at add (/app/src/cart.ts:10:5)", kind=TEXT, status=500),
        ),
        silent=(
            page("<p>begins with <code>Traceback (most recent call last)</code></p>"),
            exchange(text=PYTHON, kind=SCRIPT),
            data({"error": "internal error", "id": "7f3a"}, status=500),
            page("<p>We met at noon, see app.js for more on line ordering</p>", status=500),
            data({"title": "Crash", "text": PYTHON}, "https://bugs.example/api/issues/7"),
            page(WHITELABEL, status=500),
            page("<p>See us at /contact or on line 12 of the tube</p>", status=404),
            exchange(text="panic: the panicked crowd", kind=TEXT, status=500),
        ),
    ),
    "error-details": Cases(
        noticed=(
            data(SPRING | {"exception": "java.lang.NullPointerException"}, status=500),
            data(LARAVEL, status=500),
            data(WEB_API, status=500),
            data({"code": 500, "stackTrace": JERSEY}, status=500),
            data(SPRING | {"trace": "x.Y: bad\n\tat x.Cart.add(Unknown Source)"}, status=500),
        ),
        silent=(
            data(SPRING, status=500),
            data(
                {"error": "internal error", "trace": "4bf92f3577b34da6a3ce929d0e0e4736"}, status=500
            ),
            data({"type": "https://shop.example/errors/no-order", "status": 404}, status=404),
            data({"error": {"type": "OrderException", "message": "Order is closed"}}, status=409),
            data(LARAVEL),
            data({"error": JAVA}, status=500),
        ),
    ),
    "document-store-error": Cases(
        noticed=(
            data(
                {"message": "E11000 duplicate key error collection: shop.users index: email_1"},
                status=500,
            ),
            data({"name": "MongoServerError", "code": 2}, status=500),
            data({"error": "unknown operator: $foo"}, status=400),
            exchange(text="redis.exceptions.ConnectionError: Error 111", kind=TEXT, status=500),
            data({"error": "WRONGTYPE Operation against a key holding the wrong kind"}, status=500),
            data(
                {"error": {"root_cause": [{"type": "query_shard_exception", "index": "shop"}]}},
                status=400,
            ),
            data({"error": "line 1:35 no viable alternative at input 'x'"}, status=500),
        ),
        silent=(
            page("<p>How to solve E11000 duplicate key error</p>"),
            data({"error": "This name is taken"}, status=409),
            data({"error": "bad_request_exception_id", "id": "redis-7"}, status=400),
            data(
                {"error": {"type": "index_not_found_exception"}},
                "https://search.shop.example:9200/shop/_search",
                status=404,
                got={"X-Elastic-Product": "Elasticsearch"},
            ),
            page("<h1>Mongolia: tour not found</h1>", status=404),
        ),
    ),
    "file-path-in-error": Cases(
        noticed=(
            page("cannot read /var/www/shop/index.php", status=500),
            exchange(text="no such file /srv/shop/data/x", kind=TEXT, status=404),
            data({"error": r"C:\inetpub\shop\Default.aspx failed"}, status=500),
            data({"error": "Cannot find module '/app/dist/cart.js'"}, status=500),
            exchange(text="Error: /home/deploy/shop/config.yml", kind=TEXT, status=500),
        ),
        silent=(
            page("cannot read /var/www/shop/index.php"),
            page("Not found: /products/17", status=404),
            page("No page /app/help.html", "https://shop.example/app/help.html", status=404),
            exchange(text="/* /var/www/shop/theme.php */", kind="text/css", status=404),
            page("<p>Our /opt/in form is at /home/</p>", status=404),
        ),
    ),
    "account-enumeration": Cases(
        noticed=(
            page("No such user", LOGIN, form="user=bob&password=x", status=401),
            data({"error": "Password is incorrect"}, LOGIN, form="u=1", status=401),
            data({"error": "user not found"}, LOGIN, form="u=1", status=404),
            data(
                {"message": "This e-mail is not registered"},
                "https://shop.example/forgot-password",
                form="email=a%40mail.example",
                status=422,
            ),
        ),
        silent=(
            page("E-mail or password is wrong.", LOGIN, form="u=1", status=401),
            data({"error": "Invalid credentials"}, LOGIN, form="u=1", status=401),
            page("User not found", "https://shop.example/users/7", status=404),
            page("Unknown user or wrong password", LOGIN, form="u=1", status=401),
            page("If the account exists, we have sent a mail.", LOGIN, form="u=1"),
        ),
    ),
}
