from reqsift.domain.redaction import masked, secrets_in
from reqsift.domain.subjects import Subject
from reqsift.domain.view import View
from tests.factories import exchange


def test_only_what_is_said_is_known_and_only_what_is_masked_may_leave() -> None:
    view = View(exchange(body=b'{"mail": "anna@mail.example"}', mime_type="application/json"))

    subject = Subject(view=view, masked=masked(view, secrets_in(view), lambda _: "<EMAIL_1>"))

    assert (subject.findings, subject.facts) == ((), ())
    assert subject.masked.parts["response.body"] == '{"mail": "<EMAIL_1>"}'
    assert "anna@mail.example" in subject.view.response_text
