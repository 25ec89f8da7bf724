"""From a model's name to where it is, if it may be used at all."""

import ipaddress
from datetime import date
from urllib.parse import urlsplit

from reqsift.adapters.analyzers.access import ModelAccess
from reqsift.adapters.models.client import Connection
from reqsift.domain.catalogue import ModelCard, Provider
from reqsift.domain.errors import InvalidSetting, ModelUnavailable

ANTHROPIC = "Anthropic"
OPENAI = "OpenAI"


def connection(name: str, access: ModelAccess, today: date) -> tuple[ModelCard, Connection]:
    """What is known of the model of that name, and where it is.

    Raises:
        InvalidSetting: There is no such model, it is retired, or its base URL makes no sense.
        ModelUnavailable: Its key is missing.
    """
    card = access.catalogue.find(name, today)
    is_anthropic = card.provider is Provider.ANTHROPIC
    label = ANTHROPIC if is_anthropic else OPENAI
    given = access.anthropic_base_url if is_anthropic else access.openai_base_url
    key = access.anthropic_key if is_anthropic else access.openai_key
    variable = f"{label.upper()}_BASE_URL"
    base_url = _base_url(card.base_url or given, variable)
    if is_anthropic:
        base_url = base_url.removesuffix("/v1")
    to = Connection(
        provider=label,
        base_url=base_url,
        url_variable=variable,
        key=key or None,
        key_variable=f"{label.upper()}_API_KEY",
        model=card.id,
        direct=_is_loopback(urlsplit(base_url).hostname or ""),
        call_timeout=access.call_timeout,
    )
    _check(name, to)
    return card, to


def _base_url(given: str, variable: str) -> str:
    """The base URL without a slash at its end; never repeated in errors, it may hold secrets."""
    try:
        parts = urlsplit(given)
        odd = not given.isprintable() or " " in given or (parts.port or 0) > 65535
    except ValueError:
        raise InvalidSetting(f"{variable} is no URL; give one such as {_EXAMPLE}.") from None
    if odd or parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        raise InvalidSetting(f"{variable} is no http or https URL; give one such as {_EXAMPLE}.")
    if "@" in parts.netloc:
        raise InvalidSetting(f"{variable} holds a user name or password; give the URL without.")
    if parts.query or parts.fragment:
        raise InvalidSetting(f"{variable} holds a query or fragment; give the URL without.")
    return given.rstrip("/")


_EXAMPLE = "http://127.0.0.1:11434/v1"


def _check(model: str, to: Connection) -> None:
    if to.key is None and not (to.provider == OPENAI and to.direct):
        raise ModelUnavailable(f"{model} needs an API key: set {to.key_variable}, or use offline.")
    if to.key is not None and not (to.key.isascii() and to.key.isprintable()):
        raise InvalidSetting(f"{to.key_variable} holds characters that no key has; set it anew.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
