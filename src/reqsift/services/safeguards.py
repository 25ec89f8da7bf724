"""What stands between a model and the network: redaction, the ledger, and kept answers."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from reqsift.domain.ledger import Departure
from reqsift.services.group_commit import GroupCommit
from reqsift.services.ports.clock import Clock
from reqsift.services.ports.privacy import AnswerStore, KeptAnswer, LedgerStore
from reqsift.services.ports.rules import Rules
from reqsift.services.privacy import Privacy

_REMEMBERED = 2_000


class Answers:
    """What models said, in the store and, the latest, in memory."""

    def __init__(self, store: AnswerStore, clock: Clock, keep_for: timedelta) -> None:
        """Take answers from `store` that are not older than `keep_for`."""
        self._store = store
        self._clock = clock
        self._keep_for = keep_for
        self._commits = GroupCommit(store.keep)
        self._latest: OrderedDict[str, KeptAnswer] = OrderedDict()

    async def find(self, keys: Sequence[str]) -> Mapping[str, KeptAnswer]:
        """Those that are kept."""
        if not keys:
            return {}
        return await self._store.find(keys, self._clock.now() - self._keep_for)

    def latest(self, key: str) -> KeptAnswer | None:
        """One of a moment ago."""
        return self._latest.get(key)

    async def keep(self, answers: Mapping[str, str], model: str) -> None:
        """Keep what a model said, by key."""
        now = self._clock.now()
        kept = [
            KeptAnswer(key=key, text=text, model=model, at=now) for key, text in answers.items()
        ]
        self._latest.update((one.key, one) for one in kept)
        while len(self._latest) > _REMEMBERED:
            self._latest.popitem(last=False)
        if kept:
            await self._commits.store(*kept)

    async def forget(self, age: timedelta) -> int:
        """Delete what is older than that; returns how many there were."""
        before = self._clock.now() - age
        self._latest = OrderedDict(
            (key, kept) for key, kept in self._latest.items() if age and kept.at >= before
        )
        return await self._store.purge(before if age else None)


class Ledger:
    """Writes down what leaves, before it does."""

    def __init__(self, store: LedgerStore) -> None:
        """Write to `store`, what leaves at one moment in one transaction."""
        self._commits = GroupCommit(store.append)

    async def record(self, *departures: Departure) -> None:
        """Write these down; only then they may leave.

        Raises:
            StoreError: They could not be written down.
        """
        await self._commits.store(*departures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Safeguards:
    """What every call to a model goes through."""

    rules: Rules
    privacy: Privacy
    ledger: Ledger
    answers: Answers
    clock: Clock
