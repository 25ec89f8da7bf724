import pytest

from reqsift.domain.findings import Evidence
from reqsift.domain.rules.signals import is_quoted
from reqsift.domain.view import RESPONSE_BODY, View
from tests.corpus.rules.exchanges import page


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>So:</p><pre><code class=x>boom</code></pre>", True),
        ("<code>x</code><pre>boom</pre>", False),
        ("<p>boom</p>", False),
    ],
)
def test_explanations_quote_in_code_elements(body: str, expected: bool) -> None:
    view = View(page(body))
    evidence = view.quote(RESPONSE_BODY, "boom")
    assert isinstance(evidence, Evidence)
    assert is_quoted(view, evidence) is expected
    assert not is_quoted(View(page(body, status=500)), evidence)
