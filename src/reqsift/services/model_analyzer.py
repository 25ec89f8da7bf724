"""A model as an analyzer: what is asked, what leaves, and what of the answer holds."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Protocol

from reqsift.domain.batches import Analysis, Failure
from reqsift.domain.captures import StoredExchange
from reqsift.domain.claims import Reading
from reqsift.domain.grounding import Grounded, grounded
from reqsift.domain.ledger import Departure
from reqsift.domain.limits import Usage
from reqsift.domain.pacing import Need
from reqsift.domain.redaction import suspicious
from reqsift.domain.retries import Cause
from reqsift.domain.selection import escalation
from reqsift.domain.sightings import Sighting
from reqsift.domain.subjects import Subject
from reqsift.services.ports.analyzers import Answer, Inquiry, PreparedCall, Purpose, QuotaKey
from reqsift.services.ports.models import Model, Said
from reqsift.services.privacy import Examined, examine
from reqsift.services.safeguards import Safeguards

_OUTPUT = 2_048
"""Tokens that the answer about one exchange may have."""
_FIRST_TOKENS_PER_BYTE = 0.3
_FIRST_OUTPUT = 400.0
_NEWS = 0.2
"""Weight of the last call in what the next is expected to take."""
CUT = "The answer was cut"
"""How the reason of an answer begins that needs more room."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What an inquiry to a model is about."""

    subject: Subject
    shown: str
    """What the model sees."""
    sightings: tuple[Sighting, ...] = ()
    """See `Analysis.sightings`."""


class Stronger(Protocol):
    """An analyzer that is asked where a cheaper one is in doubt."""

    def take_over(self, inquiry: Inquiry, before: Analysis, reason: str) -> Inquiry:
        """The same exchange, asked of this one."""
        ...

    async def recall(self, inquiries: Sequence[Inquiry]) -> list[Inquiry]:
        """Fill in the analyses that follow from answers that are kept."""
        ...


class ModelAnalyzer:
    """Fills the port `Analyzer`: a few exchanges to a call of a model."""

    largest_pack = 5
    heaviest_pack = 6_000.0

    def __init__(
        self, model: Model, safeguards: Safeguards, stronger: "Stronger | None" = None
    ) -> None:
        """Ask `model`, and where its answer is doubtful the `stronger` one too."""
        self.model = model
        self.name = model.name
        self.quota: QuotaKey = model.quota
        self.priced = model.priced
        self._safeguards = safeguards
        self._stronger = stronger
        self._tokens_per_byte = _FIRST_TOKENS_PER_BYTE
        self._output = _FIRST_OUTPUT

    async def inquire(
        self, exchanges: Sequence[StoredExchange], purpose: Purpose
    ) -> Sequence[Inquiry | Failure]:
        """Redact exchanges, and look for answers that are kept."""
        examined = await examine(self._safeguards.rules, exchanges)
        sound = [one for one in examined if not isinstance(one, Failure)]
        made = iter(await self.about(sound, purpose))
        return [one if isinstance(one, Failure) else next(made) for one in examined]

    async def about(
        self, examined: Sequence[Examined], purpose: Purpose
    ) -> Sequence[Inquiry | Failure]:
        """The same for exchanges that the offline rules have seen."""
        subjects = await self._safeguards.privacy.subjects(examined)
        made = [
            subject if isinstance(subject, Failure) else self._inquiry(one, subject, purpose)
            for one, subject in zip(examined, subjects, strict=True)
        ]
        known = iter(await self.recall([one for one in made if isinstance(one, Inquiry)]))
        return [one if isinstance(one, Failure) else next(known) for one in made]

    async def recall(self, inquiries: Sequence[Inquiry]) -> list[Inquiry]:
        """Fill in the analyses that follow from answers that are kept."""
        kept = await self._safeguards.answers.find([one.key for one in inquiries if one.key])
        filled = [
            self._filled(one, kept[one.key].text) if one.key in kept else one for one in inquiries
        ]
        goes_on = [
            after.analyzer is not before.analyzer
            for before, after in zip(inquiries, filled, strict=True)
        ]
        if self._stronger is None or not any(goes_on):
            return filled
        doubtful = [one for one, on in zip(filled, goes_on, strict=True) if on]
        asked = iter(await self._stronger.recall(doubtful))
        return [next(asked) if on else one for one, on in zip(filled, goes_on, strict=True)]

    def remembered(self, inquiry: Inquiry) -> Inquiry | None:
        """The inquiry as it stands after an answer of a moment ago."""
        kept = self._safeguards.answers.latest(inquiry.key)
        if kept is None:
            return None
        filled = self._filled(inquiry, kept.text)
        if filled.analyzer is inquiry.analyzer:
            return filled
        return filled.analyzer.remembered(filled) or filled

    def prepare(self, inquiries: Sequence[Inquiry], complaint: str = "") -> PreparedCall:
        """Make the request's body."""
        shown = [_matter(inquiry).shown for inquiry in inquiries]
        room = min(
            _OUTPUT * len(inquiries) * (2 if complaint.startswith(CUT) else 1),
            self.model.most_output,
        )
        body = self.model.encode(shown, room, complaint)
        need = Need(
            input_tokens=len(body) * self._tokens_per_byte,
            output_tokens=self._output * len(inquiries),
        )
        return PreparedCall(
            payload=tuple(inquiries),
            body=body,
            prefix=self.model.prefix,
            departure=self.departure(inquiries, body),
            need=need,
            bound=self.model.at_most(len(body), room),
        )

    async def call(self, prepared: PreparedCall) -> Answer:
        """Write down what leaves, and ask once."""
        inquiries = prepared.payload
        if not isinstance(inquiries, tuple) or prepared.departure is None:
            raise TypeError("prepared by another analyzer")
        await self._safeguards.ledger.record(self.now(prepared.departure))
        start = time.perf_counter()
        said = await self.model.send(prepared.body)
        duration_ms = (time.perf_counter() - start) * 1000
        self._learn(len(prepared.body), len(inquiries), said.usage)
        return await self.conclude(inquiries, said, duration_ms)

    async def conclude(
        self, inquiries: Sequence[Inquiry], said: Said, duration_ms: float
    ) -> Answer:
        """Understand what a model said about these, check it, and keep it."""
        if isinstance(said.text, Failure):
            results: list[Analysis | Failure] = [said.text] * len(inquiries)
            return Answer(results=results, usage=said.usage, limits=said.limits)
        readings = self.model.read(said.text, len(inquiries))
        shares = _shares(said.usage, len(inquiries))
        results, doubts, kept = [], {}, {}
        for place, (inquiry, reading) in enumerate(zip(inquiries, readings, strict=True)):
            if isinstance(reading, Failure):
                results.append(reading)
                continue
            checked = grounded(reading, _matter(inquiry).subject, self.name)
            analysis = self._analysis(inquiry, reading, checked)
            analysis = replace(
                analysis, usage=analysis.usage + shares[place], duration_ms=duration_ms
            )
            results.append(analysis)
            if inquiry.key:
                kept[inquiry.key] = reading.text
            if doubt := self._doubt(inquiry, reading, checked, analysis):
                doubts[place] = doubt
        await self._safeguards.answers.keep(kept, self.name)
        return Answer(results=results, usage=said.usage, limits=said.limits, doubts=doubts)

    def take_over(self, inquiry: Inquiry, before: Analysis, reason: str) -> Inquiry:
        """The same exchange, asked of this model because another was not sure."""
        return replace(
            inquiry,
            analyzer=self,
            key=self._key(_matter(inquiry).shown) if inquiry.key else "",
            known=None,
            before=before,
            choice=f"{inquiry.choice} Asked again of {self.name}: {reason}".strip(),
        )

    def departure(self, inquiries: Sequence[Inquiry], body: bytes) -> Departure:
        """What the ledger will say of these bytes; the moment is filled in when they leave."""
        redacted: dict[str, int] = {}
        for inquiry in inquiries:
            for kind, count in _matter(inquiry).subject.masked.counts.items():
                redacted[kind.value] = redacted.get(kind.value, 0) + count
        return Departure(
            at=self._safeguards.clock.now(),
            batch_id=inquiries[0].batch_id,
            request_ids=tuple(inquiry.request_id for inquiry in inquiries),
            model=self.name,
            provider=self.model.provider,
            digest=sha256(body).hexdigest(),
            size=len(body),
            redaction=self._safeguards.privacy.redaction,
            redacted=redacted,
        )

    def now(self, departure: Departure) -> Departure:
        """The same, at this moment."""
        return replace(departure, at=self._safeguards.clock.now())

    def _inquiry(self, examined: Examined, subject: Subject, purpose: Purpose) -> Inquiry | Failure:
        shown = self.model.show(subject)
        if self._safeguards.privacy.redaction and (left := suspicious(shown)):
            reason = f"It was not sent: {left} Add a pattern for it, or use the offline rules."
            return Failure(reason=reason, cause=Cause.WITHHELD, findings=subject.findings)
        return Inquiry(
            analyzer=self,
            request_id=examined.stored.id,
            exchange=examined.stored.exchange,
            batch_id=purpose.batch_id,
            weight=len(shown) * self._tokens_per_byte,
            key=self._key(shown) if purpose.cache else "",
            rules=subject.findings,
            matter=Matter(subject, shown, examined.rules.sightings),
        )

    def _key(self, shown: str) -> str:
        text = f"{self.name}\n{self.model.quota.model}\n{self.model.form}\n{shown}"
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def _filled(self, inquiry: Inquiry, text: str) -> Inquiry:
        """The inquiry with the analysis that follows from a kept answer."""
        (reading,) = self.model.read(text, 1)
        if isinstance(reading, Failure):
            return inquiry
        checked = grounded(reading, _matter(inquiry).subject, self.name)
        analysis = replace(self._analysis(inquiry, reading, checked), cached=True)
        return self._doubt(inquiry, reading, checked, analysis) or replace(inquiry, known=analysis)

    def _analysis(self, inquiry: Inquiry, reading: Reading, checked: Grounded) -> Analysis:
        return Analysis(
            model=self.name,
            summary=reading.summary,
            findings=checked.findings,
            next_checks=reading.next_checks,
            confidence=reading.confidence,
            usage=inquiry.before.usage if inquiry.before else Usage(),
            choice=inquiry.choice,
            dropped=checked.dropped,
            sightings=_matter(inquiry).sightings,
        )

    def _doubt(
        self, inquiry: Inquiry, reading: Reading, checked: Grounded, analysis: Analysis
    ) -> Inquiry | None:
        """The exchange for the stronger model, where this one is not sure of it."""
        if self._stronger is None:
            return None
        reason = escalation(reading.confidence, checked.claims)
        return None if reason is None else self._stronger.take_over(inquiry, analysis, reason)

    def _learn(self, size: int, exchanges: int, usage: Usage) -> None:
        """Expect of the next call what this one took."""
        if usage.input_tokens:
            self._tokens_per_byte += _NEWS * (usage.input_tokens / size - self._tokens_per_byte)
        if usage.output_tokens:
            self._output += _NEWS * (usage.output_tokens / exchanges - self._output)


def _matter(inquiry: Inquiry) -> Matter:
    if not isinstance(inquiry.matter, Matter):
        raise TypeError("made ready by another analyzer")
    return inquiry.matter


def _shares(usage: Usage, count: int) -> list[Usage]:
    """A call's usage, divided over its exchanges so that nothing is lost."""
    whole = Usage(
        input_tokens=usage.input_tokens // count,
        output_tokens=usage.output_tokens // count,
        cost=usage.cost / count,
        cached_tokens=usage.cached_tokens // count,
    )
    first = Usage(
        input_tokens=usage.input_tokens - whole.input_tokens * (count - 1),
        output_tokens=usage.output_tokens - whole.output_tokens * (count - 1),
        cost=whole.cost,
        cached_tokens=usage.cached_tokens - whole.cached_tokens * (count - 1),
    )
    return [first, *[whole] * (count - 1)]
