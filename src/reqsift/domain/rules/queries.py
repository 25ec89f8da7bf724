"""Operators of query languages that come from a client, and errors of LDAP and XPath."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, issued_sessions
from reqsift.domain.rules.traces import ERROR_REFERENCES, QUIET_ERRORS
from reqsift.domain.stacks import Stack
from reqsift.domain.view import REQUEST_BODY, STATUS, URL, View

_OWASP = ("A03:2021",)
_OPERATOR = re.compile(r"([\w.-]{1,64})\[\$(ne|gte?|lte?|regex|where|exists|nin|in|not)\]\Z")
_SPELT = re.compile(r"(?:\[|%5b)(?:\$|%24)[a-z]{2,6}(?:\]|%5d)", re.IGNORECASE)
_MEMBER = re.compile(
    r'"([\w.-]{1,64})"\s{0,5}:\s{0,5}\{\s{0,5}"\$(ne|gte?|lte?|regex|where|exists|nin|in|not)"'
    r'\s{0,5}:\s{0,5}("[^"\\]{0,80}"|null|true|false|-?\d{1,12}|\[)'
)
_WHERE = re.compile(r'"\$where"\s{0,5}:\s{0,5}"[^"]{1,200}')
_SECRET = re.compile(
    r"passw|pwd|\bpass\b|token|secret|\bpin\b|\botp\b|reset|api_?key", re.IGNORECASE
)
_LOGIN_NAME = re.compile(r"^(?:user(?:_?name)?|login|e?mail)$", re.IGNORECASE)
_ALL = frozenset(
    {"", "null", "0", "-1", "1", ".*", ".+", "^", ".", "^.*", "true", "undefined", "["}
)
"""With `$ne`, `$gt` or `$regex` these fit every record."""
_FITTING = frozenset({"ne", "gt", "gte", "regex", "nin", "not"})
_PROBES = re.compile(r"ne=[A-Za-z]|regex=(?:\^?\.[*+]\$?|\^|\.)")
"""What no page asks for, only somebody who wants to see all."""
_TOKEN = re.compile(r'"(?:\w{1,20}_?)?token"\s{0,3}:\s{0,3}"[^"\s]{16}', re.IGNORECASE)


def _operators(view: View) -> Iterator[tuple[str, str, str, Evidence]]:
    """Name of the field, operator, its value, and where it stands."""
    for part, params, text in (
        (URL, view.query, view.url.query),
        (REQUEST_BODY, view.form, view.request_text),
    ):
        if params and ("[" in text or "%5" in text):
            spelt = _SPELT.search(text)
            for name, value in params if spelt else ():
                if found := _OPERATOR.search(name):
                    yield found.group(1), found.group(2), value, _spelt(view, part)
    text = view.request_text
    if '"$' in text and view.request_json is not None:
        for found in _MEMBER.finditer(text):
            value = found.group(3).strip('"')
            span = view.span(REQUEST_BODY, *found.span())
            yield found.group(1), found.group(2), value, span
        if where := _WHERE.search(text):
            yield "", "where", "", view.span(REQUEST_BODY, *where.span())


def _spelt(view: View, part: str) -> Evidence:
    """The parameter from its name on."""
    text = view.part_text(part) or ""
    found = _SPELT.search(text)
    if not found:
        return view.whole(part)
    start = max(text.rfind(mark, 0, found.start()) for mark in "?&\n") + 1
    return view.span(part, start, found.end() + 20)


def _nosql_operator(view: View) -> Iterator[Match]:
    if not 200 <= view.status < 400 or view.is_asset:
        return
    for name, operator, value, evidence in _operators(view):
        proof = _accepted(view, name, operator, value)
        if proof:
            yield Match(
                evidence=(evidence, view.whole(STATUS)),
                kind="login" if proof > 80 else "lookup",
                part=evidence.part,
                field=name,
                proof=proof,
                severity=Severity.CRITICAL if proof > 80 else None,
            )
            return


def _accepted(view: View, name: str, operator: str, value: str) -> int:
    """How sure it is that the operator took part in a query it should not."""
    secret = _SECRET.search(name) is not None
    if view.request.method == "POST" and (secret or _LOGIN_NAME.match(name)) and _starts(view):
        return 90
    if operator == "where":
        return 65
    if secret:
        return 70 if view.body else 0
    if len(view.body) <= 40:
        return 0
    if _LOGIN_NAME.match(name):
        return 50 if operator in _FITTING and value in _ALL else 0
    return 50 if _PROBES.fullmatch(f"{operator}={value}") and view.is_json else 0


def _starts(view: View) -> bool:
    """Whether the answer starts a session."""
    if next(iter(issued_sessions(view)), None) is not None:
        return True
    return view.is_json and "token" in view.lower_body and _TOKEN.search(view.body) is not None


NOSQL_OPERATOR = Rule(
    id="nosql-operator-input",
    type=FindingType.SQL_INJECTION,
    severity=Severity.HIGH,
    title="Client sends a query operator where a plain value belongs",
    description="An operator such as `$ne` stands in place of a password, token or name, and the "
    "server went along with it, so it probably reached the query of a document store.",
    remediation="Check types before the query: `if (typeof password !== 'string') return "
    "res.status(400).end()`, or a JSON schema with `type: string`.",
    fixes={
        Stack.EXPRESS: "`mongoose.set('sanitizeFilter', true)`, and `express-mongo-sanitize`.",
        Stack.FLASK: "`str(request.json['password'])`, or a Pydantic model.",
        Stack.SPRING: "a typed `@RequestBody LoginForm`, and `Criteria.where(...).is(value)`.",
        Stack.LARAVEL: "the rule `'password' => 'required|string'`.",
        Stack.PHP: "`is_string($_POST['password'])` before the query.",
        Stack.RAILS: "`params[:password].to_s`.",
    },
    cwe=943,
    owasp=_OWASP,
    references=("OWASP WSTG-INPV-05.6", "CWE-943"),
    silent="It says nothing where the server refused the request, or of operators on plain fields, "
    "such as `age[$gt]=18` and `filters[name][$eq]=x`, which many APIs offer on purpose.",
    check=_nosql_operator,
)

_ORM_SECRET = re.compile(
    r"(?:[\w.]{0,64}(?:__|\.))?(?:password|passwd|password_hash|password_digest|secret|api_?key"
    r"|reset(?:_password)?_token|auth_token|otp_secret)"
    r"__(?:i?startswith|i?endswith|i?contains|i?regex|[gl]te?)\Z"
    r"|q\[[\w.]{0,64}?(?:password|password_hash|password_digest|reset_password_token|api_key"
    r"|otp_secret)_(?:start|end|cont|matches|gt|gteq|lt|lteq)\]\Z"
    r"|(?:where|filter|filters)(?:\[[\w$]{1,40}\]){0,4}\[(?:password|passwordHash|resetToken"
    r"|reset_?password_?token|apiKey|secret)\]\[\$?(?:startsWith|contains|endsWith|gte?|lte?)\]\Z",
    re.IGNORECASE,
)
_ORM_GATES = ("__", "[", "%5b", "%5B")


def _orm_filter(view: View) -> Iterator[Match]:
    query = view.url.query
    if not query or view.status != 200 or not any(gate in query for gate in _ORM_GATES):
        return
    if not (view.is_json or view.is_html):
        return
    for name, value in view.query:
        if value and _ORM_SECRET.match(name):
            yield Match(
                evidence=(view.whole(URL), view.whole(STATUS)),
                kind="secret-filter",
                field=name,
                proof=70 if view.is_json else 55,
            )
            return


ORM_FILTER = Rule(
    id="orm-filter-parameters",
    type=FindingType.BROKEN_ACCESS_CONTROL,
    severity=Severity.HIGH,
    title="Client filters records by a part of a secret field",
    description="The parameter is handed to the object mapper as it is, so a client can ask "
    "character by character which password, token or key a record holds.",
    remediation="Name the fields that may be filtered: `allowed = {'name', 'price'}`, and refuse "
    "all others.",
    fixes={
        Stack.DJANGO: "`filterset_fields = ['name']`, no `filter(**request.GET.dict())`.",
        Stack.RAILS: "`def self.ransackable_attributes(auth = nil) = %w[name]`.",
        Stack.EXPRESS: "`where: { name: String(req.query.name) }`, no `where: req.query`.",
        Stack.LARAVEL: "`->allowedFilters(['name'])`.",
    },
    cwe=639,
    owasp=("A01:2021", "API3:2023"),
    references=("OWASP Mass Assignment Cheat Sheet", "CWE-639"),
    silent="It says nothing of filters on fields that hold no secret, or where the server answers "
    "with an error.",
    check=_orm_filter,
)

_SPECIAL = re.compile(r"[*()|&\\'\"\]\[]")
_LDAP_GATES = (
    "ldap",
    "javax.naming",
    "bad search filter",
    "invalid dn syntax",
    "directoryservices",
)
_LDAP = re.compile(
    r"javax\.naming\.(?:directory\.)?\w{3,40}Exception|com\.sun\.jndi\.ldap\.\w{3,40}"
    r"|LDAP: error code \d{1,3}\b|\bldap_(?:search|bind|list|read)\(\)(?:</b>)?: "
    r"|valid ldap (?:link|result)|Bad search filter|\binvalid DN syntax\b"
    r"|\bldap3?\.core\.exceptions\.\w{4,60}|\bldap\.(?:FILTER_ERROR|INVALID_DN_SYNTAX|\w{4,30}ERROR)"
    r"|\bNet::LDAP::\w{4,40}Error|System\.DirectoryServices\.[\w.]{3,60}Exception"
    r"|\bLDAPException\b|\bLdapErr: DSID-[0-9A-F]{8}|org\.springframework\.ldap\.\w{3,60}",
    re.IGNORECASE,
)
_XPATH_GATES = ("xpath", "xpst0003", "invalid predicate", "xmlxpatheval")
_XPATH = re.compile(
    r"\b(?:System\.Xml|MS\.Internal\.Xml)\.XPath\.[\w.]{3,60}|javax\.xml\.xpath\.XPath\w{3,40}"
    r"|org\.apache\.xpath\.[\w.]{3,60}|DOMXPath::(?:query|evaluate)\(\)|xmlXPathEval: [^\n<]{1,60}"
    r"|SimpleXMLElement::xpath\(\)|lxml\.etree\.XPath\w{3,30}Error|Nokogiri::XML::XPath::SyntaxError"
    r"|\bXPST0003\b|XPathException|Invalid (?:XPath )?expression: xpath|Invalid predicate\b",
    re.IGNORECASE,
)


def _library_error(
    view: View, gates: tuple[str, ...], pattern: re.Pattern[str], kind: str
) -> Iterator[Match]:
    """The message of a library; it weighs more after characters that break a query."""
    if view.is_asset or not view.body or (view.status < 400 and not view.inputs):
        return
    if not any(gate in view.lower_body for gate in gates):
        return
    given = next((i for i in view.inputs if _SPECIAL.search(i.value)), None)
    if view.status < 400 and given is None:
        return  # a page that speaks of such errors
    evidence = found_in_body(view, pattern)
    if not evidence or any(evidence.text in i.value for i in view.inputs):
        return
    if given is None:
        yield Match(evidence=(evidence,), kind=kind, proof=80, severity=Severity.LOW)
        return
    yield Match(
        evidence=(evidence, view.whole(given.part)),
        kind=f"{kind}-after-input",
        part=given.part,
        field=given.name,
        proof=88 if view.status >= 400 else 60,
        detail="The request holds a character that has a meaning in such queries.",
    )


def _ldap_error(view: View) -> Iterator[Match]:
    yield from _library_error(view, _LDAP_GATES, _LDAP, "ldap")


def _xpath_error(view: View) -> Iterator[Match]:
    yield from _library_error(view, _XPATH_GATES, _XPATH, "xpath")


LDAP_ERROR = Rule(
    id="ldap-error",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Response shows an error of the directory service",
    description="The message comes from an LDAP library; after a parenthesis, asterisk or "
    "backslash in the input it means that input is pasted into the filter.",
    remediation="Escape values for filters: `escape_filter_chars(name)` (ldap3, python-ldap), and "
    "answer errors with a neutral message.",
    fixes=QUIET_ERRORS
    | {
        Stack.SPRING: '`LdapQueryBuilder.query().where("uid").is(name)`.',
        Stack.PHP: "`ldap_escape($name, '', LDAP_ESCAPE_FILTER)`.",
    },
    cwe=90,
    owasp=_OWASP,
    references=("OWASP LDAP Injection Prevention Cheat Sheet", "RFC 4515"),
    silent="It says nothing of successful pages that explain such errors; without a special "
    "character in the request it counts only as a message that tells too much.",
    check=_ldap_error,
)

XPATH_ERROR = Rule(
    id="xpath-error",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Response shows an error of an XPath query",
    description="The message comes from an XPath library; after a quote or bracket in the input it "
    "means that input is pasted into the expression.",
    remediation="Bind values as variables: `tree.xpath('//user[@name=$n]', n=name)` (lxml), and "
    "answer errors with a neutral message.",
    fixes=QUIET_ERRORS | {Stack.SPRING: "`XPath.setXPathVariableResolver(...)`."},
    cwe=643,
    owasp=_OWASP,
    references=("OWASP WSTG-INPV-09", *ERROR_REFERENCES[:1]),
    silent="It says nothing of successful pages that explain such errors; without a special "
    "character in the request it counts only as a message that tells too much.",
    check=_xpath_error,
)
