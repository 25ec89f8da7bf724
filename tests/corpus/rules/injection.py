"""Input that reached files, commands, parsers, templates or other servers."""

from urllib.parse import quote

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    TEXT,
    Cases,
    Table,
    exchange,
)

PASSWD = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/sh\n"
META = "ami-id\nhostname\niam/\ninstance-id\n"
DTD = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
HTTP_DTD = '<!DOCTYPE a [<!ENTITY x SYSTEM "http://169.254.169.254/">]><a>&x;</a>'
INTERNAL = '<!DOCTYPE a [<!ENTITY x "text">]><a>&x;</a>'
XML = "application/xml"
INNER = "http://169.254.169.254/latest/meta-data/"


def with_input(value: str, text: str, name: str = "v", status: int = 200) -> Exchange:
    url = f"https://shop.example/tool?{name}={quote(value, safe='')}"
    return exchange(url, text, TEXT, status=status)


TABLE: Table = {
    "path-traversal": Cases(
        noticed=(
            with_input("../../etc/passwd", PASSWD),
            with_input("..\\win.ini", "; for 16-bit app support"),
            exchange("https://shop.example/static/../../etc/passwd", PASSWD, TEXT),
            with_input("../../etc/shadow", "cannot open /srv/f/../../etc/shadow", status=404),
        ),
        silent=(
            with_input("../../etc/passwd", "invalid name", status=400),
            with_input("manual.txt", PASSWD),
            with_input("../../etc/passwd", "No file called ../../etc/passwd", status=404),
            with_input("../css/site.css", "body { color: black }"),
            with_input("/home/", "Our home: root: the beginning"),
        ),
    ),
    "command-injection": Cases(
        noticed=(
            with_input("192.0.2.1;id", "PING\nuid=33(www-data) gid=33(www-data)"),
            with_input("a|cat /etc/passwd", PASSWD),
            with_input("$(ls -l)", "total 12\ndrwxr-xr-x 2 www www 4096 Mar  2 uploads"),
            with_input("a&ipconfig", "\r\nWindows IP Configuration\r\n\r\n"),
            with_input("x`uname -a`", "Linux shop-1 6.1.0-18-amd64 #1 SMP x86_64 GNU/Linux"),
        ),
        silent=(
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
        ),
        silent=(
            exchange(text="DTDs are refused", kind=TEXT, form=DTD, form_type=XML, status=400),
            exchange(text=PASSWD, kind=TEXT, form="<a>b</a>", form_type=XML),
            exchange(text="<ok/>", kind=XML, form=INTERNAL, form_type=XML),
            exchange(text="<ok/>", kind=XML, form=DTD, form_type=XML),
        ),
    ),
    "server-side-request": Cases(
        noticed=(
            with_input(INNER, META, "url"),
            with_input("http://localhost:6379/", "redis_version:7.0.1", "url"),
            with_input("http://10.0.0.7/status", "jobs waiting: 12, running: 4", "url"),
            with_input("http://metadata.internal/", '{"azEnvironment": "AzurePublicCloud"}', "src"),
        ),
        silent=(
            with_input(INNER, "address not allowed", "url"),
            with_input(INNER, META, "url", status=403),
            with_input("https://cdn.example/a", "some text from there", "url"),
            with_input("http://10.0.0.7/status", "address is invalid: private", "url"),
            with_input("http://localhost:3000/", "jobs waiting: 12, running: 4", "q"),
        ),
    ),
    "template-injection": Cases(
        noticed=(
            with_input("Hi {{7*7}}", "Subject: Hi 49"),
            with_input("${191*7}", "1337"),
            with_input("{{x", "jinja2.exceptions.TemplateSyntaxError", status=500),
            with_input("<%= 191*7 %>", "Dear 1337 ,"),
            with_input("#{191*7}", "Hello 1337!"),
        ),
        silent=(
            with_input("Hi {{7*7}}", "Subject: Hi {{7*7}}"),
            with_input("{{7*7}}", "thank you"),
            with_input("7*7", "49"),
            with_input("{{7*7}}", "Total: 49.90"),
            with_input("{name}", "Dear Anna"),
        ),
    ),
}
