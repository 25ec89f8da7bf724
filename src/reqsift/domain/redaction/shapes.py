"""Secrets that are known by their shape: each begins with a literal, so that a search is quick."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from reqsift.domain.redaction.secrets import SecretKind

_K, _T, _S = SecretKind.API_KEY, SecretKind.TOKEN, SecretKind.SECRET
_P = SecretKind.PASSWORD_HASH


class Hit(NamedTuple):
    """A secret in a text."""

    start: int
    end: int
    kind: SecretKind


class Shape(NamedTuple):
    """A literal beginning, and what must stand from there on."""

    literal: str
    pattern: re.Pattern[str]
    kind: SecretKind


def _shape(literal: str, rest: str, kind: SecretKind) -> Shape:
    return Shape(literal, re.compile(re.escape(literal) + rest), kind)


SHAPES = (
    Shape(
        "eyJ", re.compile(r"eyJ[\w-]{8,8192}\.[\w-]{4,8192}(?:\.[\w-]{0,8192})?"), SecretKind.JWT
    ),
    *(_shape(p, r"[A-Z0-9]{12,20}", _K) for p in ("AKIA", "ASIA", "AROA", "AIDA")),
    *(_shape(p, r"[A-Za-z0-9]{20,255}", _T) for p in ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
    _shape("github_pat_", r"\w{20,255}", _T),
    *(_shape(p, r"[\w-]{16,128}", _T) for p in ("glpat-", "gldt-", "glrt-", "glptt-", "glsoat-")),
    *(_shape(p, r"[\w-]{10,250}", _T) for p in ("xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-")),
    *(_shape(p, r"[\w-]{10,250}", _T) for p in ("xapp-", "xoxe.", "xoxc-", "xoxd-")),
    _shape("hooks.slack.com/services/", r"[\w/]{20,80}", _S),
    _shape("discord.com/api/webhooks/", r"[\w/-]{20,120}", _S),
    *(_shape(p, r"[A-Za-z0-9]{10,250}", _K) for p in ("sk_live_", "sk_test_", "rk_live_")),
    *(_shape(p, r"[A-Za-z0-9]{10,250}", _K) for p in ("rk_test_", "whsec_", "pk_live_")),
    _shape("AIza", r"[\w-]{30,40}", _K),
    _shape("ya29.", r"[\w-]{20,500}", _T),
    _shape("GOCSPX-", r"[\w-]{20,40}", _S),
    _shape("1//0", r"[\w-]{30,120}", _T),
    _shape("SG.", r"[\w-]{16,32}\.[\w-]{30,64}", _K),
    Shape("SK", re.compile(r"(?<!\w)SK[0-9a-f]{32}(?!\w)"), _K),
    Shape("AC", re.compile(r"(?<!\w)AC[0-9a-f]{32}(?!\w)"), _K),
    Shape("key-", re.compile(r"(?<!\w)key-[0-9a-f]{32}(?!\w)"), _K),
    _shape("npm_", r"[A-Za-z0-9]{30,60}", _T),
    _shape("pypi-", r"[\w-]{40,250}", _T),
    _shape("rubygems_", r"[0-9a-f]{40,64}", _T),
    *(_shape(p, r"[\w-]{20,250}", _K) for p in ("sk-ant-", "sk-proj-", "sk-or-", "sk-svcacct-")),
    Shape("sk-", re.compile(r"(?<!\w)sk-[A-Za-z0-9]{20,100}"), _K),
    *(_shape(p, r"[0-9a-f]{40,80}", _T) for p in ("dop_v1_", "doo_v1_", "dor_v1_")),
    *(_shape(p, r"[0-9a-fA-F]{20,64}", _T) for p in ("shpat_", "shpss_", "shpca_", "shppa_")),
    *(_shape(p, r"[\w-]{20,120}", _T) for p in ("sq0atp-", "sq0csp-", "EAAA", "hf_", "figd_")),
    *(_shape(p, r"[\w.-]{20,300}", _T) for p in ("hvs.", "hvb.", "dp.st.", "lin_api_", "ntn_")),
    *(_shape(p, r"[\w-]{20,200}", _T) for p in ("secret_", "PMAK-", "NRAK-", "NRII-", "glsa_")),
    *(
        _shape(p, r"[\w=.-]{20,300}", _T)
        for p in ("ATATT3", "ATCTT3", "ATBB", "pat-na1-", "EAACEd")
    ),
    *(_shape(p, r"[\w+/=-]{20,300}", _S) for p in ("AccountKey=", "SharedAccessKey=")),
    _shape("AGE-SECRET-KEY-1", r"[A-Z0-9]{40,70}", SecretKind.PRIVATE_KEY),
    Shape(
        "-----BEGIN",
        re.compile(
            r"-----BEGIN[A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
            r"[^-]{0,20000}(?:-----END[A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?"
        ),
        SecretKind.PRIVATE_KEY,
    ),
    *(_shape(p, r"\d\d\$[./A-Za-z0-9]{53}", _P) for p in ("$2a$", "$2b$", "$2y$")),
    *(_shape(p, r"[\w$=,+/.-]{20,300}", _P) for p in ("$argon2", "$scrypt$", "$pbkdf2")),
    *(
        _shape(p, r"[\w$=,./]{20,200}", _P)
        for p in ("$1$", "$5$", "$6$", "$y$", "$apr1$", "{SSHA}")
    ),
    *(_shape(p, r"\d{1,8}\$[\w+/=.$]{20,200}", _P) for p in ("pbkdf2_sha256$", "pbkdf2_sha1$")),
    Shape(":AA", re.compile(r"(?<=\d):AA[\w-]{30,40}"), _T),
)
"""The Telegram bot's token is the last; its number stands before the colon."""

_RUN = re.compile(r"[\w$+/.=:~%-]{18,}+")
"""Where such a secret can stand at all: most texts have few words that long."""
_MOST_HITS = 20_000


class Runs:
    """The long words of a text, one under the other, and the way back."""

    def __init__(self, text: str) -> None:
        """Collect them."""
        self._starts: list[int] = []
        self._places: list[int] = []
        words: list[str] = []
        place = 0
        for found in _RUN.finditer(text):
            words.append(found[0])
            self._starts.append(found.start())
            self._places.append(place)
            place += len(found[0]) + 1
        self.joined = "\n".join(words)

    def back(self, place: int) -> int:
        """The place in the text of a place in `joined`."""
        index = bisect_right(self._places, place) - 1
        return self._starts[index] + place - self._places[index]


def known_shapes(text: str, runs: Runs) -> Iterator[Hit]:
    """Secrets of known shapes.

    Raises:
        ValueError: There are more candidates than can be looked at.
    """
    for shape in _IN_RUNS:
        for at in _places(runs.joined, shape.literal):
            found = shape.pattern.match(runs.joined, at)
            if found is not None:
                start = runs.back(at)
                yield Hit(start, start + found.end() - at, shape.kind)
    for shape in _ANYWHERE:
        for at in _places(text, shape.literal):
            found = shape.pattern.match(text, at)
            if found is not None:
                yield Hit(at, found.end(), shape.kind)


def _places(text: str, literal: str) -> Iterator[int]:
    at = text.find(literal)
    for _ in range(_MOST_HITS):
        if at < 0:
            return
        yield at
        at = text.find(literal, at + len(literal))
    raise ValueError(f"too many places that begin with {literal!r}")


_ANYWHERE = tuple(shape for shape in SHAPES if shape.literal[0] in "-{")
_IN_RUNS = tuple(shape for shape in SHAPES if shape.literal[0] not in "-{")
