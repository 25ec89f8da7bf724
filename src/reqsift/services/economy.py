"""The economy lane: many exchanges are handed to a provider's batch API, for half the price."""

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from reqsift.domain.batches import Analysis, Failure
from reqsift.domain.captures import StoredExchange
from reqsift.domain.limits import Usage
from reqsift.domain.retries import POLICIES, Cause
from reqsift.services.model_analyzer import ModelAnalyzer
from reqsift.services.ports.analyzers import Answer, Inquiry, PreparedCall, Purpose
from reqsift.services.ports.economy import SubmissionStore
from reqsift.services.ports.models import Said, WaitingRoom
from reqsift.services.privacy import Examined
from reqsift.services.safeguards import Ledger

_FIRST_LOOK_S = 0.5
_LOOKS_IN_VAIN = 5
"""Providers have been seen not to know a batch for a moment that they had just taken."""
_LOST = Failure(
    reason="The provider does not know this request any more; it is handed in again.",
    cause=Cause.DROPPED,
)


@dataclass(frozen=True, slots=True)
class _Submission:
    inquiries: tuple[Inquiry, ...]
    singles: tuple[PreparedCall, ...]
    ids: tuple[str, ...]


class EconomyAnalyzer:
    """Fills the port `Analyzer`: one call of it may take hours, and survives a restart."""

    largest_pack = 200
    heaviest_pack = math.inf

    def __init__(
        self,
        one: ModelAnalyzer,
        room: WaitingRoom,
        submissions: SubmissionStore,
        ledger: Ledger,
        longest_gap_s: float,
    ) -> None:
        """Hand in what `one` would ask.

        Args:
            one: The model, asked at once.
            room: The provider's batch API.
            submissions: Knows what waits there.
            ledger: Where it is written down before it leaves.
            longest_gap_s: Seconds between two looks at a batch that takes long.
        """
        self.name = one.name
        self.priced = one.priced
        self.quota = replace(one.quota, model=f"{one.quota.model} (batches)")
        self._one = one
        self._room = room
        self._submissions = submissions
        self._ledger = ledger
        self._longest_gap_s = longest_gap_s

    async def inquire(
        self, exchanges: Sequence[StoredExchange], purpose: Purpose
    ) -> Sequence[Inquiry | Failure]:
        """As the model does that is asked at once."""
        return list(map(self._if_sound, await self._one.inquire(exchanges, purpose)))

    async def about(
        self, examined: Sequence[Examined], purpose: Purpose
    ) -> Sequence[Inquiry | Failure]:
        """The same for exchanges that the offline rules have seen."""
        return list(map(self._if_sound, await self._one.about(examined, purpose)))

    async def recall(self, inquiries: Sequence[Inquiry]) -> list[Inquiry]:
        """Fill in the analyses that follow from answers that are kept."""
        return [self._mine(one) for one in await self._one.recall(inquiries)]

    def remembered(self, inquiry: Inquiry) -> Inquiry | None:
        """The inquiry as it stands after an answer of a moment ago."""
        found = self._one.remembered(inquiry)
        return None if found is None else self._mine(found)

    def take_over(self, inquiry: Inquiry, before: Analysis, reason: str) -> Inquiry:
        """The same exchange, asked of this model because another was not sure."""
        return replace(self._one.take_over(inquiry, before, reason), analyzer=self)

    def prepare(self, inquiries: Sequence[Inquiry], complaint: str = "") -> PreparedCall:
        """Make a request's body for each exchange."""
        singles = tuple(self._one.prepare([inquiry], complaint) for inquiry in inquiries)
        bounds = [self._room.at_most(len(s.body), s.bound.output_tokens) for s in singles]
        ids = tuple(map(_id, inquiries, singles))
        return PreparedCall(
            payload=_Submission(tuple(inquiries), singles, ids),
            body=b"\n".join(single.body for single in singles),
            bound=sum(bounds, Usage()),
        )

    async def call(self, prepared: PreparedCall) -> Answer:
        """Hand in what does not wait there already, and wait for everything."""
        submission = prepared.payload
        if not isinstance(submission, _Submission):
            raise TypeError("prepared by another analyzer")
        start = time.perf_counter()
        places = dict(await self._submissions.submitted(submission.ids))
        refused = await self._hand_in(submission, places)
        said: dict[str, Said] = {}
        for provider_batch in dict.fromkeys(places.values()):
            said |= await self._collect(provider_batch, places)
        duration_ms = (time.perf_counter() - start) * 1000
        answer = await self._conclude(submission, said, refused, duration_ms)
        await self._submissions.collected(submission.ids)
        return answer

    def _if_sound(self, inquiry: Inquiry | Failure) -> Inquiry | Failure:
        return inquiry if isinstance(inquiry, Failure) else self._mine(inquiry)

    def _mine(self, inquiry: Inquiry) -> Inquiry:
        return replace(inquiry, analyzer=self) if inquiry.analyzer is self._one else inquiry

    async def _hand_in(self, submission: _Submission, places: dict[str, str]) -> Failure | None:
        """Submit what is new, and note in `places` where it is; returns why it was refused."""
        fresh = {
            key: single
            for key, single in zip(submission.ids, submission.singles, strict=True)
            if key not in places
        }
        if not fresh:
            return None
        leaving = [one.departure for one in fresh.values() if one.departure is not None]
        await self._ledger.record(*map(self._one.now, leaving))
        handing_in = asyncio.get_running_loop().create_task(self._submitted(fresh))
        try:
            provider_batch = await asyncio.shield(handing_in)
        except asyncio.CancelledError:
            await asyncio.wait([handing_in])  # what is handed in must be written down
            raise
        if isinstance(provider_batch, Failure):
            return provider_batch
        places.update(dict.fromkeys(fresh, provider_batch))
        return None

    async def _submitted(self, fresh: Mapping[str, PreparedCall]) -> str | Failure:
        """Hand in, and remember where."""
        requests = [(key, one.body) for key, one in fresh.items()]
        provider_batch = await self._room.submit(requests)
        if not isinstance(provider_batch, Failure):
            await self._submissions.submit(provider_batch, tuple(fresh))
        return provider_batch

    async def _collect(self, provider_batch: str, places: Mapping[str, str]) -> dict[str, Said]:
        """Wait for the end of one of the provider's batches, and fetch what came of it."""
        mine = [key for key, place in places.items() if place == provider_batch]
        gap = _FIRST_LOOK_S
        unknown = 0
        while True:
            found = await self._look(provider_batch)
            unknown += found is _LOST
            if isinstance(found, Failure) and not (found is _LOST and unknown < _LOOKS_IN_VAIN):
                return dict.fromkeys(mine, Said(text=found))
            if found is not None and not isinstance(found, Failure):
                return {key: found.get(key, Said(text=_LOST)) for key in mine}
            await asyncio.sleep(min(gap, self._longest_gap_s))
            gap *= 1.5

    async def _look(self, provider_batch: str) -> Mapping[str, Said] | Failure | None:
        """The results, None while there are none; a provider that is down is asked again."""
        ended = await self._room.ended(provider_batch)
        if ended is True:
            found = await self._room.results(provider_batch)
            if not isinstance(found, Failure):
                return found
            ended = found
        if not isinstance(ended, Failure):
            return None
        policy = POLICIES[ended.cause]
        if policy.outage or ended.cause is Cause.RATE_LIMITED:
            return None
        return _LOST if ended.cause is Cause.NOT_THERE else ended

    async def _conclude(
        self,
        submission: _Submission,
        said: Mapping[str, Said],
        refused: Failure | None,
        duration_ms: float,
    ) -> Answer:
        results: list[Analysis | Failure] = []
        doubts: dict[int, Inquiry] = {}
        usage = Usage()
        for key, inquiry in zip(submission.ids, submission.inquiries, strict=True):
            one = said.get(key) or Said(text=refused or _LOST)
            answer = await self._one.conclude([inquiry], one, duration_ms)
            usage = usage + answer.usage
            if answer.doubts:
                doubts[len(results)] = answer.doubts[0]
            results += answer.results
        return Answer(results=results, usage=usage, doubts=doubts)


def _id(inquiry: Inquiry, single: PreparedCall) -> str:
    """Names a request at the provider; the same after a restart."""
    facts = f"{inquiry.batch_id}\n{inquiry.request_id}\n".encode()
    return sha256(facts + single.body).hexdigest()[:48]
