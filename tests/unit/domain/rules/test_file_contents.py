import base64

import pytest

from reqsift.domain.rules.file_contents import (
    climbs,
    climbs_in_path,
    file_content,
    filtered_content,
    settings_content,
)
from tests.corpus.rules.exchanges import HTML, TEXT, exchange
from tests.factories import view

SOURCE = base64.b64encode(b"<?php\n$user = 'shop'; $password = 'x';\n").decode()
FILTER = "php://filter/convert.base64-encode/resource=a"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../etc/passwd",
        "/cgi-bin/.%2e/%2e%2e/etc/passwd",
        "/a/%252e%252e/etc/passwd",
        "/app/..;/manager",
        "/a/%c0%ae%c0%ae/b",
        "/a/..%5c..%5cweb.config",
    ],
)
def test_a_path_that_leaves_its_folder(path: str) -> None:
    assert climbs_in_path(path)


@pytest.mark.parametrize("path", ["/a..b/c", "/a/...", "/100%25/x", "/v1.2/%2efile", "/a/..b/c"])
def test_dots_that_climb_nowhere(path: str) -> None:
    assert not climbs_in_path(path)


def test_values_that_name_a_file_by_its_place() -> None:
    assert all(map(climbs, ("../a", "..%5ca", "file:///a", "/etc/hosts", "C:\\a", FILTER)))
    assert not any(map(climbs, ("a/b.txt", "see... there", "https://shop.example/etc/a")))


def test_the_environment_of_a_process_is_a_file() -> None:
    seen = view(exchange(text="USER=www\0PATH=/usr/bin:/bin\0KEY=x\0", kind=TEXT))
    found = file_content(seen)
    assert found is not None
    assert found.text.startswith("USER=www")


def test_settings_count_where_one_was_asked_for_and_no_page_answers() -> None:
    text = "; main\n[mail]\nhost = a\n"
    assert settings_content(view(exchange(text=text, kind=TEXT)), "../app.ini")
    assert not settings_content(view(exchange(text=text, kind=TEXT)), "../app.txt")
    assert not settings_content(view(exchange(text=text, kind=HTML)), "../app.ini")
    assert not settings_content(view(exchange(text=text, kind=TEXT, status=404)), "../app.ini")


def test_a_filter_of_php_shows_text_in_base64() -> None:
    assert filtered_content(view(exchange(text=f"<p>{SOURCE}</p>")), FILTER)
    assert not filtered_content(view(exchange(text=f"<p>{SOURCE}</p>")), "a.php")
    digest = base64.b64encode(bytes(range(100, 160))).decode()
    assert not filtered_content(view(exchange(text=f"<p>{digest}</p>")), FILTER)
