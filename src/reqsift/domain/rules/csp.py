"""Content security policies: reading them, and judging what they still let scripts do."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reqsift.domain.findings import Evidence, FindingType, Scope, Severity
from reqsift.domain.rules.csp_sources import ANYWHERE, lets_inline, open_source
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, View

_HEADER = "content-security-policy"
_REPORT_ONLY = "content-security-policy-report-only"
_PART = f"response.headers[{_HEADER}]"
_OWASP = ("A05:2021", "API8:2023")
_REFERENCES = ("W3C Content Security Policy Level 3", "OWASP Content Security Policy Cheat Sheet")
_HEAD = 16_384
_LONGEST = 240
_ELEMENTS = ("script-src-elem", "script-src", "default-src")
_ATTRIBUTES = ("script-src-attr", "script-src", "default-src")
_EVAL = ("script-src", "default-src")
_NOT_IN_META = frozenset({"frame-ancestors", "report-uri", "sandbox"})
_POLICY = re.compile(r"[^,\n]+")
_DIRECTIVE = re.compile(r"[^;]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy; of several, browsers enforce all."""

    directives: Mapping[str, Sequence[str]]
    """Names to sources, lower case."""
    places: Mapping[str, Evidence]
    """Where each directive stands."""

    def ruling(self, names: Sequence[str]) -> str:
        """The first of `names` that the policy has, as browsers fall back; empty if none."""
        return next((name for name in names if name in self.directives), "")

    def sources(self, names: Sequence[str]) -> Sequence[str] | None:
        """What the ruling one of `names` allows; None without any, which allows all."""
        return self.directives.get(self.ruling(names))


def content_policies(view: View) -> list[Policy]:
    """The policies that the response's header makes browsers enforce."""
    header = view.response_header(_HEADER)
    return list(_read(header, _PART)) if header else []


def page_policies(view: View) -> list[Policy]:
    """The policies that browsers enforce, those in `<meta>` included."""
    return view.once(_page_policies)


def _page_policies(view: View) -> list[Policy]:
    return content_policies(view) + list(_in_meta(view))


def limits_scripts(policy: Policy) -> bool:
    """Whether a policy says anything of where scripts come from."""
    return bool(policy.ruling(_ELEMENTS))


def reported_place(view: View) -> Evidence | None:
    """Where a policy limits scripts that browsers only report on."""
    header = view.response_header(_REPORT_ONLY)
    for policy in _read(header, f"response.headers[{_REPORT_ONLY}]") if header else ():
        if limits_scripts(policy):
            return policy.places[policy.ruling(_ELEMENTS)]
    return None


def framing_is_limited(policies: Sequence[Policy]) -> bool:
    """Whether any policy says who may frame the page, and not simply everybody."""
    ancestors = [policy.sources(("frame-ancestors",)) for policy in policies]
    return any(who is not None and not ANYWHERE & set(who) for who in ancestors)


@lru_cache(maxsize=16)  # each rule of this family asks for the same header in turn
def _read(text: str, part: str) -> tuple[Policy, ...]:
    return tuple(_each(text, part))


def _each(text: str, part: str) -> Iterator[Policy]:
    for whole in _POLICY.finditer(text):
        directives: dict[str, Sequence[str]] = {}
        places: dict[str, Evidence] = {}
        for found in _DIRECTIVE.finditer(text, *whole.span()):
            words = found.group().split()
            name = words[0].lower() if words else ""
            if name and name not in directives:
                directives[name] = [source.lower() for source in words[1:]]
                bare = found.group().strip()
                offset = text.index(bare, found.start())
                places[name] = Evidence(part=part, offset=offset, text=bare[:_LONGEST])
        if directives:
            yield Policy(directives=directives, places=places)


def _in_meta(view: View) -> Iterator[Policy]:
    if view.lower_body.find(_HEADER, 0, _HEAD) < 0:
        return
    for meta in view.page.of("meta"):
        if meta.get("http-equiv").lower() == _HEADER:
            where = view.span(RESPONSE_BODY, meta.start, meta.end)
            for policy in _read(meta.get("content"), RESPONSE_BODY):
                kept = {k: v for k, v in policy.directives.items() if k not in _NOT_IN_META}
                yield Policy(directives=kept, places=dict.fromkeys(kept, where))


def _on_scripts(view: View) -> list[Policy]:
    """Those of a page that limit scripts; what all of them let through, browsers do."""
    policies = page_policies(view) if view.is_page else []
    return [policy for policy in policies if limits_scripts(policy)]


def _match(place: Evidence, kind: str, proof: int, detail: str = "") -> Match:
    return Match(evidence=(place,), kind=kind, part=_PART, proof=proof, detail=detail)


_NONCES: Mapping[Stack, str] = {
    Stack.DJANGO: 'use django-csp: `"script-src": [NONCE, STRICT_DYNAMIC]`, and '
    '`<script nonce="{{ request.csp_nonce }}">`.',
    Stack.EXPRESS: "`helmet({contentSecurityPolicy: {directives: {scriptSrc: [(req, res) => "
    "`'nonce-${res.locals.nonce}'`]}}})`.",
    Stack.SPRING: "`http.headers(h -> h.contentSecurityPolicy(c -> c.policyDirectives(policy)))`, "
    "with a nonce that a filter makes for each request.",
    Stack.LARAVEL: "`Vite::useCspNonce()` in a middleware that sends the policy.",
    Stack.RAILS: "`config.content_security_policy_nonce_generator = ->(_) { "
    'SecureRandom.base64(16) }` with `content_security_policy_nonce_directives = ["script-src"]`.',
    Stack.ASP_NET: "NetEscapades.AspNetCore.SecurityHeaders: `AddScriptSrc().WithNonce()`.",
}


def _inline_faults(policies: Sequence[Policy]) -> Iterator[Match]:
    for names, what in ((_ELEMENTS, "Script elements"), (_ATTRIBUTES, "Event attributes")):
        if policies and all(lets_inline(policy.sources(names)) for policy in policies):
            first = policies[0]
            place = first.places[first.ruling(names) or first.ruling(_ELEMENTS)]
            yield _match(place, "unsafe-inline", 90, f"{what} in the page run, whoever wrote them.")
            return


CSP_UNSAFE_INLINE = Rule(
    id="csp-unsafe-inline",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Content-Security-Policy lets inline scripts run",
    description="The policy allows every script that stands in the page, so that an injected one "
    "runs as well and the policy stops nothing.",
    remediation="Give own scripts a nonce instead: `script-src 'nonce-{random}' 'strict-dynamic'; "
    "object-src 'none'; base-uri 'none'`.",
    fixes=_NONCES,
    cwe=693,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="It says nothing where a nonce, a hash or 'strict-dynamic' makes browsers ignore "
    "'unsafe-inline', where a second policy forbids it, and of inline styles.",
    scope=Scope.HOST,
    check=lambda view: _inline_faults(_on_scripts(view)),
)


def _unsafe_eval(view: View) -> Iterator[Match]:
    policies = _on_scripts(view)
    if any("require-trusted-types-for" in policy.directives for policy in policies):
        return
    ruling = [policy.sources(_EVAL) for policy in policies]
    given = [p for p in policies if "'unsafe-eval'" in (p.sources(_EVAL) or ())]
    if given and all(sources is None or "'unsafe-eval'" in sources for sources in ruling):
        yield _match(given[0].places[given[0].ruling(_EVAL)], "unsafe-eval", 70)


CSP_UNSAFE_EVAL = Rule(
    id="csp-unsafe-eval",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.INFO,
    title="Content-Security-Policy lets text become code",
    description="With 'unsafe-eval' the functions that run a text as a script stay open, so that "
    "data which reaches one of them is executed.",
    remediation="Build without `eval` and `new Function` (precompiled templates, "
    "`devtool: 'source-map'`), and allow only 'wasm-unsafe-eval' if WebAssembly needs it.",
    cwe=95,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="It says nothing of 'wasm-unsafe-eval', nor where Trusted Types are required, which "
    "check such texts.",
    scope=Scope.HOST,
    check=_unsafe_eval,
)


def _source_faults(policies: Sequence[Policy]) -> Iterator[Match]:
    opened = [open_source(policy.sources(_ELEMENTS) or ()) for policy in policies]
    if not opened or not all(kind for kind, _ in opened):
        return
    kind, source = min(opened)
    first = policies[opened.index((kind, source))]
    anywhere = kind == "wildcard-source"
    yield Match(
        evidence=(first.places[first.ruling(_ELEMENTS)],),
        kind=kind,
        part=_PART,
        proof=85 if anywhere else 70,
        severity=None if anywhere else Severity.INFO,
        detail=f"It allows `{source[:60]}`"
        + ("." if anywhere else ", where anybody finds or publishes a script that suits."),
    )


CSP_WILDCARD_SOURCE = Rule(
    id="csp-wildcard-source",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Content-Security-Policy lets scripts come from anywhere",
    description="The list of places that scripts may come from includes one that an attacker can "
    "use, so that an injected `<script src>` loads.",
    remediation="Name own hosts only, or use nonces (`'nonce-{random}' 'strict-dynamic'`); narrow "
    "a shared host down to a path such as `https://cdn.jsdelivr.net/npm/vue@3.4.21/`.",
    fixes=_NONCES,
    cwe=693,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="It says nothing where 'strict-dynamic' makes browsers ignore hosts, where a second "
    "policy is narrower, of shared hosts with a path, and of images, styles or fonts.",
    scope=Scope.HOST,
    check=lambda view: _source_faults(_on_scripts(view)),
)


def _otherwise_tight(view: View) -> list[Policy]:
    """The policies of a page if they leave scripts no simpler way in."""
    return view.once(_tight)


def _tight(view: View) -> list[Policy]:
    policies = page_policies(view) if view.is_page else []
    on_scripts = [policy for policy in policies if limits_scripts(policy)]
    faults = (*_inline_faults(on_scripts), *_source_faults(on_scripts))
    return policies if on_scripts and not faults else []


def _missing_object_src(view: View) -> Iterator[Match]:
    policies = _otherwise_tight(view)
    plugins = [policy.sources(("object-src", "default-src")) for policy in policies]
    if policies and all(allowed is None or ANYWHERE & set(allowed) for allowed in plugins):
        first = next(policy for policy in policies if limits_scripts(policy))
        name = first.ruling(("object-src", *_ELEMENTS))
        yield _match(first.places[name], "object-src", 80)


CSP_MISSING_OBJECT_SRC = Rule(
    id="csp-missing-object-src",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.INFO,
    title="Content-Security-Policy leaves plug-in content open",
    description="The policy limits scripts but not what `<object>` and `<embed>` load, which old "
    "browsers and viewers may run with the page's rights.",
    remediation="Add `object-src 'none'` to the policy.",
    cwe=693,
    owasp=("A05:2021",),
    references=_REFERENCES,
    silent="It says nothing where `default-src` takes its place, where any other policy limits it, "
    "and where scripts are open anyway, which other rules tell.",
    scope=Scope.HOST,
    check=_missing_object_src,
)


def _missing_base_uri(view: View) -> Iterator[Match]:
    policies = _otherwise_tight(view)
    for policy in policies:
        trusts = any(s.startswith(("'nonce-", "'strict-")) for s in policy.sources(_ELEMENTS) or ())
        if trusts and not any(p.directives.get("base-uri") for p in policies):
            yield _match(policy.places[policy.ruling(_ELEMENTS)], "base-uri", 80)
            return


CSP_MISSING_BASE_URI = Rule(
    id="csp-missing-base-uri",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Content-Security-Policy lets a base element redirect scripts",
    description="An injected `<base href>` makes the page's own scripts, which the nonce admits, "
    "load from another host; no other directive stands in for `base-uri`.",
    remediation="Add `base-uri 'none'` (or `'self'`) to the policy.",
    cwe=693,
    owasp=("A05:2021",),
    references=_REFERENCES,
    silent="It says nothing of policies that list hosts, since these stop the redirected script, "
    "and where scripts are open anyway, which other rules tell.",
    scope=Scope.HOST,
    check=_missing_base_uri,
)
