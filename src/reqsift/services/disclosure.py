"""What leaves this machine: shown before it goes, written down, and looked up again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from reqsift.domain.batches import Failure
from reqsift.domain.errors import NotFound
from reqsift.domain.ledger import LedgerEntry, Verdict, Verifier
from reqsift.domain.paging import Page, PageRequest
from reqsift.services.ports.analyzers import AnalyzerChooser, Purpose
from reqsift.services.ports.batches import BatchStore
from reqsift.services.ports.privacy import LedgerStore
from reqsift.services.safeguards import Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would leave, byte for byte."""

    request_id: str
    model: str
    provider: str = ""
    """Base URL to which it would go."""
    body: bytes = b""
    """Of the HTTP request to the provider; empty if nothing would leave."""
    redaction: bool = True
    redacted: Mapping[str, int] = field(default_factory=dict)
    """Values that are replaced, by kind."""
    reason: str = ""
    """Why nothing would leave, or why this model."""


class Disclosure:
    """The use cases around what leaves."""

    def __init__(
        self,
        store: BatchStore,
        analyzers: AnalyzerChooser,
        ledger: LedgerStore,
        answers: Answers,
    ) -> None:
        """Look up exchanges in `store`, and what left in `ledger`."""
        self._store = store
        self._analyzers = analyzers
        self._ledger = ledger
        self._answers = answers

    async def preview(self, request_id: str, model: str) -> Preview:
        """The exact bytes that an analysis of one request by a model would send.

        Raises:
            NotFound: There is no such request.
            InvalidSetting: There is no such model.
            ModelUnavailable: It cannot be used as things are set.
        """
        choice = self._analyzers.choose(model)
        stored = await self._store.exchanges([request_id])
        if not stored:
            raise NotFound(f"There is no request {request_id!r}.")
        (inquiry,) = await choice.inquirer.inquire(stored, Purpose(cache=False))
        if isinstance(inquiry, Failure):
            return Preview(request_id=request_id, model=model, reason=inquiry.reason)
        if inquiry.known is not None:
            known = inquiry.known
            return Preview(request_id=request_id, model=known.model, reason=known.choice)
        prepared = inquiry.analyzer.prepare([inquiry])
        name, leaving = inquiry.analyzer.name, prepared.departure
        if leaving is None:
            reason = "Nothing leaves this machine."
            return Preview(request_id=request_id, model=name, reason=reason)
        return Preview(
            request_id=request_id,
            model=name,
            provider=leaving.provider,
            body=prepared.body,
            redaction=leaving.redaction,
            redacted=leaving.redacted,
            reason=inquiry.choice,
        )

    async def ledger(self, page: PageRequest) -> Page[LedgerEntry]:
        """A page of what left, newest first."""
        return await self._ledger.entries(page)

    async def verify(self) -> Verdict:
        """Recompute the whole chain."""
        verifier = Verifier()
        async for entry in self._ledger.chain():
            if not verifier.holds(entry):
                break
        return verifier.verdict

    async def forget_answers(self, age: timedelta = timedelta(0)) -> int:
        """Delete answers that are older than that; returns how many there were."""
        return await self._answers.forget(age)
