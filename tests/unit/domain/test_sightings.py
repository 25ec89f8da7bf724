from reqsift.domain.sightings import digest


def test_a_digest_tells_values_apart_and_does_not_hold_them() -> None:
    assert digest("a.example", "secret") == digest("a.example", "secret")
    assert digest("a", "bc") != digest("ab", "c")
    assert "secret" not in digest("secret")
    assert len(digest("\ud800 cannot be encoded")) == 20
