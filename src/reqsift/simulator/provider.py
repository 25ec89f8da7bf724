"""One provider: lets calls in or refuses them, and answers after its latency."""

import asyncio
import itertools
import math
import re
from random import Random
from time import monotonic, time

import msgspec

from reqsift.simulator.anthropic import Anthropic
from reqsift.simulator.batches import Batches
from reqsift.simulator.buckets import Limits
from reqsift.simulator.connection import Connection, Request
from reqsift.simulator.dialect import Dialect, Refused, Trouble, Usage, Wanted
from reqsift.simulator.latency import Latency
from reqsift.simulator.ledger import Call, Ledger
from reqsift.simulator.model import Model
from reqsift.simulator.prompt_cache import PromptCache
from reqsift.simulator.script import Script
from reqsift.simulator.settings import Fault, Settings, befalling

_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"
_OUTAGE = "outage"
_AT_ONCE = {Fault.OVERLOADED: Trouble.OVERLOADED, Fault.ERROR: Trouble.BROKEN}
_KEYS = {None: Trouble.NO_KEY, "refused": Trouble.BAD_KEY, "no-credit": Trouble.NO_CREDIT}

_ANTHROPIC = Anthropic()
_numbers = itertools.count(1)


class _Pending(msgspec.Struct):
    """A call that was let in."""

    connection: Connection
    dialect: Dialect
    call: Call
    wanted: Wanted
    usage: Usage
    fault: Fault | None
    timer: asyncio.TimerHandle | None = None


class Provider:
    """Behaves as its settings say, from one reset to the next; calls end where they began."""

    def __init__(self, settings: Settings, script: Script | None) -> None:
        self.settings = settings
        self.script = script
        self.ledger = Ledger()
        self._model = Model(settings, script)
        self._cache = PromptCache(settings.least_cached_tokens)
        self._limits = Limits(settings, monotonic())
        self._latency = Latency.parse(settings.latency)
        self._outage = settings.outage_seconds()
        self._identity = re.compile(settings.identify.encode()) if settings.identify else None
        self._dice = Random(settings.seed)  # noqa: S311 -- to be repeatable is the point
        # Its own dice: which calls fail must not depend on the kind of latency.
        self._latency_dice = Random(~settings.seed)  # noqa: S311
        self._batches = Batches(settings, self._model, self._cache, self.ledger)

    def serve(self, connection: Connection, request: Request, dialect: Dialect) -> None:
        """Answer a call, now or later."""
        call = self.ledger.arrived(self._identify(request.body))
        try:
            self._check_outage(call.start)
            _check_key(request)
            wanted = self._model.read(request.body, dialect)
            usage = self._cache.bill(wanted, monotonic())
            self._let_in(usage, dialect)
        except Refused as refused:
            self._refuse(connection, dialect, call, refused)
            return
        self.ledger.admitted(usage)
        # One throw for each call that was let in.
        fault = befalling(self.settings.faults, self._dice.random())
        if fault:
            self.ledger.befell(call, fault.value)
        self._start(_Pending(connection, dialect, call, wanted, usage, fault))

    def serve_batches(self, connection: Connection, request: Request, base_url: str) -> None:
        """Answer a call of the Message Batches API, at once; only outages befall it."""
        number = next(_numbers)
        lines = _ANTHROPIC.id_header(number)
        try:
            _check_key(request)
            self._check_outage(time())
            body, kind = self._batches.answer(request, base_url)
        except Refused as refused:
            status, body = _ANTHROPIC.error(refused.trouble, str(refused), number)
            connection.send(status, body, lines)
        else:
            connection.send(200, body, lines, kind=kind)

    # --- at arrival ---------------------------------------------------------------------------

    def _identify(self, body: bytes) -> str | None:
        found = self._identity.search(body) if self._identity else None
        if not found:
            return None
        return (found[1 if found.re.groups else 0] or b"").decode(errors="replace")

    def _check_outage(self, now: float) -> None:
        start, end = self._outage
        if start <= self.ledger.since_first(now) < end:
            raise Refused(Trouble.OVERLOADED, _OUTAGE)

    def _let_in(self, usage: Usage, dialect: Dialect) -> None:
        most, now = self.settings.max_in_flight, monotonic()
        free = 0 if dialect.limits_cache_reads else usage.cache_read
        tokens = usage.all_input - free
        if most is not None and self.ledger.in_flight >= most:
            message = f"Number of concurrent connections has exceeded your rate limit of {most}."
            raise Refused(Trouble.TOO_MANY_REQUESTS, "rejected", message, wait=1)
        lacking = self._limits.lacking(tokens, now)
        if lacking:
            limit, wait = lacking
            message = f"This request would exceed your rate limit of {limit} per minute."
            of_requests = limit == "requests"
            trouble = Trouble.TOO_MANY_REQUESTS if of_requests else Trouble.TOO_MANY_TOKENS
            raise Refused(trouble, "rejected", message, wait)
        self._limits.take_call(tokens, now)

    def _refuse(
        self, connection: Connection, dialect: Dialect, call: Call, refused: Refused
    ) -> None:
        number = next(_numbers)
        status, body = dialect.error(refused.trouble, str(refused), number)
        if refused.reason == _OUTAGE:
            self.ledger.befell(call, _OUTAGE)
        self.ledger.refused(call, status, refused.reason)
        lines = self._lines(dialect, number)
        if refused.wait >= 0 and self.settings.rate_headers:
            lines += b"retry-after: %d\r\n" % max(1, math.ceil(refused.wait))
        connection.send(status, body, lines)

    # --- afterwards ---------------------------------------------------------------------------

    def _start(self, pending: _Pending) -> None:
        pending.connection.on_lost = lambda: self._abandon(pending)
        if pending.fault is Fault.HANG:
            return
        delay = self._latency.draw(self._latency_dice)
        if delay <= 0 or pending.fault in _AT_ONCE:
            self._answer(pending)
        else:
            loop = asyncio.get_running_loop()
            pending.timer = loop.call_later(delay, self._answer, pending)

    def _abandon(self, pending: _Pending) -> None:
        if pending.timer:
            pending.timer.cancel()
        self.ledger.closed(pending.call)

    def _answer(self, pending: _Pending) -> None:
        connection, fault = pending.connection, pending.fault
        if connection.is_lost:
            # `on_lost` comes with the next turn of the loop, and tells it.
            return
        if fault is Fault.DROP:
            self.ledger.closed(pending.call)
            connection.close()
        elif fault is Fault.HTML:
            self.ledger.answered(pending.call, 0)
            connection.send(502, _PAGE, self._lines(pending.dialect), kind=b"text/html")
        elif fault in _AT_ONCE:
            self._fail(pending, _AT_ONCE[fault])
        else:
            self._speak_or_close(pending)

    def _fail(self, pending: _Pending, trouble: Trouble) -> None:
        number = next(_numbers)
        self.ledger.answered(pending.call, 0)
        message = str(Refused(trouble, trouble.name))
        status, body = pending.dialect.error(trouble, message, number)
        pending.connection.send(status, body, self._lines(pending.dialect, number))

    def _speak_or_close(self, pending: _Pending) -> None:
        try:
            self._speak(pending)
        except BaseException:
            # A script of a test failed: its client shall not wait for an answer.
            self.ledger.closed(pending.call)
            pending.connection.close()
            raise

    def _speak(self, pending: _Pending) -> None:
        wanted, dialect, now = pending.wanted, pending.dialect, monotonic()
        speech = self._model.speak(wanted, pending.fault)
        usage = msgspec.structs.replace(pending.usage, output_tokens=speech.tokens)
        self._cache.keep(wanted, usage, now)
        self._limits.take_output(usage.output_tokens, now)
        self.ledger.answered(pending.call, usage.output_tokens)
        number = next(_numbers)
        body = dialect.message(wanted, speech.said, speech.ending, usage, number)
        lines = self._lines(dialect, number)
        pending.connection.send(200, body, lines, cut=pending.fault is Fault.CUT)

    def _lines(self, dialect: Dialect, number: int | None = None) -> bytes:
        lines = dialect.id_header(number or next(_numbers))
        if self.settings.rate_headers:
            lines += dialect.rate_headers(self._limits, monotonic())
        return lines


def _check_key(request: Request) -> None:
    if request.key is None or request.key in _KEYS:
        raise Refused(_KEYS[request.key], "refused_keys")
