"""What every store promises about sightings."""

from collections.abc import Sequence
from dataclasses import replace

from reqsift.adapters.storage.sightings import SqlSightings
from reqsift.domain.findings import FindingFilter
from reqsift.domain.paging import PageRequest
from reqsift.domain.sightings import Group, Seen, Sighting
from tests.conftest import Stores
from tests.contract.test_stores import analyzed, stored
from tests.factories import analysis, exchange, finding


def left(kind: str, key: str, *facts: str) -> Sighting:
    return Sighting(kind=kind, key=key, facts=facts)


async def groups(
    stores: Stores, batch_id: str, *kinds: str, rows_at_once: int = 100
) -> list[Group]:
    store = SqlSightings(stores.database, rows_at_once)
    return [group async for group in store.groups(batch_id, kinds)]


async def analyzed_with(stores: Stores, ids: Sequence[str], *these: tuple[Sighting, ...]) -> str:
    said = [replace(analysis(), sightings=sightings) for sightings in these]
    return (await analyzed(stores, ids, *said)).id


async def test_sightings_come_back_in_groups_in_the_order_of_the_capture(stores: Stores) -> None:
    ids = await stored(stores, *(exchange(place) for place in range(3)))
    batch_id = await analyzed_with(
        stores,
        ids,
        (left("object", "k2", "z"), left("nonce", "k1", "ä", '"')),
        (left("object", "k1"),),
        (left("object", "k2", "a"), left("session", "k2")),
    )

    found = await groups(stores, batch_id, "object", "nonce")

    assert [(group.kind, group.key) for group in found] == [
        ("nonce", "k1"),
        ("object", "k1"),
        ("object", "k2"),
    ]
    assert found[0].seen == [Seen(request_id=ids[0], entry_index=0, facts=("ä", '"'))]
    assert [(one.request_id, one.entry_index, one.facts) for one in found[2].seen] == [
        (ids[0], 0, ("z",)),
        (ids[2], 2, ("a",)),
    ]


async def test_earlier_batches_count_other_captures_do_not(stores: Stores) -> None:
    ids = await stored(stores, exchange(0), exchange(1))
    others = await stored(stores, exchange(0, "https://b.example/"), name="b.har")
    await analyzed_with(stores, ids[:1], (left("object", "k"),))
    await analyzed_with(stores, others, (left("object", "k"),))
    batch_id = await analyzed_with(stores, ids[1:], (left("object", "k"),))

    (group,) = await groups(stores, batch_id, "object")

    assert [one.request_id for one in group.seen] == ids


async def test_a_small_batch_sees_the_groups_that_it_adds_to(stores: Stores) -> None:
    ids = await stored(stores, *(exchange(place) for place in range(4)))
    await analyzed_with(
        stores, ids[:3], (left("object", "k1"),), (left("object", "k2"),), (left("nonce", "k1"),)
    )
    batch_id = await analyzed_with(stores, ids[3:], (left("object", "k2"),))

    (group,) = await groups(stores, batch_id, "object", "nonce")
    assert (group.key, [one.request_id for one in group.seen]) == ("k2", [ids[1], ids[3]])
    store = SqlSightings(stores.database)
    every = store.groups(batch_id, ["object", "nonce"], untouched=True)
    assert [(group.kind, group.key) async for group in every] == [
        ("nonce", "k1"),
        ("object", "k1"),
        ("object", "k2"),
    ]


async def test_an_exchange_that_is_analyzed_again_counts_once(stores: Stores) -> None:
    ids = await stored(stores, exchange(0))
    await analyzed_with(stores, ids, (left("object", "k"),))
    batch_id = await analyzed_with(stores, ids, (left("object", "k"),))

    (group,) = await groups(stores, batch_id, "object")

    assert len(group.seen) == 1


async def test_groups_are_whole_across_pages(stores: Stores) -> None:
    ids = await stored(stores, *(exchange(place) for place in range(30)))
    batch_id = await analyzed_with(
        stores, ids, *((left("object", f"k{place // 7}", str(place)),) for place in range(30))
    )
    for size in (1, 2, 7, 29, 30, 31):
        found = await groups(stores, batch_id, "object", rows_at_once=size)
        assert [len(group.seen) for group in found] == [7, 7, 7, 7, 2], size


async def test_what_is_found_together_stands_beside_the_rest(stores: Stores) -> None:
    ids = await stored(stores, exchange(0), exchange(1))
    batch = await analyzed(stores, ids, analysis(), analysis())
    story = finding()

    await SqlSightings(stores.database).add_findings(batch.id, {ids[0]: [story], ids[1]: [story]})

    (found,) = (await stores.findings.findings(FindingFilter(), PageRequest())).items
    assert found.entry_indexes == (0, 1)
    assert [len(one.findings) for one in await stores.batches.analyses(batch.id)] == [1, 1]


async def test_faults_of_rules_come_back(stores: Stores) -> None:
    ids = await stored(stores, exchange(0))
    said = replace(analysis(), faults=("The rule x failed: KeyError: 'y'",))
    batch = await analyzed(stores, ids, said)

    (kept,) = await stores.batches.analyses(batch.id)

    assert kept.analysis == said
