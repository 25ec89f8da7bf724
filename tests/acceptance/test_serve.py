"""The server as a process: the printed link, the lock, the end."""

import os
import signal
import socket
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests import hars
from tests.acceptance.command import REQSIFT, Command, client_of, serving


def test_the_main_job_over_http(reqsift: Command) -> None:
    with serving(reqsift) as (_, link), client_of(link) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        upload = client.post("/api/captures", files={"file": ("shop.har", hars.shop(9))})
        assert upload.status_code == 201
        ids = [row["id"] for row in client.get("/api/requests").json()["items"]]
        asked = {"requestIds": [*ids, "unknown"], "concurrency": 99}
        summary = client.post("/api/ai/batch-analyze", json=asked).json()["data"]["summary"]
        assert (summary["successful"], summary["failed"], summary["concurrency"]) == (9, 1, 5)
        page = client.get(link, follow_redirects=True)
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
    # What the server stored, the command line finds.
    assert "shop.example" in reqsift("findings").stdout


def test_the_command_line_works_beside_a_running_server(reqsift: Command, shop: Path) -> None:
    with serving(reqsift) as (_, link), client_of(link) as client:
        reqsift("import", shop)
        reqsift("analyze")
        assert client.get("/api/requests").json()["total"] == 9
        assert client.get("/api/findings").json()["total"] > 0


def test_the_tokens_setting_wins(reqsift: Command) -> None:
    with pytest.raises(AssertionError, match="REQSIFT_TOKEN"):
        reqsift("serve", code=0, REQSIFT_TOKEN="short")


def test_a_second_server_on_one_store_is_refused(reqsift: Command) -> None:
    with serving(reqsift):
        done = reqsift("serve", "--port", "0", code=3)
    assert done.stderr.count("\n") == 1
    assert "already serves" in done.stderr


def test_a_taken_port_is_told(reqsift: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = reqsift("serve", "--port", str(taken.getsockname()[1]), code=2)
    assert done.stderr.count("\n") == 1
    assert "--port" in done.stderr


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_and_frees_the_store(reqsift: Command, ending: signal.Signals) -> None:
    with serving(reqsift) as (process, link):
        with client_of(link) as client:
            client.get("/api/captures")
        os.kill(process.pid, ending)
        out, errors = process.communicate(timeout=20)
        assert (process.returncode in {0, -ending}, errors) == (True, "")
        assert "Traceback" not in out
    with serving(reqsift):
        pass


def test_a_server_that_is_ended_leaves_no_worker_behind(reqsift: Command, tmp_path: Path) -> None:
    path = tmp_path / "many.har"
    path.write_bytes(hars.shop(800))
    reqsift("import", path)
    with serving(reqsift) as (process, link):
        with client_of(link) as client:
            pages = [client.get(f"/api/requests?limit=400&offset={at}").json() for at in (0, 400)]
            ids = [row["id"] for page in pages for row in page["items"]]
            asked = {"requestIds": ids, "model": "offline"}
            done = client.post("/api/ai/batch-analyze", json=asked).json()
        assert done["data"]["summary"]["successful"] == 800
        os.kill(process.pid, signal.SIGTERM)
        # The workers have inherited its output, which ends with the last of them.
        _, errors = process.communicate(timeout=20)
        assert errors == ""


def test_ctrl_c_stops_a_batch_and_keeps_what_is_done(reqsift: Command, tmp_path: Path) -> None:
    path = tmp_path / "many.har"
    path.write_bytes(hars.shop(6000))
    reqsift("import", path)
    process = subprocess.Popen(
        [REQSIFT, "analyze"],
        env=reqsift.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    database = reqsift.data_dir / "reqsift.db"
    while _analyzed(database) == 0 and process.poll() is None:
        pass
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)

    assert process.returncode == 3
    assert errors.startswith("Interrupted; what was finished is kept, and `reqsift batches resume`")
    assert 0 < _analyzed(database) < 6000


def _analyzed(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        row = connection.execute("SELECT coalesce(max(successful), 0) FROM batches").fetchone()
    count: int = row[0]
    return count
