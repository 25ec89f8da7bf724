"""What lists of sources let through."""

import pytest

from reqsift.domain.rules.csp_sources import lets_inline, open_source


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (None, True),
        ((), False),
        (("'self'",), False),
        (("'self'", "'unsafe-inline'"), True),
        (("'unsafe-inline'", "'nonce-r4nd0m'"), False),
        (("'unsafe-inline'", "'sha256-abc='"), False),
        (("'unsafe-inline'", "'strict-dynamic'"), False),
    ],
)
def test_inline_scripts_run_unless_something_stricter_stands_beside(
    sources: tuple[str, ...] | None, expected: bool
) -> None:
    assert lets_inline(sources) is expected


@pytest.mark.parametrize(
    ("sources", "kind"),
    [
        ((), ""),
        (("'self'", "https://cdn.shop.example"), ""),
        (("*",), "wildcard-source"),
        (("https:",), "wildcard-source"),
        (("unpkg.com", "data:"), "wildcard-source"),
        (("https://unpkg.com/",), "anybody-publishes"),
        (("https://cdn.jsdelivr.net/npm/vue@3.4.21/",), ""),
        (("*", "'strict-dynamic'"), ""),
    ],
)
def test_a_source_that_anybody_can_use_opens_a_list(sources: tuple[str, ...], kind: str) -> None:
    assert open_source(sources)[0] == kind
