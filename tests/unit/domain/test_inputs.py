"""What a client chose, from bodies of any shape."""

import json

from reqsift.domain.inputs import cookie_pairs, inputs_of
from reqsift.domain.urls import Param


def test_deep_and_wide_bodies_are_bounded() -> None:
    deep = json.loads("[" * 900 + "1" + "]" * 900)
    assert inputs_of("request.body", (), deep) == ()
    assert len(inputs_of("request.body", (), list(range(5_000)))) < 200


def test_order_and_names_are_kept() -> None:
    found = inputs_of("request.body", (Param("f", "1"),), {"a": "x", "b": ["y", 2.5], "c": None})
    assert [(i.name, i.value) for i in found] == [("f", "1"), ("a", "x"), ("b", "y"), ("b", "2.5")]


def test_a_number_of_any_length_is_no_error() -> None:
    assert inputs_of("request.body", (), {"n": 10**400}) == ()


def test_cookies_without_a_value_sign_are_left_out() -> None:
    assert cookie_pairs("a=1; b; c=2") == (Param("a", "1"), Param("c", "2"))
