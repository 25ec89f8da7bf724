"""Check digits of numbers that people pay with."""


def is_luhn(digits: str) -> bool:
    """Whether the last of these ASCII digits fits the others (ISO/IEC 7812)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_iban(account: str) -> bool:
    """Whether the check digits of an account number without blanks fit (ISO 13616)."""
    if not 15 <= len(account) <= 34 or not (account.isascii() and account.isalnum()):
        return False
    turned = account[4:] + account[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
