"""Models that say what a test wants, in place of the smallest answer."""

from collections.abc import Callable, Iterable

import msgspec

from reqsift.simulator.dialect import Ending, Wanted


class Asked(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One call, as the model sees it."""

    model: str
    system: str
    user: str
    """The texts of all messages of the user, one under the other."""
    schema: bytes | None
    """JSON schema of the answer, or of the tool that must be called; `None` is free text."""
    body: bytes
    """The request as it arrived."""


class Spoken(msgspec.Struct, frozen=True, gc=False):
    """What a scripted model says, and why it stops."""

    text: str
    ending: Ending = Ending.DONE


Script = Callable[[Asked], str | Spoken | None]
"""Decides what the model says; a plain text, which may be broken JSON, is said to its end.

None is the smallest answer that obeys the schema.
"""


def asked_of(wanted: Wanted) -> Asked:
    """What a script is shown of a request."""
    return Asked(
        model=wanted.model,
        system=_text(wanted.system),
        user=_text(wanted.user),
        schema=wanted.schema,
        body=wanted.body,
    )


def _text(contents: Iterable[msgspec.Raw]) -> str:
    return "\n".join(_text_of(msgspec.json.decode(content)) for content in contents if content)


def _text_of(content: object) -> str:
    """A string, or blocks of which some are text; other things have none."""
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    return "".join(str(block.get("text", "")) for block in blocks if isinstance(block, dict))
