"""Keys of known services; placeholders and public keys are none."""

from binascii import crc32
from string import ascii_lowercase, ascii_uppercase, digits

from tests.corpus.rules.exchanges import (
    SCRIPT,
    TEXT,
    Cases,
    Table,
    data,
    exchange,
    page,
)


def checked(prefix: str, random: str) -> str:
    """A token with its checksum, as GitHub and npm make them."""
    left, end = crc32(random.encode()), ""
    for _ in range(6):
        left, digit = divmod(left, 62)
        end = (digits + ascii_uppercase + ascii_lowercase)[digit] + end
    return f"{prefix}_{random}{end}"


# Made up, and joined here so that no line looks like a key of anyone.
AWS = "AKIA" + "Q3EGT7RZ2LMN5XWV"
RANDOM = "Zk3vQ9xT2mLw8RbN5cYd7HfJ1sGpA4"
GITHUB = checked("ghp", RANDOM)
SERVER = checked("ghs", RANDOM[::-1])
NPM = checked("npm", RANDOM.swapcase())
STRIPE = "sk" + "_live_" + "9fK2mQ7xWv4TzR8bNc3Yd6Hj"
PUBLIC = "pk" + "_live_" + "9fK2mQ7xWv4TzR8bNc3Yd6Hj"
TESTED = "sk" + "_test_" + "4eC39HqLyjWDarjtT1zdp7dc"
PUBLISHED = "ghp" + "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"
SLACK = "xox" + "b-" + "2918374650-Qm7xWvTzR8bN"
MAPS = "AIza" + "SyD4qk8Wb2ZtR7vXn1LmE6pUc0HsJg3YfTo"
OCEAN = "dop" + "_v1_" + "f81c0a97d52e4b6e" * 4
GITLAB = "glpat" + "-Qm7xWvTzR8bN2kLw9cYd"

TABLE: Table = {
    "provider-key": Cases(
        noticed=(
            exchange(text=f"var k='{AWS}'", kind=SCRIPT),
            data({"token": GITHUB}),
            exchange(text=f"export GH_TOKEN={SERVER}\n", kind=TEXT),
            exchange(text=f"//packages.example/:_authToken={NPM}", kind=TEXT),
            page(f"<script>pay('{STRIPE}')</script>"),
            data({"hook": SLACK}),
            data({"cloud": {"token": OCEAN}}),
            exchange(text=f'CI_TOKEN: "{GITLAB}"', kind="text/yaml"),
            exchange(text=f"load('{MAPS}')", kind=SCRIPT),
        ),
        silent=(
            page("<code>AKIA" + "IOSFODNN7EXAMPLE</code>"),
            exchange(text=f"var k='{PUBLIC}'", kind=SCRIPT),
            exchange(text=f"stripe('{TESTED}')", kind=SCRIPT),
            exchange(text="ghp" + "_" + "x" * 36, kind=TEXT),
            exchange(text=GITHUB[:-1] + "!", kind=TEXT),
            data({"token": GITHUB[:-6] + "000000"}),
            page(f"<pre>{PUBLISHED}</pre>"),
            exchange(text=f"firebase.initializeApp('{MAPS}')", kind=SCRIPT),
            exchange(text=f"ZZ{AWS}", kind=TEXT),
            exchange(text="AKIA" + "Q3EGT0RZ1LMN8XWV", kind=TEXT),
        ),
    ),
}
