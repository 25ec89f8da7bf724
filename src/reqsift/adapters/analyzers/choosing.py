"""From a model's name to where it is, if it may be used at all."""

import ipaddress
from urllib.parse import urlsplit

from reqsift.adapters.analyzers.access import ModelAccess
from reqsift.adapters.models.client import Connection
from reqsift.adapters.models.prices import ALIASES
from reqsift.domain.errors import InvalidSetting, ModelUnavailable

ANTHROPIC = "Anthropic"
OPENAI = "OpenAI"

_MOST_CHARACTERS = 200


def connection(model: str, access: ModelAccess) -> Connection:
    """Where the model of that name is.

    Raises:
        InvalidSetting: There is no such model, or its base URL makes no sense.
        ModelUnavailable: Its key is missing, or captured data must not leave the machine.
    """
    provider, model_id = _resolve(model)
    is_anthropic = provider == ANTHROPIC
    variable = f"{provider.upper()}_BASE_URL"
    given = access.anthropic_base_url if is_anthropic else access.openai_base_url
    base_url = _base_url(given, variable)
    if is_anthropic:
        base_url = base_url.removesuffix("/v1")
    to = Connection(
        provider=provider,
        base_url=base_url,
        url_variable=variable,
        key=(access.anthropic_key if is_anthropic else access.openai_key) or None,
        key_variable=f"{provider.upper()}_API_KEY",
        model=model_id,
        direct=_is_loopback(urlsplit(base_url).hostname or ""),
        call_timeout=access.call_timeout,
    )
    _check(model, to, redaction=access.redaction)
    return to


def _resolve(model: str) -> tuple[str, str]:
    """Provider and the provider's id of a model."""
    if model in ALIASES:
        return ANTHROPIC, ALIASES[model]
    prefix, _, model_id = model.partition(":")
    provider = {"anthropic": ANTHROPIC, "openai": OPENAI}.get(prefix)
    if provider is None:
        known = ", ".join(["offline", "auto", *ALIASES, "anthropic:ID", "openai:ID"])
        raise InvalidSetting(f"There is no model {model!r}; choose one of {known}.")
    sensible = model_id.isprintable() and " " not in model_id and len(model_id) <= _MOST_CHARACTERS
    if not model_id or not sensible:
        example = "claude-haiku-4-5" if provider == ANTHROPIC else "gpt-4o-mini"
        raise InvalidSetting(f"{prefix}: needs the id of a model, such as {prefix}:{example}.")
    return provider, model_id


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


def _check(model: str, to: Connection, *, redaction: bool) -> None:
    if to.key is None and not (to.provider == OPENAI and to.direct):
        raise ModelUnavailable(f"{model} needs an API key: set {to.key_variable}, or use offline.")
    if to.key is not None and not (to.key.isascii() and to.key.isprintable()):
        raise InvalidSetting(f"{to.key_variable} holds characters that no key has; set it anew.")
    if redaction and not to.direct:
        raise ModelUnavailable(
            f"{model} is on another machine, and this version cannot redact secrets yet: nothing "
            "leaves this machine unless --redaction off is given; or use offline."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
