"""What the corpus of made-up secrets and look-alikes shows."""

from collections import Counter
from functools import cache

from reqsift.domain.redaction import suspicious, unmasked
from reqsift.domain.view import View
from tests.corpus.secrets import Planted, forms, look_alikes, planted
from tests.unit.domain.redaction.redacting import redacted


@cache
def cases() -> list[tuple[Planted, str]]:
    """Each planted secret with the text that may leave."""
    return [(one, "\n".join(redacted(View(one.exchange)).parts.values())) for one in planted()]


def test_the_corpus_is_large_and_its_secrets_stand_in_what_is_captured() -> None:
    assert len(cases()) >= 300
    assert len({one.kind for one, _ in cases()}) >= 40
    for one, _ in cases():
        captured = "\n".join(unmasked(View(one.exchange)).parts.values())
        assert any(form in captured for form in forms(one.secret)), (one.kind, one.place)


def test_no_planted_secret_leaves() -> None:
    left = [
        (one.kind, one.place)
        for one, text in cases()
        if any(form in text for form in forms(one.secret))
    ]

    assert left == []


def test_the_tripwire_lets_every_masked_exchange_pass() -> None:
    tripped = [(one.kind, one.place, why) for one, text in cases() if (why := suspicious(text))]

    assert tripped == []


def test_the_tripwire_stops_most_exchanges_that_were_not_masked() -> None:
    stopped = Counter(
        suspicious("\n".join(unmasked(View(one.exchange)).parts.values())) is not None
        for one, _ in cases()
    )

    assert stopped[True] > stopped[False]


def test_harmless_look_alikes_stay_as_they_are() -> None:
    harmless = look_alikes()
    hidden = [
        value
        for exchange, value in harmless
        if value not in "\n".join(redacted(View(exchange)).parts.values())
    ]

    assert len(harmless) >= 300
    assert len(hidden) <= 0.02 * len(harmless), hidden
