import pytest

from reqsift.domain.errors import InvalidSetting
from reqsift.settings import read_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQSIFT_DATA_DIR", "REQSIFT_TOKEN", "REQSIFT_MODEL", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_what_is_set_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQSIFT_DATA_DIR", "/data")
    monkeypatch.setenv("REQSIFT_ALLOWED_HOSTS", " sift.example, other.example,")
    monkeypatch.setenv("REQSIFT_MODEL", "")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "made-up-key")

    settings = read_settings()

    assert settings.database_path_url() == "sqlite:////data/reqsift.db"
    assert settings.allowed_hosts == ("sift.example", "other.example")
    assert settings.model is None
    assert settings.anthropic_api_key is not None
    assert "made-up-key" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [("REQSIFT_TOKEN", "short"), ("REQSIFT_MAX_CONCURRENCY", "0"), ("REQSIFT_MAX_BODY", "x")],
)
def test_what_makes_no_sense_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSetting, match=name):
        read_settings()
