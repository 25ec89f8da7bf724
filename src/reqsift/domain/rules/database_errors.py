"""Messages of databases in responses."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body
from reqsift.domain.rules.traces import ERROR_REFERENCES, QUIET_ERRORS
from reqsift.domain.view import View

_SQL_GATES = (
    "sql",
    "ora-",
    "quot",
    'near \\"',
    'near "',
    "unrecognized token",
    "jdbc",
    "psycopg",
    "pg::",
    "pq: ",
    "db2",
    "jet database",
    "access driver",
    "django.db.",
    "hibernate.",
    "sequelize",
    "activerecord::",
    "xpath syntax error",
    "value is out of range in",
    "incorrect syntax near",
)
_SQL_ERRORS = tuple(
    (words.lower(), re.compile(pattern, re.IGNORECASE))
    for words, pattern in (
        ("error in your SQL syntax", r"You have an error in your SQL syntax[^\n<]{0,160}"),
        ("mysql", r"(?:mysqli?_[a-z_]{3,20}\(\)|MySqlException|valid MySQL result|MySQLdb\.)"),
        ("er_parse_error", r"\bER_PARSE_ERROR\b"),
        ("sqlstate", r"SQLSTATE\[?[ :=]?\w{5}[^\n<]{0,120}"),
        ("syntax error at or near", r"syntax error at or near [^\n<]{0,80}"),
        ("unterminated quoted string", r"unterminated quoted string at or near[^\n<]{0,80}"),
        ("postgres", r"(?:PG::[A-Z]\w{4,40}Error|PostgreSQL query failed|org\.postgresql\.util)"),
        ("postgresexception", r"Npgsql\.PostgresException"),
        ("pg::", r"\bPG::[A-Z]\w{4,40}(?:Error|Violation|Column|Table)\b"),
        ("pq: ", r'\bpq: (?:syntax error|column "|relation "|duplicate key|invalid input syntax)'),
        ("psycopg", r"psycopg2?\.(?:errors\.)?[A-Z]\w{4,40}"),
        ("sqlite", r"sqlite3?[.:_ ]{1,2}(?:\w{0,20}error|\w{0,20}exception)|SQLITE_ERROR"),
        ("unrecognized token", r"unrecognized token: [^\n<]{1,80}"),
        (": syntax error", r"near [^\n]{1,120}?: syntax error"),
        ("unclosed quotation mark", r"Unclosed quotation mark (?:after|before) the character"),
        ("incorrect syntax near", r"Incorrect syntax near [^\n<]{0,80}"),
        ("sql server", r"\[SQL Server\]|OLE DB Provider for SQL Server"),
        ("ora-", r"\bORA-\d{5}\b"),
        ("quoted string not properly", r"quoted string not properly terminated"),
        ("sqlexception", r"\b(?:java\.sql\.)?SQL(?:Syntax\w{0,10})?Exception\b"),
        ("sqlclient", r"(?:System|Microsoft)\.Data\.SqlClient\.\w{3,40}"),
        ("sqlalchemy", r"sqlalchemy\.exc\.\w{4,40}"),
        ("pdoexception", r"PDOException"),
        ("sqlcode", r"(?:DB2 SQL Error: )?SQLCODE[=:] ?-\d{3,5}\b"),
        ("db2", r"\[IBM\]\[CLI Driver\]\[DB2[^\n\]<]{0,40}\]|com\.ibm\.db2\.jcc\.\w"),
        ("jet database", r"Microsoft JET Database Engine"),
        ("access driver", r"\[Microsoft\]\[ODBC Microsoft Access Driver\]"),
        ("django.db.", r"django\.db\.utils\.[A-Z]\w{2,40}Error"),
        ("hibernate.", r"org\.hibernate\.(?:exception|QueryException|hql)\b[\w.]{0,60}"),
        ("sequelize", r"Sequelize(?:Database|UniqueConstraint|ForeignKeyConstraint)Error"),
        ("xpath syntax error", r"XPATH syntax error: [^\n<]{1,80}"),
        ("value is out of range", r"(?:DOUBLE|BIGINT(?: UNSIGNED)?) value is out of range in '"),
        ("activerecord::", r"ActiveRecord::(?:StatementInvalid|RecordNotUnique)"),
    )
)


def sql_error(view: View) -> Evidence | None:
    """The message of an SQL database in the response, if there is one."""
    return view.once(_sql_error)


def _sql_error(view: View) -> Evidence | None:
    lower = view.lower_body
    if view.is_asset or not any(gate in lower for gate in _SQL_GATES):
        return None
    for words, pattern in _SQL_ERRORS:
        if words in lower:
            evidence = found_in_body(view, pattern)
            if evidence:
                return evidence
    return None


_STORES = tuple(
    (gates, kind, re.compile(pattern))
    for gates, kind, pattern in (
        (
            ("mongo", "e11000", "cast to objectid", "bson", "unknown operator", "top level op"),
            "mongodb",
            r"\bMongo(?:Server|Network|Write|Bulk\w{0,8}|Runtime)?(?:Error|Exception)\b"
            r"|\bpymongo\.errors\.\w{4,40}|\bcom\.mongodb\.[\w.]{3,60}|E11000 duplicate key error"
            r"|MongoDB\\{1,2}Driver\\{1,2}Exception|\bCast to ObjectId failed for value"
            r"|\bBSON(?:Type)?Error\b|unknown (?:top level )?operator: \$\w{1,30}",
        ),
        (
            ("cassandra", "datastax", "no viable alternative at input"),
            "cassandra",
            r"\bcassandra\.(?:InvalidRequest|protocol\.\w{4,40}|cluster\.\w{4,40})"
            r"|\bcom\.datastax\.[\w.]{3,80}|line \d{1,4}:\d{1,5} no viable alternative at input",
        ),
        (
            ("redis", "wrongtype operation", "noauth auth", "replyerror"),
            "redis",
            r"\bredis\.exceptions\.\w{4,40}|WRONGTYPE Operation against a key"
            r"|NOAUTH Authentication required|\bReplyError: [A-Z]{3,12} |\bRedisException\b"
            r"|RedisCommand\w{4,30}Exception|Redis::CommandError",
        ),
        (
            ("_exception", "elasticsearch.", "lucene.", "solr."),
            "elasticsearch",
            r"(?:search_phase_execution|query_shard|parsing|index_not_found|parse|x_content_parse)"
            r"_exception\b|\borg\.(?:elasticsearch|opensearch|apache\.(?:lucene|solr))\.[\w.]{3,80}",
        ),
    )
)


def _store_error(view: View) -> Iterator[Match]:
    if view.status < 400 or view.is_asset or view.response_header("x-elastic-product"):
        return  # whoever asks the search engine itself gets its own words
    lower = view.lower_body
    for gates, kind, pattern in _STORES:
        if any(gate in lower for gate in gates):
            evidence = found_in_body(view, pattern)
            if evidence:
                yield Match(evidence=(evidence,), kind=kind, proof=85)
                return


STORE_ERROR = Rule(
    id="document-store-error",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.LOW,
    title="Response shows an error of a document store, cache or search engine",
    description="The message names MongoDB, Cassandra, Redis or Elasticsearch and often the key, "
    "the collection or the index, which tells how to form the next request.",
    remediation="Catch the driver's exceptions and answer in your own words: "
    '`{"error": "name is taken"}` with 409; log the rest.',
    fixes=QUIET_ERRORS,
    cwe=209,
    owasp=("A05:2021", "API8:2023"),
    references=ERROR_REFERENCES,
    silent="It says nothing of pages that explain such errors, of successes, or where a client "
    "talks to Elasticsearch itself.",
    check=_store_error,
)
