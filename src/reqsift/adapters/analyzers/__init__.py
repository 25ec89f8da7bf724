"""The analyzers and their names."""

from typing import TYPE_CHECKING

from reqsift.adapters.analyzers.access import ModelAccess
from reqsift.adapters.analyzers.offline import OfflineAnalyzer
from reqsift.services.ports.analyzers import AnalyzerChoice

if TYPE_CHECKING:
    from reqsift.adapters.analyzers.model import ModelAnalyzer

__all__ = ["Analyzers", "ModelAccess"]


class Analyzers:
    """Fills the port `AnalyzerChooser`."""

    def __init__(self, offline: OfflineAnalyzer, access: ModelAccess) -> None:
        """Know the offline rules, and what is needed to call models."""
        self._offline = offline
        self._access = access
        self._models: dict[str, ModelAnalyzer] = {}

    def choose(self, model: str) -> AnalyzerChoice:
        """Resolve a model's name.

        Raises:
            InvalidSetting: There is no such model, or its base URL makes no sense.
            ModelUnavailable: Its key is missing, or captured data must not leave the machine.
        """
        if model == "offline":
            return AnalyzerChoice(analyzer=self._offline)
        if model == "auto":
            note = "auto chose the offline rules: no model is used unless it is named."
            return AnalyzerChoice(analyzer=self._offline, note=note)
        if model not in self._models:
            self._models[model] = self._make(model)
        return AnalyzerChoice(analyzer=self._models[model])

    async def close(self) -> None:
        """Close the connections to models."""
        while self._models:
            await self._models.popitem()[1].close()

    def _make(self, model: str) -> "ModelAnalyzer":
        from reqsift.adapters.analyzers.choosing import connection

        to = connection(model, self._access)
        # It loads an HTTP client: only when a model is really used.
        from reqsift.adapters.analyzers.making import model_analyzer

        return model_analyzer(model, to)
