import pytest

from reqsift.domain.inputs import Input
from reqsift.domain.rules.template_output import dumped, repeated
from reqsift.domain.view import URL
from tests.corpus.rules.exchanges import exchange
from tests.factories import view


def given(value: str) -> Input:
    return Input(URL, "q", value)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("{{'7'*7}}", "7777777"),
        ("{{3*'ab'}}", "ababab"),
        ("<%= 'xy' * 3 %>", "xyxyxy"),
    ],
)
def test_a_repeated_word(sent: str, shown: str) -> None:
    found = repeated(view(exchange(text=f"<p>{shown}!</p>")), given(sent))
    assert found is not None
    assert found.text == shown


def test_a_word_that_is_too_short_or_a_part_of_another_is_no_proof() -> None:
    assert not repeated(view(exchange(text="<p>77</p>")), given("{{'7'*2}}"))
    assert not repeated(view(exchange(text="<p>177777779</p>")), given("{{'7'*7}}"))


def test_the_inside_of_an_engine() -> None:
    text = "Hello &lt;Config {&#39;DEBUG&#39;: True}&gt;"
    assert dumped(view(exchange(text=text)), given("{{config}}"))
    assert not dumped(view(exchange(text=text)), given("{{name}}"))
    assert not dumped(view(exchange(text="{{config}} is " + text)), given("{{config}}"))


def test_what_was_sent_is_no_proof() -> None:
    value = "{{config}} <class 'str'>"
    assert not dumped(view(exchange(text="<class 'str'>")), given(value))
