from reqsift.domain.cookies import set_cookies_of


def test_each_field_is_one_cookie_with_its_place() -> None:
    header = "sid=a=b ; HttpOnly; Path = /; SameSite=Lax\nnothing\ntheme=dark"
    first, second = set_cookies_of(header)

    assert (first.name, first.value) == ("sid", "a=b")
    assert first.attributes == {"httponly": "", "path": "/", "samesite": "Lax"}
    assert first.evidence.offset == 0
    assert header[second.evidence.offset :] == "theme=dark" == second.evidence.text


def test_a_long_field_is_quoted_in_part() -> None:
    (cookie,) = set_cookies_of("sid=" + "x" * 1000)
    assert len(cookie.evidence.text) == 240
    assert len(cookie.value) == 1000


def test_nothing_is_no_cookie() -> None:
    assert list(set_cookies_of("")) == []
