"""Signs that input reaches a database query unbound, and database errors without such a sign."""

import re
from collections.abc import Iterator
from html import unescape

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.database_errors import sql_error
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence, issued_sessions
from reqsift.domain.rules.traces import ERROR_REFERENCES, QUIET_ERRORS
from reqsift.domain.stacks import Stack
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, STATUS, URL, View

_OWASP = ("A03:2021",)
_REFERENCES = ("OWASP SQL Injection Prevention Cheat Sheet", "OWASP Query Parameterization")
_BIND = {
    Stack.DJANGO: "`Product.objects.filter(name=name)`, or `cursor.execute(sql, [name])`.",
    Stack.FLASK: '`db.session.execute(text("... WHERE name = :n"), {"n": name})`.',
    Stack.EXPRESS: '`pool.query("... WHERE name = $1", [name])`.',
    Stack.SPRING: '`@Query("... where p.name = :name")`, or `JdbcClient.sql(...).param(name)`.',
    Stack.LARAVEL: "`DB::select('... where name = ?', [$name])`; no input in `whereRaw`.",
    Stack.PHP: "`$pdo->prepare('... WHERE name = ?')`, then `->execute([$name])`.",
    Stack.RAILS: '`Product.where("name = ?", name)`; no `#{}` in it.',
    Stack.ASP_NET: '`command.Parameters.Add("@name", SqlDbType.NVarChar).Value = name`.',
}
_BREAKING = re.compile(
    r"['\"\\;`)]|--|%27|^-?\d{1,12}\s{1,3}(?:and|or|order|union|having)\b", re.IGNORECASE
)
_TAUTOLOGY = re.compile(
    r"['\")]\s{0,5}(?:or|\|\|)\s{1,5}['\"(]?\w{1,10}['\"]?\s{0,3}(?:=|like|<|>)\s{0,3}['\"]?\w{1,10}"
    r"|^\s{0,3}-?\d{1,12}\s{1,3}or\s{1,3}(\d{1,4})\s{0,3}=\s{0,3}\1"
    r"|['\"]\s{0,3}(?:--|#|/\*)",
    re.IGNORECASE,
)
_UNION = re.compile(r"\bunion\s{1,5}(?:all\s{1,5})?select\b", re.IGNORECASE)
_DELAY = re.compile(
    r"(?:\bsleep\(|pg_sleep\(|waitfor\s{1,5}delay\s{1,5}'0{1,2}:0{1,2}:)\s{0,3}(\d{1,3})",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"^\s{0,5}(?:select\s{1,5}(?:distinct\s{1,5})?[\w.*()\"`]{1,60}"
    r"(?:\s{0,3},\s{0,3}[\w.*()\"`]{1,60}){0,30}\s{1,5}from\s{1,5}[\w\"`]"
    r"|insert\s{1,5}into\s{1,5}[\w.\"`]{1,64}\s{0,3}(?:\(|values\b|select\b)"
    r"|update\s{1,5}[\w.\"`]{1,64}\s{1,5}set\s{1,5}[\w.\"`]{1,64}\s{0,3}="
    r"|delete\s{1,5}from\s{1,5}[\w.\"`]{1,64}\s{0,3}(?:where\b|;)"
    r"|drop\s{1,5}table\s{1,5}(?:if\s{1,5}exists\b|[\w.\"`]{1,64}\s{0,3};))",
    re.IGNORECASE,
)


def _breaking(view: View) -> Input | None:
    """The first input with a character that ends or confuses an SQL string."""
    return next((given for given in view.inputs if _BREAKING.search(given.value)), None)


_IN_XML = re.compile(r">[^<>]{0,200}?(?:['\"]|&(?:apos|quot|#0?39|#x27);|--)[^<>]{0,200}<")


def _breaking_elsewhere(view: View) -> Evidence | None:
    """Such a character in the path or in a text of XML, where no field has a name."""
    if any(mark in view.url.path for mark in ("'", "%27", "%22")):
        return view.whole(URL)
    found = _IN_XML.search(view.request_text) if "xml" in view.request_type else None
    return view.span(REQUEST_BODY, found.start() + 1, found.end() - 1) if found else None


def _error_after_input(view: View) -> Iterator[Match]:
    error = sql_error(view)
    given = _breaking(view) if error else None
    elsewhere = _breaking_elsewhere(view) if error and not given else None
    if error and given:
        yield Match(
            evidence=(error, input_evidence(view, given)),
            kind="database-error",
            part=given.part,
            field=given.name,
            proof=92 if view.status >= 400 else 82,
        )
    elif error and elsewhere:
        yield Match(evidence=(error, elsewhere), kind="database-error", proof=85)


SQL_ERROR_AFTER_INPUT = Rule(
    id="sql-error-after-input",
    type=FindingType.SQL_INJECTION,
    severity=Severity.HIGH,
    title="Special character in input makes the database complain",
    description="The request holds a quote or the like, and the database could not parse the "
    "query: the input seems to be pasted into the query text.",
    remediation='Bind values: `db.execute("SELECT * FROM products WHERE name = ?", (name,))`; '
    "answer errors with a neutral message.",
    fixes=_BIND,
    cwe=89,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="It says nothing of scripts that hold such a message, or where nothing in the request "
    "could break a query; `sql-error` tells of those.",
    check=_error_after_input,
)


def _sql_error_alone(view: View) -> Iterator[Match]:
    if view.status < 400 and not (view.is_json and "sql" in view.lower_body):
        return  # a page that speaks of an error, more often than one that has it
    if view.status < 400 and view.url.path.lower().endswith(".json"):
        return  # a file, such as the index of a search
    error = sql_error(view)
    if error and not _breaking(view) and not _breaking_elsewhere(view):
        proof = 85 if view.status >= 400 else 55
        yield Match(evidence=(error,), kind="database-error", proof=proof)


SQL_ERROR = Rule(
    id="sql-error",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Response shows a database error",
    description="The message names the database and parts of a query, which helps to attack it.",
    remediation="Log the error on the server and answer with a neutral message and an id.",
    fixes=QUIET_ERRORS,
    cwe=209,
    owasp=("A05:2021", "API8:2023"),
    references=ERROR_REFERENCES,
    silent="It says nothing of successful pages that explain such errors, of a file such as a "
    "search index, or where a quote in the request explains the error better.",
    check=_sql_error_alone,
)


def _altered_query(view: View) -> Iterator[Match]:
    if not 200 <= view.status < 400 or view.is_asset:
        return
    for given in view.inputs:
        if len(given.value) < 5:
            continue
        kind = _alteration(view, given.value)
        if kind:
            yield Match(
                evidence=(input_evidence(view, given), view.whole(STATUS)),
                kind=kind,
                field=given.name,
                proof={"login": 85, "delay": 85}.get(kind, 60),
                severity=Severity.CRITICAL if kind == "login" else None,
            )


def _alteration(view: View, value: str) -> str:
    """What speaks for `value` having changed a query, if anything does."""
    delay = _DELAY.search(value)
    if delay:
        seconds, took = int(delay.group(1)), view.exchange.duration_ms or 0
        return "delay" if seconds and seconds * 1000 <= took < seconds * 3000 + 5000 else ""
    if _TAUTOLOGY.search(value):
        if view.request.method == "POST" and _issues_login(view):
            return "login"
        return "many-rows" if _rows(view) >= 2 else ""
    return "union" if _UNION.search(value) and _rows(view) >= 1 else ""


_TOKEN = re.compile(r'"(?:\w{1,20}_?)?token"\s{0,3}:\s{0,3}"[^"\s]{16}', re.IGNORECASE)


def _issues_login(view: View) -> bool:
    """Whether the response starts a session, by a cookie or by a token in JSON."""
    cookie = next(iter(issued_sessions(view)), None)
    return cookie is not None or (view.is_json and _TOKEN.search(view.body) is not None)


_NOTHING = re.compile(
    r"\bno (?:\w{1,20} ){0,2}(?:matched|match|found|results)\b|\b0 (?:results|hits|matches)\b"
    r"|nothing (?:was )?found|keine (?:treffer|ergebnisse)|aucun r[ée]sultat|ning[úu]n resultado"
    r"|nessun risultato|did not match any",
    re.IGNORECASE,
)


def _rows(view: View) -> int:
    """How many records the response lists, counted roughly."""
    if view.is_html:
        if _NOTHING.search(view.body):
            return 0
        shown = _without_surroundings(view.lower_body)
        counts = (shown.count(mark) for mark in ("<li>", "<pre>"))
        return max(shown.count("<tr") - 1, *counts)
    parsed = view.response_json
    if isinstance(parsed, dict) and isinstance(parsed.get("data"), dict):
        parsed = parsed["data"]  # of GraphQL, beside which errors and remarks may stand
    if isinstance(parsed, dict):
        parsed = next((value for value in parsed.values() if isinstance(value, list)), None)
    return len(parsed) if isinstance(parsed, list) else 0


def _without_surroundings(lower: str) -> str:
    """A page without the lists that every page of a site has around its content."""
    for name in ("nav", "aside", "header", "footer"):
        kept, place = [], 0
        while (start := lower.find(f"<{name}", place)) >= 0:
            end = lower.find(f"</{name}", start)
            if end < 0:
                break
            kept.append(lower[place:start])
            place = end
        lower = "".join(kept) + lower[place:]
    return lower


ALTERED_QUERY = Rule(
    id="sql-altered-query",
    type=FindingType.SQL_INJECTION,
    severity=Severity.HIGH,
    title="Input that is SQL seems to have changed the query",
    description="The input is a piece of SQL, and the answer fits a query that was changed by it: "
    "a login, extra rows or the delay that it asks for.",
    remediation="Bind values instead of joining strings: "
    '`db.execute("... WHERE name = ? AND hash = ?", (name, digest))`.',
    fixes=_BIND,
    cwe=89,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="It says nothing where the answer is empty or refused, or came at once although the "
    "input asks to wait; a search for words such as salt or pepper is no query.",
    check=_altered_query,
)


_SHOWN = re.compile(r"\bselect\s[^\n<>]{1,300}?\sfrom\s[^\n<>]{1,600}", re.IGNORECASE)


_ENDS = re.compile(
    r"(?<=.)'|\(\s{0,3}select\b|--\s{0,3}-?\Z|\bunion\s{1,5}(?:all\s{1,5})?select\b", re.IGNORECASE
)
_WHOLE = re.compile(r"\s{0,5}select\b", re.IGNORECASE)


def _query_shown(view: View) -> Iterator[Match]:
    """The response quotes a query, and a quote that the client sent stands in it unescaped."""
    if view.is_asset or "select" not in view.lower_body:
        return
    given = [i for i in view.inputs if len(i.value) > 3 and _ENDS.search(i.value)]
    shown = _SHOWN.search(view.body) if given else None
    for one in given if shown else ():
        if shown and one.value in unescape(shown.group()) and not _WHOLE.match(one.value):
            yield Match(
                evidence=(view.span(RESPONSE_BODY, *shown.span()), input_evidence(view, one)),
                kind="query-shown",
                part=one.part,
                field=one.name,
                proof=80,
            )
            return


QUERY_SHOWN = Rule(
    id="sql-query-shown",
    type=FindingType.SQL_INJECTION,
    severity=Severity.HIGH,
    title="Response shows the query with the input pasted into it",
    description="The quote that the client sent stands in the query as it was sent, so it ends the "
    "string there.",
    remediation='Bind values: `db.execute("SELECT * FROM products WHERE name = ?", (name,))`; '
    "never send queries to clients.",
    fixes=_BIND,
    cwe=89,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="It says nothing where the quote is doubled or escaped in the query that is shown, or "
    "where the query holds a placeholder.",
    check=_query_shown,
)


def _statement_as_input(view: View) -> Iterator[Match]:
    if not 200 <= view.status < 300 or view.is_asset:
        return
    for given in view.inputs:
        if len(given.value) > 14 and _STATEMENT.search(given.value):
            evidence = (input_evidence(view, given),)
            yield Match(evidence=evidence, kind="statement", field=given.name, proof=65)


STATEMENT_AS_INPUT = Rule(
    id="sql-statement-as-input",
    type=FindingType.SQL_INJECTION,
    severity=Severity.HIGH,
    title="Client sends a whole SQL statement",
    description="The client decides which query runs, so it can ask for anything that the server's "
    "database account may read or change.",
    remediation="Let the client name what it wants, such as `?report=sales`, and keep the query on "
    "the server.",
    cwe=89,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="It says nothing of sentences that begin with such a word, of GraphQL, or where the "
    "server refused the request; a tool for databases does this on purpose.",
    check=_statement_as_input,
)
