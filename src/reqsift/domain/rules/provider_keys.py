"""Keys of known services, told by their form and, where they have one, by their checksum."""

import re
from collections.abc import Iterator
from string import ascii_lowercase, ascii_uppercase, digits
from zlib import crc32

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, View

_WEBHOOK = re.compile(r"hooks\.slack\.com/services/T\w{6,12}/B\w{6,14}/\w{16,32}")
_DISCORD = re.compile(r"discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60,80}")
_AI_KEY = re.compile(
    r"sk-(?:(?:ant-|proj-|svcacct-|or-v1-)[\w-]{20,180}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})"
)
_FAMILIES = (
    (None, (
        ("AKIA", "AWS access key", re.compile(r"AKIA(?<!\wAKIA)[A-Z2-7]{16}(?![A-Za-z0-9])")),
        ("ASIA", "AWS session key", re.compile(r"ASIA(?<!\wASIA)[A-Z2-7]{16}(?![A-Za-z0-9])")),
        ("AIza", "Google API key", re.compile(r"AIza[\w-]{35}(?![\w-])")),
        ("hooks", "Slack webhook", _WEBHOOK),
        ("hooks", "Discord webhook", _DISCORD),
        ("SG.", "SendGrid key", re.compile(r"SG\.(?<!\wSG\.)[\w-]{16,32}\.[\w-]{30,64}")),
        ("hvs.", "Vault token", re.compile(r"hvs\.(?<!\whvs\.)[\w-]{24,120}")),
        ("AccountKey=", "Azure storage key", re.compile(r"AccountKey=[A-Za-z0-9+/]{80,90}={0,2}")),
        ("twilio", "Twilio key", re.compile(r"\bSK[a-f0-9]{32}\b")),
        (".atlasv1.", "Terraform token", re.compile(r"[\w]{14}\.atlasv1\.[\w=-]{60,70}")),
    )),
    (re.compile(r"-[\w-]{10}"), (
        ("GOCSPX-", "Google client secret", re.compile(r"GOCSPX-[\w-]{20,40}")),
        ("glpat-", "GitLab token", re.compile(r"glpat-[\w-]{20,60}")),
        ("gldt-", "GitLab deploy token", re.compile(r"gldt-[\w-]{20,60}")),
        ("xox", "Slack token", re.compile(r"xox[abeoprs]-[A-Za-z0-9-]{10,120}")),
        ("xapp-", "Slack app token", re.compile(r"xapp-\d-[A-Z0-9]{8,14}-\d{8,16}-[a-f0-9]{60}")),
        ("sk-", "AI provider key", _AI_KEY),
        ("pypi-AgE", "PyPI token", re.compile(r"pypi-AgE[\w-]{50,300}")),
        ("sq0csp-", "Square secret", re.compile(r"sq0csp-[\w-]{43}")),
        ("key-", "Mailgun key", re.compile(r"(?<![\w-])key-[a-f0-9]{32}(?![\w-])")),
        ("xkeysib-", "Brevo key", re.compile(r"xkeysib-[a-f0-9]{64}-\w{16}")),
        ("NRAK-", "New Relic key", re.compile(r"NRAK-[A-Z0-9]{27}(?!\w)")),
        ("PMAK-", "Postman key", re.compile(r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}")),
    )),
    (re.compile(r"_[\w+/=-]{16}"), (
        ("github_pat_", "GitHub token", re.compile(r"github_pat_[A-Za-z0-9]{22}_\w{59}(?!\w)")),
        ("gh", "GitHub token", re.compile(r"gh[pousr]_(?<!\wgh[pousr]_)[A-Za-z0-9]{36}(?!\w)")),
        ("k_live_", "Stripe secret key", re.compile(r"k_live_(?<=[sr]k_live_)[A-Za-z0-9]{16,120}")),
        ("whsec_", "Stripe webhook secret", re.compile(r"whsec_[A-Za-z0-9+/=]{24,80}")),
        ("npm_", "npm token", re.compile(r"npm_(?<!\wnpm_)[A-Za-z0-9]{36}(?!\w)")),
        ("shp", "Shopify token", re.compile(r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}(?!\w)")),
        ("_v1_", "DigitalOcean token", re.compile(r"do[opr]_v1_[a-f0-9]{64}(?!\w)")),
        ("hf_", "Hugging Face token", re.compile(r"hf_(?<!\whf_)[A-Za-z]{34}(?![A-Za-z])")),
        ("dapi", "Databricks token", re.compile(r"(?<!\w)dapi[a-f0-9]{32}(?:-\d)?(?!\w)")),
        ("lin_api_", "Linear key", re.compile(r"lin_api_[A-Za-z0-9]{40}(?!\w)")),
        ("glsa_", "Grafana token", re.compile(r"glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}(?!\w)")),
        ("dckr_pat_", "Docker Hub token", re.compile(r"dckr_pat_[\w-]{27}(?![\w-])")),
        ("sntrys_", "Sentry token", re.compile(r"sntrys_eyJ[A-Za-z0-9+/=_]{60,300}")),
    )),
)  # fmt: skip
"""Forms of keys; each family has a cheap pattern without which none of its keys can occur."""

PLACEHOLDER = re.compile(
    r"example|your|x{4}|\*{3}|\.{3}|placeholder|redacted|dummy|sample|changeme|insert|<|\$\{|\{\{"
    r"|1234567890|abcdefgh|0{8}|replace|fake|notreal|test_?key",
    re.IGNORECASE,
)
"""What manuals and templates write where a secret goes."""
_PUBLISHED = frozenset(
    "".join(parts)
    for parts in (
        ("AKIAIOSFODNN7", "EXAMPLE"),
        ("AKIAI44QH8DHB", "EXAMPLE"),
        ("ghp_zQWBuTSOoRi4A9sp", "HcVY5ncnsDkxkJ0mLq17"),
        ("gho_16C7e42F292c6912", "E7710c838347Ae178B4a"),
        (
            "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",
            "/K1SZFPTOtr/KBHBeksoGMGw==",
        ),
    )
)
"""Keys that manuals print in full; halved, so that no scanner takes this file for a leak."""
_CHECKED = re.compile(r"(?:gh[pousr]|npm)_")
_BASE62 = digits + ascii_uppercase + ascii_lowercase


def checksum_fits(token: str) -> bool:
    """Whether the last six characters are the CRC-32 of the random part before, in base 62."""
    random, given = token.partition("_")[2][:-6], token[-6:]
    left, expected = crc32(random.encode()), ""
    for _ in range(6):
        left, digit = divmod(left, 62)
        expected = _BASE62[digit] + expected
    return given == expected


def _provider_key(view: View) -> Iterator[Match]:
    body = view.body
    for needed, keys in _FAMILIES:
        if needed is None or needed.search(body):
            for gate, name, pattern in keys:
                if gate in body:
                    yield from _keys(view, name, pattern)


def _keys(view: View, name: str, pattern: re.Pattern[str]) -> Iterator[Match]:
    for found in pattern.finditer(view.body):
        key = found.group()
        if key in _PUBLISHED or PLACEHOLDER.search(key):
            continue
        checked = _CHECKED.match(key) is not None
        if checked and not checksum_fits(key):
            continue
        browser_key = name == "Google API key"
        if browser_key and "firebase" in view.lower_body:
            return  # documented to be public
        yield Match(
            evidence=(view.span(RESPONSE_BODY, *found.span()),),
            kind=name.lower().replace(" ", "-"),
            proof=_proof(checked=checked, browser_key=browser_key),
            severity=Severity.LOW if browser_key else None,
            detail=f"It has the form of a {name}{' and the right checksum' if checked else ''}.",
        )
        return


def _proof(*, checked: bool, browser_key: bool) -> int:
    return 65 if browser_key else 97 if checked else 90


PROVIDER_KEY = Rule(
    id="provider-key",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Response holds a key of a service",
    description="Whoever sees this response can use the service in the owner's name.",
    remediation="Withdraw the key now, keep its successor on the server, and let the client ask "
    "the server instead.",
    fixes={
        Stack.DJANGO: "`KEY = os.environ['SERVICE_KEY']` in the settings, never in a template.",
        Stack.EXPRESS: "Read `process.env.SERVICE_KEY` on the server; bundlers copy variables with "
        "`NEXT_PUBLIC_`, `VITE_` or `REACT_APP_` into scripts.",
        Stack.LARAVEL: "`config('services.x.key')`; variables with `VITE_` reach the browser.",
        Stack.RAILS: "`Rails.application.credentials.service_key`.",
        Stack.SPRING: "`${SERVICE_KEY}` in `application.yml`, filled from the environment.",
        Stack.ASP_NET: "User secrets or Key Vault instead of `appsettings.json`.",
    },
    cwe=798,
    owasp=("A02:2021", "API8:2023"),
    references=("OWASP Secrets Management Cheat Sheet",),
    silent="Placeholders, keys that manuals publish, publishable keys, and tokens whose checksum "
    "does not fit stay silent.",
    check=_provider_key,
)
