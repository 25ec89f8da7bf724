"""The user's own patterns: clear errors, and no text that makes them slow."""

from pathlib import Path

import pytest

from reqsift.adapters.patterns import UserPattern, read_patterns
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.redaction import SecretKind, secrets_in
from reqsift.domain.view import View
from tests.factories import exchange


def test_matches_are_told_in_code_points() -> None:
    pattern = UserPattern("customer", r"KD-\d{6}")

    assert list(pattern.finditer("é€😀 KD-123456 und KD-654321")) == [(4, 13), (18, 27)]


def test_what_a_user_names_is_hidden() -> None:
    view = View(exchange(body=b"<p>Your number is KD-123456.</p>"))

    (secret,) = secrets_in(view, [UserPattern("customer", r"KD-\d{6}")])

    assert (secret.kind, secret.value) == (SecretKind.CUSTOM, "KD-123456")
    assert secrets_in(view) == ()


def test_a_file_of_patterns_is_read(tmp_path: Path) -> None:
    file = tmp_path / "redaction.toml"
    assert read_patterns(file) == ()
    file.write_text('[[patterns]]\nname = "one"\nregex = "a+b"\n')

    assert [pattern.name for pattern in read_patterns(file)] == ["one"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[[patterns", "cannot be read"),
        ("[[rules]]\nname = 'x'\n", "patterns"),
        ("[[patterns]]\nname = 'x'\n", "needs a name and a regex"),
        ("[[patterns]]\nname = 'x'\nregex = 7\n", "needs a name and a regex"),
        ("[[patterns]]\nname = 'x'\nregex = '(a'\n", "no regular expression of RE2"),
        ("[[patterns]]\nname = 'x'\nregex = '(?=a)b'\n", "look-around"),
        ("[[patterns]]\nname = 'x'\nregex = 'a*'\n", "fits the empty text"),
        ("[[patterns]]\nname = 'x'\nregex = 'a'\nextra = 1\n", "nothing else"),
    ],
)
def test_a_file_that_makes_no_sense_is_told(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "redaction.toml"
    file.write_text(content)

    with pytest.raises(InvalidSetting, match=says):
        read_patterns(file)


@pytest.mark.parametrize("regex", [r"(a+)+$b", r"(a|aa)+$b", r"(.*)*x$b", r"(\w+\s?)*$!"])
def test_a_pattern_that_would_be_slow_elsewhere_is_not(regex: str) -> None:
    # Elsewhere this would take longer than any test may.
    assert list(UserPattern("slow", regex).finditer("a" * 200_000)) == []
