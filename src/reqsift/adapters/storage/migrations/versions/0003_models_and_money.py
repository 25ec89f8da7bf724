"""What leaves, what it costs, and what models say beside their findings."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NEW_TABLES = ("placeholders", "ledger", "answers", "submissions", "spendings")


def _added() -> dict[str, tuple[sa.Column[Any], ...]]:
    # Made anew each time: a column belongs to one table for good.
    return {
        "batches": (
            sa.Column("cached_tokens", sa.BigInteger(), server_default="0", nullable=False),
            sa.Column("pack", sa.Boolean(), server_default=sa.true(), nullable=False),
            sa.Column("cache", sa.Boolean(), server_default=sa.true(), nullable=False),
            sa.Column("economy", sa.Boolean(), server_default=sa.false(), nullable=False),
        ),
        "batch_items": (
            sa.Column("choice", sa.Text(), nullable=True),
            sa.Column("cached", sa.Boolean(), nullable=True),
            sa.Column("dropped", sa.Integer(), nullable=True),
            sa.Column("cached_tokens", sa.Integer(), nullable=True),
        ),
        "findings": (
            sa.Column("why", sa.Text(), server_default="", nullable=False),
            sa.Column("verification_steps", sa.Text(), server_default="[]", nullable=False),
            sa.Column("false_positive_hints", sa.Text(), server_default="[]", nullable=False),
            sa.Column("sources", sa.Text(), server_default="[]", nullable=False),
        ),
        "occurrences": (
            sa.Column("severity", sa.SmallInteger(), nullable=True),
            sa.Column("confidence", sa.SmallInteger(), nullable=True),
        ),
    }


def upgrade() -> None:
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column)
    op.execute(
        """UPDATE findings SET sources = CASE rule WHEN 'model' THEN '["model"]' ELSE '["offline"]' END"""
    )
    op.create_table(
        "placeholders",
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.UniqueConstraint("kind", "number", name="uq_placeholders_kind_number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("request_ids", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("redaction", sa.Boolean(), nullable=False),
        sa.Column("redacted", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "answers",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_answers_at", "answers", ["at"])
    op.create_table(
        "submissions",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("provider_batch", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spendings",
        sa.Column("batch_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("model", sa.Text(), primary_key=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("cached", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cached_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sqlite_with_rowid=False,
    )
    # What was spent before there were books, as far as items tell; a call for each.
    op.execute("""
        INSERT INTO spendings
        SELECT batch_id, date(finished_at / 1000000, 'unixepoch'), model, COUNT(*), 0, COUNT(*), 0,
            SUM(COALESCE(input_tokens, 0)), SUM(COALESCE(output_tokens, 0)), 0, SUM(COALESCE(cost, 0))
        FROM batch_items
        WHERE state = 'done' AND finished_at IS NOT NULL
            AND COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0) > 0
        GROUP BY 1, 2, 3
    """)


def downgrade() -> None:
    op.drop_index("ix_answers_at", "answers")
    for table in _NEW_TABLES:
        op.drop_table(table)
    for table, columns in _added().items():
        for column in columns:
            op.drop_column(table, column.name)
