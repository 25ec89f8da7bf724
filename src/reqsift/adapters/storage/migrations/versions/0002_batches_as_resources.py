"""Batches that can be paused, resumed, limited and watched."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _batches() -> tuple[sa.Column[Any], ...]:
    # Made anew each time: a column belongs to one table for good.
    return (
        sa.Column("adaptive", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("max_cost", sa.Float(), nullable=True),
        sa.Column("max_tokens", sa.BigInteger(), nullable=True),
        sa.Column("deadline_s", sa.Float(), nullable=True),
        sa.Column("fallback", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("wanted", sa.String(length=16), nullable=True),
        sa.Column("stop", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost", sa.Float(), server_default="0", nullable=False),
        sa.Column("repeated", sa.Integer(), server_default="0", nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("asked", sa.String(length=64), server_default="", nullable=False),
    )


def _items() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("input_tokens", sa.Integer(), nullable=True),
        sa.Column("output_tokens", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Float(), nullable=True),
        sa.Column("fallback", sa.Boolean(), nullable=True),
        sa.Column("cause", sa.String(length=16), nullable=True),
    )


def upgrade() -> None:
    for column in _batches():
        op.add_column("batches", column)
    op.create_index("ix_batches_idempotency_key", "batches", ["idempotency_key"], unique=True)
    for column in _items():
        op.add_column("batch_items", column)
    op.create_index("ix_batch_items_batch_id_sequence", "batch_items", ["batch_id", "sequence"])
    op.execute("UPDATE batch_items SET output_tokens = tokens_used WHERE tokens_used IS NOT NULL")
    op.drop_column("batch_items", "tokens_used")
    # A batch that was left running before there was a way to resume it.
    op.execute("UPDATE batches SET state = 'stopped', stop = 'interrupted' WHERE state = 'running'")


def downgrade() -> None:
    op.add_column("batch_items", sa.Column("tokens_used", sa.Integer(), nullable=True))
    op.execute("UPDATE batch_items SET tokens_used = output_tokens")
    op.drop_index("ix_batch_items_batch_id_sequence", "batch_items")
    for column in _items():
        op.drop_column("batch_items", column.name)
    op.drop_index("ix_batches_idempotency_key", "batches")
    for column in _batches():
        op.drop_column("batches", column.name)
