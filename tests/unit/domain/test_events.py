from reqsift.domain.batches import BatchItem, Failure
from reqsift.domain.events import ItemEnded
from tests.factories import NOW, analysis, finding, outcome

ITEM = BatchItem(position=3, request_id="r9")


def test_the_event_of_an_analysis() -> None:
    said = analysis(finding("v1-a"), finding("v1-b"))
    assert ItemEnded.of(outcome(ITEM, said, 7)) == ItemEnded(
        sequence=7,
        request_id="r9",
        model="scripted",
        findings=2,
        cost=0.25,
        duration_ms=1.5,
        at=NOW,
    )


def test_the_event_of_a_failure() -> None:
    assert ItemEnded.of(outcome(ITEM, Failure(reason="No."), 7)) == ItemEnded(
        sequence=7, request_id="r9", error="No.", at=NOW
    )
