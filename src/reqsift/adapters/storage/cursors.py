"""Cursors: where the next page begins, as an opaque URL-safe word."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from reqsift.domain.errors import InvalidSetting

_decoder = msgspec.json.Decoder(list[int])
_LARGEST = 2**63 - 1


def encode_cursor(*keys: int) -> str:
    """The keys of a page's last item."""
    return urlsafe_b64encode(msgspec.json.encode(keys)).decode().rstrip("=")


def decode_cursor(cursor: str, length: int) -> list[int]:
    """The keys again.

    Raises:
        InvalidSetting: It was not made by `encode_cursor` with `length` keys.
    """
    try:
        keys = _decoder.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:  # msgspec's and binascii's errors are ValueErrors too
        keys = []
    if len(keys) != length or not all(0 <= key <= _LARGEST for key in keys):
        raise InvalidSetting("The cursor is not one that this list gave; start without a cursor.")
    return keys
