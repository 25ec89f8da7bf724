import pytest

from reqsift.domain.checksums import is_iban, is_luhn


@pytest.mark.parametrize("digits", ["4111111111111111", "378282246310005", "79927398713", "0"])
def test_the_last_digit_fits(digits: str) -> None:
    assert is_luhn(digits)
    assert not is_luhn(digits[:-1] + str((int(digits[-1]) + 1) % 10))


@pytest.mark.parametrize("account", ["DE89370400440532013000", "GB29NWBK60161331926819"])
def test_the_check_digits_fit(account: str) -> None:
    assert is_iban(account)
    assert not is_iban(account[:-1] + ("1" if account[-1] != "1" else "2"))


@pytest.mark.parametrize(
    "account", ["", "DE89", "DE89" + "0" * 40, "DE89 3704 0044 0532", "DE89-3704-0044-05"]
)
def test_what_is_no_account_number(account: str) -> None:
    assert not is_iban(account)
