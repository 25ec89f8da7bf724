import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.simulator.instances import Unsatisfiable, instance

NODE = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
        "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
    },
    "required": ["name", "next", "children"],
}


def made(schema: object, items: int | None = None) -> Any:  # noqa: ANN401 -- JSON
    return json.loads(instance(json.dumps(schema).encode(), items))


@pytest.mark.parametrize(
    ("schema", "smallest"),
    [
        (True, None),
        ({}, None),
        ({"const": {"a": 1}}, {"a": 1}),
        ({"enum": ["low", "high"]}, "low"),
        ({"type": "boolean"}, False),
        ({"type": ["string", "null"]}, "ok"),
        ({"type": "string", "nullable": True}, "ok"),
        ({"type": "string", "minLength": 4}, "ok o"),
        ({"type": "string", "minLength": 3}, "oks"),
        ({"type": "string", "maxLength": 1}, "o"),
        ({"type": "string", "pattern": "^[A-Z]+$"}, "OK"),
        ({"type": "string", "format": "date"}, "2024-01-01"),
        ({"type": "integer"}, 0),
        ({"type": "integer", "minimum": 1, "maximum": 10}, 1),
        ({"type": "integer", "exclusiveMinimum": 1}, 2),
        ({"type": "integer", "maximum": -1}, -1),
        ({"type": "integer", "exclusiveMaximum": 0}, -1),
        ({"type": "integer", "minimum": 7, "multipleOf": 5}, 10),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, 0.5),
        ({"type": "number", "minimum": 0.5}, 0.5),
        ({"type": "array", "items": {"type": "string"}}, []),
        ({"type": "array", "items": {"type": "string"}, "minItems": 2}, ["ok", "ok"]),
        ({"type": "array", "prefixItems": [{"const": 1}], "items": False, "minItems": 1}, [1]),
        ({"properties": {"a": {"type": "string"}}}, {}),
        ({"properties": {"a": {"type": "string"}}, "minProperties": 1}, {"a": "ok"}),
        ({"type": "object", "required": ["x"], "additionalProperties": {"const": 1}}, {"x": 1}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "ok"),
        ({"oneOf": [{"$ref": "#/$defs/no"}, {"const": 2}], "$defs": {"no": False}}, 2),
        (
            {
                "allOf": [{"$ref": "#/$defs/a"}, {"required": ["b"], "properties": {"b": {}}}],
                "$defs": {"a": {"required": ["a"], "properties": {"a": {"const": 1}}}},
            },
            {"a": 1, "b": None},
        ),
        ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"const": 3}}}, 3),
        (
            {"$ref": "#/$defs/node", "$defs": {"node": NODE}},
            {"name": "ok", "next": None, "children": []},
        ),
    ],
)
def test_the_smallest_value_is_made(schema: object, smallest: object) -> None:
    assert made(schema) == smallest


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "array", "items": {"enum": ["a", "b"]}}, ["a", "a", "a"]),
        ({"type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 2}, ["a", "a"]),
        ({"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True}, ["a", "b"]),
        ({"type": "array", "items": {"type": "integer"}, "uniqueItems": True}, [0, 1, 2]),
        ({"type": "array", "items": {"type": "string"}, "uniqueItems": True}, ["ok", "ok2", "ok3"]),
        ({"type": "array", "items": False}, []),
        (
            {
                "type": "array",
                "items": {"$ref": "#/$defs/level"},
                "uniqueItems": True,
                "$defs": {"level": {"enum": ["low", "high"]}},
            },
            ["low", "high"],
        ),
        ({"type": "array", "items": {"type": "object"}, "uniqueItems": True}, [{}]),
        (
            {"$ref": "#/$defs/node", "$defs": {"node": NODE}},
            {"name": "ok", "next": None, "children": []},
        ),
    ],
)
def test_arrays_get_as_many_items_as_wanted_if_they_may(schema: object, value: object) -> None:
    assert made(schema, items=3) == value


@pytest.mark.parametrize(
    "schema",
    [
        False,
        3,
        {"enum": []},
        {"anyOf": []},
        {"type": "date"},
        {"type": "object", "required": 3},
        {"$ref": "#/$defs/missing"},
        {"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"$ref": "#/$defs/a"}}},
        {"type": "array", "minItems": 1, "items": {"$ref": "#"}},
        {"$ref": "https://example.com/schema.json"},
        {"type": "object", "required": ["me"], "properties": {"me": {"$ref": "#"}}},
    ],
)
def test_a_schema_that_nothing_satisfies_is_told(schema: object) -> None:
    with pytest.raises(Unsatisfiable):
        made(schema)


def test_no_json_is_told() -> None:
    with pytest.raises(Unsatisfiable, match="no JSON schema"):
        instance(b"{")


def _objects(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    names = st.sampled_from(["a", "b", "c", "d"])
    return st.builds(
        lambda properties, required: {
            "type": "object",
            "properties": properties,
            "required": sorted(required & set(properties)),
            "additionalProperties": False,
        },
        st.dictionaries(names, parts),
        st.sets(names),
    )


def _arrays(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda items, least, more: {
            "type": "array",
            "items": items,
            "minItems": least,
            "maxItems": least + more,
        },
        parts,
        st.integers(0, 3),
        st.integers(0, 3),
    )


def _numbers(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda low, room: {"type": kind, "minimum": low, "maximum": low + room},
        st.integers(-20, 20),
        st.integers(0, 20),
    )


SCALARS = st.one_of(
    st.just({"type": "null"}),
    st.just({"type": "boolean"}),
    st.builds(lambda values: {"enum": values}, st.lists(st.text(), min_size=1)),
    st.builds(lambda least: {"type": "string", "minLength": least}, st.integers(0, 30)),
    _numbers("integer"),
    _numbers("number"),
)
SCHEMAS = st.recursive(
    SCALARS,
    lambda parts: st.one_of(
        _objects(parts),
        _arrays(parts),
        st.builds(lambda options: {"anyOf": options}, st.lists(parts, min_size=1, max_size=3)),
    ),
    max_leaves=12,
)


@given(schema=SCHEMAS, items=st.none() | st.integers(0, 4))
def test_what_is_made_is_valid(schema: dict[str, Any], items: int | None) -> None:
    assert _valid(made(schema, items), schema)


def _valid(value: Any, schema: dict[str, Any]) -> bool:  # noqa: ANN401 -- JSON
    """The part of JSON schema that the strategies above use, written a second time."""
    if "anyOf" in schema:
        return any(_valid(value, option) for option in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    return CHECKS[schema["type"]](value, schema)


def _valid_array(value: list[Any], schema: dict[str, Any]) -> bool:
    fits = schema["minItems"] <= len(value) <= schema["maxItems"]
    return fits and all(_valid(each, schema["items"]) for each in value)


def _valid_object(value: dict[str, Any], schema: dict[str, Any]) -> bool:
    parts = schema["properties"]
    fits = set(schema["required"]) <= set(value) <= set(parts)
    return fits and all(_valid(each, parts[name]) for name, each in value.items())


CHECKS: dict[str, Callable[[Any, dict[str, Any]], bool]] = {
    "null": lambda value, _: value is None,
    "boolean": lambda value, _: isinstance(value, bool),
    "string": lambda value, schema: len(value) >= schema["minLength"],
    "number": lambda value, schema: schema["minimum"] <= value <= schema["maximum"],
    "integer": lambda value, schema: (
        isinstance(value, int) and schema["minimum"] <= value <= schema["maximum"]
    ),
    "array": _valid_array,
    "object": _valid_object,
}
