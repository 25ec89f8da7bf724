"""What all scenarios share: the simulator, prepared stores, prompts for peers."""

import itertools
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.engine_parts.peers import Peer
from bench.engine_parts.simulator import Simulator
from bench.engine_parts.world import World, copy_store
from bench.make_har import write_har
from reqsift.adapters.analyzers.instruction import SYSTEM
from reqsift.adapters.analyzers.prompt import block, prompt
from reqsift.adapters.analyzers.schema import SCHEMA
from reqsift.adapters.readers import CaptureFileReader
from reqsift.domain.captures import Exchange
from reqsift.domain.redaction import unmasked
from reqsift.domain.subjects import Subject
from reqsift.domain.view import View

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Lab:
    folder: Path
    simulator: Simulator
    peers: tuple[Peer, ...]

    @contextmanager
    def world(self, *entries: int) -> Iterator[World]:
        """A fresh store with a capture for each number of entries."""
        prepared = self._prepared(entries)
        world = World(self.folder / f"world-{next(_numbers)}", self.simulator.url)
        copy_store(prepared, world.data_dir)
        try:
            yield world
        finally:
            shutil.rmtree(world.data_dir)

    def prompts(self, requests: int) -> Path:
        """A file with what `reqsift` says to a model about the first exchanges of a capture."""
        file = self.folder / f"prompts-{requests}.json"
        if not file.exists():
            capture = self.folder / f"{requests}.har"
            write_har(capture, requests, seed=1)
            read = CaptureFileReader().read(capture, lambda _: None)
            said = [_prompt(entry) for entry in read if isinstance(entry, Exchange)]
            prepared = {"system": SYSTEM, "schema": json.loads(SCHEMA), "prompts": said}
            file.write_text(json.dumps(prepared))
        return file

    def _prepared(self, entries: tuple[int, ...]) -> Path:
        folder = self.folder / "-".join(["prepared", *map(str, entries)])
        world = World(folder, self.simulator.url)
        if not folder.exists():
            folder.mkdir()
            for number, count in enumerate(entries):
                capture = folder / f"{number}.har"
                write_har(capture, count, seed=number + 1)
                done = world.run("import", capture)
                assert done.code == 0, done.complaints
        return world.store


def _prompt(exchange: Exchange) -> str:
    view = View(exchange)
    return prompt([block(Subject(view=view, masked=unmasked(view)))])
