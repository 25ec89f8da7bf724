"""What calls to models need from the settings."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAccess:
    """Keys, addresses and permissions, as values."""

    anthropic_key: str | None = field(repr=False)
    anthropic_base_url: str
    openai_key: str | None = field(repr=False)
    openai_base_url: str
    call_timeout: float
    """Seconds for one call."""
    redaction: bool
    """Whether captured secrets must be hidden from models on other machines."""
