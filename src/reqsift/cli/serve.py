"""`reqsift serve`."""

import contextlib
import os
import signal
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from reqsift.cli.options import (
    Database,
    Redaction,
    Switch,
    Yes,
    database_url,
    may_send,
    run_in_loop,
)
from reqsift.domain.errors import InvalidSetting

if TYPE_CHECKING:
    from reqsift.settings import Settings


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8787,
    redaction: Redaction = Switch.ON,
    yes: Yes = False,
    db: Database = None,
) -> None:
    """Serve the web page and the HTTP API until Ctrl-C."""
    from reqsift.bootstrap import only_server
    from reqsift.settings import read_settings

    settings = read_settings()
    url = database_url(db or context.obj, settings)
    visible = may_send(redaction, yes=yes)
    # To be ended by a service manager is no different: all that is open is closed, workers too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with only_server(url), contextlib.suppress(KeyboardInterrupt):
        run_in_loop(_serve(settings, url, (host, port), redaction=visible))


async def _serve(
    settings: "Settings", url: str, address: tuple[str, int], *, redaction: bool
) -> None:
    import uvicorn

    from reqsift.bootstrap import open_services, server_token
    from reqsift.server import Server, create_app

    host, port = address
    token = server_token(settings)
    listener = _listen(host, port)
    async with open_services(settings, url, redaction=redaction) as services:
        for batch in await services.batches.resume_all():
            typer.echo(f"Batch {batch.id} was cut off and goes on: {batch.left} requests are left.")
        app = create_app(services, settings, token)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=3,
            ws_per_message_deflate=False,  # a hundred listeners would cost more than their batch
        )
        # The wildcard addresses are no names that a browser may ask for.
        name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared, not bound
        shown = f"[{name}]" if ":" in name else name
        port = listener.getsockname()[1]
        typer.echo(f"reqsift serves at http://{shown}:{port}/ - open this link:")
        typer.echo(f"  http://{shown}:{port}/?token={token}")
        typer.echo("Press Ctrl-C to stop.")
        await Server(app, config).serve(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, bound before the heavy parts are loaded, so that a taken port is told."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise InvalidSetting(
            f"Port {port} of {host} cannot be used ({os.strerror(error.errno or 0)}); another "
            "program may have it: give another --port."
        ) from error
    # The connections inherit it. Head and body of an answer are two writes: without it, the second
    # waits 40 ms for the client to acknowledge the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
