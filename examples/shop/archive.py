"""A town archive that passes on and shows what clients send, and its careful twin."""

from html import escape

from examples.shop.assets import YEAR
from examples.shop.catalogue import safe_page
from examples.shop.policies import strict
from examples.shop.store import Shop
from examples.shop.web import Answer, Asked, Handler, Host, Route, data, problem, text

_FOUND = [{"id": "r-7f3k", "title": "Harbour map of 1883"}, {"id": "r-2m9c", "title": "Tolls"}]
_STAFF = {
    "a.berg": {"dn": "uid=a.berg,ou=people,dc=archive,dc=example", "cn": "Anna Berg"},
    "b.okafor": {"dn": "uid=b.okafor,ou=people,dc=archive,dc=example", "cn": "Ben Okafor"},
}
_SCRIPT = "text/javascript; charset=utf-8"
_PRINTED = "uid=33(www-data) gid=33(www-data) groups=33(www-data)\n"

# --- queries -----------------------------------------------------------------------------------


def _records_weak(_shop: Shop, asked: Asked) -> Answer:
    term = asked.arg("q")
    if "'" in term:
        query = f"SELECT id, title FROM records WHERE title LIKE '%{term}%' ORDER BY title"
        return data({"error": "The search failed", "query": query}, status=500)
    return data({"records": _FOUND})


def _records_safe(_shop: Shop, asked: Asked) -> Answer:
    return data({"records": [] if "'" in asked.arg("q") else _FOUND})


def _report_weak(_shop: Shop, _asked: Asked) -> Answer:
    return data({"columns": ["year", "visits"], "rows": [[2024, 8112], [2025, 9040]]})


def _report_safe(_shop: Shop, asked: Asked) -> Answer:
    if asked.data().get("report") != "visits":
        return problem(400, "No such report")
    return data({"columns": ["year", "visits"], "rows": [[2024, 8112], [2025, 9040]]})


def _members_weak(_shop: Shop, _asked: Asked) -> Answer:
    return data({"count": 1, "results": [{"id": "m-81", "name": "Anna Berg"}]})


def _members_safe(_shop: Shop, asked: Asked) -> Answer:
    if "password" in asked.query:
        return problem(400, "Members cannot be filtered by this field")
    return data({"count": 1, "results": [{"id": "m-81", "name": "Anna Berg"}]})


def _people_weak(_shop: Shop, asked: Asked) -> Answer:
    name = asked.arg("name")
    known = list(_STAFF.values()) if "*" in name else [_STAFF[name]]
    return data({"entries": known})


def _people_safe(_shop: Shop, asked: Asked) -> Answer:
    known = _STAFF.get(asked.arg("name"))
    return data({"entries": [known] if known else []})


# --- commands, files and objects ---------------------------------------------------------------


def _run_safe(_shop: Shop, asked: Asked) -> Answer:
    if asked.arg("action") != "disk":
        return problem(400, "No such action")
    return data({"disk": {"used": "61%", "free": "78 GB"}})


def _settings_weak(_shop: Shop, asked: Asked) -> Answer:
    """Answers as a deep merge into a plain object would."""
    given = asked.data()
    return data({"theme": given.get("theme"), "language": "en", **given.get("__proto__", {})})


def _settings_safe(_shop: Shop, asked: Asked) -> Answer:
    return data({"theme": asked.data().get("theme"), "language": "en"})


def _file_name(asked: Asked) -> str:
    return asked.body.decode("latin-1").partition('filename="')[2].partition('"')[0]


def _upload_weak(_shop: Shop, asked: Asked) -> Answer:
    return data({"stored": f"scans/incoming/{_file_name(asked)}"}, status=201)


def _upload_safe(_shop: Shop, asked: Asked) -> Answer:
    name = _file_name(asked).rpartition("/")[2]
    return data({"id": "8c41d7f0a6b24e1f", "name": name}, status=201)


# --- pages and what they load ------------------------------------------------------------------

_ENTRY = "Lovely maps! <script>alert(1)</script>"
_GUESTS = "<h1>Guest book</h1><ul><li>Chloe: Thank you</li><li>Ben: {}</li></ul>"
_NOTE = "<h1>Help</h1><p>Ask at the desk.</p>\n<!-- {} -->"
_HELLO = "var who = document.getElementById('who');\n{}\n"
_LIBRARY = (
    "<?php\nrequire 'settings.php';\nfunction find_record($id) {\n"
    "  global $db;\n  return $db->prepare('SELECT * FROM records WHERE id = ?');\n}\n"
)


def _shown(title: str, body: str) -> Handler:
    return lambda shop, _: safe_page(shop, title, body)


def _trace(_shop: Shop, asked: Asked) -> Answer:
    lines = [f"TRACE {asked.path} HTTP/1.1", *(f"{n}: {v}" for n, v in asked.headers.items())]
    return text("\r\n".join(lines) + "\r\n\r\n", kind="message/http")


WEAK: dict[str, Route] = {
    "GET /api/records": _records_weak,
    "POST /api/reports": _report_weak,
    "GET /api/members": _members_weak,
    "GET /api/people": _people_weak,
    "GET /ops/run": text(_PRINTED),
    "GET /uploads/2026/02/scan-0417.php": text(_PRINTED),
    "GET /wp-content/uploads/2026/02/gallery.php": _shown("Gallery", "<p>14 pictures</p>"),
    "POST /api/settings": _settings_weak,
    "POST /api/scans": _upload_weak,
    "GET /guests": _shown("Guest book", _GUESTS.format(_ENTRY)),
    "GET /static/hello.js": text(
        _HELLO.format("who.innerHTML = 'Hello ' + decodeURI(location.hash.slice(1));"),
        YEAR,
        kind=_SCRIPT,
    ),
    "GET /lib/records.inc": text(_LIBRARY),
    "GET /help": _shown("Help", _NOTE.format("TODO: check the admin permission here, see #218")),
    "TRACE /": _trace,
}
SAFE: dict[str, Route] = {
    "GET /api/records": _records_safe,
    "POST /api/reports": _report_safe,
    "GET /api/members": _members_safe,
    "GET /api/people": _people_safe,
    "GET /ops/run": _run_safe,
    "GET /uploads/2026/02/scan-0417.php": problem(403, "Forbidden"),
    "GET /wp-content/uploads/2026/02/gallery.php": problem(403, "Forbidden"),
    "POST /api/settings": _settings_safe,
    "POST /api/scans": _upload_safe,
    "GET /guests": _shown("Guest book", _GUESTS.format(escape(_ENTRY))),
    "GET /static/hello.js": text(
        _HELLO.format("who.textContent = 'Hello ' + decodeURI(location.hash.slice(1));"),
        YEAR,
        kind=_SCRIPT,
    ),
    "GET /lib/install.sh": text("#!/bin/sh\nset -e\necho 'Installing the reader'\n"),
    "GET /help": _shown("Help", _NOTE.format("TODO: align the footer, see #219")),
    "TRACE /": problem(405, "Method not allowed", ("Allow", "GET, HEAD, POST")),
}
_MISSING = problem(404, "Not found")
HOSTS = {
    "archive.example": Host(WEAK, strict, _MISSING),
    "safe-archive.example": Host(SAFE, strict, _MISSING),
}
