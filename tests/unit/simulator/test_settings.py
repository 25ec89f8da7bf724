from random import Random

import pytest

from reqsift.simulator.latency import Latency
from reqsift.simulator.settings import Fault, InvalidSettings, Settings, changed, parse_faults


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("200", 0.2, 0.2), ("0-5", 0, 0.005), ("0", 0, 0), ("lognormal:200:0", 0.2, 0.2)],
)
def test_latencies_stay_within_their_bounds(text: str, low: float, high: float) -> None:
    latency, random = Latency.parse(text), Random(1)
    assert all(low <= latency.draw(random) <= high for _ in range(100))


def test_half_of_the_lognormal_latencies_are_below_the_median() -> None:
    latency, random = Latency.parse("lognormal:200"), Random(1)
    drawn = sorted(latency.draw(random) for _ in range(2001))
    assert drawn[1000] == pytest.approx(0.2, rel=0.05)
    assert drawn[0] < 0.15
    assert drawn[-1] > 0.3


@pytest.mark.parametrize(
    "changes",
    [
        b'{"latency": "soon"}',
        b'{"latency": "5-1"}',
        b'{"latency": "-5"}',
        b'{"latency": "lognormal:nan"}',
        b'{"rpm": 0}',
        b'{"maxInFlight": -1}',
        b'{"items": -1}',
        b'{"faults": {"drop": 0.7, "cut": 0.7}}',
        b'{"faults": {"drop": -0.1}}',
        b'{"faults": {"fire": 0.1}}',
        b'{"batchExpired": 0.7, "batchErrored": 0.7}',
        b'{"batchSeconds": -1}',
        b'{"leastCachedTokens": -1}',
        b'{"outage": "5"}',
        b'{"identify": "("}',
        b'{"unknown": 1}',
        b'{"rpm": "many"}',
        b"[]",
        b"{",
    ],
)
def test_settings_without_sense_are_refused(changes: bytes) -> None:
    with pytest.raises(InvalidSettings):
        changed(Settings(), changes)


def test_changes_replace_what_they_name_and_nothing_else() -> None:
    before = Settings(rpm=5, latency="7", faults={Fault.CUT: 0.5})
    after = changed(before, b'{"inputTpm": 9, "output_tpm": 8, "rpm": null, "faults": {"drop": 1}}')
    assert after == Settings(latency="7", input_tpm=9, output_tpm=8, faults={Fault.DROP: 1})
    assert changed(before, b"") == before


def test_faults_are_written_kind_and_share() -> None:
    assert parse_faults(["drop=0.25", "html=0.5"]) == {Fault.DROP: 0.25, Fault.HTML: 0.5}
    for wrong in ("drop", "fire=0.1", "drop=often"):
        with pytest.raises(InvalidSettings, match="KIND=SHARE"):
            parse_faults([wrong])
