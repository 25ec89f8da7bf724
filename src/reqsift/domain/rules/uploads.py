"""Files of users: which kinds are taken, and how they are served."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import foreign_host, found_in_body
from reqsift.domain.stacks import Stack
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, URL, View

_REFERENCES = ("OWASP File Upload Cheat Sheet", "OWASP ASVS 12.4")
_FILE = re.compile(r'filename="([^"\r\n]{1,200}\.(\w{2,6}))"', re.IGNORECASE)
_RUN = frozenset(
    {
        "php", "php3", "php4", "php5", "php7", "phtml", "phar", "phps", "jsp", "jspx", "jspf",
        "asp", "aspx", "ashx", "asmx", "cfm", "cgi", "pl",
    }
)  # fmt: skip
"""Kinds that servers run."""
_SHOWN = frozenset({"html", "htm", "xhtml", "shtml", "svg", "xht"})
"""Kinds that browsers run."""
_LOADED = frozenset({"exe", "msi", "scr", "bat", "cmd", "hta", "vbs"})
_ADDRESS = re.compile(r"[^\"'<>\s,]{1,300}\Z")
_MOST_FILES = 5
_MOST_SCANNED = 256 * 1024
_MOST_ADDRESSES = 20


class _Upload(NamedTuple):
    name: str
    ending: str
    evidence: Evidence


def _uploads(view: View) -> Iterator[_Upload]:
    """The telling files of a multipart request, also where their content is no text."""
    content = view.request.body.content
    if view.request_type != "multipart/form-data" or b'filename="' not in content:
        return
    text = view.request_text
    for found in list(_FILE.finditer(text or content[:_MOST_SCANNED].decode("latin-1")))[
        :_MOST_FILES
    ]:
        ending = found.group(2).lower()
        if ending in _RUN or ending in _SHOWN or ending in _LOADED:
            whole = view.span(REQUEST_BODY, *found.span()) if text else view.whole(URL)
            yield _Upload(found.group(1), ending, whole)


def _executable_upload(view: View) -> Iterator[Match]:
    if not 200 <= view.status < 400:
        return
    for upload in _uploads(view):
        kept = _kept(view, upload)
        if kept is None:
            continue
        runs = upload.ending in _RUN
        yield Match(
            evidence=(kept, upload.evidence),
            kind=upload.ending,
            part=REQUEST_BODY,
            proof=85 if runs else 60,
            severity=None if runs else Severity.MEDIUM,
        )
        return


def _kept(view: View, upload: _Upload) -> Evidence | None:
    """An address or path of this site with that ending in the answer."""
    location = view.response_header("location") or ""
    if location.lower().partition("?")[0].endswith(f".{upload.ending}"):
        return view.whole("response.headers[location]") if _holds(view, location, upload) else None
    if f".{upload.ending}" not in view.lower_body or view.is_asset:
        return None
    ending = re.compile(rf"\.{upload.ending}(?=[\"'<>\s?#&\\]|\Z)", re.IGNORECASE)
    for found in islice(ending.finditer(view.body), _MOST_ADDRESSES):
        lowest = max(0, found.start() - 300)
        before = _ADDRESS.search(view.body[lowest : found.start()])
        if before and _holds(view, before.group() + found.group(), upload):
            return view.span(RESPONSE_BODY, lowest + before.start(), found.end())
    return None


def _holds(view: View, address: str, upload: _Upload) -> bool:
    """Whether the address is of the file, and not of a page such as `/help/contact.html`."""
    address = unquote(address.replace("\\/", "/"))
    path, _, name = address.rpartition("/")
    if "/" not in address or foreign_host(view, address) or view.url.path.endswith(f"/{name}"):
        return False
    return name.lower() == upload.name.lower() or _FOLDER.search(f"{path}/") is not None


_FOLDER = re.compile(
    r"(?:^|/)(?:uploads?|uploaded|media|files?|attachments?|user[-_]?(?:content|files|uploads)"
    r"|avatars?|documents?|userdata|ugc)/",
    re.IGNORECASE,
)

EXECUTABLE_UPLOAD = Rule(
    id="upload-executable-type",
    type=FindingType.OTHER,
    severity=Severity.HIGH,
    title="Upload of a kind of file that runs was accepted",
    description="The server took a file that servers or browsers run, and named an address that "
    "keeps its ending. Whoever opens that address may run it.",
    remediation="Accept kinds from a list by their content, give files a name of your own such as "
    "`<uuid>.jpg`, and keep them outside the served folder or on a host of their own.",
    fixes={
        Stack.DJANGO: "`FileExtensionValidator(['pdf', 'png'])`.",
        Stack.FLASK: "a set of endings, and `uuid4().hex` as the name.",
        Stack.EXPRESS: "`multer({ fileFilter })` with a list of types.",
        Stack.LARAVEL: "`'file' => 'required|mimes:pdf,png'`, then `$file->store('uploads')`.",
        Stack.PHP: "`finfo_file` against a list, and `php_admin_flag engine off` in the folder.",
        Stack.RAILS: "`validates :file, content_type: [...]` with Active Storage.",
        Stack.ASP_NET: "check the ending against a list; `Path.GetRandomFileName()`.",
        Stack.SPRING: "`MultipartFile` checked with Apache Tika against a list.",
    },
    cwe=434,
    owasp=("A04:2021",),
    references=_REFERENCES,
    silent="It says nothing where the server gave the file another ending, refused it, or keeps it "
    "on another site; a product for developers or for web pages takes such files on purpose.",
    check=_executable_upload,
)

_CLIMBING = re.compile(r'filename="((?:\.\.[/\\]){1,16}[^"\r\n]{1,200})"')


def _stored_outside(view: View) -> Iterator[Match]:
    if not 200 <= view.status < 300 or view.request_type != "multipart/form-data":
        return
    for found in islice(_CLIMBING.finditer(view.request_text), _MOST_FILES):
        if shown := _placed(view, found.group(1).replace("\\", "/")):
            yield Match(
                evidence=(shown, view.span(REQUEST_BODY, *found.span())),
                kind="outside",
                part=REQUEST_BODY,
                proof=85,
            )
            return


def _placed(view: View, name: str) -> Evidence | None:
    """A path in the answer that follows the climb, up to its root or step by step."""
    tail = name.rpartition("../")[2]
    if not tail:
        return None
    folders = re.escape(tail).replace("/", r"[/\\]{1,2}")
    climb = r"[\w-][/\\]{1,2}(?:\.\.[/\\]{1,2}){1,16}"
    root = r"|(?<![\w.~%/\\:-])(?:[A-Za-z]:[/\\]{1,2}|/)" if "/" in tail else ""
    return found_in_body(view, re.compile(rf"(?:{climb}{root}){folders}"))


OUTSIDE_FOLDER = Rule(
    id="upload-outside-folder",
    type=FindingType.PATH_TRAVERSAL,
    severity=Severity.HIGH,
    title="Uploaded file is stored where its name says",
    description="The name of the file leaves the folder for uploads, and the response tells a path "
    "that follows it, so a client can replace programs and settings of the server.",
    remediation="Never use the name that a client sends: store under a name of your own such as "
    "`uuid4().hex`, and keep the given one in the database only.",
    fixes={
        Stack.FLASK: "`secure_filename(file.filename)` at least.",
        Stack.EXPRESS: "`multer.diskStorage({ filename })` with a name of your own.",
        Stack.LARAVEL: "`$file->store('uploads')`, no `storeAs` with the client's name.",
        Stack.PHP: "`basename($_FILES['f']['name'])` at least.",
        Stack.ASP_NET: "`Path.GetRandomFileName()`, no `Path.Combine(root, file.FileName)`.",
        Stack.SPRING: "`UUID.randomUUID()`, no `getOriginalFilename()` in a path.",
    },
    cwe=22,
    owasp=("A01:2021", "A04:2021"),
    references=_REFERENCES,
    silent="It says nothing where the upload was refused, where only the last part of the name was "
    "kept, or where the name is repeated without a folder.",
    check=_stored_outside,
)

_OWN_ENDING = re.compile(r"\.(?:html?|xhtml|svgz?|xml)\Z", re.IGNORECASE)
_APART = ("static.", "cdn.", "assets.", "uploads.", "media.", "files.")
_FOR_USERS = ("usercontent", "user-content")
"""Hosts that keep files away from the application."""
_ACTIVE = re.compile(
    r"<script\b|\bon(?:load|error|click|mouseover|begin)\s{0,3}=|javascript:", re.IGNORECASE
)
_OF_USER = re.compile(
    r"/(?:users?|avatars?|attachments?|profiles?|customers?|tickets?|messages?|documents?)/|(?<!/20\d\d)/(?!20\d\d/)\d{2,12}/"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-|/[0-9a-f]{16,64}[./]",
    re.IGNORECASE,
)


def _served_inline(view: View) -> Iterator[Match]:
    path = view.url.path
    if view.status != 200 or view.response_type not in {
        "text/html",
        "image/svg+xml",
        "application/xhtml+xml",
    }:
        return
    folder = _FOLDER.search(path)
    if not folder or not _OWN_ENDING.search(path) or view.url.host.startswith(_APART):
        return
    if _is_contained(view) or any(word in view.url.host for word in _FOR_USERS):
        return
    active = _ACTIVE.search(view.body)
    of_user = _OF_USER.search(path[folder.start() :]) is not None
    picture = view.response_type == "image/svg+xml"
    if not (active if picture else of_user):
        return
    start = view.request.url.find(path)
    where = view.span(URL, start, start + len(path)) if start >= 0 else view.whole(URL)
    shown = view.span(RESPONSE_BODY, *active.span()) if active else None
    yield Match(
        evidence=(where, shown or view.response_header_evidence("content-type")),
        kind="svg" if picture else "html",
        proof=75 if active and of_user else 55,
        severity=None if active else Severity.LOW,
    )


def _is_contained(view: View) -> bool:
    """Whether browsers save it, or run nothing in it."""
    disposition = (view.response_header("content-disposition") or "").strip().lower()
    policy = (view.response_header("content-security-policy") or "").lower()
    return (
        disposition.startswith("attachment")
        or "sandbox" in policy
        or "script-src 'none'" in policy
        or ("default-src 'none'" in policy and "script-src" not in policy)
    )


SERVED_INLINE = Rule(
    id="user-upload-served-inline",
    type=FindingType.XSS,
    severity=Severity.MEDIUM,
    title="File of a user is shown as a page of this site",
    description="The file seems to come from a user, and the browser shows it as HTML or SVG of "
    "the application's own origin, where a script in it acts for whoever opens it.",
    remediation="Send `Content-Disposition: attachment` and `Content-Security-Policy: sandbox`, or "
    "serve such files from a host of their own without cookies.",
    fixes={
        Stack.DJANGO: "`FileResponse(file, as_attachment=True)`.",
        Stack.FLASK: "`send_file(path, as_attachment=True)`.",
        Stack.EXPRESS: "`res.download(path)`.",
        Stack.LARAVEL: "`Storage::download($path)`.",
        Stack.RAILS: '`disposition: "attachment"` in `send_data` or `rails_blob_path`.',
        Stack.ASP_NET: "`File(stream, type, fileDownloadName)`.",
        Stack.SPRING: "`ContentDisposition.attachment().filename(name).build()`.",
        Stack.NGINX: '`add_header Content-Security-Policy "sandbox" always;` in the location.',
        Stack.APACHE: "`Header set Content-Disposition attachment` for the folder.",
    },
    cwe=79,
    owasp=("A03:2021", "A05:2021"),
    references=_REFERENCES,
    silent="It says nothing of downloads, sandboxed files, hosts made for files, or of pictures "
    "such as a logo in a media folder that hold no script and no sign of a user.",
    check=_served_inline,
)
