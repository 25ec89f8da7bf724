"""The view state of ASP.NET pages: whether anything keeps clients from changing it."""

import base64
import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body
from reqsift.domain.stacks import Stack
from reqsift.domain.view import REQUEST_BODY, View

_FIELD = re.compile(r'name="__VIEWSTATE"[^>]{0,200}?value="(/w[\w+/]{8,60000}={0,2})"')
_VALUE = re.compile(r"/w[\w+/]{8,60000}={0,2}\Z")
_FIXED = {1: 2, 3: 1, 6: 8, 7: 8, 8: 4, 9: 4, 27: 12, 31: 1}
"""Bytes behind a token of `ObjectStateFormatter`, as .NET writes them."""
_ALONE = frozenset({12, 28, 100, 101, 102, 103, 104})
_NUMBER = frozenset({2, 10, 43})
_TEXT = frozenset({5, 30, 50})
_MACS = frozenset({16, 20, 32, 48, 64})
_READERS = ("objectstateformatter.deserialize", "pagestatepersister.load", "losformatter")
_MISFIT = re.compile(
    r"Unable to cast object of type [^\n<]{3,160}|Object of type [^\n<]{3,160} cannot be converted"
    r"|(?:TargetInvocation|InvalidCast)Exception[^\n<]{0,160}"
)
_MOST_VALUES = 20_000


class _Unknown(Exception):
    """The bytes are no view state, or one of a kind that nobody has described."""


class _Reader:
    """Walks over one serialized object, keeping nothing but the place."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.at = 2

    def skip_object(self) -> None:
        """Go behind the object; raises `_Unknown`."""
        waiting = 1
        for _ in range(_MOST_VALUES):
            if not waiting:
                return
            waiting += self._value() - 1
        raise _Unknown

    def _value(self) -> int:
        """Go behind a token; the number of values that follow as parts of it."""
        token = self._byte()
        if token in _ALONE:
            return 0
        if token in _FIXED:
            self._skip(_FIXED[token])
            return 0
        if token in _NUMBER:
            self._number()
            return 0
        if token in _TEXT:
            self._skip(self._number())
            return 0
        return self._compound(token)

    def _compound(self, token: int) -> int:
        if token in {15, 16}:  # a pair, a triplet
            return token - 13
        if token == 22:  # a list
            return self._number()
        if token in {23, 24}:  # a table
            return 2 * self._number()
        if token == 21:  # texts
            for _ in range(min(self._number(), _MOST_VALUES)):
                self._skip(self._number())
            return 0
        return self._typed(token)

    def _typed(self, token: int) -> int:
        if token not in {11, 20, 25, 40}:
            raise _Unknown
        kind = self._byte()
        if kind == 43:
            self._number()
        elif kind in {41, 42}:
            self._skip(self._number())
        else:
            raise _Unknown
        if token == 20:  # an array
            return self._number()
        if token == 40:  # a text that a converter reads
            self._skip(self._number())
        elif token == 11:  # a member of an enumeration
            self._number()
        return 0

    def _byte(self) -> int:
        self._skip(1)
        return self._content[self.at - 1]

    def _number(self) -> int:
        number = 0
        for shift in range(0, 35, 7):
            byte = self._byte()
            number |= (byte & 127) << shift
            if byte < 128:
                return number
        raise _Unknown

    def _skip(self, count: int) -> None:
        self.at += count
        if self.at > len(self._content):
            raise _Unknown


def left_over(value: str) -> int | None:
    """How many bytes follow the object in a view state; None if it cannot be read."""
    try:
        content = base64.b64decode(value, validate=True)
        if content[:2] != b"\xff\x01":
            return None
        reader = _Reader(content)
        reader.skip_object()
    except (ValueError, _Unknown):
        return None
    return len(content) - reader.at


def _open_view_state(view: View) -> Iterator[Match]:
    if (read := _read(view)) is not None:
        yield Match(evidence=(read,), kind="read", field="__VIEWSTATE", proof=88)
        return
    evidence = _shown(view) or _sent(view)
    if evidence is not None:
        yield Match(evidence=(evidence,), kind="no-mac", field="__VIEWSTATE", proof=80)


def _read(view: View) -> Evidence | None:
    """An error from behind the check of a MAC: the object was read, and then did not fit."""
    if "__VIEWSTATE=" not in view.request_text:
        return None
    lower = view.lower_body
    if "viewstate mac failed" in lower or not any(gate in lower for gate in _READERS):
        return None
    return found_in_body(view, _MISFIT)


def _shown(view: View) -> Evidence | None:
    if not view.is_html or "__viewstate" not in view.lower_body:
        return None
    found = _FIELD.search(view.body)
    if not found or "__VIEWSTATEENCRYPTED" in view.body or left_over(found.group(1)) != 0:
        return None
    return found_in_body(view, re.compile(re.escape(found.group()[:240])))


def _sent(view: View) -> Evidence | None:
    if "__VIEWSTATE=" not in view.request_text or "__VIEWSTATEENCRYPTED" in view.request_text:
        return None
    value = next((given.value for given in view.form if given.name == "__VIEWSTATE"), "")
    if not _VALUE.match(value) or left_over(value) != 0:
        return None
    start = view.request_text.find("__VIEWSTATE=")
    return view.span(REQUEST_BODY, start, start + 200)


VIEWSTATE_WITHOUT_MAC = Rule(
    id="viewstate-without-mac",
    type=FindingType.DESERIALIZATION,
    severity=Severity.HIGH,
    title="View state is neither signed nor encrypted",
    description="The view state ends where its object ends, so no code of authentication follows: "
    "a client can send another object, and reading it can run code on the server.",
    remediation="Leave the MAC on (`EnableViewStateMac` is true by default), install the updates "
    "of .NET 4.5.2 or later, which enforce it, and keep the machine key secret.",
    fixes={
        Stack.ASP_NET: '`<pages enableViewStateMac="true" viewStateEncryptionMode="Always" />`.',
    },
    cwe=642,
    owasp=("A08:2021",),
    references=("OWASP .NET Security Cheat Sheet", "CWE-642"),
    silent="It says nothing of an encrypted view state, of one that more bytes follow, as a MAC "
    "does, of one split over several fields, or of one that holds kinds of values unknown to it.",
    check=_open_view_state,
)
