"""From a model's name to who is asked."""

from dataclasses import dataclass

from reqsift.domain.batches import AS_USUAL, Handling
from reqsift.domain.errors import InvalidSetting
from reqsift.services.cascade import Cascade
from reqsift.services.economy import EconomyAnalyzer
from reqsift.services.model_analyzer import ModelAnalyzer
from reqsift.services.ports.analyzers import Analyzer, AnalyzerChoice
from reqsift.services.ports.economy import SubmissionStore
from reqsift.services.ports.models import Models
from reqsift.services.safeguards import Safeguards

OFFLINE = "offline"
AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What the economy lane needs."""

    submissions: SubmissionStore
    longest_gap_s: float
    """Seconds between two looks at a batch of the provider."""


class Analyzers:
    """Fills the port `AnalyzerChooser`."""

    def __init__(
        self, offline: Analyzer, models: Models, safeguards: Safeguards, waiting: Waiting
    ) -> None:
        """Know the offline rules, and the way to models."""
        self._offline = offline
        self._models = models
        self._safeguards = safeguards
        self._waiting = waiting
        self._made: dict[tuple[str, bool, str], ModelAnalyzer | EconomyAnalyzer] = {}

    def choose(self, model: str, handling: Handling = AS_USUAL) -> AnalyzerChoice:
        """Resolve a model's name.

        Raises:
            InvalidSetting: There is no such model, or it has no batch API for the economy lane.
            ModelUnavailable: Its key is missing, or captured data must not leave the machine.
        """
        if model == OFFLINE:
            return AnalyzerChoice.of(self._offline)
        if model != AUTO:
            return AnalyzerChoice.of(self._analyzer(model, handling))
        tiers = self._models.tiers()
        if isinstance(tiers, str):
            note = f"auto chose the offline rules: {tiers}"
            return AnalyzerChoice(
                inquirer=self._offline, analyzers=(self._offline,), note=note, model=OFFLINE
            )
        cheap_name, strong_name = tiers
        strong = self._analyzer(strong_name, handling)
        cheap = self._analyzer(cheap_name, handling, strong)
        note = (
            "auto chose for each request: static assets the offline rules, simple ones "
            f"{cheap_name}, the others {strong_name}."
        )
        return AnalyzerChoice(
            inquirer=Cascade(self._safeguards.rules, cheap, strong),
            analyzers=(cheap, strong),
            note=note,
            model=AUTO,
        )

    def _analyzer(
        self,
        name: str,
        handling: Handling,
        stronger: ModelAnalyzer | EconomyAnalyzer | None = None,
    ) -> ModelAnalyzer | EconomyAnalyzer:
        key = (name, handling.economy, stronger.name if stronger else "")
        if key not in self._made:
            self._made[key] = self._make(name, handling, stronger)
        return self._made[key]

    def _make(
        self,
        name: str,
        handling: Handling,
        stronger: ModelAnalyzer | EconomyAnalyzer | None,
    ) -> ModelAnalyzer | EconomyAnalyzer:
        model = self._models.open(name)
        one = ModelAnalyzer(model, self._safeguards, stronger)
        if not handling.economy:
            return one
        if model.waits is None:
            raise InvalidSetting(f"{name} has no batch API, so it has no economy lane.")
        return EconomyAnalyzer(
            one,
            model.waits,
            self._waiting.submissions,
            self._safeguards.ledger,
            self._waiting.longest_gap_s,
        )
