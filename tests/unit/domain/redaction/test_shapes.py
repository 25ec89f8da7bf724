"""Keys of known shapes; each is put together here, so that no scanner takes it for a real one."""

import random
import string

import pytest

from tests.unit.domain.redaction.redacting import body_of

DICE = random.Random(11)


def drawn(count: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(DICE.choices(alphabet, k=count))


HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits
KEYS = {
    "AWS": "AKIA" + drawn(16, UPPER),
    "OpenAI, without a project": "sk-" + "9" + drawn(47),
    "Airtable": "pat" + drawn(14) + "." + drawn(64, HEX),
    "Discord's bot": "M" + drawn(23) + "." + drawn(6) + "." + drawn(26) + "7",
    "PlanetScale": "pscale" + "_tkn_" + drawn(43),
    "GitHub": "ghp_" + drawn(36),
    "GitHub, fine-grained": "github_pat_" + drawn(22) + "_" + drawn(59),
    "GitLab": "glpat-" + drawn(20),
    "Slack": "xoxb-" + drawn(12, "123456789") + "-" + drawn(24),
    "Slack hook": "https://hooks.slack.com/services/T"
    + drawn(8)
    + "/B"
    + drawn(8)
    + "/"
    + drawn(24),
    "Discord hook": "https://discord.com/api/webhooks/" + "1" * 18 + "/" + drawn(68),
    "Stripe": "sk_live_" + drawn(24),
    "Google": "AIza" + drawn(35),
    "Google OAuth": "ya29." + drawn(60),
    "SendGrid": "SG." + drawn(22) + "." + drawn(43),
    "Twilio": "SK" + drawn(32, HEX),
    "Mailgun": "key-" + drawn(32, HEX),
    "Mailchimp": drawn(32, HEX) + "-us12",
    "npm": "npm_" + drawn(36),
    "PyPI": "pypi-" + drawn(80),
    "OpenAI": "sk-proj-" + drawn(48),
    "Anthropic": "sk-ant-api03-" + drawn(80),
    "DigitalOcean": "dop_v1_" + drawn(64, HEX),
    "Shopify": "shpat_" + drawn(32, HEX),
    "Square": "sq0atp-" + drawn(22),
    "Hugging Face": "hf_" + drawn(34),
    "Vault": "hvs." + drawn(40),
    "Linear": "lin_api_" + drawn(40),
    "Postman": "PMAK-" + drawn(24, HEX) + "-" + drawn(34, HEX),
    "Telegram": "1234567890" + ":AA" + drawn(33),
    "Azure": "AccountKey=" + drawn(86) + "==",
    "bcrypt": "$2b$12$" + drawn(53),
    "argon2": "$argon2id$v=19$m=65536,t=3,p=4$" + drawn(22) + "$" + drawn(43),
    "crypt": "$6$" + drawn(8) + "$" + drawn(86),
    "LDAP": "{SSHA}" + drawn(32),
    "PBKDF2": "pbkdf2_sha256$260000$" + drawn(22) + "$" + drawn(43),
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize(
    "around", ["{}", "see {} there", r'{{"x":"line\n{}"}}', "a={}&b=1", "<{}>"]
)
def test_a_key_is_hidden_wherever_it_stands(key: str, around: str) -> None:
    left = body_of(around.format(key))
    assert key[-16:] not in left
    assert "_1>" in left


def test_a_token_leaves_neither_head_nor_tail() -> None:
    token = "eyJ" + drawn(30) + "." + drawn(20_000) + "." + drawn(43)
    assert body_of(f'{{"x":"{token}"}}') == '{"x":"<JWT_1>"}'


@pytest.mark.parametrize("word", ["", "RSA ", "EC ", "OPENSSH "])
def test_a_private_key_is_hidden_as_a_block(word: str) -> None:
    kind = f"{word}PRIVATE KEY"
    block = f"-----BEGIN {kind}-----\nMIIE\nabc=\n-----END {kind}-----"
    assert body_of(f"a {block} b") == "a <PRIVATE_KEY_1> b"


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
        "/static/app.3f2504e04f8941d3.js",
        "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC",
        "task-runner-of-the-desk-of-someone",
        "sk_and_pk_are_letters_of_an_alphabet",
        "eyJ",
    ],
)
def test_what_only_looks_alike_stays(text: str) -> None:
    assert body_of(text) == text
