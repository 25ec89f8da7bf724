"""What calls to models need from the settings."""

from dataclasses import dataclass, field

from reqsift.domain.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAccess:
    """Keys, addresses and permissions, as values."""

    catalogue: Catalogue
    cheap_model: str | None
    """The name of the model that `auto` asks first; None is the catalogue's."""
    strong_model: str | None
    """The name of the one that it asks where much is at stake."""
    anthropic_key: str | None = field(repr=False)
    anthropic_base_url: str
    openai_key: str | None = field(repr=False)
    openai_base_url: str
    call_timeout: float
    """Seconds for one call."""
