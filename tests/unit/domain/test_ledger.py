"""The ledger: what was changed, taken out or put in shows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reqsift.domain.ledger import GENESIS, Departure, LedgerEntry, Verdict, Verifier, entry, verify
from tests.factories import NOW

DEPARTURES = st.builds(
    Departure,
    at=st.timedeltas(timedelta(0), timedelta(days=9)).map(lambda later: NOW + later),
    batch_id=st.sampled_from(["b1", "b2"]),
    request_ids=st.lists(st.text(max_size=3), max_size=3).map(tuple),
    model=st.text(max_size=5),
    provider=st.text(max_size=5),
    digest=st.text("0123456789abcdef", min_size=64, max_size=64),
    size=st.integers(0, 2**40),
    redaction=st.booleans(),
    redacted=st.dictionaries(st.text(max_size=5), st.integers(0, 99), max_size=3),
)


def chained(departures: Sequence[Departure]) -> list[LedgerEntry]:
    chain: list[LedgerEntry] = []
    for number, departure in enumerate(departures, start=1):
        chain.append(entry(departure, number, chain[-1].hash if chain else GENESIS))
    return chain


CHAINS = st.lists(DEPARTURES, min_size=1, max_size=6).map(chained)


def test_an_empty_ledger_holds() -> None:
    assert verify([]) == Verdict(entries=0, head=GENESIS)


@given(CHAINS)
def test_a_whole_chain_holds_and_names_its_head(chain: list[LedgerEntry]) -> None:
    assert verify(chain) == Verdict(entries=len(chain), head=chain[-1].hash)
    assert chain[0].previous == GENESIS
    assert all(later.previous == earlier.hash for earlier, later in pairwise(chain))


@given(CHAINS, DEPARTURES, st.data())
def test_a_changed_entry_is_found(
    chain: list[LedgerEntry], other: Departure, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(chain) - 1))
    name = data.draw(st.sampled_from(sorted(Departure.__slots__)))
    changed = replace(chain[place].departure, **{name: getattr(other, name)})
    assume(changed != chain[place].departure)
    chain[place] = replace(chain[place], departure=changed)

    verdict = verify(chain)

    assert (verdict.entries, verdict.broken_at) == (place, place + 1)
    assert verdict.reason == f"entry {place + 1} was changed"


@given(CHAINS, DEPARTURES, st.data())
def test_a_changed_entry_with_a_fitting_hash_is_found_by_the_next_or_by_the_head(
    chain: list[LedgerEntry], other: Departure, data: st.DataObject
) -> None:
    head = chain[-1].hash
    place = data.draw(st.integers(0, len(chain) - 1))
    assume(other != chain[place].departure)
    chain[place] = entry(other, place + 1, chain[place].previous)

    verdict = verify(chain)

    if place == len(chain) - 1:
        assert verdict.broken_at is None
    else:
        assert verdict.broken_at == place + 2
    assert verdict.head != head


@given(CHAINS, st.data())
def test_what_was_taken_out_is_missing(chain: list[LedgerEntry], data: st.DataObject) -> None:
    head = chain[-1].hash
    place = data.draw(st.integers(0, len(chain) - 1))
    is_last = place == len(chain) - 1
    del chain[place]

    verdict = verify(chain)

    assert verdict.entries == place
    assert verdict.head != head
    assert verdict.reason == ("" if is_last else f"entry {place + 1} is missing")


@given(CHAINS, DEPARTURES, st.data())
def test_what_was_put_in_is_found(
    chain: list[LedgerEntry], other: Departure, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(chain) - 1))
    chain.insert(place, entry(other, place + 1, chain[place].previous))

    verdict = verify(chain)

    assert (verdict.entries, verdict.broken_at) == (place + 1, place + 2)


@given(st.lists(DEPARTURES, min_size=2, max_size=6), st.data())
def test_entries_that_changed_places_are_found_even_with_new_numbers(
    departures: list[Departure], data: st.DataObject
) -> None:
    chain = chained(departures)
    place = data.draw(st.integers(0, len(chain) - 2))
    first, second = chain[place : place + 2]
    chain[place : place + 2] = [
        replace(second, number=first.number),
        replace(first, number=second.number),
    ]

    verdict = verify(chain)

    assert verdict.broken_at == place + 1
    assert verdict.reason == f"entry {place + 1} does not follow the one before it"


@given(CHAINS, st.data())
def test_after_a_flaw_nothing_holds(chain: list[LedgerEntry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(chain) - 1))
    flawed = replace(chain[place], hash="f" * 64)
    verifier = Verifier()

    held = [verifier.holds(each) for each in [*chain[:place], flawed, *chain[place:]]]

    assert held == [True] * place + [False] * (len(chain) - place + 1)
    assert verifier.verdict.broken_at == place + 1


@pytest.mark.parametrize("text", ["\ud800", "', 1, '", "Ä\x00\U0001f600"])
def test_odd_names_hash_too_and_are_not_taken_for_other_facts(text: str) -> None:
    plain = Departure(
        at=NOW,
        batch_id="b1",
        request_ids=("r1",),
        model="",
        provider="",
        digest="0" * 64,
        size=1,
        redaction=True,
    )
    variants = [replace(plain, model=text), replace(plain, provider=text)]

    hashes = {entry(one, 1, GENESIS).hash for one in [plain, *variants]}

    assert len(hashes) == 3
