"""`reqsift simulate`."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from reqsift.domain.errors import InvalidSetting

if TYPE_CHECKING:
    from reqsift.simulator import Settings

_Host = Annotated[str, typer.Option(help="Loopback address to listen on.")]
_Port = Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")]
_Latency = Annotated[
    str, typer.Option(help="Milliseconds: 200, 0-5 or lognormal:200:0.3 (median, sigma).")
]
_Rpm = Annotated[float | None, typer.Option(help="Requests per minute.", show_default="no limit")]
_Burst = Annotated[
    float | None, typer.Option(help="Requests that a full bucket holds.", show_default="--rpm")
]
_InputTpm = Annotated[
    float | None, typer.Option(help="Input tokens per minute.", show_default="no limit")
]
_OutputTpm = Annotated[
    float | None, typer.Option(help="Output tokens per minute.", show_default="no limit")
]
_TokenBurst = Annotated[
    float | None, typer.Option(help="Tokens that a full bucket holds.", show_default="its limit")
]
_RateHeaders = Annotated[bool, typer.Option(help="Tell the limits and retry-after in headers.")]
_MaxInFlight = Annotated[
    int | None,
    typer.Option(min=1, help="Calls at once; one more is refused.", show_default="no limit"),
]
_Faults = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KIND=SHARE",
        help="What goes wrong how often, as drop=0.01. Kinds: overloaded, error, drop, hang, cut, "
        "malformed, schema, truncated, refusal, html.",
    ),
]
_Outage = Annotated[
    str | None,
    typer.Option(
        metavar="START:LENGTH", help="Seconds after the first call in which all is overloaded."
    ),
]
_Seed = Annotated[int, typer.Option(help="Of the dice for latency and faults.")]
_OutputTokens = Annotated[int, typer.Option(min=0, help="Output tokens of each answer.")]
_Items = Annotated[
    int | None, typer.Option(min=0, help="Elements of arrays.", show_default="the fewest")
]
_LeastCached = Annotated[
    int, typer.Option(min=0, help="Tokens that the prompt cache keeps at the least.")
]
_BatchSeconds = Annotated[float, typer.Option(min=0, help="How long a message batch takes.")]
_BatchExpired = Annotated[
    float, typer.Option(min=0, max=1, help="Share of the requests in batches that expire.")
]
_BatchErrored = Annotated[
    float, typer.Option(min=0, max=1, help="Share of the requests in batches that fail.")
]
_Identify = Annotated[
    str | None,
    typer.Option(metavar="REGEX", help="Its first group in a body names the call in /calls."),
]


def simulate(
    host: _Host = "127.0.0.1",
    port: _Port = 9797,
    latency: _Latency = "lognormal:800",
    rpm: _Rpm = None,
    burst: _Burst = None,
    input_tpm: _InputTpm = None,
    output_tpm: _OutputTpm = None,
    token_burst: _TokenBurst = None,
    rate_headers: _RateHeaders = True,
    max_in_flight: _MaxInFlight = None,
    fault: _Faults = None,
    outage: _Outage = None,
    seed: _Seed = 0,
    output_tokens: _OutputTokens = 200,
    items: _Items = None,
    least_cached_tokens: _LeastCached = 1024,
    batch_seconds: _BatchSeconds = 10.0,
    batch_expired: _BatchExpired = 0.0,
    batch_errored: _BatchErrored = 0.0,
    identify: _Identify = None,
) -> None:
    """Play the providers of models on this machine, to try and to measure, until Ctrl-C."""
    from reqsift.simulator import InvalidSettings, Settings, parse_faults

    try:
        settings = Settings(
            latency=latency,
            rpm=rpm,
            burst=burst,
            input_tpm=input_tpm,
            output_tpm=output_tpm,
            token_burst=token_burst,
            rate_headers=rate_headers,
            max_in_flight=max_in_flight,
            faults=parse_faults(fault or []),
            outage=outage,
            seed=seed,
            output_tokens=output_tokens,
            items=items,
            least_cached_tokens=least_cached_tokens,
            batch_seconds=batch_seconds,
            batch_expired=batch_expired,
            batch_errored=batch_errored,
            identify=identify,
        )
        _run(settings, host, port)
    except InvalidSettings as error:
        raise InvalidSetting(str(error)) from error


def _run(settings: "Settings", host: str, port: int) -> None:
    _permit_many_connections()
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(settings, host, port))
    except OSError as error:
        raise InvalidSetting(
            f"Port {port} of {host} cannot be used ({os.strerror(error.errno or 0)}); another "
            "program may have it: give another --port."
        ) from error


async def _serve(settings: "Settings", host: str, port: int) -> None:
    from reqsift.cli.rehearsal import rehearsed
    from reqsift.simulator import Simulator

    simulator = Simulator(settings, None if settings.items else rehearsed)
    stopped = asyncio.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(ending, stopped.set)
    async with simulator.listening(host, port):
        url = simulator.base_url
        typer.echo(f"reqsift simulates at {url}")
        for line in (
            f"  ANTHROPIC_BASE_URL={url} ANTHROPIC_API_KEY=any reqsift analyze --model haiku-4.5",
            f"  OPENAI_BASE_URL={url}/v1 OPENAI_API_KEY=any reqsift analyze --model openai:any",
            f"What happened: {url}/stats and {url}/calls. Press Ctrl-C to stop.",
        ):
            typer.echo(line)
        await stopped.wait()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The fast event loop, where the system has it."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _permit_many_connections() -> None:
    """Raise the limit of open files, often 1024, to what the system permits."""
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some systems name a limit that they do not grant: then the old one has to do.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
