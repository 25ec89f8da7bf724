"""Small judgements that several rules share."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from itertools import islice
from urllib.parse import quote, quote_plus

from reqsift.domain.cookies import SetCookie
from reqsift.domain.findings import Evidence
from reqsift.domain.inputs import Input
from reqsift.domain.urls import Param, parse_url
from reqsift.domain.view import RESPONSE_BODY, URL, View

_SESSION = re.compile(
    r"sess|auth(?!or)|jwt|token|login|wordpress_(?:logged_in|sec)_|remember|sso|(?:^|[-_.])sid(?:[-_.]|$)|ticket|identity",
    re.IGNORECASE,
)
_NO_SESSION = re.compile(
    r"csrf|xsrf|antiforgery|consent|lang|locale|theme|analytics|captcha|session_?start"
    r"|^_{0,2}(?:ga|gid|gat|gcl|fb|hj|cf|utm|pk|clck|clsk|hs|uet|scid|tt|dd|hp2|dc|pin)(?:[-_.]|\d|$)"
    r"|^(?:mp|amp|ajs|ak|bm|nlbi|visid|incap|ai|sbjs|optanon|intercom|awsalb|awselb|bigip"
    r"|arraffinity|datadome|_hj|_uet)",
    re.IGNORECASE,
)
_TOKEN_VALUE = re.compile(r"(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[\w.%+/=~-]{24,}\Z", re.ASCII)
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "ac", "gov", "edu"})
_PASSWORD = re.compile(
    r"passw(?:or)?d|passwort|^pwd|pwd$|^pass$|^pw$|passphrase|^kennwort|^senha|^contrase|^mot_?de_?pass"
    r"|^has[lł]o|^wachtwoord|^clave(?:_?acceso)?$|^mdp$|^motpasse|^heslo|^geslo|^lozinka|^l[oö]senord"
    r"|^passord|^adgangskode|^salasana|^jelsz[oó]|^parol[aăe]?$|^parool$|^[sş]ifre$",
    re.IGNORECASE,
)
_PRIVATE_FIELD = re.compile(
    r'"(?:e?mail(?:_?address)?|phone(?:_?number)?|mobile|street|address|ssn|iban|balance'
    r"|birth_?da(?:te|y)|date_?of_?birth|dob|card_?number|account_?number|salary|passport"
    r"|access_?token|refresh_?token|api_?key|telefono?|t[ée]l[ée]phone|adresse?|anschrift"
    r"|direcci[oó]n|endere[cç]o|correo|courriel|pesel|geburts(?:datum|tag))"
    r'"\s{0,3}:\s{0,3}(?:"[^"]|\d|\{)',
    re.IGNORECASE,
)
_PRIVATE_NAMES = frozenset(
    {
        *("email", "emailaddress", "mail", "mailaddress", "phone", "phonenumber", "mobile", "dob"),
        *("street", "address", "ssn", "iban", "balance", "birthdate", "birthday", "dateofbirth"),
        *("cardnumber", "accountnumber", "salary", "passport", "accesstoken", "refreshtoken"),
        *("apikey", "telefon", "telefono", "teléfono", "telephone", "téléphone", "adres"),
        *("adresse", "anschrift", "direccion", "dirección", "endereco", "endereço", "correo"),
        *("courriel", "pesel", "geburtsdatum", "geburtstag"),
    }
)
_MOST_MEMBERS = 300
_LIKE_OTHERS = 3
"""Members of a list that are looked at: the others are like them."""
_PRIVATE_WORDS = (
    "telefon",
    "adres",
    "anschrift",
    "direcci",
    "endere",
    "correo",
    "courriel",
    "pesel",
    "geburts",
    "mail",
    "phone",
    "mobile",
    "address",
    "street",
    "ssn",
    "iban",
    "balance",
    "birth",
    "dob",
    "number",
    "salary",
    "passport",
    "token",
    "key",
)
_ADDRESS = re.compile(r"@(?<=\w@)[A-Za-z0-9-]{1,63}\.[A-Za-z]{2,}")
_PAGE_WORDS = (
    "your account",
    "my account",
    "balance",
    "iban",
    "phone",
    "street",
    "birth",
    "ssn",
    "card number",
    "shipping address",
    "profile",
)


def is_quoted(view: View, evidence: Evidence) -> bool:
    """Whether a successful page shows the text in `<code>`, as explanations do."""
    if view.status >= 400 or not view.is_html:
        return False
    before = view.response_text[max(0, evidence.offset - 20_000) : evidence.offset].lower()
    return before.rfind("<code") > before.rfind("</code")


def is_session_name(name: str) -> bool:
    """Whether a cookie of that name is likely to carry a session or a login."""
    return _SESSION.search(name) is not None and _NO_SESSION.search(name) is None


def may_carry_session(cookie: Param) -> bool:
    """Whether a cookie is one by its name, or by a value that nobody would make up by hand."""
    if is_session_name(cookie.name):
        return True
    token = _TOKEN_VALUE.match(cookie.value) is not None
    return token and _NO_SESSION.search(cookie.name) is None


def session_cookies(view: View) -> list[Param]:
    """The cookies in the request that look like a session."""
    return [cookie for cookie in view.cookies if cookie.value and is_session_name(cookie.name)]


def issued_sessions(view: View) -> Iterator[SetCookie]:
    """The cookies that the response sets as a session; deletions are none."""
    for cookie in view.set_cookies:
        session = is_session_name(cookie.name) or cookie.value.startswith("eyJ")
        if session and not _deletes(cookie):
            yield cookie


def _deletes(cookie: SetCookie) -> bool:
    attributes = cookie.attributes
    return (
        cookie.value.strip('"').lower() in {"", "deleted", "null"}
        or attributes.get("max-age", "1").startswith(("0", "-"))
        or "1970" in attributes.get("expires", "")
    )


def has_credentials(view: View) -> bool:
    """Whether the request shows who sends it."""
    headers = ("authorization", "x-api-key", "x-auth-token", "x-access-token")
    return any(view.request_header(name) for name in headers) or bool(session_cookies(view))


def is_password_name(name: str) -> bool:
    """Whether a field of that name holds a password."""
    return _PASSWORD.search(name) is not None


def succeeded(view: View) -> bool:
    """Whether the server went along with the request."""
    return 200 <= view.status < 400


def in_clear(view: View) -> bool:
    """Whether the exchange crossed a network unencrypted; loopback never leaves the machine."""
    return view.url.scheme in {"http", "ws"} and not is_loopback(view.url.host)


def is_loopback(host: str) -> bool:
    """Whether `host`, with or without port, is this machine itself."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name in {"localhost", "[::1]"} or name.endswith(".localhost") or name.startswith("127.")


def site(host: str) -> str:
    """The part of a host name that one owner registers, roughly; an address stays whole."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    try:
        return str(ip_address(name.strip("[]")))
    except ValueError:
        labels = name.split(".")
    two_levels = len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2
    return ".".join(labels[-3 if two_levels else -2 :])


def foreign_host(view: View, target: str) -> str:
    """The host of the absolute URL `target` if it belongs to somebody else, else empty."""
    target = target.strip().replace("\\", "/")
    if target.startswith("//"):
        target = f"{view.url.scheme}:{target}"
    url = parse_url(target)
    if url.scheme not in {"http", "https"} or not url.host:
        return ""
    return "" if site(url.host) == site(view.url.host) else url.host


def input_evidence(view: View, given: Input) -> Evidence:
    """Where an input stands in the request, as it was encoded; the whole part at worst."""
    if given.part != URL and (
        found := view.quote(given.part, given.value) if given.value else None
    ):
        return found
    for name in (given.name, quote_plus(given.name, errors="replace")):
        for value in _encodings(given.value):
            if name and (found := view.quote(given.part, f"{name}={value}")):
                return found
    return view.whole(given.part)


def _encodings(value: str) -> Iterator[str]:
    yield value
    yield quote_plus(value, errors="replace")
    yield quote(value, safe="/:'()!*", errors="replace")
    yield quote(value, safe="", errors="replace").lower()


def found_in_body(view: View, pattern: re.Pattern[str]) -> Evidence | None:
    """Evidence for the first place of `pattern` in the response body."""
    found = pattern.search(view.body)
    return view.span(RESPONSE_BODY, *found.span()) if found and found.group() else None


def words_in_body(view: View, words: str) -> Evidence | None:
    """Evidence for `words` (lower case) in the response body, in any case."""
    if words not in view.lower_body:
        return None
    return found_in_body(view, re.compile(re.escape(words), re.IGNORECASE))


def private_data(view: View) -> Evidence | None:
    """The first sign that the response is meant for one person only."""
    return view.once(_private_data)


def _private_data(view: View) -> Evidence | None:
    if view.is_json:
        if not any(word in view.lower_body for word in _PRIVATE_WORDS):
            return None
        if view.response_json is None:  # cut, or not quite JSON
            return found_in_body(view, _PRIVATE_FIELD)
        return _private_member(view)
    if view.is_html and "@" in view.body and any(word in view.lower_body for word in _PAGE_WORDS):
        return found_in_body(view, _ADDRESS)
    return None


def _private_member(view: View) -> Evidence | None:
    """The first member whose name says that its value is private."""
    waiting: list[object] = [view.response_json]
    for _ in range(_MOST_MEMBERS):
        if not waiting:
            return None
        outer = waiting.pop()
        if isinstance(outer, list):
            waiting += outer[:_LIKE_OTHERS]
        elif isinstance(outer, dict):
            for name, value in islice(outer.items(), _MOST_MEMBERS):
                told = isinstance(value, str | int | dict) and value not in ("", False)
                if told and name.lower().replace("_", "") in _PRIVATE_NAMES:
                    return view.quote(RESPONSE_BODY, f'"{name}"')
            waiting += outer.values()
    return None


_PERSONAL_PATH = re.compile(
    r"/(?:orders?|invoices?|bookings?|reservations?|messages?|tickets?|documents?|reports?|patients?"
    r"|customers?|members?|payments?|transactions?|statements?|claims?|prescriptions?|payslips?"
    r"|timesheets?|appointments?|contracts?|subscriptions?|wallets?)(?:/|\Z)"
)
_PERSONAL_NAMES = frozenset(
    {
        *("user", "username", "user_name", "owner", "customer", "patient", "member", "account"),
        *("login", "fullname", "full_name", "firstname", "first_name", "lastname", "last_name"),
        "surname",
    }
)
_LEAVING = re.compile(r"log-?_?out|sign-?_?out|abmelden|d[ée]connexion|cerrar sesi", re.IGNORECASE)
_GREETINGS = ("hello", "welcome", "hallo", "willkommen", "guten tag", "bonjour", "hola", "witaj")
_GREETING = re.compile(
    r"\b(?:hello|welcome(?: back)?|hallo|willkommen|guten tag|bonjour|hola|witaj)[,!]? "
    r"(?!to\b|at\b|the\b|in\b|on\b|our\b|bei\b|zu|auf\b|im\b|sur\b|chez\b|a\b|there\b|world\b|back\b)"
    r"[A-Za-z][\w.@-]{1,60}",
    re.IGNORECASE,
)
_LEAVING_WORDS = ("logout", "log-out", "log out", "sign out", "signout", "abmelden", "connexion")


def personal(view: View) -> Evidence | None:
    """A sign that the answer is for somebody who is known, though it names nothing private."""
    return view.once(_personal)


def _personal(view: View) -> Evidence | None:
    if view.is_json:
        for name in _member_names(view.response_json):
            if name.lower() in _PERSONAL_NAMES:
                return view.quote(RESPONSE_BODY, f'"{name}"')
        personal_path = _PERSONAL_PATH.search(view.url.path.lower()) and view.body
        return view.span(RESPONSE_BODY, 0, 80) if personal_path else None
    if not view.is_page:
        return None
    if any(words in view.lower_body for words in _LEAVING_WORDS):
        return found_in_body(view, _LEAVING)
    greets = any(words in view.lower_body for words in _GREETINGS)
    return found_in_body(view, _GREETING) if greets else None


def _member_names(parsed: object) -> Iterator[str]:
    """The names in an object, and in what it holds or a list begins with."""
    outer = parsed[0] if isinstance(parsed, list) and parsed else parsed
    if isinstance(outer, dict):
        for name, value in outer.items():
            if value not in (None, ""):
                yield name
            inner = value[0] if isinstance(value, list) and value else value
            if isinstance(inner, dict):
                yield from inner
