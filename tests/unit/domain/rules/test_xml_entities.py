import re

import pytest

from reqsift.domain.rules.xml_entities import fetched_by_parser, inner_entity, names_outside
from reqsift.domain.view import View
from tests.corpus.rules.exchanges import JSON, exchange
from tests.factories import view

XML = "application/xml"
ENTITY = '<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/hostname">]><o><city>&x;</city></o>'
DTD = '<!DOCTYPE o PUBLIC "-//A//B" "file:///nowhere/a.dtd"><o/>'
XINCLUDE = 'xmlns:x="http://www.w3.org/2001/XInclude"'
INCLUDE = f'<o {XINCLUDE}><city><x:include href="/etc/hostname"/></city></o>'


def posted(sent: str, text: str = "", kind: str = XML, status: int = 200) -> View:
    return view(exchange(text=text, kind=kind, form=sent, form_type=XML, status=status))


@pytest.mark.parametrize("sent", [ENTITY, DTD, INCLUDE])
def test_what_names_something_outside(sent: str) -> None:
    found = names_outside(posted(sent))
    assert found is not None
    assert found.text in sent


@pytest.mark.parametrize(
    "sent", ['<!DOCTYPE o [<!ENTITY x "a">]><o>&x;</o>', "<o><include href='a'/></o>", "<!-- a -->"]
)
def test_what_does_not(sent: str) -> None:
    assert names_outside(posted(sent)) is None
    assert fetched_by_parser(posted(sent, "<o>a</o>")) is None


@pytest.mark.parametrize("sent", [ENTITY, INCLUDE])
def test_an_element_comes_back_filled(sent: str) -> None:
    assert fetched_by_parser(posted(sent, "<r><city>web-3</city></r>"))
    assert fetched_by_parser(posted(sent, '{"city": "web-3"}', JSON))
    assert not fetched_by_parser(posted(sent, "<r><city></city></r>"))
    assert not fetched_by_parser(posted(sent, "<r><city>unknown</city></r>"))


def test_a_complaint_names_the_place() -> None:
    assert fetched_by_parser(posted(DTD, "No such file: '/nowhere/a.dtd'", status=500))
    assert not fetched_by_parser(posted(DTD, "No such file", status=500))
    assert not fetched_by_parser(posted(DTD, "DOCTYPE refused: /nowhere/a.dtd", status=400))


def test_an_entity_that_goes_to_the_network() -> None:
    sent = ENTITY.replace("file:///etc/hostname", "http://10.0.0.4/")
    inner = re.compile("^http://10|^file:")
    assert inner_entity(posted(sent), inner)
    assert inner_entity(posted(ENTITY), inner) is None
