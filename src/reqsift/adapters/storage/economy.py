"""Requests that wait at a provider's batch API, in SQL."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from reqsift.adapters.storage.engine import Database, uninterrupted
from reqsift.adapters.storage.exchanges import slices
from reqsift.adapters.storage.tables import submissions

_insert = upsert(submissions)
_PUT = _insert.on_conflict_do_update(
    index_elements=["key"], set_={"provider_batch": _insert.excluded.provider_batch}
)


class SqlSubmissions:
    """Fills the port `SubmissionStore`; see there for the contract of each call."""

    def __init__(self, database: Database) -> None:
        """Work on `database`."""
        self._database = database

    @uninterrupted
    async def submitted(self, keys: Sequence[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        async with self._database.reading() as connection:
            for some in slices(keys):
                query = select(submissions).where(submissions.c.key.in_(some))
                for row in await connection.execute(query):
                    found[row.key] = row.provider_batch
        return found

    @uninterrupted
    async def submit(self, provider_batch: str, keys: Sequence[str]) -> None:
        if not keys:
            return
        rows = [{"key": key, "provider_batch": provider_batch} for key in keys]
        async with self._database.writing() as connection:
            await connection.execute(_PUT, rows)

    @uninterrupted
    async def collected(self, keys: Sequence[str]) -> None:
        async with self._database.writing() as connection:
            for some in slices(keys):
                await connection.execute(delete(submissions).where(submissions.c.key.in_(some)))
