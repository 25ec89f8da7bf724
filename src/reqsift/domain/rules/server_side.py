"""Input that a server's parser, client or template engine acted upon, with proof."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.file_contents import file_content, first_of
from reqsift.domain.rules.injection import inputs_like
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, input_evidence
from reqsift.domain.rules.template_output import dumped, repeated
from reqsift.domain.rules.xml_entities import fetched_by_parser, inner_entity, names_outside
from reqsift.domain.stacks import Stack
from reqsift.domain.urls import parse_url
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, View

_ENTITY_ERRORS = re.compile(
    r"failed to load external entity|I/O warning[^\n<]{0,40}entity|FileNotFoundException: /",
    re.IGNORECASE,
)


def _xxe(view: View) -> Iterator[Match]:
    outside = names_outside(view)
    if not outside:
        return
    proof = file_content(view) or _cloud_metadata(view)
    declared = "<!ENTITY" in outside.text.upper()
    complaint = found_in_body(view, _ENTITY_ERRORS) if declared and not proof else None
    shown = proof or complaint or fetched_by_parser(view)
    if shown:
        yield Match(
            evidence=(shown, outside),
            kind="external-entity",
            part=REQUEST_BODY,
            proof=95 if proof else 80,
        )


XXE = Rule(
    id="xml-external-entity",
    type=FindingType.XXE,
    severity=Severity.HIGH,
    title="XML parser loads external entities",
    description="The XML names a file or an address, and the response shows that the server's "
    "parser fetched it.",
    remediation="Refuse DTDs: in Python parse with `defusedxml`; in Java set "
    "`disallow-doctype-decl` to true.",
    fixes={
        Stack.DJANGO: "`defusedxml.ElementTree.fromstring(body)`.",
        Stack.FLASK: "`defusedxml.ElementTree.fromstring(body)`.",
        Stack.EXPRESS: "`libxmljs` without `noent: true`, or `fast-xml-parser`.",
        Stack.SPRING: '`setFeature("http://apache.org/xml/features/disallow-doctype-decl", true)`.',
        Stack.PHP: "leave `LIBXML_NOENT` and `LIBXML_DTDLOAD` out.",
        Stack.RAILS: "`Nokogiri::XML(body) { |c| c.nonet.strict }`, no `noent`.",
        Stack.ASP_NET: "`XmlReaderSettings.DtdProcessing = DtdProcessing.Prohibit`.",
    },
    cwe=611,
    owasp=("A05:2021",),
    references=("OWASP XML External Entity Prevention Cheat Sheet", "CWE-611"),
    silent="It says nothing where the document was refused, declares no external entity, or where "
    "the answer holds nothing of a file.",
    check=_xxe,
)

_METADATA = (
    ("ami-id", re.compile(r"ami-id\s")),
    ("accesskeyid", re.compile(r'"AccessKeyId"\s{0,3}:\s{0,3}"A[A-Z0-9]{15,24}"')),
    ("computemetadata", re.compile(r"computeMetadata/v1")),
    ("azenvironment", re.compile(r'"azEnvironment"\s{0,3}:\s{0,3}"Azure')),
    ("droplet_id", re.compile(r'"droplet_id"\s{0,3}:\s{0,3}\d')),
    ("instance-id", re.compile(r"(?:^|\n)(?:instance-id|local-ipv4)\r?\n")),
    ("you know, for search", re.compile(r'"tagline"\s{0,3}:\s{0,3}"You Know, for Search"')),
    ("redis_version", re.compile(r"redis_version:\d")),
    ("openssh", re.compile(r"SSH-2\.0-OpenSSH")),
    ("tomcat web application manager", re.compile(r"Tomcat Web Application Manager")),
    ("dashboard [jenkins]", re.compile(r"Dashboard \[Jenkins\]")),
)
_INNER = re.compile(
    r"^(?:(?:https?|gopher|dict|ftp)://(?:[^/@]{0,100}@)?(?:localhost|127\.|0\.0\.0\.0|\[?::1|10\.|"
    r"192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|metadata\.|\d{8,10}\b|0x7f|[\w.-]{1,80}"
    r"\.(?:internal|local|corp|lan)\b)|(?:file|gopher|dict)://)",
    re.IGNORECASE,
)


def _cloud_metadata(view: View) -> Evidence | None:
    return first_of(view, _METADATA)


def _ssrf(view: View) -> Iterator[Match]:
    if not 200 <= view.status < 300:
        return
    inner = list(inputs_like(view, _INNER.search))
    proof = (_cloud_metadata(view) or file_content(view)) if inner else None
    for given in inner:
        shown = proof or _fetched(view, given)
        if shown:
            yield Match(
                evidence=(shown, input_evidence(view, given)),
                kind="inner-content" if proof else "fetched",
                part=given.part,
                field=given.name,
                proof=92 if proof else 80 if view.is_html or _shows_answer(view) else 60,
            )
    entity = inner_entity(view, _INNER)
    shown = (proof or _cloud_metadata(view) or fetched_by_parser(view)) if entity else None
    if entity and shown:
        evidence = (shown, entity)
        yield Match(evidence=evidence, kind="by-parser", part=REQUEST_BODY, proof=80)


_FETCH_NAMES = re.compile(
    r"url|uri|link|src|target|host|callback|webhook|feed|image|proxy|fetch", re.IGNORECASE
)


_REFUSED = re.compile(
    r"not allowed|not permitted|denied|invalid|forbidden|refused|blocked|unreachable|timed? ?out"
    r"|(?<!/)\berrors?\b(?!\"\s{0,3}:\s{0,3}(?:null|false|0\b|\"\"|\[\s{0,3}\]|\{\s{0,3}\}))",
    re.IGNORECASE,
)
_ANSWER_MEMBER = re.compile(
    r'"(?:response_?|remote_?|upstream_?)?(?:body|content|excerpt|preview|html|text|raw|output)"'
    r'\s{0,3}:\s{0,3}"[^"]{0,20}(?:[{<#]|\\")'
)


def _fetched(view: View, given: Input) -> Evidence | None:
    """A response to an inner URL that looks like that URL's own content."""
    if view.is_html:
        return _page_of(view, given)
    if not _FETCH_NAMES.search(given.name) or len(view.body) < 20:
        return None
    refused = _REFUSED.search(view.body[:4000])
    stored = view.request.method != "GET" and given.value in view.body
    return None if refused or stored else view.whole(RESPONSE_BODY)


def _shows_answer(view: View) -> bool:
    """Whether a member of the answer holds a document of some kind."""
    return view.is_json and _ANSWER_MEMBER.search(view.body) is not None


_TITLE = re.compile(
    r"<title[^>]{0,80}>[^<]{0,60}?(?:phpMyAdmin|Jenkins|Kibana|Grafana|RabbitMQ|Portainer|Consul|"
    r"Prometheus|Apache Tomcat|Solr Admin|Elasticsearch|Kubernetes|MinIO|Adminer|pgAdmin|Webmin|"
    r"GitLab|Nexus Repository|SonarQube|Router|Switch|Printer|iDRAC|iLO|VMware|Proxmox|Index of /)",
    re.IGNORECASE,
)


def _page_of(view: View, given: Input) -> Evidence | None:
    """A page that says it stands at the inner address, or is a console that lives elsewhere."""
    host = parse_url(given.value).host
    if not host or host == view.url.host:
        return None
    for base in view.page.of("base") if "<base" in view.lower_body else ():
        if parse_url(base.get("href")).host == host:
            return view.span(RESPONSE_BODY, base.start, base.end)
    return found_in_body(view, _TITLE) if host in view.lower_body else None


SSRF = Rule(
    id="server-side-request",
    type=FindingType.SSRF,
    severity=Severity.HIGH,
    title="Server fetched an inner address for the client",
    description="The request names an address inside the server's own network, and the response "
    "holds what such a service answers.",
    remediation="Accept only hosts from a fixed list, resolve the name once, refuse private and "
    "link-local addresses, and follow no redirects.",
    fixes={
        Stack.EXPRESS: 'an agent such as `request-filtering-agent`, and `redirect: "error"`.',
        Stack.SPRING: "check `InetAddress.isSiteLocalAddress()` and its siblings before the call.",
        Stack.PHP: "`CURLOPT_PROTOCOLS_STR => 'https'`, `CURLOPT_FOLLOWLOCATION => false`.",
        Stack.ASP_NET: "`SocketsHttpHandler.ConnectCallback` that refuses private addresses.",
    },
    cwe=918,
    owasp=("A10:2021", "API7:2023"),
    references=("OWASP SSRF Prevention Cheat Sheet", "CWE-918"),
    silent="It says nothing where the address was refused, was only stored, or is a public one; "
    "a status page that shows its own inner addresses would be a false alarm.",
    check=_ssrf,
)

_TEMPLATE = re.compile(
    r"(?:\{\{|\$\{|#\{|<%=|\{)\s{0,3}(\d{1,5})\s{0,2}(\*{1,2})\s{0,2}'?(\d{1,5})'?"
    r"(?:\s{0,2}([+-])\s{0,2}(\d{1,5}))?\s{0,3}"
)
_MOST_POWER = 128
_TEMPLATE_ERRORS = (
    ("jinja2", re.compile(r"jinja2\.exceptions\.\w{3,40}")),
    ("twig", re.compile(r"Twig\\+Error\\+\w{3,40}|Twig_Error_\w{3,20}")),
    ("freemarker", re.compile(r"freemarker\.core\.\w{3,60}")),
    ("velocity", re.compile(r"org\.apache\.velocity\.\w{3,60}")),
)


def _template(view: View) -> Iterator[Match]:
    written = list(inputs_like(view, lambda value: "{" in value or "<%" in value))
    error = first_of(view, _TEMPLATE_ERRORS) if written else None
    for given in written:
        inside = dumped(view, given) or repeated(view, given)
        proof = inside or _product(view, given) or error
        if proof:
            yield Match(
                evidence=(proof, input_evidence(view, given)),
                kind="evaluated",
                part=given.part,
                field=given.name,
                proof=92 if inside else 85 if error or len(proof.text) > 3 else 65,
            )


def _product(view: View, given: Input) -> Evidence | None:
    """The number that the arithmetic in the input yields, where the input itself should stand."""
    found = _TEMPLATE.search(given.value)
    if not found or given.value in view.body:
        return None
    product = _calculated(found)
    before = re.escape(given.value[: found.start()][-20:])
    after = _AFTER.match(given.value, found.end())
    followed = rf"|(?<![\d.,]){product}{re.escape(after.group(1))}" if after else ""
    alone = re.compile(rf"(?<![\d.,])(?<!\d:){before}{product}(?![\d%]|[.,:]\d){followed}")
    return found_in_body(view, alone) if product > 9 else None


_AFTER = re.compile(r"(?:\}\}|\}|%>)([ ,.;:!-]{0,3}[^\W\d_]{3,20})")
"""The words behind an expression, where those before it came back in another form."""


def _calculated(found: re.Match[str]) -> int:
    first, second = int(found.group(1)), int(found.group(3))
    power = found.group(2) == "**"
    if power and second > _MOST_POWER:
        return 0
    last = int(found.group(4) + found.group(5)) if found.group(5) else 0
    return (first**second if power else first * second) + last


SSTI = Rule(
    id="template-injection",
    type=FindingType.SSTI,
    severity=Severity.HIGH,
    title="Server evaluates input as a template",
    description="An expression written in template syntax came back evaluated: calculated, or with "
    "the inside of the engine. So input becomes part of a template's source.",
    remediation='Give values to a fixed template: `render("hello.html", name=name)`; never build '
    "template text from input.",
    fixes={
        Stack.FLASK: '`render_template("hello.html", name=name)`, no `render_template_string`.',
        Stack.EXPRESS: '`res.render("hello", { name })`, no `ejs.render(input)`.',
        Stack.SPRING: 'fixed view names, no `"redirect:" + input` and no SpEL of input.',
        Stack.LARAVEL: "`view('hello', ['name' => $name])`, no `Blade::render($input)`.",
        Stack.RAILS: "no `render inline: input`.",
    },
    cwe=1336,
    owasp=("A03:2021",),
    references=("OWASP WSTG-INPV-18", "CWE-1336"),
    silent="It says nothing where the input came back as it was sent, or where the number stands "
    "in the page on its own account, as in a price or a time.",
    check=_template,
)
