"""Two batches compared."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.comparison import BatchView, Change, Seen, compare
from reqsift.domain.findings import FindingType, Severity


def seen(
    fingerprint: str,
    *,
    severity: Severity = Severity.MEDIUM,
    confidence: int = 60,
    url: str = "https://shop.example/items/1",
) -> Seen:
    return Seen(
        fingerprint=fingerprint,
        type=FindingType.XSS,
        severity=severity,
        confidence=confidence,
        title="A weakness",
        method="GET",
        url=url,
        request_id="r1",
        count=1,
    )


def view(name: str, found: Sequence[Seen], *urls: str) -> BatchView:
    return BatchView(id=name, seen=found, looked_at=[("GET", url) for url in urls])


def test_what_came_stayed_changed_and_went() -> None:
    before = view("b1", [seen("stays"), seen("grows"), seen("goes"), seen("elsewhere", url="/x")])
    after = view(
        "b2",
        [seen("stays"), seen("grows", severity=Severity.HIGH), seen("comes")],
        "https://shop.example/items/77",
    )

    found = compare(before, after)

    assert [(one.change, one.seen.fingerprint) for one in found.findings] == [
        (Change.NEW, "comes"),
        (Change.CHANGED, "grows"),
        (Change.UNCHANGED, "stays"),
        (Change.NOT_SEEN, "goes"),
        (Change.NOT_LOOKED_AT, "elsewhere"),
    ]
    assert (found.before, found.after, found.count(Change.NEW)) == ("b1", "b2", 1)
    grown = found.findings[1]
    assert grown.before is not None
    assert grown.after is not None
    assert (grown.before.severity, grown.after.severity) == (Severity.MEDIUM, Severity.HIGH)


def test_the_endpoint_counts_and_neither_ids_nor_the_host_in_other_case() -> None:
    before = view("b1", [seen("one", url="https://SHOP.example/items/1")])

    again = compare(before, view("b2", [], "https://shop.example/items/2"))
    other = compare(before, view("b2", [], "https://shop.example/users/2"))

    assert again.findings[0].change is Change.NOT_SEEN
    assert other.findings[0].change is Change.NOT_LOOKED_AT


@given(st.sets(st.text(max_size=3)), st.sets(st.text(max_size=3)))
def test_every_finding_is_told_once(earlier: set[str], later: set[str]) -> None:
    found = compare(
        view("b1", [seen(each) for each in earlier]), view("b2", [seen(each) for each in later])
    )

    assert sorted(one.seen.fingerprint for one in found.findings) == sorted(earlier | later)
    assert found.count(Change.NEW) == len(later - earlier)
    assert found.count(Change.UNCHANGED) == len(earlier & later)
