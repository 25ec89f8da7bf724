"""All of redaction, on whole exchanges."""

import random
import re
from base64 import b64encode
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.redaction import SecretKind, secrets_in
from tests.unit.domain.redaction.redacting import redacted, view

HOSTILE = st.text(
    alphabet=st.sampled_from(list("a1 =:\"'<>&%@.-_/\\\n\0{}$+ütokenpas")), max_size=300
)


class Numbers:
    name = "numbers"

    def finditer(self, text: str) -> Iterator[tuple[int, int]]:
        return (found.span() for found in re.finditer(r"CASE-\d+", text))


def test_a_pattern_of_the_user_counts_in_every_part() -> None:
    seen = view("see CASE-12", url="https://shop.example/CASE-12", headers={"X-Case": "CASE-7"})
    parts = redacted(seen, [Numbers()]).parts
    assert parts["response.body"] == "see <CUSTOM_1>"
    assert parts["request.url"] == "https://shop.example/<CUSTOM_1>"
    assert parts["request.headers[x-case]"] == "<CUSTOM_1>"


def test_a_password_in_a_url_is_hidden_and_its_host_stays() -> None:
    seen = view(url="https://user:pw1234@host.example/")
    assert redacted(seen).parts["request.url"] == "https://user:<CREDENTIAL_1>@host.example/"


@given(HOSTILE, HOSTILE, HOSTILE)
def test_spans_are_true_in_order_and_apart(first: str, second: str, third: str) -> None:
    seen = view(first, request_body=second, headers={"X-Token": third, "Cookie": first})
    secrets = secrets_in(seen)
    ends: dict[str, int] = {}
    kinds: dict[str, SecretKind] = {}
    for one in secrets:
        assert (seen.part_text(one.part) or "")[one.start : one.end] == one.value != ""
        assert one.start >= ends.get(one.part, 0)
        ends[one.part] = one.end
        assert kinds.setdefault(one.value, one.kind) is one.kind


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    secrets_in(view(text, url=text, request_body=text))


def test_a_part_that_cannot_be_looked_at_does_not_leave_and_others_do() -> None:
    seen = view("pass " * 100_000, url="https://shop.example/?token=ab12cd34")
    parts = redacted(seen).parts
    assert parts["response.body"] == "<SECRET_1>"
    assert parts["request.url"] == "https://shop.example/?token=<TOKEN_1>"


def test_much_base64_leaves_as_it_is() -> None:
    picture = b64encode(random.Random(5).randbytes(4_500_000)).decode()
    assert redacted(view(picture)).parts["response.body"] == picture


@pytest.mark.timeout(60)  # no measurement: only a pattern that runs away takes this long
@pytest.mark.parametrize(
    "piece",
    [*"a1=\"'.@-_<&%/$+ ", "eyJ", "://a:", "bearer a", '"key":"', "%40", "a.", "1 ", "1-", "a@a.",
     "form-data; name=\"pass\"", "-----BEGIN ", '<a value="', "\\", "A1", "AAAA ", "pass='\\"],
)  # fmt: skip
def test_no_hostile_body_runs_away(piece: str) -> None:
    secrets_in(view(piece * (1_000_000 // len(piece))))
