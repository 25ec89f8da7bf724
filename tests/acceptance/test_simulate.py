"""The simulator as a process: the printed address, its answers, the end."""

import signal
import socket

import httpx
import pytest

from tests.acceptance.command import Command, simulating

CALL = {"model": "any", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}


def test_it_answers_as_its_options_say(reqsift: Command) -> None:
    options = ["--latency", "0-1", "--rpm", "60", "--burst", "2", "--fault", "schema=1"]
    with simulating(reqsift, *options, "--identify", "Hel+o") as (process, url):
        headers = {"x-api-key": "any", "authorization": "Bearer any"}
        with httpx.Client(base_url=url, headers=headers, timeout=20) as client:
            message = client.post("/v1/messages", json=CALL).json()
            assert message["content"][0]["text"] == '{"unexpected": true}'
            assert message["usage"]["output_tokens"] == 9
            completion = client.post("/v1/chat/completions", json=CALL)
            assert completion.headers["x-ratelimit-limit-requests"] == "60"
            assert client.get("/stats").json()["faults"] == {"schema": 2}
            assert [call[0] for call in client.get("/calls").json()] == ["Hello", "Hello"]

        process.terminate()
        assert process.stdout is not None
        told = process.stdout.read()
    assert f"ANTHROPIC_BASE_URL={url} " in told
    assert f"OPENAI_BASE_URL={url}/v1 " in told


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_with_calls_under_way(reqsift: Command, ending: signal.Signals) -> None:
    with simulating(reqsift, "--fault", "hang=1") as (process, url):
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"POST /v1/messages HTTP/1.1\r\nX-Api-Key: any\r\n")
            process.send_signal(ending)
            _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "0.0.0.0"], "loopback"),
        (["--fault", "fire=1"], "KIND=SHARE"),
        (["--latency", "soon"], "milliseconds"),
    ],
)
def test_options_without_sense_are_told(reqsift: Command, arguments: list[str], says: str) -> None:
    done = reqsift("simulate", "--port", "0", *arguments, code=2)
    assert done.stderr.count("\n") == 1
    assert says in done.stderr


def test_a_taken_port_is_told(reqsift: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = reqsift("simulate", "--port", str(taken.getsockname()[1]), code=2)
    assert done.stderr.count("\n") == 1
    assert "--port" in done.stderr
