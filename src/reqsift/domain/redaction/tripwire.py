"""The tripwire: looks at the text that is about to leave, whatever was done to it before."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from reqsift.domain.redaction.personal import personal_data
from reqsift.domain.redaction.secrets import SecretKind
from reqsift.domain.redaction.texts import Text, places


class Wire(NamedTuple):
    """What is looked for where one of some literals stands, in lower case."""

    what: str
    literals: tuple[str, ...]
    pattern: re.Pattern[str]


_ENDS = r"(?![\w-])"
_NAMED = r"(?:\\{0,3}[\"'])?\s{0,3}[=:](?:\s{0,3}\\{0,3}[\"']|[ \t]{0,3})"
_CODE = r"(?!(?:this|document|window|function|return|typeof|await)\b|\$|\{|\*|x{3})"
_VALUE = r"[^\s\"'<>&,;{}()\\]"
_WIRES = (
    Wire("a JSON Web Token", ("eyj",), re.compile(r"eyJ[\w-]{10,8192}\.eyJ[\w-]{4}")),
    Wire("a private key", ("-----begin",), re.compile(r"-----BEGIN[A-Z0-9 ]{0,40}PRIVATE KEY")),
    Wire(
        "an access key of AWS",
        ("akia", "asia"),
        re.compile(r"(?<![A-Za-z0-9])A[KS]IA[A-Z0-9]{16}(?![A-Z0-9])"),
    ),
    Wire(
        "a token of GitHub",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        re.compile(r"gh[pousr]_[A-Za-z0-9]{30}|github_pat_\w{30}"),
    ),
    Wire("a token of GitLab", ("glpat-",), re.compile(r"glpat-[\w-]{20}")),
    Wire("a token of Slack", ("xox",), re.compile(r"xox[abeoprs]-[\w-]{10}")),
    Wire(
        "a key of Stripe",
        ("k_live_", "k_test_"),
        re.compile(r"(?<=[srp])k_(?:live|test)_[A-Za-z0-9]{16}"),
    ),
    Wire("a key of Google", ("aiza",), re.compile(r"AIza[\w-]{35}")),
    Wire("a key of SendGrid", ("sg.",), re.compile(r"SG\.[\w-]{20,24}\.[\w-]{40}")),
    Wire("a token of npm", ("npm_",), re.compile(r"npm_[A-Za-z0-9]{36}")),
    Wire("a key of a model provider", ("sk-",), re.compile(r"sk-(?:ant|proj|or)-[\w-]{20}")),
    Wire(
        "a password's hash",
        ("$2", "$argon2"),
        re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$argon2(?:id?|d)\$v=\d"),
    ),
    Wire(
        "a bearer token",
        ("bearer ",),
        re.compile(r"(?i)(?<!\w)bearer {1,3}(?=[A-Za-z._~+/-]{0,40}\d)[\w.~+/-]{20}"),
    ),
    Wire(
        "basic credentials",
        ("basic ",),
        re.compile(r"(?i)(?<!\w)basic {1,3}[A-Za-z0-9+/]{12,8192}={1,2}"),
    ),
    Wire(
        "a password",
        ("pass", "pwd"),
        re.compile(
            r"(?i)(?:(?<![\w-])pass|password|passwd|passphrase|pwd)"
            rf"{_NAMED}{_CODE}(?={_VALUE}{{0,40}}?\d){_VALUE}{{6}}"
        ),
    ),
    Wire(
        "a secret",
        ("secret", "token", "api_key", "apikey", "api-key", "sessid", "sessionid", "session_id"),
        re.compile(
            r"(?i)(?<!public)(?<!public[_-])(?:secret|token|api[_-]?key"
            r"|(?:(?<![a-z])|(?<=php)|(?<=j))sess(?:ion)?_?id)"
            rf"{_NAMED}{_CODE}(?=[A-Za-z_+/-]{{0,40}}\d)(?=[\d_+/-]{{0,40}}[A-Za-z])[\w+/-]{{20}}"
        ),
    ),
)
_KEYS = (
    ("whsec_", r"\w{20}"),
    ("ya29.", r"[\w-]{30}"),
    ("GOCSPX-", r"[\w-]{20}"),
    ("pypi-", r"[\w-]{50}"),
    ("sk-", r"(?=[A-Za-z]{0,40}\d)[A-Za-z0-9]{40}"),
    ("dop_v1_", r"[0-9a-f]{40}"),
    ("shpat_", r"[0-9a-f]{32}"),
    ("key-", r"[0-9a-f]{32}(?!\w)"),
    ("sq0atp-", r"[\w-]{20}"),
    ("HRKU-", r"[\w-]{30}"),
    ("PMAK-", r"[\w-]{30}"),
    ("NRAK-", r"[A-Z0-9]{27}"),
    ("dapi", r"[0-9a-f]{32}(?!\w)"),
    ("hf_", r"[A-Za-z]{34}"),
    ("hvs.", r"[\w-]{40}"),
    ("dckr_pat_", r"[\w-]{24}"),
    ("glsa_", r"\w{32}"),
    ("lin_api_", r"\w{32}"),
    ("ATATT3", r"[\w=-]{60}"),
    ("dp.pt.", r"\w{40}"),
    ("sbp_", r"[0-9a-f]{40}"),
    ("xkeysib-", r"[0-9a-f]{60}"),
    ("rubygems_", r"[0-9a-f]{48}"),
    ("pscale_tkn_", r"[\w-]{32}"),
    ("sntrys_", r"\w{40}"),
    ("dt0c01.", r"[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    ("hooks.slack.com/services/", r"\w{1,20}/\w{1,20}/\w{20}"),
    ("/api/webhooks/", r"\d{15,20}/[\w-]{50}"),
    ("AccountKey=", r"[\w+/]{60}"),
)
"""How keys begin, and what stands behind."""
_BEHIND = tuple((literal, re.compile(rest)) for literal, rest in _KEYS)
_USERINFO = re.compile(r"[^\s/@:\"'<>]{0,128}:[^\s/@\"'<>]{4,256}@")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w-])")
_TOPS = frozenset(
    {"com", "org", "net", "de", "io", "co", "uk", "fr", "eu", "edu", "gov", "example"}
)


def suspicious(text: str) -> str | None:
    """What still looks like a secret in a text that is about to leave; None if nothing does.

    Returns:
        A sentence without the secret itself.
    """
    try:
        what = next(_left(Text(text)), None)
    except ValueError:
        return "there is more in it that might be a secret than can be looked at."
    return f"something in it still looks like {what}." if what else None


def _left(text: Text) -> Iterator[str]:
    for what, literals, pattern in _WIRES:
        for literal in literals:
            if any(pattern.match(text.plain, at) for at in places(text.lowered, literal)):
                yield what
    if any(_holds(text.runs.joined, *key) for key in _BEHIND):
        yield "a key of a known shape"
    if any(_USERINFO.match(text.plain, at + 3) for at in places(text.plain, "://")):
        yield "a password in a URL"
    if any(_is_email(text.plain, at) for at in places(text.plain, "@")):
        yield "an e-mail address"
    if any(hit.kind is SecretKind.CARD for hit in personal_data(text.plain)):
        yield "the number of a payment card"


def _holds(words: str, literal: str, behind: re.Pattern[str]) -> bool:
    """Whether a key that begins like that begins one of the words, or a part of it."""
    return any(
        behind.match(words, at + len(literal)) and not words[max(0, at - 1) : at].isalnum()
        for at in places(words, literal)
    )


def _is_email(plain: str, at: int) -> bool:
    domain = _DOMAIN.match(plain, at + 1)
    before = plain[max(0, at - 1) : at]
    return before.isalnum() and domain is not None and domain[0].rpartition(".")[2].lower() in _TOPS
