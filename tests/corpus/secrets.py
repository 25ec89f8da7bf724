"""Made-up secrets of many kinds in many places, and harmless values that look like some.

Key-like texts are put together here from pieces, so that no scanner of this repository sees any.
"""

import html
import json
import random
import string
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from reqsift.domain.captures import Exchange
from tests.corpus.look_alikes import look_alikes
from tests.corpus.places import ANYWHERE, PATHS, PLACES, Place

__all__ = ["Planted", "forms", "look_alikes", "planted"]

_SEED = 20260305
_LETTERS = string.ascii_letters
_ALNUM = _LETTERS + string.digits
_UPPER = string.ascii_uppercase + string.digits
_URL_SAFE = _ALNUM + "-_"
_HEX = "0123456789abcdef"
_BASE64 = _ALNUM + "+/"


@dataclass(frozen=True)
class Planted:
    """A secret in its place."""

    exchange: Exchange
    secret: str
    kind: str
    place: str


@dataclass(frozen=True)
class Kind:
    """How values of a kind look; `field` is the name that gives them away, if they need one."""

    name: str
    make: Callable[[random.Random], str]
    field: str = ""
    before: str = ""
    after: str = ""
    """What stands around the secret itself, such as the rest of a URL."""


def planted() -> list[Planted]:
    """Every kind in every place where it can stand; the same ones each time."""
    chance = random.Random(_SEED)
    cases: list[Planted] = []
    for kind in (*_shaped(), *_named()):
        for place in _places_for(kind):
            secret = kind.make(chance)
            name = kind.field or chance.choice(["note", "data", "value", "comment", "remark"])
            made = place.make(name, kind.before + secret + kind.after)
            cases.append(Planted(made, _telling(secret), kind.name, place.name))
    return cases


def forms(secret: str) -> set[str]:
    """How a secret may be written: as it is, escaped for URLs, JSON and HTML, or in base64."""
    written = {secret, quote(secret, safe=""), quote_plus(secret), html.escape(secret)}
    once = json.dumps(secret)[1:-1]
    written |= {once, json.dumps(once)[1:-1], *_in_base64(secret)}
    return {form for form in written if len(form) >= 3}


def _in_base64(secret: str) -> Iterator[str]:
    """What is the same of its base64 wherever it begins, in both alphabets."""
    content = secret.encode()
    for skipped in range(3):
        whole = len(content[skipped:]) // 3 * 3
        core = content[skipped : skipped + whole]
        if core:
            yield b64encode(core).decode()
            yield urlsafe_b64encode(core).decode()


def _telling(secret: str) -> str:
    """Of a block of several lines the first that is no frame."""
    return secret.split("\n")[1] if "\n" in secret else secret


def _places_for(kind: Kind) -> Iterator[Place]:
    for place in PLACES:
        if kind.name != _TOO_SHORT or not place.name.startswith(("JWT", "base64")):
            yield place
    if not kind.field:
        yield from ANYWHERE
        if not kind.before and kind.name not in _NOT_IN_PATHS:
            yield from PATHS


_TOO_SHORT = "security code"
"""Its three digits cannot be told in base64 wherever they begin."""
_NOT_IN_PATHS = frozenset({"phone", "private key", "private key (elliptic)"})


def _drawn(signs: str, length: int, before: str = "") -> Callable[[random.Random], str]:
    return lambda chance: before + "".join(chance.choices(signs, k=length))


def _shaped() -> Iterator[Kind]:
    """Known by their shape, whatever their field is called."""
    for name, signs, length, before in _KEYS:
        yield Kind(name, _drawn(signs, length, before))
    yield Kind("JWT", _jwt)
    yield Kind("private key", lambda chance: _block(chance, "RSA "))
    yield Kind("private key (elliptic)", lambda chance: _block(chance, "EC "))
    yield Kind("SendGrid", lambda c: f"SG.{_drawn(_URL_SAFE, 22)(c)}.{_drawn(_URL_SAFE, 43)(c)}")
    yield Kind("Telegram", lambda c: f"{c.randrange(10**9, 10**10)}:AA{_drawn(_URL_SAFE, 33)(c)}")
    yield Kind("bcrypt", _drawn(_ALNUM, 53, "$2b$" + "12$"))
    yield Kind("argon2", lambda c: f"$argon2id$v=19$m=65536,t=3,p=4${_b64(c, 16)}${_b64(c, 32)}")
    yield Kind("SHA-512 crypt", lambda c: f"$6${_drawn(_ALNUM, 12)(c)}${_drawn(_ALNUM, 86)(c)}")
    yield Kind("PBKDF2", lambda c: f"pbkdf2_sha256$600000${_drawn(_ALNUM, 22)(c)}${_b64(c, 32)}=")
    yield Kind("e-mail", lambda c: f"{_drawn(_LETTERS, 9)(c)}.{c.randrange(99)}@mail.example.com")
    yield Kind("phone", lambda c: f"+49 {c.randrange(151, 180)} {c.randrange(10**7, 10**8)}")
    yield Kind("card", lambda c: _luhn(c.choice("45") + "1" + _drawn(string.digits, 13)(c)))
    yield Kind("IBAN", _iban)
    yield Kind(
        "Slack webhook", _drawn(_ALNUM, 24), before="https://hooks.slack.com/services/T0/B0/"
    )
    hook = "https://discord.com/api/" + "webhooks/112233445566778899/"
    yield Kind("Discord webhook", _drawn(_URL_SAFE, 68), before=hook)
    for scheme in ("postgres", "mongodb+srv", "redis", "amqp", "https"):
        before, after = f"{scheme}://service:", "@db.internal.example/main"
        yield Kind(f"password of {scheme}", _drawn(_ALNUM, 14), before=before, after=after)
    storage = "DefaultEndpointsProtocol=https;AccountName=shop;Account" + "Key="
    yield Kind("Azure storage", lambda c: _b64(c, 64) + "==", before=storage)
    yield Kind("bearer in text", _drawn(_ALNUM, 30, "t0"), before="curl -H Authorization: Bearer ")


_KEYS = (
    ("AWS", _UPPER, 16, "AK" + "IA"),
    ("AWS, temporary", _UPPER, 16, "AS" + "IA"),
    ("GitHub", _ALNUM, 36, "gh" + "p_"),
    ("GitHub app", _ALNUM, 36, "gh" + "s_"),
    ("GitHub, fine-grained", _ALNUM, 82, "github" + "_pat_"),
    ("GitLab", _URL_SAFE, 20, "gl" + "pat-"),
    ("Slack", _ALNUM, 24, "xo" + "xb-123456789012-"),
    ("Stripe", _ALNUM, 24, "sk" + "_live_"),
    ("Stripe, restricted", _ALNUM, 24, "rk" + "_live_"),
    ("Stripe webhook", _ALNUM, 32, "wh" + "sec_"),
    ("Google", _URL_SAFE, 35, "AI" + "za"),
    ("Google OAuth", _URL_SAFE, 60, "ya" + "29."),
    ("Google client", _URL_SAFE, 28, "GOC" + "SPX-"),
    ("Twilio", _HEX, 32, "S" + "K"),
    ("npm", _ALNUM, 36, "np" + "m_"),
    ("PyPI", _URL_SAFE, 120, "py" + "pi-AgEIcHlwaS5vcmc"),
    ("OpenAI", _ALNUM, 48, "s" + "k-9"),
    ("OpenAI project", _URL_SAFE, 64, "sk" + "-proj-"),
    ("Anthropic", _URL_SAFE, 90, "sk" + "-ant-api03-"),
    ("DigitalOcean", _HEX, 64, "do" + "p_v1_"),
    ("Shopify", _HEX, 32, "sh" + "pat_"),
    ("Mailgun", _HEX, 32, "ke" + "y-"),
    ("Square", _URL_SAFE, 43, "sq" + "0atp-"),
    ("Heroku", _URL_SAFE, 60, "HR" + "KU-"),
    ("Databricks", _HEX, 32, "da" + "pi"),
    ("Postman", _HEX, 59, "PM" + "AK-"),
    ("New Relic", _UPPER, 27, "NR" + "AK-"),
    ("Hugging Face", _LETTERS, 34, "h" + "f_"),
    ("Vault", _ALNUM, 90, "hv" + "s."),
    ("Docker Hub", _URL_SAFE, 27, "dck" + "r_pat_"),
    ("Grafana", _ALNUM, 41, "gl" + "sa_"),
    ("Linear", _ALNUM, 40, "lin" + "_api_"),
    ("Atlassian", _URL_SAFE, 180, "ATA" + "TT3xFf"),
    ("Facebook", _ALNUM, 120, "EA" + "ACEd"),
    ("Doppler", _ALNUM, 43, "dp" + ".pt."),
    ("Supabase", _HEX, 40, "sb" + "p_"),
    ("Brevo", _HEX, 64, "xkey" + "sib-"),
    ("RubyGems", _HEX, 48, "ruby" + "gems_"),
    ("Airtable", _HEX, 64, "pat" + "Zk3aQm81LxwTy7."),
    ("PlanetScale", _URL_SAFE, 43, "pscale" + "_tkn_"),
    ("Sentry", _ALNUM, 60, "snt" + "rys_"),
    ("Dynatrace", _UPPER, 64, "dt0" + "c01.ST2EY72KQINMH574WMNVI7YN."),
    ("Discord bot", _URL_SAFE, 27, "MTk4NjIyNDgzNDcxOTI1MjQ4" + ".Cl2FMQ."),
    ("Firebase messaging", _URL_SAFE, 134, "AAAAx7bQ-9k:AP" + "A91b"),
)


def _named() -> Iterator[Kind]:
    """Known by the name of their field only."""
    for name, field, signs, length in _FIELDS:
        yield Kind(name, _drawn(signs, length), field)
    for field in ("password", "new_password", "passphrase"):
        yield Kind(f"{field} of words", _words, field)


_FIELDS = (
    ("password", "password", _ALNUM + "!$*.", 12),
    ("password of a user", "userPassword", _ALNUM, 10),
    ("password, short", "pwd", _ALNUM, 7),
    ("password with signs", "passwd", _ALNUM + "&<>\"'\\%= ", 16),
    ("MD5 of a password", "password_hash", _HEX, 32),
    ("client secret", "client_secret", _URL_SAFE, 32),
    ("AWS secret key", "aws_secret_access_key", _BASE64, 40),
    ("access token", "access_token", _URL_SAFE, 40),
    ("refresh token", "refreshToken", _URL_SAFE, 48),
    ("id of a session", "session_id", _HEX, 32),
    ("id of a session (PHP)", "PHPSESSID", _ALNUM, 26),
    ("id of a session (Java)", "JSESSIONID", _UPPER, 32),
    ("API key", "api_key", _ALNUM, 32),
    ("API key, camel case", "apiKey", _HEX, 32),
    ("key of a subscription", "subscription-key", _HEX, 32),
    ("CSRF token", "csrf_token", _URL_SAFE, 43),
    ("CSRF token (Rails)", "authenticity_token", _BASE64, 86),
    ("CSRF token (Django)", "csrfmiddlewaretoken", _ALNUM, 64),
    ("CSRF token (ASP.NET)", "__RequestVerificationToken", _URL_SAFE, 92),
    ("reset token", "reset_token", _HEX, 40),
    ("device token", "deviceToken", _HEX, 64),
    ("private key by name", "private_key", _BASE64, 64),
    ("encryption key", "encryptionKey", _HEX, 64),
    ("signature", "X-Amz-Signature", _HEX, 64),
    ("one-time code", "otp", string.digits, 6),
    ("security code", "cvv", string.digits, 3),
    ("webhook secret", "webhookSecret", _ALNUM, 24),
    ("SAS signature", "sig", _BASE64, 43),
)


def _words(chance: random.Random) -> str:
    return "".join(chance.choices(["Blue", "Horse", "River", "Stone", "Maple", "Quill"], k=4)) + "7"


def _b64(chance: random.Random, length: int) -> str:
    return b64encode(chance.randbytes(length)).decode().rstrip("=")


def _jwt(chance: random.Random) -> str:
    def encoded(document: object) -> str:
        return urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")

    claims = {"sub": str(chance.randrange(10**6)), "role": "admin", "exp": 1_790_000_000}
    signature = _drawn(_URL_SAFE, 43)(chance)
    return f"{encoded({'alg': 'HS256', 'typ': 'JWT'})}.{encoded(claims)}.{signature}"


def _block(chance: random.Random, of: str) -> str:
    lines = [_drawn(_BASE64, 64)(chance) for _ in range(6)]
    begin, end = (f"-----{word} {of}PRIVATE " + "KEY-----" for word in ("BEGIN", "END"))
    return "\n".join([begin, *lines, end])


def _luhn(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 if place % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def _iban(chance: random.Random) -> str:
    account = _drawn(string.digits, 18)(chance)
    return f"DE{98 - int(account + '131400') % 97:02}{account}"
