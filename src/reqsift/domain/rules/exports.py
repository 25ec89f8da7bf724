"""Tables and folders of people's data that anyone may fetch."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import has_credentials
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, STATUS, URL, View

_TABLES = frozenset({"text/csv", "application/csv", "text/tab-separated-values", "text/x-csv"})
_TABLE_PATH = re.compile(r"\.(?:csv|tsv)\Z", re.IGNORECASE)
_FIXES = {
    Stack.NGINX: "`location /private/ { internal; }`, and `X-Accel-Redirect` after a check.",
    Stack.APACHE: "`Require all denied` for the folder, and `X-Sendfile` after a check.",
    Stack.DJANGO: "`FileResponse` in a view with `@login_required`, outside `MEDIA_ROOT`.",
    Stack.LARAVEL: "`Storage::disk('local')`, never `public`, and a policy before `download`.",
    Stack.RAILS: "`send_data` after `authorize`, never a file under `public/`.",
    Stack.PHP: "keep the file above the server's root and send it by `readfile` after a check.",
    Stack.EXPRESS: "`res.download(path)` behind the login, outside `express.static`.",
    Stack.ASP_NET: "`[Authorize]` and `PhysicalFile(...)`, outside `wwwroot`.",
}
_SIGNED = re.compile(
    r"(?:^|&)(?:[\w.-]{0,20}(?:token|sig(?:nature)?|key|expires|hash|auth|code)|sv|se)=",
    re.IGNORECASE,
)
_COLUMNS = {
    "mail": r"e?-?_?mail|correo|courriel",
    "phone": r"phone|mobile|telefon|^tel$|handy",
    "name": r"(?:first|last|full|sur|given|vor|nach)[ _-]?name|^name$|^nom$|apellido|nome$",
    "home": r"street|^address$|(?:home|post)[ _-]?address|address[ _-]?1|adress|strasse|direccion",
    "birth": r"birth|\bdob\b|geburt|naissance|nacimiento|nascita",
    "identity": r"\b(?:ssn|ahv|avs|nino|nif|dni|cpf|bsn)\b|social[ _-]?sec|national[ _-]?id"
    r"|passport|tax[ _-]?id|codice[ _-]?fiscale|pesel|steuer|matrikel|aadhaar",
    "money": r"\biban\b|salary|gehalt|lohn|income|einkommen|salaire|sueldo|balance|bank|card",
    "private": r"password|passwd|\bhash\b|diagnos|religion|gender|geschlecht|insurance",
}
_KINDS = tuple((kind, re.compile(pattern)) for kind, pattern in _COLUMNS.items())
_STRONG = frozenset({"birth", "identity", "money", "private", "home"})
_SEPARATORS = (";", "\t", ",", "|")


def _open_export(view: View) -> Iterator[Match]:
    if view.status != 200 or view.request.method != "GET":
        return
    if view.response_type not in _TABLES and not (
        view.response_type in {"text/plain", "application/octet-stream", "application/vnd.ms-excel"}
        and _TABLE_PATH.search(view.url.path)
    ):
        return
    if _shown_right(view):
        return
    header, _, rest = view.body[:20_000].lstrip("\ufeff").partition("\n")
    columns = _columns(header[:2000].lower())
    told = [kind for one in columns for kind, found in _KINDS if found.search(one)]
    kinds = set(told)
    rows = [row for row in rest.split("\n")[:40] if row.strip()]
    if len(told) >= 3 and len(kinds) >= 2 and kinds & _STRONG and len(rows) >= 2:
        start = view.body.find(header[:200])
        yield Match(
            evidence=(view.span(RESPONSE_BODY, start, start + 240), view.whole(URL)),
            kind="export",
            proof=82,
            detail=f"Its columns tell of: {', '.join(sorted(kinds))}.",
        )


def _columns(header: str) -> list[str]:
    separator = max(_SEPARATORS, key=header.count)
    return [one.strip(" \"'\r") for one in header.split(separator)[:60]]


def _shown_right(view: View) -> bool:
    """Whether anything in the request may have given it the right to the file."""
    return has_credentials(view) or bool(view.cookies) or bool(_SIGNED.search(view.url.query))


OPEN_EXPORT = Rule(
    id="personal-export-open",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Table of people's data is sent without a login",
    description="The request carried no credential, and a file with private columns of several "
    "people came back; search engines and guessers find such files.",
    remediation="Keep exports outside the served folder, send them after a check of the role, and "
    "delete them when they were fetched.",
    fixes=_FIXES,
    cwe=552,
    owasp=("A01:2021", "API1:2023"),
    references=(
        "OWASP Web Security Testing Guide, WSTG-CONF-04",
        "OWASP Authorization Cheat Sheet",
    ),
    silent="Requests with any cookie, credential or signed link, lists of names and office "
    "addresses, and tables without private columns stay silent; open data is a false alarm.",
    check=_open_export,
)

_FOLDER = re.compile(
    r"/(?:private|confidential|restricted|secret|vertraulich|nur-?intern|protected)/[^?#]{0,200}"
    r"\.(?:csv|tsv|xlsx?|docx?|pdf|zip|json|xml|sql|txt|ods|pst|eml|mdb|gz|log|jpe?g|png)\Z",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"text/(?:csv|plain|tab|xml)|application/|image/")


def _open_folder(view: View) -> Iterator[Match]:
    if view.status != 200 or view.request.method != "GET" or view.is_html or view.is_script:
        return
    if not _FOLDER.search(view.url.path) or not _DOCUMENT.match(view.response_type):
        return
    if view.response is None or not view.response.body.size or _shown_right(view):
        return
    yield Match(evidence=(view.whole(URL), view.whole(STATUS)), kind="folder", proof=70)


OPEN_FOLDER = Rule(
    id="private-folder-open",
    type=FindingType.BROKEN_ACCESS_CONTROL,
    severity=Severity.HIGH,
    title="File in a folder that is called private is sent to anyone",
    description="The folder's name says that its files are not for everybody, and yet the server "
    "sent one to a request without any credential.",
    remediation="Take the folder out of what the server shows, and send its files by a program "
    "that checks who asks.",
    fixes=_FIXES,
    cwe=552,
    owasp=("A01:2021", "API5:2023"),
    references=("OWASP Authorization Cheat Sheet", "CWE-552"),
    silent="Pages and scripts, refusals, requests with any cookie or signed link, and folders of "
    "other names stay silent.",
    check=_open_folder,
)
