"""Pages for developers and operators."""

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
ENV = {"propertySources": [{"name": "systemEnvironment"}]}
WERKZEUG = "<script>var TRACEBACK = 1, CONSOLE_MODE = false, EVALEX = true;</script>"
COUNTS = "# HELP http_requests Requests.\n# TYPE http_requests counter\nhttp_requests 4\n"
SELF = {"self": {"href": f"{AT}/actuator"}, "health": {"href": f"{AT}/actuator/health"}}
LINKS = {**SELF, "env": {"href": f"{AT}/actuator/env"}}
DUMP = {**SELF, "heapdump": {"href": f"{AT}/actuator/heapdump", "templated": False}}
TOKEN = {"Authorization": "Basic cHJvbTpwcm9t"}

TABLE: Table = {
    "debug-page": Cases(
        noticed=(
            page("because you have <code>DEBUG = True</code> set", status=500),
            page(WERKZEUG, status=500),
            data(ENV, f"{AT}/actuator/env"),
            page(got={"X-Debug-Token-Link": "/_profiler/1"}),
            data({"settings": {"a": 1}}, f"{AT}/debug"),
            page('<div id="djDebug" data-store-id="4f1c"></div>'),
            exchange(f"{AT}/metrics", COUNTS, TEXT),
            exchange(f"{AT}/debug/pprof/heap?debug=1", "heap profile: 4: 96 [9: 2]", TEXT),
            exchange(text="<html><head><title>phpinfo()</title></head></html>"),
        ),
        silent=(
            data({"status": "UP"}, f"{AT}/actuator/health"),
            page("<p>How to debug a shop with the Werkzeug debugger and EVALEX</p>"),
            page("<p>Use <code>window.telescope</code> to see</p>"),
            page("<h1>Whoops, looks like something went wrong.</h1>", status=500),
            data(ENV, f"{AT}/actuator/env", status=401),
            exchange(f"{AT}/metrics", COUNTS, TEXT, sent=TOKEN),
            exchange(text="var PhpDebugBar={};new PhpDebugBar.DebugBar()", kind=SCRIPT),
        ),
    ),
    "actuator-index": Cases(
        noticed=(
            data({"_links": LINKS}, f"{AT}/actuator"),
            data({"_links": DUMP}, f"{AT}/actuator/"),
            data({"_links": LINKS}, f"{AT}/api/actuator"),
            data({"_links": DUMP}, f"{AT}:8081/manage"),
        ),
        silent=(
            data({"_links": SELF}, f"{AT}/actuator"),
            data({"_links": LINKS}, f"{AT}/actuator", status=403),
            data({"_links": LINKS}, f"{AT}/actuator", sent=TOKEN),
            data({"_links": LINKS}, f"{AT}/orders"),
            page("<p>The actuator lists env and heapdump</p>", f"{AT}/blog/actuator"),
        ),
    ),
}
