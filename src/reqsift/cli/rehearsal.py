"""What `reqsift simulate` says to reqsift itself: an analysis without findings of each exchange."""

import json
import re

from reqsift.simulator import Asked

_NUMBER = re.compile(r"(?m)^Exchange (\d+):$")
_ANALYSIS = {
    # As long as a real answer, so that its price is like one's.
    "summary": "Nothing of note was seen in this exchange, whose answer is made up. " * 10,
    "confidence": 80,
    "nextChecks": [],
    "findings": [],
}
_ONE = json.dumps(_ANALYSIS)


def rehearsed(asked: Asked) -> str | None:
    """The answer to one of our prompts; None to any other."""
    schema = asked.schema or b""
    if b'"nextChecks"' not in schema:
        return None
    if b'"analyses"' not in schema:
        return _ONE
    numbers = _NUMBER.findall(asked.user)
    return json.dumps({"analyses": [{"exchange": int(n), **_ANALYSIS} for n in numbers]})
