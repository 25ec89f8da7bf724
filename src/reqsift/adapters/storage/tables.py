"""The schema, in the subset that SQLite and PostgreSQL share."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    true,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, kept as microseconds since 1970: the same in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, _: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _MICROSECOND


# SQLite gives ids of its own accord only to a plain INTEGER key.
_Id = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(
    name: str, target: str, *, primary_key: bool = False, nullable: bool = False
) -> Column[int]:
    """A foreign key; what it points to takes its dependants along."""
    reference = ForeignKey(target, ondelete="CASCADE")
    return Column(name, _Id, reference, primary_key=primary_key, nullable=nullable)


captures = Table(
    "captures",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("source", Text, nullable=False),
    Column("content_hash", String(64), nullable=False, unique=True),
    Column("imported_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("imported", Integer, nullable=False, server_default="0"),
    Column("truncated", Integer, nullable=False, server_default="0"),
    Column("skipped", Text, nullable=False, server_default="[]"),  # JSON
    sqlite_autoincrement=True,  # an id is never given twice
)

# What lists show and filter by; narrow, so that a scan of a million rows stays cheap.
exchanges = Table(
    "exchanges",
    metadata,
    Column("id", _Id, primary_key=True),
    _key("capture_id", "captures.id"),
    Column("entry_index", Integer, nullable=False),
    Column("method", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("status", Integer),
    Column("mime_type", Text, nullable=False),
    Column("response_size", BigInteger, nullable=False),
    Column("started_at", Instant),
    Column("duration_ms", Float),
    UniqueConstraint("capture_id", "entry_index"),
    sqlite_autoincrement=True,
)

# What only the look at one exchange needs.
messages = Table(
    "messages",
    metadata,
    _key("exchange_id", "exchanges.id", primary_key=True),
    Column("heads", LargeBinary, nullable=False),  # zstd of rows.Heads
    Column("request_body", LargeBinary(32), ForeignKey("bodies.hash")),
    Column("response_body", LargeBinary(32), ForeignKey("bodies.hash")),
)

# Captures repeat themselves: each content is kept once.
bodies = Table(
    "bodies",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),  # SHA-256 of the content
    Column("content", LargeBinary, nullable=False),  # zstd
)

batches = Table(
    "batches",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("model", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("concurrency", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("total", Integer, nullable=False),
    Column("successful", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("duration_ms", BigInteger, nullable=False, server_default="0"),
    Column("adaptive", Boolean, nullable=False, server_default=false()),
    Column("priority", SmallInteger, nullable=False, server_default="1"),  # rank
    Column("max_cost", Float),  # US dollars
    Column("max_tokens", BigInteger),
    Column("deadline_s", Float),
    Column("fallback", Boolean, nullable=False, server_default=false()),
    Column("wanted", String(16)),  # what somebody asks of the process that runs it
    Column("stop", String(16)),
    Column("reason", Text, nullable=False, server_default=""),
    Column("input_tokens", BigInteger, nullable=False, server_default="0"),
    Column("output_tokens", BigInteger, nullable=False, server_default="0"),
    Column("cost", Float, nullable=False, server_default="0"),  # US dollars
    Column("repeated", Integer, nullable=False, server_default="0"),
    Column("idempotency_key", Text),
    Column("asked", String(64), nullable=False, server_default=""),
    Column("cached_tokens", BigInteger, nullable=False, server_default="0"),
    Column("pack", Boolean, nullable=False, server_default=true()),
    Column("cache", Boolean, nullable=False, server_default=true()),
    Column("economy", Boolean, nullable=False, server_default=false()),
    Index("ix_batches_idempotency_key", "idempotency_key", unique=True),
    sqlite_autoincrement=True,
)

# One place of a batch, and the analysis that came of it.
batch_items = Table(
    "batch_items",
    metadata,
    _key("batch_id", "batches.id", primary_key=True),
    Column("position", Integer, primary_key=True),
    _key("exchange_id", "exchanges.id", nullable=True),  # empty for an unknown id
    Column("unknown_id", Text),
    Column("state", String(16), nullable=False),
    Column("error", Text),
    Column("model", Text),
    Column("summary", Text),
    Column("next_checks", Text),  # JSON
    Column("confidence", SmallInteger),
    Column("duration_ms", Float),
    Column("finished_at", Instant),
    Column("sequence", Integer),  # 1-based, in the order of ending
    Column("input_tokens", Integer),
    Column("output_tokens", Integer),
    Column("cost", Float),  # US dollars
    Column("fallback", Boolean),
    Column("cause", String(16)),  # of a failure
    Column("choice", Text),  # why this model
    Column("cached", Boolean),  # a stored answer was taken
    Column("dropped", Integer),  # quotes that do not stand in the exchange
    Column("cached_tokens", Integer),
    Column("faults", Text),  # JSON; rules that failed
    Index(None, "exchange_id"),
    Index("ix_batch_items_batch_id_sequence", "batch_id", "sequence"),
)

# One finding over all exchanges of a capture that show it.
findings = Table(
    "findings",
    metadata,
    Column("id", _Id, primary_key=True),
    _key("capture_id", "captures.id"),
    Column("fingerprint", String(64), nullable=False),
    Column("type", String(40), nullable=False),
    Column("severity", SmallInteger, nullable=False),  # rank
    Column("confidence", SmallInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("remediation", Text, nullable=False),
    Column("cwe", Integer, nullable=False),
    Column("owasp", Text, nullable=False),  # JSON
    Column("rule", Text, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("verification_steps", Text, nullable=False, server_default="[]"),  # JSON
    Column("false_positive_hints", Text, nullable=False, server_default="[]"),  # JSON
    Column("sources", Text, nullable=False, server_default="[]"),  # JSON
    UniqueConstraint("capture_id", "fingerprint"),
    Index(None, "severity", "confidence", "id"),
    sqlite_autoincrement=True,
)

# A finding as one analysis saw it in one exchange.
occurrences = Table(
    "occurrences",
    metadata,
    _key("finding_id", "findings.id", primary_key=True),
    _key("exchange_id", "exchanges.id", primary_key=True),
    _key("batch_id", "batches.id", primary_key=True),
    Column("evidence", Text, nullable=False),  # JSON
    Column("severity", SmallInteger),  # rank, as this analysis gave it; empty in old rows
    Column("confidence", SmallInteger),
    Index(None, "exchange_id"),
    Index(None, "batch_id"),
    sqlite_with_rowid=False,
)

# What exchanges add to questions about their whole capture; the key's order groups them.
sightings = Table(
    "sightings",
    metadata,
    _key("capture_id", "captures.id", primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("key", String(64), primary_key=True),
    _key("exchange_id", "exchanges.id", primary_key=True),
    Column("facts", Text, nullable=False),  # JSON
    Index(None, "exchange_id"),
    sqlite_with_rowid=False,
)

# What stands for a secret; the secret itself is not here.
placeholders = Table(
    "placeholders",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("digest", String(64), primary_key=True),  # SHA-256 of the value, hex
    Column("number", Integer, nullable=False),
    UniqueConstraint("kind", "number"),
    sqlite_with_rowid=False,
)

# What left this machine. No foreign keys: whatever is deleted, this stays.
ledger = Table(
    "ledger",
    metadata,
    Column("number", _Id, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("batch_id", Text, nullable=False),
    Column("request_ids", Text, nullable=False),  # JSON
    Column("model", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),  # bytes
    Column("redaction", Boolean, nullable=False),
    Column("redacted", Text, nullable=False),  # JSON
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

# What models said, to be taken again for the same payload.
answers = Table(
    "answers",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("text", LargeBinary, nullable=False),  # zstd
    Column("model", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "at"),
    sqlite_with_rowid=False,
)

# Which requests wait at a provider's batch API.
submissions = Table(
    "submissions",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("provider_batch", Text, nullable=False),
    sqlite_with_rowid=False,
)

# What was spent. No foreign key: it was spent, whatever becomes of the batch.
spendings = Table(
    "spendings",
    metadata,
    Column("batch_id", _Id, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("cached", Integer, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("cost", Float, nullable=False),  # US dollars
    sqlite_with_rowid=False,
)
