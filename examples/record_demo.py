"""Records `demo.har` and `demo.labels.jsonl` from the demo shop, over real HTTP on 127.0.0.1.

The hosts are told apart by their Host header on one local port. Most of them stand for hosts
behind a TLS-terminating proxy, so their recorded URLs begin with https; `legacy.shop.example` is
recorded as plain http. Times, tokens and nonces are fixed: every run gives the same bytes.

    python examples/record_demo.py [folder]
"""

import http.client
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from examples.shop.hosts import HOSTS
from examples.shop.web import serving
from examples.tour import (
    archive,
    backstage,
    bank,
    browsers,
    lodge,
    market,
    proper,
    sso,
    stories,
    weak,
    weak_api,
)
from examples.tour.tape import Tape

COMMENT = (
    "A made-up shop, recorded on the local machine: weak hosts and their proper twins. All "
    "people, keys and numbers are invented. https stands for a TLS-terminating proxy."
)


def tour() -> Tape:
    """Walk through all hosts of a freshly started shop."""
    with serving(HOSTS) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            tape = Tape(connection)
            weak.record(tape)
            weak_api.record(tape)
            proper.record(tape)
            stories.record(tape)
            browsers.record(tape)
            bank.record(tape)
            sso.record(tape)
            market.record(tape)
            backstage.record(tape)
            stories.record_forms(tape)
            archive.record(tape)
            lodge.record(tape)
        finally:
            connection.close()
    return tape


def record(folder: Path) -> Tape:
    """Write both files into `folder`."""
    tape = tour()
    log = {
        "version": "1.2",
        "creator": {"name": "reqsift demo recorder", "version": "1"},
        "comment": COMMENT,
        "entries": tape.entries,
    }
    har = json.dumps({"log": log}, ensure_ascii=False, indent=1)
    (folder / "demo.har").write_text(f"{har}\n", encoding="utf-8")
    lines = "".join(f"{json.dumps(line)}\n" for line in tape.labels)
    (folder / "demo.labels.jsonl").write_text(lines, encoding="utf-8")
    return tape


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    recorded = record(target)
    clean = sum(line["clean"] for line in recorded.labels)
    print(f"{len(recorded.entries)} exchanges ({clean} clean) in {target / 'demo.har'}")
