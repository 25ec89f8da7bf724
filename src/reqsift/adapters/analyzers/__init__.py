"""The analyzers and their names."""

from reqsift.adapters.analyzers.offline import OfflineAnalyzer
from reqsift.domain.errors import InvalidSetting, ModelUnavailable
from reqsift.services.ports import AnalyzerChoice

_KEYS = {"haiku-4.5": "ANTHROPIC_API_KEY", "sonnet-4.5": "ANTHROPIC_API_KEY"}


class Analyzers:
    """Fills the port `AnalyzerChooser`."""

    def __init__(self, offline: OfflineAnalyzer, keys: frozenset[str]) -> None:
        """Know the offline rules, and the names of the settings whose keys are at hand."""
        self._offline = offline
        self._keys = keys

    def choose(self, model: str) -> AnalyzerChoice:
        """Resolve a model's name.

        Raises:
            InvalidSetting: There is no such model.
            ModelUnavailable: Its key is missing.
        """
        if model == "offline":
            return AnalyzerChoice(analyzer=self._offline)
        if model == "auto":
            note = "auto chose the offline rules, since no model is set up."
            return AnalyzerChoice(analyzer=self._offline, note=note)
        if model not in _KEYS:
            known = ", ".join(["offline", "auto", *_KEYS])
            raise InvalidSetting(f"There is no model {model!r}; choose one of {known}.")
        key = _KEYS[model]
        if key not in self._keys:
            raise ModelUnavailable(f"{model} needs an API key: set {key}, or use offline.")
        raise ModelUnavailable(
            f"This version does not call {model} yet; {key} is set, use offline."
        )
