"""What an API shows beyond its answers: old versions, descriptions, sources, whole tables."""

import re
from collections.abc import Iterator, Mapping, Sequence

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, has_credentials
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, URL, View

_INVENTORY = ("A05:2021", "API9:2023")
_OUTDATED = re.compile(
    r"\b299\b[^\n]{0,200}?(?:deprecat|sunset|obsolete|will be removed)", re.IGNORECASE
)
_NO_DATE = frozenset({"", "false", "0", "null", "none"})


def _deprecated(view: View) -> Iterator[Match]:
    if not 200 <= view.status < 300:
        return
    for name in ("deprecation", "sunset"):
        value = view.response_header(name)
        if value is not None and value.strip().lower() not in _NO_DATE:
            yield _announced(view, name)
            return
    warning = view.response_header("warning")
    if warning and _OUTDATED.search(warning):
        yield _announced(view, "warning")


def _announced(view: View, name: str) -> Match:
    return Match(
        evidence=(view.response_header_evidence(name), view.whole(URL)), kind="announced", proof=85
    )


DEPRECATED_API_VERSION = Rule(
    id="deprecated-api-version",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.INFO,
    title="API version still answers although it is given up",
    description="The server itself says that this interface is deprecated; old versions miss the "
    "checks that newer ones have.",
    remediation="Move clients to the successor, switch the old version off on the announced day, "
    "and then answer `410 Gone`.",
    cwe=477,
    owasp=_INVENTORY,
    references=("RFC 9745", "RFC 8594", "OWASP REST Security Cheat Sheet"),
    silent="An old version that refuses or redirects stays silent, and so do warnings of caches; "
    "before the announced day it is a reminder only.",
    check=_deprecated,
)

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("mail", r"(?:.{0,20}_?e?mail(?:_?address)?)\Z"),
        ("phone", r"(?:.{1,12}_)?(?:tele)?phone(?:_?number)?\Z|mobile(?:_?(?:number|phone))?\Z"),
        ("name", r"(?:first|last|full|given|family|sur|middle)_?name\Z"),
        ("birth", r"(?:birth_?(?:date|day)|date_?of_?birth|dob)\Z"),
        ("address", r"(?:street(?:_?address)?|(?:(?:home|postal|billing)_?)?address_?1?)\Z"),
        ("identity", r"(?:ssn|national_?id|passport(?:_?number)?|tax_?id|cpf|aadhaar|bsn|nino)\Z"),
        ("money", r"(?:iban|salary|income|balance|account_?number|card_?number)\Z"),
        ("login", r"(?:last_?(?:login_?)?ip|ip_?address|last_?login(?:_?at)?)\Z"),
        ("private", r"(?:gender|sex|marital_?status|religion|nationality|diagnosis|blood_?type)\Z"),
    )
)  # fmt: skip
_OF_PEOPLE = frozenset({"name", "birth", "identity", "money", "login", "private"})
"""Without any of them, records may be of shops and offices, which are public."""
_GATES = ("mail", "phone", "birth", "ssn", "iban", "passport", "salary")
_MANY, _VARIED = 10, 3
_LOOKED_AT = 60
_NAMED_MEMBERS = re.compile(r'"[\w-]{1,40}"\s{0,3}:')


def _bulk_personal_data(view: View) -> Iterator[Match]:
    many = 2 if _is_open_search(view) else _MANY
    if not view.is_json or view.status != 200 or (many == _MANY and len(view.body) < 800):
        return
    head = view.lower_body[:8000]
    if not any(word in head and view.lower_body.count(word) >= many for word in _GATES):
        return
    for records in _lists(view.response_json, many):
        kinds = _common_kinds(records, many)
        if len(kinds) >= _VARIED and _OF_PEOPLE.intersection(kinds):
            yield _bulk(view, records, kinds)
            return


def _is_open_search(view: View) -> bool:
    """Whether a search engine itself answers anybody: a few records then stand for all."""
    if not view.is_json or '"_source"' not in view.lower_body or '"_index"' not in view.body:
        return False
    return "/_search" in view.url.path and not has_credentials(view) and not view.cookies


def _lists(answer: object, many: int) -> Iterator[Sequence[Mapping[str, object]]]:
    """The long lists of records in an answer, at most three levels down."""
    level: list[object] = [answer]
    for _ in range(4):
        for value in level:
            if isinstance(value, list):
                records = [_record(one) for one in value if isinstance(one, dict)]
                if len(records) >= many:
                    yield records
        level = [
            inner for value in level if isinstance(value, dict) for inner in [*value.values()][:50]
        ]


def _record(one: Mapping[str, object]) -> Mapping[str, object]:
    """A record, without the wrapping of GraphQL connections and search engines."""
    inner = one.get("node") or one.get("_source") or one.get("attributes")
    return inner if isinstance(inner, dict) else one


def _common_kinds(records: Sequence[Mapping[str, object]], many: int) -> list[str]:
    """The kinds of personal fields that most records fill, with values that differ."""
    seen: dict[str, list[str]] = {}
    for record in records[:_LOOKED_AT]:
        for kind, value in _personal(record).items():
            seen.setdefault(kind, []).append(value)
    least = max(many, min(len(records), _LOOKED_AT) * 6 // 10)
    return [
        kind
        for kind, values in seen.items()
        if len(values) >= least and (len(set(values)) > len(values) // 2 or kind == "private")
    ]


def _personal(record: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in [*record.items()][:60]:
        kind = next((kind for kind, pattern in _KINDS if pattern.match(name)), "")
        text = str(value) if isinstance(value, str | int | float) else ""
        if isinstance(value, dict) and kind == "address":
            text = str(value)[:200]
        if kind and len(text) > 1 and not isinstance(value, bool) and "**" not in text:
            found.setdefault(kind, text)
    return found


def _bulk(view: View, records: Sequence[Mapping[str, object]], kinds: Sequence[str]) -> Match:
    open_to_all = not has_credentials(view) and not view.cookies
    return Match(
        evidence=(_first_personal(view), view.whole(URL)),
        kind="bulk",
        proof=82 if open_to_all else 62,
        severity=Severity.HIGH if open_to_all else None,
        detail=f"It holds {len(records)} records with {len(kinds)} kinds of personal fields each.",
    )


def _first_personal(view: View) -> Evidence:
    for found in _NAMED_MEMBERS.finditer(view.body[:20_000]):
        name = found.group().partition('"')[2].partition('"')[0]
        if any(pattern.match(name) for _, pattern in _KINDS):
            return view.span(RESPONSE_BODY, found.start(), found.end() + 200)
    return view.whole(RESPONSE_BODY)


BULK_PERSONAL_DATA = Rule(
    id="bulk-personal-data",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="List holds many people's data",
    description="One answer carries several personal fields of many people, more than a list on "
    "a screen shows; whoever may call it can copy the whole table.",
    remediation="Send only what the list shows, such as `{id, name}`, page by page, and the rest "
    "of a record on its own after a check of rights.",
    fixes={
        Stack.DJANGO: "A serializer for lists with `fields = ('id', 'name')`.",
        Stack.SPRING: "Return a record such as `UserListItem(id, name)`, not the entity.",
        Stack.RAILS: "`render json: users.as_json(only: [:id, :name])`.",
        Stack.LARAVEL: "A `JsonResource` that names the fields of the list.",
        Stack.EXPRESS: "`User.find({}, 'id name')` instead of whole documents.",
        Stack.ASP_NET: "`Select(u => new UserListItem(u.Id, u.Name))`.",
    },
    cwe=359,
    owasp=("A01:2021", "API3:2023"),
    references=("OWASP API Security Top 10, API3", "OWASP User Privacy Protection Cheat Sheet"),
    silent="Short lists, masked values and lists of shops or offices stay silent; for staff whose "
    "work needs the whole records it is a false alarm.",
    check=_bulk_personal_data,
)

_DESCRIBES = re.compile(r"\"(?:openapi|swagger)\"\s{0,3}:\s{0,3}\"[123]\.\d")
_DESCRIBES_YAML = re.compile(
    r"\A(?:#[^\n]{0,200}\n|---\s{0,5}\n){0,5}(?:openapi|swagger):\s{0,3}['\"]?[23]\.\d"
)
_MANUAL_PAGE = re.compile(
    r"SwaggerUIBundle\s{0,3}\(|Redoc\.init\(|<redoc\s|<rapi-doc\s|id=\"api-reference\""
)
_PUBLIC_HOST = re.compile(
    r"(?:docs?|developers?|dev-docs|petstore\d?|api-docs|reference)\.", re.IGNORECASE
)
_TEXTS = frozenset({"application/yaml", "text/yaml", "application/x-yaml", "text/plain"})


def _api_documentation(view: View) -> Iterator[Match]:
    if view.status != 200 or view.is_asset or _PUBLIC_HOST.match(view.url.host):
        return
    evidence: Evidence | None = None
    if view.is_json:
        head = view.body[:4000]
        if ('"openapi"' in head or '"swagger"' in head) and '"paths"' in view.body:
            evidence = found_in_body(view, _DESCRIBES)
    elif view.is_html:
        if any(word in view.lower_body for word in ("swaggerui", "redoc", "rapi-doc", "api-ref")):
            evidence = found_in_body(view, _MANUAL_PAGE)
    elif (view.response_type in _TEXTS or "yaml" in view.response_type) and "paths:" in view.body:
        evidence = found_in_body(view, _DESCRIBES_YAML)
    if evidence and not has_credentials(view):
        yield Match(evidence=(evidence, view.whole(URL)), kind="documentation", proof=85)


API_DOCUMENTATION_OPEN = Rule(
    id="api-documentation-open",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.INFO,
    title="Description of the API is open to anyone",
    description="It lists every path and parameter, those that no page uses included.",
    remediation="Serve it behind a login or in development only, unless the API is meant for the "
    "public.",
    fixes={
        Stack.SPRING: "`springdoc.api-docs.enabled=false` in the production profile.",
        Stack.ASP_NET: "Call `app.MapOpenApi()` only `if (app.Environment.IsDevelopment())`.",
        Stack.DJANGO: "`SPECTACULAR_SETTINGS = {'SERVE_PERMISSIONS': [IsAdminUser]}`.",
        Stack.EXPRESS: "Mount `swaggerUi.serve` behind the login, or not in production.",
        Stack.LARAVEL: "Put the `auth` middleware on the routes in `config/l5-swagger.php`.",
    },
    cwe=200,
    owasp=_INVENTORY,
    references=("OWASP API Security Top 10, API9", "OpenAPI Specification"),
    silent="Hosts of manuals, such as docs.shop.example, and answers to users who are logged in "
    "stay silent; for a public API it is no news.",
    check=_api_documentation,
)

_CONTENT = re.compile(r"\"sourcesContent\"\s{0,3}:\s{0,3}\[\s{0,20}\"")
_SOURCES = re.compile(r"\"sources\"\s{0,3}:\s{0,3}\[([^\]\[]{1,20000})\]")
_OF_OTHERS = re.compile(r"node_modules|webpack/(?:runtime|bootstrap)|/\(?webpack\)?/|\x00|^\s*$")
_LIBRARY = re.compile(
    r"/(?:npm|ajax/libs|libs?|vendors?|node_modules|wp-includes|third[_-]?party)/"
    r"|/(?:bootstrap|jquery|popper|vue|react|angular|lodash|moment|d3|chart|leaflet|swiper"
    r"|alpine|axios|htmx|vendors?|polyfills?)[\w.~-]{0,60}\.map\Z",
    re.IGNORECASE,
)


def _source_map(view: View) -> Iterator[Match]:
    path = view.url.path
    if not path.endswith(".map") or view.status != 200 or path.endswith(".css.map"):
        return
    if '"mappings"' not in view.response_text or _LIBRARY.search(path):
        return
    evidence = found_in_body(view, _CONTENT)
    sources = _SOURCES.search(view.body)
    own = sources is None or any(
        not _OF_OTHERS.search(name) for name in sources.group(1).split('"')[1::2]
    )
    if evidence and own:
        yield Match(evidence=(evidence, view.whole(URL)), kind="source-map", proof=90)


SOURCE_MAP_EXPOSED = Rule(
    id="source-map-exposed",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.LOW,
    title="Source map hands out the program's source",
    description="The map holds the code as it was written, with comments, names and paths that "
    "the shipped script no longer has.",
    remediation="Build without public maps, such as `sourcemap: 'hidden'` (Vite), send them to "
    "the error tracker only, and refuse `*.map` at the server.",
    fixes={
        Stack.NGINX: "`location ~ \\.map$ { return 404; }`.",
        Stack.APACHE: '`<FilesMatch "\\.map$">Require all denied</FilesMatch>`.',
        Stack.RAILS: "`config.assets.debug = false`, and no `devtool` in the production bundle.",
    },
    cwe=540,
    owasp=("A05:2021",),
    references=("ECMA-426 Source Maps", "OWASP Web Security Testing Guide, WSTG-INFO-05"),
    silent="Maps of styles and of well-known libraries, and maps without the sources themselves, "
    "stay silent; for open source it is no news.",
    check=_source_map,
)
