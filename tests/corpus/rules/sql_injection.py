"""Input that changes queries, and database errors without such input."""

from tests.corpus.rules.exchanges import (
    SCRIPT,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    page,
    sent_json,
)

MYSQL = "You have an error in your SQL syntax; check the manual near '%' at line 1"
QUOTE = "https://shop.example/search?q=socks%27"
ROWS = "<table>" + "<tr><td>x</td></tr>" * 4 + "</table>"
SHOWN = "https://shop.example/u?name=x%27%20OR%20%27a%27=%27a"
TRUE = "https://shop.example/search?q=%27%20OR%20%271%27=%271"
ID = {"Set-Cookie": "sessionid=5c1de7f0a94b; Secure"}
LOGIN = "https://shop.example/login"
SUBQUERY = "https://shop.example/list?sort=(select%201/0)"
UNION = "https://shop.example/i?id=4%20union%20select%201,2"
ADMIN = "user=admin%27--%20&password=x"
SOAP = "<s:Envelope><s:Body><t:find><t:name>%s</t:name></t:find></s:Body></s:Envelope>"
SLEEP = "https://shop.example/p?id=1%20AND%20SLEEP(5)"

TABLE: Table = {
    "sql-error-after-input": Cases(
        noticed=(
            exchange(
                "https://ws.shop.example/Stock",
                "<s:Fault><faultstring>ORA-01756: quoted string not properly terminated",
                "text/xml",
                form=SOAP % "O'Hara",
                form_type="text/xml",
                status=500,
            ),
            exchange(
                "https://ws.shop.example/Stock",
                "<s:Fault><faultstring>Incorrect syntax near 'x'.</faultstring></s:Fault>",
                "application/soap+xml",
                form=SOAP % "x&apos; --",
                form_type="application/soap+xml",
                status=500,
            ),
            page(MYSQL, QUOTE, status=500),
            data({"error": 'near "\'": syntax error'}, QUOTE, status=500),
            data({"error": "SQLSTATE[42000]: x"}, "https://a.example/o?id=3%20AND", status=500),
            page("ORA-00933: command", "https://a.example/o/3%27", status=500),
            data({"error": 'pq: syntax error at or near "x"'}, QUOTE, status=500),
            page("DB2 SQL Error: SQLCODE=-104, SQLSTATE=42601", QUOTE, status=500),
            page("[Microsoft][ODBC Microsoft Access Driver] Syntax error", QUOTE, status=500),
            data({"error": "django.db.utils.ProgrammingError: x"}, QUOTE, status=500),
            page("<pre>django.db.utils.DataError: division by zero</pre>", SUBQUERY, status=500),
            page("<p>XPATH syntax error: '~8.0.36'</p>", QUOTE),
            data({"error": "BIGINT value is out of range in '(~(0) + 1)'"}, QUOTE, status=500),
        ),
        silent=(
            exchange(
                "https://ws.shop.example/Stock",
                "<s:Fault><faultstring>ORA-12541: TNS:no listener</faultstring></s:Fault>",
                "text/xml",
                form=SOAP % "Wool socks",
                form_type="text/xml",
                status=500,
            ),
            exchange(
                "https://ws.shop.example/Stock",
                "<s:Fault><faultstring>No such customer</faultstring></s:Fault>",
                "text/xml",
                form=SOAP % "O'Hara",
                form_type="text/xml",
                status=500,
            ),
            page("<p>Division by zero is not defined, said socks&#x27;</p>", QUOTE),
            page("<p>Course on XPath: syntax, errors</p>", QUOTE),
            page("<p>No results for socks&#x27;</p>", QUOTE),
            page(MYSQL, "https://shop.example/search?q=socks", status=500),
            exchange(QUOTE, MYSQL, SCRIPT),
            data({"error": "q must not contain quotes"}, QUOTE, status=400),
        ),
    ),
    "sql-error": Cases(
        noticed=(
            page(MYSQL, "https://shop.example/stats", status=500),
            data({"error": "psycopg2.errors.UndefinedColumn: x"}, status=500),
            data({"error": "java.sql.SQLException: x"}),
            exchange(text="Npgsql.PostgresException (0x80004005): 42P01", kind=TEXT, status=500),
            data({"name": "SequelizeDatabaseError", "sql": "SELECT 1"}, status=500),
            page("com.ibm.db2.jcc.am.SqlSyntaxErrorException: x", status=500),
        ),
        silent=(
            page(MYSQL, QUOTE, status=500),
            page("<p>If you see <q>error in your SQL syntax</q>, migrate.</p>"),
            data({"error": "internal error"}, status=500),
            data({"docs": [{"text": "sqlite3.OperationalError"}]}, "https://d.example/search.json"),
            page("<p>Course MySQL for beginners is sold out</p>", status=410),
        ),
    ),
    "sql-altered-query": Cases(
        noticed=(
            data(
                {"data": {"items": [{"id": "1", "title": "root@db"}]}, "extensions": {"notes": []}},
                "https://shop.example/graphql",
                **sent_json({"variables": {"t": "x' union all select 1,user()-- "}, "query": "q"}),
            ),
            page(ROWS, TRUE),
            data([{"id": 1}, {"id": 2}, {"id": 3}], TRUE),
            page("", LOGIN, form=ADMIN, status=302, got=ID),
            data(
                {"token": "k3" * 20}, LOGIN, **sent_json({"email": "' or 1=1--", "password": "x"})
            ),
            page("<pre>ID: 1</pre><pre>ID: 2</pre>", TRUE),
            page("", SLEEP, took=5_100.0),
        ),
        silent=(
            data(
                {"errors": [{"message": "Too long"}], "data": {"items": []}},
                "https://shop.example/graphql",
                **sent_json({"variables": {"t": "x' union all select 1,user()-- "}, "query": "q"}),
            ),
            page("<p>Nothing found</p>", TRUE),
            page("<aside><ul><li>News</li><li>Help</li></ul></aside>", TRUE),
            page("<p>No articles matched.</p><ul><li>Socks</li><li>Hats</li></ul>", TRUE),
            data([], TRUE),
            page("", SLEEP, took=80.0),
            page(ROWS, "https://shop.example/search?q=salt%20or%20pepper"),
            page("Wrong", LOGIN, form=ADMIN, status=401),
        ),
    ),
    "sql-query-shown": Cases(
        noticed=(
            page("SELECT * FROM users WHERE name = 'x' OR 'a'='a'", SHOWN),
            data({"sql": "select id from t where n = 'x' OR 'a'='a'"}, SHOWN),
            page("<pre>select * from u where n like '%x' OR 'a'='a%'</pre>", SHOWN, status=500),
            data(
                {"debug": "SELECT id FROM users WHERE mail = 'o'brien@mail.example'"},
                **sent_json({"mail": "o'brien@mail.example"}),
            ),
            page("<p>SELECT id FROM t ORDER BY (select 1/0)</p>", SUBQUERY),
            page("<code>SELECT * FROM u WHERE n = &#039;x&#039; OR &#039;a&#039;=&#039;a", SHOWN),
            data({"sql": "select * from t where id = 4 union select 1,2"}, UNION),
        ),
        silent=(
            page("<p>You sorted by (select 1/0); select another from the list</p>", SUBQUERY),
            page("select a from b", "https://shop.example/tool?q=select%20a%20from%20b--"),
            page("<p>SELECT id FROM t ORDER BY id</p>", SUBQUERY),
            page("SELECT * FROM users WHERE name = 'x\\' OR \\'a\\'=\\'a'", SHOWN),
            page("SELECT * FROM users WHERE name = ?", SHOWN),
            page("<p>You typed x' OR 'a'='a</p>", SHOWN),
            page("SELECT * FROM users WHERE name = 'x'' OR ''a''=''a'", SHOWN),
        ),
    ),
    "sql-statement-as-input": Cases(
        noticed=(
            data([1], **sent_json({"query": "SELECT name FROM products WHERE 1=1"})),
            data([1], "https://shop.example/r?sql=select+*+from+orders"),
            data({"ok": 1}, **sent_json({"q": "UPDATE users SET role = 'admin' WHERE id = 7"})),
            page("<p>done</p>", form="stmt=delete+from+carts+where+id%3D7"),
        ),
        silent=(
            data([1], "https://shop.example/s?q=please+select+from+the+list"),
            data({}, status=400, **sent_json({"query": "SELECT name FROM products"})),
            data({"data": {}}, **sent_json({"query": "{ products { name } }"})),
            data([1], "https://shop.example/s?q=update+my+settings"),
            data([1], "https://shop.example/s?q=drop+table+lamp"),
        ),
    ),
}
