import pytest

from reqsift.domain.templates import path_template


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/", "/"),
        ("/orders/17/items", "/orders/{int}/items"),
        ("/u/0b8e7f4e-6c1f-4c6c-9f57-2a6b3c1d9e10", "/u/{uuid}"),
        ("/blob/9f86d081884c7d659a2feaa0c55ad015", "/blob/{hash}"),
        ("/v2/items", "/v2/items"),
        ("/deadbeef", "/deadbeef"),
        ("/abcdefabcdefabcdefab", "/abcdefabcdefabcdefab"),
        ("", ""),
        ("/١٢", "/{int}"),
    ],
)
def test_identifiers_become_their_type(path: str, template: str) -> None:
    assert path_template(path) == template
