"""Redirects to where the client says."""

from urllib.parse import quote

import pytest

from reqsift.domain.captures import Exchange
from tests.unit.domain.rules.exchanges import (
    Cases,
    exchange,
    findings,
    noticed,
    page,
    silent,
)

EVIL = "https://evil.example/login"
LINK = f"https://shop.example/?u={EVIL}"


def led(target: str, location: str, path: str = "go?to=") -> Exchange:
    url = f"https://shop.example/{path}{quote(target, safe='')}"
    return exchange(url, status=302, got={"Location": location})


TABLE = {
    "open-redirect": Cases(
        noticed=(
            led(EVIL, EVIL),
            led("//evil.example/x", "//evil.example/x"),
            led("evil.example", "https://evil.example/"),
            page(f'<meta http-equiv="refresh" content="0;url={EVIL}">', LINK),
            page(f"<script>location.href = '{EVIL}'</script>", LINK),
        ),
        silent=(
            led(EVIL, "/"),
            led(EVIL, "/login?next=" + quote(EVIL)),
            led("/account", "https://shop.example/account"),
            led("https://www.shop.example/", "https://www.shop.example/"),
            led("x", "https://partner.example/"),
            led(EVIL, EVIL, "authorize?client_id=1&redirect_uri="),
            page(f'<a href="{EVIL}">there</a>', LINK),
        ),
    ),
}


@pytest.mark.parametrize(("rule", "seen"), noticed(TABLE))
def test_noticed(rule: str, seen: Exchange) -> None:
    assert findings(rule, seen)


@pytest.mark.parametrize(("rule", "seen"), silent(TABLE))
def test_silent(rule: str, seen: Exchange) -> None:
    assert not findings(rule, seen)
