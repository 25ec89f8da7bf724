"""Exchanges as a model may see them: secrets found, numbered, and replaced by placeholders."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from reqsift.domain.batches import Analysis, Failure
from reqsift.domain.captures import StoredExchange
from reqsift.domain.redaction import Pattern, Secret, digest_of, masked, secrets_in, unmasked
from reqsift.domain.subjects import Subject
from reqsift.domain.view import View
from reqsift.services.ports.privacy import Hidden, PlaceholderStore
from reqsift.services.ports.rules import Rules

T = TypeVar("T")

_WORTH_A_THREAD = 100_000
"""Bytes of bodies from which on the event loop must not wait for the search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """An exchange, and what the offline rules say of it."""

    stored: StoredExchange
    view: View
    rules: Analysis


async def examine(rules: Rules, exchanges: Sequence[StoredExchange]) -> list[Examined | Failure]:
    """Run the offline rules; an exchange that cannot be looked at costs none of the others."""

    def examined(stored: StoredExchange) -> Examined:
        view, analysis = rules.examine(stored.exchange)
        return Examined(stored=stored, view=view, rules=analysis)

    return [
        await _apart(examined, stored, stored, "The rules failed on it") for stored in exchanges
    ]


class Privacy:
    """Replaces secrets; the same value has the same placeholder for all time."""

    def __init__(
        self, store: PlaceholderStore, patterns: Sequence[Pattern] = (), *, redaction: bool = True
    ) -> None:
        """Number placeholders in `store`.

        Args:
            store: Knows the numbers given before.
            patterns: Of the user, for what else must not leave.
            redaction: False leaves everything as it was captured.
        """
        self.redaction = redaction
        self._store = store
        self._patterns = patterns
        self._numbers: dict[Hidden, int] = {}

    async def subjects(self, examined: Sequence[Examined]) -> list[Subject | Failure]:
        """The exchanges as a model may see them; one that cannot be redacted does not leave."""
        why = "It was not sent, since it cannot be redacted"
        found = [await _apart(self._secrets, one, one.stored, why) for one in examined]
        hidden = [_hidden(each) for one in found if not isinstance(one, Failure) for each in one]
        if unknown := dict.fromkeys(one for one in hidden if one not in self._numbers):
            self._numbers |= await self._store.numbers(tuple(unknown))
        return [
            replace(secrets, findings=one.rules.findings)
            if isinstance(secrets, Failure)
            else self._subject(one, secrets)
            for one, secrets in zip(examined, found, strict=True)
        ]

    def _secrets(self, examined: Examined) -> tuple[Secret, ...]:
        return secrets_in(examined.view, self._patterns) if self.redaction else ()

    def _subject(self, examined: Examined, secrets: Sequence[Secret]) -> Subject:
        view = examined.view
        return Subject(
            view=view,
            masked=masked(view, secrets, self._placeholder) if self.redaction else unmasked(view),
            findings=examined.rules.findings,
        )

    def _placeholder(self, secret: Secret) -> str:
        return f"<{secret.kind.value}_{self._numbers[_hidden(secret)]}>"


def _hidden(secret: Secret) -> Hidden:
    return Hidden(secret.kind.value, digest_of(secret))


S = TypeVar("S")


async def _apart(work: Callable[[S], T], what: S, stored: StoredExchange, why: str) -> T | Failure:
    """Do it, in a thread where it may take long; whatever it raises is the exchange's failure."""
    request, response = stored.exchange.request, stored.exchange.response
    size = len(request.body.content) + (len(response.body.content) if response else 0)
    try:
        if size > _WORTH_A_THREAD:
            return await asyncio.to_thread(work, what)
        return work(what)
    except Exception as error:  # noqa: BLE001 -- one odd exchange must not stop the batch
        return Failure(reason=f"{why}: {type(error).__name__}: {error}")
