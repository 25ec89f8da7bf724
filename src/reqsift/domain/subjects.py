"""An exchange as a model may see it."""

from dataclasses import dataclass

from reqsift.domain.findings import Finding
from reqsift.domain.redaction import Masked
from reqsift.domain.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a model is asked about."""

    view: View
    """The captured exchange; never shown itself."""
    masked: Masked
    """What may leave of it."""
    findings: tuple[Finding, ...] = ()
    """What the offline rules found."""
    facts: tuple[str, ...] = ()
    """What else is known, one sentence each; no captured words in them."""
