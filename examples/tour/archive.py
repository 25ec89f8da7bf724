"""Through the archive and its careful twin."""

from urllib.parse import quote

from examples.shop.lodge import PASS
from examples.tour.tape import Sent, Tape, as_json, multipart
from examples.tour.twins import Step, walk

_AUTH = {"authorization": f"Bearer {PASS}"}
_PROTO = Sent("application/json", b'{"theme": "dark", "__proto__": {"isCurator": true}}')
_SCAN = multipart({}, b"0 4 * * * root /opt/clean\n", "../../../etc/cron.d/clean", "text/plain")
_QUERY = as_json(sql="SELECT year, visits FROM statistics WHERE year > 2023")
_BREAKS = quote("harbour' OR '1'='1")
_ALL = quote("*)(uid=*")


def record(tape: Tape) -> None:
    walk(tape, "archive.example", "safe-archive.example", _STEPS)


_STEPS = (
    Step("GET /api/records?q=harbour", ()),
    Step(
        f"GET /api/records?q={_BREAKS}",
        ("sql_injection", "likely:info_disclosure"),
    ),
    Step(
        "POST /api/reports",
        ("sql_injection",),
        send=_QUERY,
        headers=_AUTH,
        properly=Step("POST /api/reports", (), send=as_json(report="visits"), headers=_AUTH),
    ),
    Step("GET /api/members?name__startswith=An", (), headers=_AUTH),
    Step(
        "GET /api/members?password__startswith=pbk",
        ("broken_access_control", "likely:info_disclosure"),
        headers=_AUTH,
    ),
    Step("GET /api/people?name=a.berg", (), headers=_AUTH),
    Step(f"GET /api/people?name={_ALL}", ("other", "likely:info_disclosure"), headers=_AUTH),
    Step(
        "GET /ops/run?cmd=id",
        ("command_injection",),
        headers=_AUTH,
        properly=Step("GET /ops/run?action=disk", (), headers=_AUTH),
    ),
    Step(
        "GET /uploads/2026/02/scan-0417.php",
        ("other", "security_misconfiguration", "likely:command_injection"),
    ),
    Step("GET /wp-content/uploads/2026/02/gallery.php", ("likely:security_misconfiguration",)),
    Step("POST /api/settings", ("other",), send=_PROTO, headers=_AUTH),
    Step("POST /api/scans", ("path_traversal", "hint:other"), send=_SCAN, headers=_AUTH),
    Step("GET /guests", ("xss",)),
    Step("GET /static/hello.js", ("xss",)),
    Step(
        "GET /lib/records.inc",
        ("info_disclosure",),
        properly=Step("GET /lib/install.sh", ()),
    ),
    Step("GET /help", ("info_disclosure",)),
    Step("TRACE /", ("security_misconfiguration",)),
)
