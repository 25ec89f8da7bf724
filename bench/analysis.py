"""What an analysis costs besides the model: `python -m bench.analysis`.

Prints milliseconds of CPU for each step that an exchange of 10 KB takes on its way to a model and
back: redaction, the block that the model sees, the request's body, the answer, and grounding.
"""

import random
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import TypeVar

from bench.redaction import SMALL, data, exchange, page
from bench.savings_parts.script import Scripted
from reqsift.adapters.analyzers.instruction import SYSTEM
from reqsift.adapters.analyzers.prompt import block, prompt
from reqsift.adapters.analyzers.reply import read_reply
from reqsift.adapters.analyzers.schema import SCHEMA
from reqsift.adapters.models.anthropic import AnthropicClient
from reqsift.adapters.models.client import Connection
from reqsift.domain.captures import Exchange
from reqsift.domain.claims import Reading
from reqsift.domain.grounding import grounded
from reqsift.domain.redaction import Secret, masked, secrets_in, suspicious
from reqsift.domain.rules.offline import analyze
from reqsift.domain.subjects import Subject
from reqsift.domain.view import View
from reqsift.simulator import Asked

GOAL_MS = 3.0
ROUNDS = 300
MOST_OUTPUT = 2048
STEPS = ("redaction", "block", "tripwire", "request", "answer", "grounding")
_LEAK = '{"ownerId": 1042, "node": "10.12.4.17", "internalNote": "none"}'
"""Stands in the middle of each body: what the scripted model has something to say of."""

T = TypeVar("T")


class Watch:
    """Milliseconds of CPU, step by step."""

    def __init__(self) -> None:
        self.taken: dict[str, float] = {}

    def step(self, name: str, work: Callable[[], T]) -> T:
        start = process_time()
        made = work()
        self.taken[name] = (process_time() - start) * 1000
        return made


def once(made: Exchange, client: AnthropicClient) -> dict[str, float]:
    """One exchange there and back; the offline rules, which any analysis runs, are not counted."""
    view = View(made)
    findings = analyze(view).findings
    view = View(made)  # what the rules have looked up already is looked up again
    watch = Watch()
    seen = watch.step("redaction", lambda: masked(view, secrets_in(view), placeholder))
    subject = Subject(view=view, masked=seen, findings=findings)
    shown = watch.step("block", lambda: block(subject))
    left = watch.step("tripwire", lambda: suspicious(shown))
    assert not left, left
    body = watch.step("request", lambda: client.encode(prompt([shown]), MOST_OUTPUT))
    asked = Asked(model="strong", system=SYSTEM, user=prompt([shown]), schema=SCHEMA, body=body)
    said = Scripted()(asked)
    reading = watch.step("answer", lambda: read_reply(said))
    assert isinstance(reading, Reading), reading
    checked = watch.step("grounding", lambda: grounded(reading, subject, "strong"))
    assert reading.claims, "the model found nothing"
    assert not checked.dropped, "a quote does not stand where it should"
    return watch.taken


def placeholder(secret: Secret) -> str:
    return f"<{secret.kind.value}_1>"


def leaky(body: str) -> str:
    """The body with the weaknesses in its middle, at a break."""
    middle = body.index(" ", len(body) // 2)
    return body[:middle] + _LEAK + body[middle:]


def client() -> AnthropicClient:
    to = Connection(
        provider="Anthropic",
        base_url="http://127.0.0.1:1",
        url_variable="ANTHROPIC_BASE_URL",
        key="any",
        key_variable="ANTHROPIC_API_KEY",
        model="claude-sonnet-5-5",
        direct=True,
        call_timeout=1.0,
    )
    return AnthropicClient(to, SYSTEM, SCHEMA, structured=True)


def main() -> None:
    dice = random.Random(7)
    kinds = {
        "JSON": exchange(leaky(data(SMALL, dice)), "application/json"),
        "HTML": exchange(leaky(page(SMALL, dice)), "text/html"),
    }
    asks = client()
    print(f"{'median ms of CPU':<18}" + "".join(f"{name:>12}" for name in (*STEPS, "all")))
    for name, made in kinds.items():
        rounds = [once(made, asks) for _ in range(ROUNDS)]
        middle = [median(taken[step] for taken in rounds) for step in STEPS]
        total = median(sum(taken.values()) for taken in rounds)
        verdict = "reached" if total < GOAL_MS else "MISSED"
        cells = "".join(f"{value:>12.3f}" for value in (*middle, total))
        print(f"10 KB {name:<12}{cells}   < {GOAL_MS:g}: {verdict}", flush=True)


if __name__ == "__main__":
    main()
