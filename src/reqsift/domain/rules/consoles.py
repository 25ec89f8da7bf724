"""Consoles of tools, and buckets of clouds, that answer without a login."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.debug_pages import title_of
from reqsift.domain.rules.open_stores import open_store
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, has_credentials, words_in_body
from reqsift.domain.stacks import Stack
from reqsift.domain.view import URL, View

_OWASP = ("A05:2021", "API8:2023")
_LOW, _MEDIUM, _HIGH, _CRITICAL = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL


@dataclass(frozen=True, slots=True)
class _Tool:
    """A console, by its title and by what only its page holds once one is in."""

    name: str
    title: str
    """Pattern for the page's title, in lower case."""
    inside: str
    """In the page of those who are in, lower case."""
    severity: Severity
    door: str = ""
    """In the tool's own login page, lower case; such a page is another finding."""


_TOOLS = (
    _Tool("phpMyAdmin", r"phpmyadmin", 'id="pma_navigation"', _HIGH, 'name="pma_username"'),
    _Tool("phpMyAdmin", r" / .{1,100}\| phpmyadmin", "<th", _HIGH, 'name="pma_username"'),
    _Tool("Adminer", r"adminer", 'id="dbs"', _HIGH, 'name="auth[username]"'),
    _Tool("Jenkins script console", r"(?:\[|\| |- )jenkins", 'name="script"', _CRITICAL),
    _Tool("Jenkins", r"\[jenkins\]", "/asynchpeople/", _HIGH),
    _Tool("Jenkins", r"\[jenkins\]", 'href="/login?from=', _HIGH),
    _Tool("Jenkins", r"\[jenkins\]", "", _HIGH, 'name="j_username"'),
    _Tool("Kibana", r"kibana|elastic", "<kbn-injected-metadata", _HIGH),
    _Tool("Prometheus", r"\Aprometheus time series", "prometheus", _MEDIUM),
    _Tool("RabbitMQ", r"\Arabbitmq management\Z", "", _HIGH, "rabbitmq management"),
    _Tool("Solr", r"solr admin", 'ng-app="solradminapp"', _HIGH),
    _Tool("Tomcat manager", r"\A/manager\Z", "tomcat web application manager", _CRITICAL),
    _Tool("Spring Boot Admin", r"spring boot admin", "sba-settings.js", _HIGH, 'name="password"'),
    _Tool("H2 console", r"\Ah2 console\Z", "", _HIGH, "h2 console"),
    _Tool("Hangfire", r"hangfire", "hangfireconfig", _HIGH),
    _Tool("Sidekiq", r"\A(?:\[\w+\] )?sidekiq\Z", "enqueued", _HIGH),
    _Tool("Laravel Horizon", r"horizon", "window.horizon =", _HIGH),
    _Tool("Flower", r"\Aflower\Z", "js/flower.js", _MEDIUM),
    _Tool("Eureka", r"\Aeureka\Z", "instances currently registered", _MEDIUM),
    _Tool("Mongo Express", r"- mongo express\Z", "mongo express", _HIGH),
    _Tool("Druid", r"\Adruid stat index\Z", "druid", _MEDIUM),
    _Tool("Jupyter", r"select or create a notebook\Z", "data-notebook-path", _CRITICAL),
    _Tool("Bull Board", r"bull dashboard", "__ui_config__", _MEDIUM),
)
_ANY_TOOL = re.compile("|".join(sorted({tool.title for tool in _TOOLS})))


def _tools(view: View) -> list[_Tool]:
    title = view.once(title_of) if view.status == 200 else ""
    if not title or not _ANY_TOOL.search(title):
        return []
    return [tool for tool in _TOOLS if re.search(tool.title, title)]


_GRAFANA = re.compile(
    r'"isSignedIn":\s{0,3}false[^\n]{0,600}?"orgRole":\s{0,3}"(?:Viewer|Editor|Admin)"'
)
_PLACES = (
    (
        "Elasticsearch",
        r"\A/?\Z",
        r'"tagline"\s{0,3}:\s{0,3}"(?:You Know, for Search|The OpenSearch Project)',
        _HIGH,
    ),
    (
        "Elasticsearch",
        r"/_cat/(?:indices|nodes|shards)\Z",
        r"^(?:green|yellow|red)\s{1,4}(?:open|close)\s",
        _HIGH,
    ),
    (
        "Elasticsearch",
        r"/_(?:all/_search|search|cluster/(?:state|settings)|nodes|mapping)\Z",
        r'"(?:_shards|cluster_uuid|cluster_name)"\s{0,3}:|"_index"\s{0,3}:\s{0,3}"[^"]{1,200}"',
        _HIGH,
    ),
    (
        "Prometheus",
        r"/api/v1/(?:targets|status/config|status/flags)\Z",
        r'"(?:activeTargets|yaml|config\.file)"\s{0,3}:',
        _MEDIUM,
    ),
    (
        "RabbitMQ",
        r"/api/(?:overview|connections|queues|users)\Z",
        r'"(?:rabbitmq_version|messages_ready)"\s{0,3}:',
        _HIGH,
    ),
    ("Solr", r"/solr/admin/(?:cores|info/system)\Z", r'"(?:solr_home|instanceDir)"\s{0,3}:', _HIGH),
    ("Spring Boot Admin", r"/(?:instances|applications)\Z", r'"managementUrl"\s{0,3}:', _HIGH),
    (
        "Kubernetes",
        r"/api/v1/(?:namespaces/[\w.-]{1,63}/)?(?:namespaces|pods|secrets|nodes|configmaps)\Z",
        r'"kind"\s{0,3}:\s{0,3}"(?:Namespace|Pod|Secret|Node|ConfigMap)List"',
        _CRITICAL,
    ),
    (
        "Docker",
        r"/(?:containers/json|images/json|info)\Z",
        r'"(?:HostConfig|RepoTags|DockerRootDir)"\s{0,3}:',
        _CRITICAL,
    ),
    ("etcd", r"/v2/keys", r'"modifiedIndex"\s{0,3}:', _HIGH),
    (
        "Consul",
        r"/v1/(?:agent/self|catalog/(?:nodes|services)|kv/)",
        r'"(?:DebugConfig|TaggedAddresses|LockIndex)"\s{0,3}:',
        _HIGH,
    ),
    ("Jenkins", r"/api/json\Z", r'"_class"\s{0,3}:\s{0,3}"hudson\.model\.', _HIGH),
    ("CouchDB", r"/_(?:all_dbs|users/_all_docs)\Z", r'\A\s{0,3}\["_|"total_rows"', _HIGH),
)
"""By tool: its path, what only its answer holds there, and how bad it is."""
_ANSWERS = tuple(
    (name, re.compile(where), re.compile(what, re.MULTILINE), severity)
    for name, where, what, severity in _PLACES
)
_ANY_PLACE = re.compile("|".join(where for _, where, _, _ in _PLACES))
_ANSWER_TYPES = frozenset({"text/plain", "application/json", "application/vnd.elasticsearch+json"})


def _open_console(view: View) -> Iterator[Match]:
    if store := open_store(view):
        yield _console(view, store.name, store.shown, _HIGH)
        return
    if view.status != 200 or has_credentials(view):
        return
    if view.is_html:
        yield from _open_page(view)
    elif _ANY_PLACE.search(view.url.path) and (view.is_json or view.response_type in _ANSWER_TYPES):
        for name, where, what, severity in _ANSWERS:
            evidence = found_in_body(view, what) if where.search(view.url.path) else None
            if evidence:
                yield _console(view, name, evidence, severity)
                return


def _open_page(view: View) -> Iterator[Match]:
    tools = _tools(view)
    if tools and "/logout" in view.lower_body:
        return  # somebody has logged in
    for tool in tools:
        if not tool.inside or (tool.door and tool.door in view.lower_body):
            continue
        evidence = words_in_body(view, tool.inside)
        if evidence and "/login" not in view.url.path:
            yield _console(view, tool.name, evidence, tool.severity)
            return
    if view.once(title_of).startswith("grafana") and (evidence := found_in_body(view, _GRAFANA)):
        yield _console(view, "Grafana", evidence, _MEDIUM)


def _console(view: View, name: str, evidence: Evidence, severity: Severity) -> Match:
    return Match(
        evidence=(evidence, view.whole(URL)),
        kind=name.lower().replace(" ", "-"),
        proof=88,
        severity=severity,
        detail=f"What answered is {name}.",
    )


_FIXES = {
    Stack.NGINX: "`location /tool/ { allow 10.0.0.0/8; deny all; }`.",
    Stack.APACHE: "`Require ip 10.0.0.0/8` in the tool's `<Location>`.",
    Stack.SPRING: "`spring.h2.console.enabled=false`, and Spring Security before every console.",
    Stack.RAILS: "`authenticate :user, ->(u) { u.admin? } do mount Sidekiq::Web => '/jobs' end`.",
    Stack.ASP_NET: "`new DashboardOptions { Authorization = [new AdminFilter()] }` (Hangfire).",
    Stack.LARAVEL: "Define the gate `viewHorizon` in `HorizonServiceProvider`.",
}
_REFERENCES = ("OWASP Web Security Testing Guide, WSTG-CONF-05", "CIS Benchmarks")

OPEN_CONSOLE = Rule(
    id="open-console",
    type=FindingType.BROKEN_ACCESS_CONTROL,
    severity=Severity.HIGH,
    title="Console, device or database answers without a login",
    description="Whoever finds the address sees the data or steers what is behind it.",
    remediation="Bind the tool to an inner address, and switch its own login on, for example "
    "`xpack.security.enabled: true` (Elasticsearch).",
    fixes=_FIXES,
    cwe=306,
    owasp=("A01:2021", "API5:2023"),
    references=_REFERENCES,
    silent="Login pages, requests with a session or a user's token, tables without anything "
    "private and pages that only speak of the tool stay silent; within an inner network it may "
    "be meant.",
    check=_open_console,
)


_TOLD = re.compile(
    r"\b(?:default|factory|standard|initial|user(?:name)?|login)\b[^\"]{0,20}[:= ]\s?"
    r"(?:admin|root|user|operator|guest|administrator)\s?(?:/|:|,| pass(?:word)? ?[:=]? ?)\s?"
    r"[\w!@#$%-]{3,20}",
    re.IGNORECASE,
)


def _console_login(view: View) -> Iterator[Match]:
    prompt = view.response_header("www-authenticate") if view.status == 401 else None
    if prompt and _TOLD.search(prompt):
        yield Match(
            evidence=(view.response_header_evidence("www-authenticate"),),
            kind="login-told",
            proof=88,
            severity=_HIGH,
            detail="Its prompt even tells the user and the password of delivery.",
        )
        return
    for tool in _tools(view) if view.is_html and view.status == 200 else ():
        if tool.door and (evidence := words_in_body(view, tool.door)):
            yield Match(
                evidence=(evidence, view.whole(URL)),
                kind=tool.name.lower().replace(" ", "-"),
                proof=82,
                severity=_MEDIUM if tool.name == "H2 console" else None,
                detail=f"It is the login of {tool.name}.",
            )
            return


CONSOLE_LOGIN = Rule(
    id="console-login-reachable",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Login of an administration tool is reachable",
    description="Tools that manage databases and servers are tried with common passwords and "
    "known flaws as soon as they are found.",
    remediation="Let only inner addresses or a VPN reach it, and keep the tool up to date.",
    fixes=_FIXES,
    cwe=668,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="The login of the application itself stays silent, and so do pages that speak of the "
    "tool, and prompts that name a device without a password.",
    check=_console_login,
)

_BUCKETS = ("<listbucketresult", "<enumerationresults", "<listallmybucketsresult")
_NAMES = re.compile(r"<(?:Key|Name)>[^<]{1,200}</(?:Key|Name)>")
_SIGNED = re.compile(r"(?:^|&)(?:X-Amz-Signature|Signature|sig|X-Goog-Signature)=", re.IGNORECASE)


def _bucket_listing(view: View) -> Iterator[Match]:
    if view.status != 200 or not ("xml" in view.response_type or not view.response_type):
        return
    head = view.body[:600].lower()
    if not any(mark in head for mark in _BUCKETS) or _SIGNED.search(view.url.query):
        return
    if view.request_header("authorization") or view.request_header("x-amz-security-token"):
        return
    listed = "<Contents>" in view.body or "<Blob>" in view.body or "<Buckets>" in view.body
    evidence = found_in_body(view, _NAMES) if listed else None
    if evidence:
        yield Match(evidence=(evidence, view.whole(URL)), kind="bucket", proof=92)


BUCKET_LISTING = Rule(
    id="bucket-listing",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Cloud bucket lists its files to anyone",
    description="A listing names every file in the bucket, those that nobody linked included.",
    remediation="Allow reading single files at most: take `s3:ListBucket` away from everyone and "
    "switch `Block Public Access` on, or set the container to `Blob` or `Private` (Azure).",
    cwe=548,
    owasp=_OWASP,
    references=("OWASP Web Security Testing Guide, WSTG-CONF-11", "CIS AWS Foundations Benchmark"),
    silent="A signed or authorised request, a refusal and an empty bucket stay silent; for a "
    "bucket of open data it is no news.",
    check=_bucket_listing,
)
