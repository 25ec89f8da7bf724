"""The offline rules with what they need from outside: a parser, a clock and RE2."""

import time
from dataclasses import replace

from reqsift.adapters.pages import read_page
from reqsift.adapters.patterns import UserPattern
from reqsift.adapters.words import Words
from reqsift.domain.captures import Exchange
from reqsift.domain.rules.offline import analyze
from reqsift.domain.rules.rulebook import AS_THEY_ARE, Rulebook, across_of, rules_of
from reqsift.domain.view import Aids, View
from reqsift.services.ports.rules import Examination

LONGEST_S = 2.0
"""For all rules on one exchange; what they do is linear, so only a huge one takes that long."""


def aids() -> Aids:
    """A parser, and texts that know which words stand in them."""
    return Aids(
        read_page=read_page,
        searchable=Words().searchable,
        searchable_lower=Words().searchable,
    )


class OfflineRules:
    """Fills the port `Rules`."""

    def __init__(self, book: Rulebook = AS_THEY_ARE, longest_s: float = LONGEST_S) -> None:
        """Take the rules that `book` wants.

        Raises:
            InvalidSetting: The book makes no sense.
        """
        self.book = book
        self.across = across_of(book)
        self._rules = rules_of(book, UserPattern)
        self._longest_s = longest_s
        self.aids = aids()

    def examine(self, exchange: Exchange) -> Examination:
        """Run the rules; those whose time has run out do not look."""
        start = time.perf_counter()
        end = start + self._longest_s
        view = View(exchange, self.aids)
        analysis = analyze(view, self._rules, in_time=lambda: time.perf_counter() < end)
        duration_ms = (time.perf_counter() - start) * 1000
        return Examination(view, replace(analysis, duration_ms=duration_ms))
