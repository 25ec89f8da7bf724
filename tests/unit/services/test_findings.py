from pathlib import Path

from reqsift.domain.captures import RequestFilter
from reqsift.domain.findings import FindingFilter, Severity
from reqsift.domain.paging import PageRequest
from reqsift.services.captures import Captures
from reqsift.services.findings import Findings
from tests.conftest import Stores
from tests.factories import analysis, exchange, finding
from tests.fakes import ListReader, OneAnalyzer, ScriptedAnalyzer, StillClock
from tests.unit.services.running import ANY, working


async def test_all_findings_are_gathered_over_the_pages(stores: Stores) -> None:
    clock = StillClock()
    captures = Captures(stores.captures, ListReader(exchange(0)), clock)
    await captures.import_file(Path("shop.har"))
    many = [finding(f"v1-{number}", confidence=number % 100) for number in range(1203)]
    analyzer = OneAnalyzer(ScriptedAnalyzer(lambda _: analysis(*many)))
    async with working(stores.batches, analyzer) as at_work:
        await at_work.batches.run(await captures.request_ids(RequestFilter()), ANY)
    service = Findings(stores.findings)

    found = await service.all_findings(FindingFilter())

    assert len({stored.id for stored in found}) == 1203
    confidences = [stored.finding.confidence for stored in found]
    assert confidences == sorted(confidences, reverse=True)
    page = await service.findings(FindingFilter(severities=(Severity.HIGH,)), PageRequest())
    assert page.total == 0
