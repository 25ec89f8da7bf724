"""The view: every derived form, and proof that is verbatim."""

import pytest

from reqsift.domain.captures import Body, Exchange, Header, Request, Response
from reqsift.domain.inputs import Input
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, STATUS, URL, View
from tests.corpus.rules.exchanges import SCRIPT, data, exchange, page, sent_json


def test_a_request_without_a_response_is_empty_not_an_error() -> None:
    view = View(Exchange(entry_index=0, request=Request(method="GET", url="https://a.example/")))
    assert view.status == 0
    assert view.response_text == ""
    assert view.response_json is None
    assert view.set_cookies == ()
    assert not any((view.is_html, view.is_json, view.is_page, view.is_asset))
    assert view.part_text(STATUS) == "0"


def test_headers_are_found_in_any_case_and_duplicates_are_joined() -> None:
    request = Request(method="GET", url="/", headers=(Header("X-A", "1"), Header("x-a", "2")))
    view = View(Exchange(entry_index=0, request=request))
    assert view.request_header("x-a") == "1\n2"
    assert view.part_text("request.headers[x-a]") == "1\n2"
    assert view.part_text("request.headers[x-b]") is None
    assert view.part_text("nonsense") is None


def test_cookies_are_parsed_as_browsers_do() -> None:
    response = Response(
        status=200,
        headers=(
            Header("Set-Cookie", "a=1; Path=/; HttpOnly; SameSite=Lax"),
            Header("set-cookie", "rubbish"),
            Header("Set-Cookie", "b=2=3;Secure"),
        ),
    )
    view = View(Exchange(entry_index=0, request=Request(method="GET", url="/"), response=response))
    first, second = view.set_cookies
    assert (first.name, first.value) == ("a", "1")
    assert first.attributes == {"path": "/", "httponly": "", "samesite": "Lax"}
    assert (second.name, second.value) == ("b", "2=3")
    whole = view.part_text(second.evidence.part) or ""
    assert whole[second.evidence.offset :].startswith(second.evidence.text)


def test_sent_cookies_are_pairs() -> None:
    view = View(exchange(sent={"Cookie": "a=1; b = 2;c;=x"}))
    assert view.cookies == (("a", "1"), ("b", "2"), ("", "x"))


def test_inputs_are_query_then_body() -> None:
    view = View(exchange("https://a.example/?q=w%C3%B6rd", form="b=1+2"))
    assert view.inputs == (Input(URL, "q", "wörd"), Input(REQUEST_BODY, "b", "1 2"))


def test_inputs_of_json_are_its_scalars() -> None:
    view = View(data({}, **sent_json({"a": [1, True, None], "b": {"c": "x"}})))
    assert [(i.name, i.value) for i in view.inputs] == [("a", "1"), ("a", "true"), ("c", "x")]


def test_a_page_is_a_whole_successful_document() -> None:
    assert View(page()).is_page
    assert View(exchange(text="<p>A small page</p>")).is_page
    assert not View(exchange(text="OK")).is_page
    assert not View(page(status=404)).is_page
    assert not View(exchange(text="")).is_page


@pytest.mark.parametrize(
    "sent",
    [{"X-Requested-With": "XMLHttpRequest"}, {"HX-Request": "true"}, {"Sec-Fetch-Dest": "empty"}],
)
def test_what_a_script_fetched_is_a_fragment(sent: dict[str, str]) -> None:
    assert not View(exchange(text="<p>a fragment</p>", sent=sent)).is_page
    assert View(page(sent=sent)).is_page


def test_a_page_whose_body_was_not_captured_is_taken_for_one() -> None:
    response = Response(status=200, body=Body(mime_type="text/html", size=4096))
    view = View(Exchange(entry_index=0, request=Request(method="GET", url="/"), response=response))
    assert view.is_page


def test_scripts_are_assets() -> None:
    view = View(exchange(text="let a = 1", kind=SCRIPT))
    assert view.is_script
    assert view.is_asset


def test_rules_look_at_half_a_mebibyte() -> None:
    view = View(exchange(text="A" * 600_000))
    assert len(view.body) == len(view.lower_body) == 512 * 1024
    assert len(view.response_text) == 600_000


def test_evidence_is_cut_and_stays_verbatim() -> None:
    view = View(exchange(text="x" + "y" * 500))
    evidence = view.span(RESPONSE_BODY, 1, 400)
    assert evidence.offset == 1
    assert evidence.text == "y" * 240
    assert view.quote(RESPONSE_BODY, "z") is None
    assert view.whole(STATUS).text == "200"


@pytest.mark.parametrize("value", ["", None])
def test_evidence_for_a_header_that_says_nothing_is_the_status(value: str | None) -> None:
    view = View(exchange(got={} if value is None else {"X-A": value}))
    assert view.response_header_evidence("x-a").part == STATUS


def test_tokens_are_read_once_each() -> None:
    token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."
    view = View(data({"t": token, "u": token}, sent={"Authorization": f"Bearer {token}"}))
    (found,) = view.jwts
    assert found.part == "request.headers[authorization]"
    assert found.start == len("Bearer ")
    assert found.header == {"alg": "none"}
    assert found.claims == {"sub": "a"}
