"""Models as the program wires them, on a real store, in front of a simulated provider."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from reqsift.adapters.analyzers import HttpModels, ModelAccess
from reqsift.adapters.analyzers.offline import OfflineAnalyzer
from reqsift.adapters.models.catalogue import load
from reqsift.adapters.rules import OfflineRules
from reqsift.adapters.storage.economy import SqlSubmissions
from reqsift.adapters.storage.engine import Database
from reqsift.adapters.storage.privacy import SqlAnswers, SqlLedger, SqlPlaceholders
from reqsift.domain.captures import Exchange, StoredExchange
from reqsift.domain.redaction import Pattern
from reqsift.services.analyzers import Analyzers, Waiting
from reqsift.services.ports.analyzers import Analyzer, Inquiry, Purpose
from reqsift.services.ports.clock import Clock
from reqsift.services.privacy import Privacy
from reqsift.services.safeguards import Answers, Ledger, Safeguards
from tests.fakes import RunningClock


def access(base_url: str, patience_s: float = 10.0) -> ModelAccess:
    """Everything goes to one address, with made-up keys."""
    return ModelAccess(
        catalogue=load(None),
        cheap_model="haiku-5.5",
        strong_model="sonnet-5.5",
        anthropic_key="sk-made-up",
        anthropic_base_url=base_url,
        openai_key="sk-made-up",
        openai_base_url=f"{base_url}/v1",
        call_timeout=patience_s,
    )


def safeguards(
    database: Database,
    clock: Clock,
    *,
    redaction: bool = True,
    patterns: Sequence[Pattern] = (),
) -> Safeguards:
    """On a real store."""
    return Safeguards(
        rules=OfflineRules(),
        privacy=Privacy(SqlPlaceholders(database), patterns, redaction=redaction),
        ledger=Ledger(SqlLedger(database)),
        answers=Answers(SqlAnswers(database), clock, timedelta(days=30)),
        clock=clock,
    )


@asynccontextmanager
async def wired(
    database: Database,
    given: ModelAccess,
    *,
    redaction: bool = True,
    patterns: Sequence[Pattern] = (),
    clock: Clock | None = None,
) -> AsyncIterator[Analyzers]:
    """All analyzers, by name."""
    clock = clock or RunningClock()
    offline = OfflineAnalyzer(OfflineRules(), processes=1)
    models = HttpModels(given, lambda: clock.now().date())
    waiting = Waiting(submissions=SqlSubmissions(database), longest_gap_s=0.05)
    guards = safeguards(database, clock, redaction=redaction, patterns=patterns)
    try:
        yield Analyzers(offline, models, guards, waiting)
    finally:
        await models.close()
        offline.close()


async def inquiries(analyzer: Analyzer, *exchanges: Exchange) -> list[Inquiry]:
    """These exchanges, made ready; none may fail, and no answer is kept."""
    stored = [
        StoredExchange(id=f"r{place}", capture_id="c1", exchange=exchange)
        for place, exchange in enumerate(exchanges)
    ]
    made = await analyzer.inquire(stored, Purpose(batch_id="b1", cache=False))
    for one in made:
        assert isinstance(one, Inquiry), one
    return [one for one in made if isinstance(one, Inquiry)]
