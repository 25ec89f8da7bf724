"""What a model claims about an exchange, before anything of it has been checked."""

from dataclasses import dataclass

from reqsift.domain.findings import FindingType, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words that a model says it has read."""

    part: str
    """Where, as `Evidence.part`; as the model wrote it."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One weakness that a model suspects."""

    type: FindingType
    severity: Severity
    confidence: int
    """0 to 100."""
    title: str
    description: str
    why: str
    remediation: str
    cwe: int
    owasp: tuple[str, ...]
    quotes: tuple[Quote, ...]
    verification_steps: tuple[str, ...] = ()
    false_positive_hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A model's answer about one exchange, understood and not yet checked."""

    summary: str
    confidence: int
    """0 to 100: how sure the model is of the analysis as a whole."""
    next_checks: tuple[str, ...]
    claims: tuple[Claim, ...]
    text: str
    """The JSON object that it was read from, to be read again from the cache."""
