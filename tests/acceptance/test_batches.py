"""Batches of a model as a user has them: cut off, interrupted, steered from a second terminal."""

import json
import re
import signal
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests import hars
from tests.acceptance.command import REQSIFT, Command, serving, simulating

MODEL = ("--model", "haiku-4.5", "--no-pack")
PAGES = 60
PATIENCE_S = 30


@dataclass(frozen=True, slots=True)
class Modelled(Command):
    """The command with a provider at `url`."""

    url: str = ""
    key: str = "any"

    def environment(self, **more: str) -> dict[str, str]:
        model = {"ANTHROPIC_BASE_URL": self.url, "ANTHROPIC_API_KEY": self.key}
        return Command.environment(self, **model, **more)

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen(
            [REQSIFT, *arguments],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate(timeout=20)

    def calls(self) -> Counter[str]:
        """How often each page was asked about."""
        return Counter(call[0] for call in httpx.get(f"{self.url}/calls", timeout=20).json())

    def batch(self, batch_id: str = "b1") -> dict[str, object]:
        listed = json.loads(self("batches", "list", "--json").stdout)
        return next(batch for batch in listed if batch["id"] == batch_id)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def provided(reqsift: Command, tmp_path: Path, *options: str) -> Iterator[Modelled]:
    """A simulated provider, and a store with pages to analyze."""
    options = ("--identify", r"/page/(\d+)", *options)
    with simulating(reqsift, *options) as (_, url):
        shop = tmp_path / "pages.har"
        shop.write_bytes(hars.shop(PAGES))
        reqsift("import", shop)
        yield Modelled(reqsift.data_dir, url)


def test_a_model_analyzes(reqsift: Command, tmp_path: Path) -> None:
    with provided(reqsift, tmp_path, "--latency", "0-5", "--items", "1") as modelled:
        told = json.loads(modelled("analyze", *MODEL, "--json").stdout)
        shown = modelled("batches", "show", told["batchId"]).stdout
        listed = modelled("batches", "list").stdout

        assert told["summary"]["successful"] == PAGES
        assert told["summary"]["model"] == "haiku-4.5"
        assert told["errors"] == []
        assert set(modelled.calls().values()) == {1}
        assert re.search(r"completed in .*; cost \$0\.\d{4}", shown)
        assert re.search(r"b1 +completed +haiku-4\.5", listed)
        assert modelled.batch()["left"] == 0


def test_what_was_expected_stands_below_what_it_took(reqsift: Command, tmp_path: Path) -> None:
    with provided(reqsift, tmp_path, "--latency", "0-5") as modelled:
        told = modelled("analyze", *MODEL).stdout

        figures = r"cost \$(\S+)\nbefore it began: estimated \$(\S+) to \$(\S+) for 60 calls"
        took, least, most = re.search(figures, told).groups()  # type: ignore[union-attr]
        assert float(least) <= float(took) <= float(most)


def test_faults_of_the_provider_cost_nothing_but_calls(reqsift: Command, tmp_path: Path) -> None:
    faults = ("--fault", "error=0.05", "--fault", "drop=0.05", "--fault", "malformed=0.05")
    with provided(reqsift, tmp_path, "--latency", "0-5", *faults) as modelled:
        told = json.loads(modelled("analyze", *MODEL, "--json").stdout)

        assert told["summary"]["successful"] == PAGES
        assert len(modelled.calls()) == PAGES


def test_a_killed_batch_is_finished_without_asking_twice(reqsift: Command, tmp_path: Path) -> None:
    with provided(reqsift, tmp_path, "--latency", "100") as modelled:
        with modelled.running("analyze", *MODEL) as process:
            until(lambda: modelled.calls().total() >= 20)
            process.kill()
            process.wait(timeout=20)
        assert modelled.batch()["state"] == "running"
        before = modelled.calls().total()

        resumed = modelled("batches", "resume")

        reused = re.search(r"b1: (\d+) results are reused, (\d+) requests are made", resumed.stderr)
        assert reused is not None
        assert int(reused[1]) + int(reused[2]) == PAGES
        assert before - 5 <= int(reused[1]) <= before
        assert "successful 60; failed 0" in resumed.stdout
        calls, batch = modelled.calls(), modelled.batch()
        assert len(calls) == PAGES
        assert calls.total() - PAGES <= 5
        assert batch["repeated"] == calls.total() - PAGES
        assert modelled("batches", "resume").stdout == "No batch was cut off or interrupted.\n"


def test_ctrl_c_pauses_and_says_how_to_go_on(reqsift: Command, tmp_path: Path) -> None:
    with provided(reqsift, tmp_path, "--latency", "100") as modelled:
        with modelled.running("analyze", *MODEL) as process:
            until(lambda: modelled.calls().total() >= 20)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=20)
        assert process.returncode == 3
        assert "reqsift batches resume" in errors
        assert errors.count("\n") == 1
        paused = modelled.batch()
        assert (paused["state"], paused["failed"]) == ("paused", 0)
        assert "batches resume b1" in modelled("batches", "show", "b1").stdout

        assert "successful 60" in modelled("batches", "resume", "b1").stdout
        assert modelled.calls().total() <= PAGES + 5


def test_a_second_process_pauses_and_cancels(reqsift: Command, tmp_path: Path) -> None:
    with provided(reqsift, tmp_path, "--latency", "600") as modelled:
        with modelled.running("analyze", *MODEL) as process:
            until(lambda: modelled.calls().total() >= 10)
            assert "Another process" in modelled("batches", "resume", "b1", code=3).stderr
            modelled("batches", "pause", "b1")
            out, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (3, "")
        assert "reqsift batches resume b1" in out
        paused = modelled.batch()
        assert (paused["state"], paused["failed"], paused["repeated"]) == ("paused", 0, 0)
        assert modelled.calls().total() == paused["successful"]

        with modelled.running("batches", "resume", "b1") as process:
            before = modelled.calls().total()
            until(lambda: modelled.calls().total() >= before + 5)
            modelled("batches", "cancel", "b1")
            process.communicate(timeout=20)
        assert process.returncode == 3
        assert modelled.batch()["state"] == "cancelled"
        assert "cancelled" in modelled("batches", "resume", "b1", code=3).stderr
        assert modelled("batches", "cancel", "b1").stdout == "b1 is cancelled.\n"


def test_what_failed_is_tried_again(reqsift: Command, tmp_path: Path) -> None:
    with provided(reqsift, tmp_path, "--latency", "0-5", "--fault", "refusal=0.2") as modelled:
        done = modelled("analyze", *MODEL, code=3)
        first = modelled.batch()
        assert first["state"] == "completed"
        assert isinstance(first["failed"], int)
        assert first["failed"] > 0
        assert f"failed {first['failed']}" in done.stdout
        assert "not analyzed: r" in modelled("batches", "show", "b1").stdout
        httpx.post(f"{modelled.url}/reset", json={"faults": {}}, timeout=20)

        again = modelled("batches", "retry-failed", "b1")

        assert "successful 60; failed 0" in again.stdout
        assert modelled.calls().total() == first["failed"]


@pytest.mark.parametrize("budget", [("--max-tokens", "9000"), ("--max-cost", "0.05")])
def test_a_budget_stops_the_batch_and_a_larger_one_goes_on(
    reqsift: Command, tmp_path: Path, budget: tuple[str, str]
) -> None:
    with provided(reqsift, tmp_path, "--latency", "0-5") as modelled:
        stopped = modelled("analyze", *MODEL, *budget, code=4)
        batch = modelled.batch()
        assert (batch["state"], batch["stop"], batch["failed"]) == ("stopped", "budget", 0)
        assert f"{batch['left']} requests are left" in stopped.stdout
        assert "larger" in stopped.stdout

        name, amount = budget
        modelled("batches", "resume", "b1", name, str(float(amount) * 1000).partition(".")[0])
        assert modelled.batch()["left"] == 0


def test_a_deadline_stops_the_batch(reqsift: Command, tmp_path: Path) -> None:
    with provided(reqsift, tmp_path, "--latency", "300") as modelled:
        stopped = modelled("analyze", *MODEL, "--deadline", "1", code=4)
        assert "deadline of 1 s" in stopped.stdout
        assert modelled.batch()["stop"] == "deadline"


def test_an_unpriced_model_has_no_cost_limit(reqsift: Command, tmp_path: Path) -> None:
    with provided(reqsift, tmp_path) as modelled:
        model = ("--model", "anthropic:claude-next")
        done = modelled("analyze", *model, "--max-cost", "1", code=2)
        assert "--max-tokens" in done.stderr or "limit the tokens" in done.stderr
        assert modelled.calls().total() == 0


def test_a_refused_key_stops_the_batch_at_once(reqsift: Command, tmp_path: Path) -> None:
    with provided(reqsift, tmp_path, "--latency", "0-5") as modelled:
        refused = Modelled(reqsift.data_dir, modelled.url, key="refused")
        done = refused("analyze", *MODEL, code=3)
        assert "ANTHROPIC_API_KEY" in done.stdout
        assert "60 requests are left" in done.stdout
        assert modelled.calls().total() <= 5
        assert "successful 60" in modelled("batches", "resume", "b1").stdout


def test_secrets_leave_as_they_are_only_after_a_question(reqsift: Command, shop: Path) -> None:
    reqsift("import", shop)
    elsewhere = Modelled(reqsift.data_dir, "https://models.example")
    done = elsewhere("analyze", *MODEL, "--redaction", "off", code=2)
    assert "--yes" in done.stderr
    assert done.stderr.count("\n") == 1
    assert reqsift("batches", "list").stdout == "No batches.\n"


@pytest.mark.parametrize("model", ["gpt-0", "anthropic:", "openai:a b"])
def test_an_unknown_model_is_told(reqsift: Command, shop: Path, model: str) -> None:
    reqsift("import", shop)
    done = reqsift("analyze", "--model", model, code=2, ANTHROPIC_API_KEY="any")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["show", "resume", "pause", "cancel", "retry-failed"])
def test_an_unknown_batch_is_told(reqsift: Command, command: str) -> None:
    assert "b7" in reqsift("batches", command, "b7", code=3).stderr


class _Login(BaseHTTPRequestHandler):
    """Answers everything with a page for people."""

    def do_POST(self) -> None:
        page = b"<!doctype html><title>Log in</title>"
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        pass


def test_a_provider_that_answers_with_html_is_told(reqsift: Command, shop: Path) -> None:
    reqsift("import", shop)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Login)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        modelled = Modelled(reqsift.data_dir, f"http://127.0.0.1:{server.server_port}")
        done = modelled("analyze", *MODEL, code=3)
    finally:
        server.shutdown()
        server.server_close()
    assert "ANTHROPIC_BASE_URL" in done.stdout
    assert "<!doctype" not in done.stdout


def test_a_gateway_that_is_down_is_waited_for(reqsift: Command, tmp_path: Path) -> None:
    with provided(reqsift, tmp_path, "--latency", "0-5", "--fault", "html=1") as modelled:
        done = modelled("analyze", *MODEL, "--deadline", "2", code=4)
        assert "Traceback" not in done.stderr
        assert modelled.batch()["failed"] == 0
        assert modelled.calls().total() <= 20
        httpx.post(f"{modelled.url}/reset", json={"faults": {}}, timeout=20)
        assert "successful 60" in modelled("batches", "resume", "b1", "--deadline", "60").stdout


def test_a_provider_that_is_not_there_is_told(reqsift: Command, shop: Path) -> None:
    reqsift("import", shop)
    modelled = Modelled(reqsift.data_dir, "http://127.0.0.1:9")
    done = modelled("analyze", *MODEL, "--fallback", "offline", "--deadline", "20")
    assert "successful 9" in done.stdout


def test_the_server_goes_on_with_a_batch_that_was_cut_off(reqsift: Command, tmp_path: Path) -> None:
    with provided(reqsift, tmp_path, "--latency", "100") as modelled:
        with modelled.running("analyze", *MODEL) as process:
            until(lambda: modelled.calls().total() >= 20)
            process.kill()
            process.wait(timeout=20)
        with serving(modelled):
            until(lambda: _state(reqsift) == "completed")
        assert modelled.batch()["successful"] == PAGES
        assert modelled.calls().total() <= PAGES + 5


def test_the_server_leaves_a_batch_that_was_paused(reqsift: Command, tmp_path: Path) -> None:
    with provided(reqsift, tmp_path, "--latency", "100") as modelled:
        with modelled.running("analyze", *MODEL) as process:
            until(lambda: modelled.calls().total() >= 10)
            modelled("batches", "pause", "b1")
            process.communicate(timeout=20)
        before = modelled.calls().total()
        with serving(modelled):
            time.sleep(0.5)
        assert modelled.calls().total() == before
        assert _state(reqsift) == "paused"


def _state(reqsift: Command) -> str:
    with closing(sqlite3.connect(reqsift.data_dir / "reqsift.db")) as connection:
        state: str = connection.execute("SELECT state FROM batches WHERE id = 1").fetchone()[0]
    return state
