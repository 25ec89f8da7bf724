"""More languages, databases and directories, each failing in its own words; and a calm one."""

from collections.abc import Mapping

from examples.shop.errors import QUIET
from examples.shop.store import Shop
from examples.shop.web import Answer, Asked, Handler, Route, data, page, problem, text

_HOME = "/srv/services"

RUBY = f"""NoMethodError (undefined method `total' for nil:NilClass):

app/models/invoice.rb:42:in `amount_due'
{_HOME}/app/controllers/invoices_controller.rb:17:in `show'
/usr/local/bundle/gems/actionpack-6.1.4/lib/abstract_controller/base.rb:228:in `process_action'
/usr/local/bundle/gems/rack-2.2.3/lib/rack/method_override.rb:24:in `call'
"""
GO = f"""panic: runtime error: index out of range [3] with length 3

goroutine 41 [running]:
main.(*Stock).Shelf(0xc0000b4000, 0x3, 0x0)
\t{_HOME}/stock/shelf.go:88 +0x1d
main.handleShelf(0x7f6f2c, 0xc0001220e0, 0xc000136000)
\t{_HOME}/stock/main.go:141 +0x2a5
net/http.HandlerFunc.ServeHTTP(0x71e1b8, 0x7f6f2c, 0xc0001220e0, 0xc000136000)
\t/usr/local/go/src/net/http/server.go:2047 +0x44
"""
PERL = (
    'Software error:\nCan\'t locate object method "rate" via package "Prices::Daily" at '
    f"{_HOME}/cgi-bin/prices.pl line 31.\nCompilation failed in require at "
    f"{_HOME}/cgi-bin/index.pl line 4.\n"
)
ELIXIR = """** (KeyError) key :stops not found in: %{line: 12, name: "Harbour"}
    (routes 0.4.1) lib/routes/line.ex:57: Routes.Line.stops/1
    (routes 0.4.1) lib/routes_web/controllers/line_controller.ex:19: RoutesWeb.LineController.show/2
    (phoenix 1.6.2) lib/phoenix/router.ex:355: Phoenix.Router.__call__/2
"""
LARAVEL = {
    "message": "Call to a member function format() on null",
    "exception": "Error",
    "file": "/var/www/letters/app/Http/Resources/LetterResource.php",
    "line": 23,
    "trace": [
        {
            "file": "/var/www/letters/vendor/laravel/framework/src/Illuminate/Http/Resources/Json/"
            "JsonResource.php",
            "line": 95,
            "function": "toArray",
            "class": "App\\Http\\Resources\\LetterResource",
            "type": "->",
        }
    ],
}
RUST = (
    "thread 'actix-rt|system:0|arbiter:1' panicked at src/handlers/parcel.rs:64:41:\ncalled "
    "`Option::unwrap()` on a `None` value\nstack backtrace:\n   0: rust_begin_unwind\n"
    "             at /rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/std/src/panicking.rs"
    ":665\n   1: parcels::handlers::parcel::weigh\n             at ./src/handlers/parcel.rs:64:41\n"
)
COLD_FUSION = (
    "<h1>Error Occurred While Processing Request</h1><p>Element NAME is undefined in SESSION.</p>"
    "<p>The error occurred in <b>D:\\websites\\tickets\\wwwroot\\seat.cfm: line 12</b></p>"
    "<pre>coldfusion.runtime.UndefinedElementException: Element NAME is undefined in SESSION."
    "\n\tat cfseat2ecfm1189.runPage(D:\\websites\\tickets\\wwwroot\\seat.cfm:12)</pre>"
)

_LANGUAGES: Mapping[str, Answer] = {
    "/invoices/9": text(RUBY, status=500),
    "/shelves/3": text(GO, status=500),
    "/prices/today": text(PERL, status=500),
    "/lines/12": text(ELIXIR, status=500),
    "/letters/4": data(LARAVEL, status=500),
    "/parcels/7": text(RUST, status=500),
    "/seats/12": page("Error", COLD_FUSION, status=500),
}
_DATABASES: Mapping[str, Answer] = {
    "/reports/tax": data(
        {
            "error": "Microsoft OLE DB Provider for SQL Server error '80040e37': Invalid object "
            "name 'dbo.TaxReport2026'."
        },
        status=500,
    ),
    "/reports/stock": data(
        {
            "message": "SQLSTATE[HY000] [2002] Connection refused (SQL: select * from `stock` "
            "where `shelf` = 3 and `deleted_at` is null)"
        },
        status=500,
    ),
    "/reports/people": data(
        {
            "error": "MongoServerError: E11000 duplicate key error collection: crm.people index: "
            'email_1 dup key: { email: "anna.berg@mail.example" }'
        },
        status=500,
    ),
    "/reports/search": data(
        {
            "error": {
                "root_cause": [
                    {
                        "type": "index_not_found_exception",
                        "reason": "no such index [orders-2026.03]",
                        "index": "orders-2026.03",
                    }
                ],
                "type": "index_not_found_exception",
            },
            "status": 404,
        },
        status=500,
    ),
    "/reports/cache": data(
        {
            "error": "redis.exceptions.ResponseError: WRONGTYPE Operation against a key holding "
            "the wrong kind of value"
        },
        status=500,
    ),
    "/reports/old": text(
        "DB2 SQL Error: SQLCODE=-204, SQLSTATE=42704, SQLERRMC=SHOP.ORDERS_OLD, DRIVER=4.26.14",
        status=500,
    ),
}


def find(*, careful: bool) -> Handler:
    """A search in a directory, or in an XML file, that takes its input as part of the filter."""

    def answer(_shop: Shop, asked: Asked) -> Answer:
        term = asked.arg("name")
        if careful or not set(term) & set("()*'\""):
            return data({"found": [], "total": 0})
        if asked.path == "/staff":
            why = "javax.naming.directory.InvalidSearchFilterException: Unbalanced parenthesis; "
            return data({"error": f"{why}remaining name 'ou=staff,dc=services'"}, status=500)
        why = "javax.xml.xpath.XPathExpressionException: A location path was expected, but the "
        return data({"error": f"{why}following token was encountered: {term}"}, status=500)

    return answer


def site(*, careful: bool) -> dict[str, Route]:
    told = {**_LANGUAGES, **_DATABASES}
    calm = dict.fromkeys(told, QUIET) | {
        "/reports/stock": problem(503, "Come back later", ("Retry-After", "120")),
        "/seats/12": problem(404, "Not found"),
        "/reports/people": problem(409, "Somebody else has changed it"),
    }
    return {
        **{f"GET {path}": answer for path, answer in (calm if careful else told).items()},
        "GET /staff": find(careful=careful),
        "GET /index": find(careful=careful),
    }


PATHS = (*_LANGUAGES, *_DATABASES)
