"""Secrets that are known by their shape: each holds a literal, so that a search is quick."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from reqsift.domain.redaction.secrets import SecretKind
from reqsift.domain.redaction.texts import Hit, Text, places

_K, _T, _S = SecretKind.API_KEY, SecretKind.TOKEN, SecretKind.SECRET
_P = SecretKind.PASSWORD_HASH
_MOST_UNDERSCORES = 500_000


class Shape(NamedTuple):
    """A literal beginning, and what must stand from there on."""

    literal: str
    pattern: re.Pattern[str]
    kind: SecretKind


def _shape(literal: str, rest: str, kind: SecretKind, before: str = "") -> Shape:
    return Shape(literal, re.compile(f"{before}{re.escape(literal)}(?:{rest})"), kind)


SHAPES = (
    *(_shape(p, r"[A-Z0-9]{12,20}", _K) for p in ("AKIA", "ASIA", "AROA", "AIDA")),
    _shape("gl", r"(?:pat|dt|rt|ptt|soat|ft|agent|cbt|imt)-[\w-]{16,128}", _T),
    _shape("xox", r"[abcdeoprs][-.][\w.-]{10,250}", _T),
    _shape("xapp-", r"[\w-]{10,250}", _T),
    _shape("hooks.slack.com/", r"(?:services|workflows)/[\w/]{20,120}", _S),
    _shape("/api/webhooks/", r"\d{5,25}/[\w-]{20,120}", _S),
    _shape(".webhook.office.com/", r"[\w/@%-]{20,300}", _S),
    _shape("AIza", r"[\w-]{30,40}", _K),
    _shape("ya29.", r"[\w-]{20,500}", _T),
    _shape("GOCSPX-", r"[\w-]{20,40}", _S),
    _shape("1//0", r"[\w-]{30,120}", _T),
    _shape("SG.", r"[\w-]{16,32}\.[\w-]{30,64}", _K),
    _shape("SK", r"[0-9a-f]{32}(?!\w)", _K),
    _shape("AC", r"[0-9a-f]{32}(?!\w)", _K),
    _shape("key-", r"[0-9a-f]{32}(?!\w)", _K),
    _shape("pypi-", r"[\w-]{40,250}", _T),
    _shape(
        "sk-", r"(?:ant|proj|or|svcacct|admin|lf)-[\w-]{20,250}|(?=[A-Za-z_]{0,40}\d)\w{20,100}", _K
    ),
    _shape("sq0", r"(?:atp|csp|idp)-[\w-]{20,120}", _T),
    _shape("EAA", r"(?:A|CEd)[\w-]{20,300}", _T),
    *(_shape(p, r"[\w.-]{20,300}", _T) for p in ("hvs.", "hvb.", "dp.st.", "dp.pt.")),
    *(_shape(p, r"[\w-]{20,200}", _T) for p in ("PMAK-", "NRAK-", "NRII-", "pul-", "dapi")),
    *(_shape(p, r"[\w=.-]{20,300}", _T) for p in ("ATATT3", "ATCTT3", "ATBB", "pat-na1-")),
    _shape("Key=", r"[\w+/=-]{20,300}", _S),
    _shape("HRKU-", r"[\w-]{30,100}", _K),
    _shape("xkeysib-", r"[\w-]{30,120}", _K),
    _shape("-us", r"\d{1,2}(?!\w)", _K, before=r"(?<=[0-9a-f]{32})"),
    _shape("8Q~", r"[\w.~-]{31,34}", _S),
    _shape("AGE-SECRET-KEY-1", r"[A-Z0-9]{40,70}", SecretKind.PRIVATE_KEY),
    _shape(
        "$",
        r"(?:2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}|(?:pbkdf2|y\$|7\$|P\$|H\$|S\$)"
        r"[\w$=,+/.-]{20,300}|(?:1|5|6|apr1|sha1|md5)\$[\w$=,./]{20,200})",
        _P,
    ),
    _shape("pbkdf2_sha", r"\d{1,3}\$\d{1,8}\$[\w+/=.$]{20,200}", _P),
    _shape("dt0c01.", r"[A-Z0-9]{24}\.[A-Z0-9]{64}", _T),
    _shape(":APA91b", r"[\w-]{60,200}", _K, before=r"(?<=[\w-]{8})"),
    _shape(":AA", r"[\w-]{30,40}", _T, before=r"(?<=\d)"),
)
"""The last is the Telegram bot's token; its number stands before the colon."""

_UNDERSCORED = {
    **dict.fromkeys(("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), (r"[A-Za-z0-9]{20,255}", _T)),
    **dict.fromkeys(
        ("sk_live_", "sk_test_", "rk_live_", "rk_test_", "pk_live_", "sk_prod_"),
        (r"[A-Za-z0-9]{10,250}", _K),
    ),
    **dict.fromkeys(("dop_v1_", "doo_v1_", "dor_v1_"), (r"[0-9a-f]{40,80}", _T)),
    **dict.fromkeys(("shpat_", "shpss_", "shpca_", "shppa_"), (r"[0-9a-fA-F]{20,64}", _T)),
    **dict.fromkeys(
        ("github_pat_", "glsa_", "glc_", "secret_", "figd_", "lin_api_", "ntn_", "sbp_", "nfp_"),
        (r"[\w-]{20,255}", _T),
    ),
    **dict.fromkeys(("whsec_", "npm_", "rubygems_", "hf_", "r8_", "gsk_"), (r"\w{20,120}", _T)),
    **dict.fromkeys(
        ("dckr_pat_", "tfp_", "re_", "phc_", "phx_", "pscale_tkn_", "sntrys_", "sntryu_"),
        (r"[\w-]{24,120}", _T),
    ),
    **dict.fromkeys(("sk_", "pk_"), (r"(?=\w{0,40}\d)[A-Za-z0-9]{32,120}", _K)),
}
_RESTS = {literal: (re.compile(rest), kind) for literal, (rest, kind) in _UNDERSCORED.items()}
_LITERALS = tuple(sorted(_RESTS, key=len, reverse=True))
_LONGEST = len(_LITERALS[0])
_JWT = re.compile(r"eyJ[\w-]*+(?:\.[\w-]{4,}+(?:\.[\w-]*+){0,3}+)?")
_BLOCK = re.compile(
    r"-----BEGIN[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"[^-\0]{0,20000}+(?:-----END[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?"
)
# Tokens of Airtable and of Discord's bots: from their dot on, and before it.
_DOT = re.compile(r"\.(?:\.++|[0-9a-f]{64}|[\w-]{6}\.(?=[a-z_-]{0,39}[A-Z\d])[\w-]{27,40})")
_BEFORE_DOT = re.compile(r"(?:pat[A-Za-z0-9]{14}|[MNO][A-Za-z0-9]{22,27})\Z")
_ANYWHERE = (
    Shape("-----BEGIN", _BLOCK, SecretKind.PRIVATE_KEY),
    _shape("SHA}", r"[\w+/=]{20,200}", _P),
    _shape("$argon2", r"[\w$=,+/.-]{20,300}", _P),
    _shape("$scrypt$", r"[\w$=,+/.-]{20,300}", _P),
)
"""Shapes with signs that no long word has."""


def known_shapes(text: Text) -> Iterator[Hit]:
    """Secrets of known shapes.

    Raises:
        ValueError: There are more candidates than can be looked at.
    """
    for shape in _ANYWHERE:
        for at in places(text.plain, shape.literal):
            if match := shape.pattern.match(text.plain, at):
                yield Hit(*match.span(), shape.kind)
    runs = text.runs
    for start, end, kind in _in_runs(runs.joined):
        begin = runs.back(start)
        yield Hit(begin, begin + end - start, kind)


def _in_runs(joined: str) -> Iterator[Hit]:
    yield from _tokens(joined)
    for shape in SHAPES:
        for at in places(joined, shape.literal):
            if found := shape.pattern.match(joined, at):
                yield Hit(*found.span(), shape.kind)
    for at in places(joined, "_", _MOST_UNDERSCORES):
        if joined.endswith(_LITERALS, max(0, at - _LONGEST), at + 1):
            yield from _underscored(joined, at + 1)


def _tokens(joined: str) -> Iterator[Hit]:
    """JSON Web Tokens, encrypted ones too, and others that are known by their dots."""
    for found in _DOT.finditer(joined):
        if before := _BEFORE_DOT.search(joined, max(0, found.start() - 29), found.start()):
            yield Hit(before.start(), found.end(), SecretKind.TOKEN)
    if "eyJ" in joined:
        for found in _JWT.finditer(joined):
            if "." in found[0]:
                yield Hit(*found.span(), SecretKind.JWT)


def _underscored(joined: str, end: int) -> Iterator[Hit]:
    """A shape whose literal beginning ends there; the longest counts."""
    for literal in _LITERALS:
        if joined.endswith(literal, 0, end):
            rest, kind = _RESTS[literal]
            if found := rest.match(joined, end):
                yield Hit(end - len(literal), found.end(), kind)
            return
