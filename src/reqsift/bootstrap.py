"""The only place that knows which adapter fills which port."""

import gc
import random
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from reqsift.adapters.access_token import access_token
from reqsift.adapters.analyzers import HttpModels, ModelAccess
from reqsift.adapters.analyzers.offline import OfflineAnalyzer
from reqsift.adapters.clock import SystemClock
from reqsift.adapters.labels import LabelFileReader
from reqsift.adapters.models.catalogue import load
from reqsift.adapters.patterns import read_patterns
from reqsift.adapters.readers import CaptureFileReader
from reqsift.adapters.rules import OfflineRules
from reqsift.adapters.rules_file import read_rulebook
from reqsift.adapters.storage.batches import SqlBatches
from reqsift.adapters.storage.captures import SqlCaptures
from reqsift.adapters.storage.economy import SqlSubmissions
from reqsift.adapters.storage.engine import Database, open_database, serving_lock, sqlite_path
from reqsift.adapters.storage.findings import SqlFindings
from reqsift.adapters.storage.privacy import SqlAnswers, SqlLedger, SqlPlaceholders
from reqsift.adapters.storage.sightings import SqlSightings
from reqsift.adapters.storage.spending import SqlSpending
from reqsift.domain.rule_list import listed
from reqsift.domain.rules.rulebook import Rulebook
from reqsift.services.analyzers import Analyzers, Waiting
from reqsift.services.batches import Batches
from reqsift.services.captures import Captures
from reqsift.services.comparisons import Comparisons
from reqsift.services.correlation import Correlation
from reqsift.services.costs import Costs
from reqsift.services.disclosure import Disclosure
from reqsift.services.engine import Engine
from reqsift.services.evaluation import Evaluation
from reqsift.services.findings import Findings
from reqsift.services.ports.clock import Clock
from reqsift.services.privacy import Privacy
from reqsift.services.safeguards import Answers, Ledger, Safeguards
from reqsift.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases, wired."""

    captures: Captures
    batches: Batches
    findings: Findings
    costs: Costs
    disclosure: Disclosure
    comparisons: Comparisons


@asynccontextmanager
async def open_services(
    settings: Settings, database_url: str, *, redaction: bool = True
) -> AsyncIterator[Services]:
    """Open the store at `database_url` with everything around it, and close it at the end.

    Args:
        settings: Keys, addresses and limits.
        database_url: The store.
        redaction: Whether captured secrets are hidden from models.

    Raises:
        StoreError: The store cannot be opened.
    """
    path = sqlite_path(database_url)
    async with _services(settings, path, redaction=redaction) as services:
        yield services


@asynccontextmanager
async def throw_away_services(
    settings: Settings, *, redaction: bool = True
) -> AsyncIterator[Services]:
    """The same on a store that is deleted at the end."""
    with TemporaryDirectory(prefix="reqsift-") as folder:
        path = Path(folder) / "scan.db"
        async with _services(settings, path, redaction=redaction, throw_away=True) as services:
            yield services


@asynccontextmanager
async def _services(
    settings: Settings, path: Path, *, redaction: bool, throw_away: bool = False
) -> AsyncIterator[Services]:
    clock = SystemClock()
    rules = OfflineRules(rulebook(settings))
    offline = OfflineAnalyzer(rules)
    models = HttpModels(_access(settings), lambda: clock.now().date())
    patterns = read_patterns(settings.redaction_path())
    _calm_garbage_collection()
    try:
        async with open_database(path, throw_away=throw_away) as database:
            privacy = Privacy(SqlPlaceholders(database), patterns, redaction=redaction)
            safeguards = _safeguards(settings, database, (rules, privacy), clock)
            waiting = Waiting(
                submissions=SqlSubmissions(database), longest_gap_s=settings.economy_gap
            )
            analyzers = Analyzers(offline, models, safeguards, waiting)
            store = SqlBatches(database)
            engine = Engine(
                store,
                analyzers,
                Correlation(store, SqlSightings(database), safeguards.rules).conclude,
                clock,
                random.random,  # spreads retries, keeps no secret
                settings.max_concurrency,
            )
            spending = SqlSpending(database)
            async with engine.working():
                yield Services(
                    captures=_captures(settings, database, clock),
                    batches=Batches(store, analyzers, clock, engine),
                    findings=Findings(SqlFindings(database)),
                    costs=Costs(
                        (store, spending), analyzers, models, clock, settings.max_concurrency
                    ),
                    disclosure=Disclosure(
                        store, analyzers, SqlLedger(database), safeguards.answers
                    ),
                    comparisons=Comparisons(store),
                )
    finally:
        await models.close()
        offline.close()


def _captures(settings: Settings, database: Database, clock: Clock) -> Captures:
    return Captures(SqlCaptures(database), CaptureFileReader(max_body=settings.max_body), clock)


def _safeguards(
    settings: Settings, database: Database, looks: tuple[OfflineRules, Privacy], clock: Clock
) -> Safeguards:
    rules, privacy = looks
    return Safeguards(
        rules=rules,
        privacy=privacy,
        ledger=Ledger(SqlLedger(database)),
        answers=Answers(SqlAnswers(database), clock, timedelta(days=settings.answers_days)),
        clock=clock,
    )


def _access(settings: Settings) -> ModelAccess:
    theirs = settings.models_path()
    return ModelAccess(
        catalogue=load(theirs if theirs.exists() or settings.models_file else None),
        cheap_model=settings.cheap_model,
        strong_model=settings.strong_model,
        anthropic_key=_secret(settings.anthropic_api_key),
        anthropic_base_url=settings.anthropic_base_url,
        openai_key=_secret(settings.openai_api_key),
        openai_base_url=settings.openai_base_url,
        call_timeout=settings.call_timeout,
    )


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()


def _calm_garbage_collection() -> None:
    """Make the cyclic collector look rarely.

    Imports and batches make millions of objects without cycles; looking for cycles in between
    took a fifth of an import's time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def server_token(settings: Settings) -> str:
    """The token that opens the server: the one that is set, else the one that is kept."""
    if settings.token is not None:
        return settings.token.get_secret_value()
    return access_token(settings.data_dir)


def only_server(database_url: str) -> AbstractContextManager[None]:
    """Hold the right to serve the store at `database_url`; a second server is refused.

    Raises:
        StoreError: Another process serves it.
    """
    return serving_lock(sqlite_path(database_url))


def rulebook(settings: Settings) -> Rulebook:
    """What the user wants of the offline rules.

    Raises:
        InvalidSetting: The file of rules is named and missing, or makes no sense.
    """
    return read_rulebook(settings.rules_path(), required=settings.rules_file is not None)


def evaluation(settings: Settings) -> Evaluation:
    """The offline rules, as the user wants them, before labelled captures.

    Raises:
        InvalidSetting: As above.
    """
    book = rulebook(settings)
    return Evaluation(
        CaptureFileReader(max_body=settings.max_body),
        LabelFileReader(),
        OfflineRules(book),
        [rule.about for rule in listed(book) if rule.is_on],
    )
