"""The smallest value that a JSON schema permits: what a simulated model says."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import unquote

import msgspec

from reqsift.simulator.scalars import number, text

Schema = Mapping[str, Any]

_BY_KEYWORD = {
    "properties": "object",
    "required": "object",
    "items": "array",
    "minLength": "string",
}
"""What a schema is that does not tell its type."""


_COMBINERS = ("$ref", "anyOf", "oneOf", "allOf")


class Unsatisfiable(ValueError):
    """The message says which part of the schema permits nothing that we could make."""


def instance(schema: bytes, items: int | None = None) -> bytes:
    """The JSON of a value that the schema permits, with as little in it as possible.

    Objects have their required properties; of a choice, the first is taken. `default`,
    `not`, `if` and `dependentRequired` are not looked at.

    Args:
        schema: JSON.
        items: How many elements arrays get if they may; `None` is as few as they may.

    Raises:
        Unsatisfiable: The schema is no JSON schema, or nothing finite satisfies it.
    """
    try:
        root = msgspec.json.decode(schema)
        return msgspec.json.encode(_Maker(root, items).make(root))
    except (msgspec.MsgspecError, TypeError, AttributeError, RecursionError) as error:
        raise Unsatisfiable(f"The schema is no JSON schema: {error}.") from error


class _Maker:
    def __init__(self, root: object, items: int | None) -> None:
        self._root = root
        self._items = items
        self._open: list[str] = []
        """The references that are being followed: to meet one again is to never end."""

    def make(self, schema: object) -> object:
        if schema is True:
            return None
        if not isinstance(schema, dict):
            raise Unsatisfiable(f"A part of the schema permits nothing: {schema!r}.")
        if "const" in schema or "enum" in schema:
            return schema["const"] if "const" in schema else _first(schema["enum"])
        return self._combined(schema)

    def _combined(self, schema: Schema) -> object:
        word = next((word for word in _COMBINERS if word in schema), "type")
        match word:
            case "$ref":
                return self._referred(schema)
            case "allOf":
                return self._merged(schema)
            case "type":
                return self._typed(schema, _type(schema))
            case _:
                return self._chosen(schema, word)

    def _referred(self, schema: Schema) -> object:
        pointer = schema["$ref"]
        if pointer in self._open:
            raise Unsatisfiable(f"The schema never ends: {pointer} needs itself.")
        self._open.append(pointer)
        try:
            return self.make(_joined(self._target(pointer), _without(schema, "$ref")))
        finally:
            self._open.pop()

    def _target(self, pointer: str) -> object:
        if not pointer.startswith("#"):
            raise Unsatisfiable(f"The schema refers to another document: {pointer}.")
        found: Any = self._root
        for part in unquote(pointer[1:]).split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            try:
                found = found[int(name) if isinstance(found, list) else name]
            except (LookupError, ValueError):
                raise Unsatisfiable(f"The schema has no {pointer}.") from None
        return found

    def _chosen(self, schema: Schema, choice: str) -> object:
        rest = _without(schema, choice)
        problem = Unsatisfiable(f"An {choice} of the schema is empty.")
        for option in schema[choice]:
            try:
                return self.make(_joined(option, rest))
            except Unsatisfiable as error:
                problem = error
        raise problem

    def _merged(self, schema: Schema) -> object:
        whole: object = _without(schema, "allOf")
        for part in schema["allOf"]:
            whole = _joined(whole, self._resolved(part))
        return self.make(whole)

    def _resolved(self, part: object) -> object:
        """The part, with what it refers to in place of its reference."""
        seen = set()
        while isinstance(part, dict) and "$ref" in part:
            pointer = part["$ref"]
            if pointer in seen:
                raise Unsatisfiable(f"The schema never ends: {pointer} is itself.")
            seen.add(pointer)
            part = _joined(self._target(pointer), _without(part, "$ref"))
        return part

    def _typed(self, schema: Schema, kind: str) -> object:
        match kind:
            case "object":
                return self._object(schema)
            case "array":
                return self._array(schema)
            case "string":
                return text(schema)
            case "integer" | "number":
                return number(schema, whole=kind == "integer")
            case "boolean":
                return False
            case "null":
                return None
            case _:
                raise Unsatisfiable(f"The schema has a type that JSON has not: {kind}.")

    def _object(self, schema: Schema) -> dict[str, object]:
        properties: Mapping[str, object] = schema.get("properties", {})
        other = schema.get("additionalProperties", True)
        names = dict.fromkeys(schema.get("required", ()))
        least = schema.get("minProperties", 0)
        spare = (name for name in properties if name not in names)
        names |= dict.fromkeys(islice(spare, max(0, least - len(names))))
        names |= {f"extra{number}": None for number in range(least - len(names))}
        return {name: self.make(properties.get(name, other)) for name in names}

    def _array(self, schema: Schema) -> list[object]:
        least: int = schema.get("minItems", 0)
        wanted = max(least, self._items or 0)
        if "maxItems" in schema:
            wanted = min(wanted, schema["maxItems"])
        first: Sequence[object] = schema.get("prefixItems", ())
        made = [self.make(part) for part in first[:wanted]]
        element = schema.get("items", True)
        if len(made) == wanted or (element is False and len(made) >= least):
            return made
        try:
            one = self.make(element)
        except Unsatisfiable:
            # Elements that never end are left out where none is needed.
            if len(made) >= least:
                return made
            raise
        more = wanted - len(made)
        return made + (self._unlike(element, one, more) if _unique(schema) else [one] * more)

    def _unlike(self, element: object, one: object, count: int) -> list[object]:
        """As many different elements as are easily made, at most `count`."""
        if isinstance(element, dict) and "$ref" in element:
            return self._unlike(self._target(element["$ref"]), one, count)
        if isinstance(element, dict) and "enum" in element:
            values: list[object] = element["enum"]
            return values[:count]
        if isinstance(one, str):
            return [one, *(f"{one}{number}" for number in range(2, count + 1))]
        if isinstance(one, int) and not isinstance(one, bool):
            return [one + number for number in range(count)]
        return [one]


def _type(schema: Schema) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return str(_first(kind))
    if kind is not None:
        return str(kind)
    return next((_BY_KEYWORD[word] for word in schema if word in _BY_KEYWORD), "null")


def _first(values: Sequence[object]) -> object:
    if not values:
        raise Unsatisfiable("An enum or a list of types in the schema is empty.")
    return values[0]


def _unique(schema: Schema) -> bool:
    return bool(schema.get("uniqueItems"))


def _without(schema: Schema, word: str) -> Schema:
    return {key: value for key, value in schema.items() if key != word}


def _joined(one: object, other: object) -> object:
    """A schema that demands what both demand, of the words that matter here."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return other if one is True else one
    joined = {**one, **other}
    if "properties" in one and "properties" in other:
        joined["properties"] = {**one["properties"], **other["properties"]}
    if "required" in one and "required" in other:
        joined["required"] = [*one["required"], *other["required"]]
    return joined
