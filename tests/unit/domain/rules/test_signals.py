import pytest

from reqsift.domain.rules.signals import is_documentation
from reqsift.domain.view import View
from tests.unit.domain.rules.exchanges import exchange


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://docs.shop.example/errors", True),
        ("https://shop.example/developer/api", True),
        ("https://shop.example/changelog", True),
        ("https://shop.example/doctors/7", False),
        ("https://shop.example/api/v1/documents", False),
        ("https://shop.example/item?page=docs", False),
    ],
)
def test_documentation_is_told_by_its_place(url: str, expected: bool) -> None:
    assert is_documentation(View(exchange(url))) is expected
    assert not is_documentation(View(exchange(url, status=500)))
