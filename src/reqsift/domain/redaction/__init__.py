"""Redaction: what must not leave is found, and replaced by placeholders that keep equality."""

from reqsift.domain.redaction.finding import secrets_in
from reqsift.domain.redaction.masking import Masked, masked, unmasked
from reqsift.domain.redaction.secrets import Pattern, Secret, SecretKind, digest_of
from reqsift.domain.redaction.tripwire import suspicious

__all__ = [
    "Masked",
    "Pattern",
    "Secret",
    "SecretKind",
    "digest_of",
    "masked",
    "secrets_in",
    "suspicious",
    "unmasked",
]
