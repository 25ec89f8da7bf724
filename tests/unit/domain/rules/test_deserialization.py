"""Serialized objects in the hands of the client."""

import pytest

from reqsift.domain.captures import Exchange
from tests.unit.domain.rules.exchanges import (
    Cases,
    data,
    findings,
    noticed,
    page,
    sent_json,
    silent,
)

JAVA = "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA"
PHP = 'O:4:"User":1:{s:4:"name";s:4:"anna";}'

TABLE = {
    "serialized-object": Cases(
        noticed=(
            page(sent={"Cookie": f"prefs={JAVA}"}),
            page(form=f"state={JAVA}"),
            page(got={"Set-Cookie": f"state={JAVA}; Path=/"}),
            data({}, **sent_json({"state": PHP})),
            data({}, **sent_json({"$type": "System.IO.FileInfo, System.IO"})),
            page(form="rO0", form_type="application/x-java-serialized-object"),
        ),
        silent=(
            page(sent={"Cookie": "prefs=eyJ0aGVtZSI6ImRhcmsifQ"}),
            page(form="state=a:b:c"),
            data({}, **sent_json({"$type": "a"})),
        ),
    ),
}


@pytest.mark.parametrize(("rule", "seen"), noticed(TABLE))
def test_noticed(rule: str, seen: Exchange) -> None:
    assert findings(rule, seen)


@pytest.mark.parametrize(("rule", "seen"), silent(TABLE))
def test_silent(rule: str, seen: Exchange) -> None:
    assert not findings(rule, seen)
