"""The offline rules and models as analyzers ask for them."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from reqsift.adapters.analyzers.access import ModelAccess
from reqsift.domain.catalogue import Tier
from reqsift.domain.errors import InvalidSetting, ModelUnavailable

if TYPE_CHECKING:
    from reqsift.adapters.analyzers.model import HttpModel

__all__ = ["HttpModels", "ModelAccess"]


class HttpModels:
    """Fills the port `Models`."""

    def __init__(self, access: ModelAccess, today: Callable[[], date]) -> None:
        """Know keys and addresses; `today` tells which models are retired."""
        self.catalogue = access.catalogue
        self._access = access
        self._today = today
        self._models: dict[str, HttpModel] = {}

    def open(self, name: str) -> "HttpModel":
        """The model of that name; the same one each time.

        Raises:
            InvalidSetting: There is no such model, or its base URL makes no sense.
            ModelUnavailable: Its key is missing.
        """
        if name not in self._models:
            self._models[name] = self._make(name)
        return self._models[name]

    def obstacle(self, name: str) -> str:
        """Why a model cannot be used as things are set; empty if it can."""
        from reqsift.adapters.analyzers.choosing import connection

        try:
            connection(name, self._access, self._today())
        except (InvalidSetting, ModelUnavailable) as error:
            return str(error)
        return ""

    def tiers(self) -> tuple[str, str] | str:
        """The names of the cheap and the strong model, or why there are none."""
        from reqsift.adapters.analyzers.choosing import connection

        try:
            names = self._tier(Tier.CHEAP), self._tier(Tier.STRONG)
            for name in names:
                connection(name, self._access, self._today())
        except ModelUnavailable as error:
            return str(error)
        return names

    def _tier(self, tier: Tier) -> str:
        """The user's choice, or the catalogue's."""
        access = self._access
        chosen = access.cheap_model if tier is Tier.CHEAP else access.strong_model
        return chosen or self.catalogue.tier(tier, self._today()).name

    async def close(self) -> None:
        """Close the connections."""
        while self._models:
            await self._models.popitem()[1].close()

    def _make(self, name: str) -> "HttpModel":
        from reqsift.adapters.analyzers.choosing import connection

        card, to = connection(name, self._access, self._today())
        # It loads an HTTP client: only when a model is really used.
        from reqsift.adapters.analyzers.making import http_model

        return http_model(name, card, to)
