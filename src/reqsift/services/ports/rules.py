"""Who runs the offline rules."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from reqsift.domain.batches import Analysis
from reqsift.domain.captures import Exchange
from reqsift.domain.rules.across.form import CaptureRule
from reqsift.domain.view import View


class Examination(NamedTuple):
    """What the rules say of one exchange, and the view in which they said it."""

    view: View
    analysis: Analysis


class Rules(Protocol):
    """The offline rules, as the user wants them."""

    @property
    def across(self) -> Sequence[CaptureRule]:
        """Those over many exchanges."""
        ...

    def examine(self, exchange: Exchange) -> Examination:
        """Run them; a faulty rule is told in the analysis, and the others go on."""
        ...
