"""What a GraphQL endpoint tells and takes beyond what its users need."""

import re
from collections.abc import Iterator, Mapping

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body
from reqsift.domain.stacks import Stack
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, URL, View

_OWASP = ("A05:2021", "API8:2023")
_GUIDE = "OWASP GraphQL Cheat Sheet"
_SCHEMA = re.compile(r'"__schema"\s{0,5}:\s{0,5}\{')
_PATH = re.compile(r"graphi?ql|/gql\b|/query/?\Z", re.IGNORECASE)


def _introspection(view: View) -> Iterator[Match]:
    if not view.is_json or "__schema" not in view.body or not 200 <= view.status < 300:
        return
    if evidence := found_in_body(view, _SCHEMA):
        yield Match(evidence=(evidence,), kind="introspection", proof=85)


GRAPHQL_INTROSPECTION = Rule(
    id="graphql-introspection",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.LOW,
    title="GraphQL describes its whole schema",
    description="Introspection lists every type, query and change, those meant for staff included.",
    remediation="Switch introspection off in production, for example `introspection: false` "
    "(Apollo), or ask for a login first.",
    fixes={
        Stack.DJANGO: "Add `DisableIntrospection` to `validation_rules` of the Graphene view.",
        Stack.SPRING: "`spring.graphql.schema.introspection.enabled=false`.",
        Stack.LARAVEL: "`LIGHTHOUSE_SECURITY_DISABLE_INTROSPECTION=1`.",
        Stack.RAILS: "`disable_introspection_entry_points` in the schema class.",
        Stack.ASP_NET: "`.DisableIntrospection()` on the request executor (Hot Chocolate).",
    },
    cwe=200,
    owasp=("A05:2021", "API9:2023"),
    references=(_GUIDE, "GraphQL Specification, Introspection"),
    silent="A refused introspection query, or a schema that is empty, stays silent; for an API "
    "that is documented in public the finding is no news.",
    check=_introspection,
)

_SUGGESTS = re.compile(
    r'(?:Cannot query field|Unknown (?:argument|type|directive|field)|Field \\?"|is not defined by)'
    r"[^\n]{0,200}?[Dd]id you mean [^\n]{1,80}"
)


def _suggestions(view: View) -> Iterator[Match]:
    if not view.is_json or not _PATH.search(view.url.path) or '"errors"' not in view.body:
        return
    if "did you mean" in view.lower_body and (evidence := found_in_body(view, _SUGGESTS)):
        yield Match(evidence=(evidence,), kind="suggestions", proof=75)


GRAPHQL_SUGGESTIONS = Rule(
    id="graphql-suggestions",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.INFO,
    title="GraphQL suggests names of fields",
    description="Suggestions after a misspelt name reveal the schema bit by bit, even where "
    "introspection is off.",
    remediation="Switch suggestions off in production: `hideSchemaDetailsFromClientErrors: true` "
    "(Apollo).",
    cwe=209,
    owasp=("A05:2021", "API9:2023"),
    references=(_GUIDE,),
    silent="A search that asks back, or an error without a suggestion, stays silent.",
    check=_suggestions,
)

_GUESSABLE = (
    r"(?:log_?in|sign_?in|authenticate|token_?(?:auth|create)|create_?token|verify_?\w{0,20}"
    r"|check_?(?:otp|code|pin)|redeem_?\w{0,20}|apply_?(?:coupon|voucher|gift_?card)"
    r"|(?:request|send)_?(?:reset|otp|code)\w{0,20}|reset_?password)"
)
_ALIAS = re.compile(
    rf"(?<!\$)\b\w{{1,60}}\s{{0,3}}:\s{{0,3}}{_GUESSABLE}\s{{0,3}}\(", re.IGNORECASE
)
_PLAIN_CALL = re.compile(
    rf"mutation\b[^{{]{{0,300}}\{{[\s\\n]{{0,40}}{_GUESSABLE}\b", re.IGNORECASE
)
_FEW = 3


def _batching(view: View) -> Iterator[Match]:
    if not view.is_json or not 200 <= view.status < 300 or view.request_type != "application/json":
        return
    text = view.request_text
    if '"query"' not in text:
        return
    if text.lstrip()[:1] == "[":
        yield from _array(view)
    elif "utation" in text:
        yield from _aliases(view)


def _array(view: View) -> Iterator[Match]:
    sent, got = view.request_json, view.response_json
    if not isinstance(sent, list) or not isinstance(got, list) or len(sent) != len(got):
        return
    operations = [str(one["query"]) for one in sent if isinstance(one, dict) and "query" in one]
    answers = [one for one in got if isinstance(one, dict) and ("data" in one or "errors" in one)]
    if len(operations) < 2 or len(operations) != len(sent) or len(answers) != len(got):
        return
    guesses = sum(_PLAIN_CALL.search(text[:4000]) is not None for text in operations[:500])
    yield Match(
        evidence=(view.whole(REQUEST_BODY), view.whole(RESPONSE_BODY)),
        kind="array",
        proof=90 if guesses > 1 else 75,
        severity=Severity.MEDIUM if guesses > 1 else None,
        detail=f"One request carried {len(operations)} operations, and each was answered.",
    )


def _aliases(view: View) -> Iterator[Match]:
    found = list(_ALIAS.finditer(view.request_text[:100_000]))
    got = view.response_json if len(found) >= _FEW else None
    data = got.get("data") if isinstance(got, dict) else None
    if not isinstance(data, dict) or len(data) < _FEW:
        return
    yield Match(
        evidence=(
            view.span(REQUEST_BODY, found[0].start(), found[1].end()),
            view.whole(RESPONSE_BODY),
        ),
        kind="aliases",
        proof=92,
        severity=Severity.MEDIUM,
        detail=f"One request made {len(found)} attempts under different names.",
    )


GRAPHQL_BATCHING = Rule(
    id="graphql-batching",
    type=FindingType.RATE_LIMITING,
    severity=Severity.INFO,
    title="GraphQL takes many operations in one request",
    description="Limits that count requests do not see how many passwords or codes one request "
    "tries.",
    remediation="Switch batching off, as in `allowBatchedHttpRequests: false` (Apollo), refuse "
    "repeated aliases of logins, and count attempts in the resolver.",
    fixes={
        Stack.DJANGO: "`GraphQLView.as_view(batch=False)`, and a limit on aliases.",
        Stack.LARAVEL: "Set `batched_queries` in `config/lighthouse.php` off, and throttle the "
        "field with `@throttle`.",
        Stack.ASP_NET: "`ModifyServerOptions(o => o.Batching = AllowedBatching.None)`.",
    },
    cwe=770,
    owasp=("A04:2021", "API4:2023"),
    references=(_GUIDE, "CWE-799"),
    silent="One operation in an array, a batch that is refused as a whole, and several names for "
    "harmless queries stay silent.",
    check=_batching,
)

_INNER = re.compile(
    r'"(?:stack_?trace|exception|debug_?message|trace|original_?error)"\s{0,5}:\s{0,5}'
    r'(?:\[\s{0,40}["{]|\{\s{0,40}"|"[^"]{8})',
    re.IGNORECASE,
)
_DATABASE = re.compile(
    r"SequelizeDatabaseError|QueryFailedError|PrismaClient\w{1,40}Error|Invalid `prisma\."
    r"|SQLSTATE\[|duplicate key value violates|relation \\\"[\w.]{1,80}\\\" does not exist"
    r"|column \\?\"?[\w.]{1,80}\\?\"? does not exist|E11000 duplicate key|MongoServerError"
    r"|ER_[A-Z_]{5,40}: |ORA-\d{5}|UNIQUE constraint failed"
)


def _verbose_error(view: View) -> Iterator[Match]:
    if not view.is_json or '"errors"' not in view.body:
        return
    lower = view.lower_body
    if not any(shape in lower for shape in ('"extensions"', '"locations"', '"data"')):
        return
    found = _INNER.search(view.body) or _DATABASE.search(view.body)
    if found and _has_errors(view.response_json):
        evidence = view.span(RESPONSE_BODY, found.start(), found.end() + 160)
        yield Match(evidence=(evidence,), kind="verbose-error", proof=88)


def _has_errors(answer: object) -> bool:
    """Whether a GraphQL answer, or one of several, tells of errors; a truncated one may."""
    if isinstance(answer, list):
        return any(_has_errors(one) for one in answer[:50] if isinstance(one, dict))
    if not isinstance(answer, Mapping):
        return answer is None
    errors = answer.get("errors")
    return isinstance(errors, list) and any(
        isinstance(one, dict) and isinstance(one.get("message"), str) for one in errors[:50]
    )


GRAPHQL_VERBOSE_ERROR = Rule(
    id="graphql-verbose-error",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.LOW,
    title="GraphQL error tells how the server works",
    description="The error holds an exception or the database's own words, which name code, "
    "tables and libraries.",
    remediation="Mask errors before they leave, as in `includeStacktraceInErrorResponses: false` "
    'and `formatError` (Apollo): `{"message": "Internal error", "extensions": {"code": "..."}}`.',
    fixes={
        Stack.LARAVEL: "`APP_DEBUG=false`, or `debug` off in `config/lighthouse.php`.",
        Stack.ASP_NET: "`ModifyRequestOptions(o => o.IncludeExceptionDetails = false)`.",
        Stack.RAILS: "`rescue_from(StandardError) { raise GraphQL::ExecutionError, 'failed' }`.",
        Stack.SPRING: "Map exceptions in a `DataFetcherExceptionResolver`.",
    },
    cwe=209,
    owasp=_OWASP,
    references=(_GUIDE, "OWASP Error Handling Cheat Sheet"),
    silent="Errors with a code, a path and places in the query only, and an empty trace, stay "
    "silent.",
    check=_verbose_error,
)

_MUTATION = re.compile(r"\s{0,50}mutation\b")
_DATA = re.compile(r'"data"\s{0,5}:\s{0,5}\{\s{0,20}"')


def _mutation_by_get(view: View) -> Iterator[Match]:
    if not view.url.query or view.request.method != "GET" or not view.is_json:
        return
    if "mutation" not in view.url.query or not 200 <= view.status < 300:
        return
    sent = any(name == "query" and _MUTATION.match(value) for name, value in view.query)
    got: Evidence | None = found_in_body(view, _DATA) if sent else None
    answer = view.response_json if got else None
    if got and isinstance(answer, dict) and _has_result(answer.get("data")):
        yield Match(evidence=(view.whole(URL), got), kind="mutation-by-get", proof=88)


def _has_result(data: object) -> bool:
    return isinstance(data, dict) and any(value is not None for value in data.values())


GRAPHQL_MUTATION_BY_GET = Rule(
    id="graphql-mutation-by-get",
    type=FindingType.CSRF,
    severity=Severity.MEDIUM,
    title="GraphQL changes data on a GET request",
    description="A link or an image on another site can send such a request in a visitor's name, "
    "and addresses are logged with all they carry.",
    remediation="Answer mutations by GET with 405, and ask for a header that forms cannot send, "
    "as with `csrfPrevention: true` (Apollo).",
    cwe=352,
    owasp=("A01:2021", "API8:2023"),
    references=(_GUIDE, "GraphQL over HTTP"),
    silent="A refused mutation, or one without a result, stays silent, and so do queries by GET.",
    check=_mutation_by_get,
)

_CONSOLES = (
    (
        "graphiql",
        re.compile(
            r"GraphiQL\.createFetcher|createElement\(\s{0,20}GraphiQL\b|graphiql(?:\.min)?\.js"
        ),
    ),
    ("playground", re.compile(r"GraphQLPlayground\.init|graphql-playground-react/build")),
    ("embeddedsandbox", re.compile(r"new window\.EmbeddedSandbox|new EmbeddedSandbox\(")),
    ("altair", re.compile(r"AltairGraphQL\.init")),
    ("voyager", re.compile(r"GraphQLVoyager\.(?:init|renderVoyager)")),
)


def _console(view: View) -> Iterator[Match]:
    if not view.is_html or view.status != 200 or not view.is_page:
        return
    lower = view.lower_body
    for gate, pattern in _CONSOLES:
        if gate in lower and (evidence := found_in_body(view, pattern)):
            yield Match(evidence=(evidence, view.whole(URL)), kind=gate, proof=85)
            return


GRAPHQL_CONSOLE = Rule(
    id="graphql-console",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="GraphQL console is reachable",
    description="The page offers every query and change of the API to whoever opens it.",
    remediation="Serve it in development only, for example with "
    "`ApolloServerPluginLandingPageDisabled()` in production.",
    fixes={
        Stack.DJANGO: "`GraphQLView.as_view(graphiql=settings.DEBUG)`.",
        Stack.SPRING: "`spring.graphql.graphiql.enabled=false`.",
        Stack.EXPRESS: "`graphqlHTTP({ schema, graphiql: isDevelopment })`.",
        Stack.RAILS: "Mount `GraphiQL::Rails::Engine` only `if Rails.env.development?`.",
        Stack.ASP_NET: "`app.MapGraphQL().WithOptions(new() { Tool = { Enable = false } })`.",
    },
    cwe=489,
    owasp=("A05:2021", "API9:2023"),
    references=(_GUIDE,),
    silent="Pages that only speak of such a console stay silent; for an API that invites the "
    "public to try it out the finding is no news.",
    check=_console,
)
