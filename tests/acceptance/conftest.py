from pathlib import Path

import pytest

from tests import hars
from tests.acceptance.command import Command


@pytest.fixture
def reqsift(tmp_path: Path) -> Command:
    return Command(tmp_path / "data")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.har"
    path.write_bytes(hars.shop(9))
    return path
