import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from reqsift.domain.captures import Exchange, RequestFilter, SkippedEntry
from reqsift.domain.errors import NotFound, StoreError, TruncatedCapture, UnreadableCapture
from reqsift.domain.paging import PageRequest
from reqsift.services.captures import Captures
from tests.conftest import Stores
from tests.factories import exchange
from tests.fakes import ListReader, StillClock

FILE = Path("shop.har")


def captures(stores: Stores, reader: ListReader) -> Captures:
    return Captures(stores.captures, reader, StillClock())


async def test_an_import_counts_and_stores_every_entry(stores: Stores) -> None:
    skipped = SkippedEntry(entry_index=1, reason="It has no URL.")
    service = captures(stores, ListReader(exchange(0), skipped, exchange(2)))
    read: list[int] = []

    result = await service.import_file(FILE, advance=read.append)

    assert not result.duplicate
    assert (result.capture.imported, result.capture.skipped) == (2, (skipped,))
    assert result.capture.source == "shop.har"
    assert sum(read) == 3
    assert await service.captures() == (result.capture,)
    page = await service.requests(RequestFilter(), PageRequest())
    assert [row.entry_index for row in page.items] == [0, 2]


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1000])
async def test_every_number_of_entries_survives_the_chunks(stores: Stores, count: int) -> None:
    service = captures(stores, ListReader(*(exchange(index) for index in range(count))))

    result = await service.import_file(FILE)

    assert result.capture.imported == count
    assert len(await service.request_ids(RequestFilter())) == count


async def test_the_same_bytes_are_stored_once(stores: Stores) -> None:
    service = captures(stores, ListReader(exchange(0)))
    first = await service.import_file(FILE)

    again = await service.import_file(FILE, source="other name.har")

    assert again.duplicate
    assert again.capture == first.capture
    assert len(await service.request_ids(RequestFilter())) == 1


@pytest.mark.parametrize("error", [UnreadableCapture("no"), TruncatedCapture("cut")])
async def test_a_refused_file_leaves_nothing_behind(
    stores: Stores, error: UnreadableCapture
) -> None:
    entries = [exchange(index) for index in range(700)]
    service = captures(stores, ListReader(*entries, failure=error))

    with pytest.raises(type(error)):
        await service.import_file(FILE)

    assert await service.captures() == ()
    assert await service.request_ids(RequestFilter()) == []


async def test_the_intact_part_of_a_cut_file_can_be_kept(stores: Stores) -> None:
    service = captures(stores, ListReader(exchange(0), failure=TruncatedCapture("cut")))

    result = await service.import_file(FILE, partial=True)

    assert result.capture.imported == 1


async def test_partial_does_not_accept_what_is_no_capture(stores: Stores) -> None:
    service = captures(stores, ListReader(failure=UnreadableCapture("no")))

    with pytest.raises(UnreadableCapture):
        await service.import_file(FILE, partial=True)


async def test_a_failing_store_ends_the_import_and_the_reading(stores: Stores) -> None:
    class Endless(ListReader):
        def read(self, path: Path, advance: object) -> Iterator[Exchange | SkippedEntry]:
            index = 0
            while True:
                yield exchange(index)
                index += 1

    class FullDisk(type(stores.captures)):  # type: ignore[misc]
        async def add_exchanges(self, *_: object) -> None:
            raise StoreError("The disk is full.")

    service = Captures(FullDisk(stores.database), Endless(), StillClock())

    with pytest.raises(StoreError, match="disk is full"):
        await asyncio.wait_for(service.import_file(FILE), timeout=10)

    assert await service.captures() == ()


async def test_one_request_is_found_by_its_id(stores: Stores) -> None:
    service = captures(stores, ListReader(exchange(5)))
    await service.import_file(FILE)
    (request_id,) = await service.request_ids(RequestFilter())

    assert (await service.exchange(request_id)).exchange == exchange(5)


@pytest.mark.parametrize("request_id", ["r99", "c1", "", "r", "r-1", "r" + "9" * 30, "Ω"])
async def test_an_unknown_request_is_told(stores: Stores, request_id: str) -> None:
    with pytest.raises(NotFound):
        await captures(stores, ListReader()).exchange(request_id)


async def test_an_unknown_capture_is_told(stores: Stores) -> None:
    with pytest.raises(NotFound, match="c9"):
        await captures(stores, ListReader()).request_ids(RequestFilter(capture_id="c9"))
