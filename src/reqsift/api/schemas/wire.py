"""The base of every JSON object."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Wire(BaseModel):
    """A JSON object with camelCase names, readable from a domain object with the same fields.

    An answer's field that came later than the first version has a default, so that a client
    reads the answer of an older server; the server itself always sends it.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        from_attributes=True,
        json_schema_serialization_defaults_required=True,
    )
