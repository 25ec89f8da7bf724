"""Stores that answer whoever asks."""

import base64
import json

import pytest

from reqsift.domain.rules.open_stores import open_store
from tests.corpus.rules.exchanges import data, exchange
from tests.factories import view

ROWS = [{"id": 1, "name": "Ana", "email": "ana@post.example"}]
PROJECT = "https://abcdefgh.supabase.co/rest/v1"


def key(role: str) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256'})}.{part({'role': role, 'iss': 'supabase'})}.c2lnbmF0dXJlMTIzNA"


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_rows_count_where_no_user_has_logged_in(role: str) -> None:
    sent = {"apikey": key("anon"), "Authorization": f"Bearer {key(role)}"}
    found = open_store(view(data(ROWS, f"{PROJECT}/members", sent=sent)))
    assert (found is not None) == (role == "anon")


def test_rows_without_anything_private_are_no_news() -> None:
    sent = {"apikey": key("anon")}
    assert open_store(view(data([{"id": 1, "title": "Tea"}], f"{PROJECT}/teas", sent=sent))) is None


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://app-1.firebaseio.com/members.json", "Firebase"),
        ("https://app-1.europe-west1.firebasedatabase.app/members.json", "Firebase"),
        ("https://app-1.firebaseio.com/members.json?auth=eyJ", ""),
        (
            "https://firestore.googleapis.com/v1/projects/app-1/databases/(default)/documents/u",
            "Firestore",
        ),
        ("https://shop.example/members.json", ""),
    ],
)
def test_the_address_tells_what_answers(url: str, name: str) -> None:
    found = open_store(view(data(ROWS, url)))
    assert (found.name if found else "") == name


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("[wan]\nuser=isp1\npassword=kx81Gh\n[lan]\nip=10.0.0.1\n", "/backup.cgi", True),
        ("ssid: Home\npsk: winter-2020\nmode: ap\nchannel: 6\n", "/export/config.cfg", True),
        ("[wan]\nuser=isp1\npassword=********\n[lan]\nip=10.0.0.1\n", "/backup.cgi", False),
        ("theme=dark\nlanguage=de\npassport=yes\nrows=20\n", "/settings.ini", False),
        ("[wan]\nuser=isp1\npassword=kx81Gh\n[lan]\nip=10.0.0.1\n", "/notes.txt", False),
    ],
)
def test_settings_count_with_a_password_in_them(text: str, path: str, expected: bool) -> None:
    seen = exchange(f"http://192.168.1.1{path}", text, "text/plain")
    assert (open_store(view(seen)) is not None) is expected
