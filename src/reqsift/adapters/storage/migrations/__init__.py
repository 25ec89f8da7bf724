"""Alembic's scripts and the two calls that the store makes."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, bound to an open connection."""
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", "reqsift.adapters.storage:migrations")
    return settings


def revisions() -> set[str]:
    """All schema versions that this program knows."""
    scripts = ScriptDirectory.from_config(config())
    return {script.revision for script in scripts.walk_revisions()}


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the schema to a version."""
    command.upgrade(config(connection), to)
