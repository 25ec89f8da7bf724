"""The only reader of the environment."""

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from reqsift.domain.errors import InvalidSetting

_MEBIBYTE = 1024 * 1024


class Settings(BaseSettings):
    """What can be set from outside; each name is read from the environment with `REQSIFT_`."""

    model_config = SettingsConfigDict(env_prefix="REQSIFT_", env_ignore_empty=True)

    data_dir: Path = Field(default_factory=lambda: user_data_path("reqsift", appauthor=False))
    """Where the store and the access token live."""
    database_url: str | None = None
    """The store, such as `sqlite:///capture.db`; by default a file in `data_dir`."""
    token: SecretStr | None = Field(default=None, min_length=16)
    """The access token, instead of the one kept in `data_dir`."""
    model: str | None = None
    """The model used where none is named."""
    cheap_model: str | None = None
    """The model that `auto` asks first; by default the catalogue's."""
    strong_model: str | None = None
    """The one that it asks where much is at stake, or the first is not sure; likewise."""
    models_file: Path | None = None
    """Models of the user (TOML); by default `models.toml` in `data_dir`, if it is there."""
    redaction_file: Path | None = None
    """Patterns of the user for what must not leave (TOML); by default `redaction.toml` there."""
    rules_file: Path | None = None
    """The user's wishes for the offline rules (YAML); by default `rules.yaml` there."""
    answers_days: float = Field(default=30.0, ge=0, le=3650)
    """Days for which a model's answer is kept, to be taken again for the same payload."""
    economy_gap: float = Field(default=30.0, gt=0, le=3600)
    """Seconds between two looks at a provider's batch that takes long."""
    max_concurrency: int = Field(default=5, ge=1, le=1000)
    """No batch gets more calls at once than this."""
    max_body: int = Field(default=5 * _MEBIBYTE, ge=1)
    """Bytes of a body that are kept; the rest is cut and flagged."""
    max_upload: int = Field(default=2048 * _MEBIBYTE, ge=1)
    """Bytes of an uploaded capture file."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Names, comma-separated, under which the server may be reached besides the loopback's."""
    anthropic_api_key: SecretStr | None = Field(default=None, validation_alias="ANTHROPIC_API_KEY")
    anthropic_base_url: str = Field(
        default="https://api.anthropic.com", validation_alias="ANTHROPIC_BASE_URL"
    )
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str = Field(
        default="https://api.openai.com/v1", validation_alias="OPENAI_BASE_URL"
    )
    call_timeout: float = Field(default=60.0, gt=0, le=3600)
    """Seconds for one call of a model."""
    max_sync_batch: int = Field(default=1000, ge=1)
    """Most requests of a batch for which a client may wait within one HTTP request."""

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(name.strip() for name in value.split(",") if name.strip())

    def models_path(self) -> Path:
        """Where the user's models are, the default filled in."""
        return self.models_file or self.data_dir / "models.toml"

    def redaction_path(self) -> Path:
        """Where the user's patterns are, the default filled in."""
        return self.redaction_file or self.data_dir / "redaction.toml"

    def rules_path(self) -> Path:
        """Where the user's wishes for the rules are, the default filled in."""
        return self.rules_file or self.data_dir / "rules.yaml"

    def database_path_url(self) -> str:
        """The store's URL, the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'reqsift.db'}"


def read_settings() -> Settings:
    """Read the environment.

    Raises:
        InvalidSetting: A variable's value makes no sense.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        variable = name if name.isupper() else f"REQSIFT_{name.upper()}"
        raise InvalidSetting(f"{variable} is wrong: {first['msg']}.") from error
