"""HTTP/1.1 as it goes over the wire."""

import asyncio
import re

import pytest

from reqsift.simulator import Settings, simulated
from tests.unit.simulator.clients import anthropic, connect, raw

STATUS = re.compile(rb"HTTP/1\.1 (\d+) ")


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    assert length
    return head + await reader.readexactly(int(length[1]))


@pytest.mark.parametrize("latency", ["0", "1"])
async def test_requests_that_do_not_wait_for_answers_are_answered_in_turn(latency: str) -> None:
    async with simulated(Settings(latency=latency)) as simulator:
        reader, writer = await connect(simulator)
        writer.write(b"".join(raw(anthropic(model=f"model-{each}")) for each in range(20)))
        answers = [await _answer(reader) for _ in range(20)]
        writer.close()
    named = [re.findall(rb'"model":"model-(\d+)"', answer) for answer in answers]
    assert named == [[b"%d" % each] for each in range(20)]


async def test_a_request_may_come_in_crumbs() -> None:
    async with simulated(Settings(latency="0")) as simulator:
        reader, writer = await connect(simulator)
        request = raw(anthropic())
        for start in range(0, len(request), 50):
            writer.write(request[start : start + 50])
            await writer.drain()
            await asyncio.sleep(0)
        assert STATUS.match(await _answer(reader))
        writer.close()


async def test_a_client_may_ask_whether_to_send_its_body() -> None:
    async with simulated(Settings(latency="0")) as simulator:
        reader, writer = await connect(simulator)
        head, _, body = raw(anthropic()).partition(b"\r\n\r\n")
        writer.write(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(body)
        assert STATUS.match(await _answer(reader))
        writer.close()


@pytest.mark.parametrize("line", [b"GET /healthz HTTP/1.0", b"GET /healthz HTTP/1.1"])
async def test_a_connection_ends_when_the_client_says_so(line: bytes) -> None:
    async with simulated(Settings()) as simulator:
        reader, writer = await connect(simulator)
        writer.write(line + b"\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        assert b"connection: close" in answer
        assert answer.endswith(b'{"status":"ok"}')
        writer.close()


async def test_the_offer_of_another_protocol_is_not_taken_up() -> None:
    async with simulated(Settings()) as simulator:
        reader, writer = await connect(simulator)
        offer = b"Connection: Upgrade\r\nUpgrade: h2c\r\n"
        for more in (offer, b""):
            writer.write(b"GET /healthz HTTP/1.1\r\n" + more + b"\r\n")
            found = STATUS.match(await _answer(reader))
            assert found
            assert found[1] == b"200"
        writer.close()


async def test_what_is_no_http_is_refused() -> None:
    async with simulated(Settings()) as simulator:
        reader, writer = await connect(simulator)
        writer.write(b"\x16\x03\x01 no HTTP\r\n\r\n")
        found = STATUS.match(await reader.read())
        assert found
        assert found[1] == b"400"
        writer.close()
