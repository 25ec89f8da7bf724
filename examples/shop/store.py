"""What the shop knows: products and orders in SQLite, made-up secrets, a make-believe file tree."""

import base64
import hashlib
import hmac
import json
import sqlite3
from collections.abc import Mapping

NOW = 1_772_442_000
"""The shop's clock stands still at 2026-03-02 09:00 UTC, so that recordings repeat."""

# Made-up credentials. They are put together here so that no line of source looks like a real one.
AWS_KEY = "AKIA" + "QZ7SHOP3WKLM5XRT"
AWS_SECRET = "q8Zr/4vT" + "n0WfYk2LsD9xHbJc7PmRe1UaGo6iVt5E"
MAPS_KEY = "AIza" + "SyD4qk8Wb2ZtR7vXn1LmE6pUc0HsJg3YfTo"
SERVICE_KEY = "c7e1f09b" + "52d84a6f9e03b1c8a47d65f2"
PARTNER_TOKEN = "q2VvT9xK" + "r4Lw8ZsB1nHd6JyPfCm3GaUe"
DB_URL = "postgresql://shop_app:" + "Tr0ub4dor9Kestrel" + "@db01.corp.internal:5432/shop"
MD5_OF_SUMMER = hashlib.md5(b"summer2024", usedforsecurity=False).hexdigest()
BCRYPT = "$2b$12$" + "Q9xVt3mLk0uYw7ZrNfHc2eJ5sPdA8gBiKoTlUqXyRvWzEn1MhC4aG"
CARDS = ("4111" + "1111" * 3, "5500" + "0055" + "5555" + "5559", "3400" + "0000" + "0000" + "009")
SIGNING_KEY = hashlib.sha256(b"the proper hosts' signing key").digest()

# A "file system" for the endpoints that are weak about paths, XML entities and URLs.
FILES: Mapping[str, str] = {
    "invoices/2026-0142.txt": "Invoice 2026-0142\nSocks, wool  2 x 9.50\nTotal 19.00\n",
    "etc/passwd": "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin"
    "\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n",
    "etc/hosts": "127.0.0.1 localhost\n10.12.4.17 search01.corp.internal search01\n",
    "windows/win.ini": "; for 16-bit app support\r\n[fonts]\r\n[extensions]\r\n[files]\r\n",
}

# "Other servers" for the endpoints that fetch what they are told to.
INTERNET: Mapping[str, str] = {
    "http://169.254.169.254/latest/meta-data/": "ami-id\nhostname\niam/\ninstance-id\nlocal-ipv4\n",
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/shop-web": json.dumps(
        {"Code": "Success", "AccessKeyId": AWS_KEY, "SecretAccessKey": AWS_SECRET}
    ),
    "http://localhost:9200/": '{"name":"search01","cluster_name":"shop-internal",'
    '"version":{"number":"7.10.2"},"tagline":"You Know, for Search"}',
    "https://cdn.example/about.txt": "Pictures and fonts of the shop.\n",
}

_SCHEMA = """
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price REAL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT, item TEXT, total REAL, street TEXT);
CREATE TABLE customers (name TEXT, email TEXT, phone TEXT, hash TEXT, card TEXT, ssn TEXT);
"""
_PRODUCTS = [
    (1, "Wool socks", 9.5),
    (2, "Linen shirt", 39.0),
    (3, "Rain coat", 89.0),
    (4, "Straw hat", 19.9),
]
_ORDERS = [
    (1001, "Anna Berg", "Wool socks", 19.0, "4 Mill Lane"),
    (1002, "Ben Okafor", "Rain coat", 89.0, "81 Harbour Road"),
    (1003, "Chloe Martin", "Straw hat", 19.9, "7 Rue des Fleurs"),
]
_CUSTOMERS = [
    (
        "Anna Berg",
        "anna.berg@mail.example",
        "+49 30 5550134",
        MD5_OF_SUMMER,
        CARDS[0],
        "219-09-9999",
    ),
    ("Ben Okafor", "ben.okafor@mail.example", "+44 20 79460958", BCRYPT, CARDS[1], "078-05-1120"),
]


class Shop:
    """The state of one running demo."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", check_same_thread=False)
        self.db.executescript(_SCHEMA)
        self.db.executemany("INSERT INTO products VALUES (?, ?, ?)", _PRODUCTS)
        self.db.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", _ORDERS)
        self.db.executemany("INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?)", _CUSTOMERS)
        self.sessions: dict[str, str] = {}
        self._issued = 0

    def close(self) -> None:
        self.db.close()

    def token(self, purpose: str) -> str:
        """A value that looks random and is the same in every recording."""
        self._issued += 1
        return hashlib.sha256(f"{purpose} {self._issued}".encode()).hexdigest()[:32]

    def log_in(self, user: str) -> str:
        session = self.token("session")
        self.sessions[session] = user
        return session

    def csrf(self, session: str) -> str:
        """The form token that belongs to a session of the proper hosts."""
        return hmac.new(SIGNING_KEY, session.encode(), "sha256").hexdigest()


def jwt(
    claims: Mapping[str, object], *, signed: bool = True, key: bytes = SIGNING_KEY, **more: object
) -> str:
    """A JSON Web Token: HS256 with a strong key, or `alg: none` and no signature at all.

    `more` stands in the header too.
    """
    header = {"alg": "HS256" if signed else "none", "typ": "JWT", **more}
    texts = [json.dumps(part, separators=(",", ":")) for part in (header, claims)]
    body = ".".join(_base64url(text.encode()) for text in texts)
    signature = hmac.new(key, body.encode(), "sha256").digest() if signed else b""
    return f"{body}.{_base64url(signature)}"


def good_claims(user: str) -> dict[str, object]:
    return {
        "iss": "https://id.example",
        "aud": "safe-api",
        "sub": user,
        "scope": "orders:read orders:write",
        "iat": NOW,
        "exp": NOW + 900,
        "jti": "5f0c2b1e-7f53-4a0e-9c1d-6f6a3c1b2d47",
    }


def pem(kind: str) -> str:
    """Something in the form of a private key: 24 lines of hashes, no key at all."""
    raw = b"".join(hashlib.sha256(f"{kind} {i}".encode()).digest() for i in range(36))
    lines = base64.b64encode(raw).decode()
    body = "\n".join(lines[i : i + 64] for i in range(0, len(lines), 64))
    return (
        f"-----BEGIN {kind} PRIVATE " + f"KEY-----\n{body}\n-----END {kind} PRIVATE " + "KEY-----\n"
    )


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
