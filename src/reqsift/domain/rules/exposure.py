"""Files, pages and functions that should not be reachable from outside."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, words_in_body
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, STATUS, URL, View

_OWASP = ("A05:2021", "API8:2023")
_LISTINGS = (
    "<title>index of /",
    "<h1>index of /",
    "<title>directory listing for /",
    "[to parent directory]",
    "<title>listing directory /",
    "<title>directory: /",
    "<title>directory listing for [/",
    "<title>files within /",
)
_MIRROR = re.compile(
    r"(?:ftp|mirrors?|downloads?|archive|releases?|dist|pub|packages?|repo)\d{0,2}[.-]",
    re.IGNORECASE,
)
_MIRROR_PATH = re.compile(r"^/(?:pub|mirrors?|releases?|dist|debian|ubuntu|centos|maven2?)/")


def _directory_listing(view: View) -> Iterator[Match]:
    if not view.is_html or view.status != 200 or _MIRROR.match(view.url.host):
        return
    if _MIRROR_PATH.match(view.url.path):
        return
    for words in _LISTINGS:
        if evidence := words_in_body(view, words):
            yield Match(evidence=(evidence,), kind="listing", proof=90)
            return


DIRECTORY_LISTING = Rule(
    id="directory-listing",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Server lists the files of a folder",
    description="A listing shows files that no page links to, such as backups and uploads.",
    remediation="Switch listings off: `autoindex off;` (nginx), `Options -Indexes` (Apache).",
    fixes={
        Stack.NGINX: "`autoindex off;`.",
        Stack.APACHE: "`Options -Indexes`.",
        Stack.EXPRESS: "Take `serve-index` out, and keep `express.static` alone.",
        Stack.DJANGO: "`static.serve(..., show_indexes=False)`, and a real server for files.",
        Stack.ASP_NET: "Take `app.UseDirectoryBrowser()` out.",
        Stack.SPRING: "`server.jetty` and Tomcat's `listings` set to `false`.",
    },
    cwe=548,
    owasp=_OWASP,
    references=("OWASP Web Security Testing Guide, WSTG-CONF-04",),
    silent="Hosts and folders that are mirrors or downloads, and pages that speak of an index, "
    "stay silent; a folder that is meant to be browsed is a false alarm.",
    check=_directory_listing,
)

_FILES = tuple(
    (name, re.compile(content, re.MULTILINE), severity)
    for name, content, severity in (
        ("/.git/config", r"\[core\]", Severity.HIGH),
        ("/.git/head", r"\Aref: refs/", Severity.HIGH),
        ("/.git/logs/head", r"^[0-9a-f]{40} [0-9a-f]{40} ", Severity.HIGH),
        ("/.git-credentials", r"^https?://[^\s:]{1,60}:[^\s@]{3,200}@", Severity.CRITICAL),
        ("/.svn/entries", r"\A\d{1,3}\s", Severity.HIGH),
        ("/.hg/requires", r"^(?:revlogv1|store|dotencode)$", Severity.HIGH),
        ("/.hg/hgrc", r"^\[paths\]", Severity.HIGH),
        ("/.bzr/branch-format", r"\ABazaar", Severity.HIGH),
        ("/.env", r"^[A-Z][A-Z0-9_]{2,60}=\S", Severity.CRITICAL),
        ("/.aws/credentials", r"aws_access_key_id", Severity.CRITICAL),
        ("/.kube/config", r"^(?:clusters|current-context):", Severity.CRITICAL),
        ("/.docker/config.json", r'"auths"\s{0,3}:', Severity.CRITICAL),
        ("/.npmrc", r"_auth(?:Token)?\s{0,3}=\s{0,3}\S", Severity.HIGH),
        ("/.pypirc", r"^password\s{0,3}[:=]", Severity.HIGH),
        ("/.htpasswd", r"^[\w.-]{1,64}:[$\w./{}]{10,}", Severity.HIGH),
        ("/.htaccess", r"^\s{0,8}(?:RewriteEngine|AuthUserFile|Options) ", Severity.LOW),
        ("/.bash_history", r"^(?:cd|ls|sudo|ssh|git|mysql|vim?) ", Severity.HIGH),
        ("/.vscode/sftp.json", r'"(?:password|host)"\s{0,3}:', Severity.HIGH),
        ("/.idea/", r"<(?:project|component|module)\b", Severity.LOW),
        ("/web.config", r"<configuration\b", Severity.HIGH),
        ("/appsettings", r'"ConnectionStrings"\s{0,3}:', Severity.HIGH),
        ("/config/database.yml", r"^\s{0,8}adapter:", Severity.HIGH),
        ("/docker-compose", r"^services:", Severity.MEDIUM),
        ("terraform.tfstate", r'"terraform_version"', Severity.CRITICAL),
        ("/wp-config", r"DB_PASSWORD", Severity.CRITICAL),
        ("/wp-content/debug.log", r"PHP (?:Notice|Warning|Fatal error):", Severity.MEDIUM),
        ("/laravel.log", r"^\[\d{4}-\d\d-\d\d[^\]]{1,30}\] \w{1,20}\.[A-Z]{4,9}:", Severity.HIGH),
        ("/id_", r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY", Severity.CRITICAL),
        ("phpinfo", r"<title>phpinfo\(\)", Severity.MEDIUM),
    )
)
"""By part of the path in lower case: what its content shows, and how bad it is."""
_ANY_FILE = re.compile("|".join(sorted({re.escape(name) for name, _, _ in _FILES})))
_BINARIES = (
    ("/.git/index", b"DIRC", Severity.HIGH),
    ("/.svn/wc.db", b"SQLite format 3\0", Severity.HIGH),
    ("/.ds_store", b"\0\0\0\1Bud1", Severity.LOW),
    ("heapdump", b"JAVA PROFILE", Severity.CRITICAL),
    (".sqlite", b"SQLite format 3\0", Severity.HIGH),
    (".sqlite3", b"SQLite format 3\0", Severity.HIGH),
    (".db", b"SQLite format 3\0", Severity.HIGH),
    (".kdbx", b"\x03\xd9\xa2\x9a", Severity.HIGH),
)
"""By end of the path: the first bytes, which are proof although they cannot be quoted."""
_DUMP = re.compile(
    r"/(?:[\w.-]{0,30}[._-])?(?:backup|dump|www|wwwroot|htdocs|public_html|database|db)[\w.-]{0,30}"
    r"\.(?:zip|tar|tgz|gz|bz2|7z|rar)\Z",
    re.IGNORECASE,
)
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!")
_BACKUP = re.compile(
    r"(?:\.(?:bak|old|orig|save|swp|swo|backup|copy|tmp)|~|\.sql)\Z", re.IGNORECASE
)
_BACKUP_CONTENT = re.compile(
    r"<\?php|INSERT INTO|CREATE TABLE|DROP TABLE|^[\w.-]{1,60}\s{0,3}[=:]\s{0,3}\S"
    r"|^(?:import|from|def|class|function|using|package|const|var) ",
    re.MULTILINE,
)


def _exposed_file(view: View) -> Iterator[Match]:
    if view.status != 200 or view.response is None or not view.response.body.content:
        return
    path = view.url.path.lower()
    if _ANY_FILE.search(path):
        for name, content, severity in _FILES:
            if name in path and (proof := found_in_body(view, content)):
                evidence = (proof, view.whole(URL))
                yield Match(evidence=evidence, kind="file", proof=95, severity=severity)
                return
    if _BACKUP.search(path) and not view.is_html and not view.is_page:
        proof = found_in_body(view, _BACKUP_CONTENT)
        if proof:
            yield Match(evidence=(proof, view.whole(URL)), kind="backup", proof=85)
            return
    yield from _binary(view, path, view.response.body.content[:32])


def _binary(view: View, path: str, start: bytes) -> Iterator[Match]:
    for name, mark, severity in _BINARIES:
        if path.endswith(name) and start.startswith(mark):
            yield Match(
                evidence=(view.whole(URL), view.whole(STATUS)),
                kind="file",
                proof=92,
                severity=severity,
                detail="Its first bytes are those of such a file.",
            )
            return
    if start.startswith(_ARCHIVES) and _DUMP.search(path):
        evidence = (view.whole(URL), view.whole(STATUS))
        yield Match(evidence=evidence, kind="archive", proof=72)


EXPOSED_FILE = Rule(
    id="exposed-file",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Server hands out a file that is not for visitors",
    description="Settings, repositories and backups hold passwords and source code.",
    remediation="Remove it from the served folder, refuse dot files and backups in the server's "
    "configuration, and change every secret that it held.",
    fixes={
        Stack.NGINX: "`location ~ /\\.(?!well-known) { deny all; }`.",
        Stack.APACHE: '`<FilesMatch "^\\.">Require all denied</FilesMatch>`.',
        Stack.LARAVEL: "Let the server's root be `public/`, not the folder above.",
        Stack.PHP: "Let the server's root be a folder of its own, with settings above it.",
        Stack.EXPRESS: "`express.static('public', { dotfiles: 'deny' })`.",
        Stack.DJANGO: "Serve `STATIC_ROOT` only, never the project's folder.",
        Stack.ASP_NET: "Keep settings out of `wwwroot`.",
    },
    cwe=538,
    owasp=_OWASP,
    references=("OWASP Web Security Testing Guide, WSTG-CONF-04", "CWE-530"),
    silent="Pages that a server sends for every address, refusals and files of the same name with "
    "other content stay silent; a download that is offered on purpose is a false alarm.",
    check=_exposed_file,
)

_SOURCE = re.compile(
    r"<\?php\s[^<]{10}|<%@\s{1,5}(?:page|import|language)\b|#!/(?:usr/)?bin/(?:env |perl|sh|ba)",
    re.IGNORECASE,
)


_PROGRAM = re.compile(r"cgi-bin/|\.(?:cgi|fcgi|pl|py|rb)\Z", re.IGNORECASE)


def _source_code(view: View) -> Iterator[Match]:
    if view.status != 200 or not (view.is_html or view.response_type == "text/plain"):
        return
    if "<?php" in view.lower_body or "<%@" in view.body or view.body.startswith("#!"):
        found = _SOURCE.search(view.body)
        script = found is not None and found.group().startswith("#!")
        if script and not _PROGRAM.search(view.url.path):
            return  # an installer to pipe into a shell is meant to be read
        if found and (view.body[found.start()] == "<" or found.start() == 0):
            evidence = view.span(RESPONSE_BODY, *found.span())
            yield Match(evidence=(evidence,), kind="source", proof=75)


SOURCE_CODE = Rule(
    id="source-code",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Response holds code of the server",
    description="The server sent a program instead of running it; code shows flaws and often "
    "holds secrets.",
    remediation="Let the server run or refuse such files, and keep code outside the served folder.",
    fixes={
        Stack.NGINX: "`location ~ \\.php$ { fastcgi_pass php; }` before the static files.",
        Stack.APACHE: "`SetHandler application/x-httpd-php`, or `php-fpm` switched on.",
        Stack.PHP: "`short_open_tag` as the code expects it, and the handler switched on.",
    },
    cwe=540,
    owasp=_OWASP,
    references=("OWASP Web Security Testing Guide, WSTG-CONF-03", "CWE-541"),
    silent="Encoded listings, scripts in browsers' languages, texts that quote code and "
    "installers meant for a shell stay silent.",
    check=_source_code,
)


def _trace_method(view: View) -> Iterator[Match]:
    if view.request.method.upper() != "TRACE" or view.status != 200 or view.is_page:
        return
    if view.response_type in {"", "message/http"} or "trace /" in view.lower_body[:200]:
        evidence = view.whole(RESPONSE_BODY if view.response_text else STATUS)
        yield Match(evidence=(evidence,), kind="trace", proof=90)


TRACE_METHOD = Rule(
    id="trace-method",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Server answers TRACE",
    description="TRACE sends back the whole request, headers that scripts may not read included.",
    remediation="Refuse it: `TraceEnable off` (Apache), or allow only the methods in use.",
    fixes={
        Stack.APACHE: "`TraceEnable off`.",
        Stack.NGINX: "`if ($request_method = TRACE) { return 405; }`.",
        Stack.SPRING: "`server.tomcat` leaves it off; take `dispatchTraceRequest` out.",
        Stack.ASP_NET: '`<verbs><add verb="TRACE" allowed="false" /></verbs>`.',
    },
    cwe=650,
    owasp=_OWASP,
    references=("RFC 9110, TRACE", "OWASP Web Security Testing Guide, WSTG-CONF-06"),
    silent="A refused TRACE, and one that is answered with a page instead of the request, stay "
    "silent.",
    check=_trace_method,
)
