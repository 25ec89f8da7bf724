"""What rules over many exchanges need, and which rules failed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batch_items", sa.Column("faults", sa.Text(), nullable=True))
    op.create_table(
        "sightings",
        sa.Column(
            "capture_id",
            sa.Integer(),
            sa.ForeignKey("captures.id", ondelete="CASCADE", name="fk_sightings_capture_id"),
            primary_key=True,
        ),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column(
            "exchange_id",
            sa.Integer(),
            sa.ForeignKey("exchanges.id", ondelete="CASCADE", name="fk_sightings_exchange_id"),
            primary_key=True,
        ),
        sa.Column("facts", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sightings_exchange_id", "sightings", ["exchange_id"])


def downgrade() -> None:
    op.drop_index("ix_sightings_exchange_id", "sightings")
    op.drop_table("sightings")
    op.drop_column("batch_items", "faults")
