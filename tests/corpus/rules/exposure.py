"""Files, pages and functions that should not be reachable."""

from tests.corpus.rules.exchanges import (
    SCRIPT,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    page,
)

AT = "https://shop.example"
CONFIG = "[core]\n\trepositoryformatversion = 0\n"
ENV = {"propertySources": [{"name": "systemEnvironment"}]}

TABLE: Table = {
    "directory-listing": Cases(
        noticed=(
            exchange(text="<html><head><title>Index of /backup</title></head></html>"),
            exchange(text="<title>Directory listing for /</title>"),
        ),
        silent=(
            page("<p>The index of /r/all</p>"),
            exchange(text="<title>Index of /backup</title>", status=403),
        ),
    ),
    "exposed-file": Cases(
        noticed=(
            exchange(f"{AT}/.git/config", CONFIG, TEXT),
            exchange(f"{AT}/.env", "DB_HOST=db01\n", TEXT),
            exchange(f"{AT}/config.php.bak", "<?php $a = 1;", TEXT),
        ),
        silent=(
            page("<h1>Not here</h1>", f"{AT}/.git/config"),
            exchange(f"{AT}/.env", "", TEXT, status=404),
            exchange(f"{AT}/notes.txt", "DB_HOST=db01", TEXT),
        ),
    ),
    "debug-page": Cases(
        noticed=(
            page("because you have <code>DEBUG = True</code> set", status=500),
            data(ENV, f"{AT}/actuator/env"),
            page(got={"X-Debug-Token-Link": "/_profiler/1"}),
            data({"settings": {"a": 1}}, f"{AT}/debug"),
        ),
        silent=(
            data({"status": "UP"}, f"{AT}/actuator/health"),
            page("<p>How to debug a shop</p>"),
            data(ENV, f"{AT}/actuator/env", status=401),
        ),
    ),
    "source-code": Cases(
        noticed=(
            exchange(text="<?php $db = connect('shop');", kind=TEXT),
            exchange(text="<%@ page import='a' %>"),
        ),
        silent=(
            page("<code>&lt;?php echo 1;</code>"),
            exchange(text="if (s == '<?php x') {}", kind=SCRIPT),
            exchange(text="#1 in wool", kind=TEXT),
        ),
    ),
    "trace-method": Cases(
        noticed=(
            exchange(text="TRACE / HTTP/1.1", kind="message/http", method="TRACE"),
            exchange(method="TRACE"),
        ),
        silent=(exchange(method="TRACE", status=405), exchange(method="GET")),
    ),
}
