"""What routes are given."""

from typing import Annotated

from fastapi import Depends, Query
from starlette.requests import HTTPConnection

from reqsift.bootstrap import Services
from reqsift.domain.paging import PageRequest


def _services(connection: HTTPConnection) -> Services:
    services: Services = connection.app.state.services
    return services


def _page(
    limit: Annotated[int, Query(ge=1, le=500, description="Most items to return.")] = 100,
    cursor: Annotated[
        str | None, Query(max_length=200, description="`nextCursor` of the page before.")
    ] = None,
    offset: Annotated[
        int, Query(ge=0, le=2**53, description="Items to leave out, for grids that jump.")
    ] = 0,
) -> PageRequest:
    return PageRequest(limit=limit, cursor=cursor, offset=offset)


UseServices = Annotated[Services, Depends(_services)]
UsePage = Annotated[PageRequest, Depends(_page)]
